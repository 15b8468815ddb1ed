"""A check run as GitHub shows it, with its notes on the diff, and what we write into it for ourselves."""

from dataclasses import dataclass

# Pull requests have 31-bit numbers.
LONGEST_NUMBER = 11


@dataclass(frozen=True, slots=True)
class Annotation:
    """A note on a line of the diff; `level` is GitHub's: notice, warning, failure; column 0 is unknown."""

    path: str
    line: int
    level: str
    title: str
    message: str
    column: int = 0


@dataclass(frozen=True, slots=True)
class CheckRun:
    """A report rendered for GitHub's checks; `reference` is a word of ours that GitHub gives back."""

    name: str
    status: str
    conclusion: str
    title: str
    summary: str
    annotations: tuple[Annotation, ...] = ()
    reference: str = ""


@dataclass(frozen=True, slots=True)
class CheckReference:
    """What a check run's reference says: how much of which annotations it has, and whose it is.

    Attributes:
        notes: a hash of all annotations that it is to have.
        sent: how many of them it has.
        pull_request: the pull request that it was made for; 0 in those of older versions.
        said: a hash of everything else that it says.
    """

    notes: str = ""
    sent: int = 0
    pull_request: int = 0
    said: str = ""

    @property
    def text(self) -> str:
        """As GitHub keeps it."""
        return f"{self.notes}/{self.sent}/{self.pull_request}/{self.said}"

    @classmethod
    def from_text(cls, text: str) -> "CheckReference":
        """Read it again; what is not ours is the empty one."""
        notes, sent, pull, said, *_ = [*text.split("/"), "", "", ""]
        if not notes or not sent.isdecimal():
            return cls()
        known = pull.isdecimal() and len(pull) < LONGEST_NUMBER
        return cls(notes, int(sent[:LONGEST_NUMBER]), int(pull) if known else 0, said)
