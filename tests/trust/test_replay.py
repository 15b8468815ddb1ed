"""A few stored runs played to the real server: what it says of each is put to what truly failed."""

import gzip
from datetime import timedelta
from pathlib import Path

import pytest

from tests.trust.agenda import play
from tests.trust.outcome import FLAKE, REGRESSION, Outcome
from tests.trust.plan import Plan, PullPlan, Push
from tests.trust.pool import Pool, PoolRun
from tests.trust.suite import CLEAN, SUITES, Suite

STORED = Path(__file__).parent / "stored"
FLAKY = "tests.test_queue test_consumer_sees_the_message_soon"
NEW_FLAKE = "tests.test_calendar test_parcel_is_due_tomorrow"
BROKEN = "tests.test_cache test_keeps_what_was_used_lately"
BUG = "cache-lru"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    def run(variant: str, name: str, *failed: str) -> PoolRun:
        path = tmp_path / f"{name}.log.gz"
        path.write_bytes(gzip.compress((STORED / f"{name}.txt").read_bytes()))
        return PoolRun("python", variant, 1, int(bool(failed)), failed, 127, 1.0, "/nowhere", str(path))

    runs = {
        CLEAN: [run(CLEAN, "green"), run(CLEAN, "flake", FLAKY), run(CLEAN, "other-flake", NEW_FLAKE)],
        BUG: [run(BUG, "bug", BROKEN)],
    }
    suite = Suite.from_folder(SUITES / "python")
    none: frozenset[str] = frozenset()
    return Pool(suite, runs, {CLEAN: none, BUG: frozenset({BROKEN})}, {CLEAN: none, BUG: none})


async def played(pool: Pool, *pulls: PullPlan) -> list[Outcome]:
    debuts = {("python", "tests/test_calendar.py::test_parcel_is_due_tomorrow"): 20 * DAY}
    plan = Plan(pulls, (), debuts, {}, days=2)
    replay = await play(plan, {"python": pool}, 1, lambda _: None)
    assert replay.extras == []
    assert replay.silent == []
    return replay.outcomes


@pytest.mark.anyio
async def test_a_bug_and_flakes_are_told_apart_by_the_control_runs(pool: Pool):
    file = ("services/python/shop/cache.py",)
    bad = Push(DAY + 9 * HOUR, 8, {"python": BUG}, reruns=1)
    calm = tuple(Push(DAY + (9 + 4 * n) * HOUR, 8) for n in range(3))
    outcomes = await played(
        pool,
        PullPlan("bug-1", "bug", "ada", "Speed up the cache", file, (bad,)),
        PullPlan("clean-2", "clean", "ben", "Tidy up", ("services/python/shop/parser.py",), calm),
    )
    bugs = [one for one in outcomes if one.truth == REGRESSION]
    assert [(one.test, one.attempt, one.verdict) for one in bugs] == [
        (BROKEN, 1, "regression"),
        (BROKEN, 2, "regression"),
    ]
    flakes = [one for one in outcomes if one.truth == FLAKE]
    assert {(one.test, one.verdict, one.signature) for one in flakes} == {
        (FLAKY, "known_flake", "py-message-not-visible")
    }
