//! Writes changes into a file, one line each with a checksum, and gives them back after a crash.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

/// An open journal.
pub struct Journal {
    path: PathBuf,
    file: File,
    lines: u64,
}

fn checksum(text: &str) -> u32 {
    text.bytes().fold(17, |sum: u32, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)))
}

/// What a journal holds: its whole lines, and whether the last one was cut off.
#[derive(Debug, PartialEq, Eq)]
pub struct Replay {
    pub changes: Vec<String>,
    pub torn: bool,
}

/// Reads a journal up to the first line that is not whole.
pub fn replay(path: &Path) -> io::Result<Replay> {
    let mut changes = Vec::new();
    for line in BufReader::new(File::open(path)?).lines() {
        let line = line?;
        match line.split_once(' ') {
            Some((sum, text)) if u32::from_str_radix(sum, 16).ok() == Some(checksum(text)) => {
                changes.push(text.to_string());
            }
            _ => return Ok(Replay { changes, torn: true }),
        }
    }
    Ok(Replay { changes, torn: false })
}

impl Journal {
    /// Opens a journal, whether it is there or not.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let lines = if path.is_file() { replay(path)?.changes.len() as u64 } else { 0 };
        Ok(Self { path: path.to_path_buf(), file, lines })
    }

    /// Writes one change down; it must not have more than one line.
    pub fn append(&mut self, change: &str) -> io::Result<u64> {
        if change.contains('\n') {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a change is one line"));
        }
        writeln!(self.file, "{:08x} {change}", checksum(change))?;
        self.file.flush()?;
        self.lines += 1;
        Ok(self.lines)
    }

    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Replaces all changes by those that still count, at once.
    pub fn compact(&mut self, keep: impl Fn(&str) -> bool) -> io::Result<u64> {
        let fresh = self.path.with_extension("new");
        let mut out = File::create(&fresh)?;
        let mut kept = 0;
        for change in replay(&self.path)?.changes.iter().filter(|change| keep(change)) {
            writeln!(out, "{:08x} {change}", checksum(change))?;
            kept += 1;
        }
        fs::rename(&fresh, &self.path)?;
        self.file = OpenOptions::new().append(true).open(&self.path)?;
        self.lines = kept;
        Ok(kept)
    }
}

/// The journals of a folder, by name.
pub fn journals(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "journal") {
            names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}
