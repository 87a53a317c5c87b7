//! What IAM answers about one user at a time: access keys, for the users of whom the credential
//! report shows that they have some. Of MFA devices no control asks more than the report tells.

use keyward_snapshot::Call;
use serde_json::Value;

use super::account::Place;
use super::{about, iam, whole};
use crate::ask::Page;
use crate::json::{list, object};
use crate::session::client;

/// Reads the credential report, and then what it points to.
pub(super) async fn collect(place: &Place) {
    let client = client!(place.session, aws_sdk_iam, &place.session.home);
    let report = iam::credential_report(place, &client).await;
    // Without a report nobody knows whom to ask about, and the importer says so.
    let Some(csv) = report else { return };
    let rows = rows(&csv);
    // Where nobody has any, the report is the answer of all users.
    if !rows.iter().any(|row| row.has_keys) {
        let none = object! { "AccessKeyMetadata": Vec::<Value>::new() };
        place.sink.answered(&whole(Call::ListAccessKeys), &none);
    }
    for row in rows.iter().filter(|row| row.has_keys) {
        let name = row.name.as_str();
        let send = |token| {
            client.list_access_keys().user_name(name).max_items(1000).set_marker(token).send()
        };
        let convert = |out: aws_sdk_iam::operation::list_access_keys::ListAccessKeysOutput| {
            let keys = list(out.access_key_metadata(), key);
            Page::new(object! { "AccessKeyMetadata": keys }, out.marker)
        };
        place.sink.ask_all(about(Call::ListAccessKeys, name), send, convert).await;
    }
}

fn key(key: &aws_sdk_iam::types::AccessKeyMetadata) -> Value {
    object! {
        "UserName": key.user_name(),
        "AccessKeyId": key.access_key_id(),
        "Status": key.status().map(|status| status.as_str()),
        "CreateDate": key.create_date(),
    }
}

/// A user in the credential report.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    name: String,
    has_keys: bool,
}

/// The users of a report; the importer says what is wrong with one that can't be read.
fn rows(csv: &[u8]) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(csv);
    let Ok(header) = reader.headers().cloned() else { return Vec::new() };
    let column = |name: &str| header.iter().position(|column| column == name);
    let user = column("user");
    let slots = ["access_key_1", "access_key_2"]
        .map(|slot| (column(&format!("{slot}_active")), column(&format!("{slot}_last_rotated"))));
    let records = reader.records().filter_map(Result::ok);
    let row = |record: csv::StringRecord| {
        let field = |index: Option<usize>| index.and_then(|index| record.get(index)).unwrap_or("");
        // An inactive key still has the time of its making.
        let has_key = |(active, rotated): &(Option<usize>, Option<usize>)| {
            field(*active) == "true" || field(*rotated).starts_with(|c: char| c.is_ascii_digit())
        };
        Row { name: field(user).to_owned(), has_keys: slots.iter().any(has_key) }
    };
    let is_user = |row: &Row| !row.name.is_empty() && row.name != "<root_account>";
    records.map(row).filter(is_user).collect()
}

#[cfg(test)]
mod tests {
    use super::{Row, rows};

    const REPORT: &str = "\
user,arn,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_2_active,access_key_2_last_rotated
<root_account>,arn:aws:iam::111122223333:root,true,true,2026-01-01T00:00:00+00:00,false,N/A
ci,arn:aws:iam::111122223333:user/ci,false,true,2026-01-01T00:00:00+00:00,false,N/A
deploy,arn:aws:iam::111122223333:user/deploy,true,false,N/A,false,2026-01-01T00:00:00+00:00
alerts,arn:aws:iam::111122223333:user/alerts,false,false,N/A,false,N/A
";

    #[test]
    fn the_report_says_whom_to_ask_about() {
        let row = |name: &str, has_keys| Row { name: name.to_owned(), has_keys };
        let expected = [row("ci", true), row("deploy", true), row("alerts", false)];
        assert_eq!(rows(REPORT.as_bytes()), expected);
    }
}
