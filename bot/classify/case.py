"""Everything that is known about one failure when it is judged."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.classify.added import Added
from bot.classify.past import Past
from bot.classify.signatures import SignatureMatch
from bot.model.label import Dispute
from bot.model.log import Excerpt
from bot.model.run import ChangedFile, Conclusion
from bot.model.verdict import Baseline, BaseState


@dataclass(frozen=True, slots=True)
class Case:
    """What the ladder looks at beside the failure itself.

    Attributes:
        at: the time for which the verdict is given, for ages and dates.
        conclusion: how the job ended, by GitHub's word.
        cancelled: why it was cancelled, for people; empty when nobody says.
        blocked_by: the job that failed first and that this one needs; empty when there is none.
        complete: the whole log was read.
        gap: why it was not, for people.
        crashed: our own code failed on this log.
        matches: signatures that match, the most specific first.
        baseline: what the base branch says of this job and test.
        changed: files that the pull request changes.
        below: files that the pull requests change that it is stacked on.
        added: the lines that it adds.
        excerpt: the log around the failure.
        row_on_base: how many of the base branch's newest runs failed in this way, one after the other.
        row_here: how many of this pull request's runs did, this one among them.
        past: what other attempts and other pull requests tell of it.
        disputed: what somebody said against excusing it on this pull request; `None` when nobody did.
    """

    at: datetime
    conclusion: Conclusion = Conclusion.FAILURE
    cancelled: str = ""
    blocked_by: str = ""
    complete: bool = True
    gap: str = ""
    crashed: bool = False
    matches: tuple[SignatureMatch, ...] = ()
    baseline: Baseline = field(default_factory=lambda: Baseline(BaseState.NOT_COMPARED))
    changed: tuple[ChangedFile, ...] = ()
    below: tuple[ChangedFile, ...] = ()
    added: Added = field(default_factory=Added)
    excerpt: Excerpt | None = None
    past: Past = field(default_factory=Past)
    row_on_base: int = 0
    row_here: int = 1
    disputed: Dispute | None = None
