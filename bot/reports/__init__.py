"""Machine-readable reports out of artifacts: unpacked, read, and merged with what the logs say."""

from bot.reports.archive import Budget, Unpacked, unpack
from bot.reports.assign import is_of_attempt, owner_by_name, owner_by_tests
from bot.reports.junit import Results, read_report
from bot.reports.merge import merge
from bot.reports.tree import Malformed

__all__ = [
    "Budget",
    "Malformed",
    "Results",
    "Unpacked",
    "is_of_attempt",
    "merge",
    "owner_by_name",
    "owner_by_tests",
    "read_report",
    "unpack",
]
