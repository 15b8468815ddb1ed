"""The six weeks are drawn from a seed, and hold what they promise whatever the seed."""

from datetime import timedelta
from itertools import pairwise

import pytest

from tests.trust.diffs import patches_of
from tests.trust.plan import KINDS, Plan, make_plan
from tests.trust.suite import CLEAN, Suite, load_suites

SUITES = load_suites()
BY_NAME = {suite.name: suite for suite in SUITES}
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module", params=[1, 2])
def plan(request: pytest.FixtureRequest) -> Plan:
    return make_plan(SUITES, request.param, days=42, pulls=200)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_a_suite_keeps_the_contract(suite: Suite):
    assert {one.kind for one in suite.flakes} == {
        "async-timing",
        "shared-state",
        "order",
        "randomness",
        "time",
        "network",
        "resource",
    }
    assert len(suite.flakes) >= 12
    assert len(suite.mutations) >= 15
    assert sum(one.hard == "same-text" for one in suite.mutations) >= 2
    assert sum(one.hard == "similar-text" for one in suite.mutations) >= 1
    assert 0.5 <= sum(one.known for one in suite.flakes) / len(suite.flakes) <= 0.85


def test_one_seed_gives_one_plan(plan: Plan):
    assert make_plan(SUITES, 7, days=14, pulls=30) == make_plan(SUITES, 7, days=14, pulls=30) != plan


def test_every_kind_of_pull_request_is_there(plan: Plan):
    assert {one.kind for one in plan.pulls} == {*KINDS, "lands", "repairs"}


def test_pushes_lie_so_far_apart_that_runs_and_reruns_end_between_them(plan: Plan):
    for pull in plan.pulls:
        moments = [push.at for push in pull.pushes]
        assert moments == sorted(moments)
        assert all(b - a >= 3 * HOUR for a, b in pairwise(moments))
        assert pull.merged is None or pull.merged > moments[-1] + 14 * timedelta(minutes=1)


def test_a_bug_changes_the_file_it_is_in(plan: Plan):
    for pull in plan.pulls:
        if pull.parent:
            continue
        for push in pull.pushes:
            for suite, variant in push.variants.items():
                for bug in BY_NAME[suite].variants()[variant]:
                    assert f"services/{suite}/{bug.file}" in pull.files


def test_main_breaks_by_a_merge_and_is_repaired_by_another(plan: Plan):
    assert plan.breaks
    merges = {pull.merged for pull in plan.pulls}
    for one in plan.breaks:
        assert {one.since, one.until} <= merges
        assert plan.on_main(one.suite, one.since) == one.variant
        assert plan.on_main(one.suite, one.until) == CLEAN


def test_no_run_needs_two_variants_of_one_suite(plan: Plan):
    for pull in plan.pulls:
        if pull.kind in ("lands", "repairs"):
            continue
        for push in pull.pushes:
            assert all(plan.on_main(suite, push.at) == CLEAN for suite in push.variants)


def test_twins_have_different_authors(plan: Plan):
    twins = [one for one in plan.pulls if one.kind == "triplets"]
    assert all(len({one.author for one in twins[n : n + 3]}) == 3 for n in range(0, len(twins), 3))


def test_a_push_shows_the_lines_of_its_bug_and_edits_elsewhere():
    files = ("services/python/shop/cache.py", "services/python/shop/ids.py")
    suite = BY_NAME["python"]
    bad = patches_of(files, {"python": "cache-lru"}, SUITES, "x")
    assert "-        self._entries.move_to_end(key)" in bad[files[0]]
    assert bad[files[0]].startswith("@@ -")
    calm = patches_of(files, {}, [suite], "x")
    assert calm[files[1]] == bad[files[1]]
    assert "+" in calm[files[0]]
