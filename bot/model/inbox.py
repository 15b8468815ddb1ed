"""Failures that no signature matches, grouped by fingerprint."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Specimen:
    """What an unrecognised failure says, redacted: one for each fingerprint.

    Attributes:
        fingerprint: whose.
        test: the test's full name; empty where it is no test.
        kind: what sort of thing failed.
        message: the first sentence.
        file: the failing test's file; empty when unknown.
        lines: its own lines in the log that stand there every time, numbers and ids aside.
        varies: no line stood there every time.
    """

    fingerprint: str
    test: str
    kind: str
    message: str
    file: str = ""
    lines: tuple[str, ...] = ()
    varies: bool = False


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """One fingerprint's failures within the time that was asked for.

    Attributes:
        fingerprint: the key of "the same failure".
        test: the test's full name; empty where it is no test.
        kind: what sort of thing failed.
        times: how often.
        first: when it was seen first.
        last: when it was seen last.
        pull_requests: on how many, without those that are not known.
        authors: of how many.
        on_base: the default branch had it, too.
        jobs: the names of the jobs, at most some of them, by how often.
        more_jobs: how many further names there are.
        pulls: the numbers of the newest pull requests.
        specimen: what it says; `None` when nothing is stored.
    """

    fingerprint: str
    test: str
    kind: str
    times: int
    first: datetime | None = None
    last: datetime | None = None
    pull_requests: int = 0
    authors: int = 0
    on_base: bool = False
    jobs: tuple[str, ...] = ()
    more_jobs: int = 0
    pulls: tuple[int, ...] = ()
    specimen: Specimen | None = None
