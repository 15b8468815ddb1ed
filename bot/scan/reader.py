"""Logs read in child processes that are watched, killed when they take too long, and started again."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

import bot
from bot.model.config import Problem
from bot.model.kept import Found, Keep, KeptText
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
        return (await self._read(log, patterns, None))[0]

    async def read_and_keep(
        self, log: FetchedLog | LogFile, patterns: tuple[Pattern, ...], keep: Keep
    ) -> tuple[Reading, KeptText | None]:
        """Read a log likewise, and give what is to be kept of it; nothing when it was not read to its end."""
        return await self._read(log, patterns, keep)

    async def find(self, body: bytes, patterns: tuple[Pattern, ...]) -> Found:
        """Look for patterns in a kept log under the same limits; a damaged one has a gap."""
        question = Question("", patterns, self._allowed, RE2, cache=self._cache, kept=True)
        answer = await self._guarded("kept log", lambda: self._answer_or_fall_back(question, body))
        if isinstance(answer, str):
            return Found(gap=answer)
        return answer.found or Found(gap=self._failed("kept log", answer))

    async def read_artifact(self, archive: FetchedLog, globs: tuple[str, ...]) -> Reading:
        """Read the reports in an artifact's zip, under the same limits and with the same outcomes."""
        size = len(archive.data)
        if not archive.data or size > MAX_LOG or not globs:
            return _unread(size, archive.gap or "there is nothing to read in it")
        question = Question("", (), self._allowed, RE2, cache=self._cache, reports=globs)
        answer = await self._guarded("artifact", lambda: self._answer(question, archive.data))
        if isinstance(answer, str):
            return _unread(size, answer)
        return answer.reading or _unread(size, self._failed("artifact", answer))

    async def prove(self, proposal: Proposal) -> Proof:
        """Judge a proposed configuration under the same limits; over them is a problem of its first file."""
        seconds = min(self._seconds, PROOF_SECONDS)
        question = Question("", (), int(seconds) + 1, RE2, proposal=proposal)
        answer = await self._guarded("configuration", lambda: self._answer(question, b""), seconds)
        if isinstance(answer, Answer) and answer.proof is not None:
            return answer.proof
        reason = answer if isinstance(answer, str) else self._failed("configuration", answer)
        files = (proposal.after.own, *proposal.after.parts)
        name = next((one.file for one in files if one is not None), "")
        return Proof(problems=(Problem(name, 1, 1, reason, "make its patterns and examples simpler"),))

    @property
    def _allowed(self) -> int:
        """Processor seconds for one question."""
        return int(self._seconds) + 1

    async def _read(
        self, log: FetchedLog | LogFile, patterns: tuple[Pattern, ...], keep: Keep | None
    ) -> tuple[Reading, KeptText | None]:
        size, gap, path, data = _size(log), "", "", b""
        if isinstance(log, LogFile):
            path = log.path
        elif size > MAX_LOG:
            return _unread(size, f"the log has {size} bytes, at most {MAX_LOG} are read"), None
        else:
            gap, data = log.gap or ("" if log.complete else "the log is cut short"), log.data
        question = Question(gap, patterns, self._allowed, RE2, path, self._cache, keep=keep)
        answer = await self._guarded("log", lambda: self._answer_or_fall_back(question, data))
        if isinstance(answer, str):
            return _unread(size, answer), None
        return answer.reading or _unread(size, self._failed("log", answer)), answer.kept

    def _failed(self, what: str, answer: Answer) -> str:
        """Our own code raised an error in the child."""
        self._notice("failed")
        return f"our reader failed on this {what} ({answer.error})"

    async def _guarded(
        self, what: str, ask: Callable[[], Awaitable[Answer]], seconds: float = 0.0
    ) -> Answer | str:
        """Ask within the time that is allowed; when the child does not answer, why, for people."""
        allowed = seconds or self._seconds
        async with self._turns:
            try:
                async with asyncio.timeout(allowed):
                    return await ask()
            except TimeoutError:
                self._notice("slow")
                return f"reading this {what} took over {allowed:g} s"
            except (OSError, EOFError, msgspec.MsgspecError):
                self._notice("crashed")
                return f"this {what} crashed our reader"

    async def _answer_or_fall_back(self, question: Question, data: bytes) -> Answer:
        """Ask with Hyperscan; when that kills the child, ask another one without it."""
        if self._crashes < CRASHES:
            try:
                return await self._answer(replace(question, scanner=HYPERSCAN), data)
            except (OSError, EOFError, msgspec.MsgspecError):
                self._crashes += 1
            answer = await self._answer(question, data)
            self._notice("fallback")
            return answer
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
