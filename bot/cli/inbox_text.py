"""The inbox for a terminal, as a configuration to paste, and for programs."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.cli.terminal import emit, paint
from bot.model.inbox import Unrecognised
from bot.repoconfig.writing import write_signature
from bot.triage.suggest import Suggestion

SCHEMA = 1
BOLD, DIM = "1", "2"
MOST_SHOWN = 160
REVIEW = "Look first whether it is a flake: a signature excuses every failure that it matches."


def print_text(found: Sequence[Suggestion], total: int) -> None:
    """Each group with who met it, and its signature, the largest first."""
    if not found:
        emit("no unrecognised failure")
        return
    for number, one in enumerate(found, start=1):
        group = one.group
        said = group.specimen.message if group.specimen else ""
        emit(paint(f"{number}. {_times(group.times)}  {_line(group.test or said or group.kind)}", BOLD))
        if group.test and said:
            emit(f"   {_line(said)}")
        emit(paint(f"   {'; '.join(_facts(group))}", DIM))
        if one.signature is None:
            emit(f"   no signature: {one.why}")
        else:
            emit("\n".join(f"   {line}" for line in write_signature(one.signature).splitlines()))
        emit("")
    left = f" {total - len(found):,} of them not shown." if total > len(found) else ""
    emit(f"{total:,} unrecognised {'failure' if total == 1 else 'failures'}.{left} {REVIEW}")


def print_yaml(found: Sequence[Suggestion]) -> None:
    """A configuration with the signatures that could be made, and as comments the rest."""
    emit(f"# {REVIEW}")
    made = [one for one in found if one.signature is not None]
    emit("version: 1")
    emit("signatures:" if made else "signatures: []")
    for one in made:
        if one.signature is not None:
            emit(f"  # {_times(one.group.times)}; {'; '.join(_facts(one.group))}")
            emit(write_signature(one.signature))
    for one in found:
        if one.signature is None:
            name = one.group.test or one.group.kind
            emit(f"# no signature for {_line(name)} ({one.group.fingerprint}): {one.why}")


def print_json(found: Sequence[Suggestion], total: int) -> None:
    """The published form; keys are added, never changed, within a schema."""
    groups = [_as_json(one) for one in found]
    emit(json.dumps({"schema": SCHEMA, "total": total, "groups": groups}, ensure_ascii=False, indent=2))


def _as_json(one: Suggestion) -> dict[str, object]:
    group, signature = one.group, one.signature
    return {
        "fingerprint": group.fingerprint,
        "test": group.test,
        "kind": group.kind,
        "message": group.specimen.message if group.specimen else "",
        "times": group.times,
        "first": group.first.isoformat() if group.first else None,
        "last": group.last.isoformat() if group.last else None,
        "pull_requests": group.pull_requests,
        "newest_pull_requests": list(group.pulls),
        "authors": group.authors,
        "on_base": group.on_base,
        "jobs": list(group.jobs),
        "more_jobs": group.more_jobs,
        "signature": None
        if signature is None
        else {"id": signature.id, "yaml": f"{write_signature(signature)}\n"},
        "why": one.why,
    }


def _facts(group: Unrecognised) -> Iterable[str]:
    if group.pull_requests:
        newest = ", ".join(f"#{number}" for number in group.pulls)
        yield f"on {group.pull_requests} pull request{_s(group.pull_requests)} ({newest})"
    if group.authors:
        yield f"of {group.authors} author{_s(group.authors)}"
    if group.on_base:
        yield "also on the default branch"
    if group.jobs:
        more = f" and {group.more_jobs} more" if group.more_jobs else ""
        yield f"in {', '.join(map(_line, group.jobs))}{more}"
    if group.last is not None:
        yield f"last {_moment(group.last)}"
    yield f"fingerprint {group.fingerprint}"


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"


def _s(number: int) -> str:
    return "" if number == 1 else "s"


def _line(text: str) -> str:
    """One line of a log; what a terminal would obey is not shown."""
    shown = "".join(char if char.isprintable() else "·" for char in " ".join(text.split()))
    return shown if len(shown) <= MOST_SHOWN else f"{shown[: MOST_SHOWN - 1]}…"
