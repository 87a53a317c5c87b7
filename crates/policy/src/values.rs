//! The values that condition operators read out of texts: numbers, moments, address ranges.

use std::cmp::Ordering;
use std::net::IpAddr;

/// How two numbers compare; `None` if one of the texts is not an integer or a decimal number.
pub(crate) fn compare_numbers(left: &str, right: &str) -> Option<Ordering> {
    // Integers beyond 2^53 have no exact `f64`.
    if let (Ok(left), Ok(right)) = (left.parse::<i128>(), right.parse::<i128>()) {
        return Some(left.cmp(&right));
    }
    number(left)?.partial_cmp(&number(right)?)
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A moment in nanoseconds since 1970, from one of the W3C's profiles of ISO 8601 or from seconds
/// since 1970. Four digits alone are a year. A time without an offset is none.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.
pub(crate) fn moment(text: &str) -> Option<i128> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_year = text.len() == 4 && !text.contains(['.', '-']);
    if !is_year && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return epoch(text);
    }
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let year = digits_of(parts.next()?, 4).filter(|year| *year > 0)?;
    let month = parts.next().map_or(Some(1), |part| digits_of(part, 2))?;
    let day = parts.next().map_or(Some(1), |part| digits_of(part, 2))?;
    let complete = date.len() == 10 && parts.next().is_none();
    if !(1..=12).contains(&month) || !(1..=days_in_month(year, month)).contains(&day) {
        return None;
    }
    let nanoseconds = match time {
        None => 0,
        Some(time) if complete => time_of_day(time)?,
        Some(_) => return None,
    };
    Some(days_since_1970(year, month, day) * 86_400 * SECOND + nanoseconds)
}

const SECOND: i128 = 1_000_000_000;

fn epoch(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let seconds = i128::from(whole.parse::<i64>().ok()?) * SECOND;
    let nanoseconds = fraction_of_second(fraction)?;
    Some(if text.starts_with('-') { seconds - nanoseconds } else { seconds + nanoseconds })
}

/// The digits after a decimal point as nanoseconds; digits beyond the ninth are dropped.
fn fraction_of_second(digits: &str) -> Option<i128> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let kept = digits.get(..digits.len().min(9))?;
    format!("{kept:0<9}").parse().ok()
}

/// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.s` with an offset, in nanoseconds since midnight UTC.
fn time_of_day(text: &str) -> Option<i128> {
    let (clock, offset) = if let Some(clock) = text.strip_suffix('Z') {
        (clock, 0)
    } else {
        let (clock, offset) = text.split_at_checked(text.rfind(['+', '-'])?)?;
        let sign = if offset.starts_with('-') { -1 } else { 1 };
        (clock, sign * hours_and_minutes(offset.get(1..)?)?)
    };
    let minutes = hours_and_minutes(clock.get(..5)?)?;
    let seconds = match clock.get(5..)?.strip_prefix(':') {
        None if clock.len() == 5 => 0,
        None => return None,
        Some(seconds) => {
            let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
            let whole = digits_of(whole, 2).filter(|whole| *whole < 60)?;
            whole * SECOND + fraction_of_second(fraction)?
        }
    };
    Some((minutes - offset) * 60 * SECOND + seconds)
}

/// `hh:mm` in minutes.
fn hours_and_minutes(text: &str) -> Option<i128> {
    let (hours, minutes) = text.split_once(':')?;
    let hours = digits_of(hours, 2).filter(|hours| *hours < 24)?;
    let minutes = digits_of(minutes, 2).filter(|minutes| *minutes < 60)?;
    Some(hours * 60 + minutes)
}

fn digits_of(text: &str, length: usize) -> Option<i128> {
    let valid = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    valid.then(|| text.parse().ok()).flatten()
}

fn is_leap(year: i128) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn days_in_month(year: i128, month: i128) -> i128 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_since_1970(year: i128, month: i128, day: i128) -> i128 {
    let leap_days = |year: i128| (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400;
    let before_year = (year - 1970) * 365 + leap_days(year) - leap_days(1970);
    let before_month: i128 = (1..month).map(|month| days_in_month(year, month)).sum();
    before_year + before_month + day - 1
}

/// Whether `address` lies in `range`: `203.0.113.0/24`, `2001:db8::/32`, or one address. Addresses
/// of the other family never do. `None` if one of the texts is neither.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.
pub(crate) fn range_contains(range: &str, address: &str) -> Option<bool> {
    let address: IpAddr = address.parse().ok()?;
    let (network, prefix) = parse_range(range)?;
    Some(match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let mask = u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
            network.to_bits() & mask == address.to_bits() & mask
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let mask = u128::MAX.checked_shl(128 - prefix).unwrap_or(0);
            network.to_bits() & mask == address.to_bits() & mask
        }
        _ => false,
    })
}

/// A range's first address and the length of its prefix, which is valid for its family.
pub(crate) fn parse_range(range: &str) -> Option<(IpAddr, u32)> {
    let (network, prefix) = match range.split_once('/') {
        Some((network, prefix)) => (network, Some(prefix)),
        None => (range, None),
    };
    let network: IpAddr = network.parse().ok()?;
    let longest = if network.is_ipv4() { 32 } else { 128 };
    let prefix = prefix.map_or(Some(longest), |prefix| prefix.parse().ok())?;
    (prefix <= longest).then_some((network, prefix))
}
