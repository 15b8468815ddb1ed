"""A proposed configuration is judged as a whole before anybody relies on it."""

from datetime import date

import pytest

from bot.handlers.proposal import touched_files
from bot.model.config import ConfigFiles, ConfigText
from bot.model.proposal import Proof, Proposal
from bot.model.run import ChangedFile
from bot.scan.engine import RegexEngine
from bot.triage import prove

FILE = ".github/retriage.yml"
TODAY = date(2026, 1, 4)
REGISTRY = """\
signatures:
  - id: REG-1
    title: The registry is slow
    match: {lines: ["the registry was asked", "no answer from the registry"]}
    examples:
      match: ["the registry was asked\\nno answer from the registry"]
"""
TWIN = "id: REG-1\ntitle: Twice\nmatch: {contains: 'pulling the image failed'}\n"


def text(data: str, file: str = FILE) -> ConfigText:
    return ConfigText(file, data.encode())


def judge(after: ConfigFiles, before: ConfigFiles | None = None) -> Proof:
    return prove(Proposal(after, before or ConfigFiles(), TODAY), RegexEngine())


def test_a_good_one_is_usable_and_says_how_many_examples_were_tried() -> None:
    found = judge(ConfigFiles("octo/home", text(REGISTRY)))
    assert (found.usable, found.problems, found.examples) == (True, (), 1)
    assert [one.id for one in found.after.signatures] == ["REG-1"]
    assert found.before is not None
    assert found.before.signatures == ()


def test_everything_wrong_in_every_file_is_found_at_once() -> None:
    part = text("title: x\nmatch: {regex: '(a'}\n", ".github/retriage/a.yml")
    found = judge(ConfigFiles("octo/home", text("coment: off\n" + REGISTRY), (part,)))
    assert not found.usable
    assert [(one.file, one.line) for one in found.problems][:2] == [
        (FILE, 1),
        (".github/retriage/a.yml", 1),
    ]


def test_files_are_judged_together() -> None:
    found = judge(ConfigFiles("octo/home", text(REGISTRY), (text(TWIN, ".github/retriage/twin.yml"),)))
    assert found.usable
    [twice] = [one for one in found.problems if one.severity == "error"]
    assert twice.file == ".github/retriage/twin.yml"
    assert f"{FILE}:2:" in twice.message


def test_an_example_that_does_not_hold_is_said_once() -> None:
    broken = REGISTRY.replace("asked\\nno answer", "asked\\nan answer")
    found = judge(ConfigFiles("octo/home", text(broken)))
    assert [one.line for one in found.problems] == [6]


def test_a_missing_example_file_is_no_reason_to_fail_here() -> None:
    named = REGISTRY.replace(
        '["the registry was asked\\nno answer from the registry"]', "[{file: logs/a.log}]"
    )
    found = judge(ConfigFiles("octo/home", text(named)))
    assert (found.problems, found.examples) == ((), 0)


def test_of_another_repositorys_file_only_the_place_of_a_mistake_is_told() -> None:
    base = text("version: 1\nsecret-key: hush\n", "octo/base:.github/retriage.yml")
    found = judge(ConfigFiles("octo/home", text("_extends: base\n"), (), (base,)))
    assert not found.usable
    [problem] = found.problems
    assert (problem.file, problem.line) == ("octo/base:.github/retriage.yml", 2)
    assert "hush" not in problem.message + problem.fix
    assert "secret" not in problem.message + problem.fix


def test_what_it_takes_the_place_of_may_be_wrong_itself() -> None:
    before = ConfigFiles("octo/home", text("signatures: none\n"))
    found = judge(ConfigFiles("octo/home", text(REGISTRY)), before)
    assert found.usable
    assert found.before is None


def test_a_configuration_that_is_removed_is_nothing_wrong() -> None:
    found = judge(ConfigFiles("octo/home"), ConfigFiles("octo/home", text(REGISTRY)))
    assert (found.usable, found.problems) == (True, ())
    assert found.before is not None
    assert len(found.before.signatures) == 1


@pytest.mark.parametrize(
    ("changed", "touched"),
    [
        (ChangedFile(FILE, "modified"), {FILE}),
        (ChangedFile(".github/retriage/a.yaml", "removed"), {".github/retriage/a.yaml"}),
        (ChangedFile("old.yml", "renamed", previous=FILE), {FILE}),
        (ChangedFile(FILE, "renamed", previous=".github/retriage/a.yml"), {FILE, ".github/retriage/a.yml"}),
        # A link may stand in the folder's place.
        (ChangedFile(".github/retriage", "added"), {".github/retriage"}),
        (ChangedFile(".github/retriage/logs/a.yml", "added"), set()),
        (ChangedFile(".github/retriage/a.log", "added"), set()),
        (ChangedFile(".github/retriage/.a.yml", "added"), set()),
        (ChangedFile("src/.github/retriage.yml", "added"), set()),
    ],
)
def test_what_belongs_to_the_configuration_is_told_by_its_path(
    changed: ChangedFile, touched: set[str]
) -> None:
    assert touched_files([changed]) == touched


def test_bombs_are_problems_and_nothing_else() -> None:
    for bomb in (
        "a: &a [x, x]\nb: [*a, *a]\n",
        "[" * 60_000,
        "signatures: !!python/object/apply:os.system [ls]\n",
        "x" * (64 * 1024 + 1),
        "version: 1\n<<: {comment: off}\n",
        "\ud800",
    ):
        data = bomb.encode("utf-8", "surrogatepass")
        found = judge(ConfigFiles("octo/home", ConfigText(FILE, data)))
        assert not found.usable
        assert found.problems


def test_a_signature_is_as_old_as_its_last_hit() -> None:
    old = ConfigFiles(
        "octo/home", text(REGISTRY.replace("    match: {", "    added: 2025-01-04\n    match: {"))
    )
    said = [
        [
            problem.message
            for problem in prove(Proposal(old, ConfigFiles(), TODAY, hits), RegexEngine()).problems
        ]
        for hits in ({}, {"REG-1": date(2026, 1, 3)}, {"REG-1": date(2025, 12, 1)})
    ]
    assert said == [
        ["REG-1: 90 days have passed since it was added, and no hit is known"],
        [],
        ["REG-1: it has had no hit for 34 days"],
    ]
