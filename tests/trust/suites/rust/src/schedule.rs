//! Runs tasks when their time has come, the earliest first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::mpsc::{channel, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Tasks by their time, which is any number that grows.
#[derive(Default)]
pub struct Agenda {
    tasks: BinaryHeap<Reverse<(u64, u64, String)>>,
    count: u64,
}

impl Agenda {
    pub fn add(&mut self, at: u64, name: &str) {
        self.count += 1;
        self.tasks.push(Reverse((at, self.count, name.to_string())));
    }

    /// When the next task is due.
    pub fn next(&self) -> Option<u64> {
        self.tasks.peek().map(|Reverse((at, ..))| *at)
    }

    /// Takes the tasks that are due, in the order of their times, and then in that of their coming.
    pub fn due(&mut self, now: u64) -> Vec<String> {
        let mut due = Vec::new();
        while self.next().is_some_and(|at| at <= now) {
            due.extend(self.tasks.pop().map(|Reverse((_, _, name))| name));
        }
        due
    }

    /// Forgets every task of a name and says how many there were.
    pub fn cancel(&mut self, name: &str) -> usize {
        let before = self.tasks.len();
        self.tasks.retain(|Reverse((_, _, other))| other != name);
        before - self.tasks.len()
    }

    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }
}

/// A thread that runs an agenda in milliseconds from its start.
pub struct Worker {
    orders: Option<Sender<(u64, String)>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    pub fn start(mut run: impl FnMut(&str) + Send + 'static) -> Self {
        let (orders, inbox) = channel::<(u64, String)>();
        let thread = thread::spawn(move || {
            let began = Instant::now();
            let mut agenda = Agenda::default();
            loop {
                let now = began.elapsed().as_millis() as u64;
                for name in agenda.due(now) {
                    run(&name);
                }
                let wait = agenda.next().map_or(60_000, |at| at.saturating_sub(now));
                match inbox.recv_timeout(Duration::from_millis(wait.max(1))) {
                    Ok((after, name)) => agenda.add(now + after, &name),
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        });
        Self { orders: Some(orders), thread: Some(thread) }
    }

    /// Runs a task after so many milliseconds.
    pub fn after(&self, milliseconds: u64, name: &str) {
        if let Some(orders) = &self.orders {
            let _ = orders.send((milliseconds, name.to_string()));
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
