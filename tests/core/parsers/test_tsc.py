"""What the compiler's fixtures cannot show: those that print as it does, and quotations."""

import pytest

from bot.logs.clean import clean
from bot.parsers import tsc


def places(*lines: str) -> list[tuple[str, int]]:
    return [(one.file, one.line) for one in tsc.parse(clean("\n".join(lines).encode())).failures]


@pytest.mark.parametrize(
    "line",
    [
        "app/(shop)/page.tsx(3,9): error TS2322: Wrong.",
        "app/(shop)/page.tsx:3:9 - error TS2322: Wrong.",
        "Error: app/(shop)/page.tsx:3:9 - error TS2322: Wrong.",
        "@shop/web:build: app/(shop)/page.tsx(3,9): error TS2322: Wrong.",
        "/home/runner/work/shop/shop/app/(shop)/page.tsx(3,9): error TS2322: Wrong.",
        "##[error]app/(shop)/page.tsx(3,9): error TS2322: Wrong.",
    ],
)
def test_others_print_the_same_diagnostics(line: str) -> None:
    assert places(line) == [("app/(shop)/page.tsx", 3)]


def test_next_puts_the_place_on_a_line_of_its_own() -> None:
    assert places("Failed to compile.", "", "./src/page.tsx:3:9", "Type error: Wrong.") == [
        ("src/page.tsx", 3)
    ]


def test_a_diagnostic_inside_another_report_is_a_quotation() -> None:
    assert places("    src/a.ts:1:7 - error TS2322: Wrong.", "  src/a.ts(1,7): error TS2322: Wrong.") == []


def test_a_project_that_is_checked_twice_has_its_error_once() -> None:
    assert places(*["src/a.ts(1,7): error TS2322: Wrong."] * 2) == [("src/a.ts", 1)]
