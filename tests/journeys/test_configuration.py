"""`.github/retriage.yml`: whose word counts, and what happens while it is wrong."""

import pytest

from tests.journeys.house import CONFIG, House, jobs_of

pytestmark = pytest.mark.anyio

JOB = "Integration (datastorage)"
FLAKY = jobs_of("003", "run", JOB)
RED = jobs_of("000", "run", "Integration (aianalysis)")
WRONG = """version: 1
packs: [containers]
groups:
  - {name: Integration, match: "Integration (*)"}
coment: off
signatures: none
"""


async def test_a_wrong_file_leaves_the_last_good_one_in_force_and_the_footer_names_the_line(
    house: House,
) -> None:
    pull = house.open_pull("fix/any")
    await house.run_on(pull, FLAKY)
    assert "4 known flakes" in house.page(pull).headline
    house.configure(WRONG)
    house.push(pull)
    await house.run_on(pull, FLAKY)
    page = house.page(pull)
    assert "4 known flakes" in page.headline
    assert "the last good one holds" in page.text
    assert f"{CONFIG} line 5" in page.text
    assert f"{CONFIG} line 6" in page.text


async def test_a_wrong_file_from_the_start_leaves_the_defaults_in_force(house: House) -> None:
    house.configure(WRONG)
    pull = house.open_pull("fix/any")
    await house.run_on(pull, FLAKY)
    page = house.page(pull)
    assert page.headline == "❔ 6 unknown"
    assert f"{CONFIG} line 5" in page.text


async def test_without_a_file_the_defaults_hold_and_the_footer_says_so(house: House) -> None:
    bare = house.world.add_repository("octo/bare")
    house.theatre.stage.installation.repositories.add(bare.id)
    house.theatre.stage.repo = bare
    pull = house.open_pull("fix/any")
    await house.run_on(pull, RED)
    assert "no configuration file: defaults" in house.page(pull).text


async def test_a_configuration_on_the_pull_requests_branch_has_no_effect(house: House) -> None:
    pull = house.open_pull("fix/sneaky")
    quiet = "version: 1\ncomment: off\nsignatures:\n  - id: ALL-FINE\n    title: All fine\n"
    quiet += '    match: {contains: "Data Storage must answer"}\n    cause: other\n'
    house.commit({CONFIG: quiet}, branch=pull.head_branch)
    await house.run_on(pull, RED)
    page = house.page(pull)
    assert page.headline == "❔ 1 unknown"
    assert "ALL-FINE" not in page.text


async def test_a_repository_may_want_the_check_alone(house: House) -> None:
    house.configure("version: 1\ncomment: off\ncheck: {conclusion: failure}\n")
    pull = house.open_pull("fix/quiet")
    await house.run_on(pull, RED)
    assert house.said(pull) == []
    assert [check.conclusion for check in house.checks(pull.head_sha)] == ["failure"]


async def test_a_repository_may_want_a_comment_on_green_too(house: House) -> None:
    house.configure("version: 1\ncomment: always\n")
    pull = house.open_pull("fix/loud")
    await house.run_on(pull, jobs_of("000", "run", "Integration (gateway)"))
    assert house.page(pull).headline == "✅ 1 job passed · 79 tests"


async def test_workflows_that_are_not_named_are_left_out(house: House) -> None:
    house.configure('version: 1\nworkflows: ["CI Pipeline"]\n')
    pull = house.open_pull("fix/other")
    await house.run_on(pull, RED, "Nightly")
    assert house.said(pull) == []
    await house.run_on(pull, RED)
    assert "1 of 1 workflow finished" in house.page(pull).text


async def test_a_changed_signature_is_applied_to_logs_that_were_read_before(house: House) -> None:
    pull = house.open_pull("fix/any")
    await house.run_on(pull, RED)
    house.configure(
        "version: 1\nsignatures:\n  - id: DS-DOWN\n    title: Data Storage does not answer\n"
        '    match: {contains: "Data Storage must answer the audit query"}\n'
        '    scope: {job: "Integration (aianalysis)"}\n    cause: shared-state\n    added: 2026-01-01\n'
    )
    await house.say(pull, "/retriage")
    assert house.page(pull).headline == "❄️ 1 known flake"


async def test_without_the_permission_for_files_the_report_comes_and_the_footer_says_what_is_missing(
    house: House,
) -> None:
    house.theatre.stage.installation.permissions.pop("contents")
    pull = house.open_pull("fix/any")
    await house.run_on(pull, RED)
    page = house.page(pull)
    assert page.headline == "❔ 1 unknown"
    assert "Contents: read" in page.text
