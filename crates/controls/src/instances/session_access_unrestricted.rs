use keyward_access::Answer as Access;
use keyward_policy::{Context, Fact};

use crate::privilege::principals::{
    GRANTING_ACTIONS, GRANTS, GUARDRAILS, Principal, abridged, own_session, users_and_roles,
};
use crate::privilege::regions::REGIONS;
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "instances-session-access-unrestricted",
    docs: crate::docs! {
        /// # Permission to open a session on every instance
        ///
        /// A user or a role that is not an administrator may do `ssm:StartSession` on every
        /// instance, or reach every Windows instance by Remote Desktop through Fleet Manager.
        ///
        /// ## Why it matters
        ///
        /// A session is a shell, by default as a user with `sudo`, with the credentials of the
        /// instance's role at hand. Whoever may open one everywhere has the permissions of every
        /// instance's role and the data of every machine, production's and the domain controllers'
        /// included.
        ///
        /// ## What is checked
        ///
        /// The effective permissions of each user and role (its policies and groups, its boundary,
        /// the service control policies), Identity Center's roles included, are asked for
        /// `ssm:StartSession` on an instance of the account that nobody knows and that has no tags.
        /// What a condition on a tag limits (`ssm:resourceTag/…`, `aws:ResourceTag/…`) is sound.
        ///
        /// The question is asked for a region that nobody knows, and then for each region of AWS, so
        /// that `arn:aws:ec2:eu-west-1:*:instance/*` is found too; the title names the regions.
        /// `ssm:SessionDocumentAccessCheck` is taken to be true. The same is asked for sessions that
        /// Fleet Manager opens (`aws:CalledVia` `ssm-guiconnect.amazonaws.com`), for principals that
        /// may do `ssm-guiconnect:StartConnection`. Whether any document may be named, is evidence.
        ///
        /// The principal is assumed to have signed in with MFA, so a condition that asks for MFA
        /// does not make it sound. Where the answer hangs on another condition, such as
        /// `aws:SourceIp`, or another policy was not read, it is cannot-tell. Service control
        /// policies that were not read are taken to deny nothing, and the evidence says so.
        /// Administrators are left out, because other controls tell of them, and so are
        /// service-linked roles.
        ///
        /// ## Fix
        ///
        /// Tag instances by the team that runs them, and allow sessions by that tag:
        ///
        /// ```text
        /// {"Statement": [
        ///   {"Effect": "Allow", "Action": "ssm:StartSession",
        ///    "Resource": "arn:aws:ec2:*:111122223333:instance/*",
        ///    "Condition": {"StringEquals": {"ssm:resourceTag/team": "web"}}},
        ///   {"Effect": "Allow", "Action": "ssm:StartSession",
        ///    "Resource": "arn:aws:ssm:*:111122223333:document/SSM-SessionManagerRunShell"},
        ///   {"Effect": "Allow", "Action": ["ssm:TerminateSession", "ssm:ResumeSession"],
        ///    "Resource": "arn:aws:ssm:*:111122223333:session/${aws:userid}-*"}]}
        /// ```
        ///
        /// The holders must not be able to change that tag (`ec2:CreateTags`). There is no guardrail
        /// for it: no condition key tells what a policy that is being written allows.
        ///
        /// ## Fix safety
        ///
        /// Disruptive: who opened sessions on instances without the tag can't any more. The
        /// `StartSession` events of CloudTrail tell who opened which. Restoring the old policy undoes
        /// it.
        ///
        /// ## Weak
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
        ///
        /// ```json
        /// {"UserDetailList": [{"Path": "/", "UserName": "support", "UserId": "AIDAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:user/support", "CreateDate": "2026-01-01T00:00:00Z",
        ///   "GroupList": [], "AttachedManagedPolicies": [],
        ///   "UserPolicyList": [{"PolicyName": "sessions", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ssm:StartSession", "Resource": "*"}]}}]}],
        ///  "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        /// ```
        ///
        /// ## Weak: by Remote Desktop
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
        ///
        /// ```json
        /// {"UserDetailList": [{"Path": "/", "UserName": "support", "UserId": "AIDAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:user/support", "CreateDate": "2026-01-01T00:00:00Z",
        ///   "GroupList": [], "AttachedManagedPolicies": [],
        ///   "UserPolicyList": [{"PolicyName": "desktops", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
        ///    {"Effect": "Allow", "Action": "ssm:StartSession", "Resource": ["arn:aws:ec2:*:*:instance/*", "arn:aws:ssm:*::document/AWS-StartPortForwardingSession"],
        ///     "Condition": {"ForAnyValue:StringEquals": {"aws:CalledVia": "ssm-guiconnect.amazonaws.com"}}},
        ///    {"Effect": "Allow", "Action": "ssm-guiconnect:*", "Resource": "*"}]}}]}],
        ///  "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
        ///
        /// ```json
        /// {"UserDetailList": [{"Path": "/", "UserName": "support", "UserId": "AIDAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:user/support", "CreateDate": "2026-01-01T00:00:00Z",
        ///   "GroupList": [], "AttachedManagedPolicies": [],
        ///   "UserPolicyList": [{"PolicyName": "sessions", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
        ///    {"Effect": "Allow", "Action": "ssm:StartSession", "Resource": "arn:aws:ec2:*:111122223333:instance/*", "Condition": {"StringEquals": {"ssm:resourceTag/team": "web"}}},
        ///    {"Effect": "Allow", "Action": "ssm:StartSession", "Resource": "arn:aws:ssm:*:111122223333:document/SSM-SessionManagerRunShell"}]}}]}],
        ///  "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-examples.html>
        /// - <https://docs.aws.amazon.com/systems-manager/latest/userguide/fleet-manager-remote-desktop-connections.html>
    },
    severity: Severity::High,
    needs: GRANTS,
    refines: GUARDRAILS,
    watch: GRANTING_ACTIONS,
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

const START: &str = "ssm:StartSession";

/// The service in whose name Fleet Manager opens sessions for Remote Desktop.
const REMOTE_DESKTOP: &str = "ssm-guiconnect.amazonaws.com";

/// Stands for every region.
const ANYWHERE: &str = "nowhere-1";

const CLAIM: &str = "may open a session on every instance";
const SOUND: &str = "may not open a session on every instance";

fn find(view: &View<'_>) -> Vec<Answer> {
    users_and_roles(view, |principal| {
        (!principal.is_administrator()).then(|| answer(view, principal))
    })
}

fn answer(view: &View<'_>, principal: &Principal<'_>) -> Answer {
    if let Some(answer) = principal.without(START, SOUND) {
        return answer;
    }
    let everywhere = Session::ask(view, principal, ANYWHERE);
    if let Some((way, because)) = everywhere.allowed() {
        return principal
            .weak(&format!("may open {way} on every instance"))
            .allowed_by(because)
            .evidence("any document", everywhere.any_document(principal));
    }
    let by_region: Vec<(&str, Session)> = REGIONS
        .iter()
        .map(|region| (*region, Session::ask(view, principal, region)))
        .filter(|(_, session)| !session.is_denied())
        .collect();
    let regions: Vec<String> = by_region
        .iter()
        .filter(|(_, session)| session.allowed().is_some())
        .map(|(region, _)| format!("`{region}`"))
        .collect();
    let found = by_region.iter().find_map(|(_, session)| Some((session, session.allowed()?)));
    if let Some((session, (way, because))) = found {
        return principal
            .weak(&format!("may open {way} on every instance in {}", abridged(&regions)))
            .allowed_by(because)
            .evidence("any document", session.any_document(principal));
    }
    let session = by_region.first().map_or(&everywhere, |(_, session)| session);
    principal.judge(session.open(), CLAIM, SOUND)
}

/// What a principal may do in one region, on an instance that nobody knows.
#[derive(Debug)]
struct Session {
    /// The answer for sessions that the principal opens itself.
    shell: Access,
    /// The answer for sessions that Fleet Manager opens for it.
    desktop: Access,
    /// A document that nobody knows.
    document: String,
    context: Context,
}

impl Session {
    fn ask(view: &View<'_>, principal: &Principal<'_>, region: &str) -> Self {
        let account = &view.account.id;
        let partition = principal.partition();
        let instance = format!("arn:{partition}:ec2:{region}:{account}:instance/i-keyward");
        let own = own_session(view).with("aws:RequestedRegion", region);
        let directly = own.clone().with("ssm:SessionDocumentAccessCheck", "true");
        let called = directly
            .clone()
            .with("aws:ViaAWSService", "true")
            .with_fact("aws:CalledVia", Fact::Known(vec![REMOTE_DESKTOP.to_owned()]))
            .with("aws:CalledViaFirst", REMOTE_DESKTOP)
            .with("aws:CalledViaLast", REMOTE_DESKTOP);
        let connect = principal.may_on_any("ssm-guiconnect:StartConnection", "*", &own);
        let desktop = match connect {
            Access::Yes(_) => principal.may_on_any(START, &instance, &called),
            denied_or_open => denied_or_open,
        };
        Self {
            shell: principal.may_on_any(START, &instance, &directly),
            desktop,
            document: format!(
                "arn:{partition}:ssm:{region}:{account}:document/keyward-nonexistent"
            ),
            context: directly,
        }
    }

    /// By which way sessions are allowed, and the statements.
    fn allowed(&self) -> Option<(&'static str, &[String])> {
        match (&self.shell, &self.desktop) {
            (Access::Yes(because), _) => Some(("a session", because)),
            (_, Access::Yes(because)) => Some(("a Remote Desktop session", because)),
            _ => None,
        }
    }

    fn is_denied(&self) -> bool {
        matches!((&self.shell, &self.desktop), (Access::No(_), Access::No(_)))
    }

    /// The answer that stands in the way of a certain one, if there is one.
    fn open(&self) -> &Access {
        let (Access::No(_), Access::Depends(_) | Access::CannotTell(_)) =
            (&self.shell, &self.desktop)
        else {
            return &self.shell;
        };
        &self.desktop
    }

    /// Whether any document may be named, in a word.
    fn any_document(&self, principal: &Principal<'_>) -> &'static str {
        match principal.may_on_any(START, &self.document, &self.context) {
            Access::Yes(_) => "yes",
            Access::No(_) => "no",
            Access::Depends(_) | Access::CannotTell(_) => "perhaps",
        }
    }
}
