//! All gaps of a snapshot.

use super::{Account, Head, IdentityCenter, Membership, Organization, ParameterValue};
use crate::{Gap, Known, Listing, Reason};

/// Something that may have gaps.
trait Gaps {
    fn gaps(&self) -> &[Gap];

    /// Puts a gap in place of those that stand for what nobody asked.
    fn explain(&mut self, gap: &Gap);
}

impl<T> Gaps for Known<T> {
    fn gaps(&self) -> &[Gap] {
        match self {
            Self::Value(_) => &[],
            Self::Gap(gap) => std::slice::from_ref(gap),
        }
    }

    fn explain(&mut self, gap: &Gap) {
        if self.gaps().iter().any(|it| it.reason == Reason::NotCollected) {
            *self = Self::Gap(gap.clone());
        }
    }
}

impl<T> Gaps for Listing<T> {
    fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    fn explain(&mut self, gap: &Gap) {
        for own in self.gaps.iter_mut().filter(|it| it.reason == Reason::NotCollected) {
            *own = gap.clone();
        }
        self.gaps.dedup();
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

/// Explains the gaps of fields.
macro_rules! explain {
    ($account:expr, $($field:ident),+ $(,)?) => {{
        |gap: &Gap| { $(Gaps::explain(&mut $account.$field, gap);)+ }
    }};
}

impl Account {
    /// Says why nobody asked what was not asked: nobody could enter the account.
    pub fn explain_unread(&mut self, gap: &Gap) {
        of_account!(explain, self)(gap);
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
