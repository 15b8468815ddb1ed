"""A backtest for a terminal, for annotations and for programs."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.cli.configuration import annotation, render_problem
from bot.cli.terminal import emit, paint, say
from bot.model.backtest import Backtest, Explained, Grade, Trial
from bot.model.config import Problem
from bot.repoconfig.lint import place_of

SCHEMA = 1
# Terminal colours, as paint() takes them.
RED, YELLOW, GREEN, DIM, BOLD = "31", "33", "32", "2", "1"
SHOWN = {
    Grade.FAILS: ("fails", RED),
    Grade.WARNING: ("warning", YELLOW),
    Grade.TOO_FEW: ("too few logs", DIM),
    Grade.FINE: ("fine", GREEN),
}
HEADER = (
    "SIGNATURE",
    "RESULT",
    "FAILURES",
    "JOBS",
    "PULLS",
    "AUTHORS",
    "FIRST SEEN",
    "LAST SEEN",
    "PASSING JOBS",
    "ALSO MATCHED BY",
)
MOST_NAMES = 3
MOST_WIDTH = 48
FIXES = {
    Grade.FAILS: "match more of the line, or narrow the scope",
    Grade.WARNING: "look at these logs: match more of the line, or narrow the scope",
}


def print_text(found: Backtest) -> None:
    """What was tried, a table, the reasons of what is not fine, and what changed."""
    emit(
        f"{_count(found.failing, 'failing log')} with {_count(found.failures, 'failure')},"
        f" {_count(found.passing, 'passing log')};"
        f" {found.explained} of the failures {'is' if found.explained == 1 else 'are'} matched"
        " by some signature"
    )
    emit("")
    _print_table(found.trials)
    for trial in found.trials:
        _print_reason(trial)
    if found.compared:
        emit("")
        _print_change("newly matched", found.newly, found.newly_seen)
        _print_change("no longer matched", found.lost, found.lost_seen)
    for one in found.unread:
        say(f"not tried: {one}")


def print_annotations(found: Backtest) -> None:
    """What is not fine, as annotations on the signature's line."""
    for trial in found.trials:
        for problem in _problems(trial):
            emit(annotation(problem))
    for one in found.unread:
        say(f"not tried: {one}")


def _print_table(trials: Sequence[Trial]) -> None:
    rows = [_row(trial) for trial in trials]
    widths = [max(map(len, column)) for column in zip(HEADER, *rows, strict=True)]
    emit(paint("  ".join(_padded(HEADER, widths)), BOLD))
    for trial, row in zip(trials, rows, strict=True):
        cells = _padded(row, widths)
        cells[1] = paint(cells[1], SHOWN[trial.grade][1])
        emit("  ".join(cells).rstrip())


def _row(trial: Trial) -> tuple[str, ...]:
    others = ", ".join(f"{name} ({number})" for name, number in trial.overlap[:MOST_NAMES])
    more = len(trial.overlap) - MOST_NAMES
    share = f" ({trial.rate:.1%})" if trial.passing_hits else ""
    return (
        trial.signature.id[:MOST_WIDTH],
        SHOWN[trial.grade][0],
        f"{trial.failures:,}",
        f"{trial.jobs:,}",
        f"{trial.pull_requests:,}",
        f"{trial.authors:,}",
        _day(trial.first),
        _day(trial.last),
        f"{trial.passing_hits:,} of {trial.passing:,}{share}",
        f"{others} and {more} more" if more > 0 else others,
    )


def _padded(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]


def _print_reason(trial: Trial) -> None:
    for problem in _problems(trial):
        emit("")
        emit(render_problem(problem))
    if trial.grade in FIXES:
        for hit in trial.examples:
            emit(f"    {hit.origin.name}:{hit.line}: {_line(hit.text)}")


def _problems(trial: Trial) -> Iterable[Problem]:
    signature = trial.signature
    line, column = place_of(signature, "match")
    if trial.grade in FIXES:
        severity = "error" if trial.grade is Grade.FAILS else "warning"
        message = f"{signature.id}: its pattern stands {trial.why}"
        yield Problem(signature.source, line, column, message, FIXES[trial.grade], severity)
    if trial.stopped:
        message = f"{signature.id}: a pattern costs too much and was stopped: what was counted is too little"
        yield Problem(signature.source, line, column, message, "make it simpler", "warning")


def _print_change(what: str, total: int, seen: Sequence[Explained]) -> None:
    emit(f"{what}: {_count(total, 'failure')}")
    for one in seen:
        name = _line(one.failure.test or one.failure.message)
        emit(f"    {name}  ({one.origin.name}; {', '.join(one.signatures[:MOST_NAMES])})")
    if total > len(seen):
        emit(f"    … and {total - len(seen)} more")


def _line(text: str) -> str:
    """One line of a log; what a terminal would obey is not shown."""
    return "".join(char if char.isprintable() else "·" for char in " ".join(text.split()))[:160]


def _day(at: datetime | None) -> str:
    return at.date().isoformat() if at else "-"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def as_json(config: str, found: Backtest) -> dict[str, object]:
    """The published form; keys are added, never changed, within a schema."""
    return {
        "schema": SCHEMA,
        "config": config,
        "failing": found.failing,
        "passing": found.passing,
        "failures": found.failures,
        "explained": found.explained,
        "unread": list(found.unread),
        "signatures": [_trial_json(trial) for trial in found.trials],
        "change": {
            "newly": found.newly,
            "newly_seen": [_explained_json(one) for one in found.newly_seen],
            "lost": found.lost,
            "lost_seen": [_explained_json(one) for one in found.lost_seen],
        }
        if found.compared
        else None,
    }


def _trial_json(trial: Trial) -> dict[str, object]:
    return {
        "id": trial.signature.id,
        "source": trial.signature.source,
        "line": trial.signature.source_line,
        "result": trial.grade.value,
        "why": trial.why,
        "failures": trial.failures,
        "jobs": trial.jobs,
        "passing": trial.passing,
        "passing_hits": trial.passing_hits,
        "rate": round(trial.rate, 6),
        "examples": [{"log": hit.origin.name, "line": hit.line, "text": hit.text} for hit in trial.examples],
        "overlap": [{"id": name, "failures": number} for name, number in trial.overlap],
        "pull_requests": trial.pull_requests,
        "authors": trial.authors,
        "first": trial.first.isoformat() if trial.first else None,
        "last": trial.last.isoformat() if trial.last else None,
        "stopped": trial.stopped,
    }


def _explained_json(one: Explained) -> dict[str, object]:
    return {
        "test": one.failure.test,
        "message": one.failure.message,
        "log": one.origin.name,
        "signatures": list(one.signatures),
    }
