use keyward_snapshot::{Call, Function};

use super::sightings::{Sighting, among, weak};
use crate::{Answer, Control, Find, Severity, Subject, View};

pub(crate) static CONTROL: Control = Control {
    id: "secrets-in-function-environments",
    docs: crate::docs! {
        /// # Secret in a function's environment
        ///
        /// An environment variable of a Lambda function holds a credential.
        ///
        /// ## Why it matters
        ///
        /// Whoever may call `lambda:GetFunctionConfiguration` or `lambda:ListFunctions` reads the
        /// environment in plain text, and those permissions are in every read-only role. The value
        /// also stands in templates, in deployment logs and in old versions of the function, which
        /// keep it after the newest version lost it.
        ///
        /// ## What is checked
        ///
        /// The environment that `list-functions` returns, by the form of each value (keys of AWS,
        /// private keys, tokens that their issuers mark, URLs with a password) and by the name of
        /// the variable (`DB_PASSWORD`). The values are looked at while they are read and are kept
        /// nowhere; the evidence names variable and kind.
        ///
        /// - A variable that is named like a secret counts as one, whatever its value looks like, unless
        ///   the value is a reference (an ARN, a parameter's path), a switch or a number.
        /// - The id of an access key alone makes it medium: it is no secret, but says that the
        ///   function uses a long-lived key where its role would do.
        /// - Only `$LATEST` is looked at: published versions keep environments of their own.
        /// - Where AWS withholds the environment because the caller may not decrypt it, the answer
        ///   is cannot-tell.
        ///
        /// ## Fix
        ///
        /// 1. Rotate the credential: it has to count as known.
        /// 2. Put the new value into Secrets Manager, give the function's role
        ///    `secretsmanager:GetSecretValue` on that secret, and read it at start, through the AWS
        ///    Parameters and Secrets Lambda extension if you like. For a key of AWS: use the role
        ///    and no key at all.
        /// 3. Take the variable out (`aws lambda update-function-configuration`), and delete the
        ///    published versions that still have it (`aws lambda delete-function --function-name …
        ///    --qualifier …`, never without the qualifier).
        ///
        /// ## Fix safety
        ///
        /// Disruptive if the code does not read the secret yet: change the code first, then the
        /// environment. The old environment can be set again, which brings the weakness back.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"Functions": [{
        ///   "FunctionName": "nightly-report",
        ///   "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:nightly-report",
        ///   "Role": "arn:aws:iam::111122223333:role/nightly-report",
        ///   "Environment": {"Variables": {
        ///     "STAGE": "production",
        ///     "UPLOAD_SECRET_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
        ///   }}
        /// }]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"Functions": [{
        ///   "FunctionName": "nightly-report",
        ///   "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:nightly-report",
        ///   "Role": "arn:aws:iam::111122223333:role/nightly-report",
        ///   "Environment": {"Variables": {"STAGE": "production", "BUCKET": "example-reports"}}
        /// }]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>
        /// - <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html>
        /// - <https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html>
    },
    severity: Severity::Critical,
    needs: &[Call::ListFunctions],
    refines: &[],
    watch: &["lambda:CreateFunction", "lambda:UpdateFunctionConfiguration"],
    // No condition key sees what an environment holds.
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    view.each(&view.account.functions, |function| Some(answer(function)))
}

fn answer(function: &Function) -> Answer {
    let name = &function.name;
    let subject = Subject::new(&function.arn).in_region(&function.region);
    if function.environment_withheld {
        let title = format!(
            "AWS withheld the environment of `{name}`: who read it lacks `kms:Decrypt` for its key"
        );
        return Answer::undecided(subject, title);
    }
    let found: Vec<Sighting> = among("variable", &function.environment, "").collect();
    weak(subject.clone(), &format!("the environment of `{name}`"), &found).unwrap_or_else(|| {
        Answer::sound(subject, format!("No secret in the environment of `{name}`"))
            .evidence("variables looked at", function.environment.len())
    })
}
