"""`retriage explain`: a maintainer with a log at hand asks why a verdict is what it is."""

import json

import pytest

from bot.__main__ import main
from tests.cli.test_classify import FLAKES, GATEWAY, REGISTRY

JOB = ("--config", str(REGISTRY), "--job", "Integration (datastorage)")


def test_every_rung_is_told_with_its_reason(capsys: pytest.CaptureFixture[str]):
    assert main(["explain", *JOB, "--test", "score >= 60.0", str(FLAKES)]) == 0
    told = capsys.readouterr().out.splitlines()
    rungs = [line for line in told if (line[:4].strip().isdecimal() and " no " in line) or " holds " in line]
    assert len(rungs) == 10 * sum("Known flake" in line for line in told)
    assert any("known_flake" in line and "holds" in line and "DS-FLAKY" in line for line in rungs)
    assert any("seen_elsewhere" in line and "no history beside a single log" in line for line in rungs)


def test_a_program_gets_the_ladder_beside_the_published_form(capsys: pytest.CaptureFixture[str]):
    assert main(["explain", "--json", *JOB, str(FLAKES)]) == 1
    (log,) = json.loads(capsys.readouterr().out)["logs"]
    assert len(log["ladders"]) == len(log["failures"]) == 6
    for failure, ladder in zip(log["failures"], log["ladders"], strict=True):
        assert [note["rung"] for note in ladder] == list(range(1, 11))
        assert [note["rung"] for note in ladder if note["held"]] == [failure["verdict"]["rung"]]


def test_a_passing_log_has_nothing_to_explain(capsys: pytest.CaptureFixture[str]):
    assert main(["explain", str(GATEWAY)]) == 0
    assert "0 failures" in capsys.readouterr().out


def test_words_that_no_failure_has_do_not_make_the_log_look_clean(capsys: pytest.CaptureFixture[str]):
    assert main(["explain", *JOB, "--test", "no such test", str(FLAKES)]) == 2
    told = capsys.readouterr()
    assert "0 failures" not in told.out
    assert "no failure's test has the words 'no such test'" in told.err
