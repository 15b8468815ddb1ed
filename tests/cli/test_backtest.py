"""`retriage backtest` on given logs and on kept ones: what a signature matches, and what it must not."""

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.cli.backtest_text import print_annotations
from bot.model.backtest import Backtest, Grade, Trial
from bot.model.history import JobResult, Origin, RunRecord
from bot.model.kept import KeptLines, KeptLog, LogOrigin
from bot.model.run import Repository
from bot.model.signature import Mark, Match, Pattern, Signature
from bot.scan.kept import close_up
from bot.store import kept, recording
from bot.store.engine import open_engine
from bot.store.upgrade import upgrade

FAILING = """\
=== RUN   TestReserves
    stock_test.go:12: stock is short of three pieces of cocoa
--- FAIL: TestReserves (0.00s)
FAIL
FAIL\texample.com/stock\t0.004s
"""
PASSING = "=== RUN   TestReserves\n--- PASS: TestReserves (0.00s)\nok  \texample.com/stock\t0.004s\n"
AT = datetime(2026, 1, 24, tzinfo=UTC)
REPO = Repository(1, 42, "octo", "app")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("RETRIAGE_DATA", str(tmp_path / "data"))


def configure(*patterns: str, name: str = "retriage.yml") -> str:
    entries = [
        f'  - {{id: F-{number}, title: x, match: {{contains: "{text}"}}, scope: {{job: "Unit*"}}}}'
        for number, text in enumerate(patterns, start=1)
    ]
    Path(name).write_text("\n".join(["signatures:", *entries]))
    return name


def logs(failing: int = 2, passing: int = 12) -> list[str]:
    for folder, text, number in (("red", FAILING, failing), ("green/nested", PASSING, passing)):
        Path(folder).mkdir(parents=True)
        for index in range(number):
            Path(folder, f"{index}.log").write_text(text)
    return ["--failing", "red", "--passing", "green"]


def backtest(*words: str, config: str = "retriage.yml") -> int:
    return main(["backtest", "--config", config, *words])


def test_a_signature_that_hits_passing_jobs_fails(capsys: pytest.CaptureFixture[str]):
    configure("short of three pieces", "=== RUN   TestReserves")
    words = logs()
    Path("green/binary.bin").write_bytes(bytes(range(256)) * 20)
    Path("green/empty.log").write_text("")
    Path("green/.hidden").write_text("x")
    assert backtest(*words) == 1
    out, said = capsys.readouterr()
    assert said == "not tried: green/binary.bin: this is not text\nnot tried: green/empty.log: it is empty\n"
    assert "2 failing logs with 2 failures, 12 passing logs; 2 of the failures are matched" in out
    assert "F-1        fine    2         2" in out
    assert "12 of 12 (100.0%)" in out
    assert "retriage.yml:3:32: error: F-2: its pattern stands in 12 of 12" in out
    assert "green/nested/0.log:1: === RUN TestReserves" in out


def test_for_programs_there_is_json(capsys: pytest.CaptureFixture[str]):
    configure("short of three pieces")
    Path("old.yml").write_text("version: 1")
    assert backtest(*logs(passing=3), "--json", "--against", "old.yml", "--job", "Unit (1)") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["schema"], told["failing"], told["passing"]) == (1, 2, 3)
    (one,) = told["signatures"]
    assert (one["id"], one["result"], one["failures"], one["passing"]) == ("F-1", "too few", 2, 3)
    assert one["why"] == "3 passing logs in scope: too few to tell"
    assert told["change"]["newly"] == 2
    assert told["change"]["newly_seen"][0]["test"] == "TestReserves"


def test_annotations_name_the_signatures_line(capsys: pytest.CaptureFixture[str]):
    mark = Mark("match", 2, 32)
    bad = Signature("F-1", "x", Match((Pattern("y"),)), source="retriage.yml", source_line=2, marks=(mark,))
    fine = Trial(replace(bad, id="F-2"), Grade.FINE, "in none of 20 passing logs in scope")
    print_annotations(Backtest((Trial(bad, Grade.FAILS, "in 9 of 9", stopped=True), fine)))
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("::error file=retriage.yml,line=2,col=32,")
    assert first.endswith(
        "::F-1: its pattern stands in 9 of 9%0AInstead: match more of the line, or narrow the scope"
    )
    assert second.startswith("::warning ")
    assert "costs too much" in second


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--failing", "nowhere.log"], "nowhere.log: No such file"),
        (["--failing", "hollow"], "hollow: there is no file in this folder"),
        (["--failing", "empty.log"], "no log could be tried\nempty.log: it is empty"),
        (["--failing", "empty.log", "--signature", "F-9"], "has no signature F-9; it has F-1"),
        (["--config", "bare.yml", "--failing", "empty.log"], "bare.yml has no signatures to try"),
        (["--config", "wrong.yml"], "the configuration is wrong"),
        (["--failing", "empty.log", "--repository", "octo/app"], "--repository is for the server's logs"),
        ([], "there is no database at"),
    ],
)
def test_wrong_use_is_told_and_exits_with_2(words: list[str], said: str, capsys: pytest.CaptureFixture[str]):
    configure("short of three pieces")
    Path("hollow").mkdir()
    Path("empty.log").write_text("")
    Path("bare.yml").write_text("version: 1")
    Path("wrong.yml").write_text("signatures: 7")
    assert backtest(*words) == 2
    assert said in capsys.readouterr().err


def remember(*logs: KeptLog, slug: str = "octo/app", number: int = 42) -> None:
    """What a server keeps, put where it would have put it."""
    owner, _, name = slug.partition("/")
    repo = Repository(1, number, owner, name)
    url = f"sqlite:///{Path('data/retriage.db').absolute()}"
    upgrade(url)
    engine = open_engine(url)
    with engine.begin() as connection:
        kept.keep(connection, repo, logs, 1 << 30)
        for one in logs or [log(1, "")]:
            result = JobResult(one.origin.job_id, "Unit", one.origin.passed, AT)
            origin = Origin(one.origin.run_id, 1, 7, "a", AT, 5 + one.origin.run_id % 2, "ada", branch="main")
            recording.record(connection, repo, [RunRecord(origin, (result,))], [])
    engine.dispose()


def log(number: int, text: str, *, passed: bool = True) -> KeptLog:
    lines = tuple(text.splitlines())
    body = close_up(KeptLines(((1, len(lines)),), lines))
    origin = LogOrigin("", passed, "CI", "Unit", "", None, number, 1, number, "a", at=AT)
    return KeptLog(origin, 7, body)


def test_without_logs_those_that_the_server_keeps_are_tried(capsys: pytest.CaptureFixture[str]):
    configure("=== RUN   TestReserves")
    remember(*(log(n, PASSING) for n in range(1, 13)))
    assert backtest("--repository", "Octo/App", "--json") == 1
    (one,) = json.loads(capsys.readouterr().out)["signatures"]
    assert (one["passing"], one["passing_hits"]) == (12, 12)
    assert one["examples"][0]["log"] == "Unit of run 1"


def test_a_kept_log_that_is_damaged_costs_nobody_else(capsys: pytest.CaptureFixture[str]):
    configure("nothing has this text")
    remember(*(log(n, PASSING) for n in range(1, 13)))
    with sqlite3.connect("data/retriage.db") as connection:
        connection.execute("UPDATE kept_logs SET body = x'01ff' WHERE job_id = 3")
        connection.execute("UPDATE kept_logs SET body = x'77' WHERE job_id = 4")
    assert backtest() == 0
    said = capsys.readouterr()
    assert "0 failing logs with 0 failures, 10 passing logs" in said.out
    assert "not tried: Unit of run 3: it is cut short" in said.err
    assert "another version of Retriage has kept it" in said.err


def test_a_database_that_keeps_none_or_is_of_another_repository_says_what_to_do(
    capsys: pytest.CaptureFixture[str],
):
    configure("nothing has this text")
    remember()
    assert backtest() == 2
    assert "RETRIAGE_KEEP_LOGS_MB" in capsys.readouterr().err
    remember(slug="octo/lib", number=43)
    assert backtest() == 2
    assert "say whose with --repository; known are: octo/app, octo/lib" in capsys.readouterr().err
    assert backtest("--repository", "octo/none") == 2
    assert "nothing is remembered of octo/none" in capsys.readouterr().err


def test_a_database_of_a_newer_version_is_left_alone(capsys: pytest.CaptureFixture[str]):
    configure("nothing has this text")
    remember()
    with sqlite3.connect("data/retriage.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert backtest() == 2
    assert "newer Retriage" in capsys.readouterr().err
