//! IAM: which services users and roles used, and when last. AWS makes a report for each of them.

use std::time::Duration;

use aws_sdk_iam::Client;
use aws_sdk_iam::operation::get_service_last_accessed_details::GetServiceLastAccessedDetailsOutput;
use aws_sdk_iam::types::JobStatusType;
use keyward_snapshot::{Account, Call};
use serde_json::Value;

use super::account::Place;
use super::{about, whole};
use crate::ask::Failure;
use crate::json::{list, object};
use crate::session::client;

/// How many reports are in the making side by side.
const JOBS_MAX: usize = 50;

/// How long to wait for a report, in seconds between questions; most are there at once.
const WAITS: [u64; 8] = [1, 1, 2, 3, 5, 8, 10, 10];

/// Has AWS make a report about each user and role of whom it can have something to say.
pub(super) async fn collect(place: &Place, account: &Account) {
    let needed = [Call::GenerateServiceLastAccessedDetails, Call::GetServiceLastAccessedDetails];
    if needed.iter().any(|call| place.sink.leaves_out(*call)) {
        return;
    }
    let client = client!(place.session, aws_sdk_iam, &place.session.home);
    let subjects: Vec<&str> = account.last_accessed_subjects().into_iter().collect();
    for arns in subjects.chunks(JOBS_MAX) {
        let mut jobs = Vec::new();
        for &arn in arns {
            match start(place, &client, arn).await {
                Ok(job) => jobs.push((arn, job)),
                // Who may not ask about one may not ask about any.
                Err(failure @ Failure::Refused(_)) if jobs.is_empty() => {
                    let call = Call::GenerateServiceLastAccessedDetails;
                    place.sink.unanswered(&whole(call), &failure);
                    return;
                }
                Err(failure) => {
                    let asked = about(Call::GenerateServiceLastAccessedDetails, arn);
                    place.sink.unanswered(&asked, &failure);
                }
            }
        }
        for (arn, job) in jobs {
            report(place, &client, arn, &job).await;
        }
    }
}

async fn start(place: &Place, client: &Client, arn: &str) -> Result<String, Failure> {
    place.sink.count(Call::GenerateServiceLastAccessedDetails);
    let job = client.generate_service_last_accessed_details().arn(arn).send().await;
    let job = job.map_err(|error| Failure::of(&error))?.job_id;
    job.ok_or_else(|| Failure::Failed("the answer names no job".to_owned()))
}

/// A report has one page: AWS has fewer services than a page has room for.
async fn report(place: &Place, client: &Client, arn: &str, job: &str) {
    let ask = || client.get_service_last_accessed_details().job_id(job).max_items(1000).send();
    let mut answer = ask().await;
    for wait in WAITS {
        if !answer.as_ref().is_ok_and(|out| *out.job_status() == JobStatusType::InProgress) {
            break;
        }
        tokio::time::sleep(Duration::from_secs(wait)).await;
        answer = ask().await;
    }
    let asked = about(Call::GetServiceLastAccessedDetails, arn);
    place.sink.ask(asked, std::future::ready(answer), page).await;
}

fn page(out: &GetServiceLastAccessedDetailsOutput) -> Value {
    let services = list(out.services_last_accessed(), |service| {
        object! {
            "ServiceNamespace": service.service_namespace(),
            "LastAuthenticated": service.last_authenticated(),
            "LastAuthenticatedEntity": service.last_authenticated_entity(),
        }
    });
    object! {
        "JobStatus": out.job_status().as_str(),
        "JobCompletionDate": out.job_completion_date(),
        "ServicesLastAccessed": services,
        "IsTruncated": out.is_truncated(),
    }
}
