"""`make trust`: make the runs, play six weeks of them to the server, and say how often it was right."""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.telemetry import configure_logging
from tests.trust.agenda import play
from tests.trust.document import as_markdown, as_text
from tests.trust.outcome import Extra, Outcome, as_row
from tests.trust.plan import make_plan
from tests.trust.pool import Pool, Sizes, make_pool, missing_programs
from tests.trust.suite import Wrong, load_suites

ROOT = Path(__file__).parents[2]
HOME = ROOT / ".trust"
DOCUMENT = ROOT / "docs" / "trust.md"
SEED = 4


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is run and played."""

    sizes: Sizes
    days: int
    pulls: int


SCALES = {
    "full": Scale(Sizes(clean=100, broken=5), days=42, pulls=280),
    "medium": Scale(Sizes(clean=60, broken=3), days=42, pulls=280),
    "small": Scale(Sizes(clean=24, broken=3), days=14, pulls=24),
}


def main() -> int:
    """Measure; exit status 2 when a suite's description is wrong."""
    parser = argparse.ArgumentParser(prog="make trust", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the figures into docs/trust.md")
    parser.add_argument("--suite", action="append", default=[], help="these suites alone")
    parser.add_argument("--seed", type=int, default=SEED, help="of the six weeks")
    words = parser.parse_args()
    name = os.environ.get("TRUST_SCALE", "full")
    if name not in SCALES:
        say(f"TRUST_SCALE={name}: use one of {', '.join(SCALES)}")
        return 2
    configure_logging("error", "pretty")
    began = time.monotonic()
    try:
        pools, left_out = make_pools(SCALES[name], words.suite)
    except Wrong as error:
        say(str(error))
        return 2
    scale = SCALES[name]
    idle = [(pool.suite.name, variant) for pool in pools for variant in pool.idle]
    left_out += [f"{suite}: the bug {variant} breaks nothing" for suite, variant in idle]
    plan = make_plan([pool.suite for pool in pools], words.seed, scale.days, scale.pulls, idle)
    replay = asyncio.run(play(plan, {pool.suite.name: pool for pool in pools}, words.seed, say))
    keep(replay.outcomes, "outcomes.jsonl")
    keep(replay.extras, "extras.jsonl")
    minutes = (time.monotonic() - began) / 60
    sys.stdout.write(as_text(replay, left_out, minutes))
    if words.write:
        write(as_markdown(replay, left_out, name, words.seed))
    return 0


def make_pools(scale: Scale, wanted: list[str]) -> tuple[list[Pool], list[str]]:
    """The runs of every suite that this machine can run, and why others are left out."""
    pools, left_out = [], []
    for suite in load_suites():
        if wanted and suite.name not in wanted:
            continue
        missing = missing_programs(suite)
        if missing:
            left_out.append(f"{suite.name}: no {', '.join(missing)} on PATH")
            say(left_out[-1])
            continue
        pools.append(make_pool(suite, HOME, scale.sizes, say))
    if not pools:
        raise Wrong("no suite to run: see tests/trust/suites")
    return pools, left_out


def keep(rows: Iterable[Outcome | Extra], name: str) -> None:
    """Leave every row behind for whoever wants to know why."""
    text = "".join(json.dumps(as_row(one), ensure_ascii=False) + "\n" for one in rows)
    (HOME / name).write_text(text, encoding="utf-8")


MARK = "<!-- figures: written by `make trust` with --write -->"


def write(text: str) -> None:
    """Renew the figures of the document, below its mark."""
    old = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(f"{old.partition(MARK)[0]}{MARK}\n\n{text}", encoding="utf-8")


def say(text: str) -> None:
    """Progress, beside the figures."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
