use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use keyward_snapshot::{Call, Gap, LastAccessed, RoleLastUsed};

use super::principals::{GRANTING_ACTIONS, Principal, abridged, listed, roles, users};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "privilege-granted-unused",
    docs: crate::docs! {
        /// # Services granted and not used
        ///
        /// The policies of a user or a role grant services that it has not used for 90 days.
        ///
        /// ## Why it matters
        ///
        /// Nobody would notice if the permission were gone, except whoever steals the credentials.
        /// A key that reads one bucket and may also delete tables makes of a leak in the one an
        /// outage of the other.
        ///
        /// ## What is checked
        ///
        /// IAM records when a user or a role last tried to use each service that its identity
        /// policies grant (*Last Accessed*). Weak is a user or a role with a service that it last
        /// used 90 or more days before AWS made the report (setting `service_unused_days`), or that
        /// it never used within the 400 days that AWS looks back. There is one finding a user or a
        /// role; the evidence names the services, and the policies that grant them. A service that
        /// no policy grants any more does not count. Boundaries and service control policies are
        /// not looked at: what they hold back is not used either, and nobody needs it granted.
        ///
        /// Administrators are judged like all others: the services that they do use are what a
        /// smaller policy has to grant. These get no answer:
        ///
        /// - users and roles that are younger than 90 days, or that have no policy;
        /// - roles that nobody has used at all for as long as `role_unused_days` says: that is
        ///   `roles-unused`;
        /// - service-linked roles, whose policies AWS writes;
        /// - the roles of Identity Center: their permission set serves other accounts and people
        ///   too, and what is unused here may be in use there;
        /// - users and roles that the setting `break_glass` names.
        ///
        /// AWS's report lags behind by up to four hours. It does not tell when a service was granted:
        /// one that was granted yesterday looks unused.
        ///
        /// ## Fix
        ///
        /// Take the unused services out of the policies. Which actions of the others were used, the
        /// same report says with more detail. The first command prints a job's id for the second:
        ///
        /// ```sh
        /// aws iam generate-service-last-accessed-details --granularity ACTION_LEVEL \
        ///   --arn arn:aws:iam::111122223333:role/reports
        /// aws iam get-service-last-accessed-details --job-id JOB_ID
        /// ```
        ///
        /// A policy of AWS's cannot be changed: write one of your own with the services that are
        /// used, attach it, and detach AWS's. A policy that several share gets a copy for each
        /// purpose first.
        ///
        /// ## Fix safety
        ///
        /// Disruptive: sessions lose the permissions at once. What can break is what happens once a
        /// year, such as a restore or an annual report; ask the owner. Keep the old version of the
        /// policy (`aws iam create-policy-version --set-as-default` keeps up to five) and set it as the default
        /// again to undo it.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"RoleName": "reports", "RoleId": "AROAEXAMPLEREPORTS0", "Arn": "arn:aws:iam::111122223333:role/reports", "CreateDate": "2025-01-01T00:00:00Z",
        ///   "RoleLastUsed": {"LastUsedDate": "2026-11-23T03:00:00Z", "Region": "eu-west-1"},
        ///   "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
        ///   "RolePolicyList": [{"PolicyName": "data", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "dynamodb:*"], "Resource": "*"}]}}]}]}
        /// ```
        ///
        /// ```json get-service-last-accessed-details/reports.json
        /// {"JobStatus": "COMPLETED", "JobCreationDate": "2026-11-24T00:00:00Z", "JobCompletionDate": "2026-11-24T00:00:00Z",
        ///  "ServicesLastAccessed": [
        ///   {"ServiceName": "Amazon DynamoDB", "ServiceNamespace": "dynamodb", "TotalAuthenticatedEntities": 0},
        ///   {"ServiceName": "Amazon S3", "ServiceNamespace": "s3", "LastAuthenticated": "2026-11-23T03:00:00Z",
        ///    "LastAuthenticatedEntity": "arn:aws:iam::111122223333:role/reports", "TotalAuthenticatedEntities": 1}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"RoleName": "reports", "RoleId": "AROAEXAMPLEREPORTS0", "Arn": "arn:aws:iam::111122223333:role/reports", "CreateDate": "2025-01-01T00:00:00Z",
        ///   "RoleLastUsed": {"LastUsedDate": "2026-11-23T03:00:00Z", "Region": "eu-west-1"},
        ///   "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
        ///   "RolePolicyList": [{"PolicyName": "data", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}}]}]}
        /// ```
        ///
        /// ```json get-service-last-accessed-details/reports.json
        /// {"JobStatus": "COMPLETED", "JobCreationDate": "2026-11-24T00:00:00Z", "JobCompletionDate": "2026-11-24T00:00:00Z",
        ///  "ServicesLastAccessed": [
        ///   {"ServiceName": "Amazon S3", "ServiceNamespace": "s3", "LastAuthenticated": "2026-11-23T03:00:00Z",
        ///    "LastAuthenticatedEntity": "arn:aws:iam::111122223333:role/reports", "TotalAuthenticatedEntities": 1}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html>
    },
    severity: Severity::Medium,
    needs: &[
        Call::GetAccountAuthorizationDetails,
        Call::GenerateServiceLastAccessedDetails,
        Call::GetServiceLastAccessedDetails,
    ],
    refines: &[],
    watch: GRANTING_ACTIONS,
    // That a permission will lie idle does not show when it is given.
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    let list = &view.account.last_accessed;
    let known = Known {
        view,
        subjects: view.account.last_accessed_subjects(),
        reports: list.iter().map(|it| (it.principal.as_str(), it)).collect(),
        gaps: list.gaps.iter().filter_map(|gap| Some((gap.about.as_deref()?, gap))).collect(),
    };
    let ages: HashMap<&str, Option<Timestamp>> =
        view.account.users.iter().map(|user| (user.arn.as_str(), user.created)).collect();
    let mut answers = users(view, |user| known.answer(user, ages.get(user.arn).copied().flatten()));
    let of_roles = roles(view, |role, principal| match &role.last_used {
        RoleLastUsed::At(time, _) if view.days_since(*time) >= unused_days_of_role(view) => None,
        _ => known.answer(principal, role.created),
    });
    answers.extend(of_roles);
    // What is missing of one principal is said there.
    let whole = list.gaps.iter().filter(|gap| gap.about.is_none());
    let part = |gap: &Gap| view.subject().part(gap.call.action());
    answers.extend(whole.map(|gap| Answer::cannot_tell(part(gap), gap)));
    let mut said = BTreeSet::new();
    answers.retain(|it| said.insert(it.subject.clone()));
    answers
}

fn unused_days_of_role(view: &View<'_>) -> i64 {
    i64::from(view.settings.role_unused_days)
}

/// What AWS says of the use of services in the account.
struct Known<'v, 'a> {
    view: &'v View<'a>,
    subjects: BTreeSet<&'a str>,
    reports: HashMap<&'a str, &'a LastAccessed>,
    gaps: HashMap<&'a str, &'a Gap>,
}

impl Known<'_, '_> {
    fn answer(&self, principal: &Principal<'_>, created: Option<Timestamp>) -> Option<Answer> {
        let limit = i64::from(self.view.settings.service_unused_days);
        let is_young = created.is_some_and(|time| self.view.days_since(time) < limit);
        let is_apart = self.view.settings.is_break_glass(principal.arn);
        if is_young || is_apart || !self.subjects.contains(principal.arn) {
            return None;
        }
        match (self.reports.get(principal.arn), self.gaps.get(principal.arn)) {
            (Some(report), _) => Some(judge(principal, report, limit)),
            (None, Some(gap)) => Some(Answer::cannot_tell(principal.subject(), gap)),
            (None, None) => None,
        }
    }
}

fn judge(principal: &Principal<'_>, report: &LastAccessed, limit: i64) -> Answer {
    let permissions = &principal.permissions;
    let is_granted = |service: &str| {
        permissions.is_identity_incomplete() || permissions.granting(service).next().is_some()
    };
    let is_unused = |last: Option<Timestamp>| {
        last.is_none_or(|last| report.reported.duration_since(last).as_hours() >= limit * 24)
    };
    let granted = report.services.iter().filter(|it| is_granted(&it.service));
    let (unused, used): (Vec<_>, Vec<_>) = granted.partition(|it| is_unused(it.last));
    let count = unused.len() + used.len();
    let names = |services: &[&keyward_snapshot::ServiceUse]| {
        listed(&services.iter().map(|it| it.service.as_str()).collect::<Vec<_>>())
    };
    let answer = match (unused.len(), count) {
        (_, 0) => principal.sound("has no service that AWS reports on"),
        (0, 1) => principal.sound("uses the one service that its policies grant"),
        (0, count) => {
            principal.sound(&format!("uses all {count} services that its policies grant"))
        }
        (idle, count) => {
            let which = match (idle, count) {
                (1, 1) => "not used the one service".to_owned(),
                (idle, count) if idle == count => format!("used none of the {count} services"),
                (idle, count) => format!("not used {idle} of the {count} services"),
            };
            let claim = format!("has {which} that its policies grant for {limit} days");
            let granting = unused.iter().flat_map(|it| permissions.granting(&it.service));
            let granting: BTreeSet<_> = granting.collect();
            let granting: Vec<String> = granting.iter().map(ToString::to_string).collect();
            principal
                .weak(&claim)
                .evidence("unused services", names(&unused))
                .evidence("granted by", abridged(&granting))
        }
    };
    let answer =
        if used.is_empty() { answer } else { answer.evidence("used services", names(&used)) };
    answer.evidence("reported", report.reported)
}
