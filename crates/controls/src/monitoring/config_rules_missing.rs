use keyward_snapshot::{Call, ConfigRule, Gap};

use super::regions::{Regions, absent, list};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "monitoring-config-rules-missing",
    docs: crate::docs! {
        /// # AWS Config without rules about identities
        ///
        /// No rule of AWS Config looks at root users, access keys, MFA, secrets or SSH, or not at all
        /// of them.
        ///
        /// ## Why it matters
        ///
        /// An audit shows today's state; a rule evaluates each change and stays. The key that is
        /// made tomorrow, or the port that somebody opens for a test, is found by a rule within
        /// minutes or a day, and by the next audit perhaps months later.
        ///
        /// ## What is checked
        ///
        /// Whether the account has one of these managed rules for each subject:
        ///
        /// | subject | managed rule, any of |
        /// |---|---|
        /// | root MFA | `ROOT_ACCOUNT_MFA_ENABLED`, `ROOT_ACCOUNT_HARDWARE_MFA_ENABLED` |
        /// | root access keys | `IAM_ROOT_ACCESS_KEY_CHECK` |
        /// | users' MFA | `IAM_USER_MFA_ENABLED`, `MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS` |
        /// | age of access keys | `ACCESS_KEYS_ROTATED` |
        /// | unused credentials | `IAM_USER_UNUSED_CREDENTIALS_CHECK` |
        /// | password policy | `IAM_PASSWORD_POLICY` |
        /// | administrator policies | `IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS` |
        /// | secret rotation | `SECRETSMANAGER_ROTATION_ENABLED_CHECK`, `SECRETSMANAGER_SECRET_PERIODIC_ROTATION` |
        /// | SSH from anywhere | `INCOMING_SSH_DISABLED`, `VPC_SG_PORT_RESTRICTION_CHECK` |
        ///
        /// The last two are needed in every region that is enabled in the account; the others look at
        /// IAM, which is the same everywhere, so one region is enough. It does not matter who made the
        /// rule: those of the organization, of conformance packs and of Security Hub CSPM (their names
        /// begin with `securityhub-`) count. Rules that are being deleted, and rules that look at one
        /// resource or one tag only, do not. Rules that you wrote yourselves are not recognised.
        ///
        /// Whether AWS Config is on is `monitoring-config-off`. There is one answer an account. Where
        /// rules of a region were not read, or nobody knows which regions are enabled, the answer is
        /// open, unless a rule is missing in any case.
        ///
        /// ## Fix
        ///
        /// With Security Hub CSPM, enable the standard "AWS Foundational Security Best Practices":
        /// it brings most of these rules, in every account and region. Without it, deploy a conformance
        /// pack from the management account or the delegated administrator:
        ///
        /// ```text
        /// aws configservice put-organization-conformance-pack --region … \
        ///   --organization-conformance-pack-name identities --template-body file://identities.yaml
        /// ```
        ///
        /// For one rule: `aws configservice put-config-rule --region … --config-rule
        /// '{"ConfigRuleName": "root-account-mfa-enabled", "Source": {"Owner": "AWS", "SourceIdentifier": "ROOT_ACCOUNT_MFA_ENABLED"}}'`.
        ///
        /// ## Fix safety
        ///
        /// Nothing is disrupted: rules evaluate, and change nothing unless a remediation is attached.
        /// Each evaluation costs a little; put the rules about IAM into one region only.
        /// `delete-config-rule` or `delete-organization-conformance-pack` undoes it.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"Regions": [
        ///   {"RegionName": "eu-west-1", "OptInStatus": "opt-in-not-required", "Endpoint": "ec2.eu-west-1.amazonaws.com"}
        /// ]}
        /// {"ConfigRules": [{
        ///   "ConfigRuleName": "root-account-mfa-enabled",
        ///   "ConfigRuleArn": "arn:aws:config:eu-west-1:111122223333:config-rule/config-rule-abcdef",
        ///   "Source": {"Owner": "AWS", "SourceIdentifier": "ROOT_ACCOUNT_MFA_ENABLED"},
        ///   "ConfigRuleState": "ACTIVE"
        /// }]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"Regions": [
        ///   {"RegionName": "eu-west-1", "OptInStatus": "opt-in-not-required", "Endpoint": "ec2.eu-west-1.amazonaws.com"}
        /// ]}
        /// {"ConfigRules": [
        ///   {"ConfigRuleName": "securityhub-root-account-mfa-enabled-1a2b3c4d",
        ///    "ConfigRuleArn": "arn:aws:config:eu-west-1:111122223333:config-rule/aws-service-rule/securityhub.amazonaws.com/config-rule-aaaaa1",
        ///    "Source": {"Owner": "AWS", "SourceIdentifier": "ROOT_ACCOUNT_MFA_ENABLED"},
        ///    "ConfigRuleState": "ACTIVE", "CreatedBy": "securityhub.amazonaws.com"},
        ///   {"ConfigRuleName": "iam-root-access-key-check",
        ///    "ConfigRuleArn": "arn:aws:config:eu-west-1:111122223333:config-rule/config-rule-aaaaa2",
        ///    "Source": {"Owner": "AWS", "SourceIdentifier": "IAM_ROOT_ACCESS_KEY_CHECK"}, "ConfigRuleState": "ACTIVE"},
        ///   {"ConfigRuleName": "iam-user-mfa-enabled",
        ///    "ConfigRuleArn": "arn:aws:config:eu-west-1:111122223333:config-rule/config-rule-aaaaa3",
        ///    "Source": {"Owner": "AWS", "SourceIdentifier": "IAM_USER_MFA_ENABLED"}, "ConfigRuleState": "ACTIVE"},
        ///   {"ConfigRuleName": "access-keys-rotated",
        ///    "ConfigRuleArn": "arn:aws:config:eu-west-1:111122223333:config-rule/config-rule-aaaaa4",
        ///    "Source": {"Owner": "AWS", "SourceIdentifier": "ACCESS_KEYS_ROTATED"}, "ConfigRuleState": "ACTIVE"},
        ///   {"ConfigRuleName": "iam-user-unused-credentials-check",
        ///    "ConfigRuleArn": "arn:aws:config:eu-west-1:111122223333:config-rule/config-rule-aaaaa5",
        ///    "Source": {"Owner": "AWS", "SourceIdentifier": "IAM_USER_UNUSED_CREDENTIALS_CHECK"}, "ConfigRuleState": "ACTIVE"},
        ///   {"ConfigRuleName": "iam-password-policy",
        ///    "ConfigRuleArn": "arn:aws:config:eu-west-1:111122223333:config-rule/config-rule-aaaaa6",
        ///    "Source": {"Owner": "AWS", "SourceIdentifier": "IAM_PASSWORD_POLICY"}, "ConfigRuleState": "ACTIVE"},
        ///   {"ConfigRuleName": "iam-policy-no-statements-with-admin-access",
        ///    "ConfigRuleArn": "arn:aws:config:eu-west-1:111122223333:config-rule/config-rule-aaaaa7",
        ///    "Source": {"Owner": "AWS", "SourceIdentifier": "IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS"}, "ConfigRuleState": "ACTIVE"},
        ///   {"ConfigRuleName": "secretsmanager-rotation-enabled-check",
        ///    "ConfigRuleArn": "arn:aws:config:eu-west-1:111122223333:config-rule/config-rule-aaaaa8",
        ///    "Source": {"Owner": "AWS", "SourceIdentifier": "SECRETSMANAGER_ROTATION_ENABLED_CHECK"}, "ConfigRuleState": "ACTIVE"},
        ///   {"ConfigRuleName": "restricted-ssh-conformance-pack-abcde1234",
        ///    "ConfigRuleArn": "arn:aws:config:eu-west-1:111122223333:config-rule/aws-service-rule/config-conforms.amazonaws.com/config-rule-aaaaa9",
        ///    "Source": {"Owner": "AWS", "SourceIdentifier": "INCOMING_SSH_DISABLED"},
        ///    "ConfigRuleState": "ACTIVE", "CreatedBy": "config-conforms.amazonaws.com"}
        /// ]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html>
        /// - <https://docs.aws.amazon.com/config/latest/developerguide/iam-root-access-key-check.html>
        /// - <https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-standards-awsconfigrules.html>
    },
    severity: Severity::Medium,
    needs: &[Call::DescribeRegions, Call::DescribeConfigRules],
    refines: &[],
    watch: &[
        "config:DeleteConfigRule",
        "config:PutConfigRule",
        "config:DeleteConformancePack",
        "config:DeleteOrganizationConfigRule",
        "config:DeleteOrganizationConformancePack",
        "securityhub:BatchDisableStandards",
        "account:EnableRegion",
    ],
    preventable: &[
        "config:DeleteConfigRule",
        "config:DeleteConformancePack",
        "config:DeleteOrganizationConfigRule",
        "config:DeleteOrganizationConformancePack",
        "securityhub:BatchDisableStandards",
    ],
    find: Find::Account(find),
    prevent: None,
};

/// What a rule has to look at.
struct Wanted {
    subject: &'static str,
    /// The managed rules that do, each by itself.
    identifiers: &'static [&'static str],
    /// Whether the rule is needed in every region, or in any one.
    everywhere: bool,
}

const WANTED: &[Wanted] = &[
    iam("root MFA", &["ROOT_ACCOUNT_MFA_ENABLED", "ROOT_ACCOUNT_HARDWARE_MFA_ENABLED"]),
    iam("root access keys", &["IAM_ROOT_ACCESS_KEY_CHECK"]),
    iam("users' MFA", &["IAM_USER_MFA_ENABLED", "MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS"]),
    iam("age of access keys", &["ACCESS_KEYS_ROTATED"]),
    iam("unused credentials", &["IAM_USER_UNUSED_CREDENTIALS_CHECK"]),
    iam("password policy", &["IAM_PASSWORD_POLICY"]),
    iam("administrator policies", &["IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS"]),
    Wanted {
        subject: "secret rotation",
        identifiers: &[
            "SECRETSMANAGER_ROTATION_ENABLED_CHECK",
            "SECRETSMANAGER_SECRET_PERIODIC_ROTATION",
        ],
        everywhere: true,
    },
    Wanted {
        subject: "SSH from anywhere",
        identifiers: &["INCOMING_SSH_DISABLED", "VPC_SG_PORT_RESTRICTION_CHECK"],
        everywhere: true,
    },
];

const fn iam(subject: &'static str, identifiers: &'static [&'static str]) -> Wanted {
    Wanted { subject, identifiers, everywhere: false }
}

fn find(view: &View<'_>) -> Vec<Answer> {
    let mut missing = Vec::new();
    let mut open = None;
    let mut there = Vec::new();
    for wanted in WANTED {
        let regions = Regions::of(view, |region| has_rule(view, wanted, region));
        if !wanted.everywhere && !regions.on.is_empty() {
            there.push(wanted.subject);
        } else if !regions.off.is_empty() && (wanted.everywhere || regions.gap().is_none()) {
            missing.push((wanted, list(&regions.off)));
        } else if let Some(gap) = regions.gap() {
            open = open.or(Some(gap.clone()));
        } else {
            there.push(wanted.subject);
        }
    }
    let subject = view.subject();
    let answer = match (missing.as_slice(), &open) {
        ([], Some(gap)) => Answer::cannot_tell(subject, gap),
        ([], None) => {
            Answer::sound(subject, format!("AWS Config has rules for all {} subjects", there.len()))
        }
        _ => Answer::weak(subject, title(&missing)),
    };
    let answer = missing.iter().fold(answer, |answer, (wanted, regions)| {
        let regions = if wanted.everywhere { format!(" in {regions}") } else { String::new() };
        let rules = wanted.identifiers.join(" or ");
        answer.evidence("no rule for", format!("{}{regions}: {rules}", wanted.subject))
    });
    vec![if there.is_empty() { answer } else { answer.evidence("rules for", there.join(", ")) }]
}

fn title(missing: &[(&Wanted, String)]) -> String {
    let subjects: Vec<&str> = missing.iter().map(|(wanted, _)| wanted.subject).collect();
    let named = match subjects.as_slice() {
        [only] => (*only).to_owned(),
        [first, second] => format!("{first} and {second}"),
        [first, second, rest @ ..] => format!("{first}, {second} and {} more", rest.len()),
        [] => String::new(),
    };
    format!("AWS Config has no rule for {named}")
}

fn has_rule(view: &View<'_>, wanted: &Wanted, region: &str) -> Result<bool, Gap> {
    let looks_at = |rule: &ConfigRule| {
        let identifier = rule.identifier.as_deref().filter(|_| rule.owner == "AWS");
        let is_whole = rule.active && !rule.narrowed;
        is_whole && identifier.is_some_and(|it| wanted.identifiers.contains(&it))
    };
    let rules = &view.account.config_rules;
    if rules.iter().any(|rule| rule.region == region && looks_at(rule)) {
        return Ok(true);
    }
    absent(rules, Call::DescribeConfigRules, region, |rule| &rule.region).map(|()| false)
}
