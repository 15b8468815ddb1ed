"""What a pull request wants the configuration to be, and what came of trying it."""

from dataclasses import dataclass, field
from datetime import date

from bot.model.backtest import Backtest
from bot.model.config import ConfigFiles, Problem, RepoConfig
from bot.model.signature import Signature


@dataclass(frozen=True, slots=True)
class Proposal:
    """The configuration's files as they would be, and as they were where the pull request began.

    `today` is for signatures whose dates have passed, `last_hits` says when they matched last, by id.
    """

    after: ConfigFiles
    before: ConfigFiles
    today: date
    last_hits: dict[str, date] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class SignatureChange:
    """A signature that a proposal adds (no `before`), changes, or removes (no `after`).

    `parts` are the keys that differ, in the schema's order.
    """

    before: Signature | None
    after: Signature | None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProposalReport:
    """Everything that the check of a proposal says.

    Attributes:
        default_branch: where it has to be to hold; `base_branch` is the branch that it is meant for.
        problems: everything wrong, file by file.
        touched: the files that the pull request changes, which can be annotated.
        usable: it could take the place of the one that holds, whatever else is wrong with it.
        removed: no configuration is left.
        changes: signatures that are added, changed or removed; none where one side cannot be read.
        keys: other keys whose values change.
        examples: how many examples were tried.
        backtest: what its signatures would have matched; `None` where that was not tried.
        notes: what could not be looked at, in sentences of ours with names in them.
    """

    default_branch: str
    base_branch: str
    problems: tuple[Problem, ...] = ()
    touched: frozenset[str] = frozenset()
    usable: bool = True
    removed: bool = False
    changes: tuple[SignatureChange, ...] = ()
    keys: tuple[str, ...] = ()
    examples: int = 0
    backtest: Backtest | None = None
    notes: tuple[str, ...] = ()
