"""What a pull request writes itself is told from what it only runs into, however it is written down."""

import difflib
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.classify.added import added_by, adds_line, writes
from bot.classify.case import Case
from bot.classify.ladder import judge
from bot.classify.signatures import SignatureMatch
from bot.model.run import ChangedFile
from bot.model.signature import Pattern, PatternHit
from bot.model.verdict import BaseState, VerdictClass
from tests.core.classify.build import DLQ, base, case, failure, matched, signature
from tests.core.classify.test_history_rungs import attempt, seen, sighting

EXCUSES = (
    VerdictClass.KNOWN_FLAKE,
    VerdictClass.INFRA,
    VerdictClass.ON_BASE,
    VerdictClass.PASSED_ON_RETRY,
    VerdictClass.SEEN_ELSEWHERE,
)
WORDS = st.sampled_from(
    "stream worker drained deadline broker consumer timeout message offset partition inventory lock".split()  # noqa: SIM905
)
SENTENCES = st.lists(st.one_of(WORDS, st.integers(0, 999).map(str)), min_size=4, max_size=9).filter(
    lambda words: sum(word.isalpha() for word in words) >= 3
)


def patch(*lines: str, at: int = 10) -> str:
    added = "\n".join(f"+{line}" for line in lines)
    return f"@@ -{at},2 +{at},{len(lines) + 2} @@ def somewhere\n before\n{added}\n after"


def added(*lines: str, path: str = "pkg/helper.py") -> tuple[ChangedFile, ...]:
    return (
        ChangedFile("README.md", "modified", patch("Nothing of interest")),
        ChangedFile(path, "modified", patch(*lines)),
    )


def split_at(text: str, places: list[int]) -> list[str]:
    cuts = sorted({place % (len(text) + 1) for place in places})
    return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True) if text[a:b]]


def as_literal(words: list[str], _: list[int]) -> list[str]:
    return [f'    print("{" ".join(words)}")']


def as_format(words: list[str], _: list[int]) -> list[str]:
    return [f'\tt.Fatalf("{" ".join("%d" if w.isdigit() else w for w in words)}", a, b)']


def as_f_string(words: list[str], _: list[int]) -> list[str]:
    return [f"    raise Error(f'{' '.join('{value}' if w.isdigit() else w for w in words)}')"]


def as_template(words: list[str], _: list[int]) -> list[str]:
    return [f"  log(`{' '.join('${value.size}' if w.isdigit() else w for w in words)}`)"]


def as_pieces(words: list[str], places: list[int]) -> list[str]:
    return [" + ".join(f'"{piece}"' for piece in split_at(" ".join(words), places))]


def as_pieces_on_lines(words: list[str], places: list[int]) -> list[str]:
    return [f'    "{piece}"' for piece in split_at(" ".join(words), places)]


def as_escapes(words: list[str], places: list[int]) -> list[str]:
    text = list(" ".join(words))
    for place in places:
        text[place % len(text)] = f"\\x{ord(' '.join(words)[place % len(text)]):02x}"
    return [f'    say "{"".join(text)}"']


def as_text(words: list[str], _: list[int]) -> list[str]:
    return ["cat <<END", " ".join(words), "END"]


def in_colours(words: list[str], places: list[int]) -> list[str]:
    return [r'echo "' + r"\033[31m".join(split_at(" ".join(words), places)) + '"']


Form = Callable[[list[str], list[int]], list[str]]
FORMS: st.SearchStrategy[Form] = st.sampled_from(
    [
        as_literal,
        as_format,
        as_f_string,
        as_template,
        as_pieces,
        as_pieces_on_lines,
        as_escapes,
        as_text,
        in_colours,
    ]
)


@given(SENTENCES, FORMS, st.lists(st.integers(0, 200), max_size=6))
def test_a_text_is_found_in_whatever_way_it_is_written(
    words: list[str], form: Form, places: list[int]
) -> None:
    found = writes(added_by(added(*form(words, places))), f"AssertionError: {' '.join(words)}"[16:])
    assert found == "pkg/helper.py"


@given(SENTENCES, st.lists(st.text(alphabet="abcdefghij (){}=:.,'\"", max_size=80), max_size=20))
def test_a_text_that_is_not_added_is_not_found(words: list[str], lines: list[str]) -> None:
    assert not writes(added_by(added(*lines)), " ".join(words))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("dial tcp 10.0.0.7:5432: connect: connection refused", 'raise Error("cannot reach the broker")'),
        (DLQ, "# read every message of the stream, at most 100"),
        (DLQ, "expected = at_least(1)"),
        ("context deadline exceeded while flushing", "ctx, cancel := context.WithDeadline(ctx, deadline)"),
    ],
)
def test_a_word_in_common_is_not_the_text(text: str, line: str) -> None:
    assert not writes(added_by(added(line)), text)


LINES = st.lists(st.sampled_from(["one", "two", "three", "+four", "-five", "", "@@ six"]), max_size=12)


@given(LINES, LINES, st.integers(0, 3))
def test_added_lines_have_their_numbers_in_the_new_file(old: list[str], new: list[str], context: int) -> None:
    assume(old != new)
    diff = list(difflib.unified_diff(old, new, n=context, lineterm=""))[2:]
    found = added_by([ChangedFile("a.py", "modified", "\n".join(diff))]).lines["a.py"]
    matcher = difflib.SequenceMatcher(None, old, new)
    expected = {
        n + 1
        for tag, _, _, a, b in matcher.get_opcodes()
        if tag in ("insert", "replace")
        for n in range(a, b)
    }
    assert found == expected


@given(st.text(max_size=400), st.text(max_size=100))
def test_any_patch_and_any_text_can_be_looked_at(shown: str, text: str) -> None:
    writes(added_by([ChangedFile("a", "modified", shown, 1)]), text)


def test_a_file_whose_diff_github_does_not_show_may_say_anything() -> None:
    large = ChangedFile("web/bundle.js", "modified", "", 20_001)
    told = judge(failure(), case(matches=(matched(),), changed=(large,), added=added_by((large,))))
    assert told.verdict is VerdictClass.UNKNOWN
    assert "GitHub does not show what it adds to web/bundle.js" in told.evidence[1].text
    binary = ChangedFile("logo.png", "modified")
    assert judge(failure(), case(matches=(matched(),), added=added_by((binary,)))).rung == 5


def test_files_that_cannot_be_listed_may_say_anything() -> None:
    unknown = added_by((), "the files that it changes cannot be read")
    assert judge(failure(), case(matches=(matched(),), added=unknown)).verdict is VerdictClass.UNKNOWN


def test_more_files_than_github_lists_may_say_anything() -> None:
    many = [ChangedFile(f"f{number}", "modified", patch("x")) for number in range(3_000)]
    assert "GitHub shows no more" in added_by(many).unseen


def test_the_path_in_the_sentence_brings_no_markup() -> None:
    told = judge(
        failure(), case(matches=(matched(),), added=added_by(added(f'say("{DLQ}")', path="a`<b>.py")))
    )
    assert "in a??b?.py" in told.evidence[1].text


def test_a_line_that_is_added_is_known_by_its_place() -> None:
    one = failure(
        "assert 7 == 5", file="shutdown_test.go", suite="example.com/m/test/integration/datastorage"
    )
    here = ChangedFile(
        "test/integration/datastorage/shutdown_test.go", "modified", patch("x := decode(y)", at=6)
    )
    assert adds_line(added_by((here,)), one) == here.path
    assert not adds_line(added_by((ChangedFile(here.path, "modified", patch("x", at=90)),)), one)


@pytest.mark.parametrize(
    ("regex", "text"),
    [
        (
            r"dial tcp [\d.]+:6379: connect: connection refused",
            "dial tcp 10.1.0.7:6379: connect: connection refused",
        ),
        (
            r"(?i)(?:timed out|gave up) waiting for the (?:broker|queue) \w+",
            "Gave up waiting for the queue orders",
        ),
    ],
)
def test_an_expressions_own_words_are_what_counts(regex: str, text: str) -> None:
    hit = PatternHit(Pattern(regex, is_regex=True), 100, f"2026 app[3] {text}; a trace follows, at length")
    matches = (SignatureMatch(signature(), (hit,)),)
    mine = added_by(added(f'log.Print("{text}")'))
    assert judge(failure(), case(matches=matches)).rung == 5
    assert judge(failure(), case(matches=matches, added=mine)).rung == 10


def everything(known: Case) -> Case:
    """A world in which every rung from 5 to 8 would hold."""
    past = seen(sighting(41), sighting(42, "hubot"), attempts=(attempt(BaseState.PASSED),))
    return case(
        matches=known.matches,
        baseline=base(BaseState.FAILED),
        past=past,
        changed=known.changed,
        added=known.added,
    )


@given(SENTENCES, FORMS, st.lists(st.integers(0, 200), max_size=6), st.sampled_from([0, 1]))
def test_words_of_its_own_excuse_a_pull_request_on_no_rung(
    words: list[str], form: Form, places: list[int], matches: int
) -> None:
    text = " ".join(words)
    one = failure(text)
    changed = added(*form(words, places))
    known = (matched(signature(text), text),) * matches
    mine = everything(case(matches=known, changed=changed, added=added_by(changed)))
    assert judge(one, mine).verdict not in EXCUSES
    assert judge(one, everything(case(matches=known))).verdict in EXCUSES
