"""One row of the table in a process of its own: the peak of its children is nobody else's."""

import sys
from pathlib import Path

from tests.benchmarks.reading import row

if __name__ == "__main__":
    print(row(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
