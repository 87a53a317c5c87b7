//! The regions that are on in an account.

use aws_sdk_ec2::types::{Filter, Region};
use keyward_snapshot::Call;

use super::account::Place;
use super::whole;
use crate::ask::Failure;
use crate::json::{list, object};
use crate::session::{Session, client};

/// Reads which regions are on, and gives back those in `wanted`, or all if it is empty.
pub(super) async fn collect(place: &Place, wanted: &[String]) -> Result<Vec<String>, Failure> {
    match ask(&place.session).await {
        Ok(regions) => {
            let answer = list(&regions, |region| {
                object! {
                    "RegionName": region.region_name(),
                    "Endpoint": region.endpoint(),
                    "OptInStatus": region.opt_in_status(),
                }
            });
            let call = whole(Call::DescribeRegions);
            place.sink.answered(&call, &object! { "Regions": answer });
            Ok(names(&regions, wanted))
        }
        Err(failure) => {
            place.sink.unanswered(&whole(Call::DescribeRegions), &failure);
            Err(failure)
        }
    }
}

/// The regions that are on.
pub(super) async fn enabled(session: &Session) -> Result<Vec<String>, Failure> {
    Ok(names(&ask(session).await?, &[]))
}

async fn ask(session: &Session) -> Result<Vec<Region>, Failure> {
    let ec2 = client!(session, aws_sdk_ec2, &session.home);
    let on = ["opt-in-not-required", "opted-in"].map(str::to_owned).to_vec();
    let filter = Filter::builder().name("opt-in-status").set_values(Some(on)).build();
    let answer = ec2.describe_regions().filters(filter).send().await;
    Ok(answer.map_err(|error| Failure::of(&error))?.regions.unwrap_or_default())
}

fn names(regions: &[Region], wanted: &[String]) -> Vec<String> {
    let mut names: Vec<String> = regions
        .iter()
        // Whoever answers without heeding the filter still says which are off.
        .filter(|region| region.opt_in_status() != Some("not-opted-in"))
        .filter_map(|region| region.region_name())
        .filter(|name| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name))
        .map(str::to_owned)
        .collect();
    names.sort();
    names
}
