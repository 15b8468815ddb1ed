"""`retriage lint`: everything that is wrong, at once, where and with what to write instead."""

from datetime import date
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.classify.generic import is_generic
from bot.cli.configuration import annotation, open_configuration
from bot.model.config import Problem
from bot.packs import load_packs
from bot.repoconfig import lint_signatures
from bot.scan.engine import RegexEngine

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


def test_nor_is_there_anything_to_remark_on_it_while_its_flakes_are_young():
    found = open_configuration(str(ROOT / "bot" / "demo" / "story" / "retriage.yml"))
    assert found.config is not None
    assert len(found.config.signatures) == 6
    packs = load_packs(found.config.packs)
    assert found.problems == ()
    assert lint_signatures(found.config, RegexEngine(), is_generic, date(2026, 12, 1), packs) == ()


def test_all_findings_come_at_once_with_their_lines(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    config = tmp_path / "retriage.yml"
    config.write_text(WRONG)
    assert main(["lint", str(config)]) == 2
    told = capsys.readouterr().out
    assert told.count(": error: ") >= 3
    assert f"{config}:5:12: error: A-1: " in told
    assert f"{config}:6:24: error: A-1: example 1 of `match` does not match" in told
    assert f"{config}:7:9: error: A-1: the id stands in line 3 already" in told


def test_findings_can_be_annotations(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    config = tmp_path / "retriage.yml"
    config.write_text(WRONG)
    main(["lint", "--format", "github", str(config)])
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(line.startswith(("::error file=", "::warning file=")) for line in lines)


def test_an_annotation_says_what_is_wrong_and_what_to_write_apart_and_nothing_in_it_ends_it():
    problem = Problem("a,b:c.yml", 3, 9, "100% wrong:\nhere, and\rthere", "write this", "warning")
    assert annotation(problem) == (
        "::warning file=a%2Cb%3Ac.yml,line=3,col=9,title=Retriage's configuration"
        "::100%25 wrong:%0Ahere, and%0Dthere%0AInstead: write this"
    )
    bare = annotation(Problem("f.yml", 1, 1, "wrong"))
    assert bare == "::error file=f.yml,line=1,col=1,title=Retriage's configuration::wrong"


ONE = """\
id: {name}
title: The registry is slow
match: {{contains: "registry did not answer in time"}}
examples: {{match: ["the registry did not answer in time"]}}
"""


def test_the_folder_beside_the_file_belongs_to_it(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    config, folder = tmp_path / "retriage.yml", tmp_path / "retriage"
    folder.mkdir()
    config.write_text("version: 1\n")
    (folder / "slow.yml").write_text(ONE.format(name="REG-1"))
    (folder / "notes.md").write_text("no signature")
    assert main(["lint", str(config)]) == 0
    assert main(["lint", str(folder)]) == 0
    twin = ONE.format(name="reg-1").replace("in time", "for an hour")
    (folder / "twin.yaml").write_text("signatures:\n  - " + twin.replace("\n", "\n    ").rstrip() + "\n")
    assert main(["lint", str(config)]) == 2
    told = capsys.readouterr().out
    assert f"{folder / 'twin.yaml'}:2:9: error: reg-1: the id stands in {folder / 'slow.yml'}:1:5" in told


def test_a_mistake_in_a_file_of_the_folder_is_shown_there(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    folder = tmp_path / "retriage"
    folder.mkdir()
    (folder / "a.yml").write_text(ONE.format(name="A-1") + "cuase: race\n")
    (folder / "b.yml").write_text("- text\n")
    assert main(["lint", str(tmp_path / "retriage.yml")]) == 2
    told = capsys.readouterr().out
    assert (
        f"{folder / 'a.yml'}:5:1: error: `the signature` has no key `cuase` (did you mean `cause`?)" in told
    )
    assert f"{folder / 'b.yml'}:1:1: error:" in told


def test_a_folder_of_too_many_files_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    folder = tmp_path / "retriage"
    folder.mkdir()
    for number in range(101):
        (folder / f"{number:03}.yml").write_text("")
    assert main(["lint", str(folder)]) == 2
    assert "100.yml:1:1: error: this is file 101 of 101, at most 100 are read" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]):
    assert main(["lint", "no/such.yml"]) == 2
    assert "no/such.yml" in capsys.readouterr().err


def test_wrong_words_are_wrong_use():
    with pytest.raises(SystemExit) as ended:
        main(["classfy"])
    assert ended.value.code == 2


@pytest.mark.parametrize("verb", ["lint", "test"])
def test_a_folder_without_a_configuration_is_not_called_clean(
    verb: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    (tmp_path / "notes.md").write_text("no signature")
    assert main([verb, str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"retriage {verb}: {tmp_path}: there is no .yml or .yaml file in this folder\n"
    )


def test_the_folder_around_the_file_is_no_folder_of_signatures(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    (tmp_path / "retriage.yml").write_text("version: 1\npacks: []\n")
    assert main(["lint", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"retriage lint: {tmp_path}: this is the folder around the configuration; "
        f"name {tmp_path / 'retriage.yml'}\n"
    )


def test_a_file_is_read_whatever_its_name(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    plain = tmp_path / "retriage"
    assert main(["lint", str(plain)]) == 2
    assert capsys.readouterr().err == f"retriage lint: {plain}: No such file or directory\n"
    plain.write_text("signatures: 7\n")
    assert main(["lint", str(plain)]) == 2
    assert f"{plain}:1:13: error:" in capsys.readouterr().out


def test_in_the_folder_a_file_may_have_any_name(tmp_path: Path):
    folder = tmp_path / "retriage"
    folder.mkdir()
    (folder / "retriage.yml").write_text(ONE.format(name="REG-1"))
    assert main(["lint", str(folder)]) == 0


def test_one_file_of_the_folder_is_read_as_one(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    folder = tmp_path / ".github" / "retriage"
    folder.mkdir(parents=True)
    one = folder / "slow.yml"
    one.write_text(ONE.format(name="REG-1"))
    assert main(["lint", str(one)]) == 0
    one.write_text(ONE.format(name="REG-1") + "cuase: race\n")
    assert main(["lint", str(one)]) == 2
    assert f"{one}:5:1: error: `the signature` has no key `cuase`" in capsys.readouterr().out
