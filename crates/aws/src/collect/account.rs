//! One account: into it, and around its services and regions.

use std::sync::Arc;

use jiff::Timestamp;
use keyward_snapshot::import::Import;
use keyward_snapshot::{Account, AccountId, Call, Reach};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{
    Work, about, builds, functions, iam, instances, last_accessed, launch_templates, monitoring,
    parameters, regions, root_user, secrets, sessions_manager, tasks, trails, users, watching,
    whole,
};
use crate::ask::Sink;
use crate::error::AwsError;
use crate::session::Session;

/// What the tasks of one account share.
pub(super) struct Place {
    pub(super) session: Session,
    pub(super) sink: Sink,
    pub(super) taken_at: Timestamp,
}

/// Reads one account.
pub(super) async fn collect(work: &Work, id: &AccountId) -> Result<Account, AwsError> {
    work.progress.account_started(id);
    let import = Import::new(work.taken_at).with_account(id.clone());
    let sink = Sink::new(import, work.calls.clone());
    let session = if *id == work.caller.account {
        Ok(work.caller.clone())
    } else {
        work.caller.assume(id, &work.options).await
    };
    let sink = match session {
        Ok(session) => {
            let place = Place { session, sink, taken_at: work.taken_at };
            read(work, place).await?
        }
        Err(failure) => {
            sink.unanswered(&about(Call::AssumeRole, id.as_str()), &failure);
            sink
        }
    };
    root_user::collect(work, id, &sink).await;
    let account = sink.finish()?.accounts.pop();
    if *id != work.caller.account {
        work.budgets.close(id);
    }
    work.progress.account_finished(id);
    Ok(account.unwrap_or_else(|| Account::unread(id.clone())))
}

async fn read(work: &Work, place: Place) -> Result<Sink, AwsError> {
    let place = Arc::new(place);
    let mut running = JoinSet::new();
    running.spawn({
        let place = Arc::clone(&place);
        async move {
            let account = iam::collect(&place).await;
            users::collect(&place).await;
            if let Some(account) = account {
                last_accessed::collect(&place, &account).await;
            }
            Vec::new()
        }
    });
    let found = regions::collect(&place, &work.options.regions).await;
    if let Err(failure) = &found {
        let failure = failure.clone().by("ec2:DescribeRegions");
        for &call in Call::ALL.iter().filter(|call| call.reach() == Reach::Region) {
            place.sink.unanswered(&whole(call), &failure);
        }
    }
    // Where nobody knows the regions, what was asked for is read, or the caller's own.
    let regions = found.unwrap_or_else(|_| match work.options.regions.as_slice() {
        [] => vec![place.session.home.clone()],
        asked => asked.to_vec(),
    });
    let room = Arc::new(Semaphore::new(work.options.regions_at_once.max(1)));
    for region in regions {
        let (place, room) = (Arc::clone(&place), Arc::clone(&room));
        running.spawn(async move {
            // The semaphore is never closed.
            let _permit = room.acquire().await;
            Box::pin(region_of(&place, &region)).await
        });
    }
    let mut seen = Vec::new();
    while let Some(done) = running.join_next().await {
        seen.extend(done.map_err(|error| AwsError::Task(error.to_string()))?);
    }
    trails::states(&place, seen).await;
    // All tasks have ended, so that nobody else holds the place.
    let place = Arc::into_inner(place).ok_or_else(|| AwsError::Task("it goes on".to_owned()))?;
    Ok(place.sink)
}

/// Reads one region, and tells the trails that are seen there.
async fn region_of(place: &Place, region: &str) -> Vec<trails::Seen> {
    let ((), (), (), (), (), (), (), seen) = tokio::join!(
        async {
            instances::collect(place, region).await;
            launch_templates::collect(place, region).await;
        },
        async {
            sessions_manager::collect(place, region).await;
            parameters::collect(place, region).await;
        },
        secrets::collect(place, region),
        functions::collect(place, region),
        async {
            tasks::collect(place, region).await;
            builds::collect(place, region).await;
        },
        monitoring::collect(place, region),
        watching::collect(place, region),
        trails::collect(place, region),
    );
    seen
}
