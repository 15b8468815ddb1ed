"""What the adapter reads of GitHub, as the port's values."""

import pytest

from bot.demo.github.state import Fault, Special
from bot.errors import Gone, RetryLater, TellUser
from bot.model.run import ChangedFile, Commit, Comparison, Conclusion
from bot.ports import GitHub
from tests.fakes.github import Site

pytestmark = pytest.mark.anyio


async def test_a_repository_is_read_again_with_its_default_branch(site: Site, github: GitHub) -> None:
    site.home.default_branch = "trunk"
    assert (await github.repository(site.repo)).default_branch == "trunk"


async def test_another_repository_with_the_same_name_is_gone_not_ours(site: Site, github: GitHub) -> None:
    known = site.repo
    del site.world.repositories[site.home.id]
    other = site.world.add_repository(site.home.slug)
    site.installation.repositories |= {other.id}
    with pytest.raises(Gone, match="another repository"):
        await github.repository(known)


async def test_a_run_is_read_at_its_newest_attempt_or_at_the_one_asked_for(
    site: Site, github: GitHub
) -> None:
    run = site.world.add_run(
        site.home, site.home.branches["main"], "main", workflow="CI Pipeline", event="push"
    )
    site.world.add_job(run, "build", "failure")
    site.world.finish_run(run)
    site.world.add_attempt(run)
    newest = await github.run(site.repo, run.id)
    first = await github.run(site.repo, run.id, 1)
    assert (newest.attempt, newest.finished, newest.conclusion) == (2, False, Conclusion.NONE)
    assert (first.attempt, first.finished, first.conclusion) == (1, True, Conclusion.FAILURE)
    assert (first.workflow, first.path) == ("CI Pipeline", ".github/workflows/ci-pipeline.yml")
    assert (first.head_owner, first.head_repository_id) == ("octo", site.home.id)
    assert first.created_at == site.clock.now()


async def test_a_run_of_a_deleted_fork_has_no_head_repository(site: Site, github: GitHub) -> None:
    fork = site.world.add_repository("mallory/hello", parent=site.home)
    run = site.world.add_run(site.home, site.home.branches["main"], "patch", head=fork)
    del site.world.repositories[fork.id]
    found = await github.run(site.repo, run.id)
    assert (found.head_owner, found.head_repository_id) == ("", 0)
    site.judge.violations.clear()  # the description does not say null here, GitHub does


async def test_every_job_of_an_attempt_is_read_over_all_pages(site: Site, github: GitHub) -> None:
    run = site.world.add_run(site.home, site.home.branches["main"], "main")
    names = [f"Integration (service-{number})" for number in range(230)]
    for name in names:
        site.world.add_job(run, name, steps=(("Set up job", "success"), ("Run make test", "success")))
    jobs = await github.jobs(site.repo, run.id, 1)
    assert [job.name for job in jobs] == names
    assert [step.name for step in jobs[0].steps] == ["Set up job", "Run make test"]
    assert jobs[0].runner == "GitHub Actions 1"
    assert jobs[0].finished
    assert jobs[0].html_url.endswith(f"/job/{jobs[0].id}")


async def test_jobs_of_an_attempt_that_does_not_exist_are_gone(site: Site, github: GitHub) -> None:
    run = site.world.add_run(site.home, site.home.branches["main"], "main")
    with pytest.raises(Gone):
        await github.jobs(site.repo, run.id, 7)


async def test_jobs_are_told_apart_where_github_does_not_know_the_attempt(site: Site, github: GitHub) -> None:
    run = site.world.add_run(site.home, site.home.branches["main"], "main")
    site.world.add_job(run, "build", "failure")
    site.world.finish_run(run)
    site.world.add_attempt(run)
    again = site.world.add_job(run, "build", "success")
    site.world.faults = [Fault("GET", "/attempts/2/jobs", status=404)]
    assert [job.id for job in await github.jobs(site.repo, run.id, 2)] == [again.id]


async def test_what_does_not_matter_may_be_missing(site: Site, github: GitHub) -> None:
    site.world.faults = [
        _answer(
            b'{"id": 7, "head_sha": "'
            + b"a" * 40
            + b'", "head_branch": "topic", "event": "push", "name": null,'
            b' "status": "completed", "conclusion": "failure", "head_repository": {"id": 1}}'
        ),
        _answer(
            b'{"jobs": [{"id": 8, "name": "build", "conclusion": "failure", "steps": [{"name": null}]}]}'
        ),
        _answer(b'{"content": "aGk=\\n", "encoding": "base64"}'),
    ]
    run = await github.run(site.repo, 7)
    (job,) = await github.jobs(site.repo, 7, 1)
    file = await github.file(site.repo, "a.yml", "b" * 40)
    assert (run.finished, run.workflow, run.attempt, job.conclusion) == (
        True,
        "workflow",
        1,
        Conclusion.FAILURE,
    )
    assert file is not None
    assert file.data == b"hi"


async def test_all_runs_of_a_commit_are_found_over_pages(site: Site, github: GitHub) -> None:
    sha = site.home.branches["main"]
    for number in range(120):
        site.world.add_run(site.home, sha, "main", workflow=f"Workflow {number}")
    site.world.add_commit(site.home, "main")
    site.world.add_run(site.home, site.home.branches["main"], "main")
    assert len(await github.runs_of_commit(site.repo, sha)) == 120


async def test_runs_of_a_branch_are_completed_ones_of_that_workflow_newest_first(
    site: Site, github: GitHub
) -> None:
    sha = site.home.branches["main"]
    done = []
    for event in ("push", "push", "schedule"):
        run = site.world.add_run(site.home, sha, "main", event=event)
        site.world.finish_run(run)
        done.append(run)
        site.clock.forward(60)
    site.world.add_run(site.home, sha, "main", event="push")
    site.world.finish_run(site.world.add_run(site.home, sha, "main", workflow="Lint"))
    workflow = done[0].workflow_id
    every = await github.runs_of_branch(site.repo, workflow, "main")
    pushes = await github.runs_of_branch(site.repo, workflow, "main", "push")
    assert [run.id for run in every] == [run.id for run in reversed(done)]
    assert [run.id for run in pushes] == [done[1].id, done[0].id]


async def test_artifacts_say_whether_they_have_expired(site: Site, github: GitHub) -> None:
    run = site.world.add_run(site.home, site.home.branches["main"], "main")
    site.world.add_artifact(run, "must-gather-logs-1", 4096).expired = True
    (found,) = await github.artifacts(site.repo, run.id)
    assert (found.name, found.size, found.expired) == ("must-gather-logs-1", 4096, True)


@pytest.mark.parametrize(
    "branch", ["fix", "fix/a#1", "a&state=closed", "weird:name", "ünïcode 100%", "a+b?c=d"]
)
async def test_a_forks_pull_request_is_found_by_its_head_whatever_the_branch_is_called(
    site: Site, github: GitHub, branch: str
) -> None:
    fork = site.world.add_repository("mallory/hello", parent=site.home)
    sha = site.world.add_commit(fork, branch).sha
    pull = site.world.open_pull(site.home, "mallory", branch, head=fork)
    (found,) = await github.find_pull_requests(site.repo, "mallory", branch, fork.id, sha)
    assert (found.number, found.head_owner, found.head_branch) == (pull.number, "mallory", branch)
    assert (found.base_branch, found.base_sha) == ("main", site.home.branches["main"])


async def test_a_pull_request_of_another_head_with_the_same_name_is_not_found(
    site: Site, github: GitHub
) -> None:
    fork = site.world.add_repository("mallory/hello", parent=site.home)
    old = site.world.add_commit(fork, "fix").sha
    site.world.open_pull(site.home, "mallory", "fix", head=fork)
    new = site.world.add_commit(fork, "fix").sha
    find = github.find_pull_requests
    assert await find(site.repo, "mallory", "fix", fork.id, old) == ()
    assert await find(site.repo, "mallory", "fix", site.home.id, new) == ()
    assert await find(site.repo, "octo", "fix", fork.id, new) == ()
    assert await find(site.repo, "", "", 0, new) == ()


async def test_a_closed_pull_request_is_not_found_but_can_be_read(site: Site, github: GitHub) -> None:
    sha = site.world.add_commit(site.home, "fix").sha
    pull = site.world.open_pull(site.home, "octo", "fix", title="Mend it")
    pull.state, pull.locked, pull.draft = "closed", True, True
    found = await github.find_pull_requests(site.repo, "octo", "fix", site.home.id, sha)
    assert found == ()
    read = await github.pull_request(site.repo, pull.number)
    assert (read.title, read.open, read.locked, read.draft) == ("Mend it", False, True, True)


async def test_open_pull_requests_are_listed_up_to_a_limit_which_is_told(site: Site, github: GitHub) -> None:
    for number in range(102):
        site.world.add_commit(site.home, f"fix-{number}")
        site.world.open_pull(site.home, "octo", f"fix-{number}").state = "closed" if number == 1 else "open"
    found, complete = await github.open_pull_requests(site.repo)
    assert complete
    assert [one.number for one in found] == [*range(102, 2, -1), 1]
    for number in range(200):
        site.world.open_pull(site.home, "octo", f"fix-{number % 100}")
    found, complete = await github.open_pull_requests(site.repo)
    assert (len(found), complete) == (300, False)


async def test_a_pull_request_whose_fork_was_deleted_keeps_its_owners_name(
    site: Site, github: GitHub
) -> None:
    fork = site.world.add_repository("mallory/hello", parent=site.home)
    site.world.add_commit(fork, "fix")
    pull = site.world.open_pull(site.home, "mallory", "fix", head=fork)
    del site.world.repositories[fork.id]
    read = await github.pull_request(site.repo, pull.number)
    assert (read.head_owner, read.head_repository_id) == ("mallory", 0)
    site.judge.violations.clear()  # the description does not say null here, GitHub does


async def test_changed_files_are_read_over_all_pages(site: Site, github: GitHub) -> None:
    site.world.add_commit(site.home, "fix")
    pull = site.world.open_pull(site.home, "octo", "fix")
    pull.files = [(f"pkg/file_{number}.go", "modified") for number in range(150)]
    files = await github.changed_files(site.repo, pull.number)
    assert len(files) == 150
    assert files[0] == ChangedFile("pkg/file_0.go", "modified")


async def test_a_changed_file_comes_with_its_part_of_the_diff_or_is_known_to_hide_it(
    site: Site, github: GitHub
) -> None:
    site.world.add_commit(site.home, "fix")
    pull = site.world.open_pull(site.home, "octo", "fix")
    pull.files = [(name, "modified") for name in ("a.go", "bundle.js", "logo.png")]
    pull.patches = {"a.go": "@@ -1 +1,2 @@\n one\n+two", "bundle.js": None}
    small, large, binary = await github.changed_files(site.repo, pull.number)
    assert small == ChangedFile("a.go", "modified", "@@ -1 +1,2 @@\n one\n+two", 1)
    assert (small.hidden, large.hidden, binary.hidden) == (False, True, False)


async def test_a_forks_commits_are_compared_with_the_base(site: Site, github: GitHub) -> None:
    start = site.home.branches["main"]
    fork = site.world.add_repository("mallory/hello", parent=site.home)
    one = site.world.add_commit(fork, "fix", message="one\n\nand why").sha
    head = site.world.add_commit(fork, "fix", message="two").sha
    base = site.world.add_commit(site.home, "main").sha
    found = await github.compare(site.repo, base, head)
    assert found == Comparison(start, (Commit(one, "one\n\nand why"), Commit(head, "two")), 2)


@pytest.mark.parametrize("branch", ["main", "release/1.2", "a#b"])
async def test_a_branch_is_followed_to_its_commit(site: Site, github: GitHub, branch: str) -> None:
    sha = site.world.add_commit(site.home, branch).sha
    assert await github.branch_commit(site.repo, branch) == sha


async def test_a_file_is_read_at_the_commit_asked_for(site: Site, github: GitHub) -> None:
    path = ".github/retriage.yml"
    old = site.world.add_commit(site.home, "main", {path: b"version: 1\n# \xff"}).sha
    site.world.add_commit(site.home, "main", {path: b"version: 2\n"})
    file = await github.file(site.repo, path, old)
    assert file is not None
    assert (file.path, file.commit, file.data) == (path, old, b"version: 1\n# \xff")


@pytest.mark.parametrize("path", ["nothing.yml", "folder", "../etc/passwd", "/folder/file", ""])
async def test_what_is_no_file_in_the_repository_is_nothing(site: Site, github: GitHub, path: str) -> None:
    sha = site.world.add_commit(site.home, "main", {"folder/file": b"x"}).sha
    assert await github.file(site.repo, path, sha) is None


@pytest.mark.parametrize("kind", ["symlink", "submodule"])
async def test_a_link_in_place_of_the_file_is_said_to_people(site: Site, github: GitHub, kind: str) -> None:
    special = Special(kind, "https://elsewhere.example/x" if kind == "submodule" else "/etc/passwd")
    sha = site.world.add_commit(site.home, "main", {"retriage.yml": special}).sha
    with pytest.raises(TellUser, match=f"is a {kind}: make it a regular file"):
        await github.file(site.repo, "retriage.yml", sha)
    site.judge.violations.clear()  # a submodule's `download_url` is null at GitHub


async def test_a_file_over_64_kib_is_said_to_people(site: Site, github: GitHub) -> None:
    sha = site.world.add_commit(site.home, "main", {"a.yml": b"x" * 65_537, "b.yml": b"x" * 65_536}).sha
    assert await github.file(site.repo, "b.yml", sha) is not None
    with pytest.raises(TellUser, match="65537 bytes, more than 65536"):
        await github.file(site.repo, "a.yml", sha)


async def test_a_folder_lists_what_lies_directly_in_it(site: Site, github: GitHub) -> None:
    files = {"d/a.yml": b"abc\n", "d/deep/b.yml": b"x", "e.yml": b"x"}
    sha = site.world.add_commit(site.home, "main", files).sha
    listed = {entry.path: entry for entry in await github.folder(site.repo, "d", sha)}
    assert {path: entry.kind for path, entry in listed.items()} == {"d/a.yml": "file", "d/deep": "dir"}
    # `printf 'abc\n' | git hash-object --stdin`
    assert (listed["d/a.yml"].size, listed["d/a.yml"].blob) == (4, "8baef1b4abc478178b004d62031cf7fe6db6f903")
    assert await github.folder(site.repo, "nothing", sha) == ()
    assert await github.folder(site.repo, "e.yml", sha) == ()


async def test_a_public_repository_elsewhere_is_read_with_the_rights_of_this_one(
    site: Site, github: GitHub
) -> None:
    other = site.world.add_repository("elsewhere/settings")
    sha = site.world.add_commit(other, "main", {"a.yml": b"version: 1\n"}).sha
    found = await github.other_repository(site.repo, "elsewhere", "settings")
    assert (found.slug, found.private, found.id) == (other.slug, False, site.home.id)
    assert await github.branch_commit(found, found.default_branch) == sha
    file = await github.file(found, "a.yml", sha)
    assert file is not None
    assert file.data == b"version: 1\n"


async def test_a_private_repository_of_the_same_account_is_read_where_the_app_is_installed_on_it(
    site: Site, github: GitHub
) -> None:
    other = site.world.add_repository("octo/secret", private=True)
    with pytest.raises(Gone, match="the App is not installed on it"):
        await github.other_repository(site.repo, "octo", "secret")
    site.installation.repositories |= {other.id}
    found = await github.other_repository(site.repo, "octo", "secret")
    assert (found.slug, found.private, found.id) == (other.slug, True, other.id)
    assert await github.branch_commit(found, "main") == other.branches["main"]


@pytest.mark.parametrize("owner", ["octo", "elsewhere"])
async def test_a_repository_that_is_not_there_or_is_anothers_secret_is_gone(
    site: Site, github: GitHub, owner: str
) -> None:
    site.world.add_repository("elsewhere/secret", private=True)
    with pytest.raises(Gone, match=f"{owner}/secret is not there"):
        await github.other_repository(site.repo, owner, "secret")


@pytest.mark.parametrize("role", ["admin", "maintain", "write", "triage", "read"])
async def test_the_true_role_of_a_person_is_read(site: Site, github: GitHub, role: str) -> None:
    site.world.add_user("ada")
    site.home.roles["ada"] = role
    assert await github.permission(site.repo, "ada") == role


async def test_a_role_of_an_organisations_own_falls_back_to_what_it_amounts_to(
    site: Site, github: GitHub
) -> None:
    site.world.add_user("ada")
    site.home.roles["ada"] = "Security champion"
    assert await github.permission(site.repo, "ada") == "none"
    assert await github.permission(site.repo, "nobody-of-this-name") == "none"


async def test_an_answer_of_another_shape_is_tried_again_later(site: Site, github: GitHub) -> None:
    for body in (b"[]", b'"text"', b"{}", b'{"id": "7"}', b"null", b"{", b"[" * 100_000, b"\xff"):
        site.world.faults.append(_answer(body))
        with pytest.raises(RetryLater):
            await github.repository(site.repo)


def _answer(body: bytes) -> Fault:
    return Fault(path="/repos/", status=200, body=body)
