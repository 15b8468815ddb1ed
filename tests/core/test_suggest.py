"""An unrecognised failure gets a signature that holds, or the reason why it gets none."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.classify.generic import is_generic
from bot.classify.noise import normalise
from bot.classify.specimen import specimen_of
from bot.logs.source import Given
from bot.model.config import ConfigText
from bot.model.inbox import Specimen, Unrecognised
from bot.model.reading import Reading
from bot.model.signature import Match, Pattern, Scope, Signature
from bot.repoconfig import lint_signatures, parse_own
from bot.repoconfig.writing import write_signature, write_text
from bot.scan.engine import RE2, LogSearch, RegexEngine
from bot.triage import marks, patterns_of, read_log
from bot.triage.proof import matched, try_texts
from bot.triage.suggest import Suggestion, matches, stable_parts, suggest

TODAY = date(2026, 1, 24)
ENGINE = RegexEngine()
FIXTURES = Path(__file__).parents[1] / "fixtures"
# One log of each of these is enough to read in a second.
TOOLS = (
    "ava",
    "cargo_test",
    "eslint",
    "exunit",
    "gcc",
    "ginkgo",
    "go_mod",
    "gotest",
    "mypy",
    "pip",
    "pytest",
)
LARGEST = 20_000


def group(*lines: str, test: str = "Suite > reserves", message: str = "", **rest: object) -> Unrecognised:
    known = {"kind": "test", "file": ""} | rest
    said = Specimen("f1", test, str(known["kind"]), message or lines[0], str(known["file"]), lines)
    jobs = known.get("jobs", ("Unit",))
    return Unrecognised("f1", test, said.kind, 3, jobs=jobs, specimen=said)  # type: ignore[arg-type]  # names


def only(one: Unrecognised) -> Suggestion:
    (found,) = suggest([one], ENGINE, TODAY)
    return found


def written(*several: Signature) -> str:
    return "\n".join(["signatures:", *map(write_signature, several)])


def pattern(found: Suggestion) -> Pattern:
    assert found.signature is not None, found.why
    return found.signature.match.patterns[0]


def test_the_line_that_says_the_message_becomes_the_pattern() -> None:
    lines = ("some line about an error", "E   AssertionError: stock is short of everything today")
    found = only(group(*lines, message="AssertionError: stock is short of everything today"))
    assert pattern(found) == Pattern("AssertionError: stock is short of everything today")
    assert found.signature is not None
    assert found.signature.scope == Scope(job="Unit", test="Suite > reserves")
    assert found.signature.examples_match == (lines[1],)


def test_what_varies_between_occurrences_is_not_in_the_pattern() -> None:
    line = "2026-01-24 10:22:01 dial tcp 10.0.3.7:5432: refused after 1.5s (attempt 3 of 8) by x7k2p9q4"
    found = pattern(only(group(line)))
    assert found == Pattern(r"dial tcp.*refused after.*\(attempt.*of.*by", is_regex=True)
    again = "2027-11-01 11:00:59 dial tcp 10.9.9.9:61000: refused after 900ms (attempt 4 of 9) by a1b2c3d4"
    assert ENGINE.found(found, again)


def test_what_redaction_left_is_not_in_the_pattern() -> None:
    found = pattern(only(group("cannot log in as [redacted] at the registry")))
    assert ENGINE.found(found, "cannot log in as ghp_real at the registry")


def test_the_order_of_a_list_is_not_in_the_pattern() -> None:
    found = pattern(only(group("unexpected keys {beta, alpha} in the reply of the service")))
    assert ENGINE.found(found, "unexpected keys {alpha, beta} in the reply of the service")


def test_one_long_piece_needs_no_expression() -> None:
    found = pattern(only(group("unable to parse the configuration of the second server, line 12")))
    assert found == Pattern("unable to parse the configuration of the second server, line")


def test_a_failure_in_several_jobs_is_not_tied_to_one() -> None:
    found = only(group("stock is short of everything today: error", jobs=("Unit", "Lint")))
    assert found.signature is not None
    assert found.signature.scope.job == ""


def test_what_is_no_test_is_tied_to_its_kind() -> None:
    line = "main.go: error: undefined reference to the reservation of stock"
    found = only(group(line, test="", kind="build"))
    assert found.signature is not None
    assert [kind.value for kind in found.signature.scope.kinds] == ["build"]
    assert only(group("undefined: stock x", test="", kind="build")).signature is None


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (group("Process completed with exit code 1."), "too little"),
        (group("FAIL Suite > reserves"), "too little"),
        (group("stock.go:12: Suite reserves error", file="stock.go"), "too little"),
        (group("error 42"), "too little"),
        (Unrecognised("f1", "t", "test", 1), "no text"),
        (Unrecognised("f1", "t", "test", 1, specimen=Specimen("f1", "t", "test", "m")), "no line"),
        (
            Unrecognised("f1", "t", "test", 1, specimen=Specimen("f1", "t", "test", "m", varies=True)),
            "every time",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_failure_that_says_too_little_gets_none_and_the_reason(one: Unrecognised, why: str) -> None:
    found = only(one)
    assert found.signature is None
    assert why in found.why


def test_of_two_lines_the_one_that_matches_no_other_failure_is_taken() -> None:
    shared = "unexpected error while the service was starting up"
    mine = group(shared, "cannot reserve what is not in stock any more", message=shared)
    other = Unrecognised(
        "f2", "", "test", 1, specimen=Specimen("f2", "Suite > reserves", "test", "x", "", (shared,))
    )
    found, _ = suggest([mine, other], ENGINE, TODAY)
    assert pattern(found) == Pattern("cannot reserve what is not in stock any more")


def test_a_signature_is_written_as_it_is_read() -> None:
    hostile = 'a "b" \\ \t # {c}: [d] *e &f !g %h @i `j` \x85 \u2028 \ufeff \U0001f600 é'
    one = Signature(
        "F-1",
        hostile,
        Match(
            (Pattern("first thing here"), Pattern(r"second \d+ thing", is_regex=True)), Pattern("third one")
        ),
        Scope(job=hostile, test="*x*"),
        added=TODAY,
        examples_match=(hostile, "two\nlines"),
    )
    config, problems = parse_own(ConfigText("a.yml", written(one).encode()), ())
    assert problems == ()
    assert config is not None
    (read,) = config.signatures
    assert (read.id, read.title, read.match, read.scope) == (one.id, one.title, one.match, one.scope)
    assert (read.added, read.examples_match) == (one.added, one.examples_match)


@given(st.text(max_size=80))
def test_any_text_can_be_written(text: str) -> None:
    assert "\n" not in write_text(text)
    found, problems = parse_own(
        ConfigText("a.yml", f"groups: [{{name: x, match: {write_text(text)}}}]".encode()), ()
    )
    said = {problem.message for problem in problems}
    assert found is not None or all("empty" in one or "several lines" in one for one in said), said


@given(st.text(max_size=200))
def test_the_stable_parts_of_any_line_stand_in_it_in_their_order(line: str) -> None:
    at = 0
    for part in stable_parts(line):
        at = line.index(part, at) + len(part)


def readings() -> list[Reading]:
    """A few failing logs of many tools, read in this process."""
    found = []
    for tool in TOOLS:
        files = sorted(
            path for path in (FIXTURES / tool).rglob("*") if path.suffix in (".log", ".txt", ".out")
        )
        small = [path for path in files if 500 < path.stat().st_size < LARGEST][:6:2]
        for path in small:
            reading = read_log(Given(path.read_bytes()), LogSearch(marks(), (), RE2))
            if reading.failures and reading.complete:
                found.append(reading)
    return found


def same_words(one: Unrecognised, other: Unrecognised) -> bool:
    """Where another failure says the same and more, nothing keeps the two apart."""
    assert one.specimen
    assert other.specimen
    return normalise(one.specimen.message) in normalise(other.specimen.message)


def test_suggestions_for_real_failures_hold_and_match_little_else() -> None:
    groups: dict[str, Unrecognised] = {}
    for reading in readings():
        for failure, excerpt in zip(reading.failures, reading.excerpts, strict=True):
            said = specimen_of(failure, excerpt)
            groups[failure.fingerprint] = Unrecognised(
                failure.fingerprint, failure.test, said.kind, 1, jobs=("Unit",), specimen=said
            )
    assert len(groups) > 40
    found = suggest(list(groups.values()), ENGINE, TODAY)
    made = [one for one in found if one.signature is not None]
    assert len(made) > len(found) / 2
    assert all(one.why for one in found if one.signature is None)
    extra: Counter[str] = Counter()
    for one in made:
        assert one.signature is not None
        config, problems = parse_own(ConfigText("inbox.yml", written(one.signature).encode()), ())
        assert problems == ()
        assert config is not None
        assert not [p for p in lint_signatures(config, ENGINE, is_generic, TODAY) if p.severity != "notice"]
        assert all(done.holds for done in try_texts(config.signatures[0], ENGINE))
        extra[one.signature.id] = sum(
            matches(one.signature, other.specimen, ENGINE)
            for other in groups.values()
            if other.specimen and not same_words(one.group, other)
        )
    assert len({one.signature.id for one in made if one.signature}) == len(made)
    assert not +extra, extra.most_common(5)


def test_a_suggestion_matches_its_failure_when_the_log_is_read_with_it() -> None:
    for path in sorted((FIXTURES / "pytest").rglob("*.log"))[:2]:
        data = path.read_bytes()
        reading = read_log(Given(data), LogSearch(marks(), (), RE2))
        groups = [
            Unrecognised(one.fingerprint, one.test, one.kind.value, 1, specimen=specimen_of(one, excerpt))
            for one, excerpt in zip(reading.failures, reading.excerpts, strict=True)
        ]
        for found in suggest(groups, ENGINE, TODAY):
            if found.signature is None:
                continue
            again = read_log(Given(data), LogSearch(marks(), patterns_of((found.signature,)), RE2))
            marked = {one.fingerprint for one in matched(found.signature, again)}
            assert found.group.fingerprint in marked, path


def test_a_test_that_the_runner_broke_off_gets_no_signature_of_the_runner_s_words() -> None:
    said = "An interrupt occurred and then the following failure was recorded in the interrupted node"
    stopped = only(group(f"[FAILED] {said}:", message="Interrupted by Other Ginkgo Process"))
    assert stopped.signature is None
    assert "says that it ended, not why" in stopped.why


def test_an_id_ends_and_begins_with_whole_words() -> None:
    made = only(
        group("the stock of part 7 went below zero", test="Depot > keeps rapid successive orders apart")
    )
    assert made.signature is not None
    assert made.signature.id == "keeps-rapid-successive-orders-apart-f1"
    long = only(group("the stock went below zero", test="Depot " + "very " * 20 + "rapid orders"))
    assert long.signature is not None
    assert set(long.signature.id.rsplit("-", 1)[0].split("-")) <= {"depot", "very", "rapid", "orders"}


def test_how_long_a_runner_waited_tells_no_failure_from_another() -> None:
    one = group(
        "[FAILED] Timed out after 2.001s.", "the lock", test="Suite > frees the lock", message="the lock"
    )
    assert only(one).signature is None
