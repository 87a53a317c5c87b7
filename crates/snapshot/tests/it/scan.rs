//! The scanner of values and texts, on both sides of the line.

use keyward_snapshot::SecretKind::{
    self, AwsAccessKeyId, AwsSecretAccessKey, IssuedToken, NamedLikeSecret, PrivateKey,
    UrlWithPassword,
};
use keyward_snapshot::scan::{secret_kind, secrets_in};

#[track_caller]
fn check(kind: impl Into<Option<SecretKind>>, cases: &[(&str, &str)]) {
    let kind = kind.into();
    for (name, value) in cases {
        assert_eq!(secret_kind(name, value), kind, "{name}={value}");
    }
}

/// Joined here so that no scanner of repositories takes the test for a leak.
fn joined(parts: &[&str]) -> String {
    parts.concat()
}

#[test]
fn aws_keys_are_found_anywhere() {
    check(
        AwsAccessKeyId,
        &[
            ("KEY", "AKIAIOSFODNN7EXAMPLE"),
            ("ANY", "ASIAIOSFODNN7EXAMPLE"),
            ("CONFIG", r#"{"id": "AKIAIOSFODNN7EXAMPLE"}"#),
        ],
    );
    check(
        None,
        &[
            ("KEY", "AKIAIOSFODNN7EXAMPL"),
            ("KEY", "XAKIAIOSFODNN7EXAMPLE"),
            ("KEY", "akiaiosfodnn7example"),
        ],
    );
    let secret = joined(&["wJalrXUtnFEMI/K7MDENG", "/bPxRfiCYEXAMPLEKEY"]);
    let random = joined(&["k3JfP9xQ2mZr8TbV7nYc", "1WdH6sLg4RtUeA0iKo5B"]);
    check(
        AwsSecretAccessKey,
        &[
            ("AWS_SECRET_ACCESS_KEY", &secret),
            ("awsSecretAccessKey", &secret),
            ("VALUE", &random),
            ("CONFIG", &format!("secret={random}")),
        ],
    );
}

#[test]
fn forty_characters_alone_are_no_key() {
    check(
        None,
        &[
            ("COMMIT", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("COMMIT", "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709"),
            ("HANDLER", "MyCompany/OrderService2/Handlers/Process"),
            ("CLASS", "OrderProcessingServiceHandlerFactoryImpl"),
            ("ZEROS", "0000000000000000000000000000000000000000"),
        ],
    );
}

#[test]
fn private_keys_are_found() {
    check(
        PrivateKey,
        &[
            ("K", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"),
            ("K", "-----BEGIN PRIVATE KEY-----\\nMIIE"),
            ("K", "-----BEGIN OPENSSH PRIVATE KEY-----"),
            ("K", "-----BEGIN PGP PRIVATE KEY BLOCK-----"),
        ],
    );
    check(
        None,
        &[("K", "-----BEGIN CERTIFICATE-----\nMIIE"), ("K", "-----BEGIN PUBLIC KEY-----\nMIIE")],
    );
}

#[test]
fn tokens_are_found_by_their_prefix() {
    let digits = "0123456789abcdefABCDEF0123456789abcdefAB";
    for prefix in [
        "ghp_",
        "gho_",
        "ghs_",
        "github_pat_",
        "glpat-",
        "xoxb-",
        "xoxp-",
        "sk_live_",
        "rk_live_",
        "npm_",
        "SG.",
        "hvs.",
        "shpat_",
        "AIza",
    ] {
        check(IssuedToken, &[("VALUE", &format!("{prefix}{digits}"))]);
        check(None, &[("VALUE", prefix), ("VALUE", &format!("{prefix}short"))]);
    }
    let web_token =
        joined(&["eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxMjM0In0.", "c2lnbmF0dXJlLWluLWJhc2U2NA"]);
    let web_hook = joined(&["https://hooks.slack.com/services/", "T00000000/B00000000/XXXXXXXX"]);
    check(IssuedToken, &[("VALUE", &web_token), ("HOOK_URL", &web_hook)]);
    check(None, &[("VALUE", "sk_live_documentation_of_the_key_prefix")]);
}

#[test]
fn passwords_in_addresses_are_found() {
    check(
        UrlWithPassword,
        &[
            ("DATABASE_URL", "postgres://app:hunter2@db.example.com:5432/app"),
            ("REDIS", "redis://:hunter2@cache.example.com"),
            ("BROKERS", "amqp://a.example.com,amqp://u:p%40ss@b.example.com"),
            ("DB", "Server=db.example.com;User Id=app;Password=hunter2;"),
            ("DSN", "host=db.example.com user=app password=hunter2"),
        ],
    );
    check(
        None,
        &[
            ("DATABASE_URL", "postgres://app@db.example.com/app"),
            ("DATABASE_URL", "postgres://app:${DB_PASSWORD}@db.example.com/app"),
            ("DATABASE_URL", "postgres://app:***@db.example.com/app"),
            ("URL", "https://example.com/a:b@c"),
            ("URL", "https://example.com:8443/path?user=a"),
            ("DB", "Server=db.example.com;User Id=app;Password=;"),
            ("MAIL", "mailto:ops@example.com"),
        ],
    );
}

#[test]
fn names_tell_where_the_value_is_literal() {
    check(
        NamedLikeSecret,
        &[
            ("DB_PASSWORD", "hunter2"),
            ("dbPassword", "correct horse"),
            ("DBPASSWORD", "hunter2"),
            ("API_KEY", "a1b2c3d4e5"),
            ("apiKey", "a1b2c3d4e5"),
            ("JWT_SECRET", "my-super-secret"),
            ("AUTH_TOKEN", "abcdef"),
            ("SECRET", "hunter2"),
            ("CLIENT_SECRET", "0f8fad5b-d9cb-469f-a165-70867728950e"),
            ("ENCRYPTION_KEY", "c2VjcmV0"),
            ("ADMIN_PASSWORD", "12345678"),
        ],
    );
}

#[test]
fn references_switches_and_places_are_no_secrets() {
    check(
        None,
        &[
            ("DB_PASSWORD", ""),
            ("DB_PASSWORD", "  "),
            ("DB_PASSWORD", "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf"),
            ("DB_PASSWORD", "{{resolve:secretsmanager:db:SecretString:password}}"),
            ("DB_PASSWORD", "/prod/db/password"),
            ("DB_PASSWORD", "${ssm:/prod/db/password}"),
            ("DB_PASSWORD", "$DB_PASSWORD"),
            ("DB_PASSWORD", "<password>"),
            ("DB_PASSWORD", "********"),
            ("API_TOKEN_ENABLED", "true"),
            ("USE_TOKEN", "false"),
            ("PASSWORD_LENGTH", "32"),
            ("REQUIRE_PASSWORD", "1"),
            ("TOKEN", "3600"),
            ("PRIVATE_KEY", "/etc/ssl/private/server.pem"),
            ("PRIVATE_KEY_PATH", "keys/server"),
            ("SECRET_NAME", "prod-db"),
            ("SECRET_ARN", "whatever"),
            ("DB_SECRET", "prod/db/credentials"),
            ("TOKEN_URL", "https://login.example.com/token"),
            ("TOKEN_ENDPOINT", "login.example.com"),
            ("NEXT_TOKEN", "a1b2c3d4e5"),
            ("CLIENT_SECRET_ID", "0f8fad5b"),
            ("MAX_TOKENS", "4096"),
            ("TOKENIZER", "whitespace"),
            ("PWD", "/var/task"),
            ("KEY", "value"),
            ("PRIMARY_KEY", "id"),
            ("AUTHOR", "team-web"),
            ("PASSWORD_POLICY", "strict"),
        ],
    );
}

/// What a text holds, as numbers of lines and kinds.
#[track_caller]
fn check_text(text: &str, expected: &[(u32, SecretKind)]) {
    let found: Vec<_> = secrets_in(text).into_iter().map(|it| (it.line, it.kind)).collect();
    assert_eq!(found, expected, "{text}");
}

#[track_caller]
fn check_lines(kind: impl Into<Option<SecretKind>>, lines: &[&str]) {
    let expected: Vec<_> = kind.into().into_iter().map(|kind| (1, kind)).collect();
    for line in lines {
        check_text(line, &expected);
    }
}

#[test]
fn scripts_and_configuration_hold_secrets_under_their_names() {
    check_lines(
        NamedLikeSecret,
        &[
            "export DB_PASSWORD=hunter2",
            "export DB_PASSWORD='pa$$word1'",
            "  DB_PASSWORD = \"correct horse\"",
            "DB_PASS=hunter2 ./start.sh",
            "# DB_PASSWORD=hunter2",
            "docker run -e DB_PASSWORD=hunter2 -p 80:80 app",
            "ENV API_KEY=a1b2c3d4e5",
            "spring.datasource.password=hunter2",
            "java -Ddb.password=hunter2 -jar app.jar",
            "  password: hunter2",
            "- password: 'hunter2'",
            "{\"password\": \"hunter2\"}",
            "echo \"{\\\"password\\\": \\\"hunter2\\\"}\" > config.json",
            "echo '{\"apiKey\":\"a1b2c3d4e5\"}' > config.json",
            "'password' => 'hunter2',",
            "os.environ[\"DB_PASSWORD\"] = \"hunter2\"",
            "$env:DB_PASSWORD = \"hunter2\"",
            "$Password = 'hunter2'",
            "curl -H 'X-Auth-Token: a1b2c3d4e5' https://example.com",
            "curl 'https://example.com/?user=a&access_token=a1b2c3d4e5'",
            "mysql --user=app --password=hunter2",
            "aws rds modify-db-instance --master-user-password hunter2 --apply-immediately",
            "Register-Agent -Token \"a1b2c3d4e5\"",
            "CMD [\"serve\", \"--db-password\", \"hunter2\"]",
            "kubeadm join 10.0.0.1:6443 --token abcdef.0123456789abcdef",
            "curl -u app:hunter2 https://example.com",
            "echo 'admin:hunter2' | chpasswd",
            "net user Administrator hunter2 /add",
            "ConvertTo-SecureString \"hunter2\" -AsPlainText -Force",
        ],
    );
}

#[test]
fn scripts_and_configuration_hold_what_is_a_secret_under_any_name() {
    let random = joined(&["k3JfP9xQ2mZr8TbV7nYc", "1WdH6sLg4RtUeA0iKo5B"]);
    check_lines(
        AwsSecretAccessKey,
        &[
            &format!("aws_secret_access_key = {random}"),
            &format!("aws configure set aws_secret_access_key {random}"),
            "export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        ],
    );
    check_lines(AwsAccessKeyId, &["aws_access_key_id = AKIAIOSFODNN7EXAMPLE"]);
    check_lines(
        UrlWithPassword,
        &[
            "git clone https://ci:hunter2@git.example.com/app.git",
            "  uri: 'postgres://app:hunter2@db.example.com/app'",
            "psql \"host=db.example.com user=app password=hunter2\"",
        ],
    );
    let digits = "0123456789abcdefABCDEF0123456789abcdefAB";
    check_lines(
        IssuedToken,
        &[
            &format!("git clone https://ghp_{digits}@github.com/example/app.git"),
            &format!("//registry.npmjs.org/:_authToken=npm_{digits}"),
            &format!("curl -H \"PRIVATE-TOKEN: glpat-{digits}\" https://git.example.com"),
        ],
    );
}

#[test]
fn what_a_text_fetches_asks_for_or_describes_is_no_secret() {
    check_lines(
        None,
        &[
            "",
            "#!/bin/bash",
            "export DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id db --query SecretString)",
            "DB_PASSWORD=`cat /run/secrets/db`",
            "TOKEN=`curl -X PUT http://169.254.169.254/latest/api/token -H \"X-aws-ec2-metadata-token-ttl-seconds: 21600\"`",
            "curl -H \"X-aws-ec2-metadata-token: $TOKEN\" http://169.254.169.254/latest/meta-data",
            "export DB_PASSWORD=\"${DB_PASSWORD}\"",
            "export DB_PASSWORD=${1:?the password is missing}",
            "mysql --password=\"$DB_PASSWORD\" --user app",
            "mysql --password $DB_PASSWORD",
            "docker login --username AWS --password-stdin 111122223333.dkr.ecr.eu-west-1.amazonaws.com",
            "aws ecr get-login-password --region eu-west-1",
            "read -s -p \"Password: \" PASSWORD",
            "echo \"Enter the password: it is in the safe\"",
            "# Note: the password: see the wiki",
            "password: {{ db_password }}",
            "password: \"{{resolve:secretsmanager:db:SecretString:password}}\"",
            "DB_PASSWORD: ssm:/prod/db/password",
            "DB_PASSWORD: arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf",
            "  private_key: |",
            "password = var.db_password",
            "password = config.db.password",
            "password=db_password",
            "give it with --username and --password options",
            "self.password = password",
            "user, token = credentials",
            "connect(user=user, password=password, host=host)",
            "def login(self, user=None, password=None, email=None):",
            "    credentials: StateCredentials,",
            "password = get_secret(\"db\")",
            "password: str = None",
            "  password: string;",
            "if [ \"$PASSWORD\" = \"changeme\" ]; then",
            "if [[ $TOKEN == expired ]]; then",
            "[ -z \"$TOKEN\" ] && exit 1",
            "echo \"${PASSWORD:-default}\"",
            "PASSWORD= ./start.sh",
            "sed -i \"s/password=.*/password=$PASSWORD/\" app.conf",
            "grep -q 'password=' app.conf",
            "PasswordAuthentication no",
            "ssh_pwauth: true",
            "lock_passwd: false",
            "passwd: files systemd",
            "passwd:         files",
            "id-token: write",
            "passwd: $6$rounds=4096$saltsalt$hashhashhash",
            "validate_password.policy=STRONG",
            "password_encryption = scram-sha-256",
            "psql --no-password app",
            "kubeadm join --discovery-token-ca-cert-hash sha256:0123456789abcdef",
            "docker service create --secret db-password app",
            "git clone https://$USER:$token@git.example.com/app.git",
            "curl -u \"$USER:$PASSWORD\" https://example.com",
            "git clone git@github.com:example/app.git",
            "aws s3 cp s3://example/app.tar.gz /tmp/app.tar.gz",
        ],
    );
}

#[test]
fn lines_are_counted_and_a_key_is_found_where_it_begins() {
    check_text(
        "#!/bin/bash\nDB_PASSWORD=hunter2\r\n\ncat > k <<EOF\n-----BEGIN RSA PRIVATE KEY-----\n\
         k3JfP9xQ2mZr8TbV7nYc1WdH6sLg4RtUeA0iKo5B\n-----END RSA PRIVATE KEY-----\nEOF\n\
         TOKEN=a1b2c3 # AKIAIOSFODNN7EXAMPLE\n",
        &[(2, NamedLikeSecret), (5, PrivateKey), (9, AwsAccessKeyId), (9, NamedLikeSecret)],
    );
}

#[test]
fn a_build_specification_names_secrets_without_holding_them() {
    check_text(
        "version: 0.2\nenv:\n  variables:\n    STAGE: prod\n    DB_PASSWORD: hunter2\n  \
         secrets-manager:\n    API_TOKEN: prod-api:token\n\n    DB_SECRET: prod-db\n  \
         parameter-store:\n    SECRET: prod-secret\nphases:\n  build:\n    commands:\n      \
         - deploy --token a1b2c3d4e5\n",
        &[(5, NamedLikeSecret), (15, NamedLikeSecret)],
    );
    check_text(
        "{\n  \"env\": {\n    \"secrets-manager\": {\n      \"API_TOKEN\": \"prod-api:token\"\n    \
         },\n    \"variables\": {\"API_TOKEN\": \"a1b2c3d4e5\"}\n  }\n}",
        &[(6, NamedLikeSecret)],
    );
}

#[test]
fn base64_inside_a_text_is_looked_into() {
    // `[db]`, `user=app`, `password=hunter2hunter2`, each on a line.
    let inner = "W2RiXQp1c2VyPWFwcApwYXNzd29yZD1odW50ZXIyaHVudGVyMgo=";
    check_text(&format!("write_files:\n- content: {inner}\n"), &[(2, NamedLikeSecret)]);
    check_text(&format!("CONFIG={inner}"), &[(1, NamedLikeSecret)]);
}

#[test]
fn a_value_with_a_structure_is_looked_at_as_a_text() {
    check(
        NamedLikeSecret,
        &[
            ("CONFIG", "{\"user\": \"app\", \"password\": \"hunter2\"}"),
            ("SETTINGS", "user=app\npassword=hunter2\n"),
        ],
    );
    check(None, &[("CONFIG", "{\"user\": \"app\", \"token_url\": \"login.example.com\"}")]);
}
