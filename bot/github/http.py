"""The HTTP client, imported here and nowhere else: httpx2, the maintained successor of httpx."""

import logging
import ssl
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx2 as httpx
from httpx2 import (
    URL,
    ASGITransport,
    AsyncBaseTransport,
    AsyncClient,
    ConnectError,
    ConnectTimeout,
    HTTPError,
    InvalidURL,
    Limits,
    PoolTimeout,
    Response,
    Timeout,
)

__all__ = [
    "URL",
    "ASGITransport",
    "AsyncBaseTransport",
    "AsyncClient",
    "ConnectError",
    "ConnectTimeout",
    "HTTPError",
    "InvalidURL",
    "Limits",
    "PoolTimeout",
    "Response",
    "Timeout",
    "authorities",
    "httpx",
    "hush",
    "new_client",
]


@cache
def authorities() -> ssl.SSLContext:
    """Read the certificate authorities once: each reading takes as long as a hundred requests' own work."""
    return httpx.create_ssl_context(trust_env=False)


def new_client(
    *,
    headers: dict[str, str],
    timeout: Timeout,
    limits: Limits,
    transport: AsyncBaseTransport | None,
) -> AsyncClient:
    """Open a client that follows no redirect, keeps no cookie and reads no proxy from the environment."""
    return AsyncClient(
        headers=headers,
        timeout=timeout,
        limits=limits,
        transport=transport,
        follow_redirects=False,
        trust_env=False,
        verify=authorities(),
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
    )


def hush() -> None:
    """Keep the client's own log lines out of ours: they hold addresses of logs with their signatures."""
    for name in ("httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)
