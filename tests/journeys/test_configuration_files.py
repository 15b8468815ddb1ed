"""A configuration in several files: a folder of flakes, a base that is extended, an organisation's own."""

from collections.abc import Mapping

import pytest

from bot.demo.github.state import Commit, Fault, Repo
from tests.journeys.house import CONFIG, House, jobs_of

pytestmark = pytest.mark.anyio

JOB = "Integration (datastorage)"
FLAKY = jobs_of("003", "run", JOB)
RED = jobs_of("000", "run", "Integration (aianalysis)")
FOLDER = ".github/retriage"
DOWN = """\
id: {name}
title: {title}
match: {{contains: "Data Storage must answer the audit query"}}
scope: {{job: "Integration (aianalysis)"}}
"""
ENTRY = "signatures:\n  - " + DOWN.replace("\n", "\n    ").rstrip() + "\n"


def down(name: str = "DS-DOWN", title: str = "Data Storage does not answer") -> str:
    return DOWN.format(name=name, title=title)


def entry(name: str = "DS-DOWN", title: str = "Data Storage does not answer") -> str:
    return ENTRY.format(name=name, title=title)


def put(house: House, repo: Repo, files: Mapping[str, str]) -> Commit:
    return house.world.add_commit(repo, "main", {path: text.encode() for path, text in files.items()})


def other(house: House, slug: str, text: str, path: str = CONFIG, *, private: bool = False) -> Repo:
    repo = house.world.add_repository(slug, private=private)
    put(house, repo, {path: text})
    return repo


def bare(house: House) -> Repo:
    """A repository without a configuration, on which the App is installed."""
    repo = house.world.add_repository("octo/bare")
    house.theatre.stage.installation.repositories.add(repo.id)
    house.theatre.stage.installation.account = repo.owner
    house.theatre.stage.repo = repo
    return repo


async def test_a_team_with_one_file_for_each_flake(house: House) -> None:
    house.commit({f"{FOLDER}/ds-down.yml": down(), f"{FOLDER}/README.md": "no signature"})
    pull = house.open_pull("fix/any")
    await house.run_on(pull, RED)
    page = house.page(pull)
    assert page.headline == "❄️ 1 known flake"
    assert f"{FOLDER}/ds-down.yml" in page.text


async def test_the_folder_alone_is_a_configuration(house: House) -> None:
    put(house, bare(house), {f"{FOLDER}/ds-down.yml": down()})
    pull = house.open_pull("fix/any")
    await house.run_on(pull, RED)
    assert house.page(pull).headline == "❄️ 1 known flake"


async def test_what_has_not_changed_is_not_read_again(house: House) -> None:
    house.commit({f"{FOLDER}/{number}.yml": down(f"DS-{number}", f"title {number}") for number in range(5)})
    pull = house.open_pull("fix/any")
    await house.run_on(pull, RED)
    before = house.asked("GET", f"contents/{FOLDER}/")
    assert before == 5
    house.commit({f"{FOLDER}/3.yml": down("DS-3", "another title"), "README.md": "main moves on"})
    house.push(pull)
    await house.run_on(pull, RED)
    assert house.asked("GET", f"contents/{FOLDER}/") == before + 1


async def test_a_mistake_in_one_file_of_the_folder_leaves_the_last_good_ones_in_force(house: House) -> None:
    house.commit({f"{FOLDER}/ds-down.yml": down()})
    pull = house.open_pull("fix/any")
    await house.run_on(pull, RED)
    house.commit({f"{FOLDER}/new.yml": down("DS-NEW") + "cuase: race\n"})
    house.push(pull)
    await house.run_on(pull, RED)
    page = house.page(pull)
    assert page.headline == "❄️ 1 known flake"
    assert "the last good one holds" in page.text
    assert f"{FOLDER}/new.yml line 5" in page.text


async def test_a_configuration_builds_on_another_repositorys_and_wins_over_it(house: House) -> None:
    base = "comment: off\ncheck: {conclusion: failure}\n" + entry("DS-DOWN", "the base's words")
    other(house, "jordigilh/settings", base)
    house.configure("version: 1\n_extends: settings\ncomment: always\n" + entry("ds-down", "our own words"))
    pull = house.open_pull("fix/any")
    await house.run_on(pull, RED)
    page = house.page(pull)
    assert page.headline == "❄️ 1 known flake"
    assert "our own words" in page.text
    assert "the base's words" not in page.text
    assert "on top of jordigilh/settings:.github/retriage.yml" in page.text


async def test_a_base_may_lie_at_a_path_of_another_account_and_build_on_a_base_of_its_own(
    house: House,
) -> None:
    other(house, "octo/deep", entry())
    other(house, "octo/flakes", "_extends: deep\npacks: []\n", "lists/all.yml")
    house.configure("_extends: octo/flakes:lists/all.yml\n")
    pull = house.open_pull("fix/any")
    await house.run_on(pull, RED)
    page = house.page(pull)
    assert page.headline == "❄️ 1 known flake"
    assert "octo/deep:.github/retriage.yml" in page.text


async def test_a_base_on_a_branch_other_than_the_default_has_no_effect(house: House) -> None:
    repo = other(house, "jordigilh/settings", "version: 1\n")
    house.world.add_commit(repo, "draft", {CONFIG: entry().encode()})
    house.configure("_extends: settings\n")
    pull = house.open_pull("fix/any")
    await house.run_on(pull, RED)
    assert house.page(pull).headline == "❔ 1 unknown"


@pytest.mark.parametrize(
    ("extends", "said"),
    [
        ("no-such-repo", "is not there, or it is private"),
        ("octo/no-such", "is not there, or it is private"),
        ("settings:no/such.yml", "there is no such file"),
        ("kubernaut", "goes in a circle"),
        ("round", "goes in a circle"),
        ("settings:wrong.yml", "it is wrong here (2 problems in all)"),
    ],
)
async def test_a_base_that_cannot_be_read_is_told_and_the_last_good_configuration_holds(
    house: House, extends: str, said: str
) -> None:
    settings = other(house, "jordigilh/settings", entry())
    put(house, settings, {"wrong.yml": "secret: xyzzy\nother: 1\n"})
    other(house, "jordigilh/round", "_extends: kubernaut\n")
    house.configure("_extends: settings\n")
    pull = house.open_pull("fix/any")
    await house.run_on(pull, RED)
    assert house.page(pull).headline == "❄️ 1 known flake"
    house.configure(f"version: 1\n_extends: {extends}\n")
    house.push(pull)
    await house.run_on(pull, RED)
    page = house.page(pull)
    assert page.headline == "❄️ 1 known flake"
    assert said in page.text
    assert "the last good one holds" in page.text
    assert "xyzzy" not in page.text
    assert "secret" not in page.text


async def test_bases_upon_bases_end_somewhere(house: House) -> None:
    for number in range(5):
        other(house, f"jordigilh/level-{number}", f"_extends: level-{number + 1}\n")
    house.configure("_extends: level-0\n")
    pull = house.open_pull("fix/any")
    await house.run_on(pull, RED)
    page = house.page(pull)
    assert "goes on after 3 files" in page.text
    assert "jordigilh/level-2:.github/retriage.yml line 1" in page.text


async def test_the_organisations_own_configuration_holds_where_a_repository_has_none(house: House) -> None:
    bare(house)
    other(house, "octo/.github", entry())
    pull = house.open_pull("fix/any")
    await house.run_on(pull, RED)
    page = house.page(pull)
    assert page.headline == "❄️ 1 known flake"
    assert "octo/.github:.github/retriage.yml" in page.text


async def test_a_repositorys_own_file_keeps_the_organisations_out(house: House) -> None:
    repo = bare(house)
    other(house, "octo/.github", entry())
    put(house, repo, {CONFIG: "version: 1\n"})
    pull = house.open_pull("fix/any")
    await house.run_on(pull, RED)
    assert house.page(pull).headline == "❔ 1 unknown"


async def test_a_private_configuration_is_for_private_repositories_alone(house: House) -> None:
    repo = bare(house)
    secret = other(house, "octo/.github", entry(), private=True)
    house.theatre.stage.installation.repositories.add(secret.id)
    pull = house.open_pull("fix/any")
    await house.run_on(pull, RED)
    assert house.page(pull).headline == "❔ 1 unknown"
    repo.private = True
    house.push(pull)
    await house.run_on(pull, RED)
    assert house.page(pull).headline == "❄️ 1 known flake"


async def test_a_private_configuration_that_the_app_is_not_installed_on_is_not_there(house: House) -> None:
    bare(house).private = True
    other(house, "octo/.github", entry(), private=True)
    pull = house.open_pull("fix/any")
    await house.run_on(pull, RED)
    assert "no configuration file: defaults" in house.page(pull).text


async def test_a_base_that_github_cannot_give_just_now_is_asked_for_again(house: House) -> None:
    other(house, "jordigilh/settings", entry())
    house.configure("_extends: settings\n")
    house.world.faults.append(Fault("GET", "/repos/jordigilh/settings/contents", times=1, status=502))
    pull = house.open_pull("fix/any")
    await house.run_on(pull, RED)
    await house.rest(120.0)
    assert house.page(pull).headline == "❄️ 1 known flake"
