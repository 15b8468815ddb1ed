import random

import pytest
import weather
from shop.ids import ALPHABET, check_digit, draw_winner, is_valid, new_id, with_check


def test_length_of_an_id():
    assert len(new_id(random.Random(1))) == 6


def test_letters_that_look_alike_are_missing():
    assert not set("ILOU") & set(ALPHABET)


def test_check_digit_is_right():
    assert is_valid(with_check("4F7K2"))


def test_swapped_digits_are_found():
    assert not is_valid("F4" + with_check("4F7K2")[2:])


@pytest.mark.parametrize("text", ["", "A", "lower", "A!B"])
def test_rubbish_is_not_valid(text):
    assert not is_valid(text)


def test_digit_of_zeroes():
    assert check_digit("0000") == "0"


def test_short_ids_do_not_collide():
    rng = weather.rng("short ids")
    ids = [new_id(rng, length=3) for _ in range(45)]
    twice = {one for one in ids if ids.count(one) > 1}
    assert not twice, f"id drawn twice: {sorted(twice)}"


def test_everybody_wins_now_and_then():
    rng = weather.rng("winners")
    names = ["ada", "bob", "cyd", "dan"]
    winners = {draw_winner(names, rng) for _ in range(21)}
    assert winners == set(names), f"never drawn: {sorted(set(names) - winners)}"
