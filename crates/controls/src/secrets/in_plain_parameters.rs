use keyward_snapshot::{Call, Known, Parameter, ParameterValue, SecretKind};

use super::sightings::in_words;
use crate::{Answer, Control, Find, Severity, Subject, View};

pub(crate) static CONTROL: Control = Control {
    id: "secrets-in-plain-parameters",
    docs: crate::docs! {
        /// # Secret in a plain parameter
        ///
        /// A parameter of Systems Manager that is not encrypted (`String` or `StringList`) holds a
        /// credential.
        ///
        /// ## Why it matters
        ///
        /// Whoever may call `ssm:GetParameters` reads the value, and read-only roles may. The value of
        /// a `SecureString` takes the use of its key as well, and a key of your own keeps that to
        /// those you name. Old values stay readable through `ssm:GetParameterHistory` as long as the
        /// parameter exists.
        ///
        /// ## What is checked
        ///
        /// The value of every `String` and `StringList` by its form (keys of AWS, private keys,
        /// tokens that their issuers mark, URLs with a password) and by the last part of the
        /// parameter's name (`/shop/db/password`). JSON and other texts with several lines are
        /// looked at line by line. Values are looked at while they are read and are kept nowhere;
        /// the evidence names parameter and kind.
        ///
        /// - A parameter that is named like a secret counts as one, whatever its value looks like,
        ///   unless the value is a reference (an ARN, a path), a switch or a number.
        /// - The id of an access key alone makes it medium: it is no secret, but says that a
        ///   long-lived key is in use.
        /// - A `SecureString` is sound, and its value is not looked at.
        /// - A parameter whose value was not read is cannot-tell. Earlier values are not read.
        ///
        /// ## Fix
        ///
        /// 1. Rotate the credential: it has to count as known.
        /// 2. Put the new value into Secrets Manager, or into a new parameter:
        ///    `aws ssm put-parameter --type SecureString --key-id … --name …`. AWS does not change
        ///    the type of a parameter that exists, so the new one has another name, or the old one
        ///    is deleted first.
        ///    Name a key of your own: the default one, `aws/ssm`, decrypts for everybody in the
        ///    account who may read the parameter.
        /// 3. Give those who read it `kms:Decrypt` of the key, let them ask with
        ///    `--with-decryption`, and delete the plain parameter (`aws ssm delete-parameter`),
        ///    which deletes its history.
        ///
        /// ## Fix safety
        ///
        /// Disruptive if a reader still asks for the old name, or without decryption: it then gets
        /// an error, or the encrypted text. Change the readers first. A deleted parameter can be
        /// made again with its old value, without its history.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"Parameters": [{
        ///   "Name": "/shop/db/password", "Type": "String",
        ///   "ARN": "arn:aws:ssm:eu-west-1:111122223333:parameter/shop/db/password"
        /// }]}
        /// {"InvalidParameters": [], "Parameters": [{
        ///   "Name": "/shop/db/password", "Type": "String", "Value": "correct-horse",
        ///   "ARN": "arn:aws:ssm:eu-west-1:111122223333:parameter/shop/db/password"
        /// }]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"Parameters": [{
        ///   "Name": "/shop/db/password", "Type": "SecureString",
        ///   "ARN": "arn:aws:ssm:eu-west-1:111122223333:parameter/shop/db/password"
        /// }, {
        ///   "Name": "/shop/db/host", "Type": "String",
        ///   "ARN": "arn:aws:ssm:eu-west-1:111122223333:parameter/shop/db/host"
        /// }]}
        /// {"InvalidParameters": [], "Parameters": [{
        ///   "Name": "/shop/db/host", "Type": "String", "Value": "db.example.com",
        ///   "ARN": "arn:aws:ssm:eu-west-1:111122223333:parameter/shop/db/host"
        /// }]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/systems-manager/latest/userguide/what-is-a-parameter.html>
        /// - <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html>
        /// - <https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html>
    },
    severity: Severity::High,
    needs: &[Call::DescribeParameters, Call::GetParameters],
    refines: &[],
    watch: &["ssm:PutParameter"],
    // No condition key sees the type or the value of a parameter.
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    view.each(&view.account.parameters, |parameter| Some(answer(view, parameter)))
}

fn answer(view: &View<'_>, parameter: &Parameter) -> Answer {
    let name = &parameter.name;
    let subject = subject(view, parameter);
    match &parameter.value {
        ParameterValue::Encrypted => {
            Answer::sound(subject, format!("The parameter `{name}` is encrypted"))
                .evidence("type", "SecureString")
        }
        ParameterValue::Plain(Known::Gap(gap)) => Answer::cannot_tell(subject, gap),
        ParameterValue::Plain(Known::Value(None)) => {
            Answer::sound(subject, format!("No secret in the plain parameter `{name}`"))
                .evidence("value", "looked at, and not kept")
        }
        ParameterValue::Plain(Known::Value(Some(kind))) => {
            let held = in_words(*kind);
            let answer =
                Answer::weak(subject, format!("The plain parameter `{name}` holds {held}"))
                    .evidence("parameter", format!("`{name}`: {held}"));
            if *kind == SecretKind::AwsAccessKeyId {
                answer.severity(Severity::Medium, "the id of an access key is not secret by itself")
            } else {
                answer
            }
        }
    }
}

fn subject(view: &View<'_>, parameter: &Parameter) -> Subject {
    let Parameter { arn, name, region, .. } = parameter;
    let arn = arn.clone().unwrap_or_else(|| {
        let (partition, account) = (view.partition(), &view.account.id);
        format!("arn:{partition}:ssm:{region}:{account}:parameter/{}", name.trim_start_matches('/'))
    });
    Subject::new(arn).in_region(region)
}
