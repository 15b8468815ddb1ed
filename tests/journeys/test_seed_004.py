"""Report 004: a push that did not fix what it should have, and broke two things more."""

import pytest

from tests.journeys.house import House, jobs_of
from tests.journeys.page import Page

pytestmark = pytest.mark.anyio

GREEN = ("notification", "aianalysis", "workflowexecution", "gateway")
JOBS = tuple(
    f"Integration ({service})"
    for service in ("datastorage", "remediationorchestrator", "signalprocessing", *GREEN)
)


def told(page: Page) -> dict[str, tuple[str, str, str]]:
    """Previous, delta and counts of each failing service."""
    rows = [row for row in page.rows if row.job in JOBS]
    return {
        row.job.removeprefix("Integration (").rstrip(")"): (row.previous, row.delta, row.tests)
        for row in rows
    }


async def test_previous_now_and_delta_are_the_reports(house: House) -> None:
    pull = house.open_pull("feature/soc2-compliance")
    before = await house.run_on(pull, jobs_of("004", "before", *JOBS))
    comment = house.status(pull).id
    assert {row.delta for row in house.page(pull).rows} == {"–"}
    house.push(pull)
    await house.run_on(pull, jobs_of("004", "run", *JOBS))
    assert house.status(pull).id == comment
    page = house.page(pull)
    assert told(page) == {
        "datastorage": ("❌ Failed", "+1 new · 1 still failing", "108/110 (was 109/110)"),
        "remediationorchestrator": ("❌ Failed", "still failing", "58/59"),
        "signalprocessing": ("✅ Passed", "+1 new", "91/92 (was 92/92)"),
    }
    green = page.group("Integration")
    assert (green.job, green.previous, green.delta) == ("Integration · 4 of 7 passed", "✅ Passed", "–")
    assert tuple(page.green("Integration")) == GREEN
    assert f"actions/runs/{before.id})" in house.status(pull).body


async def test_with_main_compared_the_new_failures_are_this_pull_requests(house: House) -> None:
    await house.run_on_main(jobs_of("004", "before", *JOBS))
    pull = house.open_pull("feature/soc2-compliance")
    await house.run_on(pull, jobs_of("004", "run", *JOBS))
    page = house.page(pull)
    assert page.headline == "❌ 2 failures need you · ⚓ 2 on base"
    assert page.row("Integration (datastorage)").now == "❌ Fails (1 of 2)"
    assert page.row("Integration (remediationorchestrator)").now == "⚓ On base"
    assert page.row("Integration (signalprocessing)").now == "❌ Fails"
    assert "Workflow Catalog Repository" in page.sections["Fix first"]
    assert "Hash Chain" not in page.sections["Fix first"]
