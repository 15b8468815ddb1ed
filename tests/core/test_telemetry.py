"""Whoever reads the logs sees what happened, and no secret."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot.telemetry import Journal, Metrics, bound, configure_logging, redact

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxMiJ9.c2lnbmF0dXJl-_x"
CANARIES = [
    "ghp_" + "a1B2" * 9,
    "ghs_12345_" + JWT,
    "gho_" + "x" * 16,
    "github_pat_" + "11ABCDEFG0" * 4,
    JWT,
    "Bearer abcdefgh1234",
    "bearer\tabcdefgh1234",
    "https://blobs.example/log?se=1&sig=abc%2Fdef%3D&sp=r",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIBsecret\n-----END RSA PRIVATE KEY-----",
]


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def entries(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("canary", CANARIES)
@pytest.mark.parametrize("around", ["{}", 'x "{}" y', "({})", "a={},b"])
def test_a_secret_is_hidden_wherever_it_stands(canary: str, around: str) -> None:
    cleaned = redact(around.format(canary))
    assert "[hidden]" in cleaned
    for part in ("a1B2a1B2", "c2lnbmF0dXJl", "xxxxxxxx", "11ABCDEFG0", "abcdefgh1234", "abc%2F", "MIIB"):
        assert part not in cleaned


def test_what_is_no_secret_stays() -> None:
    text = "GET https://api.github.com/repos/o/r/actions/jobs/1/logs?per_page=100 gave 404 on 1a2b3c4d"
    assert redact(text) == text


def test_every_part_of_an_entry_is_cleaned() -> None:
    stream = io.StringIO()
    configure_logging("info", "json", stream)
    logging.getLogger("x").error(
        "failed with %s",
        CANARIES[1],
        exc_info=ValueError(CANARIES[0]),
        extra={"deep": {"list": [CANARIES[2], 1, None]}},
    )
    (entry,) = entries(stream)
    assert entry["event"] == "failed with [hidden]"
    assert entry["deep"] == {"list": ["[hidden]", 1, None]}
    assert "ValueError" in str(entry["exception"])
    assert CANARIES[0] not in stream.getvalue()


def test_entries_carry_the_delivery_they_belong_to_and_utc_time() -> None:
    stream = io.StringIO()
    configure_logging("info", "json", stream)
    with bound(delivery="abc"):
        logging.getLogger("x").info("inside")
        Journal().note("noted", pull_request=7)
    logging.getLogger("x").info("outside")
    inside, noted, outside = entries(stream)
    assert (inside["delivery"], noted["delivery"], noted["pull_request"]) == ("abc", "abc", 7)
    assert "delivery" not in outside
    assert str(inside["timestamp"]).endswith("Z")


def test_text_from_outside_cannot_forge_lines_or_move_the_cursor() -> None:
    stream = io.StringIO()
    configure_logging("info", "pretty", stream)
    logging.getLogger("x").info("seen", extra={"job": "a\x1b[2Jb\r\x9bc"})
    assert "\x1b" not in stream.getvalue()
    assert "\r" not in stream.getvalue()
    assert "\x9b" not in stream.getvalue()


def test_libraries_that_print_addresses_are_quiet() -> None:
    stream = io.StringIO()
    configure_logging("debug", "json", stream)
    logging.getLogger("httpx2").info("HTTP Request: GET https://x/?sig=abc")
    assert stream.getvalue() == ""


def test_two_servers_in_one_process_count_for_themselves() -> None:
    one, other = Metrics(), Metrics()
    one.count_delivery("accepted")
    assert b'retriage_deliveries_total{outcome="accepted"} 1.0' in one.render()
    assert b"accepted" not in other.render()


def test_no_stranger_can_grow_the_label_sets() -> None:
    metrics = Metrics()
    for number in range(50):
        metrics.count_work(f"kind-{number}", f"outcome-{number}")
    assert metrics.render().count(b"retriage_work_total{") == 1
    assert b'retriage_work_total{kind="other",outcome="other"} 50.0' in metrics.render()
