//! All gaps of a snapshot.

use super::{Account, AccountId, Head, IdentityCenter, Membership, Organization, ParameterValue};
use crate::{Gap, Known, Listing, Reason};

/// Something that may have gaps.
trait Gaps {
    fn gaps(&self) -> &[Gap];

    /// Nothing but a gap.
    fn shut(gap: &Gap) -> Self;
}

impl<T> Gaps for Known<T> {
    fn gaps(&self) -> &[Gap] {
        match self {
            Self::Value(_) => &[],
            Self::Gap(gap) => std::slice::from_ref(gap),
        }
    }

    fn shut(gap: &Gap) -> Self {
        Self::Gap(gap.clone())
    }
}

impl<T> Gaps for Listing<T> {
    fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    fn shut(gap: &Gap) -> Self {
        Self::missing(gap.clone())
    }
}

/// The gaps of fields, one after another.
macro_rules! gaps_of {
    ($of:expr, $($field:ident),+ $(,)?) => {{
        let mut found: Vec<&Gap> = Vec::new();
        $(found.extend(Gaps::gaps(&$of.$field));)+
        found
    }};
}

/// The fields of an account that may be gaps, but for the root user.
macro_rules! of_account {
    ($what:ident, $account:expr) => {
        $what!(
            $account,
            regions,
            credential_report,
            summary,
            password_policy,
            users,
            groups,
            roles,
            policies,
            access_keys,
            mfa_devices,
            virtual_mfa_devices,
            saml_providers,
            oidc_providers,
            instances,
            security_groups,
            network_interfaces,
            prefix_lists,
            managed_instances,
            session_preferences,
            secrets,
            functions,
            trails,
            launch_templates,
            parameters,
            task_definitions,
            build_projects,
            configuration_recorders,
            recorder_statuses,
            config_rules,
            security_hubs,
            security_hubs_v2,
            detectors,
            analyzers,
            metric_filters,
            alarms,
            event_rules,
            subscriptions,
            topics,
            last_accessed,
        )
    };
}

/// Puts a gap in place of fields.
macro_rules! shut {
    ($account:expr, $($field:ident),+ $(,)?) => {{
        |gap: &Gap| { $($account.$field = Gaps::shut(gap);)+ }
    }};
}

impl Account {
    /// An account that nobody could enter, for one reason.
    pub fn shut(id: AccountId, gap: &Gap) -> Self {
        let mut account = Self::unread(id);
        of_account!(shut, account)(gap);
        account
    }

    /// Everything about the account that could not be read. What only root sessions tell counts
    /// where one was asked for: nobody opens them unasked.
    pub fn gaps(&self) -> Vec<&Gap> {
        let mut found = of_account!(gaps_of, self);
        match &self.root {
            Known::Value(root) => {
                found.extend(gaps_of!(
                    root,
                    mfa_devices,
                    access_keys,
                    has_password,
                    active_certificates
                ));
            }
            Known::Gap(gap) if gap.reason != Reason::NotCollected => found.push(gap),
            Known::Gap(_) => {}
        }
        found.extend(self.instances.iter().flat_map(|it| it.user_data.gaps()));
        found.extend(self.secrets.iter().flat_map(|it| it.resource_policy.gaps()));
        for trail in &self.trails {
            found.extend(gaps_of!(trail, logging, management_events));
        }
        found.extend(self.event_rules.iter().flat_map(|it| it.targets.gaps()));
        found.extend(self.detectors.iter().flat_map(|it| it.state.gaps()));
        found.extend(self.parameters.iter().flat_map(|it| match &it.value {
            ParameterValue::Plain(kind) => kind.gaps(),
            ParameterValue::Encrypted => &[],
        }));
        found
    }
}

impl Head {
    /// Everything about the organization and Identity Center that could not be read.
    pub fn gaps(&self) -> Vec<&Gap> {
        let mut found = gaps_of!(self, organization);
        if let Known::Value(Membership::Member(organization)) = &self.organization {
            found.extend(of_organization(organization));
        }
        found.extend(of_center(&self.identity_center));
        found
    }
}

fn of_organization(organization: &Organization) -> Vec<&Gap> {
    let mut found = gaps_of!(organization, roots, accounts, parents, policies);
    for policy in &organization.policies {
        found.extend(gaps_of!(policy, document, targets));
    }
    found
}

fn of_center(center: &IdentityCenter) -> Vec<&Gap> {
    let mut found =
        gaps_of!(center, instances, permission_sets, assignments, users, groups, memberships,);
    for set in &center.permission_sets {
        found.extend(gaps_of!(set, managed, inline));
    }
    found
}
