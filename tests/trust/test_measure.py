"""The arithmetic of the figures, held against examples worked out by hand."""

from dataclasses import replace

import pytest

from tests.trust.measure import Share, figures, ladder, masked_jobs, repeated
from tests.trust.outcome import BASE, FLAKE, REGRESSION, UNSURE, Outcome

ROW = Outcome(
    day=10.0,
    pull="bug-1",
    kind="bug",
    push=0,
    attempt=1,
    suite="python",
    test="t",
    truth=FLAKE,
    bug="",
    hard="",
    flake="time",
    known=True,
    verdict="known_flake",
    rung=5,
    signature="s",
    touched=False,
    why="",
    message="",
    run="python/clean/1",
)
REAL = replace(ROW, truth=REGRESSION, bug="m", flake="", known=False, verdict="regression", rung=9)


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    # https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval
    [(0, 100, 0.0, 0.0370), (5, 100, 0.0215, 0.1118), (10, 10, 0.7225, 1.0), (0, 0, 0.0, 1.0)],
)
def test_wilsons_interval(hits: int, total: int, low: float, high: float):
    assert Share(hits, total).interval == pytest.approx((low, high), abs=1e-4)


def test_masking_counts_what_nobody_would_look_at():
    rows = [REAL, replace(REAL, verdict="infra"), replace(REAL, truth=BASE, verdict="seen_elsewhere")]
    rows += [replace(REAL, verdict="on_base"), replace(REAL, verdict="unknown"), ROW]
    found = figures(rows)
    assert (found.masking, found.masking_own) == (Share(2, 5), Share(1, 4))
    assert found.on_base_wrongly == Share(1, 4)
    assert found.masking_once == Share(1, 1)
    assert found.masking_all_once == Share(1, 1)
    other = figures([REAL, replace(REAL, truth=BASE, bug="n", verdict="infra")])
    assert (other.masking_once, other.masking_all_once) == (Share(0, 1), Share(1, 2))


def test_recall_asks_for_flakes_with_a_signature_and_precision_for_what_is_shown():
    rows = [ROW, replace(ROW, verdict="unknown"), replace(ROW, known=False, verdict="regression")]
    rows += [replace(REAL, verdict="known_flake")]
    found = figures(rows)
    assert found.recall == Share(1, 2)
    doubted = replace(ROW, verdict="regression", outweighed="it matches s, but")
    assert figures([ROW, doubted]).recall_unchanged == Share(1, 1)
    assert found.precision == Share(1, 2)
    assert found.accused == Share(1, 3)


def test_the_first_week_does_not_count_for_the_unknown():
    rows = [replace(ROW, verdict="unknown", day=6.9), replace(ROW, verdict="unknown", day=7.0), ROW]
    assert figures(rows).unknown == Share(1, 2)


def test_what_the_control_runs_do_not_decide_is_in_no_figure():
    found = figures([replace(REAL, truth=UNSURE, verdict="known_flake"), REAL])
    assert (found.unsure, found.failures, found.masking) == (1, 1, Share(0, 1))


def test_a_job_is_masked_when_every_sign_is():
    rows = [replace(REAL, test="a", verdict="known_flake"), replace(REAL, test="b")]
    rows += [replace(REAL, test="a", verdict="known_flake", attempt=2)]
    assert masked_jobs(rows) == Share(1, 2)


def test_the_tables_count_by_rung_and_by_cause():
    rows = [ROW, replace(REAL, verdict="infra", rung=5, signature="net"), REAL]
    assert ladder(rows)[5, "infra"] == {REGRESSION: 1}
    assert ladder(rows)[5, "known_flake"] == {"known flake": 1}
    assert repeated(rows) == {("python", "m", "t", "infra", "net"): 1}
