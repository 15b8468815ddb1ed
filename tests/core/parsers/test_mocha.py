"""mocha: what its logs in the fixtures do not show."""

import pytest

from bot.logs.clean import clean
from bot.model.failure import FailureKind, Findings
from bot.parsers import mocha, parse_all

TREE = ("  tea", "    1) is hot", "    ✔ is green", "")
SUM = ("", "  1 passing (5ms)", "  1 failing", "")
BLOCK = (
    "  1) tea",
    "       is hot:",
    "     Error: cold",
    "      at Context.<anonymous> (test/tea.js:4:2)",
    "",
)


def parse(*lines: str) -> Findings:
    return mocha.parse(clean("\n".join(lines).encode()))


def test_a_failure_has_its_containers_and_its_place() -> None:
    (failure,) = parse(*TREE, *SUM, *BLOCK).failures
    assert (failure.test, failure.message, failure.file, failure.line) == (
        "tea > is hot",
        "Error: cold",
        "test/tea.js",
        4,
    )
    assert failure.rerun == "npx mocha test/tea.js -g '^tea is hot$'"


def test_what_follows_the_last_failure_is_none_of_its_text() -> None:
    behind = ("npm error Lifecycle script `test` failed with error:", "npm error code 1")
    (failure,) = parse(*TREE, *SUM, *BLOCK, "", *behind).failures
    assert "npm error" not in failure.detail
    assert failure.extent[1] < len((*TREE, *SUM, *BLOCK))


@pytest.mark.parametrize(
    "lines",
    [
        ("  12 passing (3s)",),
        ("  1) tea", "       is hot:", "     Error: cold"),
        ("steps:", "  1) build", "  2) test", "  2 failing"),
        ("all 3 passing (ok)", "1 failing"),
    ],
)
def test_no_failure_without_mochas_own_sum(lines: tuple[str, ...]) -> None:
    assert parse("", *lines).failures == ()


def test_a_run_inside_another_runners_words_is_that_runners() -> None:
    cypress = ("  (Run Starting)", "  Running:  tea.cy.js", *TREE, *SUM, *BLOCK, "  (Run Finished)")
    assert parse(*cypress) == Findings("mocha")


def test_a_run_that_was_killed_never_sums_up() -> None:
    lines = ("> shop@1.0.0 test", "> mocha", "", "  tea", "    ✔ is green", "Killed")
    findings = parse(*lines)
    assert [one.kind for one in findings.failures] == [FailureKind.CRASH]
    assert findings.unfinished


def test_another_runners_output_above_is_not_claimed() -> None:
    tests = ("FAIL test/a.test.js", "  ✕ is cold (3 ms)", "", "  ● is cold", "", "    hot", "", "")
    sums = ("Test Suites: 1 failed, 1 total", "Tests:       1 failed, 1 total", "Ran all test suites.")
    found = parse_all(clean("\n".join((*tests, *sums, *TREE, *SUM, *BLOCK)).encode()))
    assert {one.tool: len(one.failures) for one in found} == {"jest": 1, "mocha": 1}


def test_a_stack_through_mochas_loader_is_a_file_that_cannot_be_loaded() -> None:
    lines = (
        "ReferenceError: tea is not defined",
        "    at Object.<anonymous> (/__w/shop/shop/test/tea.js:2:1)",
        "    at Module._compile (node:internal/modules/cjs/loader:1521:14)",
        "    at exports.requireOrImport (/__w/shop/shop/node_modules/mocha/lib/esm-utils.js:42:12)",
    )
    (failure,) = parse(*lines).failures
    assert (failure.kind, failure.file, failure.line) == (FailureKind.COLLECTION, "test/tea.js", 2)
