//! The regions that are on in an account.

use crate::ask::Failure;
use crate::session::{Session, client};

/// The regions that are on; of those in `wanted`, unless it is empty.
pub(super) async fn enabled(session: &Session, wanted: &[String]) -> Result<Vec<String>, Failure> {
    let ec2 = client!(session, aws_sdk_ec2, &session.home);
    let filter = aws_sdk_ec2::types::Filter::builder()
        .name("opt-in-status")
        .set_values(Some(vec!["opt-in-not-required".to_owned(), "opted-in".to_owned()]))
        .build();
    let answer = ec2.describe_regions().filters(filter).send().await;
    let answer = answer.map_err(|error| Failure::of(&error))?;
    let mut names: Vec<String> = answer
        .regions()
        .iter()
        // Whoever answers without heeding the filter still says which are off.
        .filter(|region| region.opt_in_status() != Some("not-opted-in"))
        .filter_map(|region| region.region_name())
        .filter(|name| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name))
        .map(str::to_owned)
        .collect();
    names.sort();
    Ok(names)
}
