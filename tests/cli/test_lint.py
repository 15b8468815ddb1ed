"""`retriage lint`: everything that is wrong, at once, where and with what to write instead."""

from pathlib import Path

import pytest

from bot.__main__ import main

ROOT = Path(__file__).parents[2]
WRONG = """\
version: 1
signatures:
  - id: A-1
    title: Too short
    match: {contains: "timeout"}
    examples: {match: ["nothing of it"], no_match: []}
  - id: A-1
    title: Matches everything
    match: {regex: ".*"}
"""


def test_the_demos_registry_has_nothing_to_mend(capsys: pytest.CaptureFixture[str]):
    assert main(["lint", str(ROOT / "bot" / "demo" / "story" / "retriage.yml")]) == 0
    assert "nothing to mend" in capsys.readouterr().out


def test_all_findings_come_at_once_with_their_lines(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    config = tmp_path / "retriage.yml"
    config.write_text(WRONG)
    assert main(["lint", str(config)]) == 2
    told = capsys.readouterr().out
    assert told.count(": error: ") >= 3
    assert f"{config}:3:" in told
    assert f"{config}:7:" in told


def test_findings_can_be_annotations(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    config = tmp_path / "retriage.yml"
    config.write_text(WRONG)
    main(["lint", "--format", "github", str(config)])
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(line.startswith(("::error file=", "::warning file=")) for line in lines)


def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]):
    assert main(["lint", "no/such.yml"]) == 2
    assert "no/such.yml" in capsys.readouterr().err


def test_wrong_words_are_wrong_use():
    with pytest.raises(SystemExit) as ended:
        main(["classfy"])
    assert ended.value.code == 2
