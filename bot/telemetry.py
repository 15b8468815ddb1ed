"""Structured logs with the delivery's id, cleaned of secrets, and the metrics, all in one place."""

import logging
import re
import sys
from collections.abc import MutableMapping
from contextlib import AbstractContextManager
from typing import TextIO

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from structlog.typing import Processor

# The libraries that print whole addresses, with signatures in them, at the level `info`.
TALKATIVE = ("httpx", "httpx2", "httpcore", "httpcore2", "alembic")
# What a label may say: anything else is counted as `other`, so that nobody can grow the label sets.
DELIVERY_OUTCOMES = ("accepted", "repeated", "ignored", "malformed", "unsigned", "refused", "unstored")
WORK_OUTCOMES = ("done", "retried", "buried", "released", "lost")
WORK_KINDS = ("run_completed", "command", "reconcile", "sweep")
HIDDEN = "[hidden]"
# uvicorn adds each message a second time, with escape sequences in it.
UVICORN_COLOURS = "color_message"
# Text from outside must not move a terminal's cursor; tracebacks keep their line ends.
CONTROLS = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}

# Shapes of secrets: GitHub's tokens (https://github.blog/changelog/2026-05-15, the newest holds a JWT),
# `Authorization` values, signed addresses, JWTs and PEM keys. Each begins with a literal and is linear.
SECRETS = (
    (re.compile(r"\bgh[pousr]_[A-Za-z0-9_.\-]{16,}"), HIDDEN),
    (re.compile(r"\bgithub_pat_[A-Za-z0-9_]{16,}"), HIDDEN),
    (re.compile(r"\beyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_.\-]{8,}"), HIDDEN),
    (re.compile(r"\b(Bearer|Basic)(\s{1,4})[^\s\"',]{8,}", re.IGNORECASE), rf"\1\2{HIDDEN}"),
    (re.compile(r"\b(sig|signature|token|x-amz-signature)=[^&\s\"'<>]+", re.IGNORECASE), rf"\1={HIDDEN}"),
    (
        re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]{0,20000}(-----END [A-Z ]{0,40}-----)?"),
        HIDDEN,
    ),
)


def redact(text: str) -> str:
    """Hide everything that has the shape of a secret."""
    for shape, instead in SECRETS:
        text = shape.sub(instead, text)
    return text


def clean_entry(_logger: object, _method: str, event: MutableMapping[str, object]) -> dict[str, object]:
    """Take secrets and control characters out of every text of a log entry; a structlog processor."""
    return {key: _clean(value) for key, value in event.items() if key != UVICORN_COLOURS}


def _clean(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {redact(str(key)): _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return redact(value if isinstance(value, str) else repr(value)).translate(CONTROLS)


def configure_logging(level: str = "info", form: str = "json", stream: TextIO | None = None) -> None:
    """Send every log of this process, the libraries' too, through one formatter.

    Args:
        level: debug, info, warning or error.
        form: `json`, one object a line, or `pretty` for people.
        stream: where to; standard error when not given.
    """
    pretty = structlog.dev.ConsoleRenderer(colors=False)
    renderer: Processor = pretty if form == "pretty" else structlog.processors.JSONRenderer()
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            clean_entry,
            renderer,
        ],
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def bound(**facts: str | int) -> AbstractContextManager[None]:
    """Every log entry inside, in this task and those it starts, carries these facts."""
    return structlog.contextvars.bound_contextvars(**facts)


class Journal:
    """Notes of what was done, as structured lines."""

    def note(self, event: str, **facts: str | float | bool) -> None:
        """One line; the facts become its fields."""
        structlog.get_logger("retriage").info(event, **facts)


class Metrics:
    """What is counted, in a registry of its own: two servers in one process do not mix."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._deliveries = self._counter("deliveries", "Webhook deliveries by outcome.", "outcome")
        self._work = self._counter("work", "Pieces of work by kind and outcome.", "kind", "outcome")
        self._unread = self._counter("logs_unread", "Logs that could not be read in full.")
        self._backlog = self._gauge("backlog", "Pieces of work that wait.")
        self._oldest = self._gauge("backlog_oldest_seconds", "How long the oldest piece of work is due.")

    def count_delivery(self, outcome: str) -> None:
        """A delivery was answered."""
        self._deliveries.labels(_known(outcome, DELIVERY_OUTCOMES)).inc()

    def count_work(self, kind: str, outcome: str) -> None:
        """A piece of work was tried."""
        self._work.labels(_known(kind, WORK_KINDS), _known(outcome, WORK_OUTCOMES)).inc()

    def count_unread(self) -> None:
        """A log could not be read in full."""
        self._unread.inc()

    def set_backlog(self, waiting: int, oldest_seconds: float) -> None:
        """The queue was looked at."""
        self._backlog.set(waiting)
        self._oldest.set(oldest_seconds)

    def render(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"retriage_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(f"retriage_{name}", text, registry=self.registry)


def _known(value: str, values: tuple[str, ...]) -> str:
    return value if value in values else "other"
