"""Logs that are gone, cut or full of secrets: a row says so, the other rows stand."""

import pytest

from bot.demo.github.state import Fault
from tests.journeys.house import House, jobs_of

pytestmark = pytest.mark.anyio

JOBS = jobs_of(
    "000", "run", "Integration (aianalysis)", "Integration (notification)", "Integration (gateway)"
)
LOST, READ = "Integration (aianalysis)", "Integration (notification)"


async def test_an_expired_log_is_a_row_that_says_so(house: House) -> None:
    pull = house.open_pull("fix/expired")
    run = house.start(pull, JOBS)
    run.newest.jobs[0].expired = True
    await house.complete(run)
    page = house.page(pull)
    assert page.headline == "❔ 1 unknown · 📄 1 unread"
    assert page.row(LOST).now == "📄 Unread"
    assert page.row(LOST).what
    assert page.row(READ).tests == "120/121"
    assert page.group("Integration").now == "✅ Passed"


async def test_a_log_that_its_runner_never_sent_is_unread(house: House) -> None:
    pull = house.open_pull("fix/runner-died")
    await house.run_on(pull, {**JOBS, LOST: ("failure", None)})
    page = house.page(pull)
    assert page.row(LOST).now == "📄 Unread"
    assert page.row(READ).tests == "120/121"
    assert page.green("Integration") == {"gateway": "79/79"}


async def test_a_log_that_breaks_off_gives_no_verdict(house: House) -> None:
    pull = house.open_pull("fix/cut")
    run = house.start(pull, JOBS)
    lost = run.newest.jobs[0].id

    def cut() -> None:
        house.world.faults.append(Fault("GET", "/_blob/", status=0))

    house.when("GET", f"/jobs/{lost}/logs", cut)
    await house.complete(run)
    page = house.page(pull)
    assert page.row(LOST).now == "📄 Unread"
    assert page.row(READ).tests == "120/121"
    await house.say(pull, "/retriage")
    assert house.page(pull).row(LOST).tests == "48/49"


async def test_known_flakes_do_not_explain_a_suite_that_never_summed_up(house: House) -> None:
    pull = house.open_pull("fix/killed")
    job = "Integration (datastorage)"
    _, log = jobs_of("003", "run", job)[job]
    assert log is not None
    half = log[: log.index(b"Ran ")]
    await house.run_on(pull, {job: ("failure", half)})
    page = house.page(pull)
    assert page.headline == "❌ 2 failures need you · ❔ 1 unknown · ❄️ 4 known flakes"
    assert "a test suite ended without summing up" in page.text


async def test_no_secret_of_a_log_is_shown_or_kept(house: House) -> None:
    secret = "ghs_" + "0123456789abcdefghijABCDEFGHIJklmnopqrst"
    job = "Integration (aianalysis)"
    _, log = jobs_of("000", "run", job)[job]
    assert log is not None
    words = b"Data Storage must answer the audit query"
    told = log.replace(words, words + f" with token {secret} or Bearer {secret}".encode())
    assert secret.encode() in told
    pull = house.open_pull("fix/leaky")
    await house.run_on(pull, {job: ("failure", told)})
    await house.say(pull, "/retriage why audit trail")
    bodies = [comment.body for comment in house.said(pull)]
    checks = [repr(check) for check in house.checks(pull.head_sha)]
    assert len(bodies) == 2
    assert len(checks) == 1
    assert all("Data Storage must answer the audit query" in text for text in (*bodies, *checks))
    for text in (*bodies, *checks, house.stored().decode("latin-1")):
        assert secret not in text
        assert secret[8:30] not in text


async def test_a_secret_in_a_jobs_name_is_not_shown(house: House) -> None:
    secret = "ghp_" + "Zz9" * 12
    pull = house.open_pull("fix/leaky-name")
    _, log = jobs_of("000", "run", LOST)[LOST]
    await house.run_on(pull, {f"Deploy with {secret}": ("failure", log)})
    assert secret not in house.status(pull).body
