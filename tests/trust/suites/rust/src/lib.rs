//! The parts of a small depot: what it remembers, computes, plans, writes down and says to its neighbours.

pub mod bloom;
pub mod calendar;
pub mod expr;
pub mod journal;
pub mod line;
pub mod lru;
pub mod pipeline;
pub mod retry;
pub mod schedule;
pub mod version;

#[cfg(test)]
#[path = "../tests/support/weather.rs"]
mod weather;
