"""A proposed configuration, judged before anybody relies on it: linted, and tried on its examples."""

from collections.abc import Iterable
from typing import Protocol

from bot.classify.generic import is_generic
from bot.model.config import ConfigFiles, Problem, RepoConfig
from bot.model.proposal import Proof, Proposal
from bot.model.signature import Signature
from bot.packs import load_packs
from bot.repoconfig import lint_signatures, parse_stack
from bot.repoconfig.bundle import draft_own
from bot.repoconfig.lint import Engine
from bot.triage.proof import Finder, Tried, try_texts
from bot.triage.reading import patterns_of


class ProofEngine(Engine, Finder, Protocol):
    """What this needs of the pattern engine."""


def prove(proposal: Proposal, engine: ProofEngine) -> Proof:
    """Judge a proposal; never raises.

    Its patterns may cost any amount of time: it is called where it can be stopped. What it extends is another
    repository's: of that only places are told.
    """
    files = proposal.after
    draft, wrong = draft_own(files.own, files.parts)
    merged, stacked = parse_stack(files.own, files.parts, files.bases)
    packs = load_packs((merged or draft).packs)
    today, hits = proposal.today, proposal.last_hits
    linted = lint_signatures(draft, engine, is_generic, today, packs, wrong, last_hits=hits)
    found = [*(wrong or stacked), *linted]
    tried = [one for signature in draft.signatures for one in _try(signature, engine)]
    # Where `lint` has said it, it is not said again.
    said = {(one.file, one.line, one.column) for one in found}
    failing = (one.problem for one in tried if not one.holds)
    found += [one for one in failing if (one.file, one.line, one.column) not in said]
    return Proof(
        after=merged or draft,
        before=_before(proposal.before),
        problems=_in_order(found, draft.source),
        usable=merged is not None,
        examples=len(tried),
    )


def _before(files: ConfigFiles) -> RepoConfig | None:
    if files.is_empty:
        return RepoConfig()
    return parse_stack(files.own, files.parts, files.bases)[0]


def _try(signature: Signature, engine: ProofEngine) -> tuple[Tried, ...]:
    """A pattern that the engine refuses finds nothing: `lint` has said so."""
    if engine.problems(patterns_of((signature,))):
        return ()
    return try_texts(signature, engine)


def _in_order(problems: Iterable[Problem], first: str) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda one: (one.file != first, one.file, one.line, one.column)))
