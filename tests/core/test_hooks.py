"""Bytes become events, or a sentence that says why they cannot."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import TellUser
from bot.hooks import decode
from bot.model.check import CheckReference
from bot.model.event import (
    CheckRequested,
    CommandPosted,
    ConfigPushed,
    Delivery,
    Event,
    Ignored,
    RunCompleted,
)
from bot.model.run import Repository

FIXTURES = Path(__file__).parents[1] / "fixtures"
GUID = "72d3162e-cc78-11e3-81ab-4c9367dc0958"


def example(name: str, **extra: object) -> dict[str, Any]:
    """A real payload, with keys put on top: `a__b=1` sets `["a"]["b"]`."""
    files = (FIXTURES / folder / f"{name}.json" for folder in ("hooks", "webhooks"))
    text = next(file for file in files if file.exists()).read_text(encoding="utf-8")
    payload: dict[str, Any] = json.loads(text)
    for path, value in extra.items():
        *parents, last = path.split("__")
        place = payload
        for parent in parents:
            place = place[parent]
        place[last] = value
    return payload


def a_run(**extra: object) -> dict[str, Any]:
    return example("workflow_run.completed", **{"installation": {"id": 7}, **extra})


def a_comment(**extra: object) -> dict[str, Any]:
    changes: dict[str, object] = {"issue__pull_request": {"url": "x"}, "comment__body": "/retriage"}
    return example("issue_comment.created", **{**changes, **extra})


def a_pull(**extra: object) -> dict[str, Any]:
    return example("pull_request.synchronize", **extra)


def a_push(*paths: str, **extra: object) -> dict[str, Any]:
    """A push to the default branch; the published example deletes a tag."""
    commits = [{"id": "c" * 40, "added": [], "removed": [], "modified": list(paths)}]
    real: dict[str, object] = {"ref": "refs/heads/master", "deleted": False, "commits": commits}
    return example("push", **{**real, "after": "a" * 40, **extra})


def a_rerun(reference: str, **extra: object) -> dict[str, Any]:
    return example("check_run.rerequested", check_run__external_id=reference, **extra)


def a_suite(*pulls: tuple[int, int], **extra: object) -> dict[str, Any]:
    """`check_suite` as the example of `check_run` holds it; pull requests are (number, base repository)."""
    payload = example("check_run.rerequested", **extra)
    payload["check_suite"] = payload.pop("check_run")["check_suite"]
    payload["check_suite"]["pull_requests"] = [
        {"id": 1, "number": number, "base": {"ref": "main", "repo": {"id": base}}} for number, base in pulls
    ]
    return payload


def deliver(event: str, payload: object) -> Event:
    return decode(Delivery(GUID, event, json.dumps(payload).encode()))


def refusal(event: str, payload: object) -> str:
    with pytest.raises(TellUser) as caught:
        deliver(event, payload)
    return str(caught.value)


def reason(event: str, payload: object) -> str:
    found = deliver(event, payload)
    assert isinstance(found, Ignored)
    return found.reason


def test_a_completed_run_says_what_ended_and_where_its_commit_came_from() -> None:
    fork = {"id": 99, "owner": {"login": "mona", "type": "User"}, "name": "fork"}
    payload = a_run(
        workflow_run__head_repository=fork, workflow_run__head_branch="fix", workflow_run__run_attempt=2
    )
    found = deliver("workflow_run", payload)
    assert isinstance(found, RunCompleted)
    repository = payload["repository"]
    assert found.repository == Repository(
        7, repository["id"], repository["owner"]["login"], repository["name"], repository["default_branch"]
    )
    assert (found.run_id, found.attempt) == (payload["workflow_run"]["id"], 2)
    assert (found.head_owner, found.head_branch, found.head_repository_id) == ("mona", "fix", 99)
    assert found.trigger == payload["workflow_run"]["event"]


def test_a_comment_with_a_command_on_a_pull_request_is_passed_on() -> None:
    payload = a_comment(comment__body="Hello\n/Retriage help")
    found = deliver("issue_comment", payload)
    assert isinstance(found, CommandPosted)
    assert found.pull_request == payload["issue"]["number"]
    assert found.comment_id == payload["comment"]["id"]
    assert (found.author, found.author_is_bot) == (payload["comment"]["user"]["login"], False)
    assert found.body == "Hello\n/Retriage help"


@pytest.mark.parametrize(
    "change",
    [
        {"comment__user": {"login": "github-actions[bot]", "type": "Bot"}},
        {"comment__performed_via_github_app": {"id": 1}},
    ],
)
def test_a_comment_by_a_program_is_marked_as_such(change: dict[str, object]) -> None:
    found = deliver("issue_comment", a_comment(**change))
    assert isinstance(found, CommandPosted)
    assert found.author_is_bot


@pytest.mark.parametrize("action", ["opened", "synchronize", "reopened", "ready_for_review"])
def test_a_pull_request_with_a_new_head_may_want_a_check(action: str) -> None:
    payload = a_pull(action=action)
    found = deliver("pull_request", payload)
    assert isinstance(found, CheckRequested)
    assert (found.pull_request, found.again) == (payload["number"], False)
    assert found.repository.id == payload["repository"]["id"]


def test_a_pull_request_with_a_new_base_may_want_another_check() -> None:
    moved = a_pull(action="edited", changes={"base": {"ref": {"from": "dev"}, "sha": {"from": "0" * 40}}})
    assert isinstance(deliver("pull_request", moved), CheckRequested)


def test_a_check_that_is_run_again_says_itself_whose_it_is() -> None:
    found = deliver("check_run", a_rerun(CheckReference("0ff", 3, 71, "1ee").text))
    assert isinstance(found, CheckRequested)
    assert (found.pull_request, found.again) == (71, True)


def test_all_checks_run_again_are_those_of_a_pull_request_of_this_repository() -> None:
    home = example("check_run.rerequested")["repository"]["id"]
    found = deliver("check_suite", a_suite((9, home + 1), (12, home), (11, home)))
    assert isinstance(found, CheckRequested)
    assert (found.pull_request, found.again) == (11, True)


@pytest.mark.parametrize(
    "payload",
    [
        a_push("README.md", ".github/retriage.yml"),
        a_push(".github/retriage/flake.yml"),
        # A link in the folder's place.
        a_push(".github/retriage"),
        # What a forced push takes away is not told, nor more than so many commits.
        a_push("README.md", forced=True),
        a_push(commits=[]),
        a_push(commits=[{"modified": ["README.md"]}] * 2048),
    ],
)
def test_a_push_to_the_default_branch_that_may_change_the_configuration_is_passed_on(
    payload: dict[str, Any],
) -> None:
    found = deliver("push", payload)
    assert isinstance(found, ConfigPushed)
    assert (found.repository.default_branch, found.before) == ("master", payload["before"])


def test_a_branch_that_is_new_was_nothing_before() -> None:
    found = deliver("push", a_push(".github/retriage.yml", before="0" * 40))
    assert isinstance(found, ConfigPushed)
    assert found.before == ""


@pytest.mark.parametrize(
    "text", ["", "abc", "abc/x/1/d", "//1/", "a/1/-1/d", "a/1/" + "9" * 40 + "/d", "\0/\0/"]
)
def test_a_reference_that_is_not_ours_names_no_pull_request(text: str) -> None:
    assert CheckReference.from_text(text).pull_request == 0


def test_a_reference_survives_its_journey() -> None:
    for reference in (CheckReference(), CheckReference("0ff", 50, 7, "1ee")):
        assert CheckReference.from_text(reference.text) == reference
    assert CheckReference.from_text("0ff/50") == CheckReference("0ff", 50)


@pytest.mark.parametrize(
    ("event", "payload", "words"),
    [
        ("ping", example("ping"), "ping"),
        ("push", example("push"), "not to the default branch"),
        ("push", a_push(".github/retriage.yml", ref="refs/heads/dev"), "not to the default branch"),
        ("push", a_push(".github/retriage.yml", ref="refs/tags/master"), "not to the default branch"),
        ("push", a_push(".github/retriage.yml", deleted=True), "not to the default branch"),
        ("push", a_push("src/retriage.yml", ".github/retriage.yml.bak"), "does not change"),
        ("push", a_push(".github/retriage.yml", installation=None), "no installation"),
        ("pull_request", example("pull_request.closed"), "closed"),
        ("pull_request", a_pull(installation=None), "no installation"),
        ("pull_request", a_pull(action="edited", changes={"title": {"from": "x"}}), "not its base"),
        ("check_run", a_rerun(""), "which pull request"),
        ("check_run", a_rerun("9", action="created"), "created"),
        ("check_suite", a_suite((9, 1)), "no pull request"),
        ("check_suite", a_suite(action="requested"), "requested"),
        ("workflow_run", a_run(action="requested"), "requested"),
        ("workflow_run", example("workflow_run.completed"), "no installation"),
        ("workflow_run", a_run(workflow_run__head_repository=None), "exists no more"),
        ("workflow_run", a_run(workflow_run__head_branch=None), "no branch"),
        ("issue_comment", a_comment(action="edited"), "edited"),
        ("issue_comment", a_comment(issue__pull_request=None), "not on a pull request"),
        ("issue_comment", a_comment(comment__body="Looks good"), "no command"),
        ("issue_comment", a_comment(comment__body=None), "no command"),
        ("issue_comment", a_comment(comment__user=None), "author"),
    ],
)
def test_what_asks_nothing_of_us_is_ignored_with_its_reason(event: str, payload: object, words: str) -> None:
    assert words in reason(event, payload)


@pytest.mark.parametrize(
    ("event", "payload", "words"),
    [
        ("push", {"ref": "refs/heads/main"}, "before"),
        ("push", a_push(before="../.."), "$.before"),
        ("push", a_push(commits=[{"added": [1]}]), "$.commits"),
        ("pull_request", a_rerun("", action="opened"), "number"),
        ("pull_request", a_pull(number="7"), "$.number"),
        ("check_run", a_pull(action="rerequested"), "check_run"),
        ("check_run", a_rerun("x" * 101), "$.check_run.external_id"),
        ("check_suite", a_rerun("", action="requested"), "check_suite"),
        ("issue_comment", a_run(), "comment"),
        ("workflow_run", a_comment(), "workflow_run"),
        ("issue_comment", a_run(action="created"), "issue"),
        ("workflow_run", a_comment(action="completed"), "workflow_run"),
        ("workflow_run", [], "array"),
        ("workflow_run", "text", "str"),
        ("workflow_run", {}, "has an action"),
        ("workflow_run", a_run(workflow_run__id=2**63), "$.workflow_run.id"),
        ("workflow_run", a_run(workflow_run__id=0), "$.workflow_run.id"),
        ("workflow_run", a_run(workflow_run__id=True), "$.workflow_run.id"),
        ("workflow_run", a_run(workflow_run__head_sha="../../x"), "$.workflow_run.head_sha"),
        ("workflow_run", a_run(repository__name="a/b"), "$.repository.name"),
        ("workflow_run", a_run(repository__owner={"login": "a/.."}), "$.repository.owner.login"),
        ("workflow_run", a_run(installation={"id": 2**64}), "$.installation.id"),
        ("issue_comment", a_comment(issue__number="1"), "$.issue.number"),
        ("issue_comment", a_comment(comment__body=["/retriage"]), "$.comment.body"),
        ("issue_comment", a_comment(comment__body="/retriage" * 20_000), "$.comment.body"),
    ],
)
def test_a_body_that_does_not_fit_its_event_is_refused_with_the_place(
    event: str, payload: object, words: str
) -> None:
    assert words in refusal(event, payload)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"[" * 1_000_000,
        b'{"a":' * 1_000_000,
        b'{"action":"\\ud800"}',
        b'{"action":"\xed\xa0\x80"}',
        b'{"installation":{"id":' + b"9" * 5_000 + b"}}",
        b'{"action":NaN}',
        b"payload=%7B%7D",
    ],
)
def test_rubbish_is_refused_and_never_raises_anything_else(body: bytes) -> None:
    with pytest.raises(TellUser):
        decode(Delivery(GUID, "workflow_run", body))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
NAMES = ("workflow_run", "issue_comment", "pull_request", "push", "check_run", "check_suite", "ping", "")
EVENTS = RunCompleted | CommandPosted | CheckRequested | ConfigPushed | Ignored
events = st.sampled_from(NAMES)


@given(event=events, body=st.binary() | json_values.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_give_an_event_or_a_refusal(event: str, body: bytes) -> None:
    try:
        found = decode(Delivery(GUID, event, body))
    except TellUser:
        return
    assert isinstance(found, EVENTS)


def places(value: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(value, dict):
        return []
    return [place for key, inner in value.items() for place in [(*path, key), *places(inner, (*path, key))]]


REAL = {
    "workflow_run": a_run(),
    "issue_comment": a_comment(),
    "pull_request": a_pull(),
    "push": a_push(".github/retriage.yml"),
    "check_run": a_rerun("0ff/3/71/1ee"),
    "check_suite": a_suite((11, 526)),
}


@settings(max_examples=300)
@given(data=st.data(), event=st.sampled_from(sorted(REAL)), value=json_values)
def test_a_real_payload_with_anything_anywhere_gives_an_event_or_a_refusal(
    data: st.DataObject, event: str, value: object
) -> None:
    payload = copy.deepcopy(REAL[event])
    *parents, last = data.draw(st.sampled_from(places(payload)))
    place = payload
    for parent in parents:
        place = place[parent]
    if data.draw(st.booleans()):
        place[last] = value
    else:
        del place[last]
    try:
        found = deliver(event, payload)
    except TellUser:
        return
    assert isinstance(found, EVENTS)
