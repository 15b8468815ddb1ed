"""The real server, `bot.app.serve`, in which a second is a minute; one process after the other.

`python -m tests.resilience.server ORIGIN BEGAN` reads lines. Each starts a server in a process of its own:
its number is printed, and when it has ended, how: an exit code, or a signal as a negative number. Everything
is imported once, in the parent, so that twenty restarts do not take twenty seconds. The environment is that
of `retriage serve`.
"""

import asyncio
import ctypes
import os
import signal
import sys
import time
from datetime import datetime, timedelta

from bot.app import serve
from bot.settings import Settings
from bot.telemetry import configure_logging

SPEED = 60.0
# https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
PR_SET_PDEATHSIG = 1


class FastClock:
    """Time that passes sixty times as fast, the same in every process that is told where it began."""

    def __init__(self, origin: datetime, began: float) -> None:
        self._origin = origin
        self.began = began

    def now(self) -> datetime:
        """Now, in UTC."""
        return self._origin + timedelta(seconds=(time.time() - self.began) * SPEED)

    async def sleep(self, seconds: float) -> None:
        """Wait a sixtieth."""
        await asyncio.sleep(seconds / SPEED)


def main(origin: str, began: str) -> None:
    """Start a server for each line of standard input."""
    end_with_parent()
    clock = FastClock(datetime.fromisoformat(origin), float(began))
    for _ in sys.stdin:
        number = os.fork()
        if number == 0:
            end_with_parent()
            configure_logging("error", "json")
            asyncio.run(serve(Settings.from_env(os.environ), clock=clock))
            return
        print(number, flush=True)
        _, status = os.waitpid(number, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def end_with_parent() -> None:
    """Leave no server behind when a test run is killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
