"""What a dispute does to the ladder: no rung that excuses may hold, and nothing else changes."""

from bot.classify.ages import ago
from bot.classify.case import Case
from bot.classify.held import Held
from bot.model.verdict import Evidence

# `returned` excuses nothing: taking it away would only make a verdict milder.
EXCUSING = (5, 6, 7, 8)


def contest(number: int, answer: Held | str, case: Case) -> Held | str:
    """A rung's answer where somebody disputes the failure: one that excuses it gives way."""
    if case.disputed is None or number not in EXCUSING or isinstance(answer, str):
        return answer
    reason = f": {case.disputed.reason}" if case.disputed.reason else ""
    return f"disputed by @{case.disputed.by}{reason} (it would hold: {answer.why})"


def dispute_beside(case: Case) -> tuple[Evidence, ...]:
    """What is said of a disputed failure beside the evidence of its class."""
    if case.disputed is None:
        return ()
    one = case.disputed
    return (Evidence(f"disputed by @{one.by}{ago(one.said_at, case.at)}", one.reason),)
