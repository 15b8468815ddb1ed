"""Of a large log the marked lines stay, with what stands around them, in a bounded memory."""

import pytest

from bot.logs.blocks import Block
from bot.logs.keep import AROUND, HEAD, LIMITS, Keeper, Kept, Weight

PER_BLOCK = 1_000


def numbered(count: int, width: int = 20) -> list[Block]:
    return [
        Block(
            first,
            b"".join(b"%0*d\n" % (width, n) for n in range(first, min(first + PER_BLOCK, count + 1))),
            min(PER_BLOCK, count + 1 - first),
        )
        for first in range(1, count + 1, PER_BLOCK)
    ]


def keep(count: int, marked: dict[int, Weight], width: int = 20) -> Kept:
    keeper = Keeper()
    for block in numbered(count, width):
        here = range(block.first, block.first + block.lines)
        keeper.take(block, [(n - block.first, marked[n]) for n in sorted(marked) if n in here])
    return keeper.finish()


def numbers(kept: Kept) -> set[int]:
    assert all(int(line) == number for number, line in kept.lines), "a line has another's number"
    return {number for number, _ in kept.lines}


def test_beginning_and_end_of_a_log_are_kept():
    found = numbers(keep(10_000, {}))
    assert found == {*range(1, HEAD + 1), *range(8_001, 10_001)}


@pytest.mark.parametrize("weight", list(Weight))
@pytest.mark.parametrize("number", [5_000, 5_001, 4_999, 5_100, 6_000])
def test_a_marked_line_is_kept_with_what_stands_around_it_also_across_blocks(weight: Weight, number: int):
    before, behind = AROUND[weight]
    found = numbers(keep(20_000, {number: weight})) - set(range(1, HEAD + 1)) - set(range(18_001, 20_001))
    assert found == set(range(number - before, number + behind + 1))


def test_a_line_that_is_marked_twice_is_kept_once():
    kept = keep(20_000, {n: Weight(1 + n % 3) for n in range(9_000, 9_050)})
    lines = [number for number, _ in kept.lines]
    assert lines == sorted(set(lines))


def test_over_the_limit_the_middle_goes_and_it_is_said():
    width = 2_000
    kept = keep(6_000, dict.fromkeys(range(300, 3_800), Weight.TROUBLE), width)
    assert kept.lost == {Weight.TROUBLE}
    size = sum(len(line) + 1 for _, line in kept.lines)
    assert size <= LIMITS[Weight.TROUBLE] + LIMITS[Weight.SUMMARY]
    found = numbers(kept)
    assert {300, 6_000} <= found
    assert 1_800 not in found


def test_a_short_log_is_kept_whole():
    assert numbers(keep(37, {})) == set(range(1, 38))
    assert Keeper().finish() == Kept([], frozenset())
