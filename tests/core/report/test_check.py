"""The check run: never green while anything failed, and notes on the lines that did."""

from dataclasses import replace

import pytest

from bot.model.config import CheckConfig
from bot.model.report import JobState, Report, Row
from bot.model.verdict import VerdictClass
from bot.report.check import render_check
from tests.core.report.builders import (
    fold_green,
    judge,
    make_facts,
    make_failure,
    make_green,
    make_red,
    make_report,
    ran,
)
from tests.core.report.oracle import walk
from tests.core.report.seeds import tell_fifth, tell_first

GREEN = fold_green("Unit", make_green("Unit (a)", (ran(10),), "Unit"))


def red(kind: VerdictClass) -> Report:
    """One failing job of this class."""
    failure = make_failure("Suite > should work", "it does not", file="pkg/a_test.go", line=7)
    return make_report(make_red("Unit", judge(kind, failure, "Unit")), groups=(GREEN,))


@pytest.mark.parametrize("kind", VerdictClass)
@pytest.mark.parametrize("wish", ["neutral", "failure", "success", "nonsense"])
def test_a_failure_never_concludes_in_success(kind: VerdictClass, wish: str) -> None:
    check = render_check(red(kind), CheckConfig(wish))
    asking = kind.needs_somebody or kind in {VerdictClass.UNKNOWN, VerdictClass.UNREAD}
    assert check.status == "completed"
    assert check.conclusion == ("failure" if asking and wish == "failure" else "neutral")


def test_success_is_for_jobs_that_all_ended_and_passed() -> None:
    assert render_check(make_report(groups=(GREEN,)), CheckConfig()).conclusion == "success"
    assert render_check(make_report(), CheckConfig()).conclusion == "neutral"
    assert (
        render_check(
            make_report(Row("E2E", "CI", "", JobState.UNREAD), groups=(GREEN,)), CheckConfig()
        ).conclusion
        == "neutral"
    )


@pytest.mark.parametrize(
    "report",
    [
        make_report(Row("E2E", "CI", "", JobState.RUNNING), groups=(GREEN,)),
        replace(red(VerdictClass.REGRESSION), facts=make_facts(finished=1, workflows=2)),
    ],
)
def test_a_run_that_goes_on_has_no_conclusion(report: Report) -> None:
    check = render_check(report, CheckConfig("failure"))
    assert (check.status, check.conclusion) == ("in_progress", "")


def test_the_title_is_the_headline_and_the_summary_holds_the_table() -> None:
    check = render_check(tell_first(), CheckConfig())
    assert (check.name, check.title) == (
        "Retriage",
        "❌ 2 failures need you · ❔ 3 unknown · ❄️ 3 known flakes",
    )
    walker = walk(check.summary)
    assert walker.odd == []
    assert walker.widths == [[6] * 7]
    assert "retriage:status" not in check.summary


def test_annotations_stand_at_file_and_line_gravest_first() -> None:
    notes = render_check(tell_first(), CheckConfig()).annotations
    assert [note.level for note in notes] == [
        "failure",
        "failure",
        "warning",
        "warning",
        "warning",
        "notice",
        "notice",
        "notice",
    ]
    assert (notes[0].path, notes[0].line) == (
        "test/integration/notification/performance_concurrent_test.go",
        183,
    )
    assert notes[1].title == "❌ Fails: test_hapi_audit_flow_integration.py"
    assert notes[1].message.splitlines()[0] == "ModuleNotFoundError: No module named 'holmesgpt_api_client'"
    assert notes[1].message.splitlines()[-1] == "Job: Integration (hapi)"


def test_annotations_are_capped_and_the_same_line_is_noted_once() -> None:
    assert len(render_check(tell_first(), CheckConfig(annotations=2)).annotations) == 2
    assert render_check(tell_first(), CheckConfig(annotations=0)).annotations == ()
    row = red(VerdictClass.UNKNOWN).rows[0]
    twice = make_report(row, replace(row, job="Unit (again)"))
    assert len(render_check(twice, CheckConfig()).annotations) == 1


@pytest.mark.parametrize("path", ["", "/tmp/x.go", "../x.go", "C:\\x.go", "a\nb.go"])  # noqa: S108  a path in a log
def test_a_file_outside_the_repository_has_no_annotation(path: str) -> None:
    failure = make_failure("a", "b", file=path, line=3)
    report = make_report(make_red("Unit", judge(VerdictClass.REGRESSION, failure, "Unit")))
    assert render_check(report, CheckConfig()).annotations == ()


def test_a_failure_without_a_line_is_noted_on_the_first() -> None:
    failure = make_failure("a", "b", file="a.py")
    report = make_report(make_red("Unit", judge(VerdictClass.ON_BASE, failure, "Unit")))
    (note,) = render_check(report, CheckConfig()).annotations
    assert (note.line, note.level) == (1, "notice")


def test_the_summary_of_the_fifth_seed_points_to_the_comment() -> None:
    assert "The comment on the pull request" in render_check(tell_fifth(), CheckConfig()).summary
