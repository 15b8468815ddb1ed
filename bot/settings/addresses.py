"""Where GitHub, its logs and the webhook are."""

import re
from urllib.parse import urlsplit

from bot.settings.reader import Reader

PUBLIC_API = "https://api.github.com"
PUBLIC_WEB = "https://github.com"
DEFAULT_WEBHOOK_PATH = "/api/github/webhooks"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
OWN_PATHS = ("/livez", "/readyz", "/metrics")

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_PATH = re.compile(r"/[A-Za-z0-9_./-]{0,200}")


def read_github(reader: Reader) -> tuple[str, str]:
    """The addresses of GitHub's REST API and of its pages."""
    host, api = reader.env.get("GHE_HOST"), reader.env.get("GITHUB_API_URL")
    if host and api:
        reader.complain("GHE_HOST", "is set, and so is GITHUB_API_URL", "only one of them")
    elif host:
        if host_and_port(host) is None:
            reader.complain("GHE_HOST", f"{host[:80]!r} is no host name", "for example github.example.com")
        return f"https://{host}/api/v3", f"https://{host}"
    elif api:
        return _api(reader, api.rstrip("/"))
    return PUBLIC_API, PUBLIC_WEB


def read_log_hosts(reader: Reader) -> tuple[tuple[str, int], ...]:
    """Hosts and ports that logs may come from besides GitHub's own."""
    entries = []
    for entry in reader.entries("LOG_HOSTS"):
        parsed = host_and_port(entry)
        if parsed is None:
            how = "host or host:port, separated by commas, without https://"
            reader.complain("LOG_HOSTS", f"{entry[:80]!r} is neither a host nor host:port", how)
        else:
            entries.append(parsed)
    return tuple(entries)


def read_webhook_path(reader: Reader) -> str:
    """The page that GitHub posts to."""
    path = reader.env.get("WEBHOOK_PATH", DEFAULT_WEBHOOK_PATH)
    if not _PATH.fullmatch(path) or path in OWN_PATHS:
        how = f"a path that begins with / and is none of {', '.join(OWN_PATHS)}"
        reader.complain("WEBHOOK_PATH", f"{path[:80]!r} cannot be used", how)
    return path


def read_accounts(reader: Reader) -> frozenset[str]:
    """Logins whose repositories are served, in lower case."""
    names = reader.entries("ALLOWED_ACCOUNTS")
    for name in names:
        if not _ACCOUNT.fullmatch(name):
            reader.complain("ALLOWED_ACCOUNTS", f"{name[:80]!r} is no login", "logins separated by commas")
    return frozenset(name.lower() for name in names)


def host_and_port(entry: str) -> tuple[str, int] | None:
    """Split `host` or `host:port`; port 0 when there is none, `None` when it is neither."""
    try:
        parts = urlsplit(f"//{entry}")
        host, port = parts.hostname or "", parts.port or 0
    except ValueError:
        return None
    # Only an IPv6 address in brackets, which urlsplit has checked, leaves a colon in the name.
    named = ":" in host or _HOST.fullmatch(host) is not None
    return (host, port) if named and "@" not in entry and parts.netloc == entry else None


def _api(reader: Reader, api: str) -> tuple[str, str]:
    parts = urlsplit(api) if api.isascii() and api.isprintable() else urlsplit("")
    entry = host_and_port(parts.netloc)
    safe = parts.scheme == "https" or (parts.scheme == "http" and entry is not None and entry[0] in LOOPBACK)
    if entry is None or not safe or parts.query or parts.fragment:
        reader.complain("GITHUB_API_URL", f"{api[:80]!r} is no https address", "for example " + PUBLIC_API)
    # api.github.com, and api.SUBDOMAIN.ghe.com of GitHub Enterprise Cloud with data residency
    return api, f"{parts.scheme}://{parts.netloc if parts.path else parts.netloc.removeprefix('api.')}"
