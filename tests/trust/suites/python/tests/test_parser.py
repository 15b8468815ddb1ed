from decimal import Decimal

import pytest
from shop.parser import BadOrder, parse_line, parse_order, total


def test_reads_a_line():
    item = parse_line("3 x Blue mug @ 4.50 EUR #gift #fragile")
    assert (item.count, item.name, item.price) == (3, "Blue mug", Decimal("4.50"))
    assert item.tags == {"gift", "fragile"}


def test_a_line_without_tags():
    assert parse_line("1 x Plate @ 7.25 EUR").tags == frozenset()


@pytest.mark.parametrize("text", ["", "mug", "x mug @ 3 EUR", "2 x @ 3 EUR", "2 x mug @ 3 eur"])
def test_refuses_what_is_no_line(text):
    with pytest.raises(BadOrder, match="cannot read"):
        parse_line(text)


def test_refuses_a_price_that_is_none():
    with pytest.raises(BadOrder, match="is no price"):
        parse_line("2 x mug @ cheap EUR")


def test_refuses_nothing():
    with pytest.raises(BadOrder, match="nothing ordered"):
        parse_line("0 x mug @ 4.50 EUR")


def test_refuses_a_price_below_zero():
    with pytest.raises(BadOrder, match="below zero"):
        parse_line("1 x mug @ -4.50 EUR")


def test_reads_an_order_with_comments():
    items = parse_order("; for Ada\n\n3 x mug @ 4.50 EUR\n1 x plate @ 7.25 EUR\n")
    assert [item.name for item in items] == ["mug", "plate"]


def test_names_the_line_that_is_wrong():
    with pytest.raises(BadOrder) as caught:
        parse_order("1 x mug @ 4.50 EUR\n\nrubbish\n")
    assert caught.value.number == 3


def test_refuses_two_currencies():
    with pytest.raises(BadOrder, match="CHF, EUR"):
        parse_order("1 x mug @ 4.50 EUR\n1 x bowl @ 3 CHF\n")


def test_refuses_an_empty_order():
    with pytest.raises(BadOrder, match="empty"):
        parse_order("; nothing\n")


def test_adds_up():
    assert total(parse_order("3 x mug @ 4.50 EUR\n1 x plate @ 7.25 EUR")) == Decimal("20.75")
