"""Whatever a log, a name or a configuration says, the comment stays the one that we wrote."""

import itertools
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model.config import CheckConfig, Problem
from bot.model.report import Change, Report
from bot.model.verdict import VerdictClass
from bot.report.check import SUMMARY_LIMIT, TITLE_LIMIT, render_check
from bot.report.comment import render_comment
from bot.report.disputes import render_moved, render_unclear
from bot.report.replies import render_help, render_invalid, render_not_yet, render_why
from tests.core.report.builders import judge, make_excerpt, make_failure, make_red, make_report, ran
from tests.core.report.oracle import check_comment, walk
from tests.core.report.poison import NASTY, poison
from tests.core.report.seeds import CONFIG, STORIES

FORBIDDEN = ("safe to merge", "you can merge", "ignore")
hostile = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=60),
    st.lists(st.sampled_from(NASTY), min_size=2, max_size=4).map("".join),
    st.text(alphabet="|`<>&@#_*[]()!\\\n\r-=:/.$~ aw1\u202e\x1b", max_size=80),
)


def hostile_report(story: str, texts: list[str]) -> Report:
    """A seed's report in which every text is one of these."""
    report = STORIES[story]()
    problem = Problem("retriage.yml", 3, 1, "unknown key", "remove it")
    full = replace(report, outage="x", config=replace(CONFIG, problems=(problem,) * 7))
    return poison(full, itertools.cycle(texts).__next__)


@pytest.mark.parametrize("story", STORIES)
def test_a_comment_of_a_seed_renders_clean(story: str) -> None:
    report = STORIES[story]()
    walker = check_comment(report, render_comment(report))
    assert all(len(set(widths)) == 1 for widths in walker.widths)
    assert walker.widths[0][0] == 6


@pytest.mark.parametrize("story", STORIES)
def test_our_own_words_never_tell_anybody_to_look_away(story: str) -> None:
    said = " ".join(walk(render_comment(STORIES[story]())).plain).lower()
    assert not [word for word in FORBIDDEN if word in said]


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("story", ["first", "fourth"])
def test_one_hostile_text_in_every_field_stays_text(story: str, text: str) -> None:
    report = hostile_report(story, [text])
    check_comment(report, render_comment(report))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(STORIES)), st.lists(hostile, min_size=1, max_size=7))
def test_hostile_texts_in_every_field_stay_text(story: str, texts: list[str]) -> None:
    report = hostile_report(story, texts)
    check_comment(report, render_comment(report))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(STORIES)), st.lists(hostile, min_size=1, max_size=5))
def test_a_check_run_of_hostile_texts_keeps_githubs_limits(story: str, texts: list[str]) -> None:
    check = render_check(hostile_report(story, texts), CheckConfig())
    assert len(check.title) <= TITLE_LIMIT
    assert len(check.summary) <= SUMMARY_LIMIT
    assert walk(check.summary).odd == []
    assert all(one.path and one.line > 0 and len(one.title) <= TITLE_LIMIT for one in check.annotations)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(STORIES)), hostile, hostile)
def test_replies_to_hostile_commands_stay_ours(story: str, command: str, text: str) -> None:
    report = hostile_report(story, [text, "plain"])
    for body in (
        render_help(),
        render_invalid(command),
        render_not_yet(command),
        render_why(report, command),
        render_unclear(command, report.judged, report.judged),
        render_unclear(command, (), report.judged),
        render_moved(command),
    ):
        walker = walk(body)
        assert walker.odd == []
        assert walker.comments == []
        assert len(body) < 60_000


@pytest.mark.parametrize("text", ["x" * 10_000, "😀" * 10_000, "@" * 10_000, "\u202e" * 10_000])
def test_five_hundred_jobs_with_fifty_failures_each_fit_and_say_what_is_left_out(text: str) -> None:
    excerpt = make_excerpt((text,) * 9, 4)
    failure = make_failure(text, text, detail=text, file=text, line=3)
    kinds = itertools.islice(itertools.cycle(VerdictClass), 50)
    failures = [judge(kind, failure, text, text, text, excerpt=excerpt) for kind in kinds]
    rows = [make_red(text, *failures, totals=(ran(5, 50),))] * 500
    report = make_report(*rows, config=replace(CONFIG, problems=(Problem(text, 1, 1, text, text),) * 40))
    body = render_comment(report)
    walker = check_comment(report, body)
    assert "left out" in body
    assert re.search(r"[\d,]+ more failures not shown in full", body)
    assert walker.headline.startswith("❌ 4,500 failures need you")


def test_many_failures_with_ordinary_names_are_shown_in_full_as_far_as_they_fit() -> None:
    lines = tuple(f"line {number} of an ordinary log with some words in it" for number in range(9))
    failures = [
        judge(
            VerdictClass.REGRESSION,
            make_failure(f"Suite > should do thing {number}", f"Expected {number}", fingerprint=str(number)),
            "Integration (one)",
            change=Change.STILL,
            excerpt=make_excerpt(lines, 4),
        )
        for number in range(60)
    ]
    body = render_comment(make_report(make_red("Integration (one)", *failures)))
    assert body.count("<b>should do thing") == 25
    assert "35 more failures not shown in full" in body
