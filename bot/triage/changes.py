"""What is another configuration's difference: signatures added, changed and removed, and other keys."""

from dataclasses import fields, replace

from bot.model.config import RepoConfig
from bot.model.proposal import SignatureChange
from bot.model.signature import Signature

# Where a configuration stands says nothing about what it does.
PLACES = ("signatures", "source", "commit", "named", "extends", "version")
UNSEEN = ("source", "source_line", "marks")
SHOWN = {"examples_match": "examples", "examples_no_match": "examples", "example_files": "examples"}


def signature_changes(before: RepoConfig, after: RepoConfig) -> tuple[SignatureChange, ...]:
    """Compare by id, letter case aside: added and changed ones in the new order, then the removed ones."""
    old = {one.id.lower(): one for one in reversed(before.signatures)}
    new = {one.id.lower(): one for one in after.signatures}
    found = []
    for name, one in new.items():
        parts = _parts(old[name], one) if name in old else ()
        if name not in old or parts:
            found.append(SignatureChange(old.get(name), one, parts))
    gone = (one for one in before.signatures if one.id.lower() not in new)
    return (*found, *(SignatureChange(one, None) for one in gone))


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
