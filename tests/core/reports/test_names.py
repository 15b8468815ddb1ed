"""Names of tests: the same whatever stands between the containers, and never two tests taken for one."""

from hypothesis import given
from hypothesis import strategies as st

from bot.reports.names import pair_up, parts_of

SEPARATORS = (" > ", " › ", "::", ".", "/", "\\", " ", "#")
words = st.text("abcdefghijklmnopqrstuvwxyzäß_0123456789-[]()\"'", min_size=1, max_size=12).filter(
    lambda text: parts_of(text) == (text,)
)
names = st.lists(words, min_size=1, max_size=6)


@given(names, st.lists(st.sampled_from(SEPARATORS), min_size=12, max_size=12))
def test_what_stands_between_containers_does_not_matter(name: list[str], between: list[str]) -> None:
    one = "".join(a + b for a, b in zip(name, [*between[: len(name) - 1], ""], strict=True))
    other = "".join(a + b for a, b in zip(name, [*between[6 : 5 + len(name)], ""], strict=True))
    assert parts_of(one) == parts_of(other) == tuple(name)


@given(st.text(max_size=200))
def test_any_text_is_a_name(text: str) -> None:
    assert all(parts_of(text))


@given(st.lists(names, max_size=12), st.lists(names, max_size=12))
def test_each_name_is_paired_once_and_only_with_its_like(
    ours: list[list[str]], theirs: list[list[str]]
) -> None:
    left, right = [tuple(one) for one in ours], [tuple(one) for one in theirs]
    pairs = pair_up(left, right)
    assert len(set(pairs.values())) == len(pairs)
    for mine, other in pairs.items():
        short, long = sorted((left[mine], right[other]), key=len)
        assert long[-len(short) :] == short
    for index, name in enumerate(left):
        assert index in pairs or left.count(name) > right.count(name)


def test_runners_and_reports_name_alike() -> None:
    alike = [
        ("tests/test_tea.py::TestCup::test_hot[1]", "tests.test_tea.TestCup.test_hot[1]"),
        ("CartTest::testAdds", "Shop\\Tests\\CartTest::testAdds"),
        ("shop.CartTest > adds()", "shop.CartTest > adds"),
        ("tea > is hot", "tea is hot"),
        ("CartTest::testPrice with data set #0 (4, 5)", "CartTest::testPrice with data set #0"),
        ("adding tea # in 21 ms", "adding tea"),
        ("[It] Cart adds tea", "Cart adds tea"),
    ]
    for logged, told in alike:
        one, other = parts_of(logged), parts_of(told)
        assert one == other or other[-len(one) :] == one


def test_a_name_that_could_be_two_is_left_alone() -> None:
    assert pair_up([("adds",)], [("tea", "adds"), ("milk", "adds")]) == {}
    assert pair_up([("tea", "adds"), ("milk", "adds")], [("adds",)]) == {}


def test_names_that_come_twice_are_paired_in_their_order() -> None:
    assert pair_up([("a",), ("a",)], [("a",), ("a",), ("a",)]) == {0: 0, 1: 1}
