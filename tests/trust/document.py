"""The figures in words: for the terminal, and as the tables of docs/trust.md."""

from collections.abc import Iterable, Mapping, Sequence

from tests.trust import measure
from tests.trust.measure import Figures, Share
from tests.trust.outcome import FLAKE, UNSURE, Outcome
from tests.trust.replay import Replay

TARGETS = {
    "masking": "at most 1 %",
    "recall": "at least 95 %",
    "precision": "at least 99 %",
    "unknown": "at most 15 %",
}
HARD = """### Masking by kind of bug

`same-text`: the bug makes a flaky test fail for real with its flake's text. `similar-text`: with a text like
it. `beside`: another test that such a bug breaks."""
NAMES = {
    "masking": "real regressions masked",
    "masking_own": "… of those that the pull request brings itself",
    "masking_once": "… of these, each bug and test counted once",
    "masking_all_once": "… with bugs of main, each bug and test counted once",
    "masking_job": "… jobs in which every sign of the bug was excused",
    "on_base_wrongly": "own regressions shown as on base",
    "found": "own regressions shown as such (rung 9)",
    "recall": "known flakes shown as known (recall)",
    "recall_unchanged": "… but for those that ADR 19 to 21 do not excuse",
    "precision": "shown as known and truly a flake (precision)",
    "unknown": "unknown after the first week",
    "unknown_flakes": "… of flakes",
    "unknown_regressions": "… of real regressions",
    "accused": "flakes shown as regressions after the first week",
    "unlisted": "failures of the report that Retriage did not list",
}


def as_text(replay: Replay, left_out: Sequence[str], minutes: float) -> str:
    """What the terminal shows."""
    found = measure.figures(replay.outcomes)
    lines = [_scope(replay, found), f"{minutes:.0f} minutes", ""]
    for name, told in NAMES.items():
        target = f"   wanted: {TARGETS[name]}" if name in TARGETS else ""
        lines.append(f"{told:<56} {getattr(found, name)!s}{target}")
    lines += ["", "masked:"]
    for (suite, bug, test, verdict, reason), times in measure.repeated(replay.outcomes).items():
        lines.append(f"  {times:>3} {suite}/{bug}: {test}: {verdict}: {reason}")
    lines += ["", "rungs:"]
    for (rung, verdict), truths in measure.ladder(replay.outcomes).items():
        lines.append(f"  {rung:>2} {verdict:<16} {dict(truths)}")
    lines += [f"left out: {one}" for one in left_out]
    return "\n".join(lines) + "\n"


def as_markdown(replay: Replay, left_out: Sequence[str], scale: str, seed: int) -> str:
    """The tables of the document."""
    rows = replay.outcomes
    sure = [one for one in rows if one.truth != UNSURE]
    found = measure.figures(rows)
    parts = [
        f"## Figures\n\nScale `{scale}`, seed {seed}. {_scope(replay, found)}",
        *(f"Left out: {one}." for one in left_out),
        _table(("figure", "share", "95 %", "of", "wanted"), (_row(name, found) for name in NAMES)),
        "### By rung\n\nWhat the failures truly were. `base` is a bug of `main`.",
        _rungs(rows),
        HARD,
        _shares("kind", measure.by(sure, lambda one: one.hard, measure.is_own, measure.is_masked)),
        "### Masking by kind of pull request",
        _shares("kind", measure.by(sure, lambda one: one.kind, measure.is_real, measure.is_masked)),
        "### What was masked, and by what",
        _masked(rows),
        "### Known flakes that were not shown as known",
        _missed(rows),
        "### By suite: recall of known flakes",
        _shares("suite", measure.by(sure, lambda one: one.suite, measure.is_known, measure.shown_known)),
        "### By kind of flake: recall of known flakes",
        _shares("kind", measure.by(sure, lambda one: one.flake, measure.is_known, measure.shown_known)),
        "### Flakes without a signature, after the first week",
        _table(("shown as", "share", "95 %", "of"), _unsigned(sure)),
        "### Listed by Retriage alone\n\nWhat it names beside the runner's own report.",
        _table(
            ("kind", "class", "times"),
            (
                (kind, verdict, f"{times}")
                for (kind, verdict), times in measure.extras_by_class(replay.extras).most_common()
            ),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _scope(replay: Replay, found: Figures) -> str:
    used = [
        deck.drawn[run.key]
        for deck in replay.decks.values()
        for run in deck.runs
        if run.exit and run.key in deck.drawn
    ]
    often = sum(used) / max(1, len(used))
    return (
        f"{found.failures:,} failures of {found.tests} tests in {replay.reports:,} reports,"
        f" {found.bugs} different bugs; {found.unsure} more are left out because the control runs do not"
        f" decide them. {len(used):,} different red runs were shown, each {often:.1f} times on average."
        f" Suites: {', '.join(sorted(replay.pools))}."
    )


def _row(name: str, found: Figures) -> Sequence[str]:
    return (NAMES[name], *_cells(getattr(found, name)), TARGETS.get(name, ""))


def _cells(one: Share) -> Sequence[str]:
    low, high = one.interval
    return f"{one.value:.1%}", f"{low:.1%} to {high:.1%}", f"{one.hits:,} / {one.total:,}"


def _shares(head: str, shares: Mapping[str, Share]) -> str:
    return _table((head, "share", "95 %", "of"), ((name, *_cells(one)) for name, one in shares.items()))


def _rungs(rows: Sequence[Outcome]) -> str:
    truths = ("known flake", "other flake", "regression", "base", UNSURE)
    return _table(
        ("rung", "class", *truths),
        (
            (f"{rung or ''}", verdict, *(f"{counts[one] or ''}" for one in truths))
            for (rung, verdict), counts in measure.ladder(rows).items()
        ),
    )


def _masked(rows: Sequence[Outcome]) -> str:
    return _table(
        ("times", "suite", "bug", "test", "class", "by"),
        (
            (f"{times}", suite, bug, f"`{test}`", verdict, f"`{reason}`")
            for (suite, bug, test, verdict, reason), times in measure.repeated(rows).items()
        ),
    )


def _missed(rows: Sequence[Outcome]) -> str:
    missed = [one for one in rows if measure.is_known(one) and not measure.shown_known(one)]
    shares = measure.by(
        missed, lambda one: f"{one.suite}: `{one.test}` as {one.verdict}", lambda _: True, lambda _: True
    )
    return _table(("flake", "times"), ((name, f"{one.total}") for name, one in shares.items()))


def _unsigned(rows: Sequence[Outcome]) -> Iterable[Sequence[str]]:
    asked = [one for one in rows if one.truth == FLAKE and not one.known and one.day >= measure.FIRST_WEEK]
    classes = sorted({one.verdict for one in asked})
    for name in classes:
        yield (name, *_cells(Share(sum(one.verdict == name for one in asked), len(asked))))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [" | ".join(("", *row, "")).strip() for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines)
