"""What the handlers need of the world, in the words of the model. Adapters fulfil these."""

from bot.ports.github import FetchedLog, FileAtCommit, GitHub, LogFile, PostedCheck, PostedComment
from bot.ports.queue import Inbox, JobQueue, JobStore, Lease, Work
from bot.ports.store import PullState, Store, StoredJob, StoredRun
from bot.ports.tools import Clock, LogReader, PatternEngine, PatternProblem

__all__ = [
    "Clock",
    "FetchedLog",
    "FileAtCommit",
    "GitHub",
    "Inbox",
    "JobQueue",
    "JobStore",
    "Lease",
    "LogFile",
    "LogReader",
    "PatternEngine",
    "PatternProblem",
    "PostedCheck",
    "PostedComment",
    "PullState",
    "Store",
    "StoredJob",
    "StoredRun",
    "Work",
]
