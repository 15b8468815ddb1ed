"""A child whose reading of a log is whatever the log's first line asks for."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence

from bot.logs.source import Source
from bot.model.kept import Found, Keep, KeptLines
from bot.model.proposal import Proof, Proposal
from bot.model.reading import BestLine, Reading
from bot.scan.engine import HYPERSCAN, LogSearch, RegexEngine
from bot.scan.serving import Skills, serve


def hang() -> str:
    while True:
        time.sleep(0.01)


def burn() -> str:
    while True:
        pass


def die() -> str:
    os._exit(3)


def fail() -> str:
    raise KeyError("of ours")


def eat() -> str:
    return str(len([bytearray(64 * 1024 * 1024) for _ in range(100)]))


def chatter() -> str:
    sys.stdout.write("this must not reach the pipe\n")
    sys.stdout.flush()
    return ""


def tell() -> str:
    return json.dumps({"environment": dict(os.environ), "pid": os.getpid()})


def write() -> str:
    with tempfile.TemporaryFile(buffering=0) as file:
        return str(file.write(b"x"))


DEEDS: dict[str, Callable[[], str]] = {
    one.__name__: one for one in (hang, burn, die, fail, eat, chatter, tell, write)
}


def read_log(source: Source, search: LogSearch) -> Reading:
    """Do what the first line says, then read as if nothing had happened."""
    data = b"".join(source)
    lines = data.decode().splitlines()
    deed = DEEDS.get(lines[0]) if lines else None
    if lines[:1] == ["native"] and search.scanner == HYPERSCAN:
        die()
    best = BestLine(1, deed()) if deed else None
    return Reading(
        size=len(data),
        lines=len(lines),
        complete=not source.gap,
        gap=source.gap,
        best=best,
        hits=search.find(lines),
    )


def read_and_keep(source: Source, search: LogSearch, keep: Keep) -> tuple[Reading, KeptLines | None]:
    """Keep every line, or, of too long a log, none."""
    reading = read_log(source, search)
    lines = tuple(b"".join(source).decode().splitlines())
    return reading, KeptLines(((1, len(lines)),), lines) if reading.size <= keep.most else None


def find_in_kept(kept: KeptLines, search: LogSearch) -> Found:
    """Do what the first line says, then look."""
    deed = DEEDS.get(kept.lines[0]) if kept.lines else None
    if deed:
        deed()
    return Found(kept.failures, search.find(kept.lines))


def read_artifact(data: bytes, globs: Sequence[str]) -> Reading:
    """Do what the artifact says."""
    deed = DEEDS.get(data.decode())
    best = BestLine(1, deed()) if deed else None
    return Reading(size=len(data), lines=len(globs), complete=True, best=best)


def prove(proposal: Proposal, _engine: RegexEngine) -> Proof:
    """Do what the first file says."""
    text = proposal.after.own.data.decode() if proposal.after.own else ""
    if text in DEEDS:
        DEEDS[text]()
    return Proof(examples=len(text))


if __name__ == "__main__":
    serve(Skills(read_log, (), read_and_keep, find_in_kept, read_artifact, prove))
