"""npm's complaints that no project here provokes: broken dependencies, registries that are down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import FailureKind
from bot.model.log import Log
from bot.parsers import npm, parse_all, pnpm, yarn


def kinds(*lines: str) -> list[FailureKind]:
    return [failure.kind for failure in npm.parse(clean("\n".join(lines).encode())).failures]


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        ("E503", "503 Service Unavailable - GET https://registry.example/tea", FailureKind.INFRA),
        ("ECONNRESET", "network aborted", FailureKind.INFRA),
        ("CERT_HAS_EXPIRED", "request to https://registry.example/tea failed", FailureKind.INFRA),
        ("ENOSPC", "nospc ENOSPC: no space left on device, write", FailureKind.INFRA),
        ("ENOENT", "enoent Could not read package.json: Error: ENOENT: no such file", FailureKind.BUILD),
        ("EBADENGINE", "engine Unsupported engine", FailureKind.BUILD),
        ("EINTEGRITY", "sha512-abc integrity checksum failed", FailureKind.BUILD),
    ],
)
def test_what_the_registry_did_is_told_from_what_the_project_asked(
    code: str, text: str, kind: FailureKind
) -> None:
    assert kinds(f"npm error code {code}", f"npm error {text}") == [kind]
    assert kinds(f"npm ERR! code {code}", f"npm ERR! {text}") == [kind]


def test_a_dependency_that_does_not_build_is_no_wrapper() -> None:
    path = "npm error path /home/runner/work/shop/shop/node_modules/tea"
    assert kinds("npm error code 1", path, "npm error command failed") == [FailureKind.BUILD]


def test_a_lock_file_that_does_not_fit_is_told_in_one_sentence() -> None:
    lines = (
        "npm ERR! code EUSAGE",
        "npm ERR! ",
        "npm ERR! `npm ci` can only install packages when package.json and package-lock.json are in sync.",
        "npm ERR! Please update your lock file with `npm install` before continuing.",
    )
    (failure,) = npm.parse(clean("\n".join(lines).encode())).failures
    assert failure.message.endswith("are in sync.")


def test_npm_that_lost_its_way_crashed() -> None:
    assert kinds("npm ERR! Exit handler never called!", "npm ERR! This is an error with npm itself.") == [
        FailureKind.CRASH
    ]


def test_a_script_that_failed_says_less_than_the_tool_in_it() -> None:
    lines = ("src/a.ts(1,7): error TS2322: Wrong.", "npm ERR! code ELIFECYCLE", "npm ERR! errno 2")
    found = [failure.tool for one in parse_all(clean("\n".join(lines).encode())) for failure in one.failures]
    assert found == ["tsc"]


@given(
    st.lists(
        st.sampled_from(
            ["npm ERR! ", "npm error code E404", "error x", "➤ YN0028: │ +a", "\u2009ERROR\u2009 x"]
        )
    )
)
def test_no_text_breaks_the_parsers(lines: list[str]) -> None:
    for parser in (npm, pnpm, yarn):
        for failure in parser.parse(Log(lines=tuple(lines), size=0)).failures:
            assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
