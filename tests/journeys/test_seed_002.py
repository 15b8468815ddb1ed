"""Report 002: four tiers of jobs, of which one has failures."""

import pytest

from tests.journeys.house import House, jobs_of

pytestmark = pytest.mark.anyio

GROUPS = """
version: 1
groups:
  - {name: Build & Lint, match: "Build & Lint (*)"}
  - {name: Must-Gather, match: "Must-Gather *"}
  - {name: Integration Tests, match: "* Integration Tests"}
  - {name: Unit Tests, match: "* Unit Tests"}
"""
PASSING = ("AI Analysis", "AuthWebhook", "Gateway", "HAPI", "Signal Processing")
FAILING = {
    "Data Storage": "109/110",
    "Notification": "117/118",
    "Remediation Orchestrator": "58/59",
    "Workflow Execution": "65/66",
}
LINT = ("Build & Lint (Go Services)", "Build & Lint (Python Services)")
MUST_GATHER = ("Must-Gather Container Build (amd64)", "Must-Gather Unit Tests")


async def test_the_tiers_are_the_reports(house: House) -> None:
    house.configure(GROUPS)
    pull = house.open_pull("feature/soc2-compliance")
    services = (*PASSING, *FAILING)
    tests = [f"{service} {tier} Tests" for tier in ("Unit", "Integration") for service in services]
    await house.run_on(pull, jobs_of("002", "run", *LINT, *MUST_GATHER, *tests))
    page = house.page(pull)
    assert page.headline == "❔ 4 unknown"
    assert [
        page.group(tier).job for tier in ("Unit Tests", "Integration Tests", "Build & Lint", "Must-Gather")
    ] == [
        "Unit Tests · 9 of 9 passed",
        "Integration Tests · 5 of 9 passed",
        "Build & Lint · 2 of 2 passed",
        "Must-Gather · 2 of 2 passed",
    ]
    assert {service: page.row(f"{service} Integration Tests").tests for service in FAILING} == FAILING
    assert page.green("Integration Tests") == {
        "AI Analysis": "49/49",
        "AuthWebhook": "12/12",
        "Gateway": "89/89",
        "HAPI": "62/62",
        "Signal Processing": "92/92",
    }
    assert page.green("Must-Gather") == {"Container Build (amd64)": "", "Unit Tests": "45/45"}
    assert len(page.rows) == len(FAILING) + 4
