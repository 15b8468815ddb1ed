"""The state of the small GitHub, and plain methods to build and change it."""

import io
import itertools
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.demo.github.state import (
    Artifact,
    Attempt,
    Check,
    Comment,
    Commit,
    Entry,
    Fault,
    Grant,
    Installation,
    Job,
    Pull,
    Reaction,
    Repo,
    Run,
    Seen,
    Step,
    User,
)

# What app.yml asks for.
APP_PERMISSIONS = {
    "actions": "read",
    "checks": "write",
    "contents": "read",
    "issues": "write",
    "metadata": "read",
    "pull_requests": "write",
}


class World:
    """Everything that GitHub knows. Ids grow from one counter, so that no two things share one.

    Attributes:
        now: the time at GitHub.
        public_key: of the App, PEM; statements are verified with it.
        web: where its pages are, for links.
        blob_base: where logs are stored; empty for the address that the request came to.
        requests: every request that came, in order.
        unknown_requests: those to routes that do not exist here.
        faults: what goes wrong next.
        remaining: what is left of the rate limit, as the headers say.
    """

    def __init__(
        self, now: Callable[[], datetime], *, public_key: str, app_id: int = 1234, app_slug: str = "retriage"
    ) -> None:
        self.now = now
        self.public_key = public_key
        self.app_id = app_id
        self.app_slug = app_slug
        self.web = "https://github.com"
        self.api = "https://api.github.com"
        self.blob_base = ""
        self.remaining = 5000
        self.ids = itertools.count(1001)
        self.users: dict[str, User] = {}
        self.repositories: dict[int, Repo] = {}
        self.commits: dict[str, Commit] = {}
        self.installations: dict[int, Installation] = {}
        self.pulls: dict[tuple[int, int], Pull] = {}
        self.runs: dict[int, Run] = {}
        self.jobs: dict[int, Job] = {}
        self.artifacts: dict[int, Artifact] = {}
        self.comments: dict[int, Comment] = {}
        self.checks: dict[int, Check] = {}
        self.tokens: dict[str, Grant] = {}
        self.blobs: dict[str, tuple[bytes, datetime]] = {}
        self.requests: list[Seen] = []
        self.unknown_requests: list[Seen] = []
        self.faults: list[Fault] = []
        self.bot = self.add_user(f"{app_slug}[bot]", "Bot")

    def add_user(self, login: str, kind: str = "User") -> User:
        """Add a person (`User`), an organisation (`Organization`) or a `Bot`; once for each login."""
        return self.users.setdefault(login, User(next(self.ids), login, kind))

    def add_repository(self, slug: str, *, parent: Repo | None = None, private: bool = False) -> Repo:
        """Add `owner/name`, with a first commit on `main`; a fork has its parent's branches."""
        owner, _, name = slug.partition("/")
        repo = Repo(next(self.ids), self.add_user(owner), name, private, parent=parent.id if parent else 0)
        self.repositories[repo.id] = repo
        if parent:
            repo.branches = dict(parent.branches)
        else:
            self.add_commit(repo, "main", message="Initial commit")
        return repo

    def install(self, *repos: Repo, permissions: Mapping[str, str] | None = None) -> Installation:
        """Install the App on repositories of one account."""
        granted = dict(APP_PERMISSIONS if permissions is None else permissions)
        installation = Installation(next(self.ids), repos[0].owner, {repo.id for repo in repos}, granted)
        self.installations[installation.id] = installation
        return installation

    def add_commit(
        self,
        repo: Repo,
        branch: str,
        files: Mapping[str, Entry] | None = None,
        *,
        message: str = "Change",
        start: str = "",
    ) -> Commit:
        """Commit files on top of a branch; a new branch starts at `start` or the default branch."""
        below = repo.branches.get(branch) or start or repo.branches.get(repo.default_branch, "")
        number = next(self.ids)
        tree = {**(self.commits[below].files if below else {}), **(files or {})}
        commit = Commit(_sha(number), (below,) if below else (), message, self.now(), tree)
        self.commits[commit.sha] = commit
        repo.branches[branch] = commit.sha
        for pull in self.pulls.values():
            if (pull.head_repo, pull.head_branch, pull.state) == (repo.id, branch, "open"):
                pull.head_sha = commit.sha
        return commit

    def open_pull(
        self,
        repo: Repo,
        author: str,
        branch: str,
        *,
        head: Repo | None = None,
        title: str = "A change",
        base: str = "main",
    ) -> Pull:
        """Open a pull request from a branch of this repository or of `head`, a fork."""
        source = head or repo
        number = 1 + max((n for owner, n in self.pulls if owner == repo.id), default=0)
        pull = Pull(
            id=next(self.ids),
            repo=repo.id,
            number=number,
            title=title,
            author=self.add_user(author),
            head_repo=source.id,
            head_branch=branch,
            head_sha=source.branches[branch],
            base_branch=base,
            base_sha=repo.branches[base],
            created_at=self.now(),
            head_owner=source.owner,
        )
        self.pulls[repo.id, number] = pull
        return pull

    def add_run(
        self,
        repo: Repo,
        head_sha: str,
        branch: str,
        *,
        head: Repo | None = None,
        workflow: str = "CI",
        event: str = "pull_request",
        actor: str = "octocat",
    ) -> Run:
        """Start a workflow on a commit: one attempt, in progress, without jobs."""
        path = f".github/workflows/{workflow.lower().replace(' ', '-')}.yml"
        run = Run(
            id=next(self.ids),
            repo=repo.id,
            number=1 + sum(other.repo == repo.id for other in self.runs.values()),
            workflow_id=zlib.crc32(f"{repo.id}{path}".encode()),
            workflow=workflow,
            path=path,
            event=event,
            head_repo=(head or repo).id,
            head_branch=branch,
            head_sha=head_sha,
            actor=self.add_user(actor),
            created_at=self.now(),
        )
        self.runs[run.id] = run
        self.add_attempt(run)
        return run

    def add_attempt(self, run: Run) -> Attempt:
        """Run it once more."""
        attempt = Attempt(len(run.attempts) + 1, "in_progress", None, self.now(), self.now())
        run.attempts.append(attempt)
        return attempt

    def add_job(
        self,
        run: Run,
        name: str,
        conclusion: str | None = "success",
        *,
        log: bytes | None = b"",
        steps: tuple[tuple[str, str], ...] = (),
        seconds: float = 60.0,
    ) -> Job:
        """Add a job to the newest attempt; without `conclusion` it runs; steps are (name, conclusion)."""
        start, attempt = run.newest.started_at, run.newest
        end = start + timedelta(seconds=seconds) if conclusion else None
        job = Job(
            id=next(self.ids),
            run=run.id,
            attempt=attempt.number,
            name=name,
            status="completed" if conclusion else "in_progress",
            conclusion=conclusion,
            started_at=start,
            completed_at=end,
            steps=[Step(n, title, how, start, end) for n, (title, how) in enumerate(steps, 1)],
            log=log,
        )
        attempt.jobs.append(job)
        self.jobs[job.id] = job
        return job

    def finish_run(self, run: Run, conclusion: str = "") -> Attempt:
        """End the newest attempt; its conclusion comes from its jobs unless one is given."""
        attempt = run.newest
        red = any(job.conclusion in ("failure", "timed_out") for job in attempt.jobs)
        attempt.status, attempt.updated_at = "completed", self.now()
        attempt.conclusion = conclusion or ("failure" if red else "success")
        return attempt

    def add_artifact(
        self, run: Run, name: str, size: int = 1000, *, files: Mapping[str, bytes] | None = None
    ) -> Artifact:
        """Keep files of a run, zipped as GitHub does; without files, the promise of some."""
        artifact = Artifact(next(self.ids), run.repo, name, size, self.now())
        if files is not None:
            artifact.data = packed(files)
            artifact.size = len(artifact.data)
        run.artifacts.append(artifact)
        self.artifacts[artifact.id] = artifact
        return artifact

    def add_comment(self, repo_id: int, number: int, author: User, body: str, *, app: int = 0) -> Comment:
        """Post a comment, as a person or (with `app`) as an App."""
        now = self.now()
        comment = Comment(next(self.ids), repo_id, number, author, body, now, now, app)
        self.comments[comment.id] = comment
        return comment

    def react(self, comment: Comment, user: User, content: str) -> tuple[Reaction, bool]:
        """React; `False` when this reaction was there already."""
        for reaction in comment.reactions:
            if (reaction.user, reaction.content) == (user, content):
                return reaction, False
        reaction = Reaction(next(self.ids), user, content, self.now())
        comment.reactions.append(reaction)
        return reaction, True

    def comments_of(self, repo_id: int, number: int) -> list[Comment]:
        """Comments of a pull request, oldest first."""
        return [c for c in self.comments.values() if (c.repo, c.number) == (repo_id, number)]

    def merge_base(self, one: str, other: str) -> str:
        """The newest commit that both grew from; empty when there is none."""
        ours = set(self.history(one))
        return next((sha for sha in self.history(other) if sha in ours), "")

    def history(self, sha: str) -> list[str]:
        """A commit and everything below it, nearest first."""
        found, todo = [], [sha]
        while todo:
            current = todo.pop(0)
            if current in self.commits and current not in found:
                found.append(current)
                todo.extend(self.commits[current].parents)
        return found

    def repository_named(self, owner: str, name: str) -> Repo | None:
        """Find a repository by its name, letter case aside."""
        wanted = f"{owner}/{name}".lower()
        return next((r for r in self.repositories.values() if r.slug.lower() == wanted), None)


def packed(files: Mapping[str, bytes]) -> bytes:
    """Zip files by path."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return target.getvalue()


def _sha(number: int) -> str:
    """Give a commit's name that looks like one: Fibonacci hashing spreads a counter over 160 bits."""
    return f"{number * 0x9E3779B97F4A7C15F39CC0605CEDC8341082276B % (1 << 160):040x}"
