"""GitHub's answer to a call: the error that it means for the caller."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from bot.errors import Gone, Refused, RetriageError, RetryLater
from bot.github.limits import is_rate_limit, seconds_to_wait

# Enough to understand GitHub's reason, too little to flood a log.
MESSAGE_LIMIT = 200


class Unauthorized(RetriageError):
    """GitHub does not accept the credential (401): the gateway mints another one, once."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        what: method and path of the request, for people.
        status: HTTP's status.
        headers: with names in lower case.
        body: inflated.
    """

    what: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def message(self) -> str:
        """GitHub's own reason, one short line; empty when there is none."""
        try:
            text = str(json.loads(self.body)["message"])
        except (ValueError, LookupError, TypeError, RecursionError):
            return ""
        return "".join(c if c.isprintable() else " " for c in text)[:MESSAGE_LIMIT]


def error_from(answer: Answer, now: datetime, *, ambiguous: bool) -> RetriageError:
    """Say what the caller has to do.

    `ambiguous` says that the request, repeated, could take effect twice: it holds for 5xx and 408 alone:
    every other status means that GitHub did nothing.
    """
    status = answer.status
    reason = answer.message
    text = f"{answer.what}: {status} {reason}".rstrip()
    if status == HTTPStatus.UNAUTHORIZED:
        return Unauthorized(text)
    if is_rate_limit(status, answer.headers, reason):
        return RetryLater(text, after=seconds_to_wait(answer.headers, now))
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return Gone(text)
    if status in (HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT):
        # Following would send the token to an address that is not ours to choose.
        return Gone(f"{text}: the repository was renamed or moved; its next event brings the new name")
    is_ours = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    if is_ours and status != HTTPStatus.REQUEST_TIMEOUT:
        return Refused(text)
    after = seconds_to_wait(answer.headers, now) if "retry-after" in answer.headers else 0.0
    return RetryLater(text, after=after, ambiguous=ambiguous)
