"""What the adapter has to know, and the parts that a test puts in its place."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Self

from bot.github.http import AsyncBaseTransport

# GitHub ends a request of its own after 10 seconds; the rest is the network's.
CALL_DEADLINE = 30.0
# A log of 64 MiB at 5 Mbit/s; a worker's lease is renewed meanwhile.
LOG_DEADLINE = 120.0
# "at least one second between requests that create content":
# https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
WRITE_SPACING = 1.0

Resolve = Callable[[str, int], Awaitable[tuple[str, ...]]]


class Secret:
    """A text that never shows itself: not in `repr`, `str`, a format or a traceback's values."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __bool__(self) -> bool:
        return bool(self._text)

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        message = "a secret is not written down"
        raise TypeError(message)

    def reveal(self) -> str:
        """Give the text, for the one place that has to send it."""
        return self._text


@dataclass(frozen=True, slots=True)
class GitHubOptions:
    """The App and where GitHub is.

    Attributes:
        app_id: the App's id, `APP_ID`.
        private_key: the App's key as PEM text.
        api_url: `https://api.github.com`, or `https://HOST/api/v3` of GitHub Enterprise Server.
        log_hosts: `LOG_HOSTS`: `host` or `host:port`; plain http and private addresses hold for these alone.
        user_agent: GitHub asks for one that names the program.
        write_spacing: seconds between two writes of one installation.
        call_deadline: seconds for one call, everything included.
        log_deadline: seconds for one log or archive, everything included.
    """

    app_id: int
    private_key: Secret
    api_url: str = "https://api.github.com"
    log_hosts: tuple[str, ...] = ()
    user_agent: str = "retriage"
    write_spacing: float = WRITE_SPACING
    call_deadline: float = CALL_DEADLINE
    log_deadline: float = LOG_DEADLINE


async def resolve_host(host: str, port: int) -> tuple[str, ...]:
    """Give a host's addresses, in the system's order.

    Raises:
        OSError: the name is not known.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Wires:
    """The ways out: the network, or an application in the same process."""

    api: AsyncBaseTransport | None = None
    logs: AsyncBaseTransport | None = None
    resolve: Resolve = field(default=resolve_host)
