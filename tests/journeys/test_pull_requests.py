"""Which pull request a run belongs to, and what its one comment says as pushes and runs come and go."""

import pytest

from bot.demo.github.deliveries import run_completed
from bot.demo.github.state import Fault
from tests.journeys.house import House, Jobs, jobs_of

pytestmark = pytest.mark.anyio

RED = jobs_of("000", "run", "Integration (aianalysis)", "Integration (gateway)")
GREEN = jobs_of("000", "run", "Integration (gateway)", "Integration (workflowexecution)")
FIXED: Jobs = dict.fromkeys(RED, GREEN["Integration (gateway)"])
RUNNING: Jobs = {"Lint": (None, None)}


async def test_a_pull_request_from_a_fork_is_found_though_the_payload_names_none(house: House) -> None:
    fork = house.theatre.stage.fork
    pull = house.open_pull("docs/typo", "mfournier", head=fork)
    run = house.start(pull, RED)
    house.finish(run)
    assert run_completed(house.world, run)["workflow_run"]["pull_requests"] == []
    await house.tell(run)
    assert house.page(pull).row("Integration (aianalysis)").tests == "48/49"
    assert house.said(house.theatre.stage.fork_pull) == []


async def test_a_branch_of_the_same_name_in_another_fork_gets_no_comment(house: House) -> None:
    fork = house.theatre.stage.fork
    ours = house.open_pull("fix/same-name", "jordigilh")
    theirs = house.open_pull("fix/same-name", "mfournier", head=fork)
    await house.run_on(theirs, RED)
    assert house.said(ours) == []
    assert len(house.said(theirs)) == 1


async def test_two_workflows_on_one_head_make_one_report(house: House) -> None:
    pull = house.open_pull("fix/two")
    lint = house.start(pull, RUNNING, "Lint")
    await house.run_on(pull, RED)
    page = house.page(pull)
    assert "1 of 2 workflows finished, waiting for Lint" in page.text
    assert "⏳" in page.headline
    [check] = house.checks(pull.head_sha)
    assert (check.name, check.status) == ("Retriage", "in_progress")
    lint.newest.jobs.clear()
    house.add_jobs(lint, {"Lint": ("success", b"2026-01-04T16:00:00.0000000Z All checks passed!\n")})
    await house.complete(lint)
    page = house.page(pull)
    assert "2 of 2 workflows finished" in page.text
    assert "⏳" not in page.text
    [check] = house.checks(pull.head_sha)
    assert (check.status, check.conclusion) == ("completed", "neutral")


async def test_nothing_is_green_while_a_workflow_runs(house: House) -> None:
    pull = house.open_pull("fix/slow")
    await house.run_on(pull, RED)
    house.push(pull)
    house.start(pull, RUNNING, "Lint")
    await house.run_on(pull, FIXED)
    page = house.page(pull)
    assert "✅" not in page.headline
    assert "⏳ 1 job queued or running" in page.headline
    assert all(check.conclusion != "success" for check in house.checks(pull.head_sha))


async def test_a_second_push_edits_the_same_comment(house: House) -> None:
    pull = house.open_pull("fix/twice")
    await house.run_on(pull, RED)
    first = house.status(pull)
    sha = house.push(pull)
    await house.run_on(pull, RED)
    assert house.status(pull) is first
    assert len(house.said(pull)) == 1
    assert sha[:8] in house.page(pull).text
    assert house.page(pull).row("Integration (aianalysis)").delta == "still failing"


async def test_the_same_delivery_twice_changes_nothing(house: House) -> None:
    pull = house.open_pull("fix/again")
    run = await house.run_on(pull, RED)
    body, edits = house.status(pull).body, house.asked("PATCH", "/comments/")
    for _ in range(2):
        await house.tell(run)
    assert house.status(pull).body == body
    assert house.asked("PATCH", "/comments/") == edits
    assert len(house.checks(pull.head_sha)) == 1


async def test_a_force_push_while_the_logs_are_read_is_reported_on_its_new_head_alone(house: House) -> None:
    pull = house.open_pull("fix/rewritten")
    old = pull.head_sha

    def force_push() -> None:
        house.repo.branches[pull.head_branch] = house.repo.branches["main"]
        house.world.add_commit(house.repo, pull.head_branch, message="the same, rewritten")

    house.when("GET", "/logs", force_push)
    await house.run_on(pull, RED)
    assert pull.head_sha != old
    assert house.said(pull) == []
    assert house.checks(old) == []
    await house.run_on(pull, RED)
    assert f"Commit {pull.head_sha[:8]} · previous run {old[:8]}" in house.page(pull).text


async def test_a_run_of_an_older_commit_that_ends_late_changes_nothing(house: House) -> None:
    pull = house.open_pull("fix/late")
    late = house.start(pull, RED)
    house.push(pull)
    await house.run_on(pull, GREEN)
    await house.complete(late)
    assert house.said(pull) == []


async def test_a_run_that_githubs_list_does_not_show_yet_is_reported(house: House) -> None:
    pull = house.open_pull("fix/lag")
    empty = b'{"total_count": 0, "workflow_runs": []}'
    missing = Fault("GET", "/actions/runs", status=200, body=empty)
    house.when("GET", "/contents/", lambda: house.world.faults.append(missing))
    await house.run_on(pull, RED)
    assert missing.times == 0
    assert house.page(pull).row("Integration (aianalysis)").tests == "48/49"


async def test_a_green_run_posts_nothing(house: House) -> None:
    pull = house.open_pull("fix/green")
    await house.run_on(pull, GREEN)
    assert house.said(pull) == []
    assert house.checks(pull.head_sha) == []


async def test_a_green_run_turns_the_comment_of_an_earlier_failure(house: House) -> None:
    pull = house.open_pull("fix/mended")
    await house.run_on(pull, RED)
    house.push(pull)
    await house.run_on(pull, FIXED)
    page = house.page(pull)
    assert page.headline == "✅ 2 jobs passed · 158 tests"
    assert "Fixed since the previous run" in page.text
    assert "should generate complete audit trail" in page.text
    assert page.group("Integration").delta == "1 fixed"


async def test_a_broken_set_up_does_not_call_the_tests_behind_it_fixed(house: House) -> None:
    pull = house.open_pull("fix/worse")
    jobs = {"Integration (aianalysis)": RED["Integration (aianalysis)"]}
    await house.run_on(pull, jobs)
    house.push(pull)
    await house.run_on(pull, jobs_of("001", "5-envtest", "Integration (aianalysis)"))
    assert "Fixed" not in house.page(pull).text
    assert house.page(pull).row("Integration (aianalysis)").delta == "+1 new"


async def test_a_second_attempt_is_compared_with_the_first(house: House) -> None:
    pull = house.open_pull("fix/retried")
    run = await house.run_on(pull, RED)
    await house.rest(120)
    house.world.add_attempt(run)
    house.add_jobs(run, FIXED)
    await house.complete(run)
    page = house.page(pull)
    assert page.headline.startswith("✅ 2 jobs passed")
    assert "attempt 2" in page.text
    assert "Passed on retry on the same commit: should generate complete audit trail" in page.text
    assert "Fixed" not in page.text


async def test_an_attempt_that_lists_only_what_it_ran_again_keeps_the_other_jobs(house: House) -> None:
    pull = house.open_pull("fix/partly-retried")
    run = await house.run_on(pull, RED)
    counts = house.page(pull).group("Integration").tests
    await house.rest(120)
    house.world.add_attempt(run)
    house.add_jobs(run, {"Integration (aianalysis)": RED["Integration (aianalysis)"]})
    await house.complete(run)
    page = house.page(pull)
    assert page.row("Integration (aianalysis)").delta == "still failing"
    assert page.group("Integration").tests == counts
    assert "Fixed" not in page.text
    house.push(pull)
    await house.run_on(pull, RED)
    assert house.page(pull).row("Integration (aianalysis)").delta == "still failing"


async def test_an_attempt_that_was_cancelled_is_looked_past(house: House) -> None:
    pull = house.open_pull("fix/impatient")
    run = await house.run_on(pull, RED)
    cancelled: Jobs = dict.fromkeys(RED, ("cancelled", None))
    for conclusion, jobs in (("cancelled", cancelled), ("failure", RED)):
        await house.rest(120)
        house.world.add_attempt(run)
        house.add_jobs(run, jobs)
        house.finish(run, conclusion)
        await house.tell(run)
    assert house.page(pull).row("Integration (aianalysis)").delta == "still failing"
    assert "attempt 3" in house.page(pull).text


async def test_a_run_from_before_the_pull_request_is_another_ones(house: House) -> None:
    first = house.open_pull("patch-1", "alice")
    await house.run_on(first, RED)
    first.state = "closed"
    house.push(first)
    again = house.world.open_pull(house.repo, "bob", "patch-1")
    await house.run_on(again, RED)
    assert "no previous run" in house.page(again).text


async def test_a_closed_pull_request_keeps_what_its_comment_says(house: House) -> None:
    pull = house.open_pull("fix/closed")
    await house.run_on(pull, RED)
    body = house.status(pull).body
    pull.state = "closed"
    run = house.start(pull, FIXED)
    await house.complete(run)
    assert house.status(pull).body == body
