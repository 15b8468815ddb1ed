"""Somebody edits `.github/retriage.yml`: it is read in full, or every mistake is shown where it stands."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.classify.generic import is_generic
from bot.model.config import (
    BUILT_IN_PACKS,
    CheckConfig,
    CommentMode,
    ConfigText,
    GroupConfig,
    Problem,
    RepoConfig,
    RerunConfig,
)
from bot.model.failure import FailureKind
from bot.model.signature import Match, Pattern, Scope, Signature, SignatureKind, SignatureStatus
from bot.repoconfig import lint_signatures, parse_config
from bot.repoconfig.bundle import draft_own
from bot.repoconfig.literals import literal_length
from bot.repoconfig.tree import MAX_BYTES
from bot.scan.engine import RegexEngine

FULL = (Path(__file__).parents[1] / "fixtures/config/full.yml").read_bytes()
FILE = ".github/retriage.yml"
TODAY = date(2026, 1, 24)


def wrong(text: str | bytes) -> tuple[Problem, ...]:
    config, problems = parse_config(text.encode() if isinstance(text, str) else text, FILE)
    assert config is None
    return problems


def right(text: str) -> RepoConfig:
    config, problems = parse_config(text.encode(), FILE)
    assert problems == ()
    assert config is not None
    return config


def lint(config: RepoConfig, packs: tuple[Signature, ...] = ()) -> list[tuple[str, str]]:
    found = lint_signatures(config, RegexEngine(), is_generic, TODAY, packs)
    return [(problem.severity, problem.message) for problem in found]


def entry(match: str, *more: str, name: str = "A-1") -> str:
    rest = "".join(f"    {line}\n" for line in more)
    return f"  - id: {name}\n    title: t\n    match: {match}\n{rest}"


def signatures(*entries: str) -> RepoConfig:
    return right("signatures:\n" + "".join(entries))


def test_everything_that_the_file_may_say_is_read() -> None:
    config, problems = parse_config(FULL, FILE, "abc123")
    assert problems == ()
    first = Signature(
        id="DS-FLAKY-003a",
        title="Graceful shutdown reads another test's DLQ messages",
        match=Match((Pattern("Expected at least 1 message in stream, found: 0"),)),
        scope=Scope(
            workflow="CI *",
            job="Integration (datastorage)",
            step="Run make *",
            test="*Graceful Shutdown*",
            file="test/*",
            branch="main",
            kinds=(FailureKind.TEST, FailureKind.TIMEOUT),
        ),
        cause="shared-state",
        kind=SignatureKind.FLAKE,
        status=SignatureStatus.TRIAGED,
        priority="P2",
        issue="https://github.example/o/r/issues/12",
        owner="@data-storage",
        fix="Run serially until every test has its own stream",
        action="suggest-rerun",
        added=date(2026, 1, 4),
        expires=date(2026, 4, 4),
        examples_match=("Expected at least 1 message in stream, found: 0",),
        examples_no_match=("Expected at least 1 message in stream, found: 3",),
        source=FILE,
        source_line=12,
    )
    second = Signature(
        id="NET-001",
        title="The audit store drops its connection",
        match=Match(
            (Pattern("audit store: connection lost"), Pattern(r"retry \d+ of \d+ failed", is_regex=True)),
            Pattern("audit store: connected"),
        ),
        kind=SignatureKind.INFRA,
        source=FILE,
        source_line=29,
    )
    assert config == RepoConfig(
        version=1,
        comment=CommentMode.CHANGES,
        check=CheckConfig("failure", 25),
        workflows=("CI Pipeline", "Nightly"),
        aggregates=("Merge Gate", "Test Suite Summary"),
        groups=(GroupConfig("Integration", "Integration (*)"),),
        artifacts=("must-gather-logs-*",),
        reports=("*junit*.xml", "build/test-results/**/TEST-*.xml"),
        rerun=RerunConfig(auto=True, max_attempts=2, max_failed_jobs=7, authors=False),
        packs=("github-runner", "containers", "package-registries"),
        signatures=(first, second),
        extends=".github:retriage.yml",
        source=FILE,
        commit="abc123",
    )


@pytest.mark.parametrize(
    "text", ["", "# nothing yet\n", "---\n", "~", "version: 1", "signatures:\ngroups:\n", "{}"]
)
def test_a_file_that_says_nothing_means_the_defaults(text: str) -> None:
    assert right(text) == RepoConfig(source=FILE)


def test_without_packs_named_all_of_them_hold() -> None:
    assert right("").packs == BUILT_IN_PACKS
    assert right("packs: []").packs == ()
    assert right("packs: [containers, containers]").packs == ("containers",)


def test_a_word_that_yaml_reads_as_false_is_a_word() -> None:
    assert right("comment: off").comment is CommentMode.OFF


def test_a_single_name_may_stand_without_a_list() -> None:
    assert right("workflows: CI").workflows == ("CI",)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    assert right("\ufeffversion: 1\r\ncomment: always\r\n").comment is CommentMode.ALWAYS


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "fix"),
    [
        ("coment: off", 1, 1, "no key `coment`", "did you mean `comment`?"),
        ("zzz: 1", 1, 1, "no key `zzz`", "use one of: version,"),
        ("\n\ncomment: often", 3, 10, "`comment` is `often`", "use one of: failures, changes, always, off"),
        ("comment: failure", 1, 10, "`comment` is `failure`", "did you mean `failures`?"),
        ("version: 2", 1, 10, "`version` is `2`", "use one of: 1"),
        ("check: {conclusion: success}", 1, 21, "`check.conclusion` is `success`", "neutral, failure"),
        ("check: {annotations: -1}", 1, 22, "not a whole number from 0", "write `annotations: 10`"),
        ("check: {annotations: 9999999999}", 1, 22, "not a whole number", ""),
        ("check: [a]", 1, 8, "`check` is a list, not a mapping", "conclusion, annotations"),
        (
            "rerun: {auto: yes}",
            1,
            15,
            "`rerun.auto` is `yes`, not true or false",
            "`auto: false`, without quotes",
        ),
        ('rerun: {auto: "true"}', 1, 15, "not true or false", "without quotes"),
        ("rerun: {max_attempts: 1000}", 1, 23, "from 1 to 3", ""),
        ("workflows: {a: b}", 1, 12, "`workflows` is a mapping, not a text", ""),
        ("workflows: ['']", 1, 13, "`workflows` is empty", ""),
        ("groups: [{name: a}]", 1, 10, "`groups[1].match` is missing", "add `match: …`"),
        ("groups: {name: a}", 1, 9, "not a list", "begin each entry"),
        ("packs: [containers, conteiners]", 1, 21, "`packs` is `conteiners`", "did you mean `containers`?"),
        ("packs: conteiners", 1, 8, "`packs` is `conteiners`", "did you mean `containers`?"),
        ("reports: ['*']", 1, 11, "`*`, which describes every file", "name the files of JUnit XML"),
        (
            "reports:\n  - '*junit*.xml'\n  - '**/*'",
            3,
            5,
            "`**/*`, which describes every file",
            "*junit*.xml",
        ),
        ("reports: ../junit.xml", 1, 10, "no path inside an artifact", "from the artifact's root"),
        ("reports: /junit.xml", 1, 10, "no path inside an artifact", ""),
        ("reports: 'a\\b.xml'", 1, 10, "no path inside an artifact", ""),
        ("reports: '*.trx'", 1, 10, "only JUnit XML is read", "name the files"),
        ("reports: {a: b}", 1, 10, "`reports` is a mapping, not a text", ""),
        ("reports: ['']", 1, 11, "`reports` is empty", ""),
        ("report: a.xml", 1, 1, "no key `report`", "did you mean `reports`?"),
        ("- a", 1, 1, "the file is a list, not a mapping", "it has the keys version"),
        ("just text", 1, 1, "the file is `just text`, not a mapping", ""),
        ("comment: off\ncomment: off", 2, 1, "`comment` stands here twice, first on line 1", "remove one"),
        ("a: [", 2, 1, "this is not YAML", "check indentation"),
        ("comment: off\n  check: {}", 2, 8, "this is not YAML", ""),
        ("comment: &x off", 1, 10, "an anchor is not allowed", ""),
        ("a: *x", 1, 4, "an alias is not allowed", "write the value out"),
        ("comment: !!str off", 1, 10, "the tag `tag:yaml.org,2002:str` is not allowed", "remove it"),
        ("comment: ! off", 1, 10, "the tag `!` is not allowed", "remove it"),
        ("<<: {a: 1}", 1, 1, "the merge key `<<` is not allowed", "write the values out"),
        ("? [a]\n: b", 1, 3, "cannot be a key", "write a word"),
        ("a: 1\n---\nb: 1", 2, 1, "a second document begins here", "remove `---`"),
        ("[" * 40, 1, 17, "nested deeper than 16 levels", "flatter"),
        (b"a: \xff", 1, 1, "not UTF-8", "save it as UTF-8"),
        (b"ok: 1\nbad: \xc3\x28", 2, 1, "not UTF-8", ""),
        ("a: \x00", 1, 1, "characters that YAML does not allow", "control characters"),
        (b"#" * (MAX_BYTES + 1), 1, 1, f"at most {MAX_BYTES}", "make it smaller"),
    ],
)
def test_a_mistake_is_shown_where_it_stands_with_its_mending(
    text: str | bytes, line: int, column: int, message: str, fix: str
) -> None:
    found = wrong(text)[0]
    assert (found.file, found.line, found.column, found.severity) == (FILE, line, column, "error")
    assert message in found.message
    assert fix in found.fix


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("title: t\n    match: {contains: abc}", "`signatures[1].id` is missing"),
        ("id: A\n    match: {contains: abc}", "`signatures[1].title` is missing"),
        ("id: A\n    title: t", "`signatures[1].match` is missing"),
        ("id: 'A B'\n    title: t\n    match: {contains: abc}", "an id has letters, digits"),
        ("id: -A\n    title: t\n    match: {contains: abc}", "an id has letters, digits"),
        ("id: ÄÖ\n    title: t\n    match: {contains: abc}", "an id has letters, digits"),
        ("id: A\n    title: t\n    match: {}", "needs exactly one of contains, regex and lines"),
        ("id: A\n    title: t\n    match: {absent: abc}", "needs exactly one of contains, regex and lines"),
        ("id: A\n    title: t\n    match: {contains: a, regex: b}", "needs exactly one of"),
        ("id: A\n    title: t\n    match: abc", "`signatures[1].match` is `abc`, not a mapping"),
        ("id: A\n    title: t\n    match: {contains: }", "`signatures[1].match.contains` is missing"),
        ("id: A\n    title: t\n    match: {contains: [a]}", "is a list, not a text"),
        ('id: A\n    title: t\n    match: {contains: "a\\nb"}', "has several lines, it must be one"),
        ("id: A\n    title: t\n    match: {lines: []}", "has 0 entries, at least 1"),
        ("id: A\n    title: t\n    match: {lines: abc}", "is `abc`, not a list"),
        ("id: A\n    title: t\n    match: {lines: [{a: b}]}", "has no key `a`"),
        ("id: A\n    title: t\n    match: {lines: [{}]}", "needs exactly one of contains and regex"),
        (f"id: A\n    title: t\n    match: {{contains: {'x' * 1_001}}}", "has 1001 characters, at most 1000"),
        (
            "id: A\n    title: t\n    match: {contains: abc}\n    kind: flaky",
            "`signatures[1].kind` is `flaky`",
        ),
        ("id: A\n    title: t\n    match: {contains: abc}\n    status: closed", "`signatures[1].status`"),
        ("id: A\n    title: t\n    match: {contains: abc}\n    cause: magic", "`signatures[1].cause`"),
        ("id: A\n    title: t\n    match: {contains: abc}\n    action: rerun", "`signatures[1].action`"),
        ("id: A\n    title: t\n    match: {contains: abc}\n    added: 2026-13-45", "not a date"),
        ("id: A\n    title: t\n    match: {contains: abc}\n    added: 20260104", "not a date"),
        ("id: A\n    title: t\n    match: {contains: abc}\n    issue: see there", "no web address"),
        ("id: A\n    title: t\n    match: {contains: abc}\n    issue: 'javascript:x'", "no web address"),
        ("id: A\n    title: t\n    match: {contains: abc}\n    scope: {jobs: x}", "has no key `jobs`"),
        ("id: A\n    title: t\n    match: {contains: abc}\n    scope: {kinds: [tests]}", "is `tests`"),
        (
            "id: A\n    title: t\n    match: {contains: abc}\n    examples: {matches: [x]}",
            "has no key `matches`",
        ),
        (
            "id: A\n    title: t\n    match: {contains: abc}\n    added: 2026-02-01\n    expires: 2026-01-01",
            "expires before it was added",
        ),
        (
            "id: A\n    title: t\n    match: {contains: a}\n    added: 2026-02-01\n    fixed: 2026-01-01",
            "was fixed before it was added",
        ),
        (
            "id: A\n    title: t\n    match: {contains: abc}\n    fixed: 2026-01-01",
            "its status is not fixed",
        ),
        ("text", "`signatures[1]` is `text`, not a mapping"),
    ],
)
def test_a_signature_with_a_mistake_says_which(lines: str, message: str) -> None:
    assert any(message in problem.message for problem in wrong(f"signatures:\n  - {lines}\n"))


def test_all_mistakes_of_a_file_are_shown_at_once_in_its_order() -> None:
    text = """
version: 3
coment: off
signatures:
  - id: A B
    match: {contains: a, regex: b}
    kind: flaky
  - id: C
    id: D
    title: t
    match: {contains: abc}
    cuase: race
"""
    assert [(one.line, one.column) for one in wrong(text)] == [
        (2, 10),
        (3, 1),
        (5, 5),
        (5, 9),
        (6, 12),
        (7, 11),
        (9, 5),
        (12, 5),
    ]


@given(st.binary(max_size=400))
def test_any_bytes_have_an_answer(data: bytes) -> None:
    config, problems = parse_config(data, FILE)
    assert (config is None) == bool(problems)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
KEYS = (
    st.sampled_from(["version", "comment", "check", "groups", "packs", "signatures", "match", "id", "scope"])
    | TEXTS
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_any_values_have_an_answer(values: dict[str, object]) -> None:
    import json  # noqa: PLC0415 - JSON is YAML, written by somebody else's code

    config, problems = parse_config(json.dumps(values).encode(), FILE)
    assert (config is None) == bool(problems)
    assert all(problem.line >= 1 and problem.column >= 1 for problem in problems)


@given(st.integers(0, len(FULL)), st.binary(max_size=6))
def test_a_good_file_with_a_slip_of_the_hand_has_an_answer(at: int, slip: bytes) -> None:
    config, problems = parse_config(FULL[:at] + slip + FULL[at:], FILE)
    assert (config is None) == bool(problems)


GOOD = '{contains: "Expected at least 1 message"}'
EXAMPLE = 'examples: {match: ["x Expected at least 1 message x"]}'


def test_a_good_signature_has_no_lint() -> None:
    assert lint(signatures(entry(GOOD, EXAMPLE))) == []


@pytest.mark.parametrize(
    ("match", "message"),
    [
        ('{contains: "short one"}', "pins down 8 characters, at least 12"),
        ("{regex: '.*'}", "a bare `.*` matches every line"),
        ("{regex: '^(.*)$'}", "a bare `.*` matches every line"),
        ("{regex: 'a.*b.*c.*d'}", "pins down 4 characters"),
        ("{regex: '(connection refused)?x'}", "pins down 1 character,"),
        ("{regex: '(?:connection refused|x)'}", "pins down 1 character,"),
        ("{regex: '[a-z ]{20,}'}", "pins down 0 characters"),
        ('{contains: "Process completed with exit code 1"}', "stands in any failed log"),
        ('{contains: "The operation was canceled."}', "stands in any failed log"),
        ("{regex: '(?<=x)connection refused'}", "the pattern is refused"),
        ("{regex: 'connection refused (unclosed'}", "the pattern is refused"),
        ("{regex: '(?s)connection.refused by'}", "the pattern is refused"),
    ],
)
def test_a_pattern_that_would_match_too_much_or_nothing_is_an_error(match: str, message: str) -> None:
    assert any(severity == "error" and message in text for severity, text in lint(signatures(entry(match))))


@pytest.mark.parametrize(
    ("examples", "message"),
    [
        ('{match: ["nothing like it"]}', "example 1 of `match` does not match"),
        ('{match: ["Expected at least 1 message", "other"]}', "example 2 of `match` does not match"),
        (
            '{match: ["Expected at least 1 message"], no_match: ["Expected at least 1 message too"]}',
            "example 1 of `no_match` matches",
        ),
    ],
)
def test_examples_have_to_prove_the_pattern(examples: str, message: str) -> None:
    found = lint(signatures(entry(GOOD, f"examples: {examples}")))
    assert found == [("error", f"A-1: {message}")]


def test_an_example_of_several_lines_is_tried_in_order() -> None:
    match = '{lines: ["connection to redis lost", "giving up on redis"], absent: "connected to redis"}'
    good = 'examples: {match: ["connection to redis lost\\nx\\ngiving up on redis"], no_match: ["%s"]}'
    reverse = "giving up on redis\\nconnection to redis lost"
    mended = "connection to redis lost\\ngiving up on redis\\nconnected to redis"
    for counter in (reverse, mended):
        assert lint(signatures(entry(match, good % counter))) == []


def test_an_example_that_is_a_line_of_any_failed_log_is_an_error() -> None:
    match = "{regex: 'completed with exit code \\d+'}"
    found = lint(signatures(entry(match, 'examples: {match: ["Process completed with exit code 1"]}')))
    assert found == [("error", "A-1: example 1 of `match` is a line of any failed log")]


def test_without_an_example_there_is_a_warning() -> None:
    assert lint(signatures(entry(GOOD))) == [("warning", "A-1: it has no example that it must match")]


def test_an_expired_signature_is_a_warning_unless_it_is_fixed() -> None:
    dates = "added: 2025-01-01", "expires: 2026-01-23"
    expired = ("warning", "A-1: it expired on 2026-01-23")
    assert lint(signatures(entry(GOOD, EXAMPLE, *dates))) == [expired]
    assert lint(signatures(entry(GOOD, EXAMPLE, *dates, "status: fixed"))) == []
    assert lint(signatures(entry(GOOD, EXAMPLE, "expires: 2026-01-24"))) == []


def test_without_a_date_a_signature_of_more_than_90_days_is_a_suggestion() -> None:
    old = lint(signatures(entry(GOOD, EXAMPLE, "added: 2025-10-25")))
    assert old == [("notice", "A-1: 90 days have passed since it was added, and no hit is known")]
    assert lint(signatures(entry(GOOD, EXAMPLE, "added: 2025-10-26"))) == []
    assert lint(signatures(entry(GOOD, EXAMPLE, "added: 2025-01-01", "status: fixed"))) == []


def test_an_id_that_is_taken_is_an_error() -> None:
    other = '{contains: "quite another message"}'
    proof = 'examples: {match: ["quite another message"]}'
    twice = signatures(entry(GOOD, EXAMPLE), entry(other, proof, name="a-1"))
    assert lint(twice) == [("error", "a-1: the id stands in line 2 already")]
    pack = Signature("A-1", "t", Match((Pattern("x"),)), source="pack containers")
    assert lint(signatures(entry(GOOD, EXAMPLE)), (pack,)) == [
        ("error", "A-1: the id is shadowed: the pack containers has it")
    ]


def test_a_finding_stands_at_the_part_of_the_signature_that_it_is_about() -> None:
    bad = 'examples: {match: ["x Expected at least 1 message x", "nothing"]}'
    config = signatures(entry(GOOD, bad), entry('{contains: "short"}', name="A-2"))
    found = lint_signatures(config, RegexEngine(), is_generic, TODAY)
    assert [(one.line, one.column, one.message) for one in found if one.severity == "error"] == [
        (5, 59, "A-1: example 2 of `match` does not match"),
        (8, 12, "A-2: it pins down 5 characters, at least 12 are needed"),
    ]


def test_an_entry_that_can_never_be_the_one_is_an_error() -> None:
    twins = signatures(entry(GOOD, EXAMPLE), entry(GOOD, EXAMPLE, name="A-2"))
    assert lint(twins) == [("error", "A-2: it is shadowed by A-1: same match, same scope")]
    apart = signatures(entry(GOOD, EXAMPLE), entry(GOOD, EXAMPLE, "scope: {job: x}", name="A-2"))
    assert lint(apart) == []


@pytest.mark.parametrize(
    ("expression", "length"),
    [
        ("abc", 3),
        ("a b c", 3),
        (r"a\.b\[c", 5),
        (r"\d+ of \d+ failed", 8),
        ("ab|abcd", 2),
        ("x(ab|abcd)y", 4),
        ("ab?c", 2),
        ("ab*c", 2),
        ("ab+c", 3),
        ("a{3}b", 4),
        ("(abc){2}", 6),
        ("(abc)?d", 1),
        ("a{0,3}b", 1),
        ("a{b", 3),
        ("[abc]d", 1),
        ("[]abc]d", 1),
        ("[^]a]d", 1),
        (r"[\]a]d", 1),
        ("[[:alpha:]x]d", 1),
        ("(?i)abc", 3),
        ("(?P<name>abc)", 3),
        ("(?:abc)", 3),
        (r"\Qa.b*\E+c", 5),
        (r"\x{41}b", 2),
        (r"\x41b", 2),
        (r"\pLb", 1),
        (r"\p{Greek}b", 1),
        (r"^abc$", 3),
        (r"\bab\b", 2),
        ("((((a))))", 1),
        ("", 0),
        ("|abc", 0),
    ],
)
def test_the_characters_that_an_expression_pins_down_are_counted(expression: str, length: int) -> None:
    assert literal_length(Pattern(expression, is_regex=True)) == length


@given(st.text(max_size=60) | st.text(st.sampled_from("ab(|)[]{}\\?*+.0,^$:Qp"), max_size=60))
def test_any_expression_can_be_counted(expression: str) -> None:
    assert literal_length(Pattern(expression, is_regex=True)) >= 0


def everything(text: str) -> list[tuple[int, str]]:
    """What lint says of a file that also has mistakes of form."""
    draft, problems = draft_own(ConfigText(FILE, text.encode()), ())
    found = lint_signatures(draft, RegexEngine(), is_generic, TODAY, (), problems)
    return sorted((one.line, one.message) for one in (*problems, *found))


def test_a_mistake_of_form_hides_none_of_content() -> None:
    found = everything(
        "coment: off\nsignatures:\n"
        + entry("{contains: exit}", "cause: weather", EXAMPLE)
        + entry('{regex: "(waited for the lock"}', EXAMPLE, name="a-1")
    )
    assert [line for line, _ in found] == [1, 5, 5, 6, 7, 8, 10]
    for line, part in (
        (5, "any failed log"),
        (8, "stands in line 3 already"),
        (10, "the pattern is refused"),
    ):
        assert any(at == line and part in message for at, message in found), (line, part, found)


def test_where_a_mistake_of_form_leaves_a_thing_open_lint_guesses_nothing() -> None:
    typo = entry(GOOD, EXAMPLE, "scope: {jobb: a}", name="A-2")
    assert [line for line, _ in everything("signatures:\n" + entry(GOOD, EXAMPLE) + typo)] == [10]
    nothing = "signatures:\n" + entry("{}", EXAMPLE) + entry("{lines: []}", EXAMPLE, name="A-2")
    assert [line for line, _ in everything(nothing)] == [4, 8]


@given(st.integers(0, len(FULL) - 1), st.sampled_from([b"", b" ", b":", b"- ", b"[", b'"', b"\n", b"#"]))
def test_no_slip_of_the_finger_stops_lint(at: int, slip: bytes) -> None:
    draft, problems = draft_own(ConfigText(FILE, FULL[:at] + slip + FULL[at + 1 :]), ())
    found = lint_signatures(draft, RegexEngine(), is_generic, TODAY, (), problems)
    assert all(one.message for one in (*problems, *found))
