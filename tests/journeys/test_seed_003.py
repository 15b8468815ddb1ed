"""Report 003: six flaky Data Storage tests and the registry that describes them."""

import pytest

from tests.journeys.house import House, jobs_of

pytestmark = pytest.mark.anyio

JOB = "Integration (datastorage)"
FLAKES = {
    "DS-FLAKY-003a": "graceful_shutdown_test.go:888",
    "DS-FLAKY-003b": "graceful_shutdown_test.go:849",
    "DS-FLAKY-004": "workflow_label_scoring_integration_test.go:365",
    "DS-FLAKY-005": "workflow_label_scoring_integration_test.go:238",
}


async def test_the_registry_tells_fixes_that_did_not_hold_from_known_flakes(house: House) -> None:
    pull = house.open_pull("fix/ds-flaky")
    await house.run_on(pull, jobs_of("003", "run", JOB))
    page = house.page(pull)
    assert page.headline == "❌ 2 failures need you · ❄️ 4 known flakes"
    row = page.row(JOB)
    assert (row.now, row.tests) == ("🔁 Returned (2 of 6)", "151/157")
    fix_first = page.sections["Fix first"]
    assert "DS-FLAKY-001" in fix_first
    assert "DS-FLAKY-002" in fix_first
    assert "DS-FLAKY-003" not in fix_first
    known = page.fold("4 known flakes")
    for signature, place in FLAKES.items():
        assert signature in known
        assert place in known
    assert "Run serially until every test has its own stream" in known
    assert "owner @data-storage" in known
    returned = [text for summary, text in page.folds.items() if summary.startswith("🔁 Returned")]
    assert len(returned) == 2
    assert all("marked as fixed on 2026-01-04: the fix did not hold" in text for text in returned)
    assert "Wait with Eventually until all events are stored" in page.text


async def test_a_known_flake_in_a_file_that_the_pull_request_changes_says_so(house: House) -> None:
    file = "test/integration/datastorage/graceful_shutdown_test.go"
    pull = house.open_pull("fix/graceful-shutdown", files=[file])
    await house.run_on(pull, jobs_of("003", "run", JOB))
    known = house.page(pull).fold("4 known flakes")
    assert known.count("this pull request touches it") == 2
