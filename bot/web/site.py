"""Puts the pages together, and says how they are served."""

import asyncio
from collections.abc import Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from bot.web.health import Health
from bot.web.webhook import Reception, Webhook

WEBHOOK_PATH = "/api/github/webhooks"
# uvicorn counts connections here, idle ones too: slow clients shall not lock the others out before
# `HEADER_SECONDS` have thrown them out.
CONNECTIONS = 2_000
KEEP_ALIVE_SECONDS = 5
HEADER_SECONDS = 10.0
# uvicorn's own part of the 20 seconds that a stopping process gets.
SHUTDOWN_SECONDS = 10


def create_web(
    reception: Reception, health: Health, *, path: str = WEBHOOK_PATH, pages: Sequence[BaseRoute] = ()
) -> Starlette:
    """The web application: the webhook at `path`, health, metrics, and more `pages` where there are some."""
    return Starlette(
        routes=[
            Route(path, Webhook(reception).receive, methods=["POST"]),
            Route("/livez", health.livez),
            Route("/readyz", health.readyz),
            Route("/metrics", health.metrics),
            *pages,
        ]
    )


def serve_config(web: ASGIApp, host: str, port: int) -> uvicorn.Config:
    """How uvicorn serves it. Logging is configured elsewhere, for the whole process.

    h11 bounds a request's headers (64 KiB at most); httptools took 195 MB of them.
    """
    return uvicorn.Config(
        web,
        host=host,
        port=port,
        http=PatientProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )


class PatientProtocol(H11Protocol):
    """HTTP by h11 with an end to its patience.

    A connection on which nothing is being answered is closed after 10 seconds, however many bytes
    trickle in: uvicorn's own timer runs only from an answer to the next byte.
    """

    seconds = HEADER_SECONDS
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Start to wait for a request."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take bytes; the wait goes on unless they complete a request."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody waits any more."""
        self._stop_timer()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self._answering:
            self._stop_timer()
        elif self._timer is None:
            self._timer = self.loop.call_later(self.seconds, self._lose_patience)

    @property
    def _answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request
        return cycle is not None and not cycle.response_complete

    def _lose_patience(self) -> None:
        self._timer = None
        if not self._answering:
            self.transport.close()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
