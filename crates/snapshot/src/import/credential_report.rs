//! The credential report, a table in CSV.

use std::io::Read;

use csv::{ErrorKind, StringRecord};
use jiff::Timestamp;
use serde::Deserialize;

use super::error::{At, Fault, ImportError};
use super::item::Item;
use super::place::Evidence;
use super::time::Time;
use crate::{AccountId, CertificateSlot, CredentialReport, CredentialRow, KeySlot, LastUse};

/// The columns that are read. AWS's report has more, and may get more.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>.
const COLUMNS: [&str; 21] = [
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "mfa_active",
    "access_key_1_active",
    "access_key_1_last_rotated",
    "access_key_1_last_used_date",
    "access_key_1_last_used_region",
    "access_key_1_last_used_service",
    "access_key_2_active",
    "access_key_2_last_rotated",
    "access_key_2_last_used_date",
    "access_key_2_last_used_region",
    "access_key_2_last_used_service",
    "cert_1_active",
    "cert_1_last_rotated",
    "cert_2_active",
    "cert_2_last_rotated",
];

/// Whether a text begins as a credential report does.
pub(super) fn is_report(start: &[u8]) -> bool {
    let line = start.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let mut names = line.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
    names.next().is_some_and(|first| first == b"user")
        && names.any(|name| name == b"arn" || name == b"mfa_active")
}

/// Whether a text begins as a credential report does that is still in base64.
pub(super) fn is_base64(start: &[u8]) -> bool {
    /// `user,arn,user_creation`.
    const START: &[u8] = b"dXNlcixhcm4sdXNlcl9jcmVhdGlvb";
    start.strip_prefix(b"\"").unwrap_or(start).starts_with(START)
}

/// The report in base64.
pub(super) fn of_item(
    content: &Item<'_>,
    generated: Option<Time>,
) -> Result<CredentialReport, ImportError> {
    #[derive(Deserialize)]
    struct Text(String);
    let Text(base64) = content.parse()?;
    decode(content.path, &base64, generated)
        // The lines of the report are not those of the file.
        .map_err(|error| match error.fault {
            Fault::NotBase64 => content.error("", 0, Fault::NotBase64),
            fault => {
                let field = error.field.unwrap_or_default();
                let line = error.line.map(|line| format!("/line {line}")).unwrap_or_default();
                content.error(&format!("{line}/{field}"), 0, fault)
            }
        })
}

/// Reads a report that is still in base64, as the API returns it.
pub(super) fn decode(
    path: &str,
    base64: &str,
    generated: Option<Time>,
) -> Result<CredentialReport, ImportError> {
    use base64::Engine as _;
    let compact: String = base64.split_ascii_whitespace().collect();
    let csv = base64::engine::general_purpose::STANDARD
        .decode(compact)
        .map_err(|_| ImportError::new(path, Fault::NotBase64))?;
    read(path, csv.as_slice(), generated.map(|time| time.0))
}

/// The account that the ARNs of a report name.
pub(super) fn account_of(report: &CredentialReport) -> Option<AccountId> {
    let mut evidence = Evidence::default();
    report.rows.iter().for_each(|row| evidence.arn(&row.arn));
    evidence.account()
}

/// Reads a report. Errors count lines from the first line of the report.
pub(super) fn read(
    path: &str,
    content: impl Read,
    generated_at: Option<Timestamp>,
) -> Result<CredentialReport, ImportError> {
    let mut reader = csv::Reader::from_reader(content);
    let header = reader.headers().map_err(|error| csv_error(path, &error))?.clone();
    let table = Table::new(path, &header)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| csv_error(path, &error))?;
        rows.push(table.row(&record)?);
    }
    rows.sort_by_key(|row| row.user != CredentialReport::ROOT);
    Ok(CredentialReport { generated_at, rows })
}

struct Table<'p> {
    path: &'p str,
    /// For each of [`COLUMNS`], where it stands in this report.
    positions: Vec<usize>,
}

impl<'p> Table<'p> {
    fn new(path: &'p str, header: &StringRecord) -> Result<Self, ImportError> {
        let position = |column: &&str| header.iter().position(|name| name.trim() == *column);
        let missing = COLUMNS.iter().filter(|column| position(column).is_none());
        let missing: Vec<String> = missing.map(|&column| column.to_owned()).collect();
        if missing.is_empty() {
            Ok(Self { path, positions: COLUMNS.iter().filter_map(position).collect() })
        } else {
            let fault = Fault::MissingColumns(missing);
            Err(ImportError::new(path, fault).at(At { line: 1, column: 1 }))
        }
    }

    fn row(&self, record: &StringRecord) -> Result<CredentialRow, ImportError> {
        let cell = |column: &str| Cell { table: self, record, name: column.to_owned() };
        let key = |number: u8| -> Result<KeySlot, ImportError> {
            let cell = |what: &str| cell(&format!("access_key_{number}_{what}"));
            Ok(KeySlot {
                active: cell("active").boolean()?.unwrap_or(false),
                last_rotated: cell("last_rotated").time()?,
                last_used: cell("last_used_date").last_use()?,
                last_used_region: cell("last_used_region").name(),
                last_used_service: cell("last_used_service").name(),
            })
        };
        let certificate = |number: u8| -> Result<CertificateSlot, ImportError> {
            let cell = |what: &str| cell(&format!("cert_{number}_{what}"));
            Ok(CertificateSlot {
                active: cell("active").boolean()?.unwrap_or(false),
                last_rotated: cell("last_rotated").time()?,
            })
        };
        Ok(CredentialRow {
            user: cell("user").text().to_owned(),
            arn: cell("arn").text().to_owned(),
            created: cell("user_creation_time").time()?,
            password_enabled: cell("password_enabled").boolean()?,
            password_last_used: cell("password_last_used").last_use()?,
            password_last_changed: cell("password_last_changed").time()?,
            mfa_active: cell("mfa_active").boolean()?.unwrap_or(false),
            keys: [key(1)?, key(2)?],
            certificates: [certificate(1)?, certificate(2)?],
        })
    }
}

/// One field of one row.
struct Cell<'t> {
    table: &'t Table<'t>,
    record: &'t StringRecord,
    name: String,
}

impl<'t> Cell<'t> {
    fn index(&self) -> usize {
        let column = COLUMNS.iter().position(|&column| column == self.name);
        column.and_then(|column| self.table.positions.get(column)).copied().unwrap_or_default()
    }

    fn text(&self) -> &'t str {
        self.record.get(self.index()).unwrap_or_default().trim()
    }

    /// A name, where there is one.
    fn name(&self) -> Option<String> {
        Some(self.text()).filter(|text| !is_nothing(text)).map(str::to_owned)
    }

    /// `None` where the report does not say.
    fn boolean(&self) -> Result<Option<bool>, ImportError> {
        let text = self.text();
        if text.eq_ignore_ascii_case("true") {
            Ok(Some(true))
        } else if text.eq_ignore_ascii_case("false") {
            Ok(Some(false))
        } else if is_nothing(text) || text == "not_supported" {
            Ok(None)
        } else {
            Err(self.invalid("`true` or `false`"))
        }
    }

    fn time(&self) -> Result<Option<Timestamp>, ImportError> {
        match self.text() {
            text if is_nothing(text) || text == "not_supported" => Ok(None),
            text => text.parse().map(Some).map_err(|_| self.invalid("a date and time")),
        }
    }

    fn last_use(&self) -> Result<LastUse, ImportError> {
        match self.text() {
            "not_supported" => Ok(LastUse::Unrecorded),
            _ => Ok(self.time()?.map_or(LastUse::Never, LastUse::At)),
        }
    }

    fn invalid(&self, expected: &str) -> ImportError {
        let error = ImportError::new(self.table.path, Fault::InvalidValue(expected.into()))
            .in_field(self.name.as_str());
        match self.record.position() {
            None => error,
            Some(position) => error.at(At {
                line: usize::try_from(position.line()).unwrap_or(usize::MAX),
                column: self.column(),
            }),
        }
    }

    /// The fields before this one, their commas, and the quotes that a comma inside one needs.
    fn column(&self) -> usize {
        let before = self.record.iter().take(self.index());
        let width = |field: &str| field.chars().count() + if field.contains(',') { 3 } else { 1 };
        1 + before.map(width).sum::<usize>()
    }
}

fn is_nothing(text: &str) -> bool {
    matches!(text, "" | "N/A" | "no_information")
}

fn csv_error(path: &str, error: &csv::Error) -> ImportError {
    let fault = match error.kind() {
        ErrorKind::UnequalLengths { expected_len, len, .. } => {
            Fault::UnequalLine { expected: *expected_len, found: *len }
        }
        ErrorKind::Utf8 { .. } => Fault::NotUtf8,
        ErrorKind::Io(error) => Fault::Read(error.kind().into()),
        _ => Fault::Unrecognised,
    };
    let error_at = ImportError::new(path, fault);
    match error.position() {
        None => error_at,
        Some(position) => error_at
            .at(At { line: usize::try_from(position.line()).unwrap_or(usize::MAX), column: 1 }),
    }
}
