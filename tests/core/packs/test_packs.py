"""The built-in packs excuse what is surely infrastructure, and never what a test says itself."""

from datetime import date
from importlib.resources import files

import pytest
import yaml

from bot.classify.generic import is_generic
from bot.classify.signatures import Place, match_signatures
from bot.errors import TellUser
from bot.model.config import BUILT_IN_PACKS as PACKS
from bot.model.config import RepoConfig
from bot.model.failure import Failure, FailureKind, Status
from bot.model.signature import PatternHit, Signature, SignatureKind
from bot.packs import load_pack, load_packs
from bot.repoconfig import lint_signatures, parse_config
from bot.scan.engine import RegexEngine

ENGINE = RegexEngine()
ALL = load_packs(PACKS)
OWN_WORD = (FailureKind.TEST, FailureKind.COLLECTION, FailureKind.LINT)
YES = [(one, text) for one in ALL for text in one.examples_match]
NO = [(one, text) for one in ALL for text in one.examples_no_match]


def named(pairs: list[tuple[Signature, str]]) -> list[str]:
    return [f"{one.id}-{number}" for number, (one, _) in enumerate(pairs)]


def explained(one: Signature, text: str, kind: FailureKind) -> bool:
    """Whether a failure with these lines, of this kind, would be excused by this signature."""
    lines = text.splitlines()
    failure = Failure("", kind, Status.FAILED, "", "something", 1, (1, len(lines)))
    absent = () if one.match.absent is None else (one.match.absent,)
    hits: tuple[PatternHit, ...] = ENGINE.find((*one.match.patterns, *absent), lines)
    return bool(match_signatures(failure, Place(), [one], hits))


@pytest.mark.parametrize(("one", "text"), YES, ids=named(YES))
def test_this_line_is_that_outage(one: Signature, text: str) -> None:
    assert explained(one, text, FailureKind.EXIT)


@pytest.mark.parametrize(("one", "text"), NO, ids=named(NO))
def test_this_line_is_not(one: Signature, text: str) -> None:
    assert [other.id for other in ALL for kind in FailureKind if explained(other, text, kind)] == [], one.id


@pytest.mark.parametrize("kind", OWN_WORD)
@pytest.mark.parametrize(("one", "text"), YES, ids=named(YES))
def test_the_same_words_in_a_failing_test_excuse_nothing(
    one: Signature, text: str, kind: FailureKind
) -> None:
    assert not explained(one, text, kind)


@pytest.mark.parametrize(
    "text",
    [
        'Post "http://127.0.0.1:18090/api": dial tcp 127.0.0.1:18090: connect: connection refused',
        "dial tcp: lookup datastorage on 127.0.0.53:53: no such host",
        'pq: role "slm_user" does not exist',
        'pq: relation "audit_events" does not exist',
        "fork/exec /usr/local/kubebuilder/bin/etcd: no such file or directory",
        "ModuleNotFoundError: No module named 'holmesgpt_api_client'",
        "Error: manifest unknown: manifest tagged by v9 is not found",
        "Error response from daemon: pull access denied for o/i, repository does not exist",
        "x509: certificate signed by unknown authority",
        "context deadline exceeded",
        "Error: Process completed with exit code 137.",
        "HTTP 503 Service Unavailable from the gateway under test",
        "undefined: NewRouter",
        # The rows of the list that a change can cause in the same words (ADR 8).
        "The job running on runner GitHub Actions 12 has exceeded the maximum execution time of 360 minutes.",
        "The action 'Integration tests' has timed out after 30 minutes.",
        "Canceling since a higher priority waiting request for 'ci-refs/pull/7/merge' exists",
        "Out of memory: Killed process 4711 (gateway.test) total-vm:9120412kB, anon-rss:8102112kB",
        "docker: Error response from daemon: Bind for 0.0.0.0:5432 failed: port is already allocated.",
        "listen tcp 127.0.0.1:8080: bind: address already in use",
        "ERROR: failed to solve: o/base:9: failed to resolve source metadata for o/base:9: not found",
        "Error: Unable to download artifact(s): Artifact not found for name: images",
        "fatal: couldn't find remote ref refs/heads/gone",
        "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
        "Bad credentials",
        "denied: permission_denied: write_package",
        "tls: failed to verify certificate: x509: certificate has expired or is not yet valid",
        "curl: (7) Failed to connect to localhost port 8080 after 0 ms: Couldn't connect to server",
        "read tcp 127.0.0.1:51044->127.0.0.1:8080: read: connection reset by peer",
        "Could not find artifact com.shop:money:jar:9.9 in central (https://registry.example/maven2)",
    ],
)
def test_what_a_change_can_cause_is_never_excused(text: str) -> None:
    assert [one.id for one in ALL for kind in FailureKind if explained(one, text, kind)] == []


def test_the_packs_have_no_lint() -> None:
    assert lint_signatures(RepoConfig(signatures=ALL), ENGINE, is_generic, date(2026, 1, 24)) == ()


def test_every_entry_is_infrastructure_with_a_why_a_fix_and_examples_of_both_sorts() -> None:
    for one in ALL:
        assert one.kind is SignatureKind.INFRA
        assert one.fix
        assert one.examples_match
        assert one.examples_no_match
        assert one.scope.kinds
        assert not set(one.scope.kinds) & set(OWN_WORD)
    entries = [entry for name in PACKS for entry in _entries(name)]
    assert all(len(str(entry["why"])) > 40 for entry in entries)


@pytest.mark.parametrize("name", PACKS)
def test_an_entry_can_be_copied_into_a_configuration(name: str) -> None:
    entries = [{key: value for key, value in entry.items() if key != "why"} for entry in _entries(name)]
    config, problems = parse_config(yaml.safe_dump({"signatures": entries}).encode(), "f.yml")
    assert problems == ()
    assert config is not None
    assert [one.match for one in config.signatures] == [one.match for one in load_pack(name)]
    assert [one.scope for one in config.signatures] == [one.scope for one in load_pack(name)]


def test_every_pack_that_a_configuration_may_name_is_there() -> None:
    names = {file.name for file in files("bot.packs").iterdir() if file.name.endswith(".yml")}
    assert names == {f"{name}.yml" for name in PACKS}


def test_an_unknown_pack_is_said_to_be_unknown() -> None:
    with pytest.raises(TellUser, match="github-runner"):
        load_pack("nothing")


def _entries(name: str) -> list[dict[str, object]]:
    loaded: list[dict[str, object]] = yaml.safe_load(files("bot.packs").joinpath(f"{name}.yml").read_text())
    return loaded
