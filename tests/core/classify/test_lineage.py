"""What ties a pull request to others: its commits, its branches, and what it takes back."""

import pytest

from bot.classify.lineage import MAX_TOKENS, lineage_of
from bot.model.run import Commit, PullRequest, Repository

REPO = Repository(1, 42, "octo", "app")
FORK = 77


def tokens(
    message: str = "", *, branch: str = "work", base: str = "main", title: str = "", fork: bool = False
) -> frozenset[str]:
    pull = PullRequest(
        9, title, "Mona", "open", "h" * 40, branch, "octo", FORK if fork else REPO.id, base, "b" * 40
    )
    found = lineage_of(REPO, pull, (Commit("c" * 40, message),))
    assert (found.pull_request, found.author) == (9, "mona")
    return found.tokens


def test_its_head_its_commits_its_number_and_its_branch() -> None:
    assert tokens() == {"h" * 40, "c" * 40, "#9", "branch work"}


def test_a_branch_that_is_the_base_of_another_ties_them() -> None:
    assert "branch below" in tokens(base="below")
    assert "branch below" in tokens(branch="below")


def test_the_default_branch_and_branches_of_forks_tie_nobody() -> None:
    assert not any(one.startswith("branch") for one in tokens(branch="main", fork=True))


@pytest.mark.parametrize(
    ("message", "token"),
    [
        ("Revert x\n\nThis reverts commit 0123456789abcdef0123456789abcdef01234567.",
         "0123456789abcdef0123456789abcdef01234567"),
        ('Revert "Add the cart (#45)"', "#45"),
        ('Reapply "Add the cart (#45)"', "#45"),
        ('Revert "Merge pull request #45 from octo/cart"', "#45"),
        ("Reverts octo/app#45", "#45"),
        ("Reverts #45", "#45"),
    ],
)  # fmt: skip
def test_what_a_commit_takes_back(message: str, token: str) -> None:
    assert token in tokens(message)
    assert token in tokens(title=message)


def test_githubs_own_branch_for_a_revert() -> None:
    assert "#45" in tokens(branch="revert-45-cart", fork=True)


@pytest.mark.parametrize("message", ["Add the cart (#45)", "Fixes #45", "see #45", "reverts to #45 the"])
def test_a_number_that_is_only_mentioned_ties_nobody(message: str) -> None:
    assert "#45" not in tokens(message)


def test_a_pull_request_of_any_size_has_a_bounded_lineage() -> None:
    pull = PullRequest(9, "", "m", "open", "h", "work", "octo", REPO.id, "main", "b")
    commits = [Commit(f"{number:040x}", "Reverts #1" * 50) for number in range(2_000)]
    assert len(lineage_of(REPO, pull, commits).tokens) <= MAX_TOKENS + 2
