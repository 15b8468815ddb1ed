"""GitHub's JSON of commits and branches as values, by the rules of `decode`."""

from typing import Any

from bot.github.decode import text
from bot.model.run import Commit, Comparison


def comparison(data: Any) -> Comparison:
    """Read what two commits have in common, and what the second adds.

    https://docs.github.com/en/rest/commits/commits#compare-two-commits
    """
    return Comparison(
        merge_base=text(data["merge_base_commit"]["sha"]),
        commits=tuple(
            Commit(sha=text(one["sha"]), message=text(one["commit"].get("message") or ""))
            for one in data["commits"]
        ),
    )


def branch_commit(data: Any) -> str:
    """Read a branch's newest commit.

    https://docs.github.com/en/rest/branches/branches#get-a-branch
    """
    return text(data["commit"]["sha"])
