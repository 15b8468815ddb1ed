"""`Retriage / config`: what a change of the configuration means, said where it is proposed."""

import gzip

import pytest

from bot.demo.github.state import Fault, Special
from tests.core.report.oracle import walk
from tests.journeys.house import CONFIG, House, jobs_of

pytestmark = pytest.mark.anyio

FOLDER = ".github/retriage"
GOOD = """\
signatures:
  - id: {id}
    title: {title}
    match: {{contains: "{text}"}}
    examples:
      match: ["{text}"]
"""
# Examples of the registry that the story begins with.
STORY = 12
SLOW = "(.*)" * 50 + "no answer from the registry"


def file(
    name: str = "REG-1", title: str = "The registry is slow", text: str = "no answer from the registry"
) -> bytes:
    return GOOD.format(id=name, title=title, text=text).encode()


async def test_a_bad_file_gets_a_check_with_a_note_on_each_line_that_is_wrong(house: House) -> None:
    pull = house.open_pull("config/bad")
    # GitHub makes the check, and its answer is an error: it is looked for before another one is made.
    house.world.faults.append(Fault("POST", "/check-runs", status=502, after_effect=True))
    await house.propose(pull, {CONFIG: b"version: 1\ncoment: off\nsignatures: none\n"})
    await house.rest(60)
    assert house.asked("POST", "/check-runs") == 1
    check = house.config_check(pull)
    assert (check.conclusion, check.title) == ("failure", "❌ 2 errors")
    assert [(note["path"], note["start_line"], note["start_column"]) for note in check.annotations] == [
        (CONFIG, 2, 1),
        (CONFIG, 3, 13),
    ]
    assert {note["annotation_level"] for note in check.annotations} == {"failure"}
    assert "Instead: " in str(check.annotations[0]["message"])
    assert "the last good one would go on holding" in (check.summary or "")
    assert [one.name for one in house.checks(pull.head_sha)] == ["Retriage / config"]


async def test_a_forks_change_is_told_beside_what_stays_and_nothing_of_it_holds(house: House) -> None:
    world, fork = house.world, house.theatre.stage.fork
    house.configure(file("REG-0", text="another line of the registry").decode())
    fork.branches["main"] = house.repo.branches["main"]
    world.add_commit(
        house.repo, "main", {f"{FOLDER}/old.yml": b"id: OLD-1\ntitle: x\nmatch: {regex: '.*'}\n"}
    )
    pull = house.open_pull("config/fork", "mfournier", head=fork)
    new = file().partition(b"\n")[2].replace(b'["no answer', b'[{file: logs/none.log}, "no answer')
    text = file("REG-0", text="another line of the registry") + new
    await house.propose(pull, {CONFIG: b"comment: off\n" + text})
    check = house.config_check(pull)
    summary = check.summary or ""
    assert check.conclusion == "failure"
    [note] = check.annotations
    assert ".github/logs/none.log is not there" in str(note["message"])
    assert "In files that this pull request does not touch" in summary
    assert "old.yml</code> line 3" in summary
    assert "➕ <code>REG-1</code>" in summary
    assert "REG-0" not in summary
    assert "<code>comment</code>" in summary
    house.configure(file("REG-2").decode())
    await house.tell_of(pull, "reopened")
    summary = house.config_check(pull).summary or ""
    assert f"{CONFIG}: the base branch has changed it, too" in summary
    assert "REG-2" not in summary
    await house.run_on(pull, jobs_of("000", "run", "Integration (aianalysis)"))
    assert house.page(pull).headline == "❔ 1 unknown"


async def test_a_good_change_is_green_once_for_its_head_and_what_changes_nothing_costs_one_list(
    house: House,
) -> None:
    red = house.open_pull("fix/red")
    jobs = jobs_of("000", "run", "Integration (aianalysis)", "Integration (gateway)")
    await house.run_on(red, jobs)
    writes = house.asked("POST", "/check-runs")
    pull = house.open_pull("config/good")
    text = file(text="Data Storage must answer the audit query")
    logs = {f".github/logs/{n}.gz": gzip.compress(log or b"") for n, (_, log) in enumerate(jobs.values())}
    text = text.replace(b'match: ["Data', b'match: [{file: logs/0.gz}, "Data')
    text += b"      no_match: [{file: logs/1.gz}]\n"
    await house.propose(pull, {f"{FOLDER}/registry.yml": text, **logs})
    await house.tell_of(pull, "ready_for_review")
    check = house.config_check(pull)
    assert (check.conclusion, check.title) == ("success", "✅ nothing to mend")
    assert "It holds from the moment it is on <code>main</code>" in (check.summary or "")
    # One text and two logs, beside those of the story's registry.
    assert f"{STORY + 3} examples tried." in (check.summary or "")
    # On the logs of the run before: one failure, and no green job.
    [row] = [line for line in (check.summary or "").splitlines() if line.startswith("| REG-1 | ❔")]
    assert "| 1 | 1 | 1 | 1 |" in row
    assert "| 0 of 1 |" in row
    assert "newly matched: 1 failure" in (check.summary or "")
    assert house.asked("POST", "/check-runs") == writes + 1
    assert house.asked("PATCH", "/check-runs/") == 0
    await house.rerun_check(check)
    assert house.asked("PATCH", "/check-runs/") == 1
    assert house.config_check(pull).id == check.id
    other = house.open_pull("fix/any", files=["src/retriage.yml", ".github/workflows/ci.yml"])
    known = len(house.world.requests)
    await house.tell_of(other, "opened")
    assert house.checks(other.head_sha) == []
    assert [one.path.removeprefix("/repos/jordigilh/kubernaut") for one in house.world.requests[known:]] == [
        "",
        f"/pulls/{other.number}",
        f"/pulls/{other.number}/files",
    ]


async def test_hostile_files_are_named_and_nothing_else_happens(house: House) -> None:
    pull = house.open_pull("config/hostile")
    await house.propose(
        pull,
        {
            CONFIG: Special("symlink", "README.md"),
            "README.md": b"signatures: [secret]\n",
            f"{FOLDER}/bomb.yml": b"a: &a [x]\nb: [*a, *a]\n",
            f"{FOLDER}/large.yml": b"#" * (10 << 20),
            f"{FOLDER}/title.yml": file(title="</details><script> | @octo/team [x](https://evil.example)"),
            f"{FOLDER}/slow.yml": f"id: SLOW-1\ntitle: x\nmatch: {{regex: '{SLOW}'}}\n".encode(),
        },
    )
    check = house.config_check(pull)
    assert check.conclusion == "failure"
    found = {str(note["path"]): str(note["message"]) for note in check.annotations}
    assert "is a symlink" in found[CONFIG]
    assert "more than 65536" in found[f"{FOLDER}/large.yml"]
    assert f"{FOLDER}/bomb.yml" in found
    assert "secret" not in (check.summary or "") + str(check.annotations)
    walked = walk(check.summary or "")
    assert (walked.odd, walked.links) == ([], [])


async def test_what_it_extends_is_read_only_where_everybody_may_read_it(house: House) -> None:
    """Else anybody who may open a pull request could read another repository's signatures."""
    bare, hidden, account = (
        house.world.add_repository(f"jordigilh/{name}", private=True)
        for name in ("bare", "hidden", ".github")
    )
    house.theatre.stage.installation.repositories |= {bare.id, hidden.id, account.id}
    house.world.add_commit(hidden, "main", {CONFIG: file("HIDDEN-1", "Secret title")})
    house.world.add_commit(account, "main", {CONFIG: file("ACCOUNT-1")})
    house.theatre.stage.repo = bare
    said = []
    for name in ("hidden", "nowhere"):
        pull = house.open_pull(f"config/{name}")
        await house.propose(pull, {CONFIG: f"_extends: {name}\n".encode()})
        check = house.config_check(pull)
        assert check.conclusion == "neutral"
        assert "HIDDEN-1" not in str((check.summary, check.annotations))
        assert "until now the configuration of jordigilh/.github holds here" in (check.summary or "")
        said.append([str(note["message"]).replace(name, "it") for note in check.annotations])
    assert said[0] == said[1] != []
