"""What really failed is read from the runner's own report, and compared with what Retriage names."""

import json
from pathlib import Path

import pytest

from tests.trust.truth import WHOLE, Truth, broken_by, read_truth, same_test

JUNIT = """<testsuites><testsuite>
<testcase classname="tests.test_cache.TestLru" name="test_drops[2]"><failure message="1"/></testcase>
<testcase classname="tests.test_cache" name="test_keeps"/>
<testcase classname="tests.test_cache" name="test_left_out"><skipped/></testcase>
<testcase classname="" name="tests.test_report"><error message="collection failure"/></testcase>
</testsuite></testsuites>"""


def test_junit_names_failures_and_errors(tmp_path: Path):
    (tmp_path / "report.xml").write_text(JUNIT, encoding="utf-8")
    truth = read_truth("junit", tmp_path, "*.xml", ended_well=False)
    assert truth == Truth(frozenset({"tests.test_cache.TestLru test_drops[2]", "tests.test_report"}), 3)


def test_go_names_the_innermost_test_and_packages_that_say_nothing(tmp_path: Path):
    events = [
        {"Action": "run", "Package": "shop/cart", "Test": "TestSum"},
        {"Action": "fail", "Package": "shop/cart", "Test": "TestSum/of_two"},
        {"Action": "fail", "Package": "shop/cart", "Test": "TestSum"},
        {"Action": "pass", "Package": "shop/cart", "Test": "TestNone"},
        {"Action": "fail", "Package": "shop/cart"},
        {"Action": "fail", "Package": "shop/broken"},
    ]
    (tmp_path / "events.json").write_text("\n".join(map(json.dumps, events)), encoding="utf-8")
    truth = read_truth("gotest", tmp_path, "events.json", ended_well=False)
    assert truth.failed == {"shop/cart TestSum/of_two", "shop/broken"}


def test_lines_name_what_failed(tmp_path: Path):
    (tmp_path / "a.log").write_text(
        "ok cart::adds\nfailed cart::sums\nignored cart::slow\n", encoding="utf-8"
    )
    assert read_truth("lines", tmp_path, "*.log", ended_well=False) == Truth(frozenset({"cart::sums"}), 2)


@pytest.mark.parametrize("text", [None, "<testsuites><testsuite><testcase"])
def test_a_run_that_died_failed_as_a_whole(tmp_path: Path, text: str | None):
    if text is not None:
        (tmp_path / "report.xml").write_text(text, encoding="utf-8")
    assert read_truth("junit", tmp_path, "report.xml", ended_well=False).failed == {WHOLE}
    assert read_truth("junit", tmp_path, "report.xml", ended_well=True).failed == frozenset()


@pytest.mark.parametrize(
    ("report", "shown"),
    [
        ("tests.test_cache.TestLru test_drops[2]", "tests/test_cache.py::TestLru::test_drops[2]"),
        ("Shop Suite [It] Cart adds up", "Cart > adds up"),
        ("shop/cart TestSum/of_two", "TestSum/of_two"),
        ("cart::tests::sums", "cart::tests::sums"),
    ],
)
def test_two_forms_of_one_test_meet(report: str, shown: str):
    assert same_test(report, shown)


@pytest.mark.parametrize(
    ("report", "shown"),
    [("tests.test_cache test_keeps", "test_keeps_two"), ("a.test_x", "b/test_x.py::test_y"), ("a", "")],
)
def test_different_tests_do_not(report: str, shown: str):
    assert not same_test(report, shown)


def test_a_bug_breaks_what_fails_in_every_control_run():
    first, second = Truth(frozenset({"a", "b"}), 9), Truth(frozenset({"a", "c"}), 9)
    assert broken_by([first, second]) == (frozenset({"a"}), frozenset({"b", "c"}))
