"""`retriage schema`: an editor says of a configuration what the server would say of it."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.__main__ import main
from bot.repoconfig import config_schema, parse_config, part_schema
from bot.repoconfig.schema import parse_part

ROOT = Path(__file__).parents[2]
GOOD_FILES = (
    ROOT / "tests" / "fixtures" / "config" / "full.yml",
    ROOT / "bot" / "demo" / "story" / "retriage.yml",
)
SIGNATURE = "id: A-1\ntitle: t\nmatch: {contains: abc}\n"
GOOD = (
    "",
    "version: 1",
    'version: "1"',
    "comment: off",
    "check:",
    "check: {conclusion: failure, annotations: 0}",
    "workflows: CI",
    "workflows: [CI, 'Nightly *']",
    "packs: []",
    "packs: containers",
    "rerun: {auto: true, authors: false, max_attempts: 3}",
    "groups: [{name: 7, match: '*'}]",
    "reports: ['*junit*.xml', 'build/**/TEST-*.XML', '**/junit']",
    "_extends: .github",
    "_extends: ..x",
    "_extends: octo-org/settings:flakes/all.yaml",
    "signatures:",
    "signatures: [{id: A-1, title: t, match: {contains: abc}}]",
    "signatures: [{id: A.1_b, title: t, match: {lines: [a, {regex: b}], absent: {contains: c}}}]",
    "signatures: [{id: A, title: t, match: {regex: b}, scope: {job: x, kinds: [test, timeout]}}]",
    "signatures: [{id: A, title: t, match: {regex: b}, status: fixed, added: 2026-01-03, fixed: 2026-01-04}]",
    'signatures: [{id: A, title: t, match: {regex: b}, examples: {match: ["a\\nb", {file: logs/a.log}]}}]',
    "signatures: [{id: A, title: t, match: {regex: b}, issue: 'https://github.example/o/r/issues/1'}]",
    "signatures: [{id: A, title: t, match: {regex: b}, priority: 2, owner: }]",
)
BAD = (
    "coment: off",
    "version: 2",
    "comment: often",
    "check: {conclusion: success}",
    "check: {annotations: -1}",
    "check: {annotations: 501}",
    "check: [a]",
    "rerun: {auto: 1}",
    "rerun: {max_attempts: 4}",
    "workflows: {a: b}",
    "workflows: ['']",
    "workflows: ['  ']",
    'workflows: ["a\\nb"]',
    "groups: [{name: a}]",
    "groups: {name: a}",
    "packs: [conteiners]",
    "_extends: 'a b'",
    "_extends: '../x'",
    "_extends: '..'",
    "_extends: octo/..:a.yml",
    "_extends: o/r:file.txt",
    "reports: ['*']",
    "reports: '**/*'",
    "reports: /junit.xml",
    "reports: a/../junit.xml",
    "reports: 'a\\b.xml'",
    "reports: '*.trx'",
    "- a",
    "text",
    "signatures: {id: A}",
    "signatures: [text]",
    "signatures: [{title: t, match: {contains: a}}]",
    "signatures: [{id: , title: t, match: {contains: a}}]",
    "signatures: [{id: A B, title: t, match: {contains: a}}]",
    "signatures: [{id: A, title: t}]",
    "signatures: [{id: A, title: t, match: {}}]",
    "signatures: [{id: A, title: t, match: {contains: a, regex: b}}]",
    "signatures: [{id: A, title: t, match: {contains: }}]",
    "signatures: [{id: A, title: t, match: {lines: []}}]",
    "signatures: [{id: A, title: t, match: {lines: [{}]}}]",
    "signatures: [{id: A, title: t, match: {lines: [{contains: a, regex: b}]}}]",
    "signatures: [{id: A, title: t, match: {lines: [a, a, a, a, a, a, a, a, a, a, a]}}]",
    f"signatures: [{{id: A, title: t, match: {{contains: {'x' * 1_001}}}}}]",
    "signatures: [{id: A, title: t, match: {contains: a}, kind: flaky}]",
    "signatures: [{id: A, title: t, match: {contains: a}, cause: magic}]",
    "signatures: [{id: A, title: t, match: {contains: a}, scope: {jobs: x}}]",
    "signatures: [{id: A, title: t, match: {contains: a}, scope: {kinds: [tests]}}]",
    "signatures: [{id: A, title: t, match: {contains: a}, added: yesterday}]",
    "signatures: [{id: A, title: t, match: {contains: a}, issue: 'javascript:x'}]",
    "signatures: [{id: A, title: t, match: {contains: a}, examples: {match: [{file: ../x.log}]}}]",
    "signatures: [{id: A, title: t, match: {contains: a}, examples: {matches: [x]}}]",
)
# What a schema cannot say; the parser alone does.
ONLY_PARSED = (
    "signatures: [{id: A, title: t, match: {contains: a}, added: 2026-02-01, expires: 2026-01-01}]",
    "signatures: [{id: A, title: t, match: {contains: a}, added: 2026-13-45}]",
    "signatures: [{id: A, title: t, match: {contains: a}, fixed: 2026-01-04}]",
    "comment: off\ncomment: off",
)


class Yaml12(yaml.SafeLoader):
    """YAML as editors read it: version 1.2, in which `off` and dates are texts."""


Yaml12.yaml_implicit_resolvers = {
    first: [
        (tag, form)
        for tag, form in forms
        if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool") or first in "tTfF"
    ]
    for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def fits(text: str, schema: dict[str, object]) -> bool:
    value: Any = yaml.load(text, Loader=Yaml12)  # noqa: S506 - a SafeLoader of our own
    return bool(Draft7Validator(schema).is_valid(value))


def parses(text: str) -> bool:
    return parse_config(text.encode(), "x.yml")[0] is not None


@pytest.mark.parametrize("text", [*GOOD, *(path.read_text(encoding="utf-8") for path in GOOD_FILES)])
def test_what_the_server_reads_an_editor_leaves_alone(text: str):
    assert parses(text)
    assert fits(text, config_schema())


@pytest.mark.parametrize("text", BAD)
def test_what_the_server_refuses_an_editor_underlines(text: str):
    assert not parses(text)
    assert not fits(text, config_schema())


@pytest.mark.parametrize("text", ONLY_PARSED)
def test_what_no_schema_can_say_the_parser_does(text: str):
    assert not parses(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        SIGNATURE,
        f"{SIGNATURE}status: fixed\n",
        "signatures: [{id: A, title: t, match: {contains: abc}}]",
    ],
)
def test_a_file_of_the_folder_has_a_schema_of_its_own(text: str):
    assert parse_part(text.encode(), "x.yml")[0] is not None
    assert fits(text, part_schema())


@pytest.mark.parametrize(
    "text",
    [f"{SIGNATURE}cuase: race\n", "id: A-1\ntitle: t\n", "comment: off\nsignatures: []\n", "- id: A-1\n"],
)
def test_a_file_of_the_folder_says_nothing_but_signatures(text: str):
    assert parse_part(text.encode(), "x.yml")[0] is None
    assert not fits(text, part_schema())


def test_the_schemas_are_schemas_and_are_those_that_the_documentation_publishes(
    capsys: pytest.CaptureFixture[str],
):
    for words, name in (((), "retriage.schema.json"), (("--folder",), "signature.schema.json")):
        assert main(["schema", *words]) == 0
        told = capsys.readouterr().out
        Draft7Validator.check_schema(json.loads(told))
        published = (ROOT / "docs" / "schema" / name).read_text(encoding="utf-8")
        assert told == published, f"run: retriage schema {' '.join(words)} > docs/schema/{name}"


def test_every_key_says_what_it_is_for():
    properties: Any = config_schema()["properties"]
    assert all(one["description"] for one in properties.values())
