"""`retriage classify`: what a maintainer types with a log at hand, and what a program reads."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main

ROOT = Path(__file__).parents[2]
RUN = ROOT / "bot" / "demo" / "story" / "logs" / "000" / "run"
NOTIFICATION = RUN / "integration-notification.log.gz"
GATEWAY = RUN / "integration-gateway.log.gz"
REGISTRY = ROOT / "bot" / "demo" / "story" / "retriage.yml"
FLAKES = ROOT / "bot" / "demo" / "story" / "logs" / "003" / "run" / "integration-datastorage.log.gz"
LOG_KEYS = {"path", "bytes", "lines", "complete", "totals", "failures", "line"}
FAILURE_KEYS = {
    "tool", "kind", "status", "rerun", "test", "message", "detail", "file", "line", "log_line", "fingerprint",
    "verdict",
}  # fmt: skip


def classify(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    status = main(["classify", "--json", *words])
    answer = json.loads(capsys.readouterr().out)
    assert answer["schema"] == 1
    return status, answer


def test_a_failing_log_is_told_in_the_published_form(capsys: pytest.CaptureFixture[str]):
    status, answer = classify(capsys, str(NOTIFICATION))
    (log,) = answer["logs"]
    assert status == 1
    assert set(log) >= LOG_KEYS
    (failure,) = log["failures"]
    assert set(failure) >= FAILURE_KEYS
    assert failure["test"].endswith(" > should handle rapid successive CRD creations (stress test)")
    assert (failure["tool"], failure["kind"], failure["status"]) == ("ginkgo", "test", "failed")
    assert (failure["file"], failure["line"]) == (
        "test/integration/notification/performance_concurrent_test.go",
        183,
    )
    assert failure["verdict"]["class"] == "unknown"
    (totals,) = log["totals"]
    assert (totals["passed"], totals["failed"], totals["total"]) == (120, 1, 121)
    lines = gzip.decompress(NOTIFICATION.read_bytes()).decode().split("\n")
    assert failure["message"] in " ".join(lines[failure["log_line"] - 1 : failure["log_line"] + 3])
    assert log["line"]["text"] in lines[log["line"]["number"] - 1]


def test_a_passing_log_has_no_failure_and_no_line(capsys: pytest.CaptureFixture[str]):
    status, answer = classify(capsys, str(GATEWAY))
    (log,) = answer["logs"]
    assert (status, log["failures"], log["line"], log["complete"]) == (0, [], None, True)


def test_the_registry_explains_the_flakes_of_its_job_and_no_other(capsys: pytest.CaptureFixture[str]):
    words = ("--config", str(REGISTRY), str(FLAKES))
    status, answer = classify(capsys, "--job", "Integration (datastorage)", *words)
    classes = sorted(one["verdict"]["class"] for one in answer["logs"][0]["failures"])
    assert classes == ["known_flake"] * 4 + ["returned"] * 2
    assert status == 1
    _, elsewhere = classify(capsys, "--job", "Integration (gateway)", *words)
    assert {one["verdict"]["class"] for one in elsewhere["logs"][0]["failures"]} == {"unknown"}


def test_several_logs_are_told_in_their_order(capsys: pytest.CaptureFixture[str]):
    _, answer = classify(capsys, str(GATEWAY), str(NOTIFICATION))
    assert [log["path"] for log in answer["logs"]] == [str(GATEWAY), str(NOTIFICATION)]


def test_a_log_that_is_cut_short_is_never_called_a_flake(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    cut = tmp_path / "cut.log.gz"
    cut.write_bytes(FLAKES.read_bytes()[:-200])
    status, answer = classify(
        capsys, "--config", str(REGISTRY), "--job", "Integration (datastorage)", str(cut)
    )
    (log,) = answer["logs"]
    assert (status, log["complete"]) == (1, False)
    assert {one["verdict"]["class"] for one in log["failures"]} <= {"unread"}


@pytest.mark.parametrize("data", [b"", b"\x00\xff\xfe" * 50, b"a\r\n" * 3, b"\x1f\x8b garbage"])
def test_rubbish_is_read_without_a_crash(capsys: pytest.CaptureFixture[str], tmp_path: Path, data: bytes):
    log = tmp_path / "rubbish.log"
    log.write_bytes(data)
    status, answer = classify(capsys, str(log))
    assert status in (0, 1)
    assert len(answer["logs"]) == 1


def test_a_missing_log_is_named(capsys: pytest.CaptureFixture[str]):
    assert main(["classify", "no/such.log"]) == 2
    assert "no/such.log" in capsys.readouterr().err


def test_a_wrong_configuration_is_told_with_every_line(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    config = tmp_path / "retriage.yml"
    config.write_text("version: 1\ncoment: off\nsignatures:\n  - id: A\n")
    assert main(["classify", "--config", str(config), str(GATEWAY)]) == 2
    told = capsys.readouterr().err
    assert "retriage.yml:2:" in told
    assert "comment" in told


def test_people_read_place_reason_and_the_command_to_run(capsys: pytest.CaptureFixture[str]):
    assert main(["classify", str(NOTIFICATION)]) == 1
    told = capsys.readouterr().out
    assert "120/121 passed" in told
    assert "performance_concurrent_test.go:183" in told
    assert "run it: ginkgo --focus-file" in told
    assert "\x1b[" not in told


@pytest.mark.parametrize("verb", ["classify", "explain", "inbox", "lint", "test"])
def test_standard_input_is_read_once(verb: str, capsys: pytest.CaptureFixture[str]):
    assert main([verb, "-", "-"]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err) == (
        "",
        f"retriage {verb}: - stands there twice, and standard input can be read once\n",
    )
