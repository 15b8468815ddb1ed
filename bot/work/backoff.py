"""When to try again, and when to give up."""

from random import Random

# Our own mistakes: more tries than this only repeat them.
MOST_TRIES = 5
# Rate limits and outages pass: so many waits are some hours.
MOST_WAITS = 300
FIRST_SECONDS = 5.0
# What was broken may work again at any moment: a minute later the backlog shall be gone (RELIABILITY I9).
MOST_SECONDS = 45.0
# GitHub's longest waits are an hour; a figure beyond a day is garbage.
LONGEST_AFTER = 86_400.0


def delay_before_retry(turn: int, after: float, rng: Random) -> float:
    """Seconds before the next try: at least `after`, doubling from 5 s up to 45 s, spread by half.

    Args:
        turn: how often it was begun so far, at least 1.
        after: what was asked for, in seconds.
        rng: where the spread comes from.
    """
    doubling = min(MOST_SECONDS, FIRST_SECONDS * 2.0 ** min(max(turn - 1, 0), 16))
    asked = min(after, LONGEST_AFTER) if after > 0 else 0.0
    return max(asked, doubling * rng.uniform(0.5, 1.0))
