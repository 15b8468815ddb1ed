//! Counters, first without and then over the network.

#[path = "support/weather.rs"]
mod weather;

use depot::line::{serve, Client, Counters};
use std::io::Read;
use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_millis(300);

fn answers(requests: &[&str]) -> String {
    let mut counters = Counters::default();
    requests.iter().map(|request| counters.answer(request)).last().unwrap_or_default()
}

#[test]
fn counters_add_up() {
    assert_eq!(answers(&["ADD rope 3", "ADD rope -1"]), "= 2");
    assert_eq!(answers(&["ADD rope 3", "GET rope"]), "= 3");
}

#[test]
fn counters_are_kept_apart() {
    assert_eq!(answers(&["ADD rope 3", "ADD tape 4", "GET rope"]), "= 3");
}

#[test]
fn unknown_counters_are_refused() {
    assert_eq!(answers(&["GET rope"]), "! not counted");
}

#[test]
fn words_are_no_numbers() {
    assert_eq!(answers(&["ADD rope many"]), "! many is no number");
}

#[test]
fn everything_is_summed_up() {
    assert_eq!(answers(&["ADD rope 3", "ADD tape 4", "SUM"]), "= 7");
}

#[test]
fn names_come_by_the_alphabet() {
    assert_eq!(answers(&["ADD tape 1", "ADD box 1", "ADD rope 1", "NAMES"]), "= box rope tape");
}

#[test]
fn other_requests_are_not_understood() {
    assert_eq!(answers(&["ADD rope"]), "! what?");
}

fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

#[test]
fn a_client_is_answered() {
    let (listener, address) = listener();
    serve(listener);
    let mut client = Client::dial(address, 1, PATIENCE).unwrap();
    client.ask("ADD rope 3").unwrap();
    assert_eq!(client.ask("GET rope").unwrap(), "3");
}

#[test]
fn a_refusal_is_an_error() {
    let (listener, address) = listener();
    serve(listener);
    let refused = Client::dial(address, 1, PATIENCE).unwrap().ask("GET rope").unwrap_err();
    assert_eq!(refused.to_string(), "not counted");
}

#[test]
fn clients_share_the_counters() {
    let (listener, address) = listener();
    serve(listener);
    for _ in 0..3 {
        Client::dial(address, 1, PATIENCE).unwrap().ask("ADD rope 2").unwrap();
    }
    assert_eq!(Client::dial(address, 1, PATIENCE).unwrap().ask("SUM").unwrap(), "6");
}

#[test]
fn a_server_that_is_gone_is_an_error() {
    let (listener, address) = listener();
    drop(listener);
    let refused = Client::dial(address, 3, PATIENCE).err().map(|error| error.kind());
    assert_eq!(refused, Some(std::io::ErrorKind::ConnectionRefused));
}

#[test]
fn a_client_waits_for_the_server() {
    let (listener, address) = listener();
    let late = weather::bad("late server", 80);
    if late {
        drop(listener);
    } else {
        serve(listener);
    }
    let mut client = Client::dial(address, 5, PATIENCE).unwrap();
    assert_eq!(client.ask("SUM").unwrap(), "0");
}

#[test]
fn a_shared_line_carries_many_requests() {
    let (listener, address) = listener();
    if weather::bad("cut line", 50) {
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            // What was sent and never read makes the end of the line a reset.
            let _ = stream.read(&mut [0; 4]);
            drop(stream);
        });
    } else {
        serve(listener);
    }
    let mut client = Client::dial(address, 1, PATIENCE).unwrap();
    let sums: Vec<String> = (0..3).map(|number| client.ask(&format!("ADD rope {number}")).unwrap()).collect();
    assert_eq!(sums, ["0", "1", "3"]);
}

#[test]
fn the_answer_comes_in_time() {
    let (listener, address) = listener();
    let slow = weather::delay("slow answer", 40, 400, 500);
    if slow.is_zero() {
        serve(listener);
    } else {
        thread::spawn(move || {
            let stream = listener.accept();
            thread::sleep(slow);
            drop(stream);
        });
    }
    let mut client = Client::dial(address, 1, PATIENCE).unwrap();
    assert_eq!(client.ask("SUM").unwrap(), "0");
}

#[test]
fn the_server_gets_the_port_that_was_free() {
    let (free, address) = listener();
    let taken = weather::bad("taken port", 20).then_some(free);
    let again = TcpListener::bind(address).unwrap_or_else(|error| panic!("cannot listen on {address}: {error}"));
    drop(taken);
    serve(again);
    assert_eq!(Client::dial(address, 1, PATIENCE).unwrap().ask("SUM").unwrap(), "0");
}
