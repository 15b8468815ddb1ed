"""What went wrong, found in a log: one module per test runner or tool.

A parser is a module without a leading underscore that has `TOOL`, `ANCHORS` and `parse(log)`; being in this
folder is all it takes to be called.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from bot.model.failure import Findings
from bot.model.log import Log
from bot.parsers._arbitrate import LAST_RESORT, Parser, arbitrate

__all__ = ["LAST_RESORT", "all_parsers", "parse_all"]


@cache
def all_parsers() -> tuple[Parser, ...]:
    """Load every parser; who reads no log itself, as the server's own process, never waits for them."""
    names = (module.name for module in iter_modules(__path__) if not module.name.startswith("_"))
    return tuple(cast("Parser", import_module(f"{__name__}.{name}")) for name in names)


def parse_all(log: Log) -> tuple[Findings, ...]:
    """Run every parser whose words occur in the log; what one runner quotes of another is no failure."""
    return arbitrate(all_parsers(), log)
