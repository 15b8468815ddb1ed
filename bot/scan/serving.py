"""The child's half: reads one log after the other, within limits that the kernel holds."""

import os
import resource
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from bot.logs.source import Given, Source
from bot.model.kept import Found, Keep, KeptLines
from bot.model.proposal import Proof, Proposal
from bot.model.reading import Reading
from bot.scan.engine import LogSearch, RegexEngine
from bot.scan.files import FileSource
from bot.scan.frames import LENGTH, MAX_LOG, MAX_QUESTION, QUESTION, Answer, Question, pack
from bot.scan.kept import Damaged, close_up, open_up

# Addresses, not memory in use: interpreter, a log of the largest size and its lines (RELIABILITY B8).
MAX_ADDRESSES = 1024 * 1024 * 1024
# What one file of compiled patterns may have.
MAX_FILE = 64 * 1024 * 1024

ReadLog = Callable[[Source, LogSearch], Reading]
ReadAndKeep = Callable[[Source, LogSearch, Keep], tuple[Reading, KeptLines | None]]
FindInKept = Callable[[KeptLines, LogSearch], Found]
ReadArtifact = Callable[[bytes, Sequence[str]], Reading]
Prove = Callable[[Proposal, RegexEngine], Proof]


@dataclass(frozen=True, slots=True)
class Skills:
    """What the child can do.

    Attributes:
        read_log: reads one log.
        marks: what it wants marked in large logs.
        read_and_keep: the same, and gives what is to be kept of the log.
        find_in_kept: looks for patterns in a kept log.
        read_artifact: reads the reports in one artifact.
        prove: judges a proposed configuration.
    """

    read_log: ReadLog
    marks: tuple[str, ...]
    read_and_keep: ReadAndKeep
    find_in_kept: FindInKept
    read_artifact: ReadArtifact
    prove: Prove


def serve(skills: Skills) -> None:
    """Answer questions from standard input on standard output until the parent hangs up.

    Whatever else writes to standard output goes nowhere: the pipe is ours alone.
    """
    limit_process()
    question_pipe = os.fdopen(os.dup(0), "rb")
    answer_pipe = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "r+b") as nothing:  # noqa: PTH123 - a device, by descriptor
        os.dup2(nothing.fileno(), 0)
        os.dup2(nothing.fileno(), 1)
    with question_pipe, answer_pipe:
        while (body := read_frame(question_pipe, MAX_QUESTION)) is not None:
            data = read_frame(question_pipe, MAX_LOG)
            if data is None:
                return
            answer_pipe.write(pack(answer(skills, QUESTION.decode(body), data)))
            answer_pipe.flush()


def answer(skills: Skills, question: Question, data: bytes) -> Answer:
    """Answer one question. An error of ours is an answer too; out of memory is not, the process ends."""
    allow(question)
    try:
        if question.proposal is not None:
            return Answer(None, proof=skills.prove(question.proposal, RegexEngine()))
        if question.reports:
            return Answer(skills.read_artifact(data, question.reports))
        return _search(skills, question, data) if question.kept else _read(skills, question, data)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - any bug of ours in reading one log must not cost the others
        return Answer(None, type(error).__name__)


def _read(skills: Skills, question: Question, data: bytes) -> Answer:
    """Read one log."""
    source = FileSource(Path(question.path)) if question.path else Given(data, question.gap)
    search = _search_of(skills, question)
    if question.keep is None:
        reading, kept = skills.read_log(source, search), None
    else:
        reading, kept = skills.read_and_keep(source, search, question.keep)
    stopped = tuple(pattern.text for pattern in search.take_stopped())
    return Answer(replace(reading, stopped=stopped), kept=None if kept is None else close_up(kept))


def _search(skills: Skills, question: Question, data: bytes) -> Answer:
    """Look for patterns in a kept log."""
    search = _search_of(skills, question)
    try:
        found = skills.find_in_kept(open_up(data), search)
    except Damaged as error:
        return Answer(None, found=Found(gap=str(error)))
    stopped = tuple(pattern.text for pattern in search.take_stopped())
    return Answer(None, found=replace(found, stopped=stopped))


def _search_of(skills: Skills, question: Question) -> LogSearch:
    cache = Path(question.cache) if question.cache else None
    return LogSearch(skills.marks, question.patterns, question.scanner, cache)


def read_frame(pipe: BinaryIO, limit: int) -> bytes | None:
    """One frame; `None` when the parent has hung up or says nonsense."""
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (size,) = LENGTH.unpack(head)
    if size > limit:
        return None
    body = pipe.read(size)
    return body if len(body) == size else None


def limit_process() -> None:
    """Take away what reading a log does not need: memory without end, core files, large files."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_ADDRESSES, MAX_ADDRESSES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, MAX_FILE))


def allow(question: Question) -> None:
    """Allow this much more processor time, also to a child that lost its parent, and files for a cache."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime) + question.seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most if question.cache else 0, most))
