"""The environment as one frozen value, with every problem reported at once.

The names are Probot's, which administrators know: https://probot.github.io/docs/configuration/
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import TellUser

# A secret shorter than its HMAC's digest is weaker than the HMAC (RFC 2104, section 3).
SECRET_BYTES = 32
LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMATS = ("json", "pretty")
PUBLIC_API = "https://api.github.com"
PUBLIC_WEB = "https://github.com"
DEFAULT_PORT = 3000
KEEP_DAYS = 180
DEFAULT_WEBHOOK_PATH = "/api/github/webhooks"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
OWN_PATHS = ("/livez", "/readyz", "/metrics")
UNSUPPORTED = {
    "WEBHOOK_PROXY_URL": "is not supported yet; remove it, and let the App's webhook point at this server",
    "SENTRY_DSN": "is not supported yet; remove it, errors are in the log and in /metrics",
}

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_PATH = re.compile(r"/[A-Za-z0-9_./-]{0,200}")


class SettingsError(TellUser):
    """The environment is wrong; `problems` holds one line for each thing to mend."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(("The environment is not right:", *(f"  {line}" for line in problems))))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Secret:
    """Bytes that no log, traceback or `repr` shows."""

    _value: bytes = field(repr=False)

    def reveal(self) -> bytes:
        """Give the bytes themselves."""
        return self._value


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that `retriage serve` reads from its environment.

    Attributes:
        app_id: the GitHub App's id.
        private_key: PEM text of the App's private key.
        webhook_secrets: the current secret, then the previous one while it is being rotated.
        database_url: SQLAlchemy's form, `sqlite:///path`.
        api: address of GitHub's REST API, `web` of its pages; neither ends with a slash.
        log_hosts: `(host, port)` that job logs may be fetched from besides GitHub's own; port 0 is
            the scheme's default.
        allowed_accounts: lower-case logins whose repositories are served; empty: all.
        history_days: how long past failures are kept.
    """

    app_id: int
    private_key: Secret
    webhook_secrets: tuple[Secret, ...]
    database_url: str
    data: Path
    api: str = PUBLIC_API
    web: str = PUBLIC_WEB
    log_hosts: tuple[tuple[str, int], ...] = ()
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    webhook_path: str = DEFAULT_WEBHOOK_PATH
    allowed_accounts: frozenset[str] = field(default_factory=frozenset)
    log_level: str = "info"
    log_format: str = "json"
    dry_run: bool = False
    history_days: int = KEEP_DAYS

    @classmethod
    def from_env(cls, env: Mapping[str, str], read_file: Callable[[str], str] | None = None) -> "Settings":
        """Read the environment.

        A variable that is blank counts as not set. `read_file` reads `PRIVATE_KEY_PATH`.

        Raises:
            SettingsError: something is missing or wrong; it names everything at once.
        """
        reader = _Reader({name: value.strip() for name, value in env.items() if value.strip()})
        data = Path(reader.text("RETRIAGE_DATA", "./data"))
        api, web = reader.github()
        settings = cls(
            app_id=reader.number("APP_ID", None, "the number on the App's page, for example 123456"),
            private_key=reader.private_key(read_file),
            webhook_secrets=reader.webhook_secrets(),
            database_url=reader.database_url(data),
            data=data,
            api=api,
            web=web,
            log_hosts=reader.log_hosts(),
            host=reader.text("HOST", "127.0.0.1"),
            port=reader.number("PORT", DEFAULT_PORT, "a port number from 1 to 65535", 65535),
            webhook_path=reader.webhook_path(),
            allowed_accounts=reader.accounts(),
            log_level=reader.choice("LOG_LEVEL", LOG_LEVELS, "info"),
            log_format=reader.choice("LOG_FORMAT", LOG_FORMATS, "json"),
            dry_run=reader.switch("RETRIAGE_DRY_RUN"),
            history_days=reader.number("RETRIAGE_HISTORY_DAYS", KEEP_DAYS, "days, 1 to 3650", 3650),
        )
        reader.refuse_unsupported()
        if reader.problems:
            raise SettingsError(tuple(reader.problems))
        return settings


class _Reader:
    """Reads variables one by one and collects what is wrong with them."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.problems: list[str] = []

    def complain(self, variable: str, wrong: str, write: str) -> None:
        self.problems.append(f"{variable}: {wrong}; write {write}")

    def text(self, name: str, default: str) -> str:
        return self.env.get(name, default)

    def number(self, name: str, default: int | None, write: str, most: int = 2**63 - 1) -> int:
        value = self.env.get(name)
        if value is None:
            if default is None:
                self.complain(name, "is not set", write)
            return default or 0
        if value.isascii() and value.isdigit() and len(value) <= len(str(most)) and 1 <= int(value) <= most:
            return int(value)
        self.complain(name, f"{value[:40]!r} is not such a number", write)
        return 0

    def choice(self, name: str, known: tuple[str, ...], default: str) -> str:
        value = self.env.get(name, default).lower()
        if value not in known:
            self.complain(name, f"{value[:40]!r} is not known", "one of " + ", ".join(known))
        return value

    def switch(self, name: str) -> bool:
        value = self.env.get(name, "false").lower()
        if value not in ("true", "1", "yes", "false", "0", "no"):
            self.complain(name, f"{value[:40]!r} is neither", "true or false")
        return value in ("true", "1", "yes")

    def private_key(self, read_file: Callable[[str], str] | None) -> Secret:
        given = [name for name in ("PRIVATE_KEY", "PRIVATE_KEY_PATH") if name in self.env]
        if len(given) != 1:
            wrong = "is set, and so is PRIVATE_KEY_PATH" if given else "is not set"
            self.complain(
                "PRIVATE_KEY", wrong, "the App's PEM file into it, or its path into PRIVATE_KEY_PATH"
            )
            return Secret(b"")
        text = self.env[given[0]]
        if given == ["PRIVATE_KEY"]:
            return self._key("PRIVATE_KEY", text)
        try:
            return self._key("PRIVATE_KEY_PATH", (read_file or _read_text)(text))
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not a text file"
            self.complain(
                "PRIVATE_KEY_PATH", f"cannot read {text!r}: {reason}", "the path of the App's PEM file"
            )
            return Secret(b"")

    def _key(self, name: str, text: str) -> Secret:
        pem = text.replace("\\n", "\n").strip()
        if not pem.startswith("-----BEGIN"):
            try:
                pem = base64.b64decode("".join(pem.split()), validate=True).decode("ascii").strip()
            except (binascii.Error, ValueError):
                pem = ""
        first, _, rest = pem.partition("\n")
        if not (first.startswith("-----BEGIN ") and "PRIVATE KEY" in first and "-----END " in rest):
            self.complain(
                name,
                "holds no private key",
                "the PEM file that GitHub gave you, as it is, with \\n for line ends, or in base64",
            )
        return Secret(f"{pem}\n".encode(errors="replace"))

    def webhook_secrets(self) -> tuple[Secret, ...]:
        found = []
        how = f"at least {SECRET_BYTES} random bytes, for example from: openssl rand -hex 32"
        for name in ("WEBHOOK_SECRET", "WEBHOOK_SECRET_PREVIOUS"):
            value = self.env.get(name, "").encode("utf-8", "surrogateescape")
            if value and len(value) < SECRET_BYTES:
                self.complain(name, f"has only {len(value)} bytes", how)
            elif value:
                found.append(Secret(value))
            elif name == "WEBHOOK_SECRET":
                self.complain(
                    name, "is not set, so nobody could tell GitHub's deliveries from forged ones", how
                )
        return tuple(found)

    def database_url(self, data: Path) -> str:
        url = self.env.get("DATABASE_URL")
        how = "sqlite:///path/to/retriage.db, or leave it out to use RETRIAGE_DATA"
        if url is None:
            return f"sqlite:///{data / 'retriage.db'}"
        scheme, _, rest = url.partition("://")
        if scheme.split("+")[0] in ("postgres", "postgresql"):
            self.complain(
                "DATABASE_URL", "PostgreSQL is not supported yet: this version runs on one machine", how
            )
        elif scheme != "sqlite" or not rest.startswith("/"):
            self.complain("DATABASE_URL", "is not an address of a SQLite file", how)
        elif rest in ("/", "/:memory:") or "?" in rest:
            self.complain(
                "DATABASE_URL", "a database in memory or with options would not survive a restart", how
            )
        return url

    def github(self) -> tuple[str, str]:
        host, api = self.env.get("GHE_HOST"), self.env.get("GITHUB_API_URL")
        if host and api:
            self.complain("GHE_HOST", "is set, and so is GITHUB_API_URL", "only one of them")
        elif host:
            if _host_and_port(host) is None:
                self.complain("GHE_HOST", f"{host[:80]!r} is no host name", "for example github.example.com")
            return f"https://{host}/api/v3", f"https://{host}"
        elif api:
            return self._api(api.rstrip("/"))
        return PUBLIC_API, PUBLIC_WEB

    def _api(self, api: str) -> tuple[str, str]:
        parts = urlsplit(api) if api.isascii() and api.isprintable() else urlsplit("")
        entry = _host_and_port(parts.netloc)
        safe = parts.scheme == "https" or (
            parts.scheme == "http" and entry is not None and entry[0] in LOOPBACK
        )
        if entry is None or not safe or parts.query or parts.fragment:
            self.complain("GITHUB_API_URL", f"{api[:80]!r} is no https address", "for example " + PUBLIC_API)
        # api.github.com, and api.SUBDOMAIN.ghe.com of GitHub Enterprise Cloud with data residency
        return api, f"{parts.scheme}://{parts.netloc if parts.path else parts.netloc.removeprefix('api.')}"

    def log_hosts(self) -> tuple[tuple[str, int], ...]:
        entries = []
        for entry in _entries(self.env.get("LOG_HOSTS", "")):
            parsed = _host_and_port(entry)
            if parsed is None:
                how = "host or host:port, separated by commas, without https://"
                self.complain("LOG_HOSTS", f"{entry[:80]!r} is neither a host nor host:port", how)
            else:
                entries.append(parsed)
        return tuple(entries)

    def webhook_path(self) -> str:
        path = self.env.get("WEBHOOK_PATH", DEFAULT_WEBHOOK_PATH)
        if not _PATH.fullmatch(path) or path in OWN_PATHS:
            how = f"a path that begins with / and is none of {', '.join(OWN_PATHS)}"
            self.complain("WEBHOOK_PATH", f"{path[:80]!r} cannot be used", how)
        return path

    def accounts(self) -> frozenset[str]:
        names = _entries(self.env.get("ALLOWED_ACCOUNTS", ""))
        for name in names:
            if not _ACCOUNT.fullmatch(name):
                self.complain("ALLOWED_ACCOUNTS", f"{name[:80]!r} is no login", "logins separated by commas")
        return frozenset(name.lower() for name in names)

    def refuse_unsupported(self) -> None:
        self.problems += [f"{name}: {why}" for name, why in UNSUPPORTED.items() if name in self.env]


def _read_text(path: str) -> str:
    return Path(path).read_text(encoding="ascii")


def _host_and_port(entry: str) -> tuple[str, int] | None:
    """Split `host` or `host:port`; port 0 when there is none, `None` when it is neither."""
    try:
        parts = urlsplit(f"//{entry}")
        host, port = parts.hostname or "", parts.port or 0
    except ValueError:
        return None
    # Only an IPv6 address in brackets, which urlsplit has checked, leaves a colon in the name.
    named = ":" in host or _HOST.fullmatch(host) is not None
    return (host, port) if named and "@" not in entry and parts.netloc == entry else None


def _entries(value: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in value.split(",") if entry.strip())
