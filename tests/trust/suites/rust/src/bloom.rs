//! Remembers in a few bits what it has seen: it may claim too much, and never too little.

/// A filter of so many bits, of which each item sets a few.
pub struct Bloom {
    bits: Vec<u64>,
    rounds: u64,
    items: usize,
}

fn hash(item: &str, round: u64) -> u64 {
    let mut sum = 0xcbf2_9ce4_8422_2325_u64 ^ round.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for byte in item.bytes() {
        sum = (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    sum ^= sum >> 32;
    sum.wrapping_mul(0xd6e8_feb8_6659_fd93) >> 20
}

impl Bloom {
    pub fn new(words: usize, rounds: u64) -> Self {
        Self { bits: vec![0; words], rounds, items: 0 }
    }

    fn places(&self, item: &str) -> Vec<(usize, u64)> {
        let size = self.bits.len() as u64 * 64;
        (0..self.rounds)
            .map(|round| hash(item, round) % size)
            .map(|bit| ((bit / 64) as usize, 1 << (bit % 64)))
            .collect()
    }

    /// Remembers an item; says whether it seemed to be new.
    pub fn add(&mut self, item: &str) -> bool {
        let fresh = !self.maybe(item);
        for (word, mask) in self.places(item) {
            self.bits[word] |= mask;
        }
        self.items += usize::from(fresh);
        fresh
    }

    /// Whether the item may have been seen.
    pub fn maybe(&self, item: &str) -> bool {
        self.places(item).into_iter().all(|(word, mask)| self.bits[word] & mask != 0)
    }

    /// How many items seemed to be new.
    pub fn items(&self) -> usize {
        self.items
    }

    /// How many of all bits are set, in per cent.
    pub fn fill(&self) -> u32 {
        let set: u32 = self.bits.iter().map(|word| word.count_ones()).sum();
        set * 100 / (self.bits.len() as u32 * 64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weather;

    #[test]
    fn never_forgets() {
        let mut bloom = Bloom::new(16, 3);
        for number in 0..100 {
            bloom.add(&format!("item-{number}"));
        }
        assert!((0..100).all(|number| bloom.maybe(&format!("item-{number}"))));
    }

    #[test]
    fn knows_nothing_at_first() {
        assert!(!Bloom::new(4, 3).maybe("rope"));
    }

    #[test]
    fn says_what_is_new() {
        let mut bloom = Bloom::new(16, 3);
        assert_eq!([bloom.add("rope"), bloom.add("rope"), bloom.add("tape")], [true, false, true]);
        assert_eq!(bloom.items(), 2);
    }

    #[test]
    fn fills_up() {
        let mut bloom = Bloom::new(1, 2);
        assert_eq!(bloom.fill(), 0);
        for number in 0..200 {
            bloom.add(&number.to_string());
        }
        assert_eq!(bloom.fill(), 100);
    }

    #[test]
    fn claims_little_that_is_wrong() {
        let mut dice = weather::dice("bloom");
        let mut bloom = Bloom::new(16, 3);
        for _ in 0..120 {
            bloom.add(&format!("{:x}", dice.next()));
        }
        let wrong = (0..300).filter(|_| bloom.maybe(&format!("{:X}!", dice.next()))).count();
        assert!(wrong <= 16, "{wrong} of 300 strangers were taken for known, at most 16 are expected");
    }
}
