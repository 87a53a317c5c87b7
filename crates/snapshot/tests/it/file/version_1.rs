//! A file of version 1, which every later version has to go on reading, and what it says.

use std::sync::Arc;

use jiff::Timestamp;
use keyward_policy::Document;
use keyward_snapshot::*;

const FILE: &[u8] = include_bytes!("../data/version-1.kwd");

#[test]
fn a_file_of_version_1_is_read() {
    assert_eq!(Snapshot::read(FILE).unwrap(), expected());
}

fn text(text: &str) -> String {
    text.to_owned()
}

#[expect(clippy::unnecessary_wraps, reason = "it stands for an optional field that is there")]
fn some(value: &str) -> Option<String> {
    Some(text(value))
}

fn at(day: u32) -> Timestamp {
    format!("2026-01-{day:02}T03:04:05.5Z").parse().unwrap()
}

fn policy(action: &str) -> Arc<Document> {
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"*"}}]}}"#
    );
    Arc::new(Document::parse(&text).unwrap())
}

fn attached(name: &str) -> Vec<AttachedPolicy> {
    vec![AttachedPolicy { arn: format!("arn:aws:iam::aws:policy/{name}"), name: text(name) }]
}

fn inline(name: &str) -> Vec<InlinePolicy> {
    vec![InlinePolicy { name: text(name), document: policy("sts:AssumeRole") }]
}

/// Each field of the model, and each variant that fits into one organization, so that none can be
/// renamed unnoticed.
fn expected() -> Snapshot {
    Snapshot {
        head: Head {
            taken_at: at(31),
            accounts: vec!["111122223333".into(), "444455556666".into()],
            organization: Known::Value(Membership::Member(Box::new(organization()))),
            identity_center: identity_center(),
            ..Head::new(at(31))
        },
        accounts: vec![full(), empty()],
    }
}

fn organization() -> Organization {
    let scp = |id: &str, kind, document, targets| ControlPolicy {
        id: text(id),
        name: format!("{id}-name"),
        kind,
        document,
        targets,
    };
    Organization {
        id: text("o-exampleorgid"),
        management_account: "111122223333".into(),
        features: FeatureSet::All,
        roots: Listing::complete(vec![Root {
            id: text("r-examplerootid111"),
            enabled_policy_types: vec![text("SERVICE_CONTROL_POLICY")],
        }]),
        accounts: Listing::complete(vec![MemberAccount {
            id: "444455556666".into(),
            name: text("workloads"),
            email: text("aws@example.com"),
            active: true,
        }]),
        parents: Listing::complete(vec![(text("444455556666"), text("r-examplerootid111"))]),
        policies: Listing::complete(vec![
            scp(
                "p-service",
                PolicyKind::ServiceControl,
                Known::Value(policy("*")),
                Known::Value(vec![text("r-examplerootid111")]),
            ),
            scp(
                "p-resource",
                PolicyKind::ResourceControl,
                Known::Gap(Gap::refused(Call::DescribePolicy, "AccessDeniedException")),
                Known::Gap(Gap::not_collected(Call::ListTargetsForPolicy).about("p-resource")),
            ),
        ]),
    }
}

fn identity_center() -> IdentityCenter {
    let set = |name: &str, managed, inline| PermissionSet {
        arn: format!("arn:aws:sso:::permissionSet/ssoins-1/{name}"),
        name: text(name),
        session_seconds: 3600,
        managed,
        inline,
    };
    let assignment = |principal_kind| Assignment {
        account: "444455556666".into(),
        permission_set: text("arn:aws:sso:::permissionSet/ssoins-1/admin"),
        principal_kind,
        principal_id: text("principal-1"),
    };
    IdentityCenter {
        instances: Listing::complete(vec![CenterInstance {
            arn: text("arn:aws:sso:::instance/ssoins-1"),
            owner: Some("111122223333".into()),
            identity_store: some("d-1234567890"),
            status: some("ACTIVE"),
        }]),
        permission_sets: Listing::complete(vec![
            set("admin", Known::Value(attached("AdministratorAccess")), Known::Value(None)),
            set("read", Known::Value(vec![]), Known::Value(Some(policy("s3:Get*")))),
            set(
                "unread",
                Known::Gap(Gap::not_collected(Call::ListManagedPoliciesInPermissionSet)),
                Known::Gap(Gap::not_collected(Call::GetInlinePolicyForPermissionSet)),
            ),
        ]),
        assignments: Listing::complete(vec![
            assignment(PrincipalKind::User),
            assignment(PrincipalKind::Group),
        ]),
        users: Listing::complete(vec![DirectoryUser {
            id: text("user-1"),
            name: text("alerts"),
            external_ids: vec![text("external-1")],
        }]),
        groups: Listing::complete(vec![DirectoryGroup {
            id: text("group-1"),
            name: text("operators"),
            external_ids: vec![],
        }]),
        memberships: Listing::complete(vec![GroupMembership {
            group: text("group-1"),
            user: text("user-1"),
        }]),
    }
}

/// An account of which nothing was read, with every call as a gap.
fn empty() -> Account {
    let mut account = Account::unread("444455556666".into());
    account.summary = Known::Value(AccountSummary {
        root_mfa: false,
        root_access_keys: true,
        root_certificates: Some(false),
        root_password: None,
    });
    account.password_policy = Known::Value(None);
    account.prefix_lists.gaps = CALLS
        .iter()
        .map(|call| Gap::truncated(*call).about("something").in_region("eu-central-1"))
        .collect();
    account
}

fn full() -> Account {
    Account {
        id: "111122223333".into(),
        credential_report: Known::Value(credential_report()),
        summary: Known::Value(AccountSummary {
            root_mfa: true,
            root_access_keys: false,
            root_certificates: Some(true),
            root_password: Some(false),
        }),
        password_policy: Known::Value(Some(PasswordPolicy {
            minimum_length: 14,
            require_symbols: true,
            require_numbers: false,
            require_uppercase: true,
            require_lowercase: false,
            max_age_days: Some(90),
            reuse_prevention: 24,
        })),
        users: Listing::complete(vec![User {
            name: text("deploy"),
            arn: text("arn:aws:iam::111122223333:user/deploy"),
            id: text("AIDAEXAMPLE"),
            created: Some(at(1)),
            groups: vec![text("operators")],
            inline: inline("of-user"),
            attached: attached("ReadOnlyAccess"),
            boundary: some("arn:aws:iam::111122223333:policy/boundary"),
            tags: vec![(text("team"), text("ci"))],
        }]),
        groups: Listing::complete(vec![Group {
            name: text("operators"),
            arn: text("arn:aws:iam::111122223333:group/operators"),
            inline: inline("of-group"),
            attached: attached("ViewOnlyAccess"),
        }]),
        roles: Listing::complete(vec![
            role(RoleLastUsed::At(at(2), some("eu-central-1"))),
            role(RoleLastUsed::NotTracked),
            role(RoleLastUsed::NotReported),
        ]),
        policies: Listing::complete(vec![ManagedPolicy {
            arn: text("arn:aws:iam::111122223333:policy/boundary"),
            name: text("boundary"),
            attachments: 1,
            boundary_uses: 2,
            document: policy("*"),
        }]),
        last_accessed: Listing::missing(Gap::not_collected(Call::GetServiceLastAccessedDetails)),
        access_keys: Listing::complete(vec![AccessKey {
            id: text("AKIAIOSFODNN7EXAMPLE"),
            user: text("deploy"),
            active: true,
            created: Some(at(3)),
        }]),
        mfa_devices: Listing::complete(vec![MfaDevice {
            user: text("deploy"),
            serial_number: text("GAHT12345678"),
        }]),
        virtual_mfa_devices: Listing::complete(vec![VirtualMfaDevice {
            serial_number: text("arn:aws:iam::111122223333:mfa/device"),
            user_arn: some("arn:aws:iam::111122223333:root"),
        }]),
        saml_providers: Listing::complete(vec![SamlProvider {
            arn: text("arn:aws:iam::111122223333:saml-provider/directory"),
            valid_until: Some(at(4)),
        }]),
        oidc_providers: Listing::complete(vec![OidcProvider {
            arn: text("arn:aws:iam::111122223333:oidc-provider/token.example.com"),
        }]),
        instances: instances(),
        security_groups: security_groups(),
        network_interfaces: Listing::complete(vec![NetworkInterface {
            id: text("eni-686ea200"),
            region: text("eu-central-1"),
            security_groups: vec![text("sg-903004f8")],
            instance: some("i-1234567890abcdef0"),
            public_address: some("203.0.113.7"),
        }]),
        prefix_lists: Listing::complete(vec![PrefixList {
            id: text("pl-0123123123123abcd"),
            region: some("eu-central-1"),
            ranges: vec![text("192.0.2.0/24")],
        }]),
        managed_instances: Listing::complete(vec![ManagedInstance {
            id: text("mi-1234567890abcdef0"),
            region: some("eu-central-1"),
            online: true,
        }]),
        session_preferences: session_preferences(),
        secrets: Listing::complete(vec![
            secret(Known::Value(Some(policy("secretsmanager:GetSecretValue")))),
            secret(Known::Value(None)),
            secret(Known::Gap(Gap::not_collected(Call::GetResourcePolicy))),
        ]),
        functions: functions(),
        trails: trails(),
        // What later versions added was not collected.
        ..Account::unread("111122223333".into())
    }
}

fn credential_report() -> CredentialReport {
    let key = |last_used| KeySlot {
        active: true,
        last_rotated: Some(at(5)),
        last_used,
        last_used_region: some("us-east-1"),
        last_used_service: some("s3"),
    };
    let certificate = CertificateSlot { active: false, last_rotated: Some(at(6)) };
    CredentialReport {
        generated_at: Some(at(30)),
        rows: vec![CredentialRow {
            user: text("<root_account>"),
            arn: text("arn:aws:iam::111122223333:root"),
            created: Some(at(7)),
            password_enabled: Some(true),
            password_last_used: LastUse::At(at(8)),
            password_last_changed: Some(at(9)),
            mfa_active: true,
            keys: [key(LastUse::Never), key(LastUse::Unrecorded)],
            certificates: [certificate.clone(), certificate],
        }],
    }
}

fn role(last_used: RoleLastUsed) -> Role {
    Role {
        name: text("build"),
        path: text("/teams/"),
        arn: text("arn:aws:iam::111122223333:role/teams/build"),
        id: text("AROAEXAMPLE"),
        created: Some(at(10)),
        trust: policy("sts:AssumeRole"),
        inline: inline("of-role"),
        attached: attached("PowerUserAccess"),
        boundary: some("arn:aws:iam::111122223333:policy/boundary"),
        instance_profiles: vec![text("arn:aws:iam::111122223333:instance-profile/build")],
        last_used,
        max_session_seconds: Some(7200),
        tags: vec![(text("team"), text("build"))],
    }
}

fn instances() -> Listing<Instance> {
    let instance = |state, metadata| Instance {
        id: text("i-1234567890abcdef0"),
        region: text("eu-central-1"),
        name: some("build"),
        state,
        instance_profile: some("arn:aws:iam::111122223333:instance-profile/build"),
        metadata,
        security_groups: vec![text("sg-903004f8")],
        public_address: some("203.0.113.7"),
        platform: some("windows"),
        launched: Some(at(11)),
        user_data: Known::Gap(Gap::not_collected(Call::DescribeInstanceAttribute)),
    };
    let metadata = MetadataOptions { enabled: true, tokens_required: false };
    Listing::complete(vec![
        instance(InstanceState::Running, Some(metadata)),
        instance(InstanceState::Stopped, None),
        instance(InstanceState::Terminated, None),
    ])
}

fn security_groups() -> Listing<SecurityGroup> {
    let sources = vec![
        Source::Range(text("0.0.0.0/0")),
        Source::PrefixList(text("pl-0123123123123abcd")),
        Source::SecurityGroup(text("sg-903004f8")),
    ];
    Listing::complete(vec![SecurityGroup {
        id: text("sg-903004f8"),
        name: text("build"),
        region: text("eu-central-1"),
        vpc: some("vpc-1a2b3c4d"),
        inbound: vec![Rule { protocol: text("tcp"), ports: Some((22, 23)), sources }],
    }])
}

fn session_preferences() -> Listing<SessionPreferences> {
    Listing::complete(vec![SessionPreferences {
        region: some("eu-central-1"),
        exists: true,
        s3_bucket: some("sessions"),
        s3_encryption_enabled: true,
        cloudwatch_log_group: some("/sessions"),
        cloudwatch_encryption_enabled: false,
        kms_key: some("alias/sessions"),
        run_as_enabled: true,
        idle_timeout_minutes: Some(20),
        max_duration_minutes: Some(60),
    }])
}

fn secret(resource_policy: Known<Option<Arc<Document>>>) -> Secret {
    Secret {
        arn: text("arn:aws:secretsmanager:eu-central-1:111122223333:secret:database-a1b2c3"),
        name: text("database"),
        region: text("eu-central-1"),
        created: Some(at(12)),
        last_changed: Some(at(13)),
        last_rotated: Some(at(14)),
        last_accessed: Some(at(15)),
        next_rotation: Some(at(16)),
        rotation_enabled: true,
        rotation_function: some("arn:aws:lambda:eu-central-1:111122223333:function:rotate"),
        rotation_rules: Some(RotationRules {
            automatically_after_days: Some(30),
            schedule: some("rate(30 days)"),
        }),
        deleted: false,
        owning_service: some("rds"),
        kms_key: some("alias/secrets"),
        resource_policy,
    }
}

fn functions() -> Listing<Function> {
    let kinds = [
        None,
        Some(SecretKind::AwsAccessKeyId),
        Some(SecretKind::AwsSecretAccessKey),
        Some(SecretKind::PrivateKey),
        Some(SecretKind::IssuedToken),
        Some(SecretKind::UrlWithPassword),
        Some(SecretKind::NamedLikeSecret),
    ];
    let environment = kinds.map(|secret| EnvironmentVariable { name: text("NAME"), secret });
    Listing::complete(vec![Function {
        arn: text("arn:aws:lambda:eu-central-1:111122223333:function:rotate"),
        name: text("rotate"),
        region: text("eu-central-1"),
        role: text("arn:aws:iam::111122223333:role/teams/build"),
        environment: environment.to_vec(),
        environment_withheld: true,
    }])
}

fn trails() -> Listing<Trail> {
    let trail = |logging| Trail {
        arn: text("arn:aws:cloudtrail:eu-central-1:111122223333:trail/all"),
        name: text("all"),
        home_region: text("eu-central-1"),
        multi_region: true,
        organization: false,
        global_service_events: true,
        validation: false,
        bucket: some("trail-logs"),
        kms_key: some("alias/trail"),
        log_group: some("trail"),
        logging,
        management_events: Known::Gap(Gap::not_collected(Call::GetEventSelectors)),
    };
    Listing::complete(vec![
        trail(Known::Value(true)),
        trail(Known::Gap(Gap::not_collected(Call::GetTrailStatus))),
    ])
}

/// The calls that version 1 was made with.
const CALLS: &[Call] = &[
    Call::GetAccountAuthorizationDetails,
    Call::GetCredentialReport,
    Call::GetAccountSummary,
    Call::GetAccountPasswordPolicy,
    Call::ListAccessKeys,
    Call::ListMfaDevices,
    Call::ListVirtualMfaDevices,
    Call::ListSamlProviders,
    Call::ListOpenIdConnectProviders,
    Call::DescribeInstances,
    Call::DescribeSecurityGroups,
    Call::DescribeNetworkInterfaces,
    Call::GetManagedPrefixListEntries,
    Call::DescribeInstanceInformation,
    Call::GetDocument,
    Call::ListSecrets,
    Call::GetResourcePolicy,
    Call::ListFunctions,
    Call::DescribeTrails,
    Call::GetTrailStatus,
    Call::DescribeOrganization,
    Call::ListAccounts,
    Call::ListRoots,
    Call::ListParents,
    Call::ListPolicies,
    Call::DescribePolicy,
    Call::ListTargetsForPolicy,
    Call::ListInstances,
    Call::DescribePermissionSet,
    Call::ListManagedPoliciesInPermissionSet,
    Call::GetInlinePolicyForPermissionSet,
    Call::ListAccountAssignments,
    Call::ListDirectoryUsers,
    Call::ListDirectoryGroups,
    Call::ListGroupMemberships,
];
