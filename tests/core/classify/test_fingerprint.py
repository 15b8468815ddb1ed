"""The same failure has the same key in every run; another failure has another."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.classify.fingerprint import fingerprint, fingerprint_of
from bot.logs.source import Given
from bot.model.failure import Failure, FailureKind, Status
from bot.scan.engine import RE2, LogSearch
from bot.triage import marks, read_log

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
    ("commit 1234567 is missing", "commit 1a2b3c4 is missing"),
    ("shop.Shelf@1f021e6c is empty", "shop.Shelf@5a4aa2f is empty"),
    ("pod web-6b7d9c5f4-kxzvq is gone", "pod web-58d7fc9b6d-zz9xt is gone"),
    ("topic orders-3f2a is unknown", "topic orders-b71c9 is unknown"),
    ("peer fe80::1c2:3 hung up", "peer 2001:db8::8a2e:370:7334 hung up"),
    ("link 02:42:ac:11:00:02 is down", "link 02:42:ac:11:00:07 is down"),
    ("since Sat Jan 24 15:23:55 UTC 2026", "since Sun Feb  1 09:00:01 CET 2026"),
    ("since Sat, 24 Jan 2026 15:23:55 GMT", "since Sun, 01 Feb 2026 09:00:01 +0100"),
    ("at [24/Jan/2026:15:23:55 +0000] gone", "at [01/Feb/2026:09:00:01 +0000] gone"),
    ("since Jan 24, 2026, 3:23 PM", "since February 1, 2026, 11:02 AM"),
    ("since 01/24/2026 3:23:55 PM", "since 2/1/26 11:02:09 AM"),
    ("since 24.01.2026 15:23", "since 1.2.2026 9:02"),
    ("file 20260124T152355Z.log is gone", "file 20260201T090001Z.log is gone"),
    ("at 2026-01-24 15:23:55.1 +0000 UTC m=+0.5", "at 2026-02-01 09:00:01.52 +0000 UTC m=+12.0625"),
    ("took 1h 2m 3s", "took 45 s"),
    ("took 9.8e-05s", "took 0.2s"),
    ("read 12 MB of it", "read 800 KiB of it"),
    ("read 1 234 567 of it", "read 999 of it"),
    ("read 1.234,5 of it", "read 1,234.5 of it"),
    ("read 1_000_000 of it", "read 7 of it"),
    ("found 1 item left", "found 3 items left"),
    ("values [1 2 3] differ", "values [4 5] differ"),
    ("missing {'b', 'a', 'c'}", "missing {'c', 'b', 'a'}"),
    ('got {"a": 1, "b": 2}', 'got {"b": 7, "a": 5}'),
    ("failed nodes [web, api, db]", "failed nodes [db, web, api]"),
    ("\x1b[31mbroken\x1b[0m pipe", "broken pipe"),
    ("[31mbroken[0m pipe", "broken pipe"),
    ("/home/runner/work/shop/shop/a.go:12: gone", "/__w/shop/shop/a.go:15: gone"),
    ("/opt/actions-runner/_work/shop/shop/a.go:12: gone", "/github/workspace/a.go:1: gone"),
    (r"D:\a\shop\shop\a.go:12: gone", "/home/runner/work/shop/shop/a.go:9: gone"),
    ("open /home/runner/work/_temp/x1/out.xml: gone", "open /runner/_work/_temp/y7/out.xml: gone"),
    ("open tmpab12cd_z: gone", "open tmpzz98yx4q: gone"),
    ("session aZ3kLmPq is lost", "session Qw7ErT2y is lost"),
    ("x.go:12:5: bad", "x.go:140:17: bad"),
    ("goroutine panicked: exit code 2 after 3 s", "goroutine panicked: exit code 2 after 45 s"),
    ("a  b", "a b "),
]
DIFFERENT = [
    ("All events should have valid hash chain", "Expected an error to have occurred"),
    ("open /tmp/a/1/config.yaml: gone", "open /tmp/a/1/secrets.yaml: gone"),
    ("No module named 'requests'", "No module named 'holmesgpt'"),
    ("connection refused", "connection reset by peer"),
    ("Expected <int>: 0 to equal 5", "Expected <string>: 0 to equal 5"),
    ("expected 200 got 500", "expected 200 got 404"),
    ("expected 201 got 500", "expected 200 got 500"),
    ("assert reply.code == 200, got 500", "assert reply.code == 200, got 404"),
    ("unexpected status code: 502", "unexpected status code: 403"),
    ("GET /orders returned HTTP 500", "GET /orders returned HTTP 404"),
    ("HTTP/1.1 503 from the gateway", "HTTP/1.1 401 from the gateway"),
    ("the worker ended with exit code 137", "the worker ended with exit code 2"),
    ("the server exited with status 1", "the server exited with status 139"),
    ("the broker got signal 9", "the broker got signal 11"),
    ("[Errno 2] cannot open it", "[Errno 13] cannot open it"),
    ("ERROR: SQLSTATE 23505 on insert", "ERROR: SQLSTATE 42P01 on insert"),
    ("database error code: 1062", "database error code: 1213"),
    ("error TS2345: in the argument", "error TS2322: in the argument"),
    ("error[E0308]: in the broker", "error[E0425]: in the broker"),
    ("missing {'a', 'b'}", "missing {'a', 'c'}"),
    ("std::vector is empty", "dead::beef is empty"),
    ("Marshal failed", "March failed"),
    ("GetUserV2Handler is nil", "GetCartV2Handler is nil"),
    ("retry of sha256 failed", "retry of sha512sum failed"),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_what_varies_from_run_to_run_does_not_count(first: str, second: str) -> None:
    assert fingerprint("a test", first) == fingerprint("a test", second)


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_a_test_that_fails_in_two_ways_has_two_keys(first: str, second: str) -> None:
    assert fingerprint("a test", first) != fingerprint("a test", second)


def mistake(message: str, file: str, kind: FailureKind = FailureKind.LINT) -> Failure:
    return Failure("ruff", kind, Status.ERROR, "", message, 1, (1, 1), file=file, line=7)


def test_the_same_words_of_another_file_are_another_mistake() -> None:
    one = mistake("`os` imported but unused", "shop/cart.py")
    assert fingerprint_of(one) != fingerprint_of(mistake(one.message, "shop/till.py"))
    assert fingerprint_of(one) == fingerprint_of(replace(one, line=90, log_line=5))
    assert fingerprint_of(one) != fingerprint_of(mistake(one.message, one.file, FailureKind.BUILD))


def test_a_test_is_known_by_its_name_in_whatever_file_it_stands() -> None:
    one = replace(mistake("connection refused", "a.go"), test="TestCart")
    assert fingerprint_of(one) == fingerprint_of(replace(one, file="b.go", suite="example.com/b"))


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


def texts(form: str) -> st.SearchStrategy[str]:
    return st.from_regex(form, fullmatch=True)


MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2039, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone
FORMATS = (
    "%Y-%m-%dT%H:%M:%S.%fZ",
    "%Y/%m/%d %H:%M:%S",
    "%a %b %d %H:%M:%S UTC %Y",
    "%d/%b/%Y:%H:%M:%S +0000",
)
# What a template's hole may hold in one run and in the next.
NOISE: dict[str, st.SearchStrategy[str]] = {
    "number": st.one_of(st.integers(0, 10**15).map(str), st.integers(0, 10**9).map("{:,}".format)),
    "uuid": st.uuids().map(str),
    "hash": texts("[0-9a-f]{7,64}").filter(lambda text: any(map(str.isdigit, text))),
    "pointer": texts("0xc[0-9a-f]{4,12}"),
    "address": st.one_of(st.ip_addresses(v=4).map(str), texts(r"10\.\d\.\d{2}\.\d{3}:[1-9]\d{1,4}")),
    "port": st.integers(1, 65_535).map("localhost:{}".format),
    "time": st.sampled_from(FORMATS).flatmap(lambda form: MOMENTS.map(lambda at: at.strftime(form))),
    "duration": st.one_of(texts(r"[1-9]\d{0,3}(ms|s|m| seconds)"), texts(r"\dm\d{1,2}\.\d{1,3}s")),
    "path": texts(r"/private/var/folders/[a-zA-Z0-9_-]{3,20}(/[0-9]{1,4}){0,2}"),
    "goroutine": st.integers(1, 10**6).map("goroutine {}".format),
    "pod": texts("web-[bcdf2456789]{9}-[bcdf]{4}[2456789]"),
    "line": st.integers(1, 9_999).map("cart_test.go:{}".format),
    "size": texts(r"[1-9]\d{0,3} (KB|MiB|bytes)"),
    "set": st.permutations(["apple", "pear", "plum"]).map(lambda names: f"{{{', '.join(names)}}}"),
    "colour": st.sampled_from(["broken", "\x1b[31mbroken\x1b[0m", "\x1b[1;38;5;9mbroken\x1b[0m"]),
}
WORDS = st.sampled_from("broker lost order closing ledger because nobody answered".split())  # noqa: SIM905
PARTS = st.one_of(WORDS, st.sampled_from([f"<{name}>" for name in NOISE]))
TEMPLATES = st.lists(PARTS, min_size=3, max_size=9).filter(
    lambda parts: any(part.isalpha() for part in parts)
)


@settings(max_examples=60)
@given(st.data(), TEMPLATES)
def test_a_message_with_other_noise_is_the_same_message(data: st.DataObject, parts: list[str]) -> None:
    def fill() -> str:
        return " ".join(data.draw(NOISE[part[1:-1]]) if part[0] == "<" else part for part in parts)

    assert fingerprint("a test", fill()) == fingerprint("a test", fill())


@settings(max_examples=60)
@given(st.data(), TEMPLATES, TEMPLATES)
def test_messages_in_other_words_are_two(data: st.DataObject, one: list[str], other: list[str]) -> None:
    def fill(parts: list[str]) -> str:
        return " ".join(data.draw(NOISE[part[1:-1]]) if part[0] == "<" else part for part in parts)

    assume([part for part in one if part.isalpha()] != [part for part in other if part.isalpha()])
    assert fingerprint("a test", fill(one)) != fingerprint("a test", fill(other))


FIXTURES = Path(__file__).parents[2] / "fixtures"
SEARCH = LogSearch(marks(), (), RE2)


def read(path: str) -> dict[str, list[str]]:
    """The fingerprints of a log's tests, by name, and of each test in one order."""
    reading = read_log(Given((FIXTURES / path).read_bytes()), SEARCH)
    found: dict[str, list[str]] = {}
    for one in reading.failures:
        found.setdefault(one.test, []).append(one.fingerprint)
    return {test: sorted(marks) for test, marks in found.items() if test}


@pytest.mark.parametrize(
    ("first", "second", "tests"),
    [
        ("ginkgo/runs/nodes-serial/log.txt", "ginkgo/runs/nodes-github-p3/log.txt", 19),
        ("ginkgo/runs/v2130-nodes-serial/log.txt", "ginkgo/runs/v2130-nodes-p2/log.txt", 19),
        ("ginkgo/corpus/fail-serial/log.txt", "ginkgo/corpus/fail-p4/log.txt", 16),
    ],
)
def test_two_real_runs_of_one_suite_have_the_same_keys(first: str, second: str, tests: int) -> None:
    before, after = read(first), read(second)
    both = before.keys() & after.keys()
    assert len(both) == tests
    assert {test: before[test] for test in both} == {test: after[test] for test in both}
    assert len({mark for test in both for mark in before[test]}) >= tests
