"""Where credentials end up in plain text: user data, environments, parameters, builds.

Sound: the same places hold references. The values are made up, or stand in AWS's documentation.
"""

import base64
import io
import zipfile

from seed.subjects.principals import service_role

PASSWORD = "EXAMPLE-not-a-real-password-7f3a"
ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
URL = f"postgres://reports:{PASSWORD}@db.example.com:5432/reports"
REFERENCE = "arn:aws:secretsmanager:us-east-1:111122223333:secret:database-AbCdEf"


def script(weak):
    """The first script of an instance."""
    password = PASSWORD if weak else "$(aws secretsmanager get-secret-value --secret-id database)"
    return f"#!/bin/sh\nexport DB_PASSWORD={password}\n/opt/web/start\n"


def launch_template(estate, account, weak, region):
    """Weak: the first version, which is the default one, still holds the password
    (secrets-in-user-data)."""
    ec2 = estate.client("ec2", account, region)

    def data(weak):
        text = base64.b64encode(script(weak).encode()).decode()
        return {"UserData": text, "MetadataOptions": {"HttpTokens": "required"}}

    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=data(weak))
    ec2.create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData=data(False))


def functions(estate, account, weak, region):
    """Weak: a password, a URL with one, and the id of a key (medium), each in a function's
    environment (secrets-in-function-environments)."""
    made = {
        "nightly-job": {"DB_PASSWORD": PASSWORD} if weak else {"DB_SECRET_ARN": REFERENCE},
        "reports": {"DATABASE_URL": URL} if weak else {"DATABASE_HOST": "db.example.com"},
        "export": {"ACCOUNT_KEY": ACCESS_KEY} if weak else {"STAGE": "production"},
    }
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("handler.py", "def handle(event, context):\n    return {}\n")
    for name, variables in made.items():
        estate.client("lambda", account, region).create_function(
            FunctionName=name,
            Runtime="python3.13",
            # privilege-administrator-compute, by this role: see privilege.machines
            Role=f"arn:aws:iam::{account}:role/nightly-job",
            Handler="handler.handle",
            Code={"ZipFile": archive.getvalue()},
            Environment={"Variables": variables},
        )


def task_definitions(estate, account, weak, region):
    """Two revisions of a family. Weak: a variable and the command of the latest hold a password
    (secrets-in-task-definitions). Sound: the old revision does, which nothing runs any more."""
    ecs = estate.client("ecs", account, region)
    for holds in (not weak, weak):
        container = {"name": "web", "image": "example.com/web:1", "memory": 128}
        if holds:
            container["environment"] = [{"name": "DB_PASSWORD", "value": PASSWORD}]
            container["command"] = ["web", "--database", URL]
        else:
            container["secrets"] = [{"name": "DB_PASSWORD", "valueFrom": REFERENCE}]
        ecs.register_task_definition(family="web", containerDefinitions=[container])


def parameters(estate, account, weak, region):
    """Weak: a password by its name, and a pair of keys by their form
    (secrets-in-plain-parameters)."""
    ssm = estate.client("ssm", account, region)
    kind = "String" if weak else "SecureString"
    ssm.put_parameter(Name="/web/db/password", Value=PASSWORD, Type=kind)
    keys = f"{ACCESS_KEY},{SECRET_KEY}"
    ssm.put_parameter(Name="/web/aws-upload", Value=keys, Type="StringList" if weak else kind)
    ssm.put_parameter(Name="/web/db/host", Value="db.example.com", Type="String")
    ssm.put_parameter(Name="/web/hosts", Value="a.example.com,b.example.com", Type="StringList")


def builds(estate, account, weak, region):
    """Weak: a plain variable, and a build specification, hold a token
    (secrets-in-build-projects)."""
    role = service_role(estate, account, "site-build", "codebuild")
    token = {"name": "NPM_TOKEN", "value": PASSWORD, "type": "PLAINTEXT"}
    if not weak:
        token |= {"value": "/site/npm-token", "type": "PARAMETER_STORE"}
    command = f"deploy --password {PASSWORD}" if weak else "deploy"
    specification = f"version: 0.2\nphases:\n  build:\n    commands:\n      - {command}\n"
    location = "example-bucket/source.zip"
    estate.client("codebuild", account, region).create_project(
        name="site",
        source={"type": "S3", "location": location, "buildspec": specification},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [token, {"name": "STAGE", "value": "production"}],
        },
        serviceRole=role,
    )
