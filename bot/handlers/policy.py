"""The repository's configuration: from the default branch alone, at a commit, the last good one kept."""

from dataclasses import dataclass, field

from bot.errors import Gone, Refused, TellUser
from bot.handlers.configuration import pack, read_files, unpack
from bot.handlers.world import World
from bot.model.config import ConfigFiles, Problem, RepoConfig
from bot.model.report import ConfigFacts
from bot.model.run import Repository
from bot.model.signature import Pattern, Signature
from bot.packs import load_packs
from bot.repoconfig import DEFAULT_PATH, parse_stack


@dataclass(frozen=True, slots=True)
class Policy:
    """The configuration that holds, its signatures with the packs' own, and what the footer says of it."""

    config: RepoConfig = field(default_factory=RepoConfig)
    signatures: tuple[Signature, ...] = ()
    facts: ConfigFacts = field(default_factory=ConfigFacts)


async def load_policy(world: World, repo: Repository) -> Policy:
    """Read the configuration; when it is wrong, the last good one holds and the footer says so."""
    stored = await world.store.good_config(repo)
    good = unpack(stored, repo.slug) if stored is not None else None
    try:
        found = await read_files(world, repo, good)
    except (TellUser, Refused) as error:
        fix = "grant the App the permission Contents: read" if isinstance(error, Refused) else ""
        return _last_good(world, repo, good, (Problem(DEFAULT_PATH, 1, 1, str(error), fix),))
    except Gone as error:
        world.journal.note("the configuration cannot be read", why=str(error))
        return _last_good(world, repo, good, ())
    if found.files.is_empty:
        return _policy(world, repo, ConfigFiles(), RepoConfig(), ())
    config, problems = _parse(found.files)
    if config is not None and not found.problems:
        if found.files != good:
            await world.store.save_good_config(repo, pack(found.files))
        return _policy(world, repo, found.files, config, ())
    problems = (*problems, *found.problems)
    if config is not None and good is None:
        # Its own part is right, and nothing better is known.
        return _policy(world, repo, found.files, config, problems)
    return _last_good(world, repo, good, problems)


async def policy_at(world: World, repo: Repository, commit: str) -> Policy | None:
    """What stood at an older commit of the default branch; `None` where that cannot be read or used."""
    stored = await world.store.good_config(repo)
    good = unpack(stored, repo.slug) if stored is not None else None
    try:
        found = await read_files(world, repo, good, commit)
    except (TellUser, Refused, Gone) as error:
        world.journal.note("an older configuration cannot be read", commit=commit, why=str(error))
        return None
    if found.files.is_empty:
        return _policy(world, repo, ConfigFiles(), RepoConfig(), ())
    config, _ = _parse(found.files)
    return None if config is None or found.problems else _policy(world, repo, found.files, config, ())


def _parse(files: ConfigFiles) -> tuple[RepoConfig | None, tuple[Problem, ...]]:
    return parse_stack(files.own, files.parts, files.bases)


def _last_good(
    world: World, repo: Repository, good: ConfigFiles | None, problems: tuple[Problem, ...]
) -> Policy:
    """What held before the file was broken; without any, the defaults."""
    if good is None:
        return _policy(world, repo, ConfigFiles(), RepoConfig(), problems)
    config, _ = _parse(good)
    return _policy(world, repo, good, config or RepoConfig(), problems)


def _policy(
    world: World, repo: Repository, files: ConfigFiles, config: RepoConfig, problems: tuple[Problem, ...]
) -> Policy:
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
    url = ""
    if config.commit:
        path = config.source.rpartition(":")[2]
        url = f"{world.web}/{files.repository or repo.slug}/blob/{config.commit}/{path}"
    return Policy(
        config, kept, ConfigFacts(config.source, config.commit, url, (*problems, *dropped), _names(files))
    )


def _names(files: ConfigFiles) -> tuple[str, ...]:
    """What the configuration builds on, for the footer."""
    return tuple(one.file for one in files.bases)


def _patterns(signature: Signature) -> tuple[Pattern, ...]:
    absent = signature.match.absent
    return signature.match.patterns if absent is None else (*signature.match.patterns, absent)
