"""The comment as a maintainer reads it: headline, facts, table, what to do first, evidence."""

from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from bot.model.config import Problem
from bot.model.failure import Totals
from bot.model.report import Change, Delta, JobState, PreviousJob, Report, Row
from bot.model.verdict import VerdictClass
from bot.report.comment import render_comment
from tests.core.report.builders import (
    SHA,
    WEB,
    fold_green,
    judge,
    make_blocked,
    make_facts,
    make_failure,
    make_green,
    make_red,
    make_report,
    make_signature,
    ran,
)
from tests.core.report.oracle import text_of, walk
from tests.core.report.seeds import (
    CONFIG,
    STORIES,
    tell_fifth,
    tell_first,
    tell_fourth,
    tell_second,
    tell_third,
)


class Pages(SingleFileSnapshotExtension):
    """One markdown file per comment, to be read like the comment."""

    _write_mode = WriteMode.TEXT
    file_extension = "md"


def cells_of(report: Report, job: str) -> list[str]:
    """The cells of a job's row, rendered."""
    line = next(line for line in render_comment(report).splitlines() if line.startswith("|") and job in line)
    return [text_of(cell).strip() for cell in line.strip("| ").split(" | ")]


def headline_of(report: Report) -> str:
    """The comment's headline, rendered."""
    return walk(render_comment(report)).headline


@pytest.mark.parametrize("story", STORIES)
def test_the_comment_of_a_seed_reads_like_this(story: str, snapshot: SnapshotAssertion) -> None:
    assert render_comment(STORIES[story]()) == snapshot(extension_class=Pages, name=story)


def test_the_first_seed_keeps_its_counts() -> None:
    report = tell_first()
    assert headline_of(report) == "❌ 2 failures need you · ❔ 3 unknown · ❄️ 3 known flakes"
    assert cells_of(report, "(notification)")[1:5] == ["❌ Failed", "🔁 Returned", "still failing", "120/121"]
    assert cells_of(report, "(datastorage)")[4] == "94/97, 60 skipped"
    assert cells_of(report, "(signalprocessing)")[4] == "73/75"
    assert cells_of(report, "(aianalysis)")[4] == "48/49"
    hapi = cells_of(report, "(hapi)")
    assert hapi[4] == "59 passed, 1 error"
    assert "No module named 'holmesgpt_api_client'" in hapi[5]
    assert "gateway 79/79" in cells_of(report, "3 of 8 passed")[5]


def test_the_second_seed_folds_eight_blocked_jobs_into_a_row_that_names_their_cause() -> None:
    report = tell_second()
    assert headline_of(report) == "❄️ 1 known flake · ⏭ 8 jobs blocked"
    blocked = cells_of(report, "Blocked")
    assert blocked[0] == "Integration · 8 jobs"
    assert blocked[5].startswith("needs Unit (datastorage): gateway, datastorage")
    assert cells_of(report, "Unit (datastorage)")[4] == "443/444"


def test_the_third_seed_shows_its_four_tiers_and_says_that_base_was_not_compared() -> None:
    report = tell_third()
    text = text_of(render_comment(report))
    for tier in (
        "Integration · 5 of 9 passed",
        "Unit · 9 of 9",
        "Build & Lint · 2 of 2",
        "Must-Gather · 2 of 2",
    ):
        assert tier in text
    assert "base not compared: main has no completed run" in text


def test_the_fourth_seed_folds_its_flakes_by_signature() -> None:
    body = render_comment(tell_fourth())
    assert body.count("DS-FLAKY-003") == 1  # with both of its failures; the table tells another one first
    assert "✅ **Fixed** since the previous run: should return paginated results" in body
    assert "this pull request touches it" in body
    assert "&#64;<wbr>data-storage" in body


def test_the_fifth_seed_has_its_delta_column() -> None:
    report = tell_fifth()
    assert cells_of(report, "(datastorage)")[1:5] == [
        "❌ Failed",
        "❌ Fails (2)",
        "+1 new · 1 still failing",
        "108/110",
    ]
    assert cells_of(report, "(remediationorchestrator)")[3:5] == ["still failing", "58/59"]
    assert cells_of(report, "(signalprocessing)")[1:5] == ["✅ Passed", "❔ Unknown", "+1 new", "91/92"]


def test_a_failure_in_full_links_its_line_and_its_log_and_tells_how_to_run_it() -> None:
    walker = walk(render_comment(tell_fifth()))
    path = "test/integration/datastorage/audit_export_integration_test.go"
    assert f"{WEB}/blob/{SHA}/{path}#L221" in walker.links
    body = render_comment(tell_fifth())
    assert "▶ 1234   [FAILED] All events should have valid hash chain" in body
    assert "log line 1234" in body
    assert "<pre>\nginkgo --focus-file audit_export_integration_test.go:221" in body


def test_the_same_failure_in_several_jobs_is_told_once() -> None:
    failure = make_failure("Suite > should start", "no such file", fingerprint="same")
    jobs = [f"Integration ({name})" for name in ("gateway", "hapi", "shared")]
    body = render_comment(
        make_report(*(make_red(job, judge(VerdictClass.UNKNOWN, failure, job)) for job in jobs))
    )
    assert body.count("<b>should start</b>") == 1
    assert "❔ Unknown · Integration (gateway), Integration (hapi), Integration (shared)" in body


def test_what_the_log_shows_is_not_said_twice() -> None:
    body = render_comment(tell_fifth())
    detail = body[
        body.index("#### What failed") : body.index("should return unique constraint violation error</b>")
    ]
    assert detail.count("All events should have valid hash chain") == 1


GREEN = fold_green(
    "Unit", make_green("Unit (a)", (ran(10),), "Unit"), make_green("Unit (b)", (ran(2),), "Unit")
)


def test_green_is_said_of_what_ran_was_read_and_ended() -> None:
    assert headline_of(make_report(groups=(GREEN,))) == "✅ 2 jobs passed · 12 tests"


@pytest.mark.parametrize(
    "report",
    [
        make_report(),
        make_report(groups=(fold_green("Unit", make_green("Unit (a)")),)),
        make_report(
            groups=(fold_green("Unit", make_green("Unit (a)", (Totals("go", "", skipped=4, total=4),))),)
        ),
        make_report(Row("E2E", "CI", "", JobState.QUEUED), groups=(GREEN,)),
        make_report(groups=(GREEN,), facts=make_facts(finished=1, workflows=2)),
        make_report(groups=(GREEN,), facts=make_facts(pending=("Nightly",))),
        make_report(Row("E2E", "CI", "", JobState.SKIPPED)),
        make_report(Row("E2E", "CI", "", JobState.UNREAD), groups=(GREEN,)),
        make_report(Row("E2E", "CI", "", JobState.FAILED), groups=(GREEN,)),
    ],
    ids=[
        "nothing",
        "no counts",
        "all skipped",
        "queued",
        "workflow runs",
        "pending",
        "skipped",
        "unread",
        "failed",
    ],
)
def test_green_is_never_said_of_anything_else(report: Report) -> None:
    assert "✅" not in headline_of(report)


def test_running_jobs_are_in_the_headline() -> None:
    waiting = (Row("E2E", "CI", "", JobState.QUEUED), Row("Soak", "CI", "", JobState.RUNNING))
    clean = make_report(*waiting, groups=(GREEN,))
    assert headline_of(clean) == "⏳ 2 jobs queued or running · nothing has failed so far · 2 jobs passed"
    red = make_red("Unit", judge(VerdictClass.REGRESSION, make_failure("a", "b"), "Unit"))
    assert headline_of(make_report(red, *waiting)) == "❌ 1 failure needs you · ⏳ 2 jobs queued or running"


def test_a_failed_job_in_which_nothing_was_found_is_unknown_and_never_silent() -> None:
    report = make_report(Row("E2E", "CI", "", JobState.FAILED, note="the log says nothing we can read"))
    assert headline_of(report) == "❔ 1 unknown"
    assert cells_of(report, "E2E")[2] == "❔ Unknown"


def test_an_outage_is_said_above_the_table() -> None:
    body = render_comment(make_report(outage="9 of 14 jobs failed and 8 of them are unknown."))
    assert "> ⚠️ **This looks like an outage.** 9 of 14 jobs failed" in body


def test_an_outage_is_one_banner_and_not_fifty_verdicts() -> None:
    rows = [
        make_red(
            f"Job {n}",
            judge(VerdictClass.UNKNOWN, make_failure(f"t{n}", f"no answer {n}", fingerprint=f"{n}"), "j"),
        )
        for n in range(50)
    ]
    broken = judge(VerdictClass.REGRESSION, make_failure("sum", "a wrong sum", fingerprint="sum"), "Unit")
    body = render_comment(make_report(make_red("Unit", broken), *rows, outage="50 of 51 jobs failed."))
    folded = body.index("50 failures, folded because this looks like an outage")
    assert body.index("<b>sum</b>") < folded < body.index("<b>t0</b>")
    opened = body[: body.index("<details>")]
    assert opened.count("❔ Unknown") <= 2
    assert "48 more rows" in body


def test_the_rarest_known_flake_is_on_top() -> None:
    rates = {"OFTEN": 0.2, "NEVER-COUNTED": 0.0, "RARE": 0.01, "SOMETIMES": 0.05}
    flakes = [
        replace(
            judge(VerdictClass.KNOWN_FLAKE, make_failure(name, name), "j"),
            verdict=replace(
                judge(VerdictClass.KNOWN_FLAKE, make_failure(name, name), "j").verdict,
                flake_rate=rate,
                signature=make_signature(name, "waits too short"),
            ),
        )
        for name, rate in rates.items()
    ]
    body = render_comment(make_report(*(make_red(f"Job {n}", one) for n, one in enumerate(flakes))))
    fold = body[body.index("4 known flakes</summary>") :]
    assert sorted(rates, key=fold.index) == ["NEVER-COUNTED", "RARE", "SOMETIMES", "OFTEN"]


def test_ten_rows_are_open_and_the_rest_is_a_second_table() -> None:
    rows = [
        make_red(f"Job {number}", judge(VerdictClass.UNKNOWN, make_failure("t", "m"), "j"))
        for number in range(14)
    ]
    walker = walk(render_comment(make_report(*rows, groups=(GREEN,))))
    assert walker.widths == [[6] * 11, [6] * 6]
    assert "5 more rows" in render_comment(make_report(*rows, groups=(GREEN,)))


def test_failing_rows_come_first_whatever_order_they_are_given_in() -> None:
    kinds = (VerdictClass.INFRA, VerdictClass.UNKNOWN, VerdictClass.REGRESSION, VerdictClass.RETURNED)
    rows = [make_red(kind.value, judge(kind, make_failure("t", "m"), "j")) for kind in kinds]
    body = render_comment(make_report(Row("late", "CI", "", JobState.QUEUED), *rows, groups=(GREEN,)))
    places = [body.index(f"[{name}](") for name in ("returned", "regression", "unknown", "infra")]
    assert [*places, body.index("| late |"), body.index("**Unit**")] == sorted(
        [*places, body.index("| late |"), body.index("**Unit**")]
    )


def test_few_green_jobs_are_named_and_many_are_summed() -> None:
    few = fold_green("Unit", *(make_green(f"Unit (p{number})", (ran(5),), "Unit") for number in range(8)))
    many = fold_green("Unit", *(make_green(f"Unit (p{number})", (ran(5),), "Unit") for number in range(9)))
    assert cells_of(make_report(groups=(few,)), "8 of 8")[4:] == [
        "40/40",
        " · ".join(f"p{one} 5/5" for one in range(8)),
    ]
    assert cells_of(make_report(groups=(many,)), "9 of 9")[4] == "45/45"


def test_matrix_twins_are_one_row_that_counts_its_legs() -> None:
    row = replace(
        make_red("test", judge(VerdictClass.REGRESSION, make_failure("a", "b"), "test")),
        twins=("test (3.11)", "test (3.12)", "test (3.13)"),
        green_twins=("test (3.14)",),
    )
    assert cells_of(make_report(row), "legs")[0] == "test · 3 of 4 legs: 3.11, 3.12, 3.13"


@pytest.mark.parametrize(
    ("delta", "said"),
    [
        (Delta(), "–"),
        (Delta(compared=True), "–"),
        (Delta(new=1, compared=True), "+1 new"),
        (Delta(still=2, compared=True), "still failing"),
        (Delta(new=1, still=2, compared=True), "+1 new · 2 still failing"),
        (Delta(fixed=1, compared=True), "fixed"),
        (Delta(still=1, fixed=2, compared=True), "1 still failing · 2 fixed"),
        (Delta(flaked=1, compared=True), "1 flaked"),
    ],
)
def test_the_delta_column_says_what_changed(delta: Delta, said: str) -> None:
    row = make_red(
        "Unit",
        judge(VerdictClass.UNKNOWN, make_failure("a", "b"), "Unit"),
        delta=delta,
        previous=PreviousJob(JobState.PASSED),
    )
    assert cells_of(make_report(row), "Unit")[3] == said


def test_a_row_with_several_classes_names_them_all() -> None:
    found = (
        VerdictClass.REGRESSION,
        VerdictClass.KNOWN_FLAKE,
        VerdictClass.KNOWN_FLAKE,
        VerdictClass.UNKNOWN,
    )
    row = make_red(
        "Unit", *(judge(kind, make_failure("a", "b"), "Unit", change=Change.NEW) for kind in found)
    )
    cells = cells_of(make_report(row), "Unit")
    assert cells[2] == "❌ Fails (1 of 4)"
    assert cells[5].endswith("and ❔ 1 unknown, ❄️ 2 known flakes")


def test_blocked_jobs_share_a_row_however_they_ended_before() -> None:
    before = (PreviousJob(JobState.FAILED, 2), None, PreviousJob(JobState.PASSED))
    rows = [
        make_blocked(f"Integration ({leg})", "Unit", previous=one)
        for leg, one in zip("abc", before, strict=True)
    ]
    assert cells_of(make_report(*rows), "Blocked")[:3] == ["Integration · 3 jobs", "❌ 1 failed", "⏭ Blocked"]


def test_a_green_leg_goes_without_the_words_of_its_group() -> None:
    legs = [
        make_green(f"{name} Integration Tests", group="Integration Tests") for name in ("Gateway", "HAPI")
    ]
    report = make_report(groups=(fold_green("Integration Tests", *legs),))
    assert cells_of(report, "2 of 2 passed")[5] == "Gateway · HAPI"


def test_a_failure_that_a_job_reports_twice_names_the_job_once() -> None:
    failure = make_failure("a", "b", fingerprint="f")
    twice = [judge(VerdictClass.UNKNOWN, failure, "Unit") for _ in range(2)]
    assert "Unknown · Unit · <b>a</b>" in render_comment(make_report(make_red("Unit", *twice)))


def test_a_wrong_configuration_is_in_the_footer_and_the_last_good_one_holds() -> None:
    problems = tuple(
        Problem(".github/retriage.yml", line, 3, "unknown key 'comand'", "write 'comment'")
        for line in range(1, 8)
    )
    text = text_of(render_comment(make_report(config=replace(CONFIG, problems=problems))))
    assert "The configuration has 7 problems; the last good one holds." in text
    assert ".github/retriage.yml line 1: unknown key 'comand' · write 'comment'" in text
    assert "and 2 more problems" in text


def test_the_sections_come_in_the_order_of_the_contract() -> None:
    body = render_comment(
        replace(tell_first(), fixed=tell_fourth().fixed, artifacts=tell_fifth().artifacts, outage="x")
    )
    order = [
        "### ",
        "Commit ",
        "outage",
        "| Job |",
        "#### Fix first",
        "#### What failed",
        "3 known flakes</summary>",
        "1 artifact",
        "**Fixed**",
        "#### Next steps",
        "Legend",
        "Documentation",
    ]
    places = [body.index(one) for one in order]
    assert places == sorted(places)


def test_sections_without_content_are_left_out() -> None:
    body = render_comment(make_report(groups=(GREEN,)))
    assert not [
        one
        for one in ("Fix first", "What failed", "Next steps", "Legend", "Fixed", "artifact")
        if one in body
    ]
