"""What is remembered comes back as it was, however hostile it is."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text, update

from bot.errors import Drop, TellUser
from bot.model.failure import Failure, FailureKind, Status, Totals
from bot.model.log import Excerpt
from bot.model.reading import BestLine, Reading
from bot.model.run import Conclusion, Job, Repository, Run, Step
from bot.model.signature import Pattern, PatternHit
from bot.ports import FileAtCommit, PullState, StoredJob, StoredRun
from bot.store.codec import clean_text, decode, encode
from bot.store.columns import metadata
from bot.store.database import Database
from bot.store.memory import SqlStore
from bot.store.tables import pull_states, readings
from bot.store.upgrade import upgrade
from tests.adapters.store.opened import opened
from tests.adapters.work.clock import MIDNIGHT

pytestmark = pytest.mark.anyio

REPO = Repository(1, 42, "octo", "app")
OTHER = Repository(2, 42, "octo", "app")
HOSTILE = "a\0b\x1b[31m\u202e\U0001f600é' OR 1=1 --"
FAILURE = Failure("ginkgo", FailureKind.TEST, Status.PANICKED, "A > b", HOSTILE, 3, (1, 9), fingerprint="f")
READING = Reading(
    size=2**40,
    lines=9,
    complete=False,
    gap="cut",
    totals=(Totals("ginkgo", "suite", passed=1, failed=1, total=2),),
    failures=(FAILURE,),
    excerpts=(Excerpt(1, (HOSTILE,), 1), None),
    best=BestLine(3, HOSTILE),
    hits=(PatternHit(Pattern("x", is_regex=True), 3, HOSTILE),),
    unfinished=True,
)


def a_run(number: int, at: datetime | None = MIDNIGHT, branch: str = "main") -> StoredRun:
    """A completed run with one job."""
    job = Job(
        9, number, 1, "unit", "completed", Conclusion.FAILURE, steps=(Step(1, "s", Conclusion.FAILURE),)
    )
    run = Run(
        number, 1, 1, 7, "CI", "ci.yml", "push", "completed", Conclusion.FAILURE, "a" * 40, branch, "octo", 42
    )
    return StoredRun(replace(run, created_at=at), (StoredJob(job, READING), StoredJob(job, None)))


async def test_a_reading_comes_back_for_the_same_patterns_and_tenant_only(database: Database) -> None:
    store = SqlStore(database)
    await store.save_reading(REPO, 9, 1, "p1", READING)
    assert await store.reading(REPO, 9, 1, "p1") == READING
    for repo, job, attempt, patterns in [(REPO, 9, 1, "p2"), (REPO, 9, 2, "p1"), (OTHER, 9, 1, "p1")]:
        assert await store.reading(repo, job, attempt, patterns) is None
    await store.save_reading(REPO, 9, 1, "p1", replace(READING, gap="other"))
    assert (await store.reading(REPO, 9, 1, "p1")) == replace(READING, gap="other")


async def test_a_reading_with_lone_surrogates_is_stored_without_them(database: Database) -> None:
    store = SqlStore(database)
    await store.save_reading(REPO, 9, 1, "p\ud800", Reading(1, 1, complete=True, gap="a\ud800b"))
    found = await store.reading(REPO, 9, 1, "p\ud800")
    assert found is not None
    assert found.gap == "a\N{REPLACEMENT CHARACTER}b"


async def test_a_reading_of_another_schema_is_as_good_as_none(database: Database) -> None:
    store = SqlStore(database)
    await store.save_reading(REPO, 9, 1, "p1", READING)
    await database.write(lambda connection: connection.execute(update(readings).values(schema=99)))
    assert await store.reading(REPO, 9, 1, "p1") is None
    await database.write(lambda connection: connection.execute(update(readings).values(schema=1, body=b"{")))
    assert await store.reading(REPO, 9, 1, "p1") is None


async def test_an_id_that_no_database_holds_is_dropped(database: Database) -> None:
    store = SqlStore(database)
    with pytest.raises(Drop):
        await store.save_reading(REPO, 2**63, 1, "p1", READING)
    await store.save_reading(REPO, 9, 1, "p1", replace(READING, size=2**64))
    assert await store.reading(REPO, 9, 1, "p1") == replace(READING, size=2**64)


async def test_old_readings_go(database: Database) -> None:
    store = SqlStore(database)
    await store.save_reading(REPO, 9, 1, "p1", READING)
    assert await store.drop_readings(MIDNIGHT.replace(year=2020)) == 0
    assert await store.drop_readings(MIDNIGHT.replace(year=2999)) == 1


async def test_base_runs_come_newest_first_within_their_times(database: Database) -> None:
    store = SqlStore(database)
    days = [timedelta(days=day) for day in range(9)]
    for number, age in enumerate(days, start=1):
        await store.remember_run(REPO, a_run(number, MIDNIGHT - age))
    await store.remember_run(REPO, a_run(50, MIDNIGHT, branch="release"))
    await store.remember_run(OTHER, a_run(51))
    await store.remember_run(REPO, a_run(52, None))
    found = await store.base_runs(REPO, 7, "main", MIDNIGHT - days[1], MIDNIGHT - days[7])
    assert [stored.run.id for stored in found] == [2, 3, 4, 5, 6, 7, 8]
    assert found[0] == a_run(2, MIDNIGHT - days[1])
    assert await store.base_runs(REPO, 8, "main", MIDNIGHT, MIDNIGHT - days[8]) == ()


async def test_at_most_twenty_base_runs_come_back(database: Database) -> None:
    store = SqlStore(database)
    for number in range(1, 26):
        await store.remember_run(REPO, a_run(number, MIDNIGHT))
    found = await store.base_runs(REPO, 7, "main", MIDNIGHT, MIDNIGHT)
    assert [stored.run.id for stored in found] == list(range(25, 5, -1))


async def test_a_pull_requests_state_comes_back(database: Database) -> None:
    store = SqlStore(database)
    assert await store.pull_state(REPO, 7) == PullState()
    state = PullState(comment_id=5, body_hash="h", reported="1/2", verify_at=MIDNIGHT, hold_until=MIDNIGHT)
    await store.save_pull_state(REPO, 7, state)
    assert await store.pull_state(REPO, 7) == state
    assert await store.pull_state(OTHER, 7) == PullState()


async def test_a_hold_is_lengthened_or_ended_but_never_shortened(database: Database) -> None:
    store = SqlStore(database)
    for until, expected in [(30, 30), (10, 30), (45, 45), (None, None), (5, 5)]:
        hold = None if until is None else MIDNIGHT + timedelta(seconds=until)
        await store.save_pull_state(REPO, 7, PullState(comment_id=1, hold_until=hold))
        found = (await store.pull_state(REPO, 7)).hold_until
        assert found == (None if expected is None else MIDNIGHT + timedelta(seconds=expected))


async def test_a_hold_outlives_a_state_that_nobody_can_read(database: Database) -> None:
    store = SqlStore(database)
    await store.save_pull_state(REPO, 7, PullState(comment_id=1, hold_until=MIDNIGHT))
    await database.write(lambda connection: connection.execute(update(pull_states).values(schema=99)))
    assert await store.pull_state(REPO, 7) == PullState(hold_until=MIDNIGHT)


async def test_an_effect_happens_once_per_tenant(database: Database) -> None:
    store = SqlStore(database)
    assert await store.start_effect(REPO, "command", "7/1", MIDNIGHT)
    assert not await store.start_effect(REPO, "command", "7/1", MIDNIGHT)
    assert await store.start_effect(OTHER, "command", "7/1", MIDNIGHT)
    assert await store.start_effect(REPO, "rerun", "7/1", MIDNIGHT)


async def test_effects_are_counted_by_the_beginning_of_their_key_and_time(database: Database) -> None:
    store = SqlStore(database)
    for number, key in enumerate(["mona%/1", "mona%/2", "monaX/3", "mona%/4"]):
        await store.start_effect(REPO, "command", key, MIDNIGHT + timedelta(minutes=number))
    assert await store.count_effects(REPO, "command", "mona%/", MIDNIGHT + timedelta(minutes=1)) == 2
    assert await store.count_effects(OTHER, "command", "mona%/", MIDNIGHT) == 0


async def test_the_last_good_configuration_comes_back(database: Database) -> None:
    store = SqlStore(database)
    assert await store.good_config(REPO) is None
    await store.save_good_config(REPO, FileAtCommit("a.yml", "c1", b"\x00\xff"))
    await store.save_good_config(REPO, FileAtCommit("b.yml", "c2", b"x"))
    assert await store.good_config(REPO) == FileAtCommit("b.yml", "c2", b"x")
    assert await store.good_config(OTHER) is None


async def test_everything_of_a_tenant_can_be_forgotten(database: Database) -> None:
    store = SqlStore(database)
    for repo in (REPO, OTHER):
        await store.save_reading(repo, 9, 1, "p", READING)
        await store.remember_run(repo, a_run(1))
        await store.save_pull_state(repo, 7, PullState(comment_id=1))
        await store.start_effect(repo, "k", "key", MIDNIGHT)
        await store.save_good_config(repo, FileAtCommit("a", "c", b""))
    await store.forget(1)
    assert await store.reading(REPO, 9, 1, "p") is None
    assert await store.base_runs(REPO, 7, "main", MIDNIGHT, MIDNIGHT) == ()
    assert await store.pull_state(REPO, 7) == PullState()
    assert await store.start_effect(REPO, "k", "key", MIDNIGHT)
    assert await store.good_config(REPO) is None
    assert await store.reading(OTHER, 9, 1, "p") == READING
    assert not await store.start_effect(OTHER, "k", "key", MIDNIGHT)


async def test_a_writer_that_read_first_does_not_meet_a_stale_snapshot(url: str) -> None:
    with opened(url) as one, opened(url) as other:
        await one.read(lambda connection: connection.execute(text("SELECT * FROM probe")).all())
        await other.check_writable()
        await one.check_writable()
        count = await one.read(lambda connection: connection.scalar(text("SELECT count FROM probe")))
        assert count == 2


async def test_commits_are_synced_to_the_disk(tmp_path: Path) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys")
    with opened(tmp_path) as database:
        found = await database.write(
            lambda connection: [connection.scalar(text(f"PRAGMA {name}")) for name in names]
        )
    assert found == ["wal", 2, 1]


PARTIAL = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE name LIKE 'uq_work%'",
    "postgresql": "SELECT indexdef AS sql FROM pg_indexes WHERE indexname LIKE 'uq_work%'",
}


def test_the_migrations_end_at_the_tables_as_they_are_now(database: Database) -> None:
    with database.engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        found = compare_metadata(context, metadata)
        written = connection.execute(text(PARTIAL[connection.dialect.name])).all()
    assert found == []
    assert all("WHERE" in row.sql for row in written)
    assert len(written) == 2


def test_a_database_of_a_newer_version_is_left_alone_with_a_clear_word(url: str) -> None:
    with opened(url) as database:
        with database.engine.begin() as connection:
            ours = connection.scalar(text("SELECT version_num FROM alembic_version"))
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(TellUser, match="newer Retriage"):
            upgrade(url)
        with database.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :ours"), {"ours": ours})


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(TellUser, match="cannot make the folder"):
        upgrade(f"sqlite:///{tmp_path / 'file' / 'data' / 'retriage.db'}")


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_stored(value: str) -> None:
    assert "\0" not in clean_text(value)
    clean_text(value).encode()
    assert decode(encode([value]), list) is not None
