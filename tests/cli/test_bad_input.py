"""`retriage classify` on damaged and absurd logs: it says what is missing, and never that all is well."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main

HOSTILE = Path(__file__).parents[1] / "fixtures" / "hostile"
RAW, RUNS = HOSTILE / "raw", HOSTILE / "runs"
CONFIG = """\
version: 1
signatures:
  - id: FLAKE-1
    title: A known flake
    match: {contains: "calc_test.go:7: got "}
    cause: race
    added: 2026-01-04
    examples: {match: ["calc_test.go:7: got 2, want 3"], no_match: ["calc_test.go:8: got 2, want 3"]}
"""


def classify(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, *logs: Path
) -> tuple[int, list[dict[str, Any]]]:
    config = tmp_path / "retriage.yml"
    config.write_text(CONFIG)
    status = main(["classify", "--json", "--config", str(config), *map(str, logs)])
    return status, json.loads(capsys.readouterr().out)["logs"]


def test_what_is_whole_is_a_flake_and_needs_nobody(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    status, (log,) = classify(capsys, tmp_path, RUNS / "go-plain.log")
    assert [one["verdict"]["class"] for one in log["failures"]] == ["known_flake"]
    assert (status, log["complete"]) == (0, True)


@pytest.mark.parametrize(
    ("name", "gap"),
    [
        ("truncated.log.gz", "the gzip file is cut short"),
        ("trailing.log.gz", "what follows the gzip data is something else"),
        ("twice.log.gz", "this is a gzip file, not a log"),
        ("archive.log", "this is a ZIP archive, not a log"),
        ("image.log", "this is a PNG image, not a log"),
    ],
)
def test_what_is_not_whole_is_no_flake_and_needs_somebody(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, gap: str
):
    status, (log,) = classify(capsys, tmp_path, RAW / name)
    assert (status, log["complete"], log["gap"]) == (1, False, gap)
    assert {one["verdict"]["class"] for one in log["failures"]} <= {"unread"}


def test_a_run_that_was_cut_off_needs_somebody(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    cut = tmp_path / "cut.log"
    whole = (RUNS / "pytest-plain.log").read_text()
    cut.write_text(whole[: whole.index("=== FAILURES")])
    status, (log,) = classify(capsys, tmp_path, cut)
    assert (status, log["unfinished"]) == (1, True)
    main(["classify", str(cut)])
    assert "ended without summing up" in capsys.readouterr().err


def test_every_damaged_log_in_one_call(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    logs = sorted(RAW.iterdir())
    status, told = classify(capsys, tmp_path, *logs)
    assert status == 1
    assert [log["path"] for log in told] == [str(log) for log in logs]
    assert all(log["complete"] is ("gap" not in log) for log in told)


def test_a_line_of_300_megabytes_in_a_gzip_file(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    file = tmp_path / "line.log.gz"
    with gzip.open(file, "wb", compresslevel=1) as packed:
        for _ in range(300):
            packed.write(b"x" * (1 << 20))
        packed.write(b"\n" + (RUNS / "go-plain.log").read_bytes())
    status, (log,) = classify(capsys, tmp_path, file)
    assert (status, log["complete"], log["lines"]) == (0, True, 9)
    assert [one["log_line"] for one in log["failures"]] == [3]
    assert log["bytes"] > 300 << 20


def test_people_are_told_in_text_that_no_name_can_forge(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    config = tmp_path / "retriage.yml"
    config.write_text(CONFIG)
    logs = [str(RUNS / f"{name}-names.log") for name in ("go", "pytest", "jest", "bats")]
    assert main(["classify", "--config", str(config), *logs]) == 1
    printed = capsys.readouterr()
    assert "\x1b" not in printed.out + printed.err
    assert "\r" not in printed.out


@pytest.mark.parametrize("verb", ["classify", "explain"])
def test_an_empty_log_is_not_called_a_passing_one(
    verb: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    empty = tmp_path / "job.log"
    empty.write_bytes(b"")
    assert main([verb, str(empty)]) == 1
    assert f"{empty}: it is empty" in capsys.readouterr().err
