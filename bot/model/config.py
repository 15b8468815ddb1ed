"""A repository's configuration, `.github/retriage.yml`, as values."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.model.signature import Signature

# Where a repository's configuration stands: a file, and a folder beside it.
CONFIG_FILE = ".github/retriage.yml"
CONFIG_FOLDER = ".github/retriage"
# What holds unless the configuration names its own; `packs: []` turns them off.
BUILT_IN_PACKS = ("github-runner", "containers", "package-registries")


class CommentMode(StrEnum):
    """When to keep a comment on the pull request."""

    FAILURES = "failures"
    CHANGES = "changes"
    ALWAYS = "always"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class CheckConfig:
    """The check run: its conclusion while something needs somebody, and how many annotations."""

    conclusion: str = "neutral"
    annotations: int = 10


@dataclass(frozen=True, slots=True)
class GroupConfig:
    """Jobs shown together: a name and a glob on the job's name."""

    name: str
    match: str


@dataclass(frozen=True, slots=True)
class RerunConfig:
    """What may be re-run, by whom and how often; off unless the repository turns it on."""

    auto: bool = False
    max_attempts: int = 1
    max_failed_jobs: int = 5
    authors: bool = True


@dataclass(frozen=True, slots=True)
class RepoConfig:
    """Everything `.github/retriage.yml` may say, with its defaults.

    `source` and `commit` say where it was read (empty: no file, the defaults hold), `named` which keys
    stand there: they win over what the file extends.
    """

    version: int = 1
    comment: CommentMode = CommentMode.FAILURES
    check: CheckConfig = field(default_factory=CheckConfig)
    workflows: tuple[str, ...] = ()
    aggregates: tuple[str, ...] = ()
    groups: tuple[GroupConfig, ...] = ()
    artifacts: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    rerun: RerunConfig = field(default_factory=RerunConfig)
    packs: tuple[str, ...] = BUILT_IN_PACKS
    signatures: tuple[Signature, ...] = ()
    extends: str = ""
    source: str = ""
    commit: str = ""
    named: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file: where, what, and what to write instead; lines and columns from 1."""

    file: str
    line: int
    column: int
    message: str
    fix: str = ""
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class ConfigText:
    """A file of a configuration as it was read.

    `file` is its path, behind the repository's name when it stands in another one.
    """

    file: str
    data: bytes
    commit: str = ""


@dataclass(frozen=True, slots=True)
class ConfigFiles:
    """A configuration in all its files, at the commits they were read at.

    `repository` is the slug that `own` and `parts` stand in; `bases` are what it extends, the nearest first.
    """

    repository: str = ""
    own: ConfigText | None = None
    parts: tuple[ConfigText, ...] = ()
    bases: tuple[ConfigText, ...] = ()

    @property
    def is_empty(self) -> bool:
        """There is no configuration at all."""
        return self.own is None and not self.parts


def is_configuration(path: str) -> bool:
    """Whether a path of a repository belongs to its configuration; the folder itself may be a link, too."""
    return path in (CONFIG_FILE, CONFIG_FOLDER) or path.startswith(f"{CONFIG_FOLDER}/")
