"""`retriage inbox`: what nobody recognises, the largest group first, each with a signature that holds."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.model.history import JobResult, Occurrence, Origin, RunRecord
from bot.model.inbox import Specimen
from bot.model.run import Repository
from bot.store import recording
from bot.store.engine import open_engine
from bot.store.upgrade import upgrade

LOG = """\
=== RUN   TestReserves
    stock_test.go:12: stock is short of {} pieces of cocoa
--- FAIL: TestReserves (0.00s)
=== RUN   TestSays
    stock_test.go:40: no
--- FAIL: TestSays (0.00s)
FAIL
FAIL\texample.com/stock\t0.004s
"""
REPO = Repository(1, 42, "octo", "app")
TODAY = datetime.now(UTC)
NOTHING: Mapping[str, str] = {}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("RETRIAGE_DATA", str(tmp_path / "data"))


def inbox(*words: str) -> int:
    return main(["inbox", *words])


def test_given_logs_are_grouped_and_what_can_be_described_is(capsys: pytest.CaptureFixture[str]):
    Path("red").mkdir()
    for number in (3, 17):
        Path("red", f"{number}.log").write_text(LOG.format(number))
    Path("red/1.bin").write_bytes(bytes(range(256)) * 20)
    assert inbox("red", "--job", "Unit", "--format", "yaml") == 1
    said = capsys.readouterr()
    assert "red/1.bin: this is not text" in said.err
    assert 'match: {regex: "stock is short of.*of cocoa"}' in said.out
    assert 'scope: {job: "Unit", test: "TestReserves"}' in said.out
    assert "# no signature for TestSays" in said.out
    Path("inbox.yml").write_text(said.out)
    assert main(["lint", "inbox.yml"]) == 0
    assert main(["test", "inbox.yml"]) == 0
    assert "1 signature, 1 example, all hold" in capsys.readouterr().out
    # What is described by now is no longer asked about.
    assert inbox("red/3.log", "--job", "Unit", "--config", "inbox.yml", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["schema"], told["total"]) == (1, 1)
    assert (told["groups"][0]["test"], told["groups"][0]["signature"]) == ("TestSays", None)
    assert "too little" in told["groups"][0]["why"]


def remember(*runs: tuple[int, str, timedelta], ends: Mapping[str, str] = NOTHING) -> None:
    """Unrecognised failures as a server records them: pull request, fingerprint, how long ago.

    `ends` names the jobs of those that are no test's, but a step's that says nothing else.
    """
    url = f"sqlite:///{Path('data/retriage.db').absolute()}"
    upgrade(url)
    engine = open_engine(url)
    with engine.begin() as connection:
        for number, (pull, mark, age) in enumerate(runs, start=1):
            at = TODAY - age
            said = Specimen(
                mark,
                f"Test {mark}",
                "test",
                f"the {mark} is out of stock",
                "",
                (f"the {mark} is out of stock",),
            )
            seen = Occurrence(said.test, mark, "exit" if mark in ends else "test")
            job = ends.get(mark, "Unit")
            result = JobResult(number, job, passed=False, at=at, occurrences=(seen,), specimens=(said,))
            origin = Origin(number, 1, 7, "a", at, pull, f"author-{pull}" if pull else "", on_base=not pull)
            recording.record(connection, REPO, [RunRecord(origin, (result,))], [])
    engine.dispose()


HOUR, FORTNIGHT = timedelta(hours=1), timedelta(days=14)


def test_what_the_server_remembers_comes_the_largest_first(capsys: pytest.CaptureFixture[str]):
    remember(
        (5, "sugar", HOUR),
        (6, "cocoa", HOUR),
        (7, "cocoa", 2 * HOUR),
        (0, "cocoa", HOUR),
        (8, "tea", FORTNIGHT),
    )
    assert inbox("--limit", "1") == 1
    out = capsys.readouterr().out
    assert out.startswith("1. 3 times  Test cocoa\n   the cocoa is out of stock\n")
    assert "on 2 pull requests (#6, #7); of 2 authors; also on the default branch; in Unit; last " in out
    assert 'match: {contains: "the cocoa is out of stock"}' in out
    assert "2 unrecognised failures. 1 of them not shown." in out
    assert inbox("--days", "30", "--json", "--repository", "octo/app") == 1
    groups = json.loads(capsys.readouterr().out)["groups"]
    assert [(one["fingerprint"], one["times"], one["on_base"]) for one in groups] == [
        ("cocoa", 3, True),
        ("sugar", 1, False),
        ("tea", 1, False),
    ]
    Path("known.yml").write_text("".join(["signatures:\n", *(one["signature"]["yaml"] for one in groups)]))
    assert inbox("--config", "known.yml") == 0
    assert capsys.readouterr().out == "no unrecognised failure\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "there is no database at"),
        (["nowhere.log"], "nowhere.log: No such file"),
        (["empty.log"], "no log could be read\nempty.log: it is empty"),
        (["empty.log", "--repository", "octo/app"], "--repository is for the server's database"),
        (["--json", "--format", "yaml"], "not allowed with argument --json"),
        (["--days", "0"], "'0' is not a number from 1 to 3650"),
    ],
)
def test_wrong_use_is_told_and_exits_with_2(words: list[str], said: str, capsys: pytest.CaptureFixture[str]):
    Path("empty.log").write_text("")
    try:
        status = inbox(*words)
    except SystemExit as stop:
        status = int(str(stop.code))
    assert status == 2
    assert said in capsys.readouterr().err


def test_a_job_that_only_sums_up_others_is_nobodys_failure_to_recognise(capsys: pytest.CaptureFixture[str]):
    remember(
        (5, "cocoa", HOUR),
        (5, "tiers", HOUR),
        (5, "late", HOUR),
        ends={"tiers": "Merge Gate", "late": "Late"},
    )
    Path("sums.yml").write_text('aggregates: ["Merge Gate"]')
    assert inbox("--config", "sums.yml", "--json") == 1
    told = json.loads(capsys.readouterr().out)["groups"]
    assert sorted(one["fingerprint"] for one in told) == ["cocoa", "late"]
    assert inbox("--json") == 1
    assert len(json.loads(capsys.readouterr().out)["groups"]) == 3
