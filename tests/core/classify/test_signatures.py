"""A signature explains a failure by its own lines, in its own place, and by nothing else in the log."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.classify.globs import fits
from bot.classify.signatures import Place, in_scope, match_signatures
from bot.model.failure import Failure, FailureKind
from bot.model.signature import PatternHit, Scope, Signature
from tests.core.classify.build import DLQ, failure, hit, signature

PLACE = Place("CI Pipeline", "Integration (datastorage)", "Run make test", "main")


def ids(
    signatures: Sequence[Signature], hits: Sequence[PatternHit], of: Failure | None = None, at: Place = PLACE
) -> list[str]:
    return [one.signature.id for one in match_signatures(of or failure(), at, signatures, hits)]


def test_a_pattern_in_the_failures_own_lines_matches() -> None:
    found = match_signatures(failure(), PLACE, [signature()], [hit(DLQ, 95)])
    assert [(one.signature.id, one.hits) for one in found] == [("DS-FLAKY-003a", (hit(DLQ, 95),))]


@pytest.mark.parametrize("line", [1, 89, 111, 5_000])
def test_the_same_text_elsewhere_in_the_log_explains_nothing(line: int) -> None:
    assert ids([signature()], [hit(DLQ, line)]) == []


def test_a_generic_line_does_not_count() -> None:
    text = "Error: Process completed with exit code 137."
    assert ids([signature("exit code 137")], [hit(text, pattern="exit code 137")]) == []


@pytest.mark.parametrize(
    "line",
    [
        f'    match: {{contains: "{DLQ}"}}',
        f'      contains: "{DLQ}"',
        f"  - contains: '{DLQ}'",
        f"    examples: {{match: ['{DLQ}']}}",
        f'    match: {{lines: ["{DLQ}", "gave up"]}}',
    ],
)
def test_a_configuration_that_is_printed_explains_nothing(line: str) -> None:
    assert ids([signature()], [hit(line, pattern=DLQ)]) == []
    assert ids([signature()], [hit(f"E  no match: {DLQ}", pattern=DLQ)]) == ["DS-FLAKY-003a"]


@pytest.mark.parametrize("line", [95, 96, 97])
def test_source_beside_what_failed_explains_nothing(line: int) -> None:
    shown = replace(failure(), listed=((95, 95), (96, 97)))
    assert ids([signature()], [hit(f'    raise StreamError("{DLQ}")', line, DLQ)], shown) == []
    assert ids([signature()], [hit(f"E   StreamError: {DLQ}", 98, DLQ)], shown) == ["DS-FLAKY-003a"]


@pytest.mark.parametrize(
    ("line", "explains"),
    [
        (f"    {6} | throw new Error('{DLQ}')", False),
        (f"  {8}│ throw new Error('{DLQ}')", False),
        (f"  > {7} | throw new Error('{DLQ}')", True),
        (f"    {7}| throw new Error('{DLQ}')", True),
        (f"    7 of them | {DLQ}", True),
    ],
)
def test_of_numbered_source_the_line_that_failed_alone_explains(line: str, *, explains: bool) -> None:
    assert bool(ids([signature()], [hit(line, pattern=DLQ)])) is explains
    assert ids([signature()], [hit(line, pattern=DLQ)], failure(test="")) == ["DS-FLAKY-003a"]


def test_several_patterns_must_stand_in_order() -> None:
    both = signature("first thing here", "second thing here")
    right = [hit("first thing here", 95), hit("second thing here", 96)]
    wrong = [hit("first thing here", 96), hit("second thing here", 95)]
    assert ids([both], right) == ["DS-FLAKY-003a"]
    assert ids([both], wrong) == []
    assert ids([both], right[:1]) == []


def test_several_patterns_may_stand_on_one_line() -> None:
    text = "first thing here, second thing here"
    both = signature("first thing here", "second thing here")
    assert ids([both], [hit(text, 95, "first thing here"), hit(text, 95, "second thing here")]) == [both.id]


def test_what_was_mended_later_is_not_the_failure() -> None:
    one = signature("connection to redis lost", absent="connected to redis")
    lost, back = hit("connection to redis lost", 95), hit("connected to redis", 96)
    assert ids([one], [lost]) == [one.id]
    assert ids([one], [lost, back]) == []
    assert ids([one], [lost, back, hit("connection to redis lost", 97)]) == [one.id]
    assert ids([one], [hit("connected to redis", 94), lost]) == [one.id]
    assert ids([one], [lost, hit("connected to redis", 200)]) == [one.id]


@pytest.mark.parametrize(
    ("scope", "holds"),
    [
        (Scope(), True),
        (Scope(job="Integration (datastorage)"), True),
        (Scope(job="Integration (*)"), True),
        (Scope(job="Integration *datastorage*"), True),
        (Scope(job="Integration [datastorage]"), False),
        (Scope(job="Integration (gateway)"), False),
        (Scope(job="integration (datastorage)"), False),
        (Scope(job="Integration"), False),
        (Scope(workflow="CI Pipeline"), True),
        (Scope(workflow="Nightly"), False),
        (Scope(step="Run make *"), True),
        (Scope(step="Build"), False),
        (Scope(test="*Graceful Shutdown*"), True),
        (Scope(test="Graceful Shutdown"), False),
        (Scope(file="test/integration/*"), True),
        (Scope(file="*_test.go"), True),
        (Scope(file="pkg/*"), False),
        (Scope(branch="main"), True),
        (Scope(branch="release/*"), False),
        (Scope(kinds=(FailureKind.TEST,)), True),
        (Scope(kinds=(FailureKind.BUILD, FailureKind.INFRA)), False),
        (Scope(job="Integration (*)", test="*somewhere else*"), False),
    ],
)
def test_every_glob_of_the_scope_must_fit(scope: Scope, holds: bool) -> None:  # noqa: FBT001 - a table
    assert bool(ids([signature(scope=scope)], [hit(DLQ)])) is holds


def test_the_narrowest_signature_comes_first() -> None:
    wide = signature(name="wide")
    longer = signature(DLQ, "Expected at least", name="longer")
    job = signature(name="job", scope=Scope(job="Integration (*)"))
    named = signature(name="named", scope=Scope(job="Integration (datastorage)"))
    both = signature(name="both", scope=Scope(job="Integration (*)", test="*Graceful*"))
    hits = [hit(DLQ), hit(DLQ, pattern="Expected at least")]
    expected = ["both", "named", "job", "longer", "wide"]
    assert ids([wide, longer, job, named, both], hits) == expected
    assert ids([both, named, job, longer, wide], hits) == expected


@pytest.mark.parametrize(
    ("glob", "text", "holds"),
    [
        ("*", "", True),
        ("", "", True),
        ("", "a", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("a*b*c", "a1b2b3c", True),
        ("a*b*c", "a1b2b3", False),
        ("**/x", "a/b/x", True),
        ("[a]", "[a]", True),
        ("[a]", "a", False),
        ("f(x)", "f(x)", True),
        ("*.go", ".go", True),
    ],
)
def test_only_stars_and_question_marks_are_wild(glob: str, text: str, holds: bool) -> None:  # noqa: FBT001 - a table
    assert fits(glob, text) is holds


def test_a_hostile_glob_comes_to_an_end() -> None:
    assert not fits("*a" * 150 + "b", "a" * 1_000)


@given(st.text(max_size=30))
def test_a_text_fits_itself_and_the_star(text: str) -> None:
    plain = text.replace("*", "").replace("?", "")
    assert fits(plain, plain)
    assert fits("*", text)
    assert fits(f"*{plain}*", f"before {plain} after")


@given(
    st.lists(st.tuples(st.integers(1, 200), st.sampled_from([DLQ, "failed", "another line of text"]))),
    st.tuples(st.integers(1, 200), st.integers(0, 50)),
)
def test_hits_outside_of_the_extent_never_matter(
    lines: list[tuple[int, str]], where: tuple[int, int]
) -> None:
    first, size = where
    one = failure(extent=(first, first + size))
    hits = [hit(text, line, DLQ) for line, text in lines]
    inside = [one for one in hits if first <= one.line <= first + size]
    assert ids([signature()], hits, one) == ids([signature()], inside, one)


@pytest.mark.parametrize(
    ("glob", "package", "holds"),
    [
        ("*ring/ring_test.go", "example.com/stockroom/ring", True),
        ("ring_test.go", "example.com/stockroom/ring", True),
        ("*ledger/ring_test.go", "example.com/stockroom/ring", False),
        ("*ring/ring_test.go", "", False),
    ],
)
def test_a_bare_file_name_is_one_of_its_package(glob: str, package: str, holds: bool) -> None:  # noqa: FBT001
    """`go test` shows no folder; the package says it."""
    one = failure(file="ring_test.go", suite=package)
    assert in_scope(Scope(file=glob), one, Place()) is holds
