"""A changed configuration lands: open pull requests whose failures it concerns are told."""

import pytest

from tests.journeys.house import CONFIG, House, jobs_of

pytestmark = pytest.mark.anyio

JOB = "Integration (datastorage)"
FLAKY = jobs_of("003", "run", JOB)
RED = jobs_of("000", "run", "Integration (aianalysis)")


def registry(house: House) -> str:
    """The configuration of the story."""
    text = house.world.commits[house.repo.branches["main"]].files[CONFIG]
    assert isinstance(text, bytes)
    return text.decode()


async def test_what_was_unknown_becomes_a_known_flake_when_its_signature_lands_and_back(house: House) -> None:
    text = registry(house)
    house.configure("version: 1\n")
    pull, other = house.open_pull("fix/any"), house.open_pull("fix/other")
    await house.run_on(pull, FLAKY)
    assert house.page(pull).headline == "❔ 6 unknown"
    before = house.repo.branches["main"]
    house.configure(text)
    # Whoever reports before the webhook comes keeps the new one as the last good one.
    await house.run_on(other, RED)
    reports = house.asked("GET", f"/pulls/{other.number}/files")
    await house.tell_of_push(before)
    assert "4 known flakes" in house.page(pull).headline
    # The other one's job is in no changed signature's scope.
    assert house.asked("GET", f"/pulls/{other.number}/files") == reports
    edited = house.status(pull).updated_at
    await house.land({"README.md": "more\n"})
    await house.land({CONFIG: text + "# a comment alone\n"})
    assert house.status(pull).updated_at == edited
    await house.land({CONFIG: "version: 1\n"})
    assert house.page(pull).headline == "❔ 6 unknown"
    # Whom a new one without a scope concerns, the kept logs tell.
    reports = house.asked("GET", f"/pulls/{pull.number}/files")
    new = "{id: AUDIT-1, title: x, match: {contains: Data Storage must answer the audit query}}"
    await house.land({CONFIG: f"signatures: [{new}]\n"})
    assert house.page(other).headline == "❄️ 1 known flake"
    assert house.asked("GET", f"/pulls/{pull.number}/files") == reports
