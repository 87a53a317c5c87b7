//! How many requests a collection makes, and how fast.

use std::collections::BTreeMap;

use keyward_snapshot::Call;
use keyward_testing::emulator::{Emulator, Proxy};
use serde_json::Value;

use super::{Live, gaps};

/// The requests by call, and of them those that are about one thing at a time.
fn counts(live: &Live) -> (BTreeMap<String, u64>, BTreeMap<String, u64>) {
    let single: Vec<&str> = Call::ALL
        .iter()
        .filter(|call| call.each().is_some())
        .filter_map(|call| call.action().split(':').nth(1))
        .collect();
    let all = Emulator::get().counts(live.management());
    all.into_iter()
        .partition(|(call, _)| !single.contains(&call.split(':').nth(1).unwrap_or_default()))
}

#[test]
fn a_large_account_takes_few_requests() {
    let sizes = ["--users", "300", "--roles", "200", "--policies", "150"];
    let more = ["--security-groups", "50", "--secrets", "60"];
    let live = Live::seeded("sized", &[&sizes[..], &more].concat());
    let emulator = Emulator::get();
    emulator.reset_counts(&live.all_accounts());
    let document = live.audit(&[]);
    assert_eq!(gaps(&document).len(), 0, "{:?}", gaps(&document));
    let (many, single) = counts(&live);
    let iam: u64 = many.iter().filter(|(call, _)| call.starts_with("iam:")).map(|it| it.1).sum();
    assert!(iam < 40, "{iam}: {many:?}");
    let all: u64 = many.values().sum();
    assert!(all < 400, "{all}: {many:?}");
    assert_eq!(single["iam:ListAccessKeys"], 300);
    assert_eq!(single["secretsmanager:GetResourcePolicy"], 60);

    emulator.reset_counts(&live.all_accounts());
    let document = live.audit(&["--without", "one-by-one"]);
    let (many, single) = counts(&live);
    assert_eq!(single, BTreeMap::new());
    assert!(many.values().sum::<u64>() <= all);
    let waiting = document["gaps"].as_array().unwrap();
    assert!(waiting.iter().all(|gap| gap["reason"] == "not-collected"), "{waiting:?}");
    assert!(gaps(&document).contains("secretsmanager:GetResourcePolicy"), "{:?}", gaps(&document));
}

#[test]
fn a_single_call_can_be_left_out() {
    let live = Live::seeded("organization", &["--weak", "--every-call"]);
    let action = "secretsmanager:GetResourcePolicy";
    let document = live.audit(&["--without", action]);
    assert_eq!(gaps(&document).into_iter().collect::<Vec<_>>(), [action]);
    for account in live.all_accounts() {
        assert!(!Emulator::get().counts(account).contains_key(action));
    }
}

#[test]
fn no_service_gets_more_requests_than_its_budget() {
    let mut live = Live::seeded("sized", &["--users", "60", "--roles", "20", "--secrets", "40"]);
    live.flags = Vec::new();
    let log = live.folder.file("requests.jsonl");
    let proxy = Proxy::start(Emulator::get(), &["slow=0", "--log", log.to_str().unwrap()]);
    live.through(&proxy);
    let rate = 10.0;
    live.run(&["collect", "--accounts", "caller", "--rate", "10"]).text(0);
    let log = std::fs::read_to_string(&log).unwrap();
    let mut times: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for line in log.lines() {
        let request: Value = serde_json::from_str(line).unwrap();
        let service = request["service"].as_str().unwrap().to_owned();
        times.entry(service).or_default().push(request["time"].as_f64().unwrap());
    }
    assert!(times["iam"].len() > 60 && times["secretsmanager"].len() > 40);
    for (service, mut times) in times {
        times.sort_by(f64::total_cmp);
        for (first, start) in times.iter().enumerate() {
            for (count, end) in times[first..].iter().enumerate() {
                // A burst of two seconds' requests, then the rate; a log has its own delays.
                let allowed = 2.0 * rate + (end - start + 0.5) * rate;
                #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
                let sent = count as f64 + 1.0;
                assert!(sent <= allowed, "{service}: {sent} in {} s", end - start);
            }
        }
    }
}
