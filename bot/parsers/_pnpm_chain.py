"""How pnpm prints an error from version 12 on: its code, then the chain of causes drawn with lines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_CODE = re.compile(r"Error: (?P<code>ERR_PNPM_[A-Z0-9_]{2,80})$")
_CAUSE = re.compile(r"  (?:×|├─▶|╰─▶) ?(?P<text>.*)$")
_MORE = re.compile(r"  (?:│|   ) {0,3}(?P<text>.*)$")
# What pnpm was about to do; the cause stands below.
_DOING = re.compile(r"(?:installing|resolving|fetching|adding|updating) [a-z ]{1,40}$")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Chain:
    """One error: its code, the causes from the outermost to the root, and its last line."""

    code: str
    causes: tuple[str, ...]
    last: int

    @property
    def message(self) -> str:
        """The first cause that says what went wrong."""
        telling = [cause for cause in self.causes if not _DOING.match(cause)]
        return (telling or list(self.causes) or [self.code])[0]


def read_chain(lines: Sequence[str], number: int) -> Chain | None:
    """Read an error that begins on a line; nothing where no cause is drawn below."""
    found = _CODE.match(lines[number - 1])
    if found is None:
        return None
    causes: list[str] = []
    last, ended = number, True
    for at in range(number + 1, min(number + _LONGEST, len(lines)) + 1):
        line = lines[at - 1]
        if line.strip() and not line.startswith("  "):
            break
        last = at if line.strip() else last
        if cause := _CAUSE.match(line):
            causes.append(cause["text"].strip())
            ended = False
        elif causes and (more := _MORE.match(line)) and not line.startswith("  help:"):
            # A cause is wrapped at spaces and hyphens; an empty line ends its sentence.
            text = more["text"].strip()
            if text and not ended:
                causes[-1] += text if causes[-1].endswith("-") else f" {text}"
            ended = ended or not text
        else:
            ended = True
    return Chain(found["code"], tuple(causes), last) if causes else None
