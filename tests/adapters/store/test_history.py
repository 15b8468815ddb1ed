"""History tells nobody of themselves: not of the same pull request, its author, its stack, or the future."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, func, select

from bot.classify.blind import SAME_AUTHOR, SAME_PULL, why_hidden
from bot.classify.lineage import stacks
from bot.model.history import (
    MOST_COUNTED,
    MOST_RUNS,
    Asker,
    JobResult,
    Lineage,
    Occurrence,
    Origin,
    RunRecord,
    Sighting,
)
from bot.model.run import Repository
from bot.store.database import Database
from bot.store.kin import find_kin
from bot.store.memory import SqlStore
from bot.store.rates import find_hits, find_rates
from bot.store.recording import record
from bot.store.sightings import find_sightings
from bot.store.tables import TENANT_TABLES, job_results, lineages, occurrences
from tests.adapters.store.opened import opened
from tests.adapters.work.clock import MIDNIGHT
from tests.postgresql import PostgreSQL

pytestmark = pytest.mark.anyio

REPO = Repository(1, 42, "octo", "app")
OTHER = Repository(2, 42, "octo", "app")
HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


def run_of(
    number: int,
    *names: str,
    pull: int = 1,
    author: str = "mona",
    at: datetime = MIDNIGHT,
    pushed_at: datetime | None = None,
    on_base: bool = False,
    signature: str = "",
    attempt: int = 1,
) -> RunRecord:
    """A run of one job; each name is the fingerprint of a failure in it."""
    origin = Origin(number, attempt, 7, f"{number:040x}", pushed_at or at, pull, author, on_base)
    failures = tuple(Occurrence("a test", name, "test", signature) for name in names)
    return RunRecord(origin, (JobResult(number, "unit", not names, at, failures),))


async def count(database: Database) -> tuple[int, int]:
    def ask(connection: Connection) -> tuple[int, int]:
        jobs, failures = (select(func.count()).select_from(table) for table in (job_results, occurrences))
        return connection.scalar(jobs) or 0, connection.scalar(failures) or 0

    return await database.read(ask)


ASKER = Asker(9, "hubot", MIDNIGHT + HOUR, MIDNIGHT + HOUR)
SINCE = MIDNIGHT - WEEK


async def seen_by(store: SqlStore, asker: Asker = ASKER) -> Sequence[Sighting]:
    return (await store.sightings(REPO, ["f"], asker, SINCE)).seen


async def test_a_redelivered_run_is_remembered_once(database: Database) -> None:
    store = SqlStore(database)
    for _ in range(3):
        await store.record(REPO, [run_of(1, "f", "g")], [Lineage(1, "mona", frozenset({"a", "b"}))])
    assert await count(database) == (1, 2)
    assert [one.times for one in (await store.sightings(REPO, ["f"], ASKER, SINCE)).counts] == [1]


async def test_a_log_that_is_read_again_replaces_what_it_said(database: Database) -> None:
    store = SqlStore(database)
    await store.record(REPO, [run_of(1, "f", "g")])
    await store.record(REPO, [run_of(1, "g")])
    assert await count(database) == (1, 1)
    assert await seen_by(store) == ()


async def test_a_log_that_github_keeps_no_more_takes_nothing_away(database: Database) -> None:
    store = SqlStore(database)
    await store.record(REPO, [run_of(1, "f")])
    gone = RunRecord(run_of(1).origin, (JobResult(1, "unit", passed=False, at=MIDNIGHT),))
    await store.record(REPO, [gone])
    assert [one.pull_request for one in await seen_by(store)] == [1]


async def test_attempts_are_kept_apart(database: Database) -> None:
    store = SqlStore(database)
    await store.record(REPO, [run_of(1, "f"), run_of(1, attempt=2)])
    assert await count(database) == (2, 1)


async def test_of_a_flake_that_is_everywhere_a_few_examples_are_given_of_many_authors(
    database: Database,
) -> None:
    store = SqlStore(database)
    ages = {number: timedelta(minutes=number) for number in range(1, 31)}
    busy = [run_of(n, "f", pull=n, author="mona", at=MIDNIGHT - age) for n, age in ages.items()]
    late = [run_of(n, "f", pull=n, author=f"author-{n}", at=MIDNIGHT - HOUR) for n in (40, 41)]
    await store.record(REPO, [*busy, *late])
    found = await store.sightings(REPO, ["f"], ASKER, SINCE)
    assert [(one.times, one.pulls) for one in found.counts] == [(31, 31)]
    assert [one.pull_request for one in found.seen] == [1, 40, 41, 2, 3, 4, 5, 6]


async def test_of_a_flake_that_is_everywhere_the_newest_are_counted_and_there_are_said_to_be_more(
    database: Database,
) -> None:
    store = SqlStore(database)
    many = [
        run_of(n, "f", pull=n, author="mona", at=MIDNIGHT - timedelta(minutes=n), signature="S")
        for n in range(20, MOST_COUNTED + 40)
    ]
    await store.record(REPO, many)
    (counted,) = (await store.sightings(REPO, ["f"], ASKER, SINCE)).counts
    (hits,) = await store.hits(REPO, ["S"], ASKER, SINCE)
    for found in (counted, hits):
        assert (found.times, found.pulls, found.more) == (MOST_COUNTED + 1, MOST_COUNTED + 1, True)
        assert found.last == MIDNIGHT - timedelta(minutes=20)
    assert hits.first == many[-1].results[0].at


async def test_hidden_occurrences_however_many_do_not_keep_the_visible_ones_from_being_found(
    database: Database,
) -> None:
    store = SqlStore(database)
    own = [run_of(n, "f", pull=8, author="hubot", signature="S") for n in range(1, MOST_COUNTED + 20)]
    others = [
        run_of(900 + n, "f", pull=n, author=f"author-{n}", at=MIDNIGHT - HOUR, signature="S") for n in (1, 2)
    ]
    await store.record(REPO, [*own, *others])
    (hits,) = await store.hits(REPO, ["S"], ASKER, SINCE)
    assert (hits.times, hits.pulls, hits.last, hits.more) == (2, 2, MIDNIGHT - HOUR, False)
    found = await store.sightings(REPO, ["f"], ASKER, SINCE)
    assert [one.pull_request for one in found.seen] == [1, 2]
    assert [(one.times, one.pulls, one.more) for one in found.counts] == [(2, 2, False)]
    assert [(one.reason, one.pulls) for one in found.withheld] == [(SAME_AUTHOR, 1)]


async def test_a_rate_is_of_the_newest_runs(database: Database) -> None:
    store = SqlStore(database)
    ran = [
        run_of(n, *(["f"] if n % 10 == 0 else []), pull=n, at=MIDNIGHT - timedelta(minutes=n), signature="S")
        for n in range(1, MOST_RUNS + 101)
    ]
    await store.record(REPO, ran)
    (rate,) = await store.rates(REPO, [(7, "unit", "S")], ASKER, SINCE)
    assert (rate.failed, rate.ran) == (MOST_RUNS // 10, MOST_RUNS)


async def test_another_tenant_sees_nothing(database: Database) -> None:
    store = SqlStore(database)
    await store.record(REPO, [run_of(1, "f", signature="S")], [Lineage(1, "mona", frozenset({"a"}))])
    mine = Lineage(9, "hubot", frozenset({"a"}))
    assert (await store.sightings(OTHER, ["f"], ASKER, SINCE)).seen == ()
    assert await store.hits(OTHER, ["S"], ASKER, SINCE) == ()
    assert await store.kin(OTHER, mine) == frozenset()
    assert await store.kin(REPO, mine) == frozenset({1})
    assert await store.lineages(OTHER, [1]) == ()
    assert await store.pull_of_commit(OTHER, "a") is None


async def test_a_commit_leads_to_its_pull_request(database: Database) -> None:
    store = SqlStore(database)
    await store.record(REPO, [run_of(1)], [Lineage(1, "mona", frozenset({"a"}))])
    assert await store.pull_of_commit(REPO, "a") == Lineage(1, "mona", frozenset())
    assert await store.pull_of_commit(REPO, "b") is None


async def test_what_failed_on_pull_requests_is_told_by_the_signatures_that_matched_it(
    database: Database,
) -> None:
    store = SqlStore(database)
    old = run_of(4, "f", pull=1, signature="S", at=MIDNIGHT - 2 * WEEK)
    runs = [run_of(1, "f", "f", pull=1), run_of(2, "f", pull=2, signature="S"), run_of(3, "f", pull=3)]
    await store.record(REPO, [*runs, old])
    found = await store.pull_failures(REPO, [1, 2], ["", "S", "T"], SINCE)
    assert [(one.pull_request, one.sha, one.signature) for one in found] == [
        (1, f"{1:040x}", ""),
        (2, f"{2:040x}", "S"),
    ]
    assert [one.pull_request for one in await store.pull_failures(REPO, [1, 2], ["S"], SINCE)] == [2]
    assert await store.pull_failures(REPO, [], ["", "S"], SINCE) == ()
    assert await store.pull_failures(OTHER, [1, 2], ["", "S"], SINCE) == ()


async def test_kin_is_found_through_others(database: Database) -> None:
    store = SqlStore(database)
    chain = [Lineage(number, "x", frozenset({f"t{number}", f"t{number + 1}"})) for number in range(1, 6)]
    await store.record(REPO, [run_of(1)], [*chain, Lineage(77, "x", frozenset({"alone"}))])
    assert await store.kin(REPO, Lineage(9, "hubot", frozenset({"t6"}))) == frozenset(range(1, 6))


async def test_more_kin_than_can_be_told_apart_is_said_to_be_too_much(database: Database) -> None:
    store = SqlStore(database)
    many = [Lineage(number, "x", frozenset({"shared"})) for number in range(1, 600)]
    await store.record(REPO, [run_of(1)], many)
    assert await store.kin(REPO, Lineage(900, "hubot", frozenset({"shared"}))) is None


async def test_a_signatures_hits_are_counted_with_the_first_and_the_last(database: Database) -> None:
    store = SqlStore(database)
    ages = [timedelta(days=20), timedelta(days=2), timedelta(hours=2), timedelta(hours=1)]
    records = [
        run_of(number, "f", pull=number % 2 + 1, at=MIDNIGHT - age, signature="S")
        for number, age in enumerate(ages, start=1)
    ]
    await store.record(REPO, [*records, run_of(9, "f", pull=9, author="hubot", signature="S")])
    (hits,) = await store.hits(REPO, ["S", "never"], ASKER, SINCE)
    assert (hits.times, hits.pulls) == (3, 2)
    assert (hits.first, hits.last) == (MIDNIGHT - ages[0], MIDNIGHT - ages[3])
    assert hits.last_pull == 1


async def test_a_rate_counts_the_runs_of_the_base_branch_and_of_others(database: Database) -> None:
    store = SqlStore(database)
    failing = [run_of(1, "f", "f", pull=1, signature="S"), run_of(2, "g", pull=2)]
    others = [*failing, *(run_of(number, pull=number) for number in range(3, 6))]
    base = [run_of(number, pull=0, author="", on_base=True) for number in (20, 21)]
    own = [run_of(n, "f", pull=pull, author="hubot", signature="S") for n, pull in ((30, 9), (31, 8))]
    await store.record(REPO, [*others, *base, *own])
    (rate,) = await store.rates(REPO, [(7, "unit", "S")], ASKER, SINCE)
    assert (rate.failed, rate.ran) == (1, 7)


async def test_old_history_goes_in_small_steps(database: Database) -> None:
    store = SqlStore(database)
    old = [run_of(number, "f", "g", at=MIDNIGHT - timedelta(days=200)) for number in range(1, 11)]
    await store.record(REPO, old, [Lineage(1, "mona", frozenset({"a"}))])
    await store.record(REPO, [run_of(50, "f")])
    steps = []
    while gone := await store.drop_history(MIDNIGHT - timedelta(days=180), 6):
        steps.append(gone)
    assert max(steps) <= 6
    assert sum(steps) == 20 + 10 + 1
    assert await count(database) == (1, 1)


# A small world in which everything that must not be seen happens often.
Runs = list[tuple[str, int, str, datetime, datetime, str]]
SMALL = st.integers(1, 5)
NAMES = st.sampled_from(["mona", "hubot", "octo", ""])
TIMES = st.integers(-3, 3).map(lambda hours: MIDNIGHT + hours * HOUR)
RUNS = st.lists(
    st.tuples(
        st.sampled_from(["f", "g"]), st.integers(0, 5), NAMES, TIMES, TIMES, st.sampled_from(["", "S"])
    ),
    max_size=12,
)
TIES = st.dictionaries(SMALL, st.frozensets(st.sampled_from("abcdef"), min_size=1, max_size=2), max_size=5)
ASKERS = st.tuples(SMALL, NAMES, TIMES, TIMES)


def tied_to(pull: int, ties: dict[int, frozenset[str]]) -> set[int]:
    """The naive way: who shares a token with somebody who is tied, until nobody is left."""
    tied = {pull}
    while True:
        more = {other for other, own in ties.items() if any(own & ties.get(one, frozenset()) for one in tied)}
        if more <= tied:
            return tied - {pull}
        tied |= more


def naive(runs: Runs, asker: Asker, kin: set[int]) -> list[tuple[int, str]]:
    """What may be seen, said in the plainest way."""
    seen = []
    for name, pull, author, pushed_at, at, _ in runs:
        known = pull > 0 and author != "" and asker.author != ""
        others = pull != asker.pull_request and author != asker.author and pull not in kin
        older = pushed_at <= asker.pushed_at and SINCE <= at <= asker.at
        if name == "f" and known and others and older:
            seen.append((pull, author))
    return seen


Who = tuple[int, str, datetime, datetime]
Ties = dict[int, frozenset[str]]


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with opened(Path(tmp_path_factory.mktemp("history"))) as database:
        yield database


@pytest.fixture(scope="module")
def on_postgresql(postgresql: PostgreSQL) -> Iterator[Database]:
    with postgresql.rows_only() as url, opened(url) as database:
        yield database


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=RUNS, ties=TIES, who=ASKERS)
def test_a_question_sees_what_the_plainest_rules_allow_and_no_more(
    on_sqlite: Database, runs: Runs, ties: Ties, who: Who
) -> None:
    check_world(on_sqlite, runs, ties, who)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=RUNS, ties=TIES, who=ASKERS)
def test_the_same_question_sees_the_same_on_postgresql(
    on_postgresql: Database, runs: Runs, ties: Ties, who: Who
) -> None:
    check_world(on_postgresql, runs, ties, who)


def check_world(database: Database, runs: Runs, ties: Ties, who: Who) -> None:
    """In a small world, everything that is told is what the naive way tells."""
    with database.engine.begin() as connection:
        for table in TENANT_TABLES:
            connection.execute(delete(table))
        records = [
            run_of(n, name, pull=pull, author=author, at=at, pushed_at=pushed, signature=signature)
            for n, (name, pull, author, pushed, at, signature) in enumerate(runs, start=1)
        ]
        anchor = run_of(999)
        record(connection, REPO, [*records, anchor], [Lineage(*one) for one in _lineages(ties)])
        mine = Lineage(who[0], who[1], ties.get(who[0], frozenset()))
        kin = find_kin(connection, REPO, mine)
        assert set(kin or ()) == tied_to(who[0], ties)
        asker = Asker(*who, kin or frozenset())
        allowed = naive(runs, asker, set(asker.kin))
        found = find_sightings(connection, REPO, ["f"], asker, SINCE)
        counts = [(one.times, one.pulls) for one in found.counts]
        pulls = {pull for pull, _ in allowed}
        assert counts == ([(len(allowed), len(pulls))] if allowed else [])
        assert {one.pull_request for one in found.seen} == pulls
        assert {(one.pull_request, one.author) for one in found.seen} <= set(allowed)
        hidden = {
            why
            for name, pull, author, pushed, at, _ in runs
            if name == "f" and SINCE <= at <= asker.at and (why := why_hidden(pull, author, pushed, asker))
        }
        assert {one.reason for one in found.withheld} == hidden - {SAME_PULL}
        hits = find_hits(connection, REPO, ["S"], asker, SINCE)
        signed = [one for one in runs if one[5]]
        expected = naive([("f", *one[1:]) for one in signed], asker, set(asker.kin))
        assert sum(one.times for one in hits) == len(expected)
        assert sum(one.pulls for one in hits) == len({pull for pull, _ in expected})
        (rate,) = find_rates(connection, REPO, [(7, "unit", "S")], asker, SINCE)
        assert rate.failed == len(expected)
        assert rate.failed <= rate.ran


def _lineages(ties: dict[int, frozenset[str]]) -> list[tuple[int, str, frozenset[str]]]:
    return [(pull, "", tokens) for pull, tokens in ties.items()]


@given(TIES)
def test_stacks_are_the_pieces_that_hang_together(ties: dict[int, frozenset[str]]) -> None:
    found = stacks(ties)
    assert sorted(pull for stack in found for pull in stack) == sorted(ties)
    for stack in found:
        for pull in stack:
            assert stack == frozenset({pull} | tied_to(pull, ties))


def test_the_tables_of_history_belong_to_their_tenants() -> None:
    assert {job_results, occurrences, lineages} <= set(TENANT_TABLES)
