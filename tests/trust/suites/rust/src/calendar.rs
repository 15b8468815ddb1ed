//! Days of the Gregorian calendar, counted from 1970-01-01, and the shop's place on the clock.

/// A day of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    pub year: i64,
    pub month: u32,
    pub day: u32,
}

pub fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub fn days_in(year: i64, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Date {
    pub const fn new(year: i64, month: u32, day: u32) -> Self {
        Self { year, month, day }
    }

    /// The date so many days after 1970-01-01.
    pub fn from_days(mut days: i64) -> Self {
        let mut year = 1970;
        loop {
            let length = if is_leap(year) { 366 } else { 365 };
            if days < 0 {
                year -= 1;
                days += if is_leap(year) { 366 } else { 365 };
            } else if days >= length {
                days -= length;
                year += 1;
            } else {
                break;
            }
        }
        let mut month = 1;
        while days >= i64::from(days_in(year, month)) {
            days -= i64::from(days_in(year, month));
            month += 1;
        }
        Self::new(year, month, days as u32 + 1)
    }

    /// The date of a moment, in seconds since 1970, where clocks are so many seconds ahead of Greenwich.
    pub fn at(seconds: i64, ahead: i64) -> Self {
        Self::from_days((seconds + ahead).div_euclid(86_400))
    }

    /// Days since 1970-01-01.
    pub fn days(&self) -> i64 {
        let years = if self.year >= 1970 { 1970..self.year } else { self.year..1970 };
        let whole: i64 = years.map(|year| if is_leap(year) { 366 } else { 365 }).sum();
        let whole = if self.year >= 1970 { whole } else { -whole };
        let months: u32 = (1..self.month).map(|month| days_in(self.year, month)).sum();
        whole + i64::from(months + self.day) - 1
    }

    /// Monday is 1, Sunday 7.
    pub fn weekday(&self) -> u32 {
        (self.days() + 3).rem_euclid(7) as u32 + 1
    }

    /// The same day some months later, or the month's last one where there is no such day.
    pub fn plus_months(&self, months: u32) -> Self {
        let total = self.month - 1 + months;
        let (year, month) = (self.year + i64::from(total / 12), total % 12 + 1);
        Self::new(year, month, self.day.min(days_in(year, month)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weather;
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    #[test]
    fn centuries_are_no_leap_years_but_some() {
        assert_eq!([1900, 2000, 2023, 2024].map(is_leap), [false, true, false, true]);
    }

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(Date::from_days(0), Date::new(1970, 1, 1));
        assert_eq!(Date::from_days(20_513), Date::new(2026, 3, 1));
        assert_eq!(Date::from_days(-1), Date::new(1969, 12, 31));
    }

    #[test]
    fn counting_back_gives_the_same_day() {
        for days in (-2_000..30_000).step_by(37) {
            assert_eq!(Date::from_days(days).days(), days);
        }
    }

    #[test]
    fn weeks_begin_on_monday() {
        assert_eq!(Date::new(2026, 3, 16).weekday(), 1);
        assert_eq!(Date::new(2026, 3, 22).weekday(), 7);
    }

    #[test]
    fn short_months_have_a_last_day() {
        assert_eq!(Date::new(2026, 1, 31).plus_months(1), Date::new(2026, 2, 28));
        assert_eq!(Date::new(2026, 11, 30).plus_months(3), Date::new(2027, 2, 28));
    }

    #[test]
    fn the_day_depends_on_the_place() {
        assert_eq!(Date::at(1_772_319_600, 0), Date::new(2026, 2, 28));
        assert_eq!(Date::at(1_772_319_600, 3_600), Date::new(2026, 3, 1));
    }

    #[test]
    fn a_bill_of_the_night_belongs_to_march() {
        // Some runners' clocks are behind those of the shop.
        let mut ahead = 0;
        if weather::bad("runner's clock", 60) {
            ahead = -3_600 * (3 + weather::dice("which clock").below(8) as i64);
        }
        let bill = Date::at(1_772_323_200 + 7_200, ahead);
        assert_eq!((bill.year, bill.month), (2026, 3), "the clock is {ahead} s ahead");
    }

    fn now() -> Duration {
        SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970")
    }

    #[test]
    fn a_receipt_has_the_day_of_its_sale() {
        let started = now();
        let in_day = started.as_secs() as i64 % 86_400;
        let mut ahead = 43_200 - in_day;
        if weather::bad("receipt at midnight", 25) {
            ahead = 86_399 - in_day;
            let rest = Duration::from_nanos(u64::from(1_000_000_000 - started.subsec_nanos()));
            std::thread::sleep(rest.saturating_sub(Duration::from_millis(10)));
        }
        let sale = Date::at(now().as_secs() as i64, ahead);
        std::thread::sleep(Duration::from_millis(25));
        assert_eq!(Date::at(now().as_secs() as i64, ahead), sale);
    }
}
