"""What has to hold at rest, whatever was killed when: judged by the small GitHub alone, state and history."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import ndiff

from bot.demo.github.state import Check, Comment
from tests.resilience.stage import MARKER, Stage

REPLY = "<!-- retriage:reply "
# The small GitHub counts from 1001 on.
ID = re.compile(r"\b[1-9]\d{3}\b")


@dataclass(frozen=True, slots=True)
class Shown:
    """What people see of the pull request, without ids and times of ours.

    Attributes:
        status: bodies of the App's status comments.
        replies: bodies of the App's replies, oldest first.
        check: what the newest check run on the head says; empty when there is none.
        checks: how many check runs the App made on the head.
        reactions: the App's reactions to each comment that has some, by its text.
    """

    status: tuple[str, ...]
    replies: tuple[str, ...]
    check: str
    checks: int
    reactions: tuple[tuple[str, tuple[str, ...]], ...]

    def newest(self) -> "Shown":
        """The same without the number of check runs: of those only the newest is seen."""
        return replace(self, checks=min(1, self.checks))

    def without_ids(self) -> "Shown":
        """The newest without any id, for stories in which edits were put together."""
        return replace(
            self.newest(),
            status=tuple(map(_without_ids, self.status)),
            replies=tuple(map(_without_ids, self.replies)),
            check=_without_ids(self.check),
            reactions=tuple((_without_ids(text), contents) for text, contents in self.reactions),
        )


def look(stage: Stage) -> Shown:
    """See what is shown now."""
    ours = [one for one in comments(stage) if one.app == stage.world.app_id]
    checks = [one for one in stage.world.checks.values() if one.head_sha == stage.pull.head_sha]
    return Shown(
        status=tuple(one.body for one in ours if one.body.startswith(MARKER)),
        replies=tuple(one.body for one in ours if not one.body.startswith(MARKER)),
        check=_said(checks[-1]) if checks else "",
        checks=len(checks),
        reactions=tuple(
            (one.body, tuple(sorted(reaction.content for reaction in one.reactions)))
            for one in comments(stage)
            if one.reactions
        ),
    )


def check_rest(
    stage: Stage, before: Stage, wanted: Shown, seen: Callable[[Shown], Shown] = lambda shown: shown
) -> None:
    """Hold the state at rest to I1 and I2: as without any kill, one comment, and nobody else's touched."""
    shown, wanted = seen(look(stage)), seen(wanted)
    assert len(shown.status) == 1, f"{len(shown.status)} status comments"
    assert shown == wanted, _differences(shown, wanted)
    assert of_others(stage)[: len(of_others(before))] == of_others(before), "somebody's comment was touched"
    check_replies(shown)
    assert stage.world.unknown_requests == []


def check_replies(shown: Shown) -> None:
    """At most one reply to each command."""
    markers = [body.partition("-->")[0] for body in shown.replies]
    assert all(marker.startswith(REPLY) for marker in markers)
    assert len(markers) == len(set(markers)), "a command was answered twice"


def posts(stage: Stage, before: Stage) -> int:
    """How many comments were made: the history tells it, also when one was deleted again."""
    seen = stage.world.requests[len(before.world.requests) :]
    return sum(one.method == "POST" and one.path.endswith(f"/issues/{stage.number}/comments") for one in seen)


def comments(stage: Stage) -> list[Comment]:
    """Every comment on the pull request, oldest first."""
    return stage.world.comments_of(stage.repo_id, stage.number)


def of_others(stage: Stage) -> list[tuple[int, str, str]]:
    """Comments of people and other Apps, with when they were last edited."""
    return [(c.id, c.body, c.updated_at.isoformat()) for c in comments(stage) if c.app != stage.world.app_id]


def _differences(shown: Shown, wanted: Shown) -> str:
    """What is different, for whoever reads a failure."""
    names = [name for name in Shown.__slots__ if getattr(shown, name) != getattr(wanted, name)]
    pairs = ((repr(getattr(wanted, name)), repr(getattr(shown, name))) for name in names)
    lines = (ndiff(one.split("\\n"), other.split("\\n")) for one, other in pairs)
    return "\n".join(line for found in lines for line in found if line[0] in "-+")


def _without_ids(text: str) -> str:
    return ID.sub("(id)", text)


def _said(check: Check) -> str:
    return repr((check.name, check.status, check.conclusion, check.title, check.summary, check.annotations))
