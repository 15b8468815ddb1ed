"""`_extends`: which configuration a file builds on, and what wins, as Probot has it.

https://github.com/octokit/plugin-config.js#readme
"""

from dataclasses import dataclass, replace

from bot.model.config import CONFIG_FILE, RepoConfig
from bot.model.signature import Signature

DEFAULT_PATH = CONFIG_FILE
# A file, what it builds on, and what that builds on: more cannot be kept in mind.
MAX_BASES = 3


@dataclass(frozen=True, slots=True)
class BaseName:
    """The configuration of another repository."""

    owner: str
    name: str
    path: str = DEFAULT_PATH

    @property
    def shown(self) -> str:
        """Its name for people, and as its signatures' source."""
        return f"{self.owner}/{self.name}:{self.path}"

    @property
    def key(self) -> str:
        """The same for the same file: GitHub's names know no letter case, paths do."""
        return f"{self.owner}/{self.name}".lower() + f":{self.path}"


def base_name(extends: str, owner: str) -> BaseName:
    """What `_extends` names; without an owner it is the file's own."""
    repository, _, path = extends.partition(":")
    named, slash, name = repository.rpartition("/")
    return BaseName(named if slash else owner, name, path or DEFAULT_PATH)


def build_on(own: RepoConfig, base: RepoConfig) -> RepoConfig:
    """Put a configuration on top of another.

    A key that `own` names wins as a whole, lists and mappings too; a key that it does not name is the
    base's. Signatures are joined: all of `own`, then those of the base whose ids `own` does not have.
    """
    taken = {one.id.lower() for one in own.signatures}
    inherited = tuple(one for one in base.signatures if one.id.lower() not in taken)
    keys = base.named - own.named - {"signatures", "_extends", "version"}
    return replace(
        own,
        **{key: getattr(base, key) for key in keys},
        signatures=(*own.signatures, *inherited),
        named=own.named | keys,
    )


def add_parts(config: RepoConfig, parts: tuple[Signature, ...]) -> RepoConfig:
    """Add the signatures of the folder beside a configuration."""
    return replace(config, signatures=(*config.signatures, *parts))
