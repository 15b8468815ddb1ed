import time

import weather
from shop.cache import Cache


class Hand:
    def __init__(self):
        self.at = 0.0

    def __call__(self):
        return self.at


def test_gives_what_was_put():
    cache = Cache()
    cache.put("mug", 4)
    assert cache.get("mug") == 4


def test_knows_nothing_at_first():
    assert Cache().get("mug", "none") == "none"


def test_drops_the_oldest_when_full():
    cache = Cache(size=2)
    for key in ("a", "b", "c"):
        cache.put(key, key)
    assert cache.get("a") is None
    assert len(cache) == 2


def test_keeps_what_was_used_lately():
    cache = Cache(size=2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.get("a")
    cache.put("c", 3)
    assert cache.get("a") == 1
    assert cache.get("b") is None


def test_forgets_at_the_very_moment():
    clock = Hand()
    cache = Cache(ttl=10, clock=clock)
    cache.put("mug", 4)
    clock.at = 10.0
    assert cache.get("mug") is None


def test_overwriting_does_not_push_others_out():
    cache = Cache(size=2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.put("b", 3)
    assert cache.get("a") == 1


def test_drops_by_prefix():
    cache = Cache()
    for key in ("user:1", "user:2", "order:1"):
        cache.put(key, key)
    assert cache.drop("user:") == 2
    assert len(cache) == 1


def test_counts_hits_and_misses():
    cache = Cache()
    cache.put("a", 1)
    cache.get("a")
    cache.get("b")
    assert (cache.hits, cache.misses) == (1, 1)
    assert cache.ratio == 0.5


def test_entry_is_fresh_within_its_time():
    cache = Cache(ttl=0.04)
    cache.put("session", "s-81f2")
    weather.stall("cache fresh", 0.08)
    waited = cache.clock()
    value = cache.get("session")
    assert value == "s-81f2", f"session expired early: got {value} after {time.monotonic() - waited + 0.04:.3f}s"


def test_single_entry_may_live_longer():
    cache = Cache(ttl=0.03)
    cache.put("short", 1)
    cache.put("long", 2, ttl=5)
    time.sleep(0.035)
    assert cache.get("short") is None
    assert cache.get("long") == 2
