//! Takes one call's answers out of a snapshot, as if nobody had made the call.

use std::collections::HashSet;

use keyward_snapshot::{
    Account, Call, Gap, Head, Known, Listing, Membership, Organization, ParameterValue, RootUser,
    Snapshot,
};

/// Takes the answers of `call` out of `snapshot`, everywhere.
pub fn take_away(snapshot: &mut Snapshot, call: Call) {
    from_head(&mut snapshot.head, call);
    for account in &mut snapshot.accounts {
        from_account(account, call);
    }
    if matches!(call, Call::ListAnalyzers | Call::DescribeRegions) {
        snapshot.head.note_analyzers(&snapshot.accounts);
    }
}

fn from_account(account: &mut Account, call: Call) {
    let unread = Account::unread(account.id.clone());
    match call {
        Call::GetAccountAuthorizationDetails => {
            account.users = unread.users;
            account.groups = unread.groups;
            account.roles = unread.roles;
            account.policies = unread.policies;
        }
        Call::GenerateServiceLastAccessedDetails | Call::GetServiceLastAccessedDetails => {
            account.last_accessed = missing(call);
        }
        Call::GetPolicy | Call::GetPolicyVersion => {
            let attached = attached(account);
            let is_listed = |arn: &str| !arn.contains("::aws:policy/") || attached.contains(arn);
            account.policies.items.retain(|policy| is_listed(&policy.arn));
        }
        Call::GetCredentialReport => account.credential_report = unread.credential_report,
        Call::GetAccountSummary => account.summary = unread.summary,
        Call::GetAccountPasswordPolicy => account.password_policy = unread.password_policy,
        Call::AssumeRoot => account.root = unread.root,
        Call::GetLoginProfile | Call::ListSigningCertificates => from_root(account, call),
        Call::ListAccessKeys => {
            account.access_keys = unread.access_keys;
            from_root(account, call);
        }
        Call::ListMfaDevices => {
            account.mfa_devices = unread.mfa_devices;
            from_root(account, call);
        }
        Call::ListVirtualMfaDevices => account.virtual_mfa_devices = unread.virtual_mfa_devices,
        Call::ListSamlProviders => account.saml_providers = unread.saml_providers,
        Call::ListOpenIdConnectProviders => account.oidc_providers = unread.oidc_providers,
        Call::DescribeRegions => account.regions = unread.regions,
        Call::DescribeInstances => account.instances = unread.instances,
        Call::DescribeSecurityGroups => account.security_groups = unread.security_groups,
        Call::DescribeNetworkInterfaces => account.network_interfaces = unread.network_interfaces,
        Call::GetManagedPrefixListEntries => account.prefix_lists = unread.prefix_lists,
        Call::DescribeInstanceInformation => account.managed_instances = unread.managed_instances,
        Call::GetDocument => account.session_preferences = unread.session_preferences,
        Call::ListSecrets => account.secrets = unread.secrets,
        Call::GetResourcePolicy => {
            for secret in &mut account.secrets.items {
                secret.resource_policy = Known::Gap(gap_about(call, &secret.arn));
            }
        }
        Call::ListFunctions => account.functions = unread.functions,
        Call::DescribeTrails => account.trails = unread.trails,
        Call::GetTrailStatus => {
            for trail in &mut account.trails.items {
                trail.logging = Known::Gap(gap_about(call, &trail.arn));
            }
        }
        Call::DescribeConfigurationRecorders => {
            account.configuration_recorders = unread.configuration_recorders;
        }
        Call::DescribeConfigurationRecorderStatus => {
            account.recorder_statuses = unread.recorder_statuses;
        }
        Call::DescribeConfigRules => account.config_rules = unread.config_rules,
        Call::DescribeHub => account.security_hubs = unread.security_hubs,
        Call::DescribeSecurityHubV2 => account.security_hubs_v2 = unread.security_hubs_v2,
        Call::ListDetectors => account.detectors = unread.detectors,
        Call::GetDetector => {
            for detector in &mut account.detectors.items {
                detector.state = Known::Gap(gap_about(call, &detector.id));
            }
        }
        Call::ListAnalyzers => account.analyzers = unread.analyzers,
        Call::GetEventSelectors => {
            for trail in &mut account.trails.items {
                trail.management_events = Known::Gap(gap_about(call, &trail.arn));
            }
        }
        Call::DescribeMetricFilters => account.metric_filters = unread.metric_filters,
        Call::DescribeAlarms => account.alarms = unread.alarms,
        Call::ListRules => account.event_rules = unread.event_rules,
        Call::ListTargetsByRule => {
            for rule in &mut account.event_rules.items {
                rule.targets = Known::Gap(gap_about(call, &rule.name));
            }
        }
        Call::ListSubscriptions => account.subscriptions = unread.subscriptions,
        Call::GetTopicAttributes => account.topics = unread.topics,
        _ => from_plain_sight(account, call),
    }
}

/// Takes what a root session answered.
fn from_root(account: &mut Account, call: Call) {
    let Known::Value(root) = &mut account.root else { return };
    let unread = RootUser::default();
    match call {
        Call::ListMfaDevices => root.mfa_devices = unread.mfa_devices,
        Call::ListAccessKeys => root.access_keys = unread.access_keys,
        Call::GetLoginProfile => root.has_password = unread.has_password,
        _ => root.active_certificates = unread.active_certificates,
    }
}

/// The ARNs of policies that somebody has.
fn attached(account: &Account) -> HashSet<String> {
    let users = account.users.iter().flat_map(|user| &user.attached);
    let groups = account.groups.iter().flat_map(|group| &group.attached);
    let roles = account.roles.iter().flat_map(|role| &role.attached);
    users.chain(groups).chain(roles).map(|policy| policy.arn.clone()).collect()
}

/// The places where credentials may stand in plain sight.
fn from_plain_sight(account: &mut Account, call: Call) {
    let unread = Account::unread(account.id.clone());
    match call {
        Call::DescribeLaunchTemplateVersions => account.launch_templates = unread.launch_templates,
        Call::DescribeInstanceAttribute => {
            for instance in &mut account.instances.items {
                instance.user_data = Known::Gap(gap_about(call, &instance.id));
            }
        }
        // Without the list of names stands what was asked for by name.
        Call::ListTaskDefinitionFamilies => {
            account.task_definitions.gaps = unread.task_definitions.gaps;
        }
        Call::DescribeTaskDefinition => {
            let items = std::mem::take(&mut account.task_definitions.items);
            account.task_definitions.gaps =
                items.iter().map(|it| gap_about(call, &it.family)).collect();
        }
        Call::ListProjects => account.build_projects.gaps = unread.build_projects.gaps,
        Call::BatchGetProjects => {
            let items = std::mem::take(&mut account.build_projects.items);
            account.build_projects.gaps =
                items.iter().map(|it| gap_about(call, &it.name)).collect();
        }
        Call::DescribeParameters => {
            account.parameters.items.retain(|it| it.value != ParameterValue::Encrypted);
            account.parameters.gaps = unread.parameters.gaps;
        }
        Call::GetParameters => {
            for parameter in &mut account.parameters.items {
                if let ParameterValue::Plain(value) = &mut parameter.value {
                    *value = Known::Gap(gap_about(call, &parameter.name));
                }
            }
        }
        _ => {}
    }
}

fn from_head(head: &mut Head, call: Call) {
    let unread = Head::new(head.taken_at);
    if call == Call::DescribeOrganization {
        head.organization = unread.organization;
    } else if let Known::Value(Membership::Member(organization)) = &mut head.organization {
        from_organization(organization, call);
    }
    let center = &mut head.identity_center;
    match call {
        Call::ListInstances => center.instances = unread.identity_center.instances,
        Call::DescribePermissionSet => center.permission_sets = missing(call),
        // Nobody asks about permission sets that nobody knows.
        Call::ListPermissionSets => {
            center.permission_sets = missing(call);
            center.assignments = missing(call);
        }
        Call::ListAccountsForProvisionedPermissionSet => center.assignments = missing(call),
        Call::ListAccountAssignments => center.assignments = unread.identity_center.assignments,
        Call::ListDirectoryUsers => center.users = unread.identity_center.users,
        Call::ListDirectoryGroups => center.groups = unread.identity_center.groups,
        Call::ListGroupMemberships => center.memberships = unread.identity_center.memberships,
        Call::ListManagedPoliciesInPermissionSet => {
            for set in &mut center.permission_sets.items {
                set.managed = Known::Gap(gap_about(call, &set.arn));
            }
        }
        Call::GetInlinePolicyForPermissionSet => {
            for set in &mut center.permission_sets.items {
                set.inline = Known::Gap(gap_about(call, &set.arn));
            }
        }
        _ => {}
    }
}

fn from_organization(organization: &mut Organization, call: Call) {
    match call {
        Call::ListAccounts => organization.accounts = missing(call),
        Call::ListRoots => organization.roots = missing(call),
        Call::ListChildren => organization.parents = missing(call),
        Call::ListPolicies => organization.policies = missing(call),
        Call::DescribePolicy => {
            for policy in &mut organization.policies.items {
                policy.document = Known::Gap(gap_about(call, &policy.id));
            }
        }
        Call::ListTargetsForPolicy => {
            for policy in &mut organization.policies.items {
                policy.targets = Known::Gap(gap_about(call, &policy.id));
            }
        }
        _ => {}
    }
}

fn missing<T>(call: Call) -> Listing<T> {
    Listing::missing(Gap::not_collected(call))
}

fn gap_about(call: Call, thing: &str) -> Gap {
    Gap::not_collected(call).about(thing)
}
