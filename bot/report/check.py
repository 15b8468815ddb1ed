"""A report as a check run: the headline, the table, and annotations on the lines that failed."""

from collections.abc import Iterator

from bot.model.check import Annotation, CheckRun
from bot.model.config import CheckConfig
from bot.model.report import JudgedFailure, Report
from bot.model.verdict import VerdictClass, gravity
from bot.report.budget import STEPS
from bot.report.headline import render_facts, render_headline, render_outage
from bot.report.links import blob_url
from bot.report.markdown import Markdown, join, say
from bot.report.quote import quote_plain
from bot.report.standing import count_classes, is_clean, is_running, passed_jobs
from bot.report.table import leaf, render_table
from bot.report.words import LABELS, NEEDS_SOMEBODY

NAME = "Retriage"
TITLE_LIMIT = 255  # https://docs.github.com/en/rest/checks/runs
SUMMARY_LIMIT = 65_535
_MESSAGE_LIMIT = 2_000  # GitHub allows 64 KiB; nobody reads more on a line of a diff
_PATH_LIMIT = 1_000
_UNSURE = (VerdictClass.UNKNOWN, VerdictClass.UNREAD)
_LEVELS = dict.fromkeys(NEEDS_SOMEBODY, "failure") | dict.fromkeys(_UNSURE, "warning")
_CONCLUSIONS = ("neutral", "failure")


def render_check(report: Report, config: CheckConfig) -> CheckRun:
    """Render a report as the check run on its head commit; never `success` while anything failed."""
    running = is_running(report)
    return CheckRun(
        name=NAME,
        status="in_progress" if running else "completed",
        conclusion="" if running else conclude(report, config),
        title=quote_plain(render_headline(report).removeprefix("### "), TITLE_LIMIT),
        summary=_summarise(report),
        annotations=tuple(annotate(report, config.annotations)),
    )


def conclude(report: Report, config: CheckConfig) -> str:
    """Decide the conclusion of a report whose jobs have all ended."""
    if is_clean(report):
        return "success" if passed_jobs(report) else "neutral"
    counts = count_classes(report)
    asking = any(counts[verdict] for verdict in (*NEEDS_SOMEBODY, *_UNSURE))
    return config.conclusion if asking and config.conclusion in _CONCLUSIONS else "neutral"


def _summarise(report: Report) -> str:
    pointer = say(
        "The comment on the pull request shows every failure with its log, evidence and next steps."
    )
    head = [render_headline(report), render_facts(report), render_outage(report)]
    text: Markdown = join("\n\n", [*head, pointer])
    for budget in STEPS:
        full = join("\n\n", [*head, render_table(report, budget), pointer])
        if len(full) <= SUMMARY_LIMIT:
            return str(full)
    return str(text)


def annotate(report: Report, limit: int) -> Iterator[Annotation]:
    """Give at most `limit` annotations for failures with a file in the repository, gravest first."""
    seen: set[tuple[str, int, str]] = set()
    for judged in sorted(report.judged, key=lambda one: gravity(one.verdict.verdict)):
        if len(seen) >= limit:
            return
        failure = judged.verdict.failure
        key = (failure.file, failure.line, failure.test or failure.message)
        if key not in seen and _is_in_repository(report, failure.file):
            seen.add(key)
            yield _annotation(judged)


def _is_in_repository(report: Report, path: str) -> bool:
    clean = bool(path) and path.isprintable() and len(path) <= _PATH_LIMIT
    return clean and bool(blob_url(report.facts, report.facts.head_sha, path))


def _annotation(judged: JudgedFailure) -> Annotation:
    verdict = judged.verdict
    failure = verdict.failure
    title = ": ".join([LABELS[verdict.verdict], leaf(failure.test) or failure.message])
    why = verdict.evidence[0].text if verdict.evidence else ""
    parts = [failure.message, quote_plain(why, _MESSAGE_LIMIT), "Job: " + judged.job]
    return Annotation(
        path=failure.file,
        line=max(1, failure.line),
        level=_LEVELS.get(verdict.verdict, "notice"),
        title=quote_plain(title, TITLE_LIMIT),
        message="\n".join(quote_plain(part, _MESSAGE_LIMIT) for part in parts if part),
    )
