"""Artifacts are read in the same processes as logs, with the same ends: whatever happens is an answer."""

import io
import sys
import zipfile
from pathlib import Path

import pytest

from bot.ports import FetchedLog
from bot.scan.reader import ProcessLogReader

STANDIN = (sys.executable, str(Path(__file__).parent / "standin_worker.py"))
pytestmark = pytest.mark.anyio
REPORT = (
    b"<testsuite name='tea'><testcase name='is hot'><failure message='it is cold'/></testcase></testsuite>"
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def packed(files: dict[str, bytes]) -> FetchedLog:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return FetchedLog(target.getvalue())


async def test_the_real_child_reads_what_the_globs_describe() -> None:
    files = {"a/junit.xml": REPORT, "a/coverage.xml": b"<coverage/>", "log.txt": b"x"}
    async with ProcessLogReader() as reader:
        reading = await reader.read_artifact(packed(files), ("*junit*.xml",))
        everything = await reader.read_artifact(packed(files), ("a/*.xml",))
        log = await reader.read(FetchedLog(b"a log\n"), ())
    assert [one.message for one in reading.failures] == ["it is cold"]
    assert (reading.lines, reading.gap) == (1, "")
    assert everything.gap == "a/coverage.xml is XML, but no JUnit report"
    assert log.lines == 1


async def test_bombs_end_in_a_reason() -> None:
    bomb = packed({"junit.xml": b" " * (15 << 20), "deep.xml": b"<testsuite>" * 60_000, "tea.xml": REPORT})
    async with ProcessLogReader() as reader:
        reading = await reader.read_artifact(bomb, ("*.xml",))
    assert len(reading.failures) == 1
    assert "inflates more than" in reading.gap
    assert "nests deeper than" in reading.gap


@pytest.mark.parametrize(
    ("deed", "noticed", "gap"),
    [
        ("die", "crashed", "this artifact crashed our reader"),
        ("fail", "failed", "our reader failed on this artifact (KeyError)"),
        ("hang", "slow", "reading this artifact took over 4 s"),
    ],
)
async def test_a_child_that_comes_to_harm_is_an_answer(deed: str, noticed: str, gap: str) -> None:
    heard: list[str] = []
    async with ProcessLogReader(command=STANDIN, notice=heard.append, seconds=4) as reader:
        reading = await reader.read_artifact(FetchedLog(deed.encode()), ("*.xml",))
        again = await reader.read_artifact(FetchedLog(b"fine"), ("*.xml",))
    assert (reading.complete, reading.gap) == (False, gap)
    assert heard == [noticed]
    assert again.complete


async def test_nothing_that_came_is_nothing_to_read() -> None:
    async with ProcessLogReader(command=STANDIN) as reader:
        reading = await reader.read_artifact(FetchedLog(b"", complete=False, gap="cut"), ("*.xml",))
    assert reading.gap == "cut"
