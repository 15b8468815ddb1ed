"""A piece of work's payload as values: what was queued is read back, checked, once."""

from collections.abc import Mapping

from bot.errors import Drop
from bot.model.run import Repository


def text(payload: Mapping[str, object], key: str) -> str:
    """A string of the payload; raises `Drop` when it is none."""
    value = payload.get(key)
    if not isinstance(value, str):
        raise Drop(f"the queued work has no text {key!r}")
    return value


def number(payload: Mapping[str, object], key: str) -> int:
    """A whole number of the payload; raises `Drop` when it is none."""
    value = payload.get(key)
    if not isinstance(value, int):
        raise Drop(f"the queued work has no number {key!r}")
    return value


def repository(payload: Mapping[str, object]) -> Repository:
    """The tenant that the work belongs to."""
    value = payload.get("repository")
    if not isinstance(value, Mapping):
        raise Drop("the queued work names no repository")
    return Repository(
        installation=number(value, "installation"),
        id=number(value, "id"),
        owner=text(value, "owner"),
        name=text(value, "name"),
        default_branch=text(value, "default_branch"),
    )


def of_repository(repo: Repository) -> dict[str, object]:
    """The tenant as JSON values."""
    return {
        "installation": repo.installation,
        "id": repo.id,
        "owner": repo.owner,
        "name": repo.name,
        "default_branch": repo.default_branch,
    }
