"""`python -m tests.benchmarks.history`: what a report's questions to history cost as it grows, on SQLite.

A repository with 200 tests in 40 jobs, half of whose failures come from 20 flaky tests that a signature
describes; 180 days of runs. A report asks for 10 different failures, 4 of them known flakes.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.model.history import Asker, JobResult, Lineage, Occurrence, Origin, RunRecord
from bot.model.run import Repository
from bot.store.database import Database
from bot.store.recording import drop_old, record
from bot.store.sightings import find_hits, find_kin, find_lineages, find_rates, find_sightings
from bot.store.upgrade import upgrade

REPO = Repository(1, 42, "octo", "app")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DAYS = 180
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
JOBS, TESTS, FLAKY, AUTHORS = 40, 200, 20, 60
# Of each run: jobs, and how many failures there are in all.
JOBS_OF_RUN, FAILURES_OF_RUN = 8, 4
ASKED, KNOWN = 10, 4
ROUNDS = 200
SIZES = (10_000, 100_000, 1_000_000)
RUNS_AT_ONCE = 2_500
TARGET = 20.0


def runs(number: int, first: int, rng: random.Random) -> Iterator[tuple[RunRecord, Lineage]]:
    """So many runs, spread over the days, with their pull requests' ties."""
    for run in range(first, first + number):
        at = NOW - timedelta(seconds=rng.uniform(0, DAYS * 86_400))
        pull = 1 + run // 3
        author = f"author-{pull % AUTHORS}"
        origin = Origin(run, 1, 7, f"{run:040x}", at, pull, author)
        jobs = rng.sample(range(JOBS), JOBS_OF_RUN)
        found: dict[int, list[Occurrence]] = {}
        for _ in range(FAILURES_OF_RUN):
            flaky = rng.random() < 0.5
            test = rng.randrange(FLAKY) if flaky else rng.randrange(TESTS)
            mark = f"{test:016x}" if flaky else f"{test:08x}{rng.randrange(50):08x}"
            signature = f"FLAKY-{test:03d}" if flaky else ""
            one = Occurrence(f"Suite > container > test number {test}", mark, "test", signature)
            found.setdefault(jobs[test % JOBS_OF_RUN], []).append(one)
        results = tuple(
            JobResult(
                run * 10 + n, f"Integration (service-{job})", job not in found, at, tuple(found.get(job, ()))
            )
            for n, job in enumerate(jobs)
        )
        tokens = frozenset({f"{run:040x}", f"#{pull}", f"branch work/{pull}", f"{run:040x}"[::-1]})
        yield RunRecord(origin, results), Lineage(pull, author, tokens)


def grow(database: Database, have: int, want: int, rng: random.Random) -> float:
    """Record runs until there are so many occurrences; give the seconds that it took."""
    start = time.perf_counter()
    first, last = have // FAILURES_OF_RUN, want // FAILURES_OF_RUN
    for begin in range(first, last, RUNS_AT_ONCE):
        pairs = list(runs(min(RUNS_AT_ONCE, last - begin), begin, rng))
        with database.engine.begin() as connection:
            record(connection, REPO, [one for one, _ in pairs], [tie for _, tie in pairs])
    return time.perf_counter() - start


def ask(database: Database, rng: random.Random) -> dict[str, float]:
    """Every question of one report; milliseconds of each."""
    pull = rng.randrange(1, 1_000)
    marks = [f"{rng.randrange(FLAKY):016x}" for _ in range(KNOWN)]
    marks += [f"{rng.randrange(TESTS):08x}{rng.randrange(50):08x}" for _ in range(ASKED - KNOWN)]
    ids = [f"FLAKY-{int(mark, 16):03d}" for mark in marks[:KNOWN]]
    matched = [(7, f"Integration (service-{rng.randrange(JOBS)})", one) for one in ids]
    mine = Lineage(pull, f"author-{pull % AUTHORS}", frozenset({f"#{pull}", f"{pull * 3:040x}"}))
    taken: dict[str, float] = {}
    # The processor's time: what is asked for is in memory, and other programs do not count.
    clock = time.process_time

    with database.engine.connect().execution_options(begin="BEGIN DEFERRED") as connection:
        start = clock()
        kin = find_kin(connection, REPO, mine)
        asker = Asker(pull, mine.author, NOW, NOW, kin or frozenset())
        taken["kin"] = clock() - start
        start = clock()
        seen = find_sightings(connection, REPO, marks, asker, NOW - WEEK)
        taken["sightings"] = clock() - start
        start = clock()
        recent = find_sightings(connection, REPO, marks, asker, NOW - HOUR)
        taken["last hour"] = clock() - start
        start = clock()
        find_lineages(connection, REPO, sorted({one.pull_request for one in (*seen.seen, *recent.seen)}))
        taken["stacks"] = clock() - start
        start = clock()
        find_hits(connection, REPO, ids, asker, NOW - WEEK)
        taken["hits"] = clock() - start
        start = clock()
        find_rates(connection, REPO, matched, asker, NOW - WEEK)
        taken["rates"] = clock() - start
    return {name: 1_000 * seconds for name, seconds in taken.items()}


def show(database: Database, size: int, grown: float, file: Path) -> None:
    """One row of the curve: medians of the questions, and the slowest reports."""
    rounds = [ask(database, random.Random(seed)) for seed in range(ROUNDS)]  # noqa: S311 - a workload
    whole = sorted(sum(one.values()) for one in rounds)
    parts = " ".join(f"{statistics.median(one[name] for one in rounds):>9.2f}" for name in rounds[0])
    p99 = whole[int(0.99 * len(whole))]
    megabytes = file.stat().st_size / 1e6
    print(
        f"{size:>11,} {megabytes:>6.0f} MB {parts} {statistics.median(whole):>8.2f} {p99:>8.2f}"
        f"  {'ok' if p99 <= TARGET else 'over the target'}  ({grown:.0f} s to record)",
        flush=True,
    )


def measure_purge(database: Database, steps: int = 20) -> None:
    """How long one step of purging holds the writer."""
    taken = []
    for _ in range(steps):
        start = time.perf_counter()
        with database.engine.begin() as connection:
            drop_old(connection, NOW - timedelta(days=90), 2_000)
        taken.append(1_000 * (time.perf_counter() - start))
    print(f"a purge of 2,000 rows: {statistics.median(taken):.0f} ms, at most {max(taken):.0f} ms")


def main() -> None:
    """Grow a database, and ask it at every size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=SIZES[-1], help="occurrences at the end")
    most = parser.parse_args().most
    names = ("kin", "sightings", "last hour", "stacks", "hits", "rates")
    print(
        f"{'occurrences':>11} {'file':>9} " + " ".join(f"{name:>9}" for name in names) + "   median      p99"
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.db"
        upgrade(f"sqlite:///{file}")
        database = Database(f"sqlite:///{file}")
        rng, have = random.Random(7), 0  # noqa: S311 - a workload
        for size in (one for one in SIZES if one <= most):
            grown = grow(database, have, size, rng)
            have = size
            show(database, size, grown, file)
        measure_purge(database)
        database.close()


if __name__ == "__main__":
    main()
