"""Everything that the server is told by its environment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import TellUser
from bot.settings.addresses import (
    DEFAULT_WEBHOOK_PATH,
    PUBLIC_API,
    PUBLIC_WEB,
    read_accounts,
    read_github,
    read_log_hosts,
    read_webhook_path,
)
from bot.settings.database import read_database_url
from bot.settings.keys import Secret, read_private_key, read_webhook_secrets
from bot.settings.reader import Reader

LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMATS = ("json", "pretty")
DEFAULT_PORT = 3000
KEEP_DAYS = 180
KEEP_LOGS_MB = 100
MOST_MB = 100_000
MEGABYTES = f"megabytes, 0 (keep no logs) to {MOST_MB}"
UNSUPPORTED = {
    "WEBHOOK_PROXY_URL": "is not supported yet; remove it, and let the App's webhook point at this server",
    "SENTRY_DSN": "is not supported yet; remove it, errors are in the log and in /metrics",
}


class SettingsError(TellUser):
    """The environment is wrong; `problems` holds one line for each thing to mend."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(("The environment is not right:", *(f"  {line}" for line in problems))))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that `retriage serve` reads from its environment.

    Attributes:
        app_id: the GitHub App's id.
        private_key: PEM text of the App's private key.
        webhook_secrets: the current secret, then the previous one while it is being rotated.
        database_url: SQLAlchemy's form, `sqlite:///path` or `postgresql+psycopg://…` with its password.
        api: address of GitHub's REST API, `web` of its pages; neither ends with a slash.
        log_hosts: `(host, port)` that job logs may be fetched from besides GitHub's own; port 0 is
            the scheme's default.
        allowed_accounts: lower-case logins whose repositories are served; empty: all.
        history_days: how long past failures are kept.
        keep_logs_mb: megabytes of logs, packed, that are kept of each repository; 0: none are.
    """

    app_id: int
    private_key: Secret
    webhook_secrets: tuple[Secret, ...]
    database_url: str = field(repr=False)
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
    keep_logs_mb: int = KEEP_LOGS_MB

    @classmethod
    def from_env(cls, env: Mapping[str, str], read_file: Callable[[str], str] | None = None) -> "Settings":
        """Read the environment.

        A variable that is blank counts as not set. `read_file` reads `PRIVATE_KEY_PATH`.

        Raises:
            SettingsError: something is missing or wrong; it names everything at once.
        """
        reader = Reader({name: value.strip() for name, value in env.items() if value.strip()})
        data = Path(reader.text("RETRIAGE_DATA", "./data"))
        api, web = read_github(reader)
        settings = cls(
            app_id=reader.number("APP_ID", None, "the number on the App's page, for example 123456"),
            private_key=read_private_key(reader, read_file),
            webhook_secrets=read_webhook_secrets(reader),
            database_url=read_database_url(reader, data),
            data=data,
            api=api,
            web=web,
            log_hosts=read_log_hosts(reader),
            host=reader.text("HOST", "127.0.0.1"),
            port=reader.number("PORT", DEFAULT_PORT, "a port number from 1 to 65535", 65535),
            webhook_path=read_webhook_path(reader),
            allowed_accounts=read_accounts(reader),
            log_level=reader.choice("LOG_LEVEL", LOG_LEVELS, "info"),
            log_format=reader.choice("LOG_FORMAT", LOG_FORMATS, "json"),
            dry_run=reader.switch("RETRIAGE_DRY_RUN"),
            history_days=reader.number("RETRIAGE_HISTORY_DAYS", KEEP_DAYS, "days, 1 to 3650", 3650),
            keep_logs_mb=reader.number("RETRIAGE_KEEP_LOGS_MB", KEEP_LOGS_MB, MEGABYTES, MOST_MB, least=0),
        )
        reader.problems += [f"{name}: {why}" for name, why in UNSUPPORTED.items() if name in reader.env]
        if reader.problems:
            raise SettingsError(tuple(reader.problems))
        return settings


def read_database(env: Mapping[str, str]) -> str:
    """The database's address alone, in SQLAlchemy's form, for what needs no server.

    Raises:
        SettingsError: it is wrong.
    """
    reader = Reader({name: value.strip() for name, value in env.items() if value.strip()})
    url = read_database_url(reader, Path(reader.text("RETRIAGE_DATA", "./data")))
    if reader.problems:
        raise SettingsError(tuple(reader.problems))
    return url
