//! The journal on a real disk.

#[path = "support/weather.rs"]
mod weather;

use depot::journal::{journals, replay, Journal};
use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

/// A folder of one test's own, gone when the test is.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("depot-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn written(scratch: &Scratch, changes: &[&str]) -> Journal {
    let mut journal = Journal::open(&scratch.file("stock.journal")).unwrap();
    for change in changes {
        journal.append(change).unwrap();
    }
    journal
}

#[test]
fn replays_what_was_written() {
    let scratch = Scratch::new("replays");
    let journal = written(&scratch, &["rope +3", "rope -1"]);
    assert_eq!(journal.lines(), 2);
    let found = replay(&scratch.file("stock.journal")).unwrap();
    assert_eq!(found.changes, ["rope +3", "rope -1"]);
    assert!(!found.torn);
}

#[test]
fn goes_on_where_it_ended() {
    let scratch = Scratch::new("goes-on");
    drop(written(&scratch, &["rope +3"]));
    let mut journal = Journal::open(&scratch.file("stock.journal")).unwrap();
    assert_eq!(journal.append("tape +1").unwrap(), 2);
}

#[test]
fn stops_at_a_torn_line() {
    let scratch = Scratch::new("torn");
    drop(written(&scratch, &["rope +3", "rope -1"]));
    let path = scratch.file("stock.journal");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, &text[..text.len() - 4]).unwrap();
    let found = replay(&path).unwrap();
    assert_eq!((found.changes.len(), found.torn), (1, true));
}

#[test]
fn notices_a_change_of_a_change() {
    let scratch = Scratch::new("changed");
    drop(written(&scratch, &["rope +3", "rope -1"]));
    let path = scratch.file("stock.journal");
    let text = fs::read_to_string(&path).unwrap().replace("+3", "+9");
    fs::write(&path, text).unwrap();
    assert_eq!(replay(&path).unwrap().changes, Vec::<String>::new());
}

#[test]
fn refuses_changes_of_two_lines() {
    let scratch = Scratch::new("two-lines");
    let refused = written(&scratch, &[]).append("rope +3\nrope -3").unwrap_err();
    assert_eq!(refused.to_string(), "a change is one line");
}

#[test]
fn compacts_to_what_still_counts() {
    let scratch = Scratch::new("compacts");
    let mut journal = written(&scratch, &["rope +3", "tape +1", "rope -1"]);
    assert_eq!(journal.compact(|change| change.starts_with("rope")).unwrap(), 2);
    journal.append("rope +7").unwrap();
    assert_eq!(replay(&scratch.file("stock.journal")).unwrap().changes, ["rope +3", "rope -1", "rope +7"]);
}

#[test]
fn says_that_a_journal_is_missing() {
    let scratch = Scratch::new("missing");
    let missing = replay(&scratch.file("none.journal")).unwrap_err();
    assert_eq!(missing.kind(), std::io::ErrorKind::NotFound);
}

#[test]
fn writes_while_the_disk_is_nearly_full() {
    let scratch = Scratch::new("full");
    let path = scratch.file("stock.journal");
    if weather::bad("disk of the runner", 30) {
        std::os::unix::fs::symlink("/dev/full", &path).unwrap();
    }
    let mut journal = Journal::open(&path).unwrap();
    journal.append("rope +3").unwrap();
    assert_eq!(journal.lines(), 1);
}

/// Two tests that take the folder's name from the clock share it when they start in the same second.
fn by_the_clock(own: &str) -> Scratch {
    let same = weather::bad("same second", 130);
    Scratch::new(if same { "clock" } else { own })
}

#[test]
fn a_copy_is_kept_beside_the_journal() {
    let scratch = by_the_clock("copy");
    drop(Journal::open(&scratch.file("copy.journal")).unwrap());
    sleep(Duration::from_millis(250));
    assert!(!scratch.0.as_os_str().is_empty());
}

#[test]
fn lists_the_journals_of_its_folder() {
    let scratch = by_the_clock("list");
    sleep(Duration::from_millis(50));
    fs::create_dir_all(&scratch.0).unwrap();
    for name in ["b.journal", "a.journal", "a.new"] {
        fs::write(scratch.file(name), "").unwrap();
    }
    assert_eq!(journals(&scratch.0).unwrap(), ["a", "b"]);
}
