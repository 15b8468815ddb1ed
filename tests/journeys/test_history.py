"""What other attempts, other pull requests and the base branch tell, as a pull request's author reads it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.demo.github.state import Fault, Pull, Run
from bot.store.tables import job_results, occurrences
from tests.journeys.house import A_WHILE, WORKFLOW, House, Jobs, jobs_of
from tests.journeys.page import Page

pytestmark = pytest.mark.anyio

JOB = "Integration (aianalysis)"
RED = jobs_of("000", "run", JOB)
GREEN: Jobs = {JOB: jobs_of("000", "run", "Integration (gateway)")["Integration (gateway)"]}
FILE = "test/integration/aianalysis/audit_flow_integration_test.go"


async def fails_for(house: House, *authors: str) -> list[Pull]:
    """One pull request for each author, each with the same failure, some minutes apart."""
    pulls = []
    for number, author in enumerate(authors):
        pull = house.open_pull(f"work/{author}-{number}", author)
        await house.run_on(pull, RED)
        await house.rest(A_WHILE)
        pulls.append(pull)
    return pulls


async def again(house: House, run: Run, jobs: Jobs) -> None:
    """One more attempt of a run."""
    await house.rest(A_WHILE)
    house.world.add_attempt(run)
    house.add_jobs(run, jobs)
    await house.complete(run)


async def why(house: House, pull: Pull) -> Page:
    """The answer to `/retriage why`."""
    await house.say(pull, "/retriage why complete audit trail")
    return Page(house.said(pull)[-1].body)


async def test_what_fails_for_two_others_is_seen_elsewhere(house: House) -> None:
    await fails_for(house, "alice", "bob")
    await house.rest(2 * 3600)
    [mine] = await fails_for(house, "carol")
    page = house.page(mine)
    assert page.row(JOB).now.startswith("👀 Seen elsewhere")
    assert "the same failure on 2 pull requests of other authors in 7 days" in page.text
    assert "2 times in 7 days on 2 pull requests, last 2 h ago, #4" in page.text


async def test_one_other_pull_request_is_not_enough(house: House) -> None:
    _, mine = await fails_for(house, "alice", "carol")
    assert house.page(mine).row(JOB).now.startswith("❔ Unknown")
    assert "1 time in 7 days on 1 pull request" in house.page(mine).text


async def test_the_same_authors_other_pull_requests_are_no_evidence(house: House) -> None:
    *_, mine = await fails_for(house, "carol", "carol", "carol")
    assert house.page(mine).row(JOB).now.startswith("❔ Unknown")
    assert "not used: same author (2 pull requests)" in (await why(house, mine)).text


async def test_pull_requests_on_one_branch_of_each_other_are_no_evidence(house: House) -> None:
    first = house.open_pull("work/below", "alice")
    house.world.add_commit(house.repo, "work/above", start=first.head_sha)
    second = house.world.open_pull(house.repo, "bob", "work/above", base="work/below")
    house.world.add_commit(house.repo, "work/top", start=second.head_sha)
    mine = house.world.open_pull(house.repo, "carol", "work/top", base="work/above")
    for pull in (first, second, mine):
        await house.run_on(pull, RED)
        await house.rest(A_WHILE)
    assert house.page(mine).row(JOB).now.startswith("❔ Unknown")
    assert "not used: stacked on it, or taken back (2 pull requests)" in (await why(house, mine)).text


async def test_what_one_takes_back_is_no_evidence(house: House) -> None:
    broken, other = await fails_for(house, "alice", "bob")
    house.world.add_commit(
        house.repo, "take/back", message=f'Revert "A change (#{broken.number})"\n\nThis reverts commit abc.'
    )
    mine = house.world.open_pull(house.repo, "carol", "take/back")
    await house.run_on(mine, RED)
    assert house.page(mine).row(JOB).now.startswith("❔ Unknown")
    assert "stacked on it, or taken back (1 pull request)" in (await why(house, mine)).text
    assert f"#{other.number}" in house.page(mine).text


async def test_what_was_pushed_later_is_no_evidence(house: House) -> None:
    mine = house.open_pull("work/early", "carol")
    run = house.start(mine, RED)
    await house.rest(A_WHILE)
    await fails_for(house, "alice", "bob")
    await house.complete(run)
    assert house.page(mine).row(JOB).now.startswith("❔ Unknown")
    assert "not used: newer (2 pull requests)" in (await why(house, mine)).text


async def test_a_stack_of_others_counts_once(house: House) -> None:
    [first] = await fails_for(house, "alice")
    house.world.add_commit(house.repo, "work/on-top", start=first.head_sha)
    second = house.world.open_pull(house.repo, "bob", "work/on-top")
    await house.run_on(second, RED)
    await house.rest(A_WHILE)
    [mine] = await fails_for(house, "carol")
    assert house.page(mine).row(JOB).now.startswith("❔ Unknown")


async def test_a_failure_that_comes_over_everybody_gets_one_banner(house: House) -> None:
    first, second, third = await fails_for(house, "alice", "bob", "carol")
    assert "This looks like an outage" not in house.page(second).text
    banner = f"hit 2 unrelated pull requests within the last hour, beside this one: #{first.number}"
    assert banner in house.page(third).text
    await house.rest(3 * 3600)
    [late] = await fails_for(house, "dave")
    assert "This looks like an outage" not in house.page(late).text


async def test_what_passed_in_another_attempt_passed_on_retry(house: House) -> None:
    pull = house.open_pull("fix/lucky")
    run = await house.run_on(pull, GREEN)
    await again(house, run, RED)
    page = house.page(pull)
    assert page.row(JOB).now.startswith("🔄 Passed on retry")
    assert "passed in attempt 1, on the same commit" in page.text


async def test_a_flake_that_the_pull_request_brings_is_its_own(house: House) -> None:
    pull = house.open_pull("fix/flaky", files=[FILE])
    run = await house.run_on(pull, GREEN)
    await again(house, run, RED)
    page = house.page(pull)
    assert page.row(JOB).now.startswith("❌ Fails")
    assert "this pull request brings a flake" in page.text


async def test_a_flake_that_hides_behind_a_green_retry_is_told_all_the_same(house: House) -> None:
    pull = house.open_pull("fix/hidden", files=[FILE])
    run = await house.run_on(pull, RED)
    await again(house, run, GREEN)
    page = house.page(pull)
    assert "Passed on retry on the same commit" in page.text
    assert "this pull request touches it: the flake is its own" in page.text


async def test_the_commit_that_it_grew_from_tells_what_was_broken_before(house: House) -> None:
    await house.run_on_main(GREEN)
    pull = house.open_pull("fix/grown")
    house.commit({"a": "b"})
    await house.run_on_main(RED)
    await house.run_on(pull, RED)
    page = house.page(pull)
    assert page.row(JOB).now.startswith("⚓ On base")
    assert "it broke there after" in page.text


async def test_what_main_fails_with_run_after_run_is_no_flake_of_a_pull_request(house: House) -> None:
    house.configure(
        "signatures: [{id: AUDIT-1, title: the service is late,"
        ' match: {contains: "Data Storage must answer the audit query"}}]'
    )
    await house.run_on_main(RED)
    first, second = house.open_pull("work/first", "alice"), house.open_pull("work/second", "carol")
    await house.run_on(first, RED)
    await house.rest(A_WHILE)
    await house.run_on_main(RED)
    await house.run_on(second, RED)
    assert house.page(first).row(JOB).now.startswith("❄️ Known flake")
    assert house.page(second).row(JOB).now.startswith("⚓ On base")
    assert "failed in this way in 2 runs, one after the other" in house.page(second).text


async def test_what_main_mended_since_excuses_nothing(house: House) -> None:
    await house.run_on_main(RED)
    pull = house.open_pull("fix/behind")
    house.commit({"a": "b"})
    await house.run_on_main(GREEN)
    await house.run_on(pull, RED)
    page = house.page(pull)
    assert page.row(JOB).now.startswith("❔ Unknown")
    assert "it failed where this one branched off" in page.text


async def test_why_shows_all_ten_rungs(house: House) -> None:
    [mine] = await fails_for(house, "carol")
    page = await why(house, mine)
    for word in ("Cancelled", "Blocked", "Unread", "Passed on retry", "Seen elsewhere", "Unknown"):
        assert word in page.text
    assert "this commit has no other attempt" in page.text
    assert "seen nowhere else in 7 days" in page.text


async def test_every_completed_run_is_remembered_once(house: House) -> None:
    await house.run_on_main(RED)
    pull = house.open_pull("fix/counted")
    late = house.start(pull, RED)
    house.push(pull)
    run = await house.run_on(pull, RED)
    await house.complete(late)
    for _ in range(2):
        await house.tell(run)
    counts = await house.theatre.application.database.read(
        lambda connection: [
            connection.scalar(select(func.count()).select_from(table)) for table in (job_results, occurrences)
        ]
    )
    assert counts == [3, 3]
    owners = await house.theatre.application.database.read(
        lambda connection: connection.execute(
            select(occurrences.c.pull_request, occurrences.c.author, occurrences.c.on_base)
        ).all()
    )
    assert sorted(map(tuple, owners)) == [(0, "", 1), *[(pull.number, "jordigilh", 0)] * 2]


async def test_history_goes_when_its_time_is_over(house: House) -> None:
    pull = house.open_pull("fix/old")
    await house.run_on(pull, RED)
    application = house.theatre.application
    assert await application.drop_history() == 0
    house.theatre.clock.skip(timedelta(days=181).total_seconds())
    assert await application.drop_history() > 0
    assert await application.drop_history() == 0


async def test_without_its_commits_a_pull_request_is_told_nothing_of_others(house: House) -> None:
    await fails_for(house, "alice", "bob")
    mine = house.open_pull("work/unrelated", "carol")
    commit = house.world.commits[mine.head_sha]
    house.world.commits[mine.head_sha] = replace(commit, parents=())
    await house.run_on(mine, RED)
    assert house.page(mine).row(JOB).now.startswith("❔ Unknown")
    page = await why(house, mine)
    assert "the pull request's commits could not be read" in page.text


async def test_a_pull_request_of_which_not_all_commits_are_shown_neither_gives_nor_takes_evidence(
    house: House,
) -> None:
    await fails_for(house, "alice")
    large = house.open_pull("work/large", "bob")
    for number in range(100):
        sha = house.world.add_commit(house.repo, "work/large", message=f"step {number}").sha
    large.head_sha = sha
    await house.run_on(large, RED)
    await house.rest(A_WHILE)
    assert "of the pull request's 101 commits GitHub shows the first alone" in (await why(house, large)).text
    [mine] = await fails_for(house, "carol")
    assert house.page(mine).row(JOB).now.startswith("❔ Unknown")
    assert "author or commits unknown (1 pull request)" in (await why(house, mine)).text


async def test_a_comparison_that_github_fails_to_make_delays_no_report(house: House) -> None:
    house.world.faults.append(Fault("GET", "/compare/", times=10))
    [mine] = await fails_for(house, "carol")
    assert house.page(mine).row(JOB).now.startswith("❔ Unknown")


async def test_a_large_file_is_read_whole_where_github_shows_no_diff_of_it(house: House) -> None:
    flaky = jobs_of("003", "run", "Integration (datastorage)")
    pull = house.open_pull("work/locks", files=["package-lock.json"])
    pull.patches = {"package-lock.json": None}
    await house.run_on(pull, flaky)
    assert "4 known flakes" not in house.page(pull).headline
    assert "GitHub does not show what it adds to package-lock.json" in house.page(pull).text
    house.commit({"package-lock.json": '{"name": "shop", "lockfileVersion": 3}'}, branch=pull.head_branch)
    pull.head_sha = house.repo.branches[pull.head_branch]
    await house.run_on(pull, flaky)
    assert "4 known flakes" in house.page(pull).headline


async def test_a_fresh_install_looks_the_base_up_once(house: House) -> None:
    bare = house.world.add_repository("octo/bare")
    house.theatre.stage.installation.repositories.add(bare.id)
    house.theatre.stage.repo = bare
    run = house.world.add_run(bare, bare.branches["main"], "main", workflow=WORKFLOW, event="push")
    house.add_jobs(run, GREEN)
    house.finish(run)
    await house.rest(A_WHILE)
    pull = house.open_pull("fix/first")
    await house.run_on(pull, RED)
    assert house.page(pull).row(JOB).now.startswith("❌")
    assert "passed on main at" in house.page(pull).text
    asked = house.asked("GET", "/actions/workflows/")
    await house.run_on(pull, RED)
    assert house.asked("GET", "/actions/workflows/") <= asked + 1


async def test_what_a_stack_changes_below_is_not_excused_above(house: House) -> None:
    flaky = jobs_of("003", "run", "Integration (datastorage)")
    package = "pkg/datastorage/search.go"
    bottom = house.open_pull("work/bottom", "alice", files=[package])
    house.world.add_commit(house.repo, "work/middle", start=bottom.head_sha)
    middle = house.world.open_pull(house.repo, "bob", "work/middle", base="work/bottom")
    house.world.add_commit(house.repo, "work/top", start=middle.head_sha)
    top = house.world.open_pull(house.repo, "carol", "work/top", base="work/middle")
    await house.run_on(top, flaky)
    assert "known flake" not in house.page(top).headline
    assert f"what this pull request is stacked on changes {package}" in house.page(top).text


async def test_words_that_a_pull_request_writes_itself_excuse_nothing(house: House) -> None:
    flaky = jobs_of("003", "run", "Integration (datastorage)")
    honest = house.open_pull("work/honest")
    await house.run_on(honest, flaky)
    assert "4 known flakes" in house.page(honest).headline
    sly = house.open_pull("work/sly", files=["pkg/retry.go"])
    line = 'log.Printf("Expected exactly %d workflow with score >= %v, found: %d", a, b, c)'
    sly.patches = {"pkg/retry.go": f"@@ -1 +1,2 @@\n package pkg\n+\t{line}"}
    await house.run_on(sly, flaky)
    page = house.page(sly)
    assert "2 known flakes" in page.headline
    assert "this pull request writes these words itself, in pkg/retry.go" in page.text
