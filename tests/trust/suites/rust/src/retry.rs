//! Tries again what failed, later each time, and never for longer than its budget.

use std::time::Duration;

/// How often and how long.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    pub attempts: u32,
    pub first: Duration,
    pub longest: Duration,
    pub budget: Duration,
}

/// What came of it after so many attempts and so much waiting.
#[derive(Debug, PartialEq, Eq)]
pub struct GaveUp<E> {
    pub attempts: u32,
    pub waited: Duration,
    pub last: E,
}

impl Policy {
    /// The wait after an attempt, which counts from one.
    pub fn delay(&self, attempt: u32) -> Duration {
        let factor = 2_u32.saturating_pow(attempt - 1);
        self.first.saturating_mul(factor).min(self.longest)
    }

    /// The wait with a jitter between nothing and all of it; `chance` is below one.
    pub fn jittered(&self, attempt: u32, chance: f64) -> Duration {
        self.delay(attempt).mul_f64(chance)
    }

    /// Runs work until it succeeds; `sleep` waits.
    pub fn run<T, E>(
        &self,
        mut work: impl FnMut(u32) -> Result<T, E>,
        mut sleep: impl FnMut(Duration),
    ) -> Result<T, GaveUp<E>> {
        let mut waited = Duration::ZERO;
        let mut attempt = 1;
        loop {
            match work(attempt) {
                Ok(done) => return Ok(done),
                Err(last) => {
                    let delay = self.delay(attempt);
                    if attempt >= self.attempts || waited + delay > self.budget {
                        return Err(GaveUp { attempts: attempt, waited, last });
                    }
                    sleep(delay);
                    waited += delay;
                    attempt += 1;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weather;

    const POLICY: Policy = Policy {
        attempts: 5,
        first: Duration::from_millis(100),
        longest: Duration::from_millis(500),
        budget: Duration::from_secs(10),
    };

    #[test]
    fn waits_double_up_to_the_longest() {
        let waits: Vec<u128> = (1..=5).map(|attempt| POLICY.delay(attempt).as_millis()).collect();
        assert_eq!(waits, [100, 200, 400, 500, 500]);
    }

    #[test]
    fn a_huge_attempt_is_no_overflow() {
        assert_eq!(POLICY.delay(90), POLICY.longest);
    }

    #[test]
    fn success_ends_it() {
        let mut slept = Vec::new();
        let done = POLICY.run(|attempt| if attempt < 3 { Err("busy") } else { Ok(attempt) }, |time| slept.push(time));
        assert_eq!(done, Ok(3));
        assert_eq!(slept.len(), 2);
    }

    #[test]
    fn attempts_are_counted() {
        let gave_up = POLICY.run(|_| Err::<(), _>("busy"), |_| {}).unwrap_err();
        assert_eq!((gave_up.attempts, gave_up.last), (5, "busy"));
    }

    #[test]
    fn the_budget_is_never_exceeded() {
        let tight = Policy { budget: Duration::from_millis(300), ..POLICY };
        let gave_up = tight.run(|_| Err::<(), _>("busy"), |_| {}).unwrap_err();
        assert_eq!((gave_up.attempts, gave_up.waited), (3, Duration::from_millis(300)));
    }

    #[test]
    fn jitter_is_even() {
        let mut dice = weather::dice("jitter");
        let total: Duration = (0..50).map(|_| POLICY.jittered(1, dice.below(1000) as f64 / 1000.0)).sum();
        let mean = total / 50;
        let limits = Duration::from_millis(42)..Duration::from_millis(58);
        assert!(limits.contains(&mean), "the mean wait is {mean:?}, not within {limits:?}");
    }
}
