"""A run's output as GitHub's runner prints it into a job's log."""

import re
from datetime import datetime, timedelta
from pathlib import Path

from tests.trust.pool import PoolRun
from tests.trust.suite import Suite

REPOSITORY = "acme/shop"
CHECKOUT = "/home/runner/work/shop/shop"


def folder_of(suite: str) -> str:
    """Where a suite lies in the repository."""
    return f"services/{suite}"


def wrap(run: PoolRun, suite: Suite, at: datetime, sha: str) -> bytes:
    """Give the job's log: the runner's preamble, the step, its output, and how it ended.

    Args:
        run: what was printed; its folder is shown as the checkout's.
        suite: what ran.
        at: when the job began.
        sha: the commit that was checked out.
    """
    place = f"{CHECKOUT}/{folder_of(suite.name)}"
    # Copies are numbered, and a build may remember another copy's path.
    copies = re.compile(re.escape(str(Path(run.root).parent / suite.name)) + r"-\d+")
    output = copies.sub(place, run.output()).splitlines()
    lines = [*_before(suite, sha, place), *output, *_after(run)]
    pace = timedelta(seconds=max(run.seconds, 1.0) + 20) / max(1, len(lines))
    return "".join(f"{_stamp(at + n * pace)} {line}\n" for n, line in enumerate(lines)).encode()


def _before(suite: Suite, sha: str, place: str) -> list[str]:
    return [
        "Current runner version: '2.330.0'",
        "##[group]Runner Image Provisioner",
        "Hosted Compute Agent",
        "##[endgroup]",
        "##[group]Operating System",
        "Ubuntu",
        "24.04.3",
        "LTS",
        "##[endgroup]",
        "##[group]GITHUB_TOKEN Permissions",
        "Contents: read",
        "Metadata: read",
        "##[endgroup]",
        "Secret source: Actions",
        "Prepare workflow directory",
        "Prepare all required actions",
        "Getting action download info",
        "Download action repository 'actions/checkout@v5' (SHA:08c6903cd8c0fde910a37f88322edcfb5dd907a8)",
        f"Complete job name: {suite.job}",
        "##[group]Run actions/checkout@v5",
        "with:",
        f"  repository: {REPOSITORY}",
        "  fetch-depth: 1",
        "##[endgroup]",
        f"Syncing repository: {REPOSITORY}",
        f"##[group]Checking out the ref {sha}",
        "##[endgroup]",
        f"HEAD is now at {sha[:7]}",
        f"##[group]Run {' '.join(suite.run)}",
        f"\x1b[36;1m{' '.join(suite.run)}\x1b[0m",
        "shell: /usr/bin/bash -e {0}",
        f"  working-directory: {place}",
        "##[endgroup]",
    ]


def _after(run: PoolRun) -> list[str]:
    ending = [f"##[error]Process completed with exit code {run.exit}."] if run.exit else []
    return [
        *ending,
        "Post job cleanup.",
        "[command]/usr/bin/git version",
        "git version 2.52.0",
        "Cleaning up orphan processes",
    ]


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}0Z"
