"""An administrator writes the environment, and hears of every mistake at once."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import Settings, SettingsError

PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIB\nAAAA\n-----END RSA PRIVATE KEY-----"
SECRET = "s" * 32
GOOD = {"APP_ID": "12", "PRIVATE_KEY": PEM, "WEBHOOK_SECRET": SECRET}
VARIABLES = [
    *GOOD,
    "PRIVATE_KEY_PATH",
    "WEBHOOK_SECRET_PREVIOUS",
    "DATABASE_URL",
    "RETRIAGE_DATA",
    "GHE_HOST",
    "GITHUB_API_URL",
    "LOG_HOSTS",
    "HOST",
    "PORT",
    "WEBHOOK_PATH",
    "WEBHOOK_PROXY_URL",
    "ALLOWED_ACCOUNTS",
    "LOG_LEVEL",
    "LOG_FORMAT",
    "SENTRY_DSN",
    "RETRIAGE_DRY_RUN",
    "RETRIAGE_HISTORY_DAYS",
]


def problems(**changes: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({**GOOD, **changes})
    return caught.value.problems


def test_three_variables_are_enough() -> None:
    found = Settings.from_env(GOOD)
    assert found.app_id == 12
    assert found.private_key.reveal().decode() == PEM + "\n"
    assert [secret.reveal() for secret in found.webhook_secrets] == [SECRET.encode()]
    assert found.database_url == "sqlite:///data/retriage.db"
    assert (found.api, found.web) == ("https://api.github.com", "https://github.com")
    assert (found.host, found.port, found.webhook_path) == ("127.0.0.1", 3000, "/api/github/webhooks")
    assert (found.log_level, found.log_format, found.dry_run) == ("info", "json", False)
    assert found.allowed_accounts == frozenset()


def test_an_empty_environment_names_all_that_is_missing_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({})
    assert [line.partition(":")[0] for line in caught.value.problems] == [
        "APP_ID",
        "PRIVATE_KEY",
        "WEBHOOK_SECRET",
    ]
    assert "openssl rand -hex 32" in str(caught.value)


def test_everything_can_be_set() -> None:
    found = Settings.from_env(
        {
            **GOOD,
            "WEBHOOK_SECRET_PREVIOUS": "p" * 40,
            "RETRIAGE_DATA": "/var/lib/retriage",
            "LOG_HOSTS": "logs.example.com, 10.0.0.1:9000,[::1]:8080",
            "HOST": "0.0.0.0",  # noqa: S104 - what a container writes
            "PORT": "8080",
            "WEBHOOK_PATH": "/hooks",
            "ALLOWED_ACCOUNTS": "Octo-Org, mona",
            "LOG_LEVEL": "DEBUG",
            "LOG_FORMAT": "pretty",
            "RETRIAGE_DRY_RUN": "true",
        }
    )
    assert [secret.reveal() for secret in found.webhook_secrets] == [SECRET.encode(), b"p" * 40]
    assert found.database_url == "sqlite:////var/lib/retriage/retriage.db"
    assert found.log_hosts == (("logs.example.com", 0), ("10.0.0.1", 9000), ("::1", 8080))
    assert found.allowed_accounts == {"octo-org", "mona"}
    assert (found.port, found.log_level, found.dry_run) == (8080, "debug", True)


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("postgres://u:hunter2@db/retriage", "postgresql+psycopg://u:hunter2@db/retriage"),
        (
            "postgresql://u@db:5433/retriage?sslmode=require",
            "postgresql+psycopg://u@db:5433/retriage?sslmode=require",
        ),
        ("postgresql+psycopg://[::1]/retriage", "postgresql+psycopg://[::1]/retriage"),
        (
            "postgresql:///retriage?host=/run/postgresql",
            "postgresql+psycopg:///retriage?host=/run/postgresql",
        ),
    ],
)
def test_postgresql_is_addressed_as_everywhere(written: str, used: str) -> None:
    found = Settings.from_env({**GOOD, "DATABASE_URL": written})
    assert found.database_url == used
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    "written", [PEM, PEM.replace("\n", "\\n"), base64.b64encode(PEM.encode()).decode(), f"\n{PEM}\n"]
)
def test_a_private_key_may_be_written_as_it_is_escaped_or_in_base64(written: str) -> None:
    assert Settings.from_env({**GOOD, "PRIVATE_KEY": written}).private_key.reveal().decode() == PEM + "\n"


def test_a_private_key_may_be_a_path() -> None:
    env = {"APP_ID": "12", "WEBHOOK_SECRET": SECRET, "PRIVATE_KEY_PATH": "/run/secrets/key.pem"}
    found = Settings.from_env(env, read_file={"/run/secrets/key.pem": PEM}.__getitem__)
    assert found.private_key.reveal().decode() == PEM + "\n"


def test_a_path_without_a_file_says_so() -> None:
    env = {"APP_ID": "12", "WEBHOOK_SECRET": SECRET, "PRIVATE_KEY_PATH": "/nowhere/key.pem"}
    with pytest.raises(SettingsError, match=r"cannot read '/nowhere/key\.pem': No such file"):
        Settings.from_env(env)


@pytest.mark.parametrize(
    ("env", "api", "web"),
    [
        (
            {"GHE_HOST": "ghe.example.com"},
            "https://ghe.example.com/api/v3",
            "https://ghe.example.com",
        ),
        (
            {"GITHUB_API_URL": "https://ghe.example.com/api/v3/"},
            "https://ghe.example.com/api/v3",
            "https://ghe.example.com",
        ),
        (
            {"GITHUB_API_URL": "https://api.octo.ghe.com"},
            "https://api.octo.ghe.com",
            "https://octo.ghe.com",
        ),
        ({"GITHUB_API_URL": "http://127.0.0.1:9/"}, "http://127.0.0.1:9", "http://127.0.0.1:9"),
    ],
)
def test_another_github_gives_both_of_its_addresses(env: dict[str, str], api: str, web: str) -> None:
    found = Settings.from_env({**GOOD, **env})
    assert (found.api, found.web) == (api, web)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("APP_ID", "0", "number"),
        ("APP_ID", "twelve", "number"),
        ("APP_ID", "9" * 5000, "number"),
        ("PRIVATE_KEY", "hello", "no private key"),
        ("PRIVATE_KEY", "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----", "no private key"),
        ("PRIVATE_KEY_PATH", "/key.pem", "and so is"),
        ("WEBHOOK_SECRET", "short", "only 5 bytes"),
        ("WEBHOOK_SECRET", "   ", "is not set"),
        ("WEBHOOK_SECRET_PREVIOUS", "s" * 31, "only 31 bytes"),
        ("DATABASE_URL", "postgresql://u:hunter2@db", "names no database"),
        ("DATABASE_URL", "postgresql://u:hun/ter@db/retriage", "names no"),
        ("DATABASE_URL", "postgresql://u:hunter2@db:99999/retriage", "names no host"),
        ("DATABASE_URL", "postgresql:///retriage", "names no host"),
        ("DATABASE_URL", "postgresql+asyncpg://u:hunter2@db/retriage", "SQLite"),
        ("DATABASE_URL", "mysql://db", "SQLite"),
        ("DATABASE_URL", "sqlite://", "SQLite"),
        ("DATABASE_URL", "sqlite:///:memory:", "restart"),
        ("GHE_HOST", "https://ghe.example.com", "no host name"),
        ("GITHUB_API_URL", "http://ghe.example.com/api/v3", "https"),
        ("GITHUB_API_URL", "ftp://x", "https"),
        ("GITHUB_API_URL", "https://user@ghe.example.com", "https"),
        ("GITHUB_API_URL", "https://x/?a=b", "https"),
        ("LOG_HOSTS", "https://logs.example.com", "LOG_HOSTS"),
        ("LOG_HOSTS", "logs.example.com:99999", "LOG_HOSTS"),
        ("LOG_HOSTS", "a@b", "LOG_HOSTS"),
        ("PORT", "70000", "65535"),
        ("PORT", "-1", "65535"),
        ("WEBHOOK_PATH", "hooks", "begins with /"),
        ("WEBHOOK_PATH", "/metrics", "none of"),
        ("WEBHOOK_PROXY_URL", "https://smee.io/x", "not supported yet"),
        ("SENTRY_DSN", "https://k@sentry.example/1", "not supported yet"),
        ("ALLOWED_ACCOUNTS", "octo org", "login"),
        ("LOG_LEVEL", "loud", "debug, info"),
        ("LOG_FORMAT", "xml", "json, pretty"),
        ("RETRIAGE_DRY_RUN", "maybe", "true or false"),
    ],
)
def test_a_mistake_is_named_with_what_to_write(variable: str, value: str, words: str) -> None:
    found = problems(**{variable: value})
    assert len(found) == 1
    assert words in found[0]
    assert "hunter2" not in found[0]


def test_two_githubs_are_one_too_many() -> None:
    assert "only one" in problems(GHE_HOST="a.example", GITHUB_API_URL="https://b.example/api/v3")[0]


def test_no_representation_shows_a_secret() -> None:
    found = Settings.from_env(GOOD)
    assert SECRET not in repr(found)
    assert "MIIB" not in repr(found)
    assert SECRET not in f"{found.webhook_secrets!r} {found.webhook_secrets[0]}"


@given(st.dictionaries(st.sampled_from(VARIABLES), st.text(max_size=40)))
def test_any_environment_gives_settings_or_its_problems(env: dict[str, str]) -> None:
    try:
        Settings.from_env({**GOOD, **env}, read_file=lambda _path: PEM)
    except SettingsError as error:
        lines = error.problems
    else:
        lines = ("settings",)
    assert lines


def test_history_is_kept_for_half_a_year_or_as_long_as_one_says() -> None:
    assert Settings.from_env(GOOD).history_days == 180
    assert Settings.from_env({**GOOD, "RETRIAGE_HISTORY_DAYS": "30"}).history_days == 30
    (problem,) = problems(RETRIAGE_HISTORY_DAYS="0")
    assert problem.startswith("RETRIAGE_HISTORY_DAYS: ")
