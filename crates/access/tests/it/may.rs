//! What a user or a role may do, with everything read and with something missing.

use keyward_access::{Answer, Permissions, of_role, of_user};
use keyward_policy::Context;
use keyward_snapshot::{Account, Call, Gap, Head, Known, Listing, Role, User};

use crate::estate::*;

const OBJECT: &str = "arn:aws:s3:::reports/2026";

fn ask(permissions: &Permissions<'_>, caller: &str, action: &str, resource: &str) -> Answer {
    permissions.may(caller, action, resource, Context::open())
}

/// The answer for a user about reading an object.
fn read(head: &Head, account: &Account, user: &User) -> Answer {
    ask(&of_user(head, account, user), &user.arn, "s3:GetObject", OBJECT)
}

fn read_as(head: &Head, account: &Account, role: &Role) -> Answer {
    ask(&of_role(head, account, role), &role.arn, "s3:GetObject", OBJECT)
}

#[track_caller]
fn yes(answer: &Answer, evidence: &[&str]) {
    assert_eq!(*answer, Answer::Yes(evidence.iter().map(ToString::to_string).collect()));
}

#[track_caller]
fn no(answer: &Answer, evidence: &str) {
    assert_eq!(*answer, Answer::No(vec![evidence.to_owned()]));
}

#[track_caller]
fn cannot_tell(answer: &Answer, gap: Gap) {
    assert_eq!(*answer, Answer::CannotTell(gap));
}

fn details(about: &str) -> Gap {
    Gap::not_collected(Call::GetAccountAuthorizationDetails).about(about)
}

#[test]
fn each_way_to_come_by_a_policy_counts_and_is_named() {
    let reading = allow("s3:GetObject", "*");
    let named = statement("Allow", r#""Sid":"Read","Action":"s3:*","Resource":"*""#);

    let mut ci = user("ci");
    ci.inline.push(inline("reading", &reading));
    yes(&read(&alone(), &account(), &ci), &["statement 1 of inline policy `reading`"]);

    let mut ci = user("ci");
    let mut estate = account();
    estate.policies.items.push(managed("reading", &named));
    ci.attached.push(attached(&arn("policy/reading")));
    yes(
        &read(&alone(), &estate, &ci),
        &["statement `Read` of managed policy `arn:aws:iam::444455556666:policy/reading`"],
    );

    let mut ci = user("ci");
    ci.groups.push("readers".to_owned());
    estate.groups.items.push(group("readers"));
    estate.groups.items[0].inline.push(inline("reading", &reading));
    yes(
        &read(&alone(), &estate, &ci),
        &["statement 1 of inline policy `reading` of group `readers`"],
    );

    estate.groups.items[0].inline.clear();
    estate.groups.items[0].attached.push(attached(&arn("policy/reading")));
    yes(
        &read(&alone(), &estate, &ci),
        &[
            "statement `Read` of managed policy `arn:aws:iam::444455556666:policy/reading` of group \
           `readers`",
        ],
    );
}

#[test]
fn what_nothing_allows_is_denied_and_the_silent_layer_is_named() {
    let mut ci = user("ci");
    no(
        &read(&alone(), &account(), &ci),
        "no identity policy allows `s3:GetObject` on `arn:aws:s3:::reports/2026`",
    );

    ci.inline.push(inline("everything", EVERYTHING));
    let mut estate = account();
    estate.policies.items.push(managed("limit", &allow("ec2:*", "*")));
    ci.boundary = Some(arn("policy/limit"));
    no(
        &read(&alone(), &estate, &ci),
        "the permissions boundary `arn:aws:iam::444455556666:policy/limit` does not allow \
         `s3:GetObject` on `arn:aws:s3:::reports/2026`",
    );

    ci.boundary = None;
    let head = organized(vec![
        scp("all", EVERYTHING, &[ROOT, MEMBER]),
        scp("compute", &allow("ec2:*", "*"), &[UNIT]),
    ]);
    no(
        &read(&head, &estate, &ci),
        "a level of service control policies does not allow `s3:GetObject` on \
         `arn:aws:s3:::reports/2026`",
    );
}

#[test]
fn a_deny_in_any_layer_wins_and_is_named() {
    let mut ci = user("ci");
    ci.inline.push(inline("everything", EVERYTHING));
    ci.inline.push(inline("not-reports", &deny("s3:*", "arn:aws:s3:::reports/*")));
    no(&read(&alone(), &account(), &ci), "statement 1 of inline policy `not-reports`");

    ci.inline.truncate(1);
    let mut estate = account();
    let limit = format!(
        r#"{{"Version":"2012-10-17","Statement":[{},{}]}}"#,
        r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#,
        r#"{"Sid":"NoReports","Effect":"Deny","Action":"s3:*","Resource":"*"}"#
    );
    estate.policies.items.push(managed("limit", &limit));
    ci.boundary = Some(arn("policy/limit"));
    no(
        &read(&alone(), &estate, &ci),
        "statement `NoReports` of permissions boundary `arn:aws:iam::444455556666:policy/limit`",
    );

    ci.boundary = None;
    let head = organized(vec![
        scp("all", EVERYTHING, &[ROOT, UNIT, MEMBER]),
        scp("reports", &deny("s3:*", "*"), &[UNIT]),
    ]);
    no(&read(&head, &estate, &ci), "statement 1 of service control policy `reports` (p-reports)");
}

#[test]
fn service_control_policies_leave_service_linked_roles_alone() {
    let head = organized(vec![scp("nothing", &deny("*", "*"), &[ROOT])]);
    let mut linked = role("AWSServiceRoleForSupport");
    linked.inline.push(inline("everything", EVERYTHING));
    no(
        &read_as(&head, &account(), &linked),
        "statement 1 of service control policy `nothing` (p-nothing)",
    );
    linked.path = "/aws-service-role/support.amazonaws.com/".to_owned();
    linked.arn = arn("role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport");
    yes(&read_as(&head, &account(), &linked), &["statement 1 of inline policy `everything`"]);
}

#[test]
fn an_open_condition_is_named_by_its_key() {
    let mut ci = user("ci");
    let text = statement(
        "Allow",
        r#""Action":"s3:*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#,
    );
    ci.inline.push(inline("office", &text));
    let answer = read(&alone(), &account(), &ci);
    assert_eq!(answer, Answer::Depends(vec!["aws:sourceip".to_owned()]));
    let context = Context::open().with("aws:SourceIp", "203.0.113.9");
    let answer = of_user(&alone(), &account(), &ci).may(&ci.arn, "s3:GetObject", OBJECT, context);
    yes(&answer, &["statement 1 of inline policy `office`"]);
}

#[test]
fn a_users_tags_and_the_organization_are_known() {
    let head = organized(vec![scp("all", EVERYTHING, &[ROOT, UNIT, MEMBER])]);
    let text = statement(
        "Allow",
        r#""Action":"s3:*","Resource":"arn:aws:s3:::${aws:PrincipalTag/Bucket}/*","Condition":{
            "StringEquals":{"aws:PrincipalOrgID":"o-exampleorgid","aws:PrincipalTag/team":"ci"},
            "Null":{"aws:PrincipalTag/contractor":"true"}}"#,
    );
    let mut ci = user("ci");
    ci.inline.push(inline("by-tag", &text));
    let tag = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    ci.tags = vec![tag("Team", "ci"), tag("bucket", "reports")];
    yes(
        &read(&head, &account(), &ci),
        &[
            "statement 1 of inline policy `by-tag`",
            "statement 1 of service control policy `all` (p-all)",
        ],
    );
    ci.tags.push(tag("contractor", "yes"));
    assert!(matches!(read(&head, &account(), &ci), Answer::No(_)));
    ci.tags = vec![tag("bucket", "reports")];
    assert!(matches!(read(&head, &account(), &ci), Answer::No(_)));

    // A role's session may bring tags of its own.
    let mut build = role("build");
    build.inline = ci.inline.clone();
    build.tags = vec![tag("team", "ci")];
    let keys = ["aws:principaltag/bucket", "aws:principaltag/contractor", "aws:principaltag/team"];
    let answer = read_as(&head, &account(), &build);
    assert_eq!(answer, Answer::Depends(keys.map(str::to_owned).to_vec()));
}

#[test]
fn where_another_policy_has_to_agree_it_is_taken_to_agree_and_to_add_nothing() {
    let mut ci = user("ci");
    let cases = [
        ("sts:AssumeRole", "arn:aws:iam::444455556666:role/deploy"),
        ("sts:AssumeRole", "arn:aws:iam::123456789012:role/deploy"),
        ("kms:Decrypt", "arn:aws:kms:eu-central-1:444455556666:key/1234abcd"),
        ("sqs:SendMessage", "arn:aws:sqs:eu-central-1:123456789012:orders"),
    ];
    for (action, resource) in cases {
        let answer = ask(&of_user(&alone(), &account(), &ci), &ci.arn, action, resource);
        no(&answer, &format!("no identity policy allows `{action}` on `{resource}`"));
    }
    ci.inline.push(inline("everything", EVERYTHING));
    for (action, resource) in cases {
        let answer = ask(&of_user(&alone(), &account(), &ci), &ci.arn, action, resource);
        yes(&answer, &["statement 1 of inline policy `everything`"]);
    }
}

#[test]
fn a_missing_identity_policy_leaves_only_denials_certain() {
    let missing = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let mut ci = user("ci");
    ci.attached.push(attached(missing));
    // It could allow.
    cannot_tell(&read(&alone(), &account(), &ci), details(missing));
    // It could deny.
    ci.inline.push(inline("everything", EVERYTHING));
    cannot_tell(&read(&alone(), &account(), &ci), details(missing));
    // It could do both to what hangs on a condition.
    ci.inline[0] = inline(
        "office",
        &statement(
            "Allow",
            r#""Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}"#,
        ),
    );
    cannot_tell(&read(&alone(), &account(), &ci), details(missing));
    // It can't undo a deny.
    ci.inline[0] = inline("no-reports", &deny("s3:*", "*"));
    no(&read(&alone(), &account(), &ci), "statement 1 of inline policy `no-reports`");
    // It can't widen a boundary, nor a control policy.
    ci.inline.clear();
    let mut estate = account();
    estate.policies.items.push(managed("limit", &allow("ec2:*", "*")));
    ci.boundary = Some(arn("policy/limit"));
    assert!(matches!(read(&alone(), &estate, &ci), Answer::No(_)));
    ci.boundary = None;
    let head = organized(vec![scp("compute", &allow("ec2:*", "*"), &[ROOT, UNIT, MEMBER])]);
    assert!(matches!(read(&head, &estate, &ci), Answer::No(_)));
}

#[test]
fn a_truncated_list_of_policies_is_named_with_its_own_reason() {
    let missing = arn("policy/reading");
    let mut ci = user("ci");
    ci.attached.push(attached(&missing));
    let mut estate = account();
    let gap = Gap::refused(Call::GetAccountAuthorizationDetails, "AccessDenied");
    estate.policies = Listing::missing(gap.clone());
    cannot_tell(&read(&alone(), &estate, &ci), gap.about(&missing));
}

#[test]
fn a_missing_group_is_a_missing_identity_policy() {
    let mut ci = user("ci");
    ci.groups.push("readers".to_owned());
    cannot_tell(&read(&alone(), &account(), &ci), details("readers"));
}

#[test]
fn a_missing_boundary_can_only_take_away() {
    let missing = arn("policy/limit");
    let mut ci = user("ci");
    ci.boundary = Some(missing.clone());
    no(
        &read(&alone(), &account(), &ci),
        "no identity policy allows `s3:GetObject` on `arn:aws:s3:::reports/2026`",
    );
    ci.inline.push(inline("everything", EVERYTHING));
    let gap = Gap::not_collected(Call::GetPolicyVersion).about(&missing);
    cannot_tell(&read(&alone(), &account(), &ci), gap);
}

#[test]
fn an_unread_control_policy_can_allow_its_level_and_deny_everything() {
    let gap = Gap::not_collected(Call::DescribePolicy).about("p-unread");
    let mut unread = scp("unread", EVERYTHING, &[UNIT]);
    unread.document = Known::Gap(gap.clone());
    let all = scp("all", EVERYTHING, &[ROOT, MEMBER]);
    let head = organized(vec![all.clone(), unread.clone()]);
    let mut ci = user("ci");
    assert!(matches!(read(&head, &account(), &ci), Answer::No(_)));
    ci.inline.push(inline("everything", EVERYTHING));
    cannot_tell(&read(&head, &account(), &ci), gap);
    // Another level that allows nothing settles it.
    unread.targets = Known::Value(vec![MEMBER.to_owned()]);
    let all = scp("all", EVERYTHING, &[ROOT]);
    let head = organized(vec![all, unread]);
    assert!(matches!(read(&head, &account(), &ci), Answer::No(_)));
}

#[test]
fn an_unread_organization_can_only_take_away() {
    let mut head = alone();
    let gap = Gap::not_collected(Call::DescribeOrganization);
    head.organization = Known::Gap(gap.clone());
    let mut ci = user("ci");
    assert!(matches!(read(&head, &account(), &ci), Answer::No(_)));
    ci.inline.push(inline("everything", EVERYTHING));
    cannot_tell(&read(&head, &account(), &ci), gap);
}
