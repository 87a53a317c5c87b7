//! Times and durations as AWS's CLI prints them.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

use super::item::EXPECTED;

/// A time: ISO 8601 with an offset (version 2 of the CLI), or seconds since 1970 (version 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Time(pub(super) Timestamp);

/// The time in an optional field.
pub(super) fn timestamp(time: Option<Time>) -> Option<Timestamp> {
    time.map(|time| time.0)
}

/// Seconds of a duration in ISO 8601, such as `PT12H`.
pub(super) fn seconds(duration: &str) -> Option<u32> {
    let duration: SignedDuration = duration.parse().ok()?;
    u32::try_from(duration.as_secs()).ok()
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TimeVisitor)
    }
}

struct TimeVisitor;

impl TimeVisitor {
    fn checked<E: Error>(time: Result<Timestamp, jiff::Error>) -> Result<Time, E> {
        time.map(Time).map_err(|_| E::custom(format_args!("{EXPECTED}a date and time")))
    }
}

impl Visitor<'_> for TimeVisitor {
    type Value = Time;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date and time")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Time, E> {
        Self::checked(text.parse())
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<Time, E> {
        Self::checked(Timestamp::from_second(i64::try_from(seconds).unwrap_or(i64::MAX)))
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<Time, E> {
        Self::checked(Timestamp::from_second(seconds))
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<Time, E> {
        #[expect(clippy::cast_possible_truncation, reason = "AWS gives milliseconds; `as` clamps")]
        let milliseconds = (seconds * 1000.0).round() as i64;
        Self::checked(Timestamp::from_millisecond(milliseconds))
    }
}

#[cfg(test)]
mod tests {
    use super::{Time, seconds};

    #[track_caller]
    fn check(json: &str, expected: &str) {
        let time: Time = serde_json::from_str(json).expect("it is a time");
        assert_eq!(time.0.to_string(), expected);
    }

    #[test]
    fn both_versions_of_the_cli_are_understood() {
        check("\"2026-01-01T00:00:00+00:00\"", "2026-01-01T00:00:00Z");
        check("\"2026-01-01T01:30:00.250000+01:30\"", "2026-01-01T00:00:00.25Z");
        check("1523477145.729", "2018-04-11T20:05:45.729Z");
        check("1523477145", "2018-04-11T20:05:45Z");
        check("-1", "1969-12-31T23:59:59Z");
    }

    #[test]
    fn nonsense_is_refused() {
        for json in ["\"soon\"", "1e300", "\"2026-13-01T00:00:00Z\"", "true"] {
            assert!(serde_json::from_str::<Time>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn durations_are_iso_8601() {
        assert_eq!(seconds("PT12H"), Some(43_200));
        assert_eq!(seconds("PT1H30M"), Some(5_400));
        assert_eq!(seconds("PT3600S"), Some(3_600));
        assert_eq!(seconds("an hour"), None);
    }
}
