"""Logs read in child processes that are watched, killed when they take too long, and started again."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

import bot
from bot.model.config import Problem
from bot.model.proposal import Proof, Proposal
from bot.model.reading import Reading
from bot.model.signature import Pattern
from bot.ports import FetchedLog, LogFile
from bot.scan.engine import HYPERSCAN, RE2
from bot.scan.frames import ANSWER, LENGTH, MAX_ANSWER, MAX_LOG, Answer, Question, pack

# A log of 300 MB takes some seconds; more than this is an attack or a bug (RELIABILITY A11, B9).
SECONDS = 60.0
# A configuration of the largest size is judged in a second.
PROOF_SECONDS = 20.0
# Each holds a log in memory; the machine has two cores.
CHILDREN = 2
# A wheel that crashed this often does not fit this machine.
CRASHES = 3
# Who has read a larger log keeps its memory; a fresh process starts in a fraction of a second.
MAX_KEPT = 32 * 1024 * 1024
# How much is handed to the pipe before waiting for it to drain.
PIECE = 1024 * 1024
WORKER = (sys.executable, "-m", "bot.scan.worker")
# A child has no need of our environment, and our secrets are in there.
ENVIRONMENT = {"PYTHONPATH": str(Path(bot.__file__).parent.parent), "LANG": "C.UTF-8"}


@dataclass(frozen=True, slots=True)
class _Child:
    """A process with both of its pipes."""

    process: Process
    questions: asyncio.StreamWriter
    answers: asyncio.StreamReader

    async def end(self) -> None:
        """Kill it and wait until it is gone."""
        if self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.kill()
        self.questions.close()
        await self.process.wait()


class ProcessLogReader:
    """`bot.ports.LogReader` over at most `children` processes, started when they are first needed.

    Use it as an asynchronous context manager: at its end no process is left. `notice` is called with
    `slow`, `crashed` or `failed` for each log that could not be read, for metrics, and with `fallback` for
    each that Hyperscan crashed on and RE2 read. `cache` is a folder for compiled patterns.
    """

    def __init__(
        self,
        *,
        seconds: float = SECONDS,
        children: int = CHILDREN,
        command: tuple[str, ...] = WORKER,
        notice: Callable[[str], None] = lambda _: None,
        cache: Path | None = None,
    ) -> None:
        self._cache = str(cache or "")
        self._crashes = 0
        self._seconds = seconds
        self._command = command
        self._notice = notice
        self._turns = asyncio.Semaphore(children)
        self._idle: list[_Child] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End the processes that wait. Ends of reads in flight end theirs."""
        while self._idle:
            await self._idle.pop().end()

    async def warm(self) -> None:
        """Start a process for the first log, so that it is there when the log is."""
        if not self._idle:
            self._idle.append(await self._child())

    async def read(self, log: FetchedLog | LogFile, patterns: tuple[Pattern, ...]) -> Reading:
        """Read a log; over a limit of time or memory gives an incomplete reading, never an error."""
        size = _size(log)
        if isinstance(log, FetchedLog) and size > MAX_LOG:
            return _unread(size, f"the log has {size} bytes, at most {MAX_LOG} are read")
        return await self._guarded(size, "log", lambda: self._answer_or_fall_back(log, patterns))

    async def read_artifact(self, archive: FetchedLog, globs: tuple[str, ...]) -> Reading:
        """Read the reports in an artifact's zip, under the same limits and with the same outcomes."""
        size = len(archive.data)
        if not archive.data or size > MAX_LOG or not globs:
            return _unread(size, archive.gap or "there is nothing to read in it")
        return await self._guarded(size, "artifact", lambda: self._answer_on(archive, (), RE2, globs))

    async def prove(self, proposal: Proposal) -> Proof:
        """Judge a proposed configuration under the same limits; over them is a problem of its first file."""
        seconds = min(self._seconds, PROOF_SECONDS)
        question = Question("", (), int(seconds) + 1, RE2, proposal=proposal)
        reason = "it could not be judged"
        async with self._turns:
            try:
                async with asyncio.timeout(seconds):
                    answer = await self._answer(question, b"")
                if answer.proof is not None:
                    return answer.proof
                self._notice("failed")
            except TimeoutError:
                self._notice("slow")
                reason = f"judging it took over {seconds:g} s"
            except (OSError, EOFError, msgspec.MsgspecError):
                self._notice("crashed")
        files = (proposal.after.own, *proposal.after.parts)
        name = next((one.file for one in files if one is not None), "")
        return Proof(problems=(Problem(name, 1, 1, reason, "make its patterns and examples simpler"),))

    async def _guarded(self, size: int, what: str, ask: Callable[[], Awaitable[Answer]]) -> Reading:
        """Ask within the time that is allowed; whatever happens to the child is an answer."""
        async with self._turns:
            try:
                async with asyncio.timeout(self._seconds):
                    answer = await ask()
            except TimeoutError:
                self._notice("slow")
                return _unread(size, f"reading this {what} took over {self._seconds:g} s")
            except (OSError, EOFError, msgspec.MsgspecError):
                self._notice("crashed")
                return _unread(size, f"this {what} crashed our reader")
        if answer.reading is None:
            self._notice("failed")
            return _unread(size, f"our reader failed on this {what} ({answer.error})")
        return answer.reading

    async def _answer_or_fall_back(self, log: FetchedLog | LogFile, patterns: tuple[Pattern, ...]) -> Answer:
        """Ask with Hyperscan; when that kills the child, ask another one without it."""
        if self._crashes < CRASHES:
            try:
                return await self._answer_on(log, patterns, HYPERSCAN)
            except (OSError, EOFError, msgspec.MsgspecError):
                self._crashes += 1
            answer = await self._answer_on(log, patterns, RE2)
            self._notice("fallback")
            return answer
        return await self._answer_on(log, patterns, RE2)

    async def _answer_on(
        self,
        log: FetchedLog | LogFile,
        patterns: tuple[Pattern, ...],
        scanner: str,
        reports: tuple[str, ...] = (),
    ) -> Answer:
        """Ask about a log, or an artifact."""
        gap, path, data = "", "", b""
        if isinstance(log, LogFile):
            path = log.path
        else:
            gap, data = log.gap or ("" if log.complete else "the log is cut short"), log.data
        question = Question(gap, patterns, int(self._seconds) + 1, scanner, path, self._cache, reports)
        return await self._answer(question, data)

    async def _answer(self, question: Question, data: bytes) -> Answer:
        """Ask a child. One that did not answer to the end, whatever the reason, is never asked again."""
        child = await self._child()
        keep = False
        try:
            answer = await _ask(child, question, memoryview(data))
            keep = len(data) <= MAX_KEPT
        finally:
            if keep:
                self._idle.append(child)
            else:
                await child.end()
        return answer

    async def _child(self) -> _Child:
        """One that waits, or a new one."""
        while self._idle:
            child = self._idle.pop()
            if child.process.returncode is None:
                return child
            await child.end()
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=ENVIRONMENT
        )
        if process.stdin is None or process.stdout is None:
            raise OSError("a child process without pipes")
        return _Child(process, process.stdin, process.stdout)


async def _ask(child: _Child, question: Question, data: memoryview) -> Answer:
    """Put one question and wait for its answer."""
    child.questions.write(pack(question))
    child.questions.write(LENGTH.pack(len(data)))
    for start in range(0, len(data), PIECE):
        child.questions.write(data[start : start + PIECE])
        await child.questions.drain()
    await child.questions.drain()
    (size,) = LENGTH.unpack(await child.answers.readexactly(LENGTH.size))
    if size > MAX_ANSWER:
        raise OSError("an answer over the limit")
    return ANSWER.decode(await child.answers.readexactly(size))


def _size(log: FetchedLog | LogFile) -> int:
    if isinstance(log, FetchedLog):
        return len(log.data)
    with suppress(OSError):
        return Path(log.path).stat().st_size
    return 0


def _unread(size: int, gap: str) -> Reading:
    """What is known of a log that could not be read."""
    return Reading(size=size, lines=0, complete=False, gap=gap)
