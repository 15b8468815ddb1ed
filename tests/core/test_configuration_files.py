"""Several files make one configuration: what is joined, what wins, and what is too much."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.config import CheckConfig, CommentMode, ConfigText, RepoConfig
from bot.model.life import suggestion
from bot.model.signature import Match, Pattern, Signature, SignatureStatus
from bot.repoconfig import base_name, is_part, parse_own, parse_stack
from bot.repoconfig.schema import extends_of

FILE = ".github/retriage.yml"
BASE = "octo/settings:.github/retriage.yml"
ENTRY = "  - {{id: {0}, title: {1}, match: {{contains: abc}}}}\n"


def text(data: str, file: str = FILE) -> ConfigText:
    return ConfigText(file, data.encode(), "c0ffee")


def one(name: str, title: str = "t") -> str:
    return ENTRY.format(name, title)


def stack(own: str, *bases: str) -> RepoConfig:
    config, problems = parse_stack(text(own), (), [text(base, BASE) for base in bases])
    assert problems == ()
    assert config is not None
    return config


@pytest.mark.parametrize(
    ("extends", "shown"),
    [
        ("settings", "octo/settings:.github/retriage.yml"),
        (".github", "octo/.github:.github/retriage.yml"),
        ("other/settings", "other/settings:.github/retriage.yml"),
        ("other/settings:a/b.yml", "other/settings:a/b.yml"),
        (":a.yml", "octo/:a.yml"),
    ],
)
def test_extends_names_a_repository_an_owner_and_a_path_as_probot_has_it(extends: str, shown: str) -> None:
    assert base_name(extends, "octo").shown == shown


def test_what_a_file_extends_is_known_with_its_place() -> None:
    assert extends_of(text("version: 1\n_extends: settings\n")) == ("settings", 2, 11)
    assert extends_of(text("version: 1\n")) == ("", 1, 1)
    assert extends_of(text("- a")) == ("", 1, 1)


def test_a_key_that_is_named_wins_as_a_whole_and_one_that_is_not_is_the_bases() -> None:
    config = stack(
        "check: {annotations: 3}\nworkflows: [CI]\n",
        "check: {conclusion: failure}\nworkflows: [Nightly]\ncomment: always\npacks: []\n",
    )
    assert config.check == CheckConfig("neutral", 3)
    assert config.workflows == ("CI",)
    assert config.comment is CommentMode.ALWAYS
    assert config.packs == ()
    assert (config.source, config.commit) == (FILE, "c0ffee")


def test_the_nearest_base_wins_over_the_farther_one() -> None:
    assert stack("", "comment: always\n", "comment: off\nworkflows: [CI]\n") == RepoConfig(
        comment=CommentMode.ALWAYS, workflows=("CI",), source=FILE, commit="c0ffee"
    )


def test_signatures_are_joined_and_ones_own_stands_in_for_the_bases_of_the_same_id() -> None:
    own, base = "signatures:\n" + one("A", "ours") + one("B"), "signatures:\n" + one("a", "theirs") + one("C")
    found = stack(own, base, "signatures:\n" + one("c", "farther") + one("D"))
    assert [(each.id, each.title) for each in found.signatures] == [
        ("A", "ours"),
        ("B", "t"),
        ("C", "t"),
        ("D", "t"),
    ]
    assert found.signatures[2].source == BASE


def test_a_bases_problem_is_told_by_its_place_and_not_by_its_words() -> None:
    config, problems = parse_stack(text(""), (), [text("version: 1\ntoken: hunter2\n", BASE)])
    assert config is None
    assert [(problem.file, problem.line, problem.message) for problem in problems] == [
        (BASE, 2, "it is wrong here (1 problem in all)")
    ]


def test_the_folders_signatures_follow_the_files_own() -> None:
    parts = (
        text("signatures:\n" + one("B"), "d/b.yml"),
        text("id: C\ntitle: t\nmatch: {contains: abc}", "d/c.yml"),
    )
    config, problems = parse_own(text("signatures:\n" + one("A")), parts)
    assert (problems, [each.id for each in config.signatures] if config else []) == ((), ["A", "B", "C"])


def test_the_problems_of_all_files_come_at_once() -> None:
    parts = (text("x: 1", "d/b.yml"), text("id: C", "d/c.yml"))
    _, problems = parse_own(text("coment: off"), parts)
    assert {problem.file for problem in problems} == {FILE, "d/b.yml", "d/c.yml"}


def test_a_folder_of_too_many_bytes_is_refused_at_the_file_that_is_too_much() -> None:
    parts = [text("# " + "x" * 60_000, f"d/{number}.yml") for number in range(10)]
    _, problems = parse_own(None, parts)
    assert [(problem.file, "524288 bytes" in problem.message) for problem in problems] == [("d/8.yml", True)]


def test_only_yaml_files_that_are_not_hidden_belong_to_the_folder() -> None:
    names = (".github/retriage/a.yml", ".github/retriage/b.yaml", ".github/retriage/.c.yml", "d/notes.md")
    assert [is_part(name) for name in names] == [True, True, False, False]


@given(st.lists(st.binary(max_size=60), max_size=3), st.lists(st.binary(max_size=60), max_size=3))
def test_any_bytes_in_any_file_have_an_answer(parts: list[bytes], bases: list[bytes]) -> None:
    config, problems = parse_stack(
        ConfigText(FILE, b""),
        [ConfigText("d/x.yml", part) for part in parts],
        [ConfigText(BASE, b) for b in bases],
    )
    assert (config is None) == bool(problems)


def signature(**facts: object) -> Signature:
    return Signature("A", "t", Match((Pattern("abc"),)), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "last_hit", "said"),
    [
        ({}, None, ""),
        ({"added": date(2026, 1, 1)}, None, "90 days have passed since it was added, and no hit is known"),
        ({"added": date(2026, 2, 1)}, None, ""),
        ({"added": date(2025, 1, 1)}, date(2026, 4, 20), ""),
        ({"added": date(2025, 1, 1)}, date(2026, 4, 10), ""),
        ({"added": date(2025, 1, 1)}, date(2026, 4, 9), "it has had no hit for 22 days"),
        (
            {"added": date(2025, 1, 1)},
            date(2026, 1, 1),
            "90 days have passed since its last hit on 2026-01-01",
        ),
        ({"expires": date(2026, 4, 30)}, date(2026, 5, 1), "it expired on 2026-04-30"),
        ({"expires": date(2026, 5, 1)}, date(2026, 5, 1), ""),
        ({"expires": date(2026, 4, 30), "status": SignatureStatus.FIXED}, None, ""),
    ],
)
def test_what_has_not_been_met_for_long_is_suggested_for_removal(
    facts: dict[str, object], last_hit: date | None, said: str
) -> None:
    assert suggestion(signature(**facts), date(2026, 5, 1), last_hit) == said
