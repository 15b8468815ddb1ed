"""The core's one door: logs, baseline and signatures in, a Report out.

The core's packages do not know each other; they meet in here and nowhere else.
"""

from bot.triage.compare import needs_reading
from bot.triage.judge import judge_reading
from bot.triage.proposal import prove
from bot.triage.reading import patterns_of, read_log
from bot.triage.report import build_report
from bot.triage.reports import merge_reports, owned_by_failed_jobs, read_artifact
from bot.triage.situation import BaseRun, PreviousRun, SeenJob, Situation
from bot.triage.skim import marks

__all__ = [
    "BaseRun",
    "PreviousRun",
    "SeenJob",
    "Situation",
    "build_report",
    "judge_reading",
    "marks",
    "merge_reports",
    "needs_reading",
    "owned_by_failed_jobs",
    "patterns_of",
    "prove",
    "read_artifact",
    "read_log",
]
