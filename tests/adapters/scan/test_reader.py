"""Hostile logs are read in a process that may die; the reader tells what happened and goes on."""

import gzip
import json
import os
import sys
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import anyio
import pytest

from bot.model.config import ConfigFiles, ConfigText
from bot.model.kept import Keep, KeptLines
from bot.model.proposal import Proposal
from bot.model.reading import Reading
from bot.model.signature import Pattern, PatternHit
from bot.ports import FetchedLog, LogFile
from bot.scan.kept import close_up
from bot.scan.reader import CRASHES, ProcessLogReader

STANDIN = (sys.executable, str(Path(__file__).parent / "standin_worker.py"))
REFUSED = Pattern("connection refused")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def noticed() -> list[str]:
    return []


@pytest.fixture
async def reader(noticed: list[str]) -> AsyncIterator[ProcessLogReader]:
    async with ProcessLogReader(command=STANDIN, notice=noticed.append) as one:
        yield one


@pytest.fixture
async def hasty(noticed: list[str]) -> AsyncIterator[ProcessLogReader]:
    """Has too little patience for a log that hangs, and enough for a process to start."""
    async with ProcessLogReader(command=STANDIN, notice=noticed.append, seconds=1.5) as one:
        yield one


async def ask(reader: ProcessLogReader, text: str, *patterns: Pattern) -> Reading:
    return await reader.read(FetchedLog(text.encode()), patterns)


async def pid_of_child(reader: ProcessLogReader) -> int:
    reading = await ask(reader, "tell")
    assert reading.best is not None
    return int(json.loads(reading.best.text)["pid"])


@pytest.mark.anyio
async def test_a_log_is_read_and_the_patterns_found_in_it_come_back(reader: ProcessLogReader) -> None:
    reading = await ask(reader, "one\ndial tcp: connection refused\nthree", REFUSED)
    assert reading.lines == 3
    assert reading.complete
    assert reading.hits == (PatternHit(REFUSED, 2, "dial tcp: connection refused"),)


@pytest.mark.anyio
async def test_what_was_cut_off_stays_said(reader: ProcessLogReader) -> None:
    log = FetchedLog(b"one", complete=False, gap="cut at 10 MB")
    reading = await reader.read(log, ())
    assert (reading.complete, reading.gap) == (False, "cut at 10 MB")


@pytest.mark.anyio
async def test_an_empty_log_is_a_log(reader: ProcessLogReader) -> None:
    assert (await ask(reader, "")).lines == 0


@pytest.mark.anyio
async def test_one_child_serves_one_log_after_the_other(reader: ProcessLogReader) -> None:
    assert await pid_of_child(reader) == await pid_of_child(reader)


@pytest.mark.anyio
async def test_two_logs_are_read_side_by_side_by_two_children(reader: ProcessLogReader) -> None:
    pids: list[int] = []

    async def one() -> None:
        pids.append(await pid_of_child(reader))

    async with anyio.create_task_group() as group:
        for _ in range(6):
            group.start_soon(one)
    assert 1 <= len(set(pids)) <= 2


@pytest.mark.anyio
async def test_a_log_that_hangs_is_given_up_and_the_next_is_read(
    hasty: ProcessLogReader, noticed: list[str]
) -> None:
    reading = await ask(hasty, "hang")
    assert (reading.complete, reading.lines, reading.size) == (False, 0, 4)
    assert reading.gap == "reading this log took over 1.5 s"
    assert noticed == ["slow"]
    assert (await ask(hasty, "fine")).complete


@pytest.mark.anyio
async def test_a_log_that_burns_the_processor_is_given_up(hasty: ProcessLogReader) -> None:
    assert "took over" in (await ask(hasty, "burn")).gap


@pytest.mark.anyio
async def test_a_log_that_kills_its_process_is_unread_and_the_next_is_read(
    reader: ProcessLogReader, noticed: list[str]
) -> None:
    reading = await ask(reader, "die")
    assert (reading.complete, reading.gap) == (False, "this log crashed our reader")
    assert noticed == ["crashed"]
    assert (await ask(reader, "fine")).complete


@pytest.mark.anyio
async def test_a_log_that_eats_memory_ends_its_process_alone(reader: ProcessLogReader) -> None:
    assert not (await ask(reader, "eat")).complete
    assert (await ask(reader, "fine")).complete


@pytest.mark.anyio
async def test_an_error_of_ours_is_named_and_costs_no_process(
    reader: ProcessLogReader, noticed: list[str]
) -> None:
    before = await pid_of_child(reader)
    reading = await ask(reader, "fail")
    assert (reading.complete, reading.gap) == (False, "our reader failed on this log (KeyError)")
    assert noticed == ["failed"]
    assert await pid_of_child(reader) == before


@pytest.mark.anyio
async def test_what_is_printed_while_reading_does_not_disturb_the_pipe(reader: ProcessLogReader) -> None:
    assert (await ask(reader, "chatter\nmore")).lines == 2
    assert (await ask(reader, "fine")).complete


@pytest.mark.anyio
async def test_the_child_has_none_of_our_environment(reader: ProcessLogReader) -> None:
    os.environ["RETRIAGE_CANARY"] = "canary"
    try:
        reading = await ask(reader, "tell")
    finally:
        del os.environ["RETRIAGE_CANARY"]
    assert reading.best is not None
    assert set(json.loads(reading.best.text)["environment"]) <= {"PYTHONPATH", "LANG", "LC_CTYPE"}


@pytest.mark.anyio
async def test_the_child_cannot_write_files(reader: ProcessLogReader) -> None:
    assert "our reader failed" in (await ask(reader, "write")).gap


@pytest.mark.anyio
async def test_a_child_that_was_killed_while_it_waited_is_replaced(reader: ProcessLogReader) -> None:
    pid = await pid_of_child(reader)
    os.kill(pid, 9)
    for _ in range(3):
        reading = await ask(reader, "fine")
        if reading.complete:
            break
    assert reading.complete


@pytest.mark.anyio
async def test_closing_leaves_no_process_behind() -> None:
    async with ProcessLogReader(command=STANDIN) as reader:
        pid = await pid_of_child(reader)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.anyio
async def test_a_read_that_is_cancelled_ends_its_child(reader: ProcessLogReader) -> None:
    pid = await pid_of_child(reader)
    with anyio.move_on_after(0.2):
        await ask(reader, "hang")
    assert await pid_of_child(reader) != pid


@pytest.mark.anyio
async def test_a_child_that_cannot_start_gives_an_incomplete_reading() -> None:
    async with ProcessLogReader(command=("/nonexistent/python",)) as reader:
        assert (await ask(reader, "fine")).gap == "this log crashed our reader"


@pytest.mark.anyio
async def test_a_child_that_talks_nonsense_is_not_believed() -> None:
    nonsense = (sys.executable, "-c", "import os; os.write(1, b'\\xff' * 100); os.read(0, 1)")
    async with ProcessLogReader(command=nonsense) as reader:
        assert not (await ask(reader, "fine")).complete


@pytest.mark.anyio
async def test_a_file_is_read_by_the_child_itself_plain_or_packed(
    reader: ProcessLogReader, tmp_path: Path
) -> None:
    text = b"one\ndial tcp: connection refused\nthree\n" * 3
    for name, data in (("plain.log", text), ("packed.log", gzip.compress(text))):
        (tmp_path / name).write_bytes(data)
        reading = await reader.read(LogFile(str(tmp_path / name)), (REFUSED,))
        assert (reading.lines, reading.complete, [hit.line for hit in reading.hits]) == (9, True, [2, 5, 8])


@pytest.mark.anyio
async def test_a_file_that_cannot_be_read_is_incomplete(reader: ProcessLogReader, tmp_path: Path) -> None:
    reading = await reader.read(LogFile(str(tmp_path / "gone.log")), ())
    assert (reading.complete, reading.lines) == (False, 0)
    assert "cannot be read" in reading.gap


@pytest.mark.anyio
async def test_where_native_code_crashes_the_log_is_read_without_it(
    reader: ProcessLogReader, noticed: list[str]
) -> None:
    reading = await ask(reader, "native\ndial tcp: connection refused", REFUSED)
    assert reading.complete
    assert [hit.line for hit in reading.hits] == [2]
    assert noticed == ["fallback"]


@pytest.mark.anyio
async def test_native_code_that_crashes_again_and_again_is_left_alone(
    reader: ProcessLogReader, noticed: list[str]
) -> None:
    for _ in range(CRASHES):
        assert (await ask(reader, "native")).complete
    pid = await pid_of_child(reader)
    assert (await ask(reader, "native")).complete
    assert await pid_of_child(reader) == pid
    assert set(noticed) == {"fallback"}


@pytest.mark.anyio
async def test_a_process_can_be_there_before_the_log(reader: ProcessLogReader) -> None:
    await reader.warm()
    assert (await ask(reader, "fine")).complete


def proposal(text: str) -> Proposal:
    files = ConfigFiles("octo/home", ConfigText(".github/retriage.yml", text.encode()))
    return Proposal(files, ConfigFiles(), date(2026, 1, 4))


@pytest.mark.anyio
async def test_a_proposal_is_judged_in_a_child(reader: ProcessLogReader) -> None:
    assert (await reader.prove(proposal("four"))).examples == 4


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("deed", "heard", "words"),
    [("burn", "slow", "1.5 s"), ("die", "crashed", "crashed"), ("fail", "failed", "failed")],
)
async def test_a_proposal_that_ends_the_child_is_a_problem_and_costs_nobody_else(
    hasty: ProcessLogReader, noticed: list[str], deed: str, heard: str, words: str
) -> None:
    proof = await hasty.prove(proposal(deed))
    assert not proof.usable
    [problem] = proof.problems
    assert (problem.file, problem.severity) == (".github/retriage.yml", "error")
    assert words in problem.message
    assert noticed == [heard]
    assert (await ask(hasty, "next")).lines == 1


@pytest.mark.anyio
async def test_a_log_is_kept_and_searched_again_without_the_log(reader: ProcessLogReader) -> None:
    log = FetchedLog(b"one\ndial tcp: connection refused\nthree")
    reading, kept = await reader.read_and_keep(log, (), Keep(passed=True, most=1_000))
    assert reading.lines == 3
    assert kept is not None
    found = await reader.find(kept.body, (REFUSED,))
    assert found.hits == (PatternHit(REFUSED, 2, "dial tcp: connection refused"),)
    assert (await reader.read_and_keep(log, (), Keep(passed=True, most=5)))[1] is None


@pytest.mark.anyio
async def test_a_kept_log_that_is_damaged_is_a_gap_and_no_error(reader: ProcessLogReader) -> None:
    assert "damaged" in (await reader.find(b"\x01nothing like it", (REFUSED,))).gap
    assert "another version" in (await reader.find(b"", (REFUSED,))).gap


@pytest.mark.anyio
@pytest.mark.parametrize(("deed", "heard"), [("burn", "slow"), ("die", "crashed"), ("fail", "failed")])
async def test_a_kept_log_that_ends_the_child_costs_nobody_else(
    hasty: ProcessLogReader, noticed: list[str], deed: str, heard: str
) -> None:
    _, kept = await hasty.read_and_keep(FetchedLog(b"quiet"), (), Keep(passed=True, most=1_000))
    assert kept is not None
    evil = close_up(KeptLines(((1, 1),), (deed,)))
    assert "kept log" in (await hasty.find(evil.body, (REFUSED,))).gap
    assert noticed == [heard]
    assert (await hasty.find(kept.body, (REFUSED,))).gap == ""
