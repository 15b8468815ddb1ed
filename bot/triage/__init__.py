"""The core's one door: logs, baseline and signatures in, a Report out.

The core's packages do not know each other; they meet in here and nowhere else.
"""

from bot.triage.compare import needs_reading
from bot.triage.judge import judge_reading
from bot.triage.reading import patterns_of, read_log
from bot.triage.remember import record_of, signature_of
from bot.triage.report import build_report
from bot.triage.situation import BaseRun, KnownPast, OtherAttempt, PreviousRun, SeenJob, Situation
from bot.triage.skim import marks

__all__ = [
    "BaseRun",
    "KnownPast",
    "OtherAttempt",
    "PreviousRun",
    "SeenJob",
    "Situation",
    "build_report",
    "judge_reading",
    "marks",
    "needs_reading",
    "patterns_of",
    "read_log",
    "record_of",
    "signature_of",
]
