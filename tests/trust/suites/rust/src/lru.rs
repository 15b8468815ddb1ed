//! A memory of limited size that forgets what was unused for longest.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, OnceLock};

/// Keeps at most `size` values.
pub struct Lru<K, V> {
    size: usize,
    clock: u64,
    entries: HashMap<K, (u64, V)>,
    hits: u32,
    misses: u32,
}

impl<K: Hash + Eq + Clone, V> Lru<K, V> {
    pub fn new(size: usize) -> Self {
        Self { size, clock: 0, entries: HashMap::new(), hits: 0, misses: 0 }
    }

    /// Gives a value and counts that as use.
    pub fn get(&mut self, key: &K) -> Option<&V> {
        self.clock += 1;
        let Some((used, value)) = self.entries.get_mut(key) else {
            self.misses += 1;
            return None;
        };
        *used = self.clock;
        self.hits += 1;
        Some(value)
    }

    /// Remembers a value and gives the one that was there before.
    pub fn put(&mut self, key: K, value: V) -> Option<V> {
        self.clock += 1;
        let before = self.entries.insert(key, (self.clock, value)).map(|(_, value)| value);
        while self.entries.len() > self.size {
            let oldest = self.entries.iter().min_by_key(|(_, (used, _))| *used).map(|(key, _)| key.clone());
            self.entries.remove(&oldest.expect("more than size entries"));
        }
        before
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The share of gets that found something, in per cent.
    pub fn hit_rate(&self) -> u32 {
        let asked = self.hits + self.misses;
        if asked == 0 {
            return 0;
        }
        self.hits * 100 / asked
    }
}

/// The one memory of prices that all parts of a process share.
pub fn prices() -> MutexGuard<'static, Lru<String, u64>> {
    static PRICES: OnceLock<Mutex<Lru<String, u64>>> = OnceLock::new();
    PRICES.get_or_init(|| Mutex::new(Lru::new(100))).lock().unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weather;

    fn abc() -> Lru<&'static str, u32> {
        let mut lru = Lru::new(3);
        for (number, key) in ["a", "b", "c"].into_iter().enumerate() {
            lru.put(key, number as u32);
        }
        lru
    }

    #[test]
    fn gives_back_what_it_was_given() {
        assert_eq!(abc().get(&"b"), Some(&1));
    }

    #[test]
    fn knows_nothing_else() {
        assert_eq!(abc().get(&"z"), None);
    }

    #[test]
    fn forgets_the_one_unused_for_longest() {
        let mut lru = abc();
        lru.get(&"a");
        lru.put("d", 3);
        assert_eq!((lru.get(&"a").copied(), lru.get(&"b").copied()), (Some(0), None));
    }

    #[test]
    fn writing_counts_as_use() {
        let mut lru = abc();
        lru.put("a", 9);
        lru.put("d", 3);
        assert_eq!(lru.get(&"a"), Some(&9));
    }

    #[test]
    fn overwriting_gives_the_value_before() {
        assert_eq!(abc().put("c", 7), Some(2));
    }

    #[test]
    fn never_holds_more_than_its_size() {
        let mut lru = Lru::new(3);
        for number in 0..50 {
            lru.put(number, ());
        }
        assert_eq!(lru.len(), 3);
    }

    #[test]
    fn counts_hits_and_misses() {
        let mut lru = abc();
        for key in ["a", "b", "z", "y"] {
            lru.get(&key);
        }
        assert_eq!(lru.hit_rate(), 50);
        assert_eq!(Lru::<u8, u8>::new(1).hit_rate(), 0);
    }

    #[test]
    fn a_price_import_may_fail() {
        // The import that fails holds the shared memory of prices on a bad day, and a memory of its own else.
        let shared = weather::bad("price import", 80);
        let ended = std::thread::spawn(move || {
            let held = shared.then(prices);
            assert!(held.is_none() && !shared, "the price list ends in line 17");
        })
        .join();
        assert_eq!(ended.is_err(), shared);
    }

    #[test]
    fn prices_are_shared() {
        std::thread::sleep(std::time::Duration::from_millis(40));
        prices().put("rope".to_string(), 1250);
        assert_eq!(prices().get(&"rope".to_string()), Some(&1250));
    }
}
