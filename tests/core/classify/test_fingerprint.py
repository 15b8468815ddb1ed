"""The same failure has the same key in every run; another failure has another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.classify.fingerprint import fingerprint

SAME = [
    ("dial tcp 127.0.0.1:18090: connect: refused", "dial tcp 10.0.0.7:33211: connect: refused"),
    ("dial tcp [::1]:5432: i/o timeout", "dial tcp [fe80::1]:15432: i/o timeout"),
    ("Timed out after 120.001s.", "Timed out after 30.5s."),
    ("took 1m30.5s to finish", "took 45s to finish"),
    ("took 350ms to finish", "took 2 seconds to finish"),
    ("Expected 115 to be >= 150", "Expected 140 to be >= 150"),
    ("event 049a427d-f03e-4330-b7aa-284c947f51a8 lost", "event 62979aa2-e1ce-4988-8b64-1ef7de74f3ce lost"),
    ("at 2026-01-24T15:23:55.114Z it broke", "at 2026-02-01 09:00:01,5 it broke"),
    ("2026/01/24 15:23:55 it broke", "2025/12/31 23:59:59 it broke"),
    ("open /tmp/TestA123/001/config.yaml: gone", "open /tmp/TestA9/002/config.yaml: gone"),
    ("mkdir /tmp/tmpab12cd: denied", "mkdir /tmp/tmpzz98yx: denied"),
    ("open /var/folders/x1/T/abc/data.db: gone", "open /tmp/pytest-of-runner/pytest-3/data.db: gone"),
    (
        r"open C:\Users\r\AppData\Local\Temp\a1\f.txt: gone",
        r"open C:\Users\q\AppData\Local\Temp\b2\f.txt: gone",
    ),
    ("pod datastorage-7d9f8b6c5-x2k4q is gone", "pod datastorage-5c6b8f9d7-h4j2v is gone"),
    ("nil pointer at 0xc00012af00", "nil pointer at 0x7ffe01"),
    ("commit 1a2b3c4d5e6f is missing", "commit ffee00112233 is missing"),
    ("order 01ARZ3NDEKTSV4RRFFQ69G5FAV is lost", "order 01BX5ZZKBKACTAV9WEVGEMMVRZ is lost"),
    ("goroutine 12 [running]", "goroutine 4711 [running]"),
    ("a  b", "a b "),
]
DIFFERENT = [
    ("All events should have valid hash chain", "Expected an error to have occurred"),
    ("open /tmp/a/1/config.yaml: gone", "open /tmp/a/1/secrets.yaml: gone"),
    ("No module named 'requests'", "No module named 'holmesgpt'"),
    ("connection refused", "connection reset by peer"),
    ("Expected <int>: 0 to equal 5", "Expected <string>: 0 to equal 5"),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_what_varies_from_run_to_run_does_not_count(first: str, second: str) -> None:
    assert fingerprint("a test", first) == fingerprint("a test", second)


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_a_test_that_fails_in_two_ways_has_two_keys(first: str, second: str) -> None:
    assert fingerprint("a test", first) != fingerprint("a test", second)


def test_two_tests_with_one_message_have_two_keys() -> None:
    assert fingerprint("one", "connection refused") != fingerprint("two", "connection refused")


def test_a_message_that_says_nothing_counts_as_none() -> None:
    assert fingerprint("one", "exit status 1", "test") == fingerprint("one", "", "test")
    assert fingerprint("one", "", "test") != fingerprint("one", "", "build")
    assert fingerprint("one", "", "test") != fingerprint("two", "", "test")


@given(st.text(max_size=300), st.text(max_size=2_000))
def test_any_text_has_a_short_key(test: str, message: str) -> None:
    key = fingerprint(test, message)
    assert len(key) == 16
    assert key == fingerprint(test, message)


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_a_number_is_a_number(first: int, second: int) -> None:
    message = "wanted {} rows in the table"
    assert fingerprint("t", message.format(first)) == fingerprint("t", message.format(second))
