"""Everything a report is made of, gathered: what GitHub says, what was read, what is remembered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.classify.past import NOT_ASKED
from bot.model.config import RepoConfig
from bot.model.history import Hits, Lineage, Rate, Sightings
from bot.model.label import Dispute
from bot.model.reading import Reading
from bot.model.report import ArtifactLink, Compared, ConfigFacts
from bot.model.run import ChangedFile, Job, PullRequest, Run
from bot.model.signature import Signature


@dataclass(frozen=True, slots=True)
class SeenJob:
    """A job and what was read of its log; `gone` says why there is no reading where one was wanted."""

    job: Job
    run: Run
    reading: Reading | None = None
    gone: str = ""


@dataclass(frozen=True, slots=True)
class PreviousRun:
    """The runs before, of the same pull request: an earlier commit, or an earlier attempt."""

    compared: Compared
    jobs: tuple[SeenJob, ...]


@dataclass(frozen=True, slots=True)
class BaseRun:
    """A completed run of one workflow on the base branch, and the few before it, the newest first."""

    compared: Compared
    jobs: tuple[SeenJob, ...]
    before: tuple["BaseRun", ...] = ()


@dataclass(frozen=True, slots=True)
class OtherAttempt:
    """Another attempt of a run on the head commit: same commit, same workflow."""

    run: Run
    jobs: tuple[SeenJob, ...]


@dataclass(frozen=True, slots=True)
class KnownPast:
    """What history tells on behalf of this pull request.

    Attributes:
        lineage: what ties it to other pull requests; `None` when its commits could not be read.
        note: why nothing was asked; empty when history was.
        sightings: of each failure's fingerprint within 7 days.
        recent: within the last hour, newer pushes included: enough for a banner, never for a verdict.
        stacks: other pull requests that hang together.
        hits: of the signatures that match here.
        rates: of these failures, by workflow, job and signature.
    """

    lineage: Lineage | None = None
    note: str = NOT_ASKED
    sightings: Sightings = field(default_factory=Sightings)
    recent: Sightings = field(default_factory=Sightings)
    stacks: tuple[frozenset[int], ...] = ()
    hits: tuple[Hits, ...] = ()
    rates: tuple[Rate, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """A pull request's head commit and all that is known about its runs.

    Attributes:
        repository: `owner/name`.
        web: address of GitHub's web pages.
        pull_request: as GitHub has it now.
        runs: newest attempt of each workflow on the head commit.
        jobs: every job of these runs.
        previous: by workflow id.
        base: by workflow id; a workflow without a base run is not compared.
        merge_base: the base branch's run at the commit that the pull request grew from, by workflow id.
        attempts: other attempts of the runs, by run id, the newest first.
        past: what history tells.
        base_note: why nothing was compared, when nothing was.
        workflow_files: the workflow's file at the head commit, by run id, where it could be read.
        changed: files that the pull request changes.
        below: files that the pull requests change that it is stacked on.
        changed_note: why they are not known; empty when they are.
        config: the repository's configuration.
        signatures: the configuration's and its packs'.
        artifacts: those that the configuration names.
        report_notes: what is to be said of reports that could not be read, or that are of no job.
        disputes: what people say against excusing failures of this pull request, the newest first.
        config_facts: where the configuration came from and what is wrong with a newer one.
        at: the moment the newest of the runs changed: the report's time, so that the same state
            always gives the same report.
    """

    repository: str
    pull_request: PullRequest
    at: datetime
    runs: tuple[Run, ...]
    jobs: tuple[SeenJob, ...]
    web: str = "https://github.com"
    previous: Mapping[int, PreviousRun] = field(default_factory=dict)
    base: Mapping[int, BaseRun] = field(default_factory=dict)
    merge_base: Mapping[int, BaseRun] = field(default_factory=dict)
    attempts: Mapping[int, tuple[OtherAttempt, ...]] = field(default_factory=dict)
    past: KnownPast = field(default_factory=KnownPast)
    base_note: str = ""
    workflow_files: Mapping[int, bytes] = field(default_factory=dict)
    changed: tuple[ChangedFile, ...] = ()
    changed_note: str = ""
    below: tuple[ChangedFile, ...] = ()
    config: RepoConfig = field(default_factory=RepoConfig)
    signatures: tuple[Signature, ...] = ()
    artifacts: tuple[ArtifactLink, ...] = ()
    config_facts: ConfigFacts = field(default_factory=ConfigFacts)
    report_notes: tuple[str, ...] = ()
    disputes: tuple[Dispute, ...] = ()
