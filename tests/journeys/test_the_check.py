"""One check run named Retriage on the head commit, with annotations where it failed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.house import House, jobs_of

pytestmark = pytest.mark.anyio

MANY = 60
SUITE = f"""import pytest


@pytest.mark.parametrize("case", range({MANY}))
def test_keeps_requirement(case):
    assert case < 0, f"requirement {{case}} is not kept"
"""


def run_pytest(folder: Path) -> bytes:
    """What GitHub's log says of a suite in which many tests fail."""
    (folder / "tests").mkdir()
    (folder / "tests" / "test_requirements.py").write_text(SUITE)
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:randomly", "tests")
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, check=False)
    home = b"/home/runner/work/kubernaut/kubernaut"
    lines = done.stdout.replace(str(folder).encode(), home).splitlines()
    lines += [b"##[error]Process completed with exit code 1."]
    return b"".join(b"2026-01-04T16:00:00.0000000Z " + line + b"\n" for line in lines)


async def test_a_failure_is_annotated_at_its_line(house: House) -> None:
    pull = house.open_pull("fix/one")
    await house.run_on(pull, jobs_of("000", "run", "Integration (aianalysis)", "Integration (gateway)"))
    [check] = house.checks(pull.head_sha)
    assert (check.name, check.app, check.status) == ("Retriage", house.world.app_id, "completed")
    assert check.conclusion == "neutral"
    assert check.title == "❔ 1 unknown"
    assert "48/49" in (check.summary or "")
    [note] = check.annotations
    assert note["path"] == "test/integration/aianalysis/audit_flow_integration_test.go"
    assert (note["start_line"], note["end_line"]) == (142, 142)
    assert note["annotation_level"] == "warning"
    assert "Data Storage must answer the audit query" in str(note["message"])


async def test_more_than_fifty_annotations_come_in_batches(house: House, tmp_path: Path) -> None:
    house.configure(f"version: 1\ncheck: {{annotations: {MANY}}}\n")
    pull = house.open_pull("fix/many")
    await house.run_on(pull, {"Unit": ("failure", run_pytest(tmp_path))})
    [check] = house.checks(pull.head_sha)
    assert len(check.annotations) == MANY
    assert len({str(note["title"]) for note in check.annotations}) == MANY
    assert house.asked("POST", "/check-runs") == 1
    assert house.asked("PATCH", "/check-runs/") == 1
    page = house.page(pull)
    assert page.headline == f"❔ {MANY} unknown"
    assert page.row("Unit").tests == f"0/{MANY}"
    assert len(house.status(pull).body) <= 60_000


async def test_the_same_report_writes_the_check_once_and_again_when_it_is_asked_for(house: House) -> None:
    pull = house.open_pull("fix/same")
    await house.run_on(pull, jobs_of("000", "run", "Integration (aianalysis)"))
    writes = house.asked("POST", "/check-runs") + house.asked("PATCH", "/check-runs/")
    await house.say(pull, "/retriage")
    assert house.asked("POST", "/check-runs") + house.asked("PATCH", "/check-runs/") == writes
    # GitHub opens the checks again when somebody re-runs one, until it is said again.
    await house.rerun_check(house.checks(pull.head_sha)[-1])
    assert house.asked("POST", "/check-runs") + house.asked("PATCH", "/check-runs/") == writes + 1


async def test_a_check_that_had_failures_turns_green_with_the_next_attempt(house: House) -> None:
    pull = house.open_pull("fix/turns")
    name = "Integration (aianalysis)"
    run = await house.run_on(pull, jobs_of("000", "run", name))
    await house.rest(120)
    house.world.add_attempt(run)
    house.add_jobs(run, {name: jobs_of("000", "run", "Integration (gateway)")["Integration (gateway)"]})
    await house.complete(run)
    newest = house.checks(pull.head_sha)[-1]
    assert (newest.conclusion, newest.annotations) == ("success", [])


async def test_without_the_permission_for_checks_the_comment_stands_alone(house: House) -> None:
    house.theatre.stage.installation.permissions.pop("checks")
    pull = house.open_pull("fix/no-checks")
    await house.run_on(pull, jobs_of("000", "run", "Integration (aianalysis)"))
    assert house.page(pull).row("Integration (aianalysis)").tests == "48/49"
    assert house.checks(pull.head_sha) == []
