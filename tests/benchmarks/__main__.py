"""`make bench`: everything that is measured. `python -m tests.benchmarks reading 10 100` measures a part."""

import asyncio
import sys

from tests.benchmarks import inbox, reading


def main() -> None:
    """Measure what the first argument names, or everything."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    if wanted in {"", "reading"}:
        reading.main()
    if wanted in {"", "inbox"}:
        asyncio.run(inbox.measure())


if __name__ == "__main__":
    main()
