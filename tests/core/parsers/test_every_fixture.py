"""Every runner's real output, read with all parsers at once: exactly what went wrong, and nothing else."""

import json
from pathlib import Path
from typing import cast

import pytest

from bot.logs.clean import clean
from bot.model.failure import Failure, Totals
from bot.parsers import parse_all

FIXTURES = Path(__file__).parents[2] / "fixtures"
# Older folders whose truth is the runner's own report; their tests read it.
OWN_TRUTH = {"bats", "ginkgo", "gotest", "pytest", "generic", "seeds"}
RUNS = sorted(
    log
    for log in FIXTURES.glob("*/runs/**/*.log")
    if log.relative_to(FIXTURES).parts[0] not in OWN_TRUTH and log.with_suffix(".json").exists()
)
Row = dict[str, object]


def shown(path: Path) -> str:
    return str(path.relative_to(FIXTURES).with_suffix(""))


def expected(path: Path) -> dict[str, list[Row]]:
    return cast("dict[str, list[Row]]", json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))


def holds(row: Row, found: Failure | Totals) -> bool:
    """Whether what was found is what the row says; a message may be a beginning."""
    for key, value in row.items():
        have = getattr(found, key)
        if key == "message":
            if not str(have).startswith(str(value)):
                return False
        elif have != value:
            return False
    return True


def unmatched(rows: list[Row], found: list[Failure] | list[Totals]) -> tuple[list[Row], list[object]]:
    """Rows nobody found, and findings that no row expects."""
    rest: list[Failure | Totals] = list(found)
    missing = []
    for row in rows:
        match = next((one for one in rest if holds(row, one)), None)
        if match is None:
            missing.append(row)
        else:
            rest.remove(match)
    return missing, cast("list[object]", rest)


@pytest.mark.parametrize("path", RUNS, ids=shown)
def test_a_log_has_exactly_these_failures_and_totals(path: Path) -> None:
    truth, log = expected(path), clean(path.read_bytes())
    findings = parse_all(log)
    failures = [failure for one in findings for failure in one.failures]
    totals = [total for one in findings for total in one.totals]
    assert unmatched(truth["failures"], failures) == ([], [])
    assert unmatched(truth.get("totals", []), totals) == ([], [])
    assert any(one.unfinished for one in findings) is bool(truth.get("unfinished", False))
    assert not any(one.crashed for one in findings)
    for failure in failures:
        first, last = failure.extent
        assert 1 <= first <= failure.log_line <= last <= len(log.lines), failure
        assert "\n" not in failure.message
