"""Real runs: what a report names is what the log of the same run names, and nothing is lost or told twice."""

import io
import zipfile
from pathlib import Path

import pytest

from bot.logs.source import Given
from bot.model.failure import FailureKind
from bot.model.reading import ArtifactReading, Reading
from bot.model.run import Artifact
from bot.reports import merge
from bot.reports.merge import pair_failures
from bot.scan.engine import RE2, LogSearch
from bot.triage import marks, read_artifact, read_log

FIXTURES = Path(__file__).parents[2] / "fixtures"
RUNS = sorted((FIXTURES / "reports" / "runs").iterdir())
GO = sorted((FIXTURES / "gotest" / "go-junit-report").glob("*.txt"))
# The log of a quiet Gradle names no test.
QUIET = "gradle-quiet"


def packed(*files: Path) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for file in files:
            archive.write(file, file.name)
    return target.getvalue()


def read_both(log: Path, *reports: Path) -> tuple[Reading, Reading, Reading]:
    logged = read_log(Given(log.read_bytes(), ""), LogSearch(marks(), (), RE2, None))
    told = read_artifact(packed(*reports), ("*.xml",))
    merged = merge(logged, [ArtifactReading(Artifact(1, "junit", 1), told)], one_step=True)
    return logged, told, merged


def counted(reading: Reading) -> tuple[int, int]:
    totals = reading.totals
    return sum(one.passed for one in totals), sum(one.failed + one.errors for one in totals)


@pytest.mark.parametrize("folder", RUNS, ids=lambda path: path.name)
def test_every_test_that_failed_is_told_once(folder: Path):
    logged, told, merged = read_both(folder / "job.log", *sorted(folder.glob("*.xml")))
    assert told.lines
    assert told.gap == ""
    added = [one for one in merged.failures if not one.log_line]
    if folder.name == QUIET:
        assert len(added) == len(told.failures) == 6
        assert all(one.test and one.tool == "gradle" for one in merged.failures)
        return
    assert added == []
    assert [one.log_line for one in merged.failures] == [one.log_line for one in logged.failures]
    assert [one.fingerprint for one in merged.failures] == [one.fingerprint for one in logged.failures]
    assert [one.known_as for one in merged.failures] == [one.test for one in logged.failures]


@pytest.mark.parametrize("folder", RUNS, ids=lambda path: path.name)
def test_what_a_report_calls_a_test_is_that_test_in_the_log(folder: Path):
    logged, told, _ = read_both(folder / "job.log", *sorted(folder.glob("*.xml")))
    wanted = [n for n, one in enumerate(told.failures) if one.kind is FailureKind.TEST]
    pairs = pair_failures(logged.failures, told.failures)
    missing = [told.failures[n].test for n in wanted if n not in pairs.values()]
    assert len(missing) == (6 if folder.name == QUIET else 0), missing


@pytest.mark.parametrize("log", GO, ids=lambda path: path.stem)
def test_go_reports_add_nothing_to_their_logs(log: Path):
    logged, _, merged = read_both(log, log.with_name(f"{log.name[:3]}-report.xml"))
    assert [one.log_line for one in merged.failures] == [one.log_line for one in logged.failures]
    if logged.totals:
        assert counted(merged) == counted(logged)
