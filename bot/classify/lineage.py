"""What ties pull requests together: shared commits, commits taken back, and branches built on branches."""

import re
from collections.abc import Iterable, Mapping

from bot.model.history import Lineage
from bot.model.run import Commit, PullRequest, Repository

# More than a stack of any size; a pull request with more commits has its head and its branches all the same.
MAX_TOKENS = 300
# Git's own sentence (https://git-scm.com/docs/git-revert).
_REVERTED = re.compile(r"[Tt]his reverts commit ([0-9a-f]{7,40})\b")
# GitHub's: the title of the commit that is taken back ends in its pull request.
_TITLE = re.compile(r"^(?:Revert|Reapply) \".{0,300}?#(\d{1,9})\b", re.MULTILINE)
_NAMED = re.compile(r"\b[Rr]everts? (?:[\w.-]{1,100}/[\w.-]{1,100})?#(\d{1,9})\b")
# https://docs.github.com/pull-requests: the button's branch is `revert-45-name`.
_BRANCH = re.compile(r"revert-(\d{1,9})-")


def lineage_of(repo: Repository, pull: PullRequest, commits: Iterable[Commit]) -> Lineage:
    """What is known of a pull request's ties. Pull requests that share a token are kin.

    Two branches tie, too: one that is another's base. The default branch ties nobody.
    """
    tokens = {pull.head_sha, f"#{pull.number}"}
    if pull.head_repository_id == repo.id:
        tokens.add(f"branch {pull.head_branch}")
    if pull.base_branch != repo.default_branch:
        tokens.add(f"branch {pull.base_branch}")
    for text in (pull.head_branch, pull.title):
        tokens |= _taken_back(text)
    for commit in commits:
        if len(tokens) >= MAX_TOKENS:
            break
        tokens.add(commit.sha)
        tokens |= _taken_back(commit.message)
    return Lineage(pull.number, pull.author.lower(), frozenset(tokens))


def stacks(tokens: Mapping[int, frozenset[str]]) -> tuple[frozenset[int], ...]:
    """Put pull requests together that share a token, directly or through others among them."""
    groups: list[tuple[set[int], set[str]]] = []
    for pull, own in sorted(tokens.items()):
        members, shared = {pull}, set(own)
        apart = []
        for group in groups:
            if group[1] & shared:
                members |= group[0]
                shared |= group[1]
            else:
                apart.append(group)
        groups = [*apart, (members, shared)]
    return tuple(frozenset(members) for members, _ in groups)


def _taken_back(text: str) -> set[str]:
    """Tokens of what a commit's message, a title or a branch says that it takes back."""
    numbers = {*_TITLE.findall(text), *_NAMED.findall(text), *_BRANCH.findall(text[:200])}
    return {*_REVERTED.findall(text), *(f"#{int(number)}" for number in numbers)}
