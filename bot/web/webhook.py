"""A webhook request: verified, understood, and on the disk before it is acknowledged."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.errors import Drop, RetryLater, TellUser
from bot.hooks import decode
from bot.model.event import Delivery, Ignored
from bot.ports import Clock, Inbox
from bot.web.body import BodyReader, Limits, Rejected
from bot.web.intake import only_allowed, work_for
from bot.web.verifier import Verification, Verifier

# One text, whatever was wrong with the signature: a stranger learns nothing from it.
UNSIGNED = "the signature is missing or wrong"
FORM_HINT = "the body has to be JSON: choose the content type application/json in the App's webhook settings"

# Both headers are unsigned, and end in logs and in the database.
EVENT = re.compile(r"[a-z_]{1,64}")
GUID = re.compile(r"[0-9A-Za-z-]{1,64}")

log = logging.getLogger(__name__)


class DeliveryCount(Protocol):
    """Where answers are counted."""

    def count_delivery(self, outcome: str) -> None:
        """A delivery was answered."""


@dataclass(frozen=True, slots=True)
class Reception:
    """What the webhook needs.

    Attributes:
        inbox: where deliveries are committed.
        verifier: holds the secrets.
        clock: time.
        counter: counts outcomes.
        wake: tells the queue in this process that there is work.
        accounts: lower-case logins served; empty: all.
    """

    inbox: Inbox
    verifier: Verifier
    clock: Clock
    counter: DeliveryCount
    wake: Callable[[], None]
    accounts: frozenset[str] = frozenset()
    limits: Limits = field(default_factory=Limits)


class Webhook:
    """The endpoint. It answers 202 exactly when the delivery is stored."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._bodies = BodyReader(reception.limits)

    async def receive(self, request: Request) -> JSONResponse:
        """Answer a request; everything wrong with it is a 4xx, everything wrong with us a 503."""
        counter = self._reception.counter
        try:
            return await self._read_and_accept(request)
        except Rejected as error:
            counter.count_delivery("unsigned" if error.status == 401 else "refused")  # noqa: PLR2004 - HTTP's number
            return _answer(error.status, {"error": error.message}, close=True)
        except (TellUser, Drop) as error:
            counter.count_delivery("malformed")
            return _answer(400, {"error": str(error)})
        except RetryLater as error:
            log.warning("a delivery was not stored", extra={"reason": str(error)})
            counter.count_delivery("unstored")
            return _answer(503, {"error": "the delivery could not be stored, deliver it again"})

    async def _read_and_accept(self, request: Request) -> JSONResponse:
        try:
            length, verification = self._check_headers(request)
        except Rejected:
            await self._bodies.discard(request)
            raise
        async with self._bodies.reading(request, length, verification.update) as body:
            if not verification.holds:
                raise Rejected(401, UNSIGNED)
            return await self._accept(_delivery(request, body), verification.digest)

    def _check_headers(self, request: Request) -> tuple[int, Verification]:
        length = self._bodies.declared_length(request)
        verification = self._reception.verifier.begin(request.headers.raw)
        if verification is None:
            raise Rejected(401, UNSIGNED)
        return length, verification

    async def _accept(self, delivery: Delivery, digest: str) -> JSONResponse:
        reception = self._reception
        event = only_allowed(decode(delivery), reception.accounts)
        work = work_for(event, delivery)
        reason = event.reason if isinstance(event, Ignored) else ""
        outcome = "ignored" if work is None else "accepted"
        noted = f"{outcome}: {reason}" if reason else outcome
        if not await reception.inbox.accept(delivery, digest, noted, work, reception.clock.now()):
            outcome = "repeated"
        elif work is not None:
            reception.wake()
        reception.counter.count_delivery(outcome)
        facts = {"delivery": delivery.guid, "github_event": delivery.event, "outcome": outcome}
        log.info("delivery", extra={**facts, "reason": reason})
        return _answer(202, {"status": outcome, "delivery": delivery.guid, "reason": reason})


def _delivery(request: Request, body: bytes) -> Delivery:
    """The delivery, once its signature holds.

    Raises:
        Rejected: 415 when the body is no JSON, 400 when GitHub's headers are not there.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Rejected(415, FORM_HINT)
    events, guids = request.headers.getlist("x-github-event"), request.headers.getlist("x-github-delivery")
    if len(events) != 1 or not EVENT.fullmatch(events[0]):
        raise Rejected(400, "one X-GitHub-Event is needed")
    if len(guids) != 1 or not GUID.fullmatch(guids[0]):
        raise Rejected(400, "one X-GitHub-Delivery is needed")
    return Delivery(guid=guids[0], event=events[0], body=body)


def _answer(status: int, content: dict[str, str], *, close: bool = False) -> JSONResponse:
    headers = {"connection": "close"} if close else None
    return JSONResponse({key: value for key, value in content.items() if value}, status, headers)
