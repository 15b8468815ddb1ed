"""The bodies that tests post are GitHub's own shapes, and the small GitHub's have the same keys."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo.github import deliveries
from bot.demo.github.state import Check
from bot.model.run import Conclusion, Repository, Run
from tests.fakes import webhooks
from tests.fakes.github import Site

HOME = Repository(11, 42, "octo", "hello")
RUN = Run(
    id=7,
    attempt=2,
    number=3,
    workflow_id=5,
    workflow="CI",
    path=".github/workflows/ci.yml",
    event="pull_request",
    status="completed",
    conclusion=Conclusion.FAILURE,
    head_sha="a" * 40,
    head_branch="fix",
    head_owner="octo",
    head_repository_id=42,
    created_at=datetime(2026, 11, 20, tzinfo=UTC),
)


def test_a_failed_run_of_a_fork_is_told_as_github_tells_it() -> None:
    fork = replace(RUN, head_owner="mallory", head_repository_id=43)
    payload = webhooks.run_completed(HOME, fork)
    told = payload["workflow_run"]
    assert (payload["action"], told["conclusion"], told["run_attempt"]) == ("completed", "failure", 2)
    assert told["pull_requests"] == []
    assert told["head_repository"]["full_name"] == "mallory/hello"
    assert (payload["repository"]["full_name"], payload["installation"]["id"]) == ("octo/hello", 11)


def test_a_comment_may_stand_on_a_pull_request_or_on_an_issue() -> None:
    payload = webhooks.comment_created(HOME, 7, "/retriage", author="dependabot[bot]", author_type="Bot")
    assert payload["issue"]["pull_request"]["html_url"] == "https://github.com/octo/hello/pull/7"
    assert payload["comment"]["user"]["type"] == "Bot"
    assert "pull_request" not in webhooks.comment_created(HOME, 7, "x", on_pull=False)["issue"]


@pytest.mark.parametrize("path", sorted(webhooks.EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_every_example_can_be_read(path: Path) -> None:
    assert webhooks.example(path.name.removesuffix(".json"))["sender"]["login"]


@pytest.mark.parametrize("action", ["created", "deleted", "suspend"])
def test_an_installation_changes(action: str) -> None:
    payload = webhooks.installation(action, 99)
    assert (payload["action"], payload["installation"]["id"]) == (action, 99)
    removed = webhooks.repositories_removed(99, 42)
    assert removed["repositories_removed"][0]["id"] == 42


def test_the_small_githubs_deliveries_have_every_key_of_the_published_ones(site: Site) -> None:
    site.world.add_commit(site.home, "fix")
    pull = site.world.open_pull(site.home, "ada", "fix")
    run = site.world.add_run(site.home, pull.head_sha, "fix")
    comment = site.world.add_comment(site.home.id, pull.number, pull.author, "/retriage")
    ours = deliveries.run_completed(site.world, run)
    theirs = webhooks.run_completed(HOME, RUN)
    assert set(theirs) - set(ours) == {"organization"}
    for part in ("workflow_run", "workflow"):
        assert set(theirs[part]) <= set(ours[part])
    ours = deliveries.comment_created(site.world, comment)
    theirs = webhooks.comment_created(HOME, 7, "x")
    assert set(theirs) - set(ours) == {"organization"}
    assert set(theirs["comment"]) <= set(ours["comment"])


def test_its_deliveries_of_pull_requests_pushes_and_checks_have_every_key_that_we_could_read(
    site: Site,
) -> None:
    world, before = site.world, site.home.branches["main"]
    pushed = world.add_commit(site.home, "main", {".github/retriage.yml": b"version: 1\n"})
    world.add_commit(site.home, "fix")
    pull = world.open_pull(site.home, "ada", "fix")
    check = Check(
        next(world.ids), site.home.id, pull.head_sha, "x", world.app_id, "queued", None, world.now()
    )
    pairs = [
        ("pull_request.synchronize", deliveries.pull_changed(world, pull), {"before", "after"}),
        ("push", deliveries.pushed(world, site.home, before), set()),
        ("check_run.rerequested", deliveries.check_rerequested(world, check), {"organization"}),
    ]
    for name, ours, untold in pairs:
        theirs = webhooks.example(name)
        assert set(theirs) - set(ours) == untold
        assert set(theirs["repository"]) & {"id", "name", "owner", "default_branch"} <= set(
            ours["repository"]
        )
    assert set(webhooks.example("check_run.rerequested")["check_run"]) <= set(pairs[2][1]["check_run"])
    [told] = pairs[1][1]["commits"]
    assert (told["id"], told["added"], told["modified"]) == (pushed.sha, [".github/retriage.yml"], [])
