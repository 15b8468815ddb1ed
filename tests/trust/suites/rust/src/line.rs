//! Counters over TCP, one line per request: `ADD name number`, `GET name`, `SUM`, `NAMES`.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// The counters.
#[derive(Default)]
pub struct Counters(BTreeMap<String, i64>);

impl Counters {
    /// Answers one request.
    pub fn answer(&mut self, request: &str) -> String {
        let words: Vec<&str> = request.split_whitespace().collect();
        match words[..] {
            ["ADD", name, number] => match number.parse::<i64>() {
                Ok(number) => {
                    let counter = self.0.entry(name.to_string()).or_default();
                    *counter += number;
                    format!("= {counter}")
                }
                Err(_) => format!("! {number} is no number"),
            },
            ["GET", name] => self.0.get(name).map_or("! not counted".to_string(), |count| format!("= {count}")),
            ["SUM"] => format!("= {}", self.0.values().sum::<i64>()),
            ["NAMES"] => format!("= {}", self.0.keys().cloned().collect::<Vec<_>>().join(" ")),
            _ => "! what?".to_string(),
        }
    }
}

/// Answers on a listener until the process ends.
pub fn serve(listener: TcpListener) {
    let counters = Arc::new(Mutex::new(Counters::default()));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let counters = Arc::clone(&counters);
            thread::spawn(move || talk(stream, &counters));
        }
    });
}

fn talk(mut stream: TcpStream, counters: &Mutex<Counters>) {
    let Ok(requests) = stream.try_clone() else { return };
    for request in BufReader::new(requests).lines().map_while(Result::ok) {
        let answer = counters.lock().expect("no answer panics").answer(&request);
        if writeln!(stream, "{answer}").is_err() {
            return;
        }
    }
}

/// A line to a server.
pub struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    /// Dials a few times, with a pause in between.
    pub fn dial(address: SocketAddr, times: u32, patience: Duration) -> io::Result<Self> {
        let mut dialled = 1;
        let stream = loop {
            match TcpStream::connect_timeout(&address, patience) {
                Ok(stream) => break stream,
                Err(refused) if dialled >= times => return Err(refused),
                Err(_) => dialled += 1,
            }
            thread::sleep(Duration::from_millis(10));
        };
        stream.set_read_timeout(Some(patience))?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Sends a request; an answer that begins with `!` is an error.
    pub fn ask(&mut self, request: &str) -> io::Result<String> {
        writeln!(self.stream.get_mut(), "{request}")?;
        let mut answer = String::new();
        if self.stream.read_line(&mut answer)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match answer.trim_end().split_once(' ') {
            Some(("=", value)) => Ok(value.to_string()),
            Some(("!", reason)) => Err(io::Error::other(reason.to_string())),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}
