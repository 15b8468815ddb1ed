//! Hands work from stage to stage, each in a thread of its own.

use std::collections::BTreeMap;
use std::sync::mpsc::{channel, sync_channel, Receiver};
use std::thread;

/// Runs work on several threads and gives the results as they come, with the place of their input.
pub fn scatter<T, R>(inputs: Vec<T>, threads: usize, work: impl Fn(T) -> R + Send + Clone + 'static) -> Receiver<(usize, R)>
where
    T: Send + 'static,
    R: Send + 'static,
{
    let (send, results) = channel();
    let mut shares: Vec<Vec<(usize, T)>> = (0..threads).map(|_| Vec::new()).collect();
    for (place, input) in inputs.into_iter().enumerate() {
        shares[place % threads].push((place, input));
    }
    for share in shares {
        let (send, work) = (send.clone(), work.clone());
        thread::spawn(move || {
            for (place, input) in share {
                if send.send((place, work(input))).is_err() {
                    return;
                }
            }
        });
    }
    results
}

/// Like `scatter`, with the results in the order of their inputs.
pub fn gather<T, R>(inputs: Vec<T>, threads: usize, work: impl Fn(T) -> R + Send + Clone + 'static) -> Vec<R>
where
    T: Send + 'static,
    R: Send + 'static,
{
    let sorted: BTreeMap<usize, R> = scatter(inputs, threads, work).into_iter().collect();
    sorted.into_values().collect()
}

/// Puts inputs together into batches; a batch waits for nothing but its size and the end.
pub fn batches<T: Send + 'static>(inputs: Vec<T>, size: usize) -> Receiver<Vec<T>> {
    let (send, batches) = sync_channel(2);
    thread::spawn(move || {
        let mut batch = Vec::new();
        for input in inputs {
            batch.push(input);
            if batch.len() == size && send.send(std::mem::take(&mut batch)).is_err() {
                return;
            }
        }
        if !batch.is_empty() {
            let _ = send.send(batch);
        }
    });
    batches
}

/// Sums up neighbours with the same key.
pub fn fold(pairs: &[(&str, i64)]) -> Vec<(String, i64)> {
    let mut folded: Vec<(String, i64)> = Vec::new();
    for (key, value) in pairs {
        match folded.last_mut() {
            Some((last, sum)) if last == key => *sum += value,
            _ => folded.push((key.to_string(), *value)),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weather;
    use std::time::Duration;

    #[test]
    fn gathers_in_the_order_of_inputs() {
        let squares = gather((0..20).collect(), 4, |number: i32| number * number);
        assert_eq!(squares, (0..20).map(|number| number * number).collect::<Vec<_>>());
    }

    #[test]
    fn scatters_everything_once() {
        let mut places: Vec<usize> = scatter(vec!["x"; 9], 2, |text| text).into_iter().map(|(place, _)| place).collect();
        places.sort_unstable();
        assert_eq!(places, (0..9).collect::<Vec<_>>());
    }

    #[test]
    fn gathers_nothing_from_nothing() {
        assert_eq!(gather(Vec::<i32>::new(), 2, |number| number), Vec::<i32>::new());
    }

    #[test]
    fn batches_are_full_but_for_the_last() {
        let sizes: Vec<usize> = batches((0..10).collect(), 4).into_iter().map(|batch| batch.len()).collect();
        assert_eq!(sizes, [4, 4, 2]);
    }

    #[test]
    fn no_batch_is_empty() {
        assert_eq!(batches((0..8).collect(), 4).into_iter().count(), 2);
    }

    #[test]
    fn neighbours_are_summed_up() {
        let folded = fold(&[("rope", 2), ("rope", 3), ("tape", 1), ("rope", 4)]);
        assert_eq!(folded, [("rope".to_string(), 5), ("tape".to_string(), 1), ("rope".to_string(), 4)]);
    }

    #[test]
    fn the_small_file_is_ready_first() {
        let late = weather::delay("small file", 90, 220, 320);
        let ready: Vec<&str> = scatter(vec![("small.csv", late), ("large.csv", Duration::from_millis(150))], 2, |(name, time)| {
            thread::sleep(time);
            name
        })
        .into_iter()
        .map(|(_, name)| name)
        .collect();
        assert_eq!(ready, ["small.csv", "large.csv"]);
    }
}
