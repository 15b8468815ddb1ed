"""Artifacts come the way logs come: through GitHub's redirect, from checked hosts, without credentials."""

import pytest

from bot.demo.github.state import Artifact, Fault
from bot.errors import Gone, RetryLater
from bot.ports import GitHub
from tests.fakes.github import BLOB_HOST, Site, in_process

pytestmark = pytest.mark.anyio
LIMIT = 1 << 20


def add_artifact(site: Site, data: bytes = b"x" * 1000) -> Artifact:
    run = site.world.add_run(site.home, site.home.branches["main"], "main")
    artifact = site.world.add_artifact(run, "junit", files={"junit.xml": data})
    site.world.requests.clear()
    return artifact


async def test_an_artifact_is_fetched_whole_and_without_credentials(site: Site, github: GitHub) -> None:
    artifact = add_artifact(site)
    fetched = await github.artifact(site.repo, artifact.id, LIMIT)
    assert fetched.complete
    assert fetched.data == artifact.data
    (sent,) = site.logs_sent
    assert "authorization" not in sent.headers
    assert sent.headers["host"] == BLOB_HOST


async def test_reading_needs_no_more_than_actions_read(site: Site, github: GitHub) -> None:
    artifact = add_artifact(site)
    await github.artifact(site.repo, artifact.id, LIMIT)
    asked = [grant.permissions for grant in site.world.tokens.values()]
    assert all(levels.get("actions") == "read" for levels in asked)


async def test_the_list_says_when_an_artifact_was_uploaded(site: Site, github: GitHub) -> None:
    artifact = add_artifact(site)
    (run,) = site.world.runs
    (listed,) = await github.artifacts(site.repo, run)
    assert (listed.id, listed.created_at) == (artifact.id, artifact.created_at)


@pytest.mark.parametrize("change", ["expired", "deleted"])
async def test_an_artifact_that_is_no_more_is_gone(site: Site, github: GitHub, change: str) -> None:
    artifact = add_artifact(site)
    if change == "expired":
        artifact.expired = True
    else:
        del site.world.artifacts[artifact.id]
    with pytest.raises(Gone):
        await github.artifact(site.repo, artifact.id, LIMIT)


async def test_an_artifact_over_the_limit_is_none_at_all(site: Site, github: GitHub) -> None:
    artifact = add_artifact(site, bytes(range(256)) * 40)
    fetched = await github.artifact(site.repo, artifact.id, 100)
    assert (fetched.data, fetched.complete) == (b"", False)
    assert fetched.gap == "longer than 100 bytes: the rest was not read"


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/artifact.zip",
        "http://results-receiver.actions.githubusercontent.com/x",
        "https://user:word@results-receiver.actions.githubusercontent.com/x",
        "https://127.0.0.1/x",
        "file:///etc/passwd",
    ],
)
async def test_a_redirect_elsewhere_is_not_followed(site: Site, github: GitHub, location: str) -> None:
    artifact = add_artifact(site)
    site.world.faults = [Fault("GET", "/zip", status=302, headers={"location": location})]
    fetched = await github.artifact(site.repo, artifact.id, LIMIT)
    assert (fetched.data, fetched.complete) == (b"", False)
    assert site.logs_sent == []


async def test_a_private_address_behind_a_good_name_is_not_asked(site: Site) -> None:
    artifact = add_artifact(site)

    async def resolve(_host: str, _port: int) -> tuple[str, ...]:
        return ("169.254.169.254",)

    async with in_process(site, resolve=resolve) as github:
        fetched = await github.artifact(site.repo, artifact.id, LIMIT)
    assert not fetched.complete
    assert site.logs_sent == []


async def test_a_store_that_fails_may_be_asked_later(site: Site, github: GitHub) -> None:
    artifact = add_artifact(site)
    site.world.faults = [Fault("GET", "/_blob/", status=500, times=5)]
    with pytest.raises(RetryLater):
        await github.artifact(site.repo, artifact.id, LIMIT)
