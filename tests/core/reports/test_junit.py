"""The dialects of JUnit's XML: where each runner puts a test's name, its place and what went wrong."""

# ruff: noqa: E501, ISC004 - reports as their writers write them

from pathlib import Path

import pytest

from bot.model.failure import Failure, FailureKind, Status, Totals
from bot.reports.junit import read_report

OTHERS = Path(__file__).parents[2] / "fixtures" / "reports" / "others"


def counts(data: bytes) -> tuple[int, int, int, int, int]:
    totals: tuple[Totals, ...] = read_report(data).totals
    return (
        sum(one.passed for one in totals),
        sum(one.failed for one in totals),
        sum(one.errors for one in totals),
        sum(one.skipped + one.pending for one in totals),
        sum(one.flaked for one in totals),
    )


def only(text: str) -> Failure:
    (failure,) = read_report(text.encode()).failures
    return failure


# As each writer's source puts it: the text, then test, message, file, line and suite.
DIALECTS = {
    "jest-junit": (
        '<testsuites name="jest tests"><testsuite name="tea"><testcase classname="tea is hot" name="tea is hot" '
        'file="src/tea.test.js"><failure>Error: expect(received).toBe(expected)\n    at x</failure></testcase>'
        "</testsuite></testsuites>",
        ("tea is hot", "Error: expect(received).toBe(expected)", "src/tea.test.js", 0, "tea"),
    ),
    "mocha-junit-reporter, Cypress": (
        '<testsuites name="Mocha Tests"><testsuite name="Root Suite" file="cypress/e2e/tea.cy.js"/><testsuite '
        'name="tea" file="cypress/e2e/tea.cy.js"><testcase name="tea is hot" classname="is hot"><failure message="it is cold" '
        'type="AssertionError"><![CDATA[AssertionError: it is cold\n    at y]]></failure></testcase></testsuite></testsuites>',
        ("tea is hot", "it is cold", "cypress/e2e/tea.cy.js", 0, "tea"),
    ),
    "vitest": (
        '<testsuites name="vitest tests"><testsuite name="test/tea.test.ts"><testcase classname="test/tea.test.ts" '
        'name="tea &gt; is hot"><failure message="expected 1 to be 2" type="AssertionError">AssertionError</failure>'
        "</testcase></testsuite></testsuites>",
        ("tea > is hot", "expected 1 to be 2", "test/tea.test.ts", 0, "test/tea.test.ts"),
    ),
    "Playwright": (
        '<testsuites id="" name=""><testsuite name="tea.spec.ts" hostname="chromium"><testcase name="tea › is hot" '
        'classname="tea.spec.ts"><failure message="tea.spec.ts:4:5 is hot" type="FAILURE"><![CDATA[  [chromium] ]]>'
        "</failure><system-out>[[ATTACHMENT|shot.png]]</system-out></testcase></testsuite></testsuites>",
        ("tea > is hot", "tea.spec.ts:4:5 is hot", "tea.spec.ts", 0, "tea.spec.ts"),
    ),
    "gotestsum": (
        '<testsuites><testsuite name="example.com/shop/tea"><testcase classname="example.com/shop/tea" '
        'name="TestTea/hot"><failure message="Failed" type="">=== RUN   TestTea/hot\n    tea_test.go:12: got 3\n'
        "    --- FAIL: TestTea/hot (0.00s)\n</failure></testcase></testsuite></testsuites>",
        ("TestTea/hot", "got 3", "tea_test.go", 12, "example.com/shop/tea"),
    ),
    "Ginkgo": (
        '<testsuites><testsuite name="Tea Suite" package="/x/tea"><testcase name="[It] Cart adds tea [slow, db]" '
        'classname="Tea Suite" status="timedout"><error message="A spec timeout occurred" type="timedout">text</error>'
        "</testcase></testsuite></testsuites>",
        ("Cart adds tea", "A spec timeout occurred", "", 0, "Tea Suite"),
    ),
    "pytest, xunit1": (
        '<testsuites><testsuite name="pytest"><testcase classname="tests.test_tea.TestCup" name="test_hot[1]" '
        'file="tests/test_tea.py" line="11"><failure message="AssertionError: assert 1 == 2&#10;  + where">'
        "def test</failure></testcase></testsuite></testsuites>",
        (
            "tests/test_tea.py::TestCup::test_hot[1]",
            "AssertionError: assert 1 == 2",
            "tests/test_tea.py",
            12,
            "",
        ),
    ),
    "RspecJunitFormatter": (
        '<testsuite name="rspec"><testcase classname="spec.cart_spec" name="Cart adds tea" file="./spec/cart_spec.rb">'
        '<failure message="&#10;expected: 3&#10;     got: 2" type="RSpec::Expectations::ExpectationNotMetError">'
        "Failure/Error</failure></testcase></testsuite>",
        ("Cart adds tea", "expected: 3", "./spec/cart_spec.rb", 0, ""),
    ),
    "PHPUnit": (
        '<testsuites><testsuite name="CartTest" file="/app/CartTest.php"><testcase name="testAdds" class="Shop\\CartTest" '
        'classname="Shop.CartTest" file="/app/CartTest.php" line="9" assertions="1"><failure type="E">Shop\\CartTest::'
        "testAdds\nFailed asserting that 2 is 3.\n\n/app/CartTest.php:12</failure></testcase></testsuite></testsuites>",
        ("Shop\\CartTest::testAdds", "Failed asserting that 2 is 3.", "/app/CartTest.php", 9, "CartTest"),
    ),
    ".NET": (
        '<testsuites><testsuite name="Shop.Tests.dll"><testcase classname="Shop.Tests.CartTests" name="Adds">'
        '<failure type="failure" message="Assert.Equal() Failure">at Shop</failure></testcase></testsuite></testsuites>',
        ("Shop.Tests.CartTests > Adds", "Assert.Equal() Failure", "", 0, "Shop.Tests.dll"),
    ),
    "bats": (
        '<testsuites><testsuite name="cart.bats"><testcase classname="cart.bats" name="adds tea"><failure type="failure">'
        "(in test file test/cart.bats, line 14)\n  `[ 1 = 2 ]' failed</failure></testcase></testsuite></testsuites>",
        ("adds tea", "`[ 1 = 2 ]' failed", "test/cart.bats", 14, "cart.bats"),
    ),
    "unittest-xml-reporting": (
        '<testsuite name="tea.TeaTest"><testcase classname="tea.TeaTest" name="test_hot" file="tea.py" line="7"><failure>'
        "Traceback (most recent call last):\n  File\nAssertionError: 1 != 2\n</failure></testcase></testsuite>",
        ("tea.TeaTest > test_hot", "AssertionError: 1 != 2", "tea.py", 7, "tea.TeaTest"),
    ),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_dialect_is_understood(dialect: str):
    text, expected = DIALECTS[dialect]
    one = only(text)
    assert (one.test, one.message, one.file, one.line, one.suite) == expected


def test_errors_and_failures_are_told_apart():
    data = b"""<testsuite name="s"><testcase name="a"><error message="x"/></testcase><testcase name="b">
    <failure message="y"/></testcase><testcase name="c"/><testcase name="d"><skipped/></testcase></testsuite>"""
    assert counts(data) == (1, 1, 1, 1, 0)
    assert [one.status for one in read_report(data).failures] == [Status.ERROR, Status.FAILED]


def test_runners_own_words_are_kept():
    one = only(DIALECTS["Ginkgo"][0])
    assert (one.status, one.kind) == (Status.TIMEDOUT, FailureKind.TIMEOUT)


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        ('name="[BeforeSuite]" classname="S"', FailureKind.SETUP),
        ('name="" classname="shop.DatabaseTest"', FailureKind.SETUP),
        ('name="initializationError" classname="shop.DatabaseTest"', FailureKind.SETUP),
        ('name="[build failed]" classname="example.com/x"', FailureKind.BUILD),
        ('name="a.test.ts" classname="a.test.ts"', FailureKind.COLLECTION),
        ('name="tea is hot" classname="tea"', FailureKind.TEST),
    ],
)
def test_what_kept_tests_from_running_is_no_test(case: str, kind: FailureKind):
    text = f'<testsuite name="s"><testcase {case}><failure message="broken"/></testcase></testsuite>'
    assert only(text).kind is kind


def test_a_test_that_failed_and_then_passed_flaked():
    for name in ("surefire-flaky", "retried", "flaky"):
        data = (OTHERS / f"{name}.xml").read_bytes()
        assert read_report(data).failures == (), name
        assert counts(data)[4] == 1, name


def test_reruns_that_all_failed_are_one_failure():
    text = """<testsuite name="s"><testcase classname="C" name="t"><failure message="first"/>
    <rerunFailure message="second"/></testcase></testsuite>"""
    assert only(text).message == "first"


def test_nested_suites_are_each_counted_once():
    assert counts((OTHERS / "nested.xml").read_bytes())[0] == 3


def test_a_suite_that_lists_no_tests_is_taken_at_its_word():
    data = b'<testsuite name="s" tests="6" failures="1" skipped="2" errors="x"/>'
    assert counts(data) == (3, 1, 0, 2, 0)


def test_nameless_tests_are_several_tests():
    assert counts(b"<testsuite><testcase/><testcase/><testcase><failure/></testcase></testsuite>") == (
        2,
        1,
        0,
        0,
        0,
    )


def test_surefire_and_nextest():
    surefire = read_report((OTHERS / "surefire.xml").read_bytes())
    assert (surefire.totals[0].failed, surefire.totals[0].errors, surefire.totals[0].passed) == (2, 5, 2)
    assert surefire.failures[0].test.startswith("action.surefire.report.email.EmailAddressTest > ")
    (nextest,) = read_report((OTHERS / "nextest.xml").read_bytes()).failures
    assert (nextest.test, nextest.suite) == ("test_failure", "oxidized_navigation::parry3d")


def test_tests_outside_of_suites_are_read():
    text = """<testsuites><testsuite name="tea" hostname="runner"><testcase name="is hot" classname="test"/></testsuite>
    <testcase name="alone" classname="test"><failure message="no milk"/></testcase></testsuites>"""
    assert only(text).test == "alone"
    assert counts(text.encode()) == (1, 1, 0, 0, 0)
