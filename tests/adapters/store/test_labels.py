"""What was said of verdicts is kept once, ends when it should, and is counted failure by failure."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.model.history import JobResult, Occurrence, Origin, RunRecord
from bot.model.label import Label, Labelled, SignatureUse, Source, Word
from bot.model.run import Repository
from bot.model.verdict import VerdictClass
from bot.store.database import Database
from bot.store.memory import SqlStore
from tests.adapters.work.clock import MIDNIGHT

pytestmark = pytest.mark.anyio

REPO = Repository(1, 42, "octo", "app")
OTHER = Repository(2, 42, "octo", "app")
HOUR = timedelta(hours=1)
SINCE, UNTIL = MIDNIGHT - 24 * HOUR, MIDNIGHT + 24 * HOUR
DISPUTE = Label(
    pull_request=5,
    run_id=70,
    attempt=1,
    workflow_id=7,
    job_id=700,
    job="unit",
    sha="a" * 40,
    subject="s1",
    test="TestA",
    fingerprint="f1",
    signature="FLAKE-1",
    verdict=VerdictClass.KNOWN_FLAKE,
    rung=5,
    word=Word.NOT_FLAKE,
    source=Source.PERSON,
    at=MIDNIGHT,
    said_at=MIDNIGHT + HOUR,
    by="mona",
    reason="it is the pool",
)
RETRY = replace(DISPUTE, word=Word.FLAKE, source=Source.RETRY, by="", reason="")


def ran(
    number: int, *, passed: bool, sha: str, pushed_at: datetime, pull: int = 5, signature: str = ""
) -> RunRecord:
    """One run of the job."""
    origin = Origin(number, 1, 7, sha, pushed_at, pull, "mona")
    failures = None if passed else (Occurrence("TestA", "f1", "test", signature),)
    return RunRecord(origin, (JobResult(number, "unit", passed, pushed_at, failures),))


async def test_the_same_word_twice_is_one_label_with_the_newer_reason(database: Database) -> None:
    store = SqlStore(database)
    await store.label(REPO, [DISPUTE])
    await store.label(REPO, [replace(DISPUTE, reason="it is the lock")])
    assert [one.reason for one in await store.disputes(REPO, 5)] == ["it is the lock"]
    assert (await store.feedback(REPO, SINCE, UNTIL)).labelled == (Labelled("FLAKE-1", 5, 0, 1, 0),)


async def test_a_dispute_is_of_one_pull_request_and_one_tenant(database: Database) -> None:
    store = SqlStore(database)
    await store.label(REPO, [DISPUTE])
    assert len(await store.disputes(REPO, 5)) == 1
    assert await store.disputes(REPO, 6) == ()
    assert await store.disputes(OTHER, 5) == ()
    await store.forget(REPO.installation, REPO.id)
    assert await store.disputes(REPO, 5) == ()
    assert await store.repositories() == ()


LATER = MIDNIGHT + 2 * HOUR
ENDINGS = [
    ("a newer commit on which the job passed", ran(90, passed=True, sha="b" * 40, pushed_at=LATER), 0),
    ("a newer commit that fails", ran(90, passed=False, sha="b" * 40, pushed_at=LATER), 1),
    ("another attempt of the same commit", ran(90, passed=True, sha="a" * 40, pushed_at=LATER), 1),
    ("an older commit, run again", ran(90, passed=True, sha="b" * 40, pushed_at=MIDNIGHT), 1),
    ("another pull request", ran(90, passed=True, sha="b" * 40, pushed_at=LATER, pull=6), 1),
]


@pytest.mark.parametrize(("record", "left"), [pytest.param(*rest, id=story) for story, *rest in ENDINGS])
async def test_a_dispute_ends_with(database: Database, record: RunRecord, left: int) -> None:
    store = SqlStore(database)
    await store.label(REPO, [DISPUTE])
    await store.record(REPO, [record])
    assert len(await store.disputes(REPO, 5)) == left


async def test_a_failure_counts_once_and_a_persons_word_outweighs_the_retry(database: Database) -> None:
    store = SqlStore(database)
    others = [replace(RETRY, job_id=number) for number in range(800, 803)]
    await store.label(REPO, [DISPUTE, replace(DISPUTE, by="hubot"), RETRY, *others])
    await store.label(REPO, [replace(RETRY, job_id=900, signature="", rung=8, at=SINCE - HOUR)])
    found = await store.feedback(REPO, SINCE, UNTIL)
    assert found.labelled == (Labelled("FLAKE-1", 5, 3, 1, 1),)


async def test_matches_are_counted_within_the_span_and_dated_over_all_that_is_kept(
    database: Database,
) -> None:
    store = SqlStore(database)
    old = MIDNIGHT - 48 * HOUR
    for number, (pull, at) in enumerate([(5, old), (5, MIDNIGHT), (6, MIDNIGHT), (0, MIDNIGHT)], 1):
        await store.record(
            REPO, [ran(number, passed=False, sha="a" * 40, pushed_at=at, pull=pull, signature="FLAKE-1")]
        )
    found = await store.feedback(REPO, SINCE, UNTIL)
    assert found.uses == (SignatureUse("FLAKE-1", 3, 2, old, MIDNIGHT),)
    assert await store.repositories() == (REPO,)


async def test_where_a_failure_is_disputed_is_known_to_all(database: Database) -> None:
    store = SqlStore(database)
    await store.label(
        REPO, [DISPUTE, replace(DISPUTE, job_id=701, pull_request=6), replace(RETRY, job_id=702)]
    )
    assert await store.disputed(REPO, ["f1", "f2"], SINCE) == {("f1", 5), ("f1", 6)}
    assert await store.disputed(REPO, ["f2"], SINCE) == frozenset()
    assert await store.disputed(REPO, ["f1"], MIDNIGHT + HOUR) == frozenset()
    assert await store.disputed(OTHER, ["f1"], SINCE) == frozenset()


async def test_every_signature_has_its_last_hit(database: Database) -> None:
    store = SqlStore(database)
    for number, name in enumerate(["B", "A", "", "B"], 1):
        at = MIDNIGHT + number * HOUR
        await store.record(REPO, [ran(number, passed=False, sha="a" * 40, pushed_at=at, signature=name)])
    assert await store.last_hits(REPO) == {"A": MIDNIGHT + 2 * HOUR, "B": MIDNIGHT + 4 * HOUR}
    assert await store.last_hits(OTHER) == {}


async def test_labels_go_with_the_history_that_they_are_about(database: Database) -> None:
    store = SqlStore(database)
    await store.label(REPO, [DISPUTE])
    assert await store.drop_history(MIDNIGHT, 100) == 0
    assert await store.drop_history(MIDNIGHT + HOUR, 100) == 1
    assert await store.disputes(REPO, 5) == ()


async def test_hostile_words_are_kept_as_they_can_be(database: Database) -> None:
    store = SqlStore(database)
    await store.label(
        REPO, [replace(DISPUTE, reason="a\0b\ud800" + "x" * 5_000, test="'); DROP TABLE labels")]
    )
    [found] = await store.disputes(REPO, 5)
    assert "\0" not in found.reason
    assert len(found.reason) == 1_000
