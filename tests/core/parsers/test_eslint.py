"""What ESLint's fixtures cannot show: other linters' rows, Next's, long messages, hostile text."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import Findings
from bot.model.log import Log
from bot.parsers import eslint

RUNS = Path(__file__).parents[2] / "fixtures" / "eslint" / "runs"


def parse_text(*lines: str) -> Findings:
    return eslint.parse(clean("\n".join(lines).encode()))


def test_rows_of_other_linters_are_theirs() -> None:
    yamllint = ("ci.yml", "  4:1       error    syntax error: expected <block end>  (syntax)", "")
    spectral = (
        "/a/openapi.yaml",
        "  1:1  error  oas3-schema  Wrong  info",
        "",
        "✖ 1 problem (1 error, 0 warnings, 0 infos, 0 hints)",
    )
    assert parse_text(*yamllint, *spectral).failures == ()


def test_rows_before_a_run_are_not_in_it() -> None:
    before = ("ci.yml", "  4:1  error  syntax error  (syntax)", "")
    run = ("/home/runner/work/shop/shop/src/a.js", "  2:7  error  'rate' is not defined  no-undef", "")
    (failure,) = parse_text(*before, *run, "✖ 1 problem (1 error, 0 warnings)").failures
    assert (failure.file, failure.line, failure.message) == (
        "src/a.js",
        2,
        "'rate' is not defined (no-undef)",
    )


def test_next_prints_rows_of_its_own() -> None:
    lines = (
        "./src/pages/index.tsx",
        "10:7  Error: 'x' is never used.  no-unused-vars",
        "12:1  Warning: Slow.  a/b",
    )
    (failure,) = parse_text(
        "Failed to compile.", "", *lines, "", "info  - Need to disable some rules?"
    ).failures
    assert (failure.file, failure.line) == ("src/pages/index.tsx", 10)


def test_a_message_may_have_several_lines() -> None:
    run = (
        "/r/a.js",
        "  2:7  error  Parsing error: first",
        "second line",
        "",
        "✖ 1 problem (1 error, 0 warnings)",
    )
    (failure,) = parse_text(*run).failures
    assert (failure.message, failure.detail) == ("Parsing error: first", "second line")


def test_a_flag_that_flat_configuration_does_not_know() -> None:
    (failure,) = parse_text(
        "Invalid option '--ext' - perhaps you meant '-c'?",
        "You're using eslint.config.js, some command line flags are no longer available. Please see https://e.example",
    ).failures
    assert failure.message.startswith("Invalid option '--ext'")


def test_a_monorepos_tool_puts_the_packages_name_before_every_line() -> None:
    run = (
        "",
        "/r/a.js",
        "  2:7  error  'rate' is not defined  no-undef",
        "",
        "✖ 1 problem (1 error, 0 warnings)",
    )
    (failure,) = parse_text(*(f"@shop/web:lint: {line}" for line in run)).failures
    assert (failure.file, failure.line, failure.log_line) == ("/r/a.js", 2, 3)


PIECES = st.sampled_from(
    [
        line
        for name in ("several-v9", "compact-v8", "warnings-max-v9", "badconfig-v9")
        for line in clean((RUNS / f"{name}.log").read_bytes()).lines
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    for failure in eslint.parse(Log(lines=tuple(lines), size=0)).failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
