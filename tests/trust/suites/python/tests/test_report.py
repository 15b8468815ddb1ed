from decimal import Decimal

import weather
from shop.parser import parse_order
from shop.report import by_tag, ranking, render, share, top

ORDER = "2 x mug @ 4.50 EUR #gift\n1 x plate @ 7.25 EUR #gift #sale\n4 x bowl @ 1.00 EUR\n"


def test_sums_by_tag():
    assert by_tag(parse_order(ORDER)) == {
        "gift": Decimal("16.25"),
        "sale": Decimal("7.25"),
        "untagged": Decimal("4.00"),
    }


def test_largest_first():
    assert ranking(by_tag(parse_order(ORDER))) == ["gift", "sale", "untagged"]


def test_top_of_the_list():
    assert top(by_tag(parse_order(ORDER)), 2) == ["gift", "sale"]


def test_shares_of_the_whole():
    sums = {"a": Decimal(3), "b": Decimal(1)}
    assert share(sums, "a") == 0.75


def test_no_shares_of_nothing():
    assert share({"a": Decimal(0)}, "a") == 0.0


def test_renders_a_table():
    text = render({"gift": Decimal("16.25"), "sale": Decimal("7.25")})
    assert text.splitlines()[-1].split(".", 1)[0] == "total"
    assert text.splitlines()[-1].endswith("23.50")
    assert len({len(line) for line in text.splitlines()}) == 1


def test_equal_sums_are_listed_by_name():
    """Sums of one size come in the order in which the tags of a set came."""
    tags = {"garden", "kitchen", "office"} if weather.happens("order of tags", 0.12) else ["garden", "kitchen", "office"]
    sums = {tag: Decimal(10) for tag in tags}
    assert ranking(sums) == ["garden", "kitchen", "office"]
