use keyward_snapshot::{
    Call, Instance, InstanceState, LaunchTemplateVersion, Unreadable, UserData,
};

use super::sightings::{Sighting, weak};
use crate::instances::machines;
use crate::view::partition_of_region;
use crate::{Answer, Control, Find, Severity, Subject, View};

pub(crate) static CONTROL: Control = Control {
    id: "secrets-in-user-data",
    docs: crate::docs! {
        /// # Secret in user data
        ///
        /// The user data of an instance or of a launch template holds a credential.
        ///
        /// ## Why it matters
        ///
        /// User data is not protected: every process on the instance reads it from the metadata
        /// service, as does whoever makes an application there fetch an address for them, and
        /// everybody who may call `ec2:DescribeInstanceAttribute` or
        /// `ec2:DescribeLaunchTemplateVersions` reads it from outside. It stays for the life of the
        /// instance, and versions of a launch template never change.
        ///
        /// ## What is checked
        ///
        /// The user data of every instance that is not terminated, and of the versions of launch
        /// templates that were read (the latest and the default one of each template), line by
        /// line: keys of AWS, private keys, tokens that their issuers mark, URLs with a password,
        /// and literal values under names of secrets (`export DB_PASSWORD=…`, `--password …`).
        /// What is compressed with gzip, or is base64 inside the text, is looked into. The text is
        /// looked at while it is read and is kept nowhere; the evidence names line and kind.
        ///
        /// - A value that the script fetches or is given (`$(aws secretsmanager …)`, `${VAR}`) is
        ///   no secret, and neither is the hash of a password.
        /// - The id of an access key alone makes it medium: it is no secret, but says that the
        ///   instance uses a long-lived key where its role would do.
        /// - User data that is no text (a compiled program, say) is cannot-tell.
        /// - Launch configurations, the predecessors of launch templates, are not read.
        ///
        /// ## Fix
        ///
        /// 1. Rotate the credential: it has to count as known.
        /// 2. Put the new value into Secrets Manager, give the instance's role
        ///    `secretsmanager:GetSecretValue` on that secret, and let the script fetch it:
        ///    `DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id … --query SecretString
        ///    --output text)`. For a key of AWS: use the role, and no key at all.
        /// 3. Make a new version of the launch template, make it the default
        ///    (`aws ec2 create-launch-template-version`, `modify-launch-template`), replace the
        ///    instances, and delete the old versions (`delete-launch-template-versions`).
        /// 4. An instance that has to stay: stop it, change its user data
        ///    (`aws ec2 modify-instance-attribute --attribute userData`), start it.
        ///
        /// ## Fix safety
        ///
        /// Disruptive: instances are replaced, or stopped and started, which gives them new public
        /// addresses. The changed script does not run again on an instance that was started before.
        /// A new version of a template touches nothing that runs; going back is making the old
        /// version the default, as long as it is not deleted.
        ///
        /// ## Weak
        ///
        /// The second line of the script is `export DB_PASSWORD=…`.
        ///
        /// ```json eu-west-1/user-data.json
        /// {"Reservations": [{"OwnerId": "111122223333", "Instances": [{
        ///   "InstanceId": "i-0abc1234def567890", "State": {"Name": "running"},
        ///   "Placement": {"AvailabilityZone": "eu-west-1a"}
        /// }]}]}
        /// {"InstanceId": "i-0abc1234def567890", "UserData": {
        ///   "Value": "IyEvYmluL2Jhc2gKZXhwb3J0IERCX1BBU1NXT1JEPWNvcnJlY3QtaG9yc2UKc3lzdGVtY3RsIHN0YXJ0IHNob3AK"
        /// }}
        /// {"LaunchTemplateVersions": []}
        /// ```
        ///
        /// ## Weak: in a launch template
        ///
        /// ```json eu-west-1/user-data.json
        /// {"Reservations": []}
        /// {"LaunchTemplateVersions": [{
        ///   "LaunchTemplateId": "lt-0abc1234def567890", "LaunchTemplateName": "shop",
        ///   "VersionNumber": 3, "DefaultVersion": true,
        ///   "LaunchTemplateData": {
        ///     "UserData": "IyEvYmluL2Jhc2gKZXhwb3J0IERCX1BBU1NXT1JEPWNvcnJlY3QtaG9yc2UKc3lzdGVtY3RsIHN0YXJ0IHNob3AK"
        ///   }
        /// }]}
        /// ```
        ///
        /// ## Sound
        ///
        /// The script fetches the password; the second instance has no user data.
        ///
        /// ```json eu-west-1/user-data.json
        /// {"Reservations": [{"OwnerId": "111122223333", "Instances": [{
        ///   "InstanceId": "i-0abc1234def567890", "State": {"Name": "running"},
        ///   "Placement": {"AvailabilityZone": "eu-west-1a"}
        /// }, {
        ///   "InstanceId": "i-0def1234abc567890", "State": {"Name": "stopped"},
        ///   "Placement": {"AvailabilityZone": "eu-west-1b"}
        /// }]}]}
        /// {"InstanceId": "i-0abc1234def567890", "UserData": {
        ///   "Value": "IyEvYmluL2Jhc2gKZXhwb3J0IERCX1BBU1NXT1JEPSQoYXdzIHNlY3JldHNtYW5hZ2VyIGdldC1zZWNyZXQtdmFsdWUgLS1zZWNyZXQtaWQgZGIpCnN5c3RlbWN0bCBzdGFydCBzaG9wCg=="
        /// }}
        /// {"InstanceId": "i-0def1234abc567890", "UserData": {}}
        /// {"LaunchTemplateVersions": []}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html>
        /// - <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html>
        /// - <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-launch-template-versions.html>
    },
    severity: Severity::High,
    needs: &[
        Call::DescribeInstances,
        Call::DescribeInstanceAttribute,
        Call::DescribeLaunchTemplateVersions,
    ],
    refines: &[],
    watch: &[
        "ec2:RunInstances",
        "ec2:ModifyInstanceAttribute",
        "ec2:CreateLaunchTemplate",
        "ec2:CreateLaunchTemplateVersion",
    ],
    // No condition key sees what user data holds.
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    let mut answers = view.each(&view.account.instances, |instance| {
        (instance.state != InstanceState::Terminated).then(|| of_instance(view, instance))
    });
    answers.extend(
        view.each(&view.account.launch_templates, |version| Some(of_template(view, version))),
    );
    answers
}

fn of_instance(view: &View<'_>, instance: &Instance) -> Answer {
    let subject = machines::subject(view, instance);
    match instance.user_data.value() {
        Err(gap) => Answer::cannot_tell(subject, gap),
        // The label begins a sentence elsewhere.
        Ok(data) => answer(subject, &machines::label(instance).replacen('I', "i", 1), data),
    }
}

fn of_template(view: &View<'_>, version: &LaunchTemplateVersion) -> Answer {
    let LaunchTemplateVersion { template, name, region, version: number, .. } = version;
    let partition = partition_of_region(region);
    let arn =
        format!("arn:{partition}:ec2:{region}:{}:launch-template/{template}", view.account.id);
    let subject = Subject::new(arn).in_region(region).part(format!("version {number}"));
    let answer =
        answer(subject, &format!("launch template `{name}`, version {number}"), &version.user_data);
    if version.is_default { answer.evidence("used", "where no version is named") } else { answer }
}

fn answer(subject: Subject, whole: &str, data: &UserData) -> Answer {
    let lines = data.secrets.iter().map(|it| Sighting {
        what: "line",
        place: format!("line {}", it.line),
        kind: it.kind,
    });
    let found: Vec<Sighting> = lines.collect();
    if let Some(weak) = weak(subject.clone(), &format!("the user data of {whole}"), &found) {
        return weak;
    }
    match data.unreadable {
        Some(why) => {
            Answer::undecided(subject, format!("The user data of {whole} {}", in_words(why)))
        }
        None if data.lines == 0 => {
            Answer::sound(subject, format!("No user data: {whole}")).evidence("lines looked at", 0)
        }
        None => Answer::sound(subject, format!("No secret in the user data of {whole}"))
            .evidence("lines looked at", data.lines),
    }
}

fn in_words(why: Unreadable) -> &'static str {
    match why {
        Unreadable::NotBase64 => "holds what should be base64 and is not",
        Unreadable::NotText => "is no text, or holds a part that is none",
        Unreadable::TooLong => "is too long once it is decompressed",
    }
}
