"""What reading a log costs, from the file to the reading, beside what other tools do with it."""

import asyncio
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bot.model.config import BUILT_IN_PACKS
from bot.model.reading import Reading
from bot.model.signature import Pattern
from bot.packs import load_packs
from bot.ports import LogFile
from bot.scan.reader import ProcessLogReader
from bot.triage import patterns_of
from tests.benchmarks import logs

SIZES = (10, 100, 1074)
COUNTS = (10, 100, 1000, 5000)
# ripgrep needs half a minute for ten megabytes at a hundred patterns.
PATIENCE = 60
CHUNK = 1 << 20
CHILD = "tests.benchmarks.one"
# Ours with the mixed patterns, its peak memory, ours with literals alone, and others on the same file.
COLUMNS = ("MB/s", "peak MB", "literals", "grep -F", "rg -f", "count", "failures")


@dataclass(frozen=True)
class Cost:
    """What one reading took."""

    seconds: float
    peak: float
    reading: Reading


def patterns(count: int) -> tuple[Pattern, ...]:
    """The packs' patterns, filled up as people write them: a third literals, the rest expressions."""
    shapes = (
        "no such failure number {n:05d}", "connection to shard {n:05d} refused", "lease {n:05d} was lost",
        r"phase {n:05d} \w+ expected", r"(?i)timed out after {n:05d}ms", r"^worker-{n:05d}: .* gave up$",
        r"\bE{n:05d}\b", "(?:error|failure) {n:05d} of (?:pod|node)", "[a-f0-9]{{4}}-{n:05d}",
        "größe {n:05d}",
    )  # fmt: skip
    known = patterns_of(load_packs(BUILT_IN_PACKS))
    made = (Pattern(shapes[n % 10].format(n=n), is_regex=n % 10 > 2) for n in range(count))
    return (*known, *made)[:count]


def literals(count: int) -> list[str]:
    """Literals alone, for `grep -F`."""
    return [f"no such failure number {n:05d}" for n in range(count)]


def read(path: Path, wanted: tuple[Pattern, ...], cache: Path) -> Cost:
    """Read a log as `retriage classify` does: a fresh process, started, asked and ended."""

    async def once() -> Reading:
        async with ProcessLogReader(seconds=600, cache=cache) as reader:
            return await reader.read(LogFile(str(path)), wanted)

    start = time.perf_counter()
    reading = asyncio.run(once())
    return Cost(time.perf_counter() - start, peak_of_children(), reading)


def peak_of_children() -> float:
    """Megabytes of the largest child that has ended."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def count_lines(path: Path) -> float:
    """Seconds for reading the file and counting its lines: what the disk and memory allow."""
    start = time.perf_counter()
    with path.open("rb", buffering=0) as file:
        sum(piece.count(b"\n") for piece in iter(lambda: file.read(CHUNK), b""))
    return time.perf_counter() - start


def run_tool(command: list[str]) -> str:
    """MB/s of another tool on the last argument's file, or why there is no figure."""
    if shutil.which(command[0]) is None:
        return "not here"
    start = time.perf_counter()
    try:
        subprocess.run(command, stdout=subprocess.DEVNULL, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return f"> {PATIENCE} s"
    return f"{Path(command[-1]).stat().st_size / (time.perf_counter() - start) / 1e6:.0f}"


def row(path: Path, count: int, cache: Path) -> str:
    """One line of the table."""
    size, wanted = path.stat().st_size, patterns(count)
    read(path, wanted, cache)
    cost = read(path, wanted, cache)
    words, rules = path.with_suffix(".words"), path.with_suffix(".rules")
    words.write_text("\n".join(literals(count)) + "\n")
    rules.write_text("\n".join(pattern.text for pattern in wanted) + "\n")
    plain = tuple(Pattern(text) for text in literals(count))
    read(path, plain, cache)
    small = size <= 2 * SIZES[0] * 1_000_000
    values = (
        f"{size / cost.seconds / 1e6:.0f}",
        f"{cost.peak:.0f}",
        f"{size / read(path, plain, cache).seconds / 1e6:.0f}",
        run_tool(["grep", "-F", "-c", "-f", str(words), str(path)]),
        run_tool(["rg", "-c", "-f", str(rules), str(path)]) if small else "-",
        f"{size / count_lines(path) / 1e6:.0f}",
        str(len(cost.reading.failures)),
    )
    return "".join(f"{value:>10}" for value in values)


def main() -> None:
    """Print the table; with sizes as arguments only those."""
    sizes = tuple(map(int, sys.argv[2:])) or SIZES
    print(f"{'log':<10}{'MB':>6}{'patterns':>9}" + "".join(f"{name:>10}" for name in COLUMNS))
    with tempfile.TemporaryDirectory() as folder:
        for name, unit in (("typical", logs.typical()), ("coloured", logs.coloured())):
            for size in sizes:
                path = Path(folder) / f"{name}-{size}.log"
                logs.write(path, unit, size)
                for count in COUNTS:
                    command = [sys.executable, "-m", CHILD, str(path), str(count), f"{folder}/cache"]
                    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                    print(f"{name:<10}{size:>6}{count:>9}{told.rstrip()}", flush=True)
                path.unlink()
