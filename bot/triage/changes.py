"""How two configurations differ: signatures added, changed and removed, other keys, and whom it concerns."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from bot.classify.globs import fits
from bot.model.config import RepoConfig
from bot.model.history import PullFailure
from bot.model.proposal import SignatureChange
from bot.model.signature import Scope, Signature

# Where a configuration stands says nothing about what it does.
PLACES = ("signatures", "source", "commit", "named", "extends", "version")
# What decides which failures a signature matches.
AIM = frozenset({"match", "scope"})
UNSEEN = ("source", "source_line", "marks")
SHOWN = {"examples_match": "examples", "examples_no_match": "examples", "example_files": "examples"}


@dataclass(frozen=True, slots=True)
class Landing:
    """What changes for reports when a configuration takes another one's place.

    Attributes:
        changes: signatures that are added, removed, or say or match something else.
        known: every signature that past failures may have been matched by, and the empty name for none.
        exact: history keeps the names of tests that scopes are compared with.
    """

    changes: tuple[SignatureChange, ...]
    known: tuple[str, ...]
    exact: bool

    @property
    def aiming(self) -> tuple[Signature, ...]:
        """Signatures that may match what they did not match before."""
        return tuple(one.after for one in self.changes if one.after is not None and aims_anew(one))

    def concerns(self, failure: PullFailure) -> bool:
        """Whether a past failure is sure to be reported on in another way: a changed one matched it."""
        return any(one.before is not None and one.before.id == failure.signature for one in self.changes)

    def may_concern(self, failure: PullFailure) -> bool:
        """Whether, as far as can be told without its log, a new or wider signature may match it."""
        return any(self._may_hold(one.scope, failure) for one in self.aiming)

    def _may_hold(self, scope: Scope, failure: PullFailure) -> bool:
        """What history does not keep (workflow, step, file, branch) may be as the scope wants it."""
        if scope.kinds and failure.kind not in {kind.value for kind in scope.kinds}:
            return False
        if scope.job and not fits(scope.job, failure.job):
            return False
        return not (scope.test and self.exact) or fits(scope.test, failure.test)


def aims_anew(change: SignatureChange) -> bool:
    """Whether a signature is new, or has another match or scope."""
    return change.after is not None and (change.before is None or not AIM.isdisjoint(change.parts))


def landing_of(before: Sequence[Signature], after: Sequence[Signature], *, exact: bool) -> Landing:
    """Compare the signatures that held with those that hold now, the packs' own among both."""
    changes = compare_signatures([effect(one) for one in before], [effect(one) for one in after])
    return Landing(changes, ("", *dict.fromkeys(one.id for one in (*before, *after))), exact)


def signature_changes(before: RepoConfig, after: RepoConfig) -> tuple[SignatureChange, ...]:
    """How the signatures of two configurations differ."""
    return compare_signatures(before.signatures, after.signatures)


def compare_signatures(
    before: Sequence[Signature], after: Sequence[Signature]
) -> tuple[SignatureChange, ...]:
    """Compare by id, letter case aside: added and changed ones in the new order, then the removed ones."""
    old, new = _by_id(before), _by_id(after)
    found = []
    for name, one in new.items():
        parts = _parts(old[name], one) if name in old else ()
        if name not in old or parts:
            found.append(SignatureChange(old.get(name), one, parts))
    gone = (one for one in before if one.id.lower() not in new)
    return (*found, *(SignatureChange(one, None) for one in gone))


def _by_id(signatures: Sequence[Signature]) -> dict[str, Signature]:
    """In their order; of several with the same id the first."""
    found: dict[str, Signature] = {}
    for one in signatures:
        found.setdefault(one.id.lower(), one)
    return found


def changed_keys(before: RepoConfig, after: RepoConfig) -> tuple[str, ...]:
    """The other keys whose values differ."""
    names = [one.name for one in fields(RepoConfig) if one.name not in PLACES]
    changed = [name for name in names if getattr(before, name) != getattr(after, name)]
    return (*changed, *(("_extends",) if before.extends != after.extends else ()))


def effect(signature: Signature) -> Signature:
    """What reports depend on: a signature without its place and its proof."""
    return replace(
        signature,
        source="",
        source_line=0,
        added=None,
        examples_match=(),
        examples_no_match=(),
        example_files=(),
    )


def _parts(before: Signature, after: Signature) -> tuple[str, ...]:
    names = [one.name for one in fields(Signature) if one.name not in UNSEEN]
    changed = (name for name in names if _value(before, name) != _value(after, name))
    return tuple(dict.fromkeys(SHOWN.get(name, name) for name in changed))


def _value(signature: Signature, name: str) -> object:
    """A part's value; an example's log is the same wherever its name stands."""
    if name == "example_files":
        return [(one.path, one.matches) for one in signature.example_files]
    return getattr(signature, name)
