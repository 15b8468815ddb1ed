"""`make bench`: what reading a log costs, beside the cheapest thing that can be done with its bytes."""

import asyncio
import gzip
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.model.config import BUILT_IN_PACKS
from bot.model.event import Delivery
from bot.model.reading import Reading
from bot.model.signature import Pattern
from bot.packs import load_packs
from bot.ports import Work
from bot.scan.engine import RegexEngine
from bot.store.database import Database
from bot.store.inbox import SqlInbox
from bot.store.upgrade import upgrade
from bot.triage import patterns_of, read_log

STORY = Path(__file__).parents[2] / "bot" / "demo" / "story" / "logs"
ROUNDS = 3
DELIVERIES = 300


def best(do: Callable[[], object]) -> float:
    """Seconds of the fastest of a few rounds."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        do()
        taken.append(time.perf_counter() - start)
    return min(taken)


def passing_log(megabytes: int) -> bytes:
    """Real passing output, repeated; every line coloured as Ginkgo does."""
    text = gzip.decompress((STORY / "000" / "run" / "integration-gateway.log.gz").read_bytes())
    return text * (megabytes * 1_000_000 // len(text) + 1)


def failing_log(megabytes: int) -> bytes:
    """Passing output, then one failing suite."""
    failing = gzip.decompress((STORY / "000" / "run" / "integration-notification.log.gz").read_bytes())
    return passing_log(megabytes) + failing


def plain_log(megabytes: int) -> bytes:
    """Lines without colours, as most tools print them."""
    line = b"2026-01-24T15:23:55.1145678Z go: downloading example.com/module/v2 v2.%06d.0\n"
    return b"".join(line % number for number in range(megabytes * 1_000_000 // len(line)))


def patterns(count: int) -> tuple[Pattern, ...]:
    """The packs' patterns, filled up with literals that do not occur."""
    known = patterns_of(load_packs(BUILT_IN_PACKS))
    return (*known, *(Pattern(f"no such failure number {n:05d}") for n in range(count)))[:count]


def read(data: bytes, wanted: tuple[Pattern, ...]) -> Reading:
    """All that is done with a log."""
    engine = RegexEngine()
    return read_log(data, complete=True, gap="", find=lambda lines: engine.find(wanted, lines))


def measure_reading() -> None:
    """MB/s of the whole of reading, for kinds of logs and numbers of patterns."""
    print(f"{'log':<28}{'patterns':>9}{'MB/s':>9}{'of a count':>12}")
    logs = {
        "plain, passing": plain_log(10),
        "coloured, passing": passing_log(10),
        "coloured, failing": failing_log(10),
    }
    for name, data in logs.items():
        bound = best(lambda: data.count(b"\n"))  # noqa: B023 - called at once
        for count in (10, 100, 1000):
            wanted = patterns(count)
            taken = best(lambda: read(data, wanted))  # noqa: B023 - called at once
            print(f"{name:<28}{count:>9}{len(data) / taken / 1e6:>9.1f}{bound / taken:>12.5f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process: {peak:.0f} MB (10 MB logs)")


async def measure_inbox() -> None:
    """Deliveries a second, each on the disk with its work before the next."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        upgrade(url)
        database = Database(url)
        inbox, now = SqlInbox(database), datetime.now(UTC)
        start = time.perf_counter()
        for number in range(DELIVERIES):
            delivery = Delivery(f"guid-{number}", "workflow_run", b"x" * 20_000)
            work = Work("run_completed", f"1/2/run/{number}", {"run_id": number}, f"run:{number}:1")
            await inbox.accept(delivery, f"{number:064x}", "accepted", work, now)
        taken = time.perf_counter() - start
        database.close()
    print(f"inbox: {DELIVERIES / taken:.0f} deliveries of 20 kB a second, one fsync each")


def main() -> None:
    """Measure everything."""
    measure_reading()
    asyncio.run(measure_inbox())


if __name__ == "__main__":
    main()
