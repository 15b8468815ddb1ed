//! The agenda, and the worker on the machine's own clock.

#[path = "support/weather.rs"]
mod weather;

use depot::schedule::{Agenda, Worker};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

fn agenda(tasks: &[(u64, &str)]) -> Agenda {
    let mut agenda = Agenda::default();
    for (at, name) in tasks {
        agenda.add(*at, name);
    }
    agenda
}

#[test]
fn earlier_tasks_come_first() {
    assert_eq!(agenda(&[(30, "c"), (10, "a"), (20, "b")]).due(100), ["a", "b", "c"]);
}

#[test]
fn tasks_of_one_moment_keep_their_order() {
    assert_eq!(agenda(&[(10, "z"), (10, "a"), (10, "m")]).due(10), ["z", "a", "m"]);
}

#[test]
fn later_tasks_wait() {
    let mut agenda = agenda(&[(10, "a"), (11, "b")]);
    assert_eq!(agenda.due(10), ["a"]);
    assert_eq!(agenda.next(), Some(11));
}

#[test]
fn tasks_are_taken_once() {
    let mut agenda = agenda(&[(10, "a")]);
    agenda.due(10);
    assert!(agenda.is_empty());
}

#[test]
fn cancelled_tasks_never_come() {
    let mut agenda = agenda(&[(10, "a"), (20, "b"), (30, "a")]);
    assert_eq!(agenda.cancel("a"), 2);
    assert_eq!(agenda.due(100), ["b"]);
}

#[test]
fn the_worker_runs_its_tasks_in_time() {
    let slow = weather::delay("worker", 110, 120, 200);
    let (done, tasks) = channel();
    let worker = Worker::start(move |name| {
        std::thread::sleep(slow);
        let _ = done.send(name.to_string());
    });
    for number in 0..5 {
        worker.after(number, "sweep");
    }
    let limit = Instant::now() + Duration::from_millis(400);
    let mut ran = 0;
    while ran < 5 && tasks.recv_timeout(limit.saturating_duration_since(Instant::now())).is_ok() {
        ran += 1;
    }
    assert!(ran == 5, "only {ran} of 5 tasks ran within 400 ms");
}

#[test]
fn the_worker_wakes_up_for_an_earlier_task() {
    let late = weather::delay("early task", 50, 250, 400);
    let (done, tasks) = channel();
    let worker = Worker::start(move |name| {
        let _ = done.send(name.to_string());
    });
    worker.after(200, "late");
    std::thread::sleep(late);
    worker.after(1, "early");
    let ran: Vec<String> = (0..2).filter_map(|_| tasks.recv_timeout(Duration::from_millis(700)).ok()).collect();
    assert_eq!(ran, ["early", "late"]);
}
