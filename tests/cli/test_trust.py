"""`retriage trust`: a maintainer asks the server's database which signatures to look at."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.app import open_store
from bot.model.history import JobResult, Occurrence, Origin, RunRecord
from bot.model.label import Label, Source, Word
from bot.model.run import Repository
from bot.model.verdict import VerdictClass
from bot.ports import FileAtCommit

REPO = Repository(1, 42, "octo", "app")
NOW = datetime.now(UTC)
DAY = timedelta(days=1)
CONFIG = """version: 1
packs: []
signatures:
  - id: FLAKE-1
    title: The pool is empty
    match: {contains: "no connection in the pool"}
    cause: shared-state
  - id: FLAKE-2
    title: The queue is late
    match: {contains: "no message within 30 seconds"}
    cause: async-timing
"""
LABEL = Label(
    pull_request=5,
    run_id=1,
    attempt=1,
    workflow_id=7,
    job_id=1,
    job="unit",
    sha="a" * 40,
    subject="s1",
    test="TestA",
    fingerprint="f1",
    signature="FLAKE-1",
    verdict=VerdictClass.KNOWN_FLAKE,
    rung=5,
    word=Word.FLAKE,
    source=Source.RETRY,
    at=NOW - DAY,
    said_at=NOW - DAY,
)


def matched(number: int, signature: str, at: datetime) -> RunRecord:
    """A run of one job in which a signature matched."""
    origin = Origin(number, 1, 7, "a" * 40, at, 5, "mona")
    return RunRecord(
        origin,
        (
            JobResult(
                number,
                "unit",
                passed=False,
                at=at,
                occurrences=(Occurrence("TestA", "f1", "test", signature),),
            ),
        ),
    )


def disputed(number: int) -> Label:
    return replace(LABEL, job_id=number, word=Word.NOT_FLAKE, source=Source.PERSON, by="mona")


def remember(
    folder: Path, records: Sequence[RunRecord], labels: Sequence[Label], config: str = CONFIG
) -> None:
    """What a server would have left in its database."""

    async def fill() -> None:
        async with open_store(f"sqlite:///{folder / 'retriage.db'}") as store:
            await store.record(REPO, records)
            await store.label(REPO, labels)
            if config:
                file = FileAtCommit(".github/retriage.yml", "c" * 40, config.encode())
                await store.save_good_config(REPO, file)

    asyncio.run(fill())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("RETRIAGE_DATA", str(tmp_path))
    return tmp_path


FLAKES = [replace(LABEL, job_id=number) for number in range(1, 26)]
MATCHES = [matched(number, "FLAKE-1", NOW - DAY) for number in range(1, 31)]


def test_a_signature_that_is_right_needs_nobody(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    remember(folder, MATCHES, FLAKES)
    assert main(["trust"]) == 0
    said = capsys.readouterr().out
    assert "octo/app, the last 90 days, signatures of .github/retriage.yml" in said
    row = next(" ".join(line.split()) for line in said.splitlines() if line.startswith("FLAKE-1"))
    last = (NOW - DAY).date().isoformat()
    assert row == f"FLAKE-1 30 1 {last} 25 0 100 % (86 to 100 %) of 25 16 %"
    assert "rung 5, signatures: 100 % (86 to 100 %) of 25" in said
    assert "rung 8, seen elsewhere: no label" in said


def test_a_disputed_one_comes_first_and_is_to_be_looked_at(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    twos = [matched(100, "FLAKE-2", NOW - DAY), matched(101, "FLAKE-2", NOW - DAY)]
    labels = [
        *FLAKES,
        replace(disputed(100), signature="FLAKE-2"),
        replace(LABEL, job_id=100, signature="FLAKE-2"),
    ]
    remember(folder, [*MATCHES, *twos], labels)
    assert main(["trust", "--repository", "Octo/App"]) == 1
    lines = capsys.readouterr().out.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("FLAKE-"))
    assert lines[first].startswith("FLAKE-2")
    assert "0 % (0 to 79 %) of 1, few" in lines[first]
    assert "at most 79 % of what it excuses are flakes: look at what was disputed" in lines[first + 1]
    assert any(line.startswith("few: with fewer than 20 labels") for line in lines)


def test_an_idle_one_is_told_of_and_the_span_counts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    remember(folder, [matched(1, "FLAKE-1", NOW - 30 * DAY)], [])
    assert main(["trust", "--days", "7"]) == 1
    said = capsys.readouterr().out
    assert "it has had no hit for 30 days; look at it again: remove it, or move `expires`" in said
    assert next(line.split()[1] for line in said.splitlines() if line.startswith("FLAKE-1")) == "0"


def test_programs_read_a_versioned_object(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    remember(folder, MATCHES, [*FLAKES, disputed(26), disputed(25)])
    main(["trust", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (told["schema"], told["days"]) == (1, 90)
    [repository] = told["repositories"]
    assert repository["repository"] == "octo/app"
    one = repository["signatures"][0]
    assert one["signature"] == "FLAKE-1"
    assert one["labels"] == {"flake": {"retry": 25}, "not_flake": {"person": 2}, "both": 1}
    assert (one["matches"], one["precision"], one["enough"], one["in_configuration"]) == (
        30,
        0.9231,
        True,
        True,
    )
    assert [rung["rung"] for rung in repository["rungs"]] == [5, 7, 8]


def test_another_configuration_may_be_held_against_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    remember(folder, MATCHES, [disputed(1)], config="")
    own = folder / "retriage.yml"
    own.write_text(CONFIG.replace("FLAKE-1", "FLAKE-9"), encoding="utf-8")
    assert main(["trust"]) == 1
    assert "no configuration known" in capsys.readouterr().out
    main(["trust", "--config", str(own)])
    assert "FLAKE-1 (removed)" in capsys.readouterr().out


WRONG = [
    (["--repository", "octo/other"], "nothing is remembered of octo/other; known are: octo/app"),
    (["--config", "missing.yml"], "missing.yml"),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_wrong_words_are_named(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    remember(folder, MATCHES[:1], [])
    assert main(["trust", *words]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("days", ["0", "-1", "many", "9" * 30])
def test_days_are_a_number_of_days(days: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["trust", f"--days={days}"])
    assert stopped.value.code == 2


def test_without_a_database_there_is_nothing_to_ask(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trust"]) == 2
    assert f"there is no database at {folder / 'retriage.db'}" in capsys.readouterr().err
    assert list(folder.iterdir()) == []
    (folder / "retriage.db").write_bytes(b"this is no database at all, only some text of no use" * 99)
    assert main(["trust"]) == 2


def test_an_empty_database_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    remember(folder, [], [], config="")
    assert main(["trust"]) == 0
    assert "nothing is remembered yet" in capsys.readouterr().out


def test_lint_tells_of_idle_signatures_where_history_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    remember(folder, [matched(1, "FLAKE-1", NOW - 30 * DAY), matched(2, "FLAKE-2", NOW - DAY)], [])
    own = folder / "retriage.yml"
    own.write_text(CONFIG, encoding="utf-8")
    assert main(["lint", "--history", "octo/app", str(own)]) == 0
    said = capsys.readouterr().out
    assert f"{own}:4:1: notice: FLAKE-1: it has had no hit for 30 days (look at it again" in said
    assert said.count("no hit") == 1
    assert main(["lint", str(own)]) == 0
    assert "no hit" not in capsys.readouterr().out
    assert main(["lint", "--history", "octo/other", str(own)]) == 2
