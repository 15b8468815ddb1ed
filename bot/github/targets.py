"""Where a log may be fetched from: GitHub's own stores and what the administrator adds, nowhere else."""

import ipaddress
import re
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin

from bot.errors import RetryLater
from bot.github.http import URL, InvalidURL
from bot.github.options import Resolve

# https://docs.github.com/en/actions/reference/runners/self-hosted-runners#communication-requirements
GITHUB_STORES = (".actions.githubusercontent.com", ".blob.core.windows.net", ".githubusercontent.com")
# A reasonable host name; longer ones are not repeated in a text.
NAME_SHOWN = 100
# 64:ff9b::/96 holds an IPv4 address that a gateway translates: https://www.rfc-editor.org/rfc/rfc6052
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# What others read differently than we do (a backslash ends a host for some) is no host.
HOST = re.compile(r"[a-z0-9.-]{1,253}")
# Addresses of one name that are tried in turn.
ADDRESSES = 4


class BadTarget(Exception):
    """An address that a log is not fetched from; the text says why, without the address's secrets."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that passed, and the hosts to connect to: resolved ones unless the host is trusted."""

    url: URL
    trusted: bool


@dataclass(frozen=True, slots=True)
class LogHosts:
    """Which hosts may hold logs.

    Attributes:
        suffixes: ends of host names, each with its dot, reached over https on its own port only.
        trusted: `(host, port)` of `LOG_HOSTS`; port 0 is any. Plain http and private addresses may be.
    """

    suffixes: tuple[str, ...]
    trusted: frozenset[tuple[str, int]]

    @classmethod
    def from_options(cls, api_url: str, log_hosts: tuple[str, ...]) -> "LogHosts":
        """Take GitHub's stores, the API's own domain for GitHub Enterprise Server, and `LOG_HOSTS`."""
        api_host = _host(URL(api_url))
        own = () if api_host == "api.github.com" else (f".{api_host.removeprefix('api.')}",)
        extra = (URL(f"http://{entry.strip()}") for entry in log_hosts if entry.strip())
        return cls(GITHUB_STORES + own, frozenset((_host(url), url.port or 0) for url in extra))

    def check(self, base: str, location: str) -> Target:
        """Give the target of a redirect that `base` answered with.

        Raises:
            BadTarget: scheme, host, port or form is not allowed.
        """
        try:
            url = URL(urljoin(base, location))
        except (InvalidURL, ValueError, TypeError):
            url = None
        if url is None or not url.host:
            raise BadTarget("GitHub gave an address that is none")
        if url.userinfo:
            raise BadTarget("GitHub gave an address with a password in it")
        host = _host(url)
        port = url.port or {"https": 443, "http": 80}.get(url.scheme, 0)
        if url.scheme in ("https", "http") and {(host, port), (host, 0)} & self.trusted:
            return Target(url, trusted=True)
        if url.scheme != "https":
            raise BadTarget("GitHub gave an address that is not https")
        is_ours = HOST.fullmatch(host) and f".{host}".endswith(self.suffixes)
        if port != 443 or not is_ours:  # noqa: PLR2004 - https
            shown = "".join(c for c in host if c.isascii() and (c.isalnum() or c in ".-:"))[:NAME_SHOWN]
            raise BadTarget(
                f"GitHub gave an address on {shown}, which is not one of its log stores or LOG_HOSTS"
            )
        return Target(url, trusted=False)


async def addresses_of(target: Target, resolve: Resolve) -> tuple[str, ...]:
    """Give the hosts to connect to: public addresses, or the name itself where it is trusted.

    Raises:
        BadTarget: the name leads into a private network.
        RetryLater: the name does not resolve.
    """
    if target.trusted:
        return (target.url.host,)
    found: tuple[str, ...] = ()
    with suppress(OSError, UnicodeError):
        found = await resolve(target.url.host, 443)
    if not found:
        message = "the log store's name does not resolve"
        raise RetryLater(message)
    if not all(is_public(address) for address in found):
        raise BadTarget("the log store's name leads to a private address")
    return found[:ADDRESSES]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip.ipv4_mapped or ip.sixtofour or ip.teredo:
            return False
    return ip.is_global and not ip.is_multicast


def _host(url: URL) -> str:
    return url.host.lower().rstrip(".")
