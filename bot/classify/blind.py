"""What history may tell whom: never of the same pull request, its author, its stack, or of anything newer.

The same rules stand in SQL in `bot/store/asking.py`; a test holds both against a third, naive one.
"""

from datetime import datetime

from bot.model.history import Asker

SAME_PULL = "same pull request"
NO_PULL = "no pull request known"
SAME_AUTHOR = "same author"
NO_AUTHOR = "author or commits unknown"
KIN = "stacked on it, or taken back"
NEWER = "newer"


def why_hidden(pull_request: int, author: str, pushed_at: datetime, asker: Asker) -> str:
    """Why this is no evidence for the asker; empty when it is. The first reason that holds.

    An author is compared in lower case. Where it is not known who somebody is, nothing is told.
    """
    if pull_request == asker.pull_request:
        return SAME_PULL
    if pull_request <= 0:
        return NO_PULL
    if not author or not asker.author:
        return NO_AUTHOR
    if author == asker.author:
        return SAME_AUTHOR
    if pull_request in asker.kin:
        return KIN
    return NEWER if pushed_at > asker.pushed_at else ""
