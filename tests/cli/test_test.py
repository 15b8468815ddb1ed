"""`retriage test`: a signature is proven by its examples before it explains anything."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main

ROOT = Path(__file__).parents[2]
REGISTRY = ROOT / "bot" / "demo" / "story" / "retriage.yml"
FLAKES = ROOT / "bot" / "demo" / "story" / "logs" / "003" / "run" / "integration-datastorage.log.gz"
GREEN = ROOT / "bot" / "demo" / "story" / "logs" / "000" / "run" / "integration-gateway.log.gz"
BROKEN = """\
signatures:
  - id: REG-1
    title: The registry is slow
    match: {lines: ["registry asked", "no answer from the registry"], absent: "registry answered"}
    examples:
      match:
        - "registry asked\\nno answer from the registry"
        - "no answer from the registry\\nregistry asked"
      no_match:
        - "registry asked\\nno answer from the registry\\nregistry answered"
        - "12:00 registry asked\\nno answer from the registry, 100%"
"""
WITH_LOGS = """\
signatures:
  - id: DLQ-1
    title: Graceful shutdown reads another test's messages
    match: {contains: "Expected at least 1 message in stream, found: 0"}
    scope: {job: "Integration (*)", test: "*Graceful Shutdown*", file: "test/integration/*"}
    examples: {match: [{file: logs/flakes.log.gz}], no_match: [{file: logs/green.log.gz}]}
  - id: DLQ-2
    title: The same text in a test that is not there
    match: {contains: "Expected at least 1 message in stream, found: 0"}
    scope: {test: "*Pagination*"}
    examples:
      match: ["Expected at least 1 message in stream, found: 0"]
      no_match: [{file: logs/flakes.log.gz}]
"""


def write(folder: Path, text: str) -> str:
    config = folder / "retriage.yml"
    config.write_text(text)
    return str(config)


def with_logs(folder: Path, text: str = WITH_LOGS) -> str:
    (folder / "logs").mkdir()
    shutil.copy(FLAKES, folder / "logs" / "flakes.log.gz")
    shutil.copy(GREEN, folder / "logs" / "green.log.gz")
    return write(folder, text)


def test_the_seeds_registry_holds_and_so_do_the_packs(capsys: pytest.CaptureFixture[str]):
    assert main(["test", "--packs", str(REGISTRY)]) == 0
    told = capsys.readouterr().out
    assert f"{REGISTRY}: 6 signatures, 12 examples, all hold" in told
    assert told.count(", all hold") == 4


def test_every_example_that_does_not_hold_is_shown_where_it_stands(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    config = write(tmp_path, BROKEN)
    assert main(["test", config]) == 1
    told = capsys.readouterr().out.splitlines()
    assert [line.removeprefix(config) for line in told] == [
        ":8:11: error: REG-1: example 2 of `match` does not match (mend the pattern or the example)",
        ":11:11: error: REG-1: example 2 of `no_match` matches in its line 1, 2 (make the pattern narrower)",
    ]


def test_the_findings_can_be_annotations(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    assert main(["test", "--format", "github", write(tmp_path, BROKEN)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("::error file=") and "%0AInstead: " in line for line in lines)


def test_a_program_reads_every_example_and_what_came_of_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    assert main(["test", "--json", write(tmp_path, BROKEN)]) == 1
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert answer["schema"] == 1
    (file,) = answer["files"]
    assert (file["examples"], file["failed"]) == (4, 2)
    assert [(one["line"], one["column"]) for one in file["problems"]] == [(8, 11), (11, 11)]
    examples = file["signatures"][0]["examples"]
    assert [(one["kind"], one["name"], one["holds"]) for one in examples] == [
        ("match", "1", True),
        ("match", "2", False),
        ("no_match", "1", True),
        ("no_match", "2", False),
    ]


def test_an_example_may_be_a_jobs_whole_log_which_is_read_as_in_a_report(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    config = with_logs(tmp_path)
    assert main(["test", config]) == 0
    assert "2 signatures, 4 examples, all hold" in capsys.readouterr().out
    # The text is in the log, but not in a failure of that name: the scope counts.
    Path(config).write_text(WITH_LOGS.replace('{test: "*Pagination*"}', "{}"))
    assert main(["test", config]) == 1
    assert "DLQ-2: example logs/flakes.log.gz of `no_match` matches" in capsys.readouterr().out


def test_what_is_read_out_of_a_log_can_be_written_down_and_is_held_from_then_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    config = with_logs(tmp_path)
    assert main(["test", "--update", config]) == 0
    expected = tmp_path / "logs" / "flakes.log.gz.expected.json"
    written = json.loads(expected.read_text())
    assert [one["signatures"] for one in written["failures"]].count(["DLQ-1"]) == 1
    assert main(["test", config]) == 0
    expected.write_text(expected.read_text().replace('"DLQ-1"', '"DLQ-9"'))
    assert main(["test", config]) == 1
    assert "the log is no longer read in this way" in capsys.readouterr().out
    assert main(["test", "--update", config]) == 0
    assert main(["test", config]) == 0


def test_a_signature_without_examples_is_named_but_fails_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    bare = 'signatures:\n  - id: A-1\n    title: t\n    match: {contains: "registry did not answer"}\n'
    assert main(["test", write(tmp_path, bare)]) == 0
    assert "without an example that they must match: A-1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("coment: off\n", "retriage.yml:1:1: error: the file has no key `coment`"),
        ("signatures: [{id: A, title: t, match: {regex: '(?<=a)b'}}]\n", "A: the pattern is refused"),
        (WITH_LOGS, "retriage.yml:6:24: error: DLQ-1: there is no log"),
        (WITH_LOGS.replace("logs/flakes", "../flakes"), "lies below the configuration's folder"),
    ],
)
def test_a_wrong_configuration_or_a_missing_log_is_wrong_use(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, said: str
):
    assert main(["test", write(tmp_path, text)]) == 2
    assert said in capsys.readouterr().err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("retriage ")


def test_every_missing_log_is_told_where_it_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    folder = tmp_path / ".github" / "retriage"
    folder.mkdir(parents=True)
    one = folder / "slow.yml"
    one.write_text(
        'id: A-1\ntitle: slow\nmatch: {contains: "the till did not answer"}\n'
        "examples: {match: [{file: logs/a.log}, {file: logs/b.log}]}\n"
    )
    assert main(["test", str(folder)]) == main(["test", str(one)]) == 2
    told = capsys.readouterr().err
    here = folder.parent
    assert (
        f"{one}:4:20: error: A-1: there is no log {here}/logs/a.log (put it there: examples lie below {here}/"
        in told
    )
    assert told.count("there is no log") == 4


def test_one_file_of_the_folder_is_tried_with_all_that_belongs_to_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / ".github" / "retriage"
    folder.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    Path(".github/a.log").write_text(
        "=== RUN   TestPays\n    a_test.go:9: the till did not answer\n--- FAIL: TestPays (0.00s)\nFAIL\n"
    )
    for name, text in (("A-1", "the till did not answer"), ("A-2", "till did not answer")):
        one = f'id: {name}\ntitle: t\nmatch: {{contains: "{text}"}}\nexamples: {{match: [{{file: a.log}}]}}\n'
        Path(f".github/retriage/{name}.yml").write_text(one)
    assert main(["test", "--update"]) == 0
    for named in (".github/retriage/A-1.yml", ".github/retriage", str(folder)):
        assert main(["test", named]) == 0
    monkeypatch.chdir(folder)
    assert main(["test", "A-2.yml", "."]) == 0
    assert capsys.readouterr().out.count("2 signatures, 2 examples, all hold") == 6
