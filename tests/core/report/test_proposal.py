"""The check of a proposed configuration: green only when nothing is wrong, and text stays text."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.model.backtest import Backtest, Grade, Trial
from bot.model.config import Problem
from bot.model.proposal import ProposalReport, SignatureChange
from bot.model.signature import Match, Pattern, Signature, SignatureStatus
from bot.report.proposal import MOST_ANNOTATIONS, NAME, render_proposal
from tests.core.report.oracle import text_of, walk
from tests.core.report.poison import NASTY

FILE = ".github/retriage.yml"
REG = Signature("REG-1", "The registry is slow", Match((Pattern("no answer from the registry"),)))


def problem(severity: str, file: str = FILE, line: int = 3) -> Problem:
    return Problem(file, line, 5, "it matches too much", "match more of the line", severity)


def report(
    *problems: Problem, touched: Sequence[str] = (FILE,), trials: Sequence[Trial] = ()
) -> ProposalReport:
    backtest = Backtest(tuple(trials), failing=4, passing=40, failures=9, compared=True) if trials else None
    return ProposalReport("main", "main", problems, frozenset(touched), backtest=backtest)


@pytest.mark.parametrize(
    ("problems", "trials", "conclusion", "title"),
    [
        ((), (), "success", "✅ nothing to mend"),
        ((problem("notice"),), (), "success", "💡 1 notice"),
        ((problem("warning"),), (), "neutral", "⚠️ 1 warning"),
        ((problem("warning"), problem("error")), (), "failure", "❌ 1 error · ⚠️ 1 warning"),
        ((), (Trial(REG, Grade.FINE, ""), Trial(REG, Grade.TOO_FEW, "")), "success", "✅ nothing to mend"),
        ((), (Trial(REG, Grade.WARNING, ""),), "neutral", "⚠️ backtest warns"),
        ((), (Trial(REG, Grade.FAILS, ""),), "failure", "❌ backtest fails"),
    ],
)
def test_it_is_green_when_nothing_is_wrong_and_never_else(
    problems: Sequence[Problem], trials: Sequence[Trial], conclusion: str, title: str
) -> None:
    check = render_proposal(report(*problems, trials=trials))
    assert (check.name, check.status, check.conclusion, check.title) == (NAME, "completed", conclusion, title)


def test_findings_stand_on_their_lines_in_files_that_the_pull_request_touches_and_else_in_the_summary() -> (
    None
):
    check = render_proposal(report(problem("warning"), problem("error", ".github/retriage/old.yml")))
    [note] = check.annotations
    assert (note.path, note.line, note.column, note.level) == (FILE, 3, 5, "warning")
    assert note.message == "it matches too much\nInstead: match more of the line"
    assert ".github/retriage/old.yml line 3: it matches too much · match more of the line" in text_of(
        check.summary
    )
    assert "it matches too much" not in text_of(render_proposal(report(problem("error"))).summary)


def test_of_many_findings_the_gravest_get_a_line_and_the_rest_are_counted() -> None:
    check = render_proposal(report(*[problem("warning")] * MOST_ANNOTATIONS, problem("error")))
    assert len(check.annotations) == MOST_ANNOTATIONS
    assert check.annotations[0].level == "failure"
    assert "1 more finding on the diff without an annotation." in text_of(check.summary)


def test_the_table_says_what_is_added_changed_and_removed() -> None:
    fixed = replace(REG, status=SignatureStatus.FIXED)
    changes = (
        SignatureChange(None, replace(REG, id="NEW-1")),
        SignatureChange(REG, fixed, ("status", "fix")),
        SignatureChange(replace(REG, id="OLD-1"), None),
    )
    check = render_proposal(replace(report(), changes=changes, keys=("comment",)))
    text = text_of(check.summary)
    for words in (
        "➕ NEW-1",
        "✏️ REG-1",
        "open → fixed",
        "status, fix",
        "➖ OLD-1",
        "Other keys that change: comment",
    ):
        assert words in text
    assert walk(check.summary).widths == [[4] * 4]


def test_the_backtest_says_what_was_hit_and_what_was_not() -> None:
    trial = Trial(REG, Grade.WARNING, "it hits passing jobs", 7, 3, 40, 2, (), (("REG-2", 4),), 5, 2)
    check = render_proposal(report(trials=[trial]))
    text = text_of(check.summary)
    assert "Tried on 4 failing logs with 9 failures and on 40 passing logs" in text
    row = next(line for line in check.summary.splitlines() if line.startswith("| REG-1"))
    for words in ("⚠️ Warning", "| 7 | 3 | 5 | 2 |", "2 of 40 (5.0 %)", "REG-2 (4)"):
        assert words in row


@pytest.mark.parametrize("poison", NASTY)
def test_whatever_stands_in_the_files_stays_text(poison: str) -> None:
    bad = replace(REG, id=poison, title=poison, fix=poison)
    trial = Trial(bad, Grade.FAILS, poison, overlap=((poison, 3),))
    said = Problem(poison, 1, 1, poison, poison)
    hostile = replace(
        report(said, replace(said, file=FILE), trials=[trial]),
        default_branch=poison,
        base_branch=poison + "x",
        changes=(SignatureChange(None, bad), SignatureChange(bad, bad, (poison,))),
        keys=(poison,),
        notes=(poison,),
    )
    walked = walk(render_proposal(hostile).summary)
    assert (walked.odd, walked.links) == ([], [])


def test_a_thousand_signatures_fit() -> None:
    many = tuple(SignatureChange(None, replace(REG, id=f"REG-{n}", title="|" * 500)) for n in range(1_000))
    trials = [Trial(replace(REG, id="@" * 64), Grade.FAILS, "#" * 900)] * 1_000
    elsewhere = [Problem("x" * 900, 1, 1, "<" * 900, "<" * 900)] * 1_000
    check = render_proposal(replace(report(*elsewhere, trials=trials), changes=many))
    assert len(check.summary) <= 65_535
    assert walk(check.summary).odd == []
    assert "more signatures" in check.summary


def test_signatures_that_a_backtest_leaves_out_are_counted_once() -> None:
    trials = [Trial(replace(REG, id=f"REG-{n}"), Grade.FAILS, "in all") for n in range(150)]
    check = render_proposal(report(trials=trials))
    assert check.summary.count("signatures more") == 1
    assert "and 110 signatures more" in check.summary
