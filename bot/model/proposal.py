"""What a pull request wants the configuration to be, and what came of trying it."""

from dataclasses import dataclass, field
from datetime import date

from bot.model.config import ConfigFiles, Problem, RepoConfig


@dataclass(frozen=True, slots=True)
class Proposal:
    """The configuration's files as they would be, and as they were where the pull request began.

    `today` is for signatures whose dates have passed.
    """

    after: ConfigFiles
    before: ConfigFiles
    today: date


@dataclass(frozen=True, slots=True)
class Proof:
    """Everything that is wrong with a proposal.

    Attributes:
        after: what could be read of it; not to be used unless `usable`.
        before: what it would take the place of; `None` where that cannot be read.
        problems: of its files, signatures and examples, file by file from top to bottom.
        usable: nothing in its files is wrong, though something may be wrong with its signatures.
        examples: how many examples were tried.
    """

    after: RepoConfig = field(default_factory=RepoConfig)
    before: RepoConfig | None = None
    problems: tuple[Problem, ...] = ()
    usable: bool = False
    examples: int = 0
