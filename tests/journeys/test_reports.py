"""Reports in artifacts, from the webhook to the comment: named by the configuration, merged with the logs."""

import pytest

from bot.demo.github.state import Fault
from tests.journeys.house import House, jobs_of

pytestmark = pytest.mark.anyio

CONFIG = 'version: 1\nreports: ["*junit*.xml"]\n'
QUIET = b"""##[group]Run make test
make test
##[endgroup]
make: *** [Makefile:4: test] Error 1
##[error]Process completed with exit code 2.
"""
TEA, MILK = "Integration (tea)", "Integration (milk)"
JUNIT = b"""<testsuites><testsuite name="tea">
<testcase classname="shop.TeaTest" name="isHot"><failure message="the tea is cold: 3 degrees"/></testcase>
<testcase classname="shop.TeaTest" name="isSold"/><testcase classname="shop.TeaTest" name="isGreen"/>
</testsuite></testsuites>"""
GREEN = b'<testsuite name="milk"><testcase classname="shop.MilkTest" name="isCold"/></testsuite>'


async def test_a_report_names_what_the_log_does_not(house: House) -> None:
    house.configure(CONFIG)
    pull = house.open_pull("fix/tea")
    run = house.start(pull, {TEA: ("failure", QUIET), MILK: ("success", b"ok\n")})
    house.world.add_artifact(run, "results-tea", files={"build/junit-tea.xml": JUNIT, "build/shot.png": b"x"})
    house.world.add_artifact(run, "results-milk", files={"junit-milk.xml": JUNIT})
    await house.complete(run)
    page = house.page(pull)
    assert page.headline == "❔ 1 unknown"
    row = page.row(TEA)
    assert row.tests == "2/3"
    assert "isHot" in row.what
    assert "the tea is cold: 3 degrees" in page.text
    assert "Test reports that" not in page.text
    # The passing job's artifact is known by its name, and never opened.
    assert house.asked("GET", "/actions/artifacts/") == 1
    await house.say(pull, "/retriage")
    assert house.asked("GET", "/actions/artifacts/") == 1
    assert house.page(pull).row(TEA).tests == "2/3"


async def test_without_the_key_no_artifact_is_looked_at(house: House) -> None:
    pull = house.open_pull("fix/tea")
    run = house.start(pull, {TEA: ("failure", QUIET)})
    house.world.add_artifact(run, "results-tea", files={"junit.xml": JUNIT})
    await house.complete(run)
    assert house.asked("GET", "/actions/artifacts/") == 0
    assert "isHot" not in house.page(pull).text


async def test_a_report_and_a_log_of_the_same_failures_are_one(house: House) -> None:
    house.configure(CONFIG)
    name = "Integration (notification)"
    jobs = jobs_of("000", "run", "Integration (aianalysis)", name)
    pull = house.open_pull("fix/both")
    run = house.start(pull, jobs)
    await house.complete(run)
    before = house.page(pull)
    again = house.start(pull, jobs)
    house.world.add_artifact(again, "junit-notification", files={"junit.xml": GREEN})
    await house.complete(again)
    after = house.page(pull)
    assert after.headline == before.headline
    assert after.row(name).tests == before.row(name).tests


async def test_what_cannot_be_read_is_a_note_and_the_log_stands(house: House) -> None:
    house.configure(CONFIG)
    pull = house.open_pull("fix/broken")
    run = house.start(pull, {TEA: ("failure", QUIET)})
    house.world.add_artifact(run, "junit-expired", files={"junit.xml": JUNIT}).expired = True
    house.world.add_artifact(run, "junit-cut", files={"junit.xml": JUNIT[:-30]})
    house.world.add_artifact(run, "junit-zip").data = b"no zip"
    house.world.add_artifact(run, "junit-huge", size=1 << 30)
    await house.complete(run)
    page = house.page(pull)
    assert page.headline == "❔ 1 unknown"
    for words in (
        "junit-expired has expired",
        "junit-cut: junit.xml is no well-formed XML",
        "junit-zip: it is no sound zip archive",
        "junit-huge is larger than 16 MiB",
    ):
        assert words in page.text


async def test_an_artifact_that_does_not_come_costs_the_report_nothing(house: House) -> None:
    house.configure(CONFIG)
    pull = house.open_pull("fix/late")
    run = house.start(pull, {TEA: ("failure", QUIET)})
    house.world.add_artifact(run, "junit-tea", files={"junit.xml": JUNIT})
    house.world.faults.append(Fault("GET", "/zip", times=1, status=410))
    await house.complete(run)
    assert "junit-tea cannot be had" in house.page(pull).text
    await house.say(pull, "/retriage")
    assert "isHot" in house.page(pull).row(TEA).what
    assert "cannot be had" not in house.page(pull).text


async def test_failures_of_a_report_that_is_nobodys_are_said(house: House) -> None:
    house.configure(CONFIG)
    pull = house.open_pull("fix/whose")
    run = house.start(pull, {TEA: ("failure", QUIET), MILK: ("failure", QUIET)})
    house.world.add_artifact(run, "all", files={"junit.xml": JUNIT})
    await house.complete(run)
    page = house.page(pull)
    assert "the reports in all are of no failed job that is known" in page.text
    assert "isHot" in page.text


async def test_the_base_branchs_reports_tell_what_failed_there_too(house: House) -> None:
    house.configure(CONFIG)
    base = house.world.add_run(
        house.repo, house.repo.branches["main"], "main", workflow="CI Pipeline", event="push"
    )
    house.add_jobs(base, {TEA: ("failure", QUIET)})
    house.world.add_artifact(base, "junit-tea", files={"junit.xml": JUNIT})
    await house.complete(base)
    house.theatre.move_on(120.0)
    pull = house.open_pull("fix/base")
    run = house.start(pull, {TEA: ("failure", QUIET)})
    house.world.add_artifact(run, "junit-tea", files={"junit.xml": JUNIT})
    await house.complete(run)
    assert house.page(pull).headline == "⚓ 1 on base"
