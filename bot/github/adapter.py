"""The port `GitHub`, put together; and the one way to open it."""
# ruff: noqa: D102 - what each method does stands in bot/ports.py

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.github import actions, checks, comments, contents, logs, pulls
from bot.github.client import Gateway
from bot.github.http import Limits, Timeout, hush, new_client
from bot.github.options import GitHubOptions, Wires
from bot.model.check import Annotation, CheckRun
from bot.model.run import Artifact, ChangedFile, Comparison, Job, PullRequest, Repository, Run
from bot.ports import Clock, FetchedLog, FileAtCommit, GitHub, PostedCheck, PostedComment
from bot.ports.github import CONFIG_BYTES, FolderEntry

# GitHub allows 100 requests at once for an App; logs come besides.
API_CONNECTIONS = Limits(max_connections=50, max_keepalive_connections=20)
# A connection is made for one host name's certificate, but pooled by address: it is not used again.
LOG_CONNECTIONS = Limits(max_connections=20, max_keepalive_connections=0)
# For each step on the wire; the deadline of the whole call is in GitHubOptions.
STEP_SECONDS = Timeout(30.0, connect=10.0)


class GitHubAdapter:
    """Fulfils `bot.ports.GitHub` by passing each question on."""

    def __init__(self, gateway: Gateway, store: logs.LogStore) -> None:
        self._gateway = gateway
        self._store = store

    async def repository(self, repo: Repository) -> Repository:
        return await contents.read_repository(self._gateway, repo)

    async def run(self, repo: Repository, run_id: int, attempt: int = 0) -> Run:
        return await actions.read_run(self._gateway, repo, run_id, attempt)

    async def runs_of_commit(self, repo: Repository, head_sha: str) -> tuple[Run, ...]:
        return await actions.list_runs_of_commit(self._gateway, repo, head_sha)

    async def runs_of_branch(
        self, repo: Repository, workflow_id: int, branch: str, event: str = ""
    ) -> tuple[Run, ...]:
        return await actions.list_runs_of_branch(self._gateway, repo, workflow_id, branch, event)

    async def jobs(self, repo: Repository, run_id: int, attempt: int) -> tuple[Job, ...]:
        return await actions.list_jobs(self._gateway, repo, run_id, attempt)

    async def job_log(self, repo: Repository, job_id: int) -> FetchedLog:
        return await logs.job_log(self._store, self._gateway, repo, job_id)

    async def attempt_logs(
        self, repo: Repository, run_id: int, attempt: int, job_names: tuple[str, ...]
    ) -> Mapping[str, FetchedLog]:
        return await logs.attempt_logs(self._store, self._gateway, repo, run_id, attempt, job_names=job_names)

    async def artifacts(self, repo: Repository, run_id: int) -> tuple[Artifact, ...]:
        return await actions.list_artifacts(self._gateway, repo, run_id)

    async def artifact(self, repo: Repository, artifact_id: int, limit: int) -> FetchedLog:
        return await logs.artifact(self._store, self._gateway, repo, artifact_id, limit)

    async def pull_request(self, repo: Repository, number: int) -> PullRequest:
        return await pulls.read_pull_request(self._gateway, repo, number)

    async def find_pull_requests(
        self, repo: Repository, head_owner: str, head_branch: str, head_repository_id: int, head_sha: str
    ) -> tuple[PullRequest, ...]:
        return await pulls.find_pull_requests(
            self._gateway, repo, head_owner, head_branch, repository_id=head_repository_id, sha=head_sha
        )

    async def open_pull_requests(self, repo: Repository) -> tuple[tuple[PullRequest, ...], bool]:
        return await pulls.list_open_pull_requests(self._gateway, repo)

    async def changed_files(self, repo: Repository, number: int) -> tuple[ChangedFile, ...]:
        return await pulls.list_changed_files(self._gateway, repo, number)

    async def compare(self, repo: Repository, base_sha: str, head_sha: str) -> Comparison:
        return await contents.read_comparison(self._gateway, repo, base_sha, head_sha)

    async def branch_commit(self, repo: Repository, branch: str) -> str:
        return await contents.read_branch_commit(self._gateway, repo, branch)

    async def file(
        self, repo: Repository, path: str, commit: str, limit: int = CONFIG_BYTES
    ) -> FileAtCommit | None:
        return await contents.read_file(self._gateway, repo, path, commit, limit)

    async def folder(self, repo: Repository, path: str, commit: str) -> tuple[FolderEntry, ...]:
        return await contents.list_folder(self._gateway, repo, path, commit)

    async def other_repository(self, repo: Repository, owner: str, name: str) -> Repository:
        return await contents.read_other_repository(self._gateway, repo, owner, name)

    async def comments(self, repo: Repository, number: int) -> tuple[PostedComment, ...]:
        return await comments.list_comments(self._gateway, repo, number)

    async def comment(self, repo: Repository, comment_id: int) -> PostedComment:
        return await comments.read_comment(self._gateway, repo, comment_id)

    async def create_comment(self, repo: Repository, number: int, body: str) -> PostedComment:
        return await comments.create_comment(self._gateway, repo, number, body)

    async def update_comment(self, repo: Repository, comment_id: int, body: str) -> None:
        await comments.update_comment(self._gateway, repo, comment_id, body)

    async def delete_comment(self, repo: Repository, comment_id: int) -> None:
        await comments.delete_comment(self._gateway, repo, comment_id)

    async def find_check(self, repo: Repository, head_sha: str, name: str) -> PostedCheck | None:
        return await checks.find_check(self._gateway, repo, head_sha, name)

    async def create_check(self, repo: Repository, head_sha: str, check: CheckRun) -> int:
        return await checks.create_check(self._gateway, repo, head_sha, check)

    async def update_check(self, repo: Repository, check_id: int, check: CheckRun) -> None:
        await checks.update_check(self._gateway, repo, check_id, check, check.annotations)

    async def add_annotations(
        self, repo: Repository, check_id: int, check: CheckRun, annotations: tuple[Annotation, ...]
    ) -> None:
        await checks.update_check(self._gateway, repo, check_id, check, annotations)

    async def react(self, repo: Repository, comment_id: int, content: str) -> None:
        await comments.create_reaction(self._gateway, repo, comment_id, content)

    async def permission(self, repo: Repository, user: str) -> str:
        return await pulls.read_permission(self._gateway, repo, user)


@asynccontextmanager
async def open_github(
    options: GitHubOptions, clock: Clock, wires: Wires | None = None
) -> AsyncIterator[GitHub]:
    """Open GitHub for one process: two clients, one with credentials and one that never has any."""
    ways = wires or Wires()
    hush()
    names = {"user-agent": options.user_agent}
    async with (
        new_client(
            headers={**names, "accept-encoding": "gzip"},
            timeout=STEP_SECONDS,
            limits=API_CONNECTIONS,
            transport=ways.api,
        ) as api,
        new_client(
            headers={**names, "accept-encoding": "identity"},
            timeout=STEP_SECONDS,
            limits=LOG_CONNECTIONS,
            transport=ways.logs,
        ) as plain,
    ):
        store = logs.LogStore(plain, options, ways.resolve)
        yield GitHubAdapter(Gateway(api, options, clock), store)
