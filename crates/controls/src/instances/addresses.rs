//! How much of the Internet a set of address ranges covers.

use std::net::IpAddr;

/// Ranges of addresses of both families, each as its first and its last address.
#[derive(Clone, Debug, Default)]
pub(super) struct Addresses {
    v4: Vec<(u128, u128)>,
    v6: Vec<(u128, u128)>,
}

/// How much of a family's public addresses is covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Share {
    /// Less than half.
    Less,
    /// At least half, in percent.
    Most(u8),
    /// All of them.
    Whole,
}

/// IPv4 blocks that are not routed on the Internet. A set of ranges that leaves them out covers the
/// Internet nevertheless.
///
/// Source: <https://www.iana.org/assignments/iana-ipv4-special-registry/>, and multicast.
const NOT_PUBLIC: &[&str] = &[
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
];

/// All of IPv6 that is routed on the Internet.
///
/// Source: <https://www.iana.org/assignments/ipv6-address-space/>.
const PUBLIC_V6: &str = "2000::/3";

impl Addresses {
    /// Adds a range in CIDR notation; false if `range` is none.
    pub(super) fn add(&mut self, range: &str) -> bool {
        match bounds(range) {
            Some((true, bounds)) => self.v4.push(bounds),
            Some((false, bounds)) => self.v6.push(bounds),
            None => return false,
        }
        true
    }

    /// The share of all public IPv4 addresses.
    pub(super) fn share_of_v4(&self) -> Share {
        let mut others = Self::default();
        for block in NOT_PUBLIC {
            others.add(block);
        }
        let others_count = count(&others.v4);
        let all = (1 << 32) - others_count;
        others.v4.extend(&self.v4);
        Share::of(count(&others.v4) - others_count, all)
    }

    /// The share of all public IPv6 addresses.
    pub(super) fn share_of_v6(&self) -> Share {
        let Some((_, (first, last))) = bounds(PUBLIC_V6) else { return Share::Less };
        let inside: Vec<(u128, u128)> = self
            .v6
            .iter()
            .map(|(from, to)| (*from.max(&first), *to.min(&last)))
            .filter(|(from, to)| from <= to)
            .collect();
        Share::of(count(&inside), last - first + 1)
    }
}

impl Share {
    fn of(covered: u128, all: u128) -> Self {
        let percent = covered / (all / 100);
        match u8::try_from(percent) {
            _ if covered == all => Self::Whole,
            Ok(percent) if percent >= 50 => Self::Most(percent.min(99)),
            _ => Self::Less,
        }
    }
}

/// Whether the range is of IPv4, and its first and last address.
fn bounds(range: &str) -> Option<(bool, (u128, u128))> {
    let (address, length) = range.split_once('/')?;
    let length: u32 = length.parse().ok()?;
    let (is_v4, address, width) = match address.parse().ok()? {
        IpAddr::V4(address) => (true, u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (false, u128::from(address), 128),
    };
    let host_bits = u32::checked_sub(width, length)?;
    let hosts = u128::MAX.checked_shr(128 - host_bits).unwrap_or(0);
    let first = address & !hosts;
    Some((is_v4, (first, first | hosts)))
}

/// How many addresses the ranges hold together. Never all of IPv6, of which only a part is asked.
fn count(ranges: &[(u128, u128)]) -> u128 {
    let mut ranges = ranges.to_vec();
    ranges.sort_unstable();
    let mut sum = 0;
    let mut next = 0;
    for (from, to) in ranges {
        let from = from.max(next);
        if from <= to {
            sum += to - from + 1;
            next = to + 1;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::{Addresses, Share};

    #[track_caller]
    fn check(ranges: &[&str], v4: Share, v6: Share) {
        let mut addresses = Addresses::default();
        for range in ranges {
            assert!(addresses.add(range), "{range}");
        }
        assert_eq!((addresses.share_of_v4(), addresses.share_of_v6()), (v4, v6), "{ranges:?}");
    }

    #[test]
    fn what_covers_the_internet_covers_it_in_any_spelling() {
        check(&["0.0.0.0/0"], Share::Whole, Share::Less);
        check(&["128.0.0.0/1", "0.0.0.0/1"], Share::Whole, Share::Less);
        check(
            &["0.0.0.0/1", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/3"],
            Share::Whole,
            Share::Less,
        );
        check(&["::/0"], Share::Less, Share::Whole);
        check(&["2000::/3"], Share::Less, Share::Whole);
        check(&["2000::/4", "3000::/4"], Share::Less, Share::Whole);
        check(&["0.0.0.0/0", "::/0"], Share::Whole, Share::Whole);
    }

    #[test]
    fn a_part_is_not_the_whole() {
        check(&["0.0.0.0/1"], Share::Most(56), Share::Less);
        check(&["128.0.0.0/1"], Share::Less, Share::Less);
        check(&["2000::/4"], Share::Less, Share::Most(50));
        check(&["3000::/5"], Share::Less, Share::Less);
        check(&["10.0.0.0/8", "192.168.0.0/16", "fd00::/8"], Share::Less, Share::Less);
        check(&["203.0.113.7/32"], Share::Less, Share::Less);
        check(&[], Share::Less, Share::Less);
    }

    #[test]
    fn ranges_without_private_addresses_are_the_internet_all_the_same() {
        let ranges = [
            "1.0.0.0/8",
            "2.0.0.0/7",
            "4.0.0.0/6",
            "8.0.0.0/7",
            "11.0.0.0/8",
            "12.0.0.0/6",
            "16.0.0.0/4",
            "32.0.0.0/3",
            "64.0.0.0/2",
            "128.0.0.0/1",
        ];
        check(&ranges, Share::Whole, Share::Less);
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for range in ["", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "::/129", "x/0", "10.0.0.0/-1"] {
            assert!(!Addresses::default().add(range), "{range}");
        }
    }
}
