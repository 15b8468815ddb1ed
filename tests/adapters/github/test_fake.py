"""The small GitHub behaves as the real one where it matters, and fails loudly where it ends."""

import hashlib
import hmac
import json

import pytest

from bot.demo.github.deliveries import comment_created, run_completed, signed_delivery
from bot.demo.github.tokens import mint
from bot.github.http import AsyncClient
from tests.fakes.github import InProcess, Site, on_loopback

pytestmark = pytest.mark.anyio
HEADERS = {"accept": "application/json", "x-github-api-version": "2022-11-28"}


def client(site: Site, **permissions: str) -> AsyncClient:
    token, _ = mint(site.world, site.installation.id, {"permissions": permissions or {"metadata": "read"}})
    headers = {**HEADERS, "authorization": f"token {token}"}
    return AsyncClient(transport=InProcess(site.judge), base_url="https://api.github.com", headers=headers)


async def test_a_route_that_does_not_exist_is_404_and_remembered(site: Site) -> None:
    async with client(site) as asking:
        assert (await asking.get("/repos/octo/hello/nothing")).status_code == 404
        assert (await asking.put("/repos/octo/hello/pulls")).status_code == 404
    assert [seen.path for seen in site.world.unknown_requests] == [
        "/repos/octo/hello/nothing",
        "/repos/octo/hello/pulls",
    ]
    assert len(site.judge.violations) == 2
    site.judge.violations.clear()


async def test_the_judge_sees_what_contradicts_the_description(site: Site) -> None:
    async with client(site, issues="write", actions="read", pull_requests="read") as asking:
        await asking.get("/repos/octo/hello/pulls?stat=open")
        await asking.get("/repos/octo/hello/pulls?state=opened")
        await asking.get("/repos/octo/hello/actions/runs/abc")
        del asking.headers["x-github-api-version"]
        await asking.get("/repos/octo/hello/pulls")
        await asking.post("/repos/octo/hello/issues/1/comments", json={"bodi": "x"})
    expected = ["no parameter stat", "state", "run_id", "no x-github-api-version", "'body' is a required"]
    assert all(any(word in violation for violation in site.judge.violations) for word in expected)
    site.judge.violations.clear()
    site.world.unknown_requests.clear()


async def test_a_token_without_the_permission_is_refused_in_githubs_words(site: Site) -> None:
    async with client(site) as asking:
        answer = await asking.get("/repos/octo/hello/actions/runs")
    assert answer.status_code == 403
    assert answer.json()["message"] == "Resource not accessible by integration"


async def test_no_token_and_a_wrong_one_are_401(site: Site) -> None:
    async with AsyncClient(transport=InProcess(site.judge.app), base_url="https://api.github.com") as asking:
        assert (await asking.get("/repos/octo/hello")).status_code == 401
        wrong = {"authorization": "token x"}
        assert (await asking.get("/repos/octo/hello", headers=wrong)).status_code == 401
        assert (await asking.get("/app", headers=wrong)).status_code == 401


async def test_forks_are_not_found_by_commit_nor_named_in_runs(site: Site) -> None:
    fork = site.world.add_repository("mallory/hello", parent=site.home)
    theirs = site.world.add_commit(fork, "fix").sha
    ours = site.world.add_commit(site.home, "mend").sha
    site.world.open_pull(site.home, "mallory", "fix", head=fork)
    site.world.open_pull(site.home, "ada", "mend")
    runs = [
        site.world.add_run(site.home, theirs, "fix", head=fork),
        site.world.add_run(site.home, ours, "mend"),
    ]
    async with client(site, actions="read", pull_requests="read") as asking:
        listed = [
            (await asking.get(f"/repos/octo/hello/commits/{sha}/pulls")).json() for sha in (theirs, ours)
        ]
        shown = [(await asking.get(f"/repos/octo/hello/actions/runs/{run.id}")).json() for run in runs]
    assert [len(pulls) for pulls in listed] == [0, 1]
    assert [len(run["pull_requests"]) for run in shown] == [0, 1]


async def test_51_annotations_are_refused(site: Site) -> None:
    note = {"path": "a", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "m"}
    body: dict[str, object] = {
        "name": "x",
        "status": "in_progress",
        "head_sha": site.home.branches["main"],
        "output": {"title": "t", "summary": "s", "annotations": [note] * 51},
    }
    async with client(site, checks="write") as asking:
        assert (await asking.post("/repos/octo/hello/check-runs", json=body)).status_code == 422
        body["output"] = {"title": "t", "summary": "s", "annotations": [note] * 50}
        assert (await asking.post("/repos/octo/hello/check-runs", json=body)).status_code == 201
    assert any("output/annotations" in violation for violation in site.judge.violations)
    site.judge.violations.clear()


async def test_the_log_store_refuses_credentials_and_old_addresses(site: Site) -> None:
    run = site.world.add_run(site.home, site.home.branches["main"], "main")
    job = site.world.add_job(run, "build", log=b"text")
    async with client(site, actions="read") as asking:
        answer = await asking.get(f"/repos/octo/hello/actions/jobs/{job.id}/logs")
        location = answer.headers["location"]
        assert answer.status_code == 302
        assert (await asking.get(location)).status_code == 400
    async with AsyncClient(transport=InProcess(site.judge)) as plain:
        assert (await plain.get(location)).content == b"text"
        site.clock.forward(61)
        assert (await plain.get(location)).status_code == 403


async def test_a_delivery_is_signed_as_github_signs(site: Site) -> None:
    site.world.add_commit(site.home, "fix")
    pull = site.world.open_pull(site.home, "ada", "fix")
    run = site.world.add_run(site.home, pull.head_sha, "fix")
    site.world.finish_run(run)
    comment = site.world.add_comment(site.home.id, pull.number, pull.author, "/retriage")
    for event, payload in (
        ("workflow_run", run_completed(site.world, run)),
        ("issue_comment", comment_created(site.world, comment)),
    ):
        headers, body = signed_delivery("s" * 32, event, payload)
        digest = hmac.new(b"s" * 32, body, hashlib.sha256).hexdigest()
        assert headers["x-hub-signature-256"] == f"sha256={digest}"
        assert headers["x-github-event"] == event
        assert json.loads(body)["installation"]["id"] == site.installation.id


async def test_the_same_world_answers_on_a_loopback_port(site: Site) -> None:
    async with on_loopback(site.judge) as url, AsyncClient(base_url=url, headers=HEADERS) as asking:
        token, _ = mint(site.world, site.installation.id, {})
        answer = await asking.get("/repos/octo/hello", headers={"authorization": f"token {token}"})
        assert answer.json()["full_name"] == "octo/hello"
