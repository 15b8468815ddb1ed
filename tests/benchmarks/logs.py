"""Logs of any size, made of what real jobs print."""

import gzip
import random
from collections.abc import Iterator
from pathlib import Path

STORY = Path(__file__).parents[2] / "bot" / "demo" / "story" / "logs" / "000" / "run"
WORDS = [
    "info", "debug", "server", "request", "handler", "latency", "cache", "lookup", "session", "worker",
    "queue", "processed", "message", "tenant", "checkpoint", "replica", "segment", "commit", "GET",
    "/api/v1/items", "200", "OK",
]  # fmt: skip
UNIT = 100_000


def failing() -> bytes:
    """A real job with one failing spec among 121."""
    return gzip.decompress((STORY / "integration-notification.log.gz").read_bytes())


def _typical_line(number: int, chance: random.Random) -> str:
    """What services, package managers and runners print while nothing goes wrong; a tenth has colours."""
    words = " ".join(chance.choices(WORDS, k=8))
    kinds = {
        f"\x1b[32m✓\x1b[0m {words} \x1b[90m({number % 97} ms)\x1b[0m": 10,
        f'{{"level":"info","ts":"2026-01-24T15:23:55Z","msg":"{words}","n":{number}}}': 30,
        f"go: downloading example.com/{chance.choice(WORDS)} v1.{number}.0": 20,
        f"\tat com.example.{chance.choice(WORDS)}.run({chance.choice(WORDS)}.java:{number % 999})": 2,
        f"WARN error while polling: retrying (attempt {number % 5})": 1,
        f"=== RUN   Test{chance.choice(WORDS).title()}{number}": 17,
        f"{words} {words}": 20,
    }
    return chance.choices(list(kinds), weights=list(kinds.values()))[0]


def typical() -> bytes:
    """A unit of a typical log: 100,000 lines with GitHub's time stamps."""
    chance = random.Random(3)  # noqa: S311 - the same log every time, no secret
    stamps = (f"2026-01-24T15:{n // 60 % 60:02d}:{n % 60:02d}.{n:07d}Z " for n in range(UNIT))
    return "".join(f"{stamp}{_typical_line(n, chance)}\n" for n, stamp in enumerate(stamps)).encode()


def coloured() -> bytes:
    """A unit of a Ginkgo `-v` log: every line has colours, no spec fails."""
    text = gzip.decompress((STORY / "integration-gateway.log.gz").read_bytes())
    lines = text.replace(b"\r\n", b"\n").split(b"\n")
    specs = [line for line in lines if b"\x1b[38;5;" in line or b"keeps requirement" in line]
    return b"\n".join(specs) * 300 + b"\n"


def write(path: Path, unit: bytes, megabytes: int) -> None:
    """Write a log of about this size, which fails at its end."""

    def parts() -> Iterator[bytes]:
        for _ in range(megabytes * 1_000_000 // len(unit)):
            yield unit
        rest = megabytes * 1_000_000 % len(unit)
        yield unit[: unit.find(b"\n", rest) + 1] if rest else b""
        yield failing()

    with path.open("wb") as file:
        file.writelines(parts())
