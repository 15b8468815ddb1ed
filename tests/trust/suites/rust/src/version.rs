//! Versions like `1.4.0-beta.2`, their order, and the ranges `^1.4`, `~1.4.2` and `>=1.4`.

use std::cmp::Ordering;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub parts: [u64; 3],
    pub early: Vec<String>,
}

impl Version {
    /// Reads a version; parts that are left out are zero.
    pub fn parse(text: &str) -> Option<Self> {
        let (numbers, early) = text.split_once('-').map_or((text, None), |(a, b)| (a, Some(b)));
        let mut parts = [0; 3];
        let read: Vec<&str> = numbers.split('.').collect();
        if read.len() > 3 {
            return None;
        }
        for (place, part) in parts.iter_mut().zip(&read) {
            *place = part.parse().ok()?;
        }
        let early = early.map(|text| text.split('.').map(str::to_string).collect()).unwrap_or_default();
        Some(Self { parts, early })
    }

    /// Whether it is within a range.
    pub fn within(&self, range: &str) -> bool {
        let base = |text: &str| Self::parse(text.trim());
        let (low, high) = if let Some(text) = range.strip_prefix('^') {
            let Some(low) = base(text) else { return false };
            let at = low.parts.iter().position(|part| *part > 0).unwrap_or(2);
            (low.clone(), low.next(at))
        } else if let Some(text) = range.strip_prefix('~') {
            let Some(low) = base(text) else { return false };
            (low.clone(), low.next(1))
        } else if let Some(text) = range.strip_prefix(">=") {
            return base(text).is_some_and(|low| *self >= low);
        } else {
            return base(range).is_some_and(|only| *self == only);
        };
        *self >= low && *self < high
    }

    fn next(&self, at: usize) -> Self {
        let mut parts = self.parts;
        parts[at] += 1;
        parts[at + 1..].fill(0);
        Self { parts, early: Vec::new() }
    }
}

fn compare_early(one: &str, other: &str) -> Ordering {
    match (one.parse::<u64>(), other.parse::<u64>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        _ => one.cmp(other),
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let numbers = self.parts.cmp(&other.parts);
        if numbers != Ordering::Equal {
            return numbers;
        }
        match (self.early.is_empty(), other.early.is_empty()) {
            (true, false) => return Ordering::Greater,
            (false, true) => return Ordering::Less,
            _ => {}
        }
        let differs = self.early.iter().zip(&other.early).map(|(a, b)| compare_early(a, b)).find(|one| one.is_ne());
        differs.unwrap_or_else(|| self.early.len().cmp(&other.early.len()))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap_or_else(|| panic!("{text} is no version"))
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        assert!(version("1.10.0") > version("1.9.9"));
    }

    #[test]
    fn parts_may_be_left_out() {
        assert_eq!(version("2"), version("2.0.0"));
    }

    #[test]
    fn nonsense_is_no_version() {
        for text in ["", "1.x", "1.2.3.4", "v1"] {
            assert_eq!(Version::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn early_versions_come_before_their_release() {
        assert!(version("1.0.0-rc.1") < version("1.0.0"));
    }

    #[test]
    fn early_versions_have_an_order() {
        let sorted = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta.2", "1.0.0-beta.11"];
        for pair in sorted.windows(2) {
            assert!(version(pair[0]) < version(pair[1]), "{} < {}", pair[0], pair[1]);
        }
    }

    #[test]
    fn a_caret_keeps_the_first_number() {
        assert!(version("1.9.0").within("^1.4"));
        assert!(!version("2.0.0").within("^1.4"));
        assert!(!version("1.3.9").within("^1.4"));
    }

    #[test]
    fn a_caret_below_one_keeps_the_second_number() {
        assert!(version("0.4.9").within("^0.4.2"));
        assert!(!version("0.5.0").within("^0.4.2"));
    }

    #[test]
    fn a_tilde_keeps_the_second_number() {
        assert!(version("1.4.9").within("~1.4.2"));
        assert!(!version("1.5.0").within("~1.4.2"));
    }

    #[test]
    fn at_least_has_no_end() {
        assert!(version("7.0.0").within(">= 1.4"));
        assert!(version("1.4.0").within("1.4"));
    }
}
