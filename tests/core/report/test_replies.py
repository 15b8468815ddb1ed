"""What the bot answers to commands."""

from bot.model.verdict import VerdictClass
from bot.report.disputes import render_moved, render_recorded, render_too_often, render_unclear
from bot.report.replies import render_help, render_invalid, render_not_yet, render_too_many, render_why
from tests.core.report.builders import SHA, judge, make_failure, make_red, make_report
from tests.core.report.oracle import text_of, walk
from tests.core.report.seeds import tell_fifth, tell_first, tell_second


def test_a_wrong_command_is_quoted_and_the_valid_ones_are_listed() -> None:
    text = text_of(render_invalid("/retriage frobnicate @everybody"))
    assert "Not understood: /retriage frobnicate @everybody." in text
    assert "/retriage why <test or job>" in text
    assert walk(render_invalid("/retriage @everybody")).odd == []


def test_help_lists_the_commands() -> None:
    text = text_of(render_help())
    assert all(command in text for command in ("/retriage:", "/retriage help", "/retriage why"))


def test_a_verb_of_a_later_version_says_so() -> None:
    assert "rerun is planned, and not there yet." in text_of(render_not_yet("rerun"))


def test_too_many_reads_are_refused_with_the_limit() -> None:
    assert "5 times in the last hour" in render_too_many(5)


def test_why_shows_the_whole_ladder_and_the_evidence() -> None:
    body = render_why(tell_fifth(), "hash chain integrity")
    text = text_of(body)
    assert "❌ Fails" in text
    assert "Rung 9 gave the class" in text
    assert "the first rung that holds" in text
    assert "Passed on main in the same job at b81e02c4" in text
    assert walk(body).widths == [[4, 4, 4]]


def test_why_takes_the_exact_test_before_a_part_of_one() -> None:
    failure = make_failure("should work", "no")
    longer = make_failure("should work twice", "no")
    found = [judge(VerdictClass.UNKNOWN, one, "Unit") for one in (longer, failure)]
    text = text_of(render_why(make_report(make_red("Unit", *found)), "  Should  WORK "))
    assert "❔ Unknown should work\n" in text
    assert "twice" not in text


def test_why_takes_a_job_or_a_signature_too() -> None:
    assert "NT-BUG-013" in render_why(tell_first(), "nt-bug-013")
    blocked = text_of(render_why(tell_second(), "Integration (gateway)"))
    assert "⏭ Blocked Integration (gateway): needs Unit (datastorage)" in blocked


def test_why_says_how_many_others_match() -> None:
    text = text_of(render_why(tell_first(), "should"))
    assert text.count("gave the class") == 3
    assert "2 more failures match too" in text


def test_why_of_something_unknown_lists_what_there_is() -> None:
    text = text_of(render_why(tell_fifth(), "no such thing"))
    assert "Nothing in the newest report matches no such thing." in text
    assert "should verify hash chain integrity correctly" in text
    assert "an empty name" in text_of(render_why(tell_fifth(), "   "))


def test_words_that_name_several_failures_are_answered_with_commands_to_paste() -> None:
    found = [
        judge(VerdictClass.KNOWN_FLAKE, make_failure(name, "no"), "Unit") for name in ("A > b", 'A "c" `d`')
    ]
    body = render_unclear("a", found, found)
    text = text_of(body)
    assert "a names 2 failures. Say which one:" in text
    assert '❄️ Known flake · /retriage not-flake "A > b"' in text
    assert "/retriage not-flake 'A \"c\" `d`'" in text
    assert walk(body).odd == []
    assert "2 failures are excused. Say which one is no flake:" in text_of(render_unclear("", found, found))


def test_words_that_name_nothing_list_what_there_is() -> None:
    known = [
        judge(VerdictClass.UNKNOWN, make_failure(f"test {n} " + "x" * 400, "no"), "Unit") for n in range(12)
    ]
    text = text_of(render_unclear("@everybody <img src=x>", [], known))
    assert "Nothing in the newest report matches @everybody <img src=x>. It knows these failures:" in text
    assert "2 more failures" in text
    assert "Nothing is excused" in text_of(render_unclear("", [], known))
    assert "holds no failure" in text_of(render_unclear("x", [], []))


def test_other_answers_to_a_dispute() -> None:
    assert "The newest commit is 26d7cc29, and this comment was written before" in text_of(render_moved(SHA))
    assert "keeps what its report says" in render_recorded()
    assert "You disputed 20 times in the last hour" in render_too_often(20)
