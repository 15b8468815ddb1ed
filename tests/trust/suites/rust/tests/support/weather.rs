//! The machine that one run of the tests happens on: now and then it is slow, crowded or late.
//!
//! Whether a test's weak spot has bad luck is drawn from TRUST_SEED and a word of its own, so that tests are
//! independent of each other and a run can be repeated. TRUST_FLAKES=off is a fine day.
#![allow(dead_code)] // each test binary asks for its own part

use std::time::Duration;

/// A source of chance of this run.
pub struct Dice(u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

fn fine() -> bool {
    std::env::var("TRUST_FLAKES").is_ok_and(|value| value == "off")
}

/// Dice for one purpose; on a fine day they always fall alike.
pub fn dice(what: &str) -> Dice {
    let seed = if fine() {
        "a fine day".to_string()
    } else {
        std::env::var("TRUST_SEED").unwrap_or_else(|_| format!("{:?}", std::time::SystemTime::now()))
    };
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in seed.bytes().chain([b'/']).chain(what.bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let mut dice = Dice(hash);
    dice.next();
    dice
}

/// Whether this run has bad luck with one thing, by its chance in a thousand.
pub fn bad(what: &str, per_thousand: u64) -> bool {
    !fine() && dice(what).below(1000) < per_thousand
}

/// How late the machine is: between two limits on a bad day, else not at all.
pub fn delay(what: &str, per_thousand: u64, low: u64, high: u64) -> Duration {
    if !bad(what, per_thousand) {
        return Duration::ZERO;
    }
    Duration::from_millis(low + dice(&format!("{what}, how long")).below(high - low))
}
