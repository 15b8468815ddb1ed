"""`python -m tests.benchmarks.history`: what a report's questions to history cost as it grows.

A repository with 200 tests in 40 jobs, half of whose failures come from 20 flaky tests that a signature
describes; 180 days of runs. A report asks for 10 different failures, 4 of them known flakes.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, text

from bot.model.history import Asker, Lineage
from bot.store.database import Database
from bot.store.kin import find_kin, find_lineages
from bot.store.rates import find_hits, find_rates
from bot.store.recording import drop_old
from bot.store.sightings import find_sightings
from bot.store.tables import job_results, lineages, occurrences
from bot.store.upgrade import upgrade
from tests.benchmarks.rows import (
    AUTHORS,
    FAILURES_OF_RUN,
    FLAKE,
    FLAKY,
    JOBS,
    NOW,
    OTHER,
    REPO,
    STATEMENTS,
    TESTS,
    VARIANTS,
)
from tests.postgresql import find_binaries, running

WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
ASKED, KNOWN = 10, 4
ROUNDS = 200
MOST = {"sqlite": 1_000_000, "postgresql": 10_000_000}
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
TARGET = 20.0
QUESTIONS = ("kin", "sightings", "last hour", "stacks", "hits", "rates")
# What a server of 10 million rows is given, and what makes loading them quick.
SERVER = {
    "shared_buffers": "2GB",
    "max_wal_size": "8GB",
    "maintenance_work_mem": "512MB",
    "wal_level": "minimal",
}
SERVER |= {"max_wal_senders": "0", "autovacuum": "off"}


def grow(database: Database, have: int, want: int) -> float:
    """Add runs until there are so many occurrences; give the seconds that it took."""
    start = time.perf_counter()
    indexes = [index for table in (job_results, occurrences, lineages) for index in table.indexes]
    span = {"first": have // FAILURES_OF_RUN, "last": want // FAILURES_OF_RUN}
    with database.engine.begin() as connection:
        for index in indexes:
            index.drop(connection)
        for statement in STATEMENTS:
            connection.execute(text(statement), span)
        for index in indexes:
            index.create(connection)
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return time.perf_counter() - start


def ask(connection: Connection, rng: random.Random, spent: Callable[[], float]) -> dict[str, float]:
    """Every question of one report; what `spent` says that each took."""
    pull = rng.randrange(1, 800)
    known = [rng.randrange(FLAKY) for _ in range(KNOWN)]
    others = [OTHER + rng.randrange(TESTS) * 1000 + rng.randrange(VARIANTS) for _ in range(ASKED - KNOWN)]
    marks = [str(FLAKE + test) for test in known] + [str(mark) for mark in others]
    ids = [f"FLAKY-{test}" for test in known]
    matched = [(7, f"Integration (service-{rng.randrange(JOBS)})", one) for one in ids]
    sha = str(10**18 + pull * 3) + "a" * 21
    mine = Lineage(pull, f"author-{pull % AUTHORS}", frozenset({f"#{pull}", sha}))
    moments = [spent()]
    kin = find_kin(connection, REPO, mine)
    moments.append(spent())
    asker = Asker(pull, mine.author, NOW, NOW, kin or frozenset())
    seen = find_sightings(connection, REPO, marks, asker, NOW - WEEK)
    moments.append(spent())
    recent = find_sightings(connection, REPO, marks, asker, NOW - HOUR)
    moments.append(spent())
    find_lineages(connection, REPO, sorted({one.pull_request for one in (*seen.seen, *recent.seen)}))
    moments.append(spent())
    find_hits(connection, REPO, ids, asker, NOW - WEEK)
    moments.append(spent())
    find_rates(connection, REPO, matched, asker, NOW - WEEK)
    moments.append(spent())
    parts = zip(QUESTIONS, moments, moments[1:], strict=False)
    return {name: 1_000 * (after - before) for name, before, after in parts}


def processor(connection: Connection) -> Callable[[], float]:
    """Seconds of processor that this thread, and the server's for it, have had so far."""
    if connection.dialect.name == "sqlite":
        return time.thread_time
    pid = connection.scalar(text("SELECT pg_backend_pid()"))
    server = Path(f"/proc/{pid}/schedstat")
    return lambda: time.thread_time() + int(server.read_text().split()[0]) / 1e9


def show(database: Database, size: int, grown: float) -> None:
    """One row of the curve: medians of the questions, and the slowest reports."""
    with database.engine.connect() as connection:
        spent = processor(connection)
        connection.commit()
        rounds, waited = [], []
        for seed in range(ROUNDS):
            start = time.perf_counter()
            rounds.append(ask(connection, random.Random(seed), spent))  # noqa: S311 - a workload
            waited.append(1_000 * (time.perf_counter() - start))
            connection.commit()
    whole = sorted(sum(one.values()) for one in rounds)
    parts = " ".join(f"{statistics.median(one[name] for one in rounds):>9.2f}" for name in QUESTIONS)
    median = statistics.median(whole)
    figures = f"{median:>8.2f} {whole[int(0.99 * ROUNDS)]:>8.2f} {statistics.median(waited):>8.2f}"
    judged = f"{'ok' if median <= TARGET else 'over'}  ({grown:.0f} s to load)"
    print(f"{size:>11,} {size_of(database):>8.0f} MB {parts} {figures}  {judged}", flush=True)


def size_of(database: Database) -> float:
    """Megabytes on the disk, indexes and all."""
    if database.engine.dialect.name == "sqlite":
        return Path(str(database.engine.url.database)).stat().st_size / 1e6
    with database.engine.connect() as connection:
        return float(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0) / 1e6


def measure_purge(database: Database, steps: int = 20) -> None:
    """How long one step of purging holds the writer."""
    taken = []
    for _ in range(steps):
        start = time.perf_counter()
        with database.engine.begin() as connection:
            drop_old(connection, NOW - timedelta(days=90), 2_000)
        taken.append(1_000 * (time.perf_counter() - start))
    print(f"a purge of 2,000 rows: {statistics.median(taken):.0f} ms, at most {max(taken):.0f} ms")


@contextmanager
def opened(dialect: str) -> Iterator[Database]:
    """A migrated database, of which nothing is left afterwards."""
    if dialect == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield from migrated(f"sqlite:///{folder}/bench.db")
        return
    binaries = find_binaries()
    if binaries is None:
        raise SystemExit("no PostgreSQL server on this machine; on Debian: apt-get install postgresql")
    with running(binaries, SERVER) as server:
        yield from migrated(server.address(server.create()))


def migrated(url: str) -> Iterator[Database]:
    """The database at an address, closed at the end."""
    upgrade(url)
    database = Database(url)
    yield database
    database.close()


def main() -> None:
    """Grow a database, and ask it at every size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dialects", nargs="*", default=["sqlite", "postgresql"])
    parser.add_argument("--most", type=int, default=SIZES[-1], help="occurrences at the end, at most")
    words = parser.parse_args()
    for dialect in words.dialects:
        names = " ".join(f"{name:>9}" for name in QUESTIONS)
        print(f"{dialect}\noccurrences        size   {names}   median      p99   waited")
        with opened(dialect) as database:
            have = 0
            for size in (one for one in SIZES if one <= min(words.most, MOST[dialect])):
                grown = grow(database, have, size)
                have = size
                show(database, size, grown)
            measure_purge(database)


if __name__ == "__main__":
    main()
