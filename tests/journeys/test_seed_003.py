"""Report 003: six flaky Data Storage tests and the registry that describes them."""

import pytest

from bot.demo.story import REGISTRY_SCENES
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
    assert "cause async-timing · P1 · owner @data-storage · signature in" in returned[0]
    assert "Wait with Eventually until all events are stored" in page.text


async def test_a_known_flake_in_a_file_that_the_pull_request_changes_says_so(house: House) -> None:
    file = "test/integration/datastorage/graceful_shutdown_test.go"
    pull = house.open_pull("fix/graceful-shutdown", files=[file])
    await house.run_on(pull, jobs_of("003", "run", JOB))
    known = house.page(pull).fold("4 known flakes")
    assert known.count("this pull request touches it") == 2


# What the story of the demo brings about, each with what the comment rests it on.
STORY = {
    "datastorage": ("🔁 Returned (2 of 6)", "+5 new · 1 still failing", "151/157 (was 156/157)"),
    "signalprocessing": ("❌ Fails", "still failing", "74/75"),
    "workflowexecution": ("❔ Unknown", "still failing", "65/66"),
    "aianalysis": ("☁️ Infra", "still failing", ""),
    "remediationorchestrator": ("⚓ On base", "still failing", "58/59"),
    "notification": ("🔄 Passed on retry", "+1 new", "120/121 (was 121/121)"),
    "gateway": ("👀 Seen elsewhere", "still failing", "78/79"),
}


async def test_one_pull_request_shows_every_verdict_and_what_it_rests_on(house: House) -> None:
    for scene in REGISTRY_SCENES:
        await house.play(scene)
    third, fourth, mine = house.theatre.stage.pulls[-3:]
    page = house.page(mine)
    assert page.headline == (
        "❌ 3 failures need you · ❔ 1 unknown · ❄️ 4 known flakes · ☁️ 1 infra · ⚓ 1 on base"
        " · 🔄 1 passed on retry · 👀 1 seen elsewhere · ⏭ 4 jobs blocked"
    )
    rows = {service: page.row(f"Integration ({service})") for service in STORY}
    assert {service: (row.now, row.delta, row.tests) for service, row in rows.items()} == STORY
    assert page.group("E2E").now == "⏭ Blocked"
    assert "This looks like an outage" not in page.text

    assert "marked as fixed on 2026-01-04: the fix did not hold" in page.fold("should return the second page")
    known = page.fold("4 known flakes · ☁️ 1 infra")
    assert [known.index(f"{name} ") for name in FLAKES] == sorted(
        (known.index(f"{name} ") for name in FLAKES), reverse=True
    )
    assert f"1 time in 7 days on 1 pull request, last 4 h ago, #{fourth.number}" in known
    assert "matches GOPROXY-NETWORK, pattern and scope" in known
    base = house.repo.branches["main"][:7]
    assert f"the same failure is on main at {base} 2 h ago" in page.fold("1 on base")
    assert "passed in attempt 1, on the same commit" in page.fold("1 passed on retry")
    assert "on 2 pull requests of other authors in 7 days" in page.fold("1 seen elsewhere")
    assert f"passed on main at {base} 2 h ago" in page.fold("❌ Fails · Integration (signalprocessing)")
    assert "the base branch did not run it: the job ended there as cancelled" in page.fold("❔ Unknown ·")
    assert "Merge Gate · needs Integration (gateway)" in page.fold("4 jobs blocked")

    fix_first = page.sections["Fix first"]
    order = ("should create 'phase.transition' audit events", "DS-FLAKY-001", "DS-FLAKY-002", "BR-WE-009")
    assert [fix_first.index(words) for words in order] == sorted(fix_first.index(words) for words in order)
    assert fix_first.rstrip().endswith("no evidence either way, somebody has to look.")
    assert "ginkgo --focus-file audit_integration_test.go:316" in page.sections["Next steps"]
    assert house.page(third).headline == "❔ 1 unknown · ⏭ 4 jobs blocked"
