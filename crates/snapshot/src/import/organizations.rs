//! AWS Organizations: what its answers say.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::documents::Documents;
use super::error::{Fault, ImportError};
use super::item::Item;
use crate::{
    AccountId, Call, ControlPolicy, FeatureSet, Gap, Known, MemberAccount, PolicyKind, Root,
};

/// Pairs of child and parent, from the root down.
pub(super) type Chain = Vec<(String, String)>;

/// What `describe-organization` says.
pub(super) struct Described {
    pub(super) id: String,
    pub(super) management_account: AccountId,
    pub(super) features: FeatureSet,
}

/// `Organization`.
pub(super) fn organization(item: &Item<'_>) -> Result<Described, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        id: String,
        master_account_id: String,
        feature_set: String,
    }
    let raw: Raw = item.parse()?;
    let features = match raw.feature_set.as_str() {
        "ALL" => FeatureSet::All,
        "CONSOLIDATED_BILLING" => FeatureSet::ConsolidatedBilling,
        _ => return Err(item.invalid("/FeatureSet", "`ALL` or `CONSOLIDATED_BILLING`")),
    };
    Ok(Described { id: raw.id, management_account: AccountId(raw.master_account_id), features })
}

/// An item of `Accounts`, and the chain of its parents where AWS prints it.
pub(super) fn account(item: &Item<'_>) -> Result<Option<(MemberAccount, Chain)>, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        id: Option<String>,
        name: Option<String>,
        email: Option<String>,
        status: Option<String>,
        state: Option<String>,
        #[serde(default)]
        paths: Vec<String>,
    }
    let raw: Raw = item.parse()?;
    let (Some(id), Some(email)) = (raw.id, raw.email) else { return Ok(None) };
    let state = raw.state.or(raw.status);
    let parents = raw.paths.iter().flat_map(|path| chain(path, &id)).collect();
    let account = MemberAccount {
        active: state.as_deref() == Some("ACTIVE"),
        id: AccountId(id),
        name: raw.name.unwrap_or_default(),
        email,
    };
    Ok(Some((account, parents)))
}

/// Child and parent along a path such as `o-exampleorgid/r-ab12/ou-ab12-34567890/111122223333/`,
/// if it ends at `last`.
fn chain(path: &str, last: &str) -> Chain {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if parts.last() != Some(&last) {
        return Vec::new();
    }
    let pairs = parts.iter().skip(1).zip(parts.iter().skip(2));
    pairs.map(|(parent, child)| ((*child).to_owned(), (*parent).to_owned())).collect()
}

/// An item of `Roots`, if it is one of Organizations.
pub(super) fn root(item: &Item<'_>) -> Result<Option<Root>, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct RawType {
        r#type: String,
        status: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        id: Option<String>,
        policy_types: Option<Vec<RawType>>,
    }
    let raw: Raw = item.parse()?;
    let (Some(id), Some(types)) = (raw.id, raw.policy_types) else { return Ok(None) };
    let enabled = types.into_iter().filter(|found| found.status == "ENABLED");
    Ok(Some(Root { id, enabled_policy_types: enabled.map(|found| found.r#type).collect() }))
}

/// The id in an item of `Parents`.
pub(super) fn parent(item: &Item<'_>) -> Result<Option<String>, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        id: Option<String>,
    }
    Ok(item.parse::<Raw>()?.id)
}

/// The id in an item of `Children`, if it is one of Organizations.
pub(super) fn child(item: &Item<'_>) -> Result<Option<String>, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        id: Option<String>,
        r#type: Option<String>,
    }
    let raw: Raw = item.parse()?;
    let is_own = matches!(raw.r#type.as_deref(), Some("ACCOUNT" | "ORGANIZATIONAL_UNIT"));
    Ok(raw.id.filter(|_| is_own))
}

/// An item of `OrganizationalUnits`: its id and the chain of its parents where AWS prints it.
pub(super) fn unit(item: &Item<'_>) -> Result<(String, Chain), ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        id: String,
        path: Option<String>,
    }
    let raw: Raw = item.parse()?;
    let parents = raw.path.map(|path| chain(&path, &raw.id)).unwrap_or_default();
    Ok((raw.id, parents))
}

/// The id in an item of `Targets`.
pub(super) fn target(item: &Item<'_>) -> Result<Option<String>, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        target_id: Option<String>,
    }
    Ok(item.parse::<Raw>()?.target_id)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawSummary {
    id: Option<String>,
    name: Option<String>,
    r#type: Option<String>,
}

impl RawSummary {
    /// The policy, of which document and targets are the answers to other calls; `None` for a
    /// policy that controls no access, such as a tag policy.
    fn policy(self) -> Option<ControlPolicy> {
        let kind = match self.r#type?.as_str() {
            "SERVICE_CONTROL_POLICY" => PolicyKind::ServiceControl,
            "RESOURCE_CONTROL_POLICY" => PolicyKind::ResourceControl,
            _ => return None,
        };
        let id = self.id?;
        Some(ControlPolicy {
            document: Known::Gap(Gap::not_collected(Call::DescribePolicy).about(&id)),
            targets: Known::Gap(Gap::not_collected(Call::ListTargetsForPolicy).about(&id)),
            name: self.name.unwrap_or_default(),
            id,
            kind,
        })
    }
}

/// An item of `Policies` as Organizations lists them.
pub(super) fn policy_summary(item: &Item<'_>) -> Result<Option<ControlPolicy>, ImportError> {
    Ok(item.parse::<RawSummary>()?.policy())
}

/// `Policy`, if it is one of Organizations.
pub(super) fn policy(
    item: &Item<'_>,
    documents: &mut Documents,
) -> Result<Option<ControlPolicy>, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw<'a> {
        policy_summary: Option<RawSummary>,
        #[serde(borrow)]
        content: Option<&'a RawValue>,
    }
    if !item.text.starts_with('{') {
        return Ok(None);
    }
    let raw: Raw<'_> = item.parse()?;
    let Some(mut policy) = raw.policy_summary.and_then(RawSummary::policy) else {
        return Ok(None);
    };
    let Some(content) = raw.content else {
        return Err(item.error("", 0, Fault::MissingField("Content".into())));
    };
    policy.document = Known::Value(item.policy(documents, content, &format!("`{}`", policy.id))?);
    Ok(Some(policy))
}

/// What the policies say that AWS attaches to everything where control policies are on, and that
/// nobody can change.
///
/// Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>.
pub(super) fn well_known(policy: &ControlPolicy) -> Option<&'static str> {
    match policy.id.as_str() {
        "p-FullAWSAccess" => Some(
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
        ),
        "p-RCPFullAWSAccess" => Some(
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#,
        ),
        _ => None,
    }
}
