"""The repository's configuration: from the default branch alone, at a commit, the last good one kept."""

from dataclasses import dataclass, field, replace

from bot.errors import Gone, Refused, TellUser
from bot.handlers.world import World
from bot.model.config import Problem, RepoConfig
from bot.model.report import ConfigFacts
from bot.model.run import Repository
from bot.model.signature import Pattern, Signature
from bot.packs import load_packs
from bot.ports import FileAtCommit
from bot.repoconfig import parse_config

CONFIG_PATH = ".github/retriage.yml"


@dataclass(frozen=True, slots=True)
class Policy:
    """The configuration that holds, its signatures with the packs' own, and what the footer says of it."""

    config: RepoConfig = field(default_factory=RepoConfig)
    signatures: tuple[Signature, ...] = ()
    facts: ConfigFacts = field(default_factory=ConfigFacts)


async def load_policy(world: World, repo: Repository) -> Policy:
    """Read the configuration; when it is wrong, the last good one holds and the footer says so."""
    try:
        file = await _newest_file(world, repo)
    except (TellUser, Refused) as error:
        fix = "grant the App the permission Contents: read" if isinstance(error, Refused) else ""
        return await _last_good(world, repo, (Problem(CONFIG_PATH, 1, 1, str(error), fix),))
    if file is None:
        return _policy(world, repo, RepoConfig(), ())
    config, problems = parse_config(file.data, file.path, file.commit)
    if config is not None:
        known = await world.store.good_config(repo)
        if known is None or known.commit != file.commit:
            await world.store.save_good_config(repo, file)
        return _policy(world, repo, config, problems)
    return await _last_good(world, repo, problems)


async def _last_good(world: World, repo: Repository, problems: tuple[Problem, ...]) -> Policy:
    """What held before the file was broken; without any, the defaults."""
    good = await world.store.good_config(repo)
    if good is None:
        return _policy(world, repo, RepoConfig(), problems)
    config, _ = parse_config(good.data, good.path, good.commit)
    return _policy(world, repo, config or RepoConfig(), problems)


async def _newest_file(world: World, repo: Repository) -> FileAtCommit | None:
    try:
        commit = await world.github.branch_commit(repo, repo.default_branch)
        return await world.github.file(repo, CONFIG_PATH, commit)
    except Gone as error:
        world.journal.note("the configuration cannot be read", why=str(error))
        return await world.store.good_config(repo)


def _policy(world: World, repo: Repository, config: RepoConfig, problems: tuple[Problem, ...]) -> Policy:
    """Put configuration and packs together; a pattern that the engine refuses is named, the others hold."""
    signatures = (*config.signatures, *load_packs(config.packs))
    refused = {
        problem.pattern: problem.message
        for problem in world.engine.problems(
            tuple(pattern for one in signatures for pattern in _patterns(one))
        )
    }
    kept = tuple(one for one in signatures if not any(pattern in refused for pattern in _patterns(one)))
    dropped = tuple(
        Problem(one.source, one.source_line, 1, f"signature {one.id} is off: {refused[pattern]}")
        for one in signatures
        for pattern in _patterns(one)
        if pattern in refused
    )
    url = f"{world.web}/{repo.slug}/blob/{config.commit}/{CONFIG_PATH}" if config.commit else ""
    facts = ConfigFacts(
        config.source, config.commit, url, tuple(p for p in problems if p.severity == "error")
    )
    return Policy(config, kept, replace(facts, problems=(*facts.problems, *dropped)))


def _patterns(signature: Signature) -> tuple[Pattern, ...]:
    absent = signature.match.absent
    return signature.match.patterns if absent is None else (*signature.match.patterns, absent)
