"""Report 000: eight integration services, three of five that passed before pass still."""

import pytest

from bot.demo.story import SCENES
from tests.journeys.house import House, jobs_of

pytestmark = pytest.mark.anyio

RED = ("notification", "datastorage", "signalprocessing", "aianalysis", "holmesgpt-api")
GREEN = ("gateway", "workflowexecution", "remediationorchestrator")
COUNTS = {
    "notification": "120/121",
    "datastorage": "94/97",
    "signalprocessing": "73/75",
    "aianalysis": "48/49",
    "holmesgpt-api": "59 passed, 1 error",
}


async def test_the_status_table_is_the_reports(house: House) -> None:
    pull = house.open_pull("fix/nt-bug-013")
    await house.run_on(
        pull, jobs_of("000", "run", *(f"Integration ({service})" for service in (*RED, *GREEN)))
    )
    page = house.page(pull)
    assert {service: page.row(f"Integration ({service})").tests for service in RED} == COUNTS
    assert page.group("Integration").job == "Integration · 3 of 8 passed"
    assert page.green("Integration") == {
        "gateway": "79/79",
        "workflowexecution": "66/66",
        "remediationorchestrator": "59/59, 1 flaked",
    }
    assert len(page.rows) == 6
    assert "No module named 'holmesgpt_api_client'" in page.row("Integration (holmesgpt-api)").what
    assert page.headline == "❔ 8 unknown"


async def test_the_story_says_what_broke_what_was_broken_and_what_waits(house: House) -> None:
    runs = [await house.play(scene) for scene in SCENES]
    page = house.page(house.theatre.stage.pull)
    assert page.headline.startswith("❌ 4 failures need you · ❔ 3 unknown · ⚓ 1 on base")
    assert {row.job: row.previous for row in page.rows if row.job.startswith("Integration (")} == {
        "Integration (notification)": "❌ Failed",
        "Integration (datastorage)": "❌ Failed (3)",
        "Integration (signalprocessing)": "❌ Failed",
        "Integration (aianalysis)": "✅ Passed",
        "Integration (holmesgpt-api)": "✅ Passed",
    }
    assert page.row("Integration (datastorage)").now == "❔ Unknown (2 of 3)"
    assert "1 on base" in page.headline
    assert page.row("Integration (datastorage)").delta == "still failing"
    assert page.row("Integration (signalprocessing)").delta == "+1 new · 1 still failing"
    hapi = page.row("Integration (holmesgpt-api)")
    assert (hapi.now, hapi.delta) == ("❌ Fails", "+1 new")
    assert "this pull request touches it" in hapi.what
    assert hapi.link.startswith(
        f"{house.theatre.address}/jordigilh/kubernaut/actions/runs/{runs[-1].id}/job/"
    )
    fix_first = page.sections["Fix first"]
    assert 0 < fix_first.index("missing module holmesgpt_api_client") < fix_first.index("18094")
    assert "E2E (gateway)" in page.fold("jobs blocked")


async def test_a_run_of_main_is_remembered_and_says_nothing(house: House) -> None:
    await house.play(SCENES[0])
    assert [comment for comment in house.world.comments.values() if comment.app] == []
    assert house.asked("POST", "") == house.asked("POST", "/access_tokens")
