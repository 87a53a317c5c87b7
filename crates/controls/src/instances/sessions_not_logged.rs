use std::collections::BTreeSet;

use keyward_snapshot::{Call, Gap, InstanceState, SessionPreferences};

use crate::view::partition_of_region;
use crate::{Answer, Control, Find, Severity, Subject, View};

pub(crate) static CONTROL: Control = Control {
    id: "instances-sessions-not-logged",
    docs: crate::docs! {
        /// # Sessions that are not logged
        ///
        /// The preferences of Session Manager in a region name neither a bucket nor a log group for
        /// what happens in sessions, or nobody ever set any.
        ///
        /// ## Why it matters
        ///
        /// CloudTrail records that a session was started, and by whom, but not what was typed in it.
        /// After an incident that is the first question, and without session logs it has no answer.
        ///
        /// ## What is checked
        ///
        /// The document `SSM-SessionManagerRunShell` of each region that was asked, in its default
        /// version. Weak if it does not exist, or has neither `s3BucketName` nor
        /// `cloudWatchLogGroupName`. In a region whose instances were listed and in which none
        /// runs, the severity is lowered to low.
        ///
        /// A region in which instances run and whose preferences were not read is cannot-tell.
        /// Sessions that forward ports or carry SSH are never logged, whatever the preferences say;
        /// a document of one's own that somebody names when starting a session has preferences of
        /// its own.
        ///
        /// ## Fix
        ///
        /// *Systems Manager › Session Manager › Preferences*, in each region, or:
        ///
        /// ```sh
        /// aws ssm create-document --name SSM-SessionManagerRunShell --document-type Session \
        ///   --document-format JSON --content file://preferences.json
        /// aws ssm update-document --name SSM-SessionManagerRunShell --document-version '$LATEST' \
        ///   --content file://preferences.json
        /// aws ssm update-document-default-version --name SSM-SessionManagerRunShell --document-version 2
        /// ```
        ///
        /// ```text
        /// {"schemaVersion": "1.0", "sessionType": "Standard_Stream",
        ///  "inputs": {"cloudWatchLogGroupName": "sessions", "cloudWatchEncryptionEnabled": true, "cloudWatchStreamingEnabled": true}}
        /// ```
        ///
        /// Where the document exists, the second command prints the number of the new version; the
        /// third makes that the default. The instances' role needs `logs:CreateLogStream`,
        /// `logs:PutLogEvents`, `logs:DescribeLogGroups` and `logs:DescribeLogStreams` on the log
        /// group, or `s3:PutObject` and `s3:GetEncryptionConfiguration` on the bucket.
        ///
        /// ## Fix safety
        ///
        /// Disruptive where encryption is asked for and the bucket or log group has none, or the
        /// instances' role may not write there: sessions then fail to start. Try it in one region.
        /// The old preferences in a new version of the document undo it.
        ///
        /// ## Weak
        ///
        /// ```text us-east-1/get-document.txt
        /// An error occurred (InvalidDocument) when calling the GetDocument operation: Document with name SSM-SessionManagerRunShell does not exist.
        /// ```
        ///
        /// ## Weak: preferences without a place for logs
        ///
        /// ```json us-east-1/get-document.json
        /// {"Name": "SSM-SessionManagerRunShell", "DocumentVersion": "1", "Status": "Active", "DocumentType": "Session", "DocumentFormat": "JSON",
        ///  "Content": "{\"schemaVersion\": \"1.0\", \"sessionType\": \"Standard_Stream\", \"inputs\": {\"s3BucketName\": \"\", \"cloudWatchLogGroupName\": \"\", \"idleSessionTimeout\": \"20\"}}"}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json us-east-1/get-document.json
        /// {"Name": "SSM-SessionManagerRunShell", "DocumentVersion": "1", "Status": "Active", "DocumentType": "Session", "DocumentFormat": "JSON",
        ///  "Content": "{\"schemaVersion\": \"1.0\", \"sessionType\": \"Standard_Stream\", \"inputs\": {\"s3BucketName\": \"\", \"cloudWatchLogGroupName\": \"sessions\", \"cloudWatchEncryptionEnabled\": true}}"}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-logging.html>
        /// - <https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-preferences-cli.html>
    },
    severity: Severity::High,
    needs: &[Call::GetDocument],
    refines: &[Call::DescribeInstances],
    watch: &["ssm:DeleteDocument", "ssm:UpdateDocument", "ssm:UpdateDocumentDefaultVersion"],
    preventable: &["ssm:DeleteDocument", "ssm:UpdateDocument", "ssm:UpdateDocumentDefaultVersion"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    let preferences = &view.account.session_preferences;
    let mut answers: Vec<Answer> =
        preferences.iter().map(|preferences| answer(view, preferences)).collect();
    let gaps = preferences.gaps.iter();
    answers.extend(gaps.map(|gap| Answer::cannot_tell(subject(view, gap.region.as_deref()), gap)));
    answers.extend(unanswered(view).into_iter().map(|region| {
        let gap = Gap::not_collected(Call::GetDocument).in_region(region);
        Answer::cannot_tell(subject(view, Some(region)), &gap)
    }));
    answers
}

fn answer(view: &View<'_>, preferences: &SessionPreferences) -> Answer {
    let region = preferences.region.as_deref();
    let place = region.map_or_else(|| "a region".to_owned(), |region| format!("`{region}`"));
    let subject = subject(view, region);
    let bucket = preferences.s3_bucket.as_deref().filter(|name| !name.is_empty());
    let log_group = preferences.cloudwatch_log_group.as_deref().filter(|name| !name.is_empty());
    if bucket.is_some() || log_group.is_some() {
        return Answer::sound(subject, format!("Sessions in {place} are logged"))
            .evidence("log group", log_group.unwrap_or("none"))
            .evidence("bucket", bucket.unwrap_or("none"));
    }
    let preferences = if preferences.exists { "no bucket and no log group" } else { "never set" };
    Answer::weak(subject, format!("Sessions in {place} are not logged"))
        .evidence("preferences", preferences)
        .severity_if(is_quiet(view, region), Severity::Low, "no instance runs in the region")
}

/// Whether certainly no instance runs in the region.
fn is_quiet(view: &View<'_>, region: Option<&str>) -> bool {
    let here = |of: &str| region.is_none_or(|region| region == of);
    let instances = &view.account.instances;
    let read = instances.gaps.iter().all(|gap| gap.region.as_deref().is_some_and(|of| !here(of)));
    read && !running_regions(view).into_iter().any(here)
}

/// Regions in which instances run and of which there is neither an answer nor a gap.
fn unanswered<'a>(view: &View<'a>) -> Vec<&'a str> {
    let preferences = &view.account.session_preferences;
    let answers = preferences.iter().map(|it| it.region.as_deref());
    let asked: BTreeSet<Option<&str>> =
        answers.chain(preferences.gaps.iter().map(|gap| gap.region.as_deref())).collect();
    // An answer whose region nobody knows may be the one that is missed.
    if asked.contains(&None) {
        return Vec::new();
    }
    running_regions(view).into_iter().filter(|region| !asked.contains(&Some(*region))).collect()
}

fn running_regions<'a>(view: &View<'a>) -> BTreeSet<&'a str> {
    let instances = view.account.instances.iter();
    instances
        .filter(|instance| instance.state == InstanceState::Running)
        .map(|instance| instance.region.as_str())
        .collect()
}

fn subject(view: &View<'_>, region: Option<&str>) -> Subject {
    let partition = match region {
        Some(region) => partition_of_region(region),
        None => view.partition(),
    };
    let document = format!(
        "arn:{partition}:ssm:{}:{}:document/SSM-SessionManagerRunShell",
        region.unwrap_or_default(),
        view.account.id
    );
    match region {
        Some(region) => Subject::new(document).in_region(region),
        None => Subject::new(document),
    }
}
