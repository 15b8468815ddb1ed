"""Secrets never leave the log: every canary below is made up, and put together only while the test runs."""

import base64
import random
import string
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.redact import MASK, redact, redact_lines

DICE = random.Random(20260124)  # noqa: S311 - canaries must be the same every time
ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + "234567"


def some(count: int, letters: str = ALNUM) -> str:
    return "".join(DICE.choice(letters) for _ in range(count))


# Name, the part in front that may stay, the secret itself, split so that no scanner takes it for one.
TOKENS: dict[str, str] = {
    "GitHub personal": "gh" + "p_" + some(36),
    "GitHub OAuth": "gh" + "o_" + some(36),
    "GitHub user": "gh" + "u_" + some(36),
    "GitHub refresh": "gh" + "r_" + some(76),
    "GitHub installation": "gh" + "s_" + some(36),
    "GitHub new installation": f"gh{'s'}_1234_ey{'J'}{some(33)}.{some(300)}-{some(20)}_{some(40)}.{some(86)}",
    "GitHub fine-grained": "github" + f"_pat_{some(22)}_{some(59)}",
    "JWT": "ey" + f"J{some(30)}.{some(80)}.{some(43)}",
    "AWS key id": "AK" + "IA" + some(16, UPPER),
    "AWS session key id": "AS" + "IA" + some(16, UPPER),
    "Google API key": "AI" + "za" + some(35),
    "Google OAuth": "ya" + "29." + some(60),
    "Google client secret": "GOC" + "SPX-" + some(28),
    "Azure client secret": some(3) + "8" + "Q~" + some(34),
    "Slack bot": "xo" + f"xb-{some(12, string.digits)}-{some(12, string.digits)}-{some(24)}",
    "Slack app": "xa" + f"pp-1-{some(11)}-{some(13, string.digits)}-{some(64, HEX)}",
    "Stripe": "sk" + "_live_" + some(24),
    "Stripe webhook": "wh" + "sec_" + some(32),
    "SendGrid": "S" + f"G.{some(22)}.{some(43)}",
    "Twilio": "S" + "K" + some(32, HEX),
    "npm": "np" + "m_" + some(36),
    "PyPI": "py" + "pi-AgEIcHlwaS5vcmc" + some(120),
    "Docker Hub": "dckr" + "_pat_" + some(27),
    "GitLab": "gl" + "pat-" + some(20),
    "Atlassian": "ATA" + f"TT3xFfGF0{some(170)}={some(8, HEX)}",
    "DigitalOcean": "do" + "p_v1_" + some(64, HEX),
    "Heroku": "HR" + "KU-" + some(60),
    "Discord bot": "M" + f"{some(25)}.{some(6)}.{some(38)}",
    "Telegram bot": some(9, "123456789") + ":" + some(35),
    "OpenAI": "sk" + "-" + some(48),
    "OpenAI project": "sk" + "-proj-" + some(60),
    "Anthropic": "sk" + f"-ant-api03-{some(93)}AA",
    "Hugging Face": "h" + "f_" + some(34),
    "Databricks": "da" + "pi" + some(32, HEX),
    "HashiCorp Vault": "hv" + "s." + some(90),
    "Terraform Cloud": some(14) + ".atl" + "asv1." + some(60),
    "age": "AGE-SECRET" + "-KEY-1" + some(58, string.ascii_uppercase + string.digits),
    "Shopify": "shp" + "at_" + some(32, HEX),
    "Grafana": "gl" + f"sa_{some(32)}_{some(8, HEX)}",
    "Sentry": "sntr" + "yu_" + some(64, HEX),
    "random": some(48),
}
IN_CONTEXT: dict[str, tuple[str, str]] = {
    "AWS secret key": ("aws_secret_access_key = ", some(38) + "/+"),
    "Azure SAS": ("https://x.blob.core.windows.net/c?sv=2024&sig=", some(20) + "%2B" + some(20) + "%3D"),
    "Azure storage": ("AccountName=x;AccountKey=", some(86) + "=="),
    "Slack webhook": ("https://hooks.slack" + ".com/services/", f"T{some(8)}/B{some(8)}/{some(24)}"),
    "Discord webhook": ("https://discord.com/api/webhooks/", some(18, "123456789") + "/" + some(68)),
    "bearer": ("curl -H 'Authorization: Bearer ", some(20)),
    "bearer alone": ("sent Bearer ", some(20) + "1"),
    "basic": ("authorization: Basic ", base64.b64encode(b"someone:" + some(9).encode()).decode()),
    "basic alone": ("got Basic ", base64.b64encode(b"someone:" + some(9).encode()).decode()),
    "a header of its own": ("Authorization: ", some(16) + "7"),
    "URL": ("cloning https://", "someone:" + some(12)),
    "URL with a token alone": ("cloning https://", some(24)),
    "Redis": ("redis://", ":" + some(14)),
    "MySQL DSN": ("dsn app:", some(12)),
    "JDBC": ("jdbc:postgresql://h/db?user=a&password=", some(10)),
    "ODBC": ("Server=h;Uid=a;Pwd=", some(10)),
    "environment": ("export DB_PASSWORD=", some(8)),
    "YAML": ("  client_secret: ", some(12) + "3"),
    "JSON": ('{"token": "', some(12)),
    "escaped JSON": ('"{\\"api_key\\":\\"', some(12)),
    "Python": ("{'password': '", "four words and more"),
    "flag": ("tool --api-token ", some(12)),
    "curl -u": ("curl -u someone:", some(9)),
    "Heroku": ("HEROKU_API_KEY=", "0a1b2c3d-" + "1111-2222-3333-444455556666"),
    "cookie": ("Set-Cookie: ", f"session={some(20)}; Path=/"),
    "npmrc": ("//registry.example/:_authToken=", some(36)),
}

ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "base64": lambda token: base64.b64encode(token.encode()).decode(),
    "base64 with its line feed": lambda token: base64.b64encode(f"{token}\n".encode()).decode(),
    "url-safe base64": lambda token: base64.urlsafe_b64encode(token.encode()).decode().rstrip("="),
    "doubled base64": lambda token: base64.b64encode(base64.b64encode(token.encode())).decode(),
    "hex": lambda token: token.encode().hex(),
    "percent": lambda token: "".join(f"%{byte:02X}" for byte in token.encode()),
    "quoted": lambda token: quote(token, safe=""),
}


def leaks(secret: str, text: str) -> bool:
    """Whether twelve characters in a row of the secret's inside are still there."""
    return any(secret[at : at + 12] in text for at in range(8, max(9, len(secret) - 11)))


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", TOKENS)
def test_a_token_is_redacted_in_every_disguise_and_place(name: str, encoding: str) -> None:
    if name == "random" and encoding == "hex":
        pytest.skip("random hex cannot be told from a digest")
    secret = ENCODINGS[encoding](TOKENS[name])
    for place in ("error: got {} here", "X={}", '"{}"', "before\n{}\nafter", "cache/{}/file"):
        text = place.format(secret)
        shown = redact(text)
        assert not leaks(secret, shown)
        assert MASK in shown
        assert shown.count("\n") == text.count("\n")
        assert redact(shown) == shown
    assert redact(f"error: got {secret} here").startswith("error: got ")
    assert redact(f"error: got {secret} here").endswith(" here")


@pytest.mark.parametrize("name", IN_CONTEXT)
def test_a_secret_without_a_shape_is_known_by_what_stands_before_it(name: str) -> None:
    front, secret = IN_CONTEXT[name]
    behind = {"URL": "@host/", "URL with a token alone": "@host/", "Redis": "@host", "MySQL DSN": "@tcp(h)"}
    shown = redact(f"said {front}{secret}{behind.get(name, '')}' ok")
    assert shown.startswith(f"said {front}{MASK}")
    assert secret not in shown
    assert redact(shown) == shown


def key(lines: int, kind: str = "RSA PRIV" + "ATE KEY") -> list[str]:
    return [f"-----BEGIN {kind}-----", *(some(64) for _ in range(lines)), f"-----END {kind}-----"]


@pytest.mark.parametrize("kind", ["RSA PRIV" + "ATE KEY", "PRIV" + "ATE KEY", "OPENSSH PRIV" + "ATE KEY"])
def test_a_private_key_is_redacted_line_by_line(kind: str) -> None:
    block = key(20, kind)
    shown = redact("\n".join(["before", *block, "after"]))
    assert shown == "\n".join(["before", *[MASK] * 22, "after"])


def test_a_private_key_on_one_line_is_redacted() -> None:
    block = "\\n".join(key(5))
    assert redact(f'{{"key": "{block}"}} and {block} end') == f'{{"key": "{MASK}"}} and {MASK} end'


def test_a_private_key_that_the_excerpt_cuts_is_redacted() -> None:
    block = key(6)
    assert redact("\n".join([*block[:4], "step done"])) == "\n".join([*[MASK] * 4, "step done"])
    assert redact("\n".join(["step", *block[3:]])) == "\n".join(["step", *[MASK] * 5])
    assert MASK in redact(block[3])


@pytest.mark.parametrize(
    "text",
    [
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "quay.io/a/b:v1.0.0@sha256:5ebed5d9a596cdee3107353d4c96434c2103d055ead72cd497879a3f90c19fa0",
        "123e4567-e89b-12d3-a456-426614174000",
        "sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVjcXPs17LhbZVGedAJv8XZ1tvj5FvSg==",
        "github.com/stretchr/testify v1.8.4 h1:CcVxjf3Q8PM0mHUKJCdn+eZZtm5yQwehR5yeSVQQcUk=",
        "ED25519 key fingerprint is SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU.",
        "Expected\n    <string>: a top level failure on line 12\nto equal\n    <string>: nope",
        "Expected <string>: 0123abcdef to equal <string>: secret",
        '  File "/home/runner/work/repo/repo/tests/unit/test_auth_token.py", line 12, in test_token',
        "\t/opt/hostedtoolcache/go/1.22.1/x64/src/testing/testing.go:1631 +0x24a",
        "testing.tRunner.func1.2({0x1029c40, 0xc000112240})",
        "--- FAIL: TestTokenRefreshHandlesExpiredSecret/when_password_is_wrong (0.00s)",
        "tests/test_auth.py::TestToken::test_secret[password-12345678] FAILED",
        "TestReconcilerHandlesAPIServerErrors2WhenTheTokenIsGone3Times",
        "    at Object.<anonymous> (/home/runner/work/x/x/src/TokenService2Test.ts:12:34)",
        "_ZN4core3ops8function6FnOnce9call_once17h0123456789abcdefE",
        "Error: unexpected token: identifier",
        "SyntaxError: Unexpected token '<'",
        "secretName: datastorage-tls-cert",
        'Error from server (NotFound): secrets "db-credentials" not found',
        "token.go:123: something failed here now",
        "auth token: /home/runner/.config/token",
        "GITHUB_TOKEN: ***",
        "max_tokens: 12345678",
        "Basic authentication failed",
        "Basic Functionality works",
        "Bearer authentication required",
        "Set-Cookie header missing",
        "java.lang.IllegalStateException: password must not be empty",
        "assertion `left == right` failed",
        "assert token == 'expected-tok'",
        "https://github.com/owner/repo/actions/runs/30522365744/job/90805518060",
        "##[group]Run actions/checkout@b4ffde65f46336ab88eb53be808477a3936bae11",
        "git@github.com:owner/repo.git and ssh://git@github.com/owner/repo.git",
        'pods "datastorage-7d9f8b6c5d-x2x4z" not found',
        "npm_config_user_agent=npm/10.2.4 node/v20.11.1 linux x64",
        "arn:aws:iam::123456789012:role/gha-ecr-login is not authorized",
        "sk-learn-contrib/some_long_package_name_in_a_path.py",
        "2026-01-24 15:23:55.123 12345678:abcdef",
    ],
)
def test_what_only_looks_secret_stays(text: str) -> None:
    assert redact(text) == text


HOSTILE = """eyJ ghp_ A1b2 :// ://a: password= password=" token: Bearer %41 a. -- SG. 12345678: authorization:
cookie: -u 0a sk- AGE QUFB basic"""


@pytest.mark.parametrize("piece", [*HOSTILE.split(), "-----BEGIN RSA PRIV" + "ATE KEY-----"])
def test_a_hostile_line_ends_soon_and_is_redacted_once(piece: str) -> None:
    text = piece * (64 * 1024 // len(piece))
    assert "\n" not in redact(text)


@given(st.text(max_size=300))
def test_any_text_keeps_its_line_count(text: str) -> None:
    assert redact(text).count("\n") == text.count("\n")


WORDS = st.sampled_from(
    [
        "token",
        "password",
        ": ",
        "=",
        " ",
        "\n",
        '"',
        "abcdefgh1",
        "://",
        "@",
        "Bearer ",
        MASK,
        "Basic ",
        "a:b",
    ]
)


@given(st.lists(WORDS, max_size=20).map("".join))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    assert redact(redact(text)) == redact(text)


TOKEN = "ghp_" + "a1B2" * 9
BODY = "MIIEowIBAAKCAQEAxq1" * 3
KEY = ("-----BEGIN RSA PRIVATE KEY-----", BODY, "-----END RSA PRIVATE KEY-----")
LINES = st.sampled_from(("password=hunter2hunter2", "token: abc", "ok", "", "PASS x", TOKEN, *KEY))


@given(st.lists(LINES, max_size=120))
def test_many_lines_are_redacted_as_if_they_were_one_text(lines: list[str]) -> None:
    assert redact_lines(lines) == redact("\n".join(lines)).split("\n")[: len(lines)]


def test_a_key_longer_than_what_is_looked_at_together_leaves_nothing() -> None:
    begin, body, end = KEY
    key = ["one", begin, *[body] * 150, end, "two"]
    shown = redact_lines(key)
    assert len(shown) == len(key)
    assert set(shown) == {"one", MASK, "two"}
