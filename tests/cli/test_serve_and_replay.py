"""`retriage serve`, `replay` and `demo` from the outside: what they refuse, and what they print."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import main

ROOT = Path(__file__).parents[2]


def retriage(*words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": os.environ["PATH"], **(env or {})}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=ROOT, env=clean, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip


def test_the_server_does_not_start_without_its_settings_and_names_all_of_them():
    done = retriage("serve", env={"WEBHOOK_SECRET": "short", "PORT": "many"})
    assert done.returncode == 2
    for variable in ("APP_ID", "PRIVATE_KEY", "WEBHOOK_SECRET", "PORT"):
        assert variable in done.stderr
    assert "Traceback" not in done.stderr


def test_a_delivery_that_asks_for_nothing_says_why(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    delivery = tmp_path / "ping.json"
    delivery.write_text('{"workflow_run": {}, "action": "requested"}')
    assert main(["replay", str(delivery)]) in (1, 2)
    said = capsys.readouterr()
    assert said.out + said.err


def test_a_delivery_that_is_no_json_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    delivery = tmp_path / "broken.json"
    delivery.write_text("{")
    assert main(["replay", str(delivery)]) == 2
    assert "broken.json is not JSON" in capsys.readouterr().err


LABELS = (
    "🔁 Returned",
    "❌ Fails",
    "❔ Unknown",
    "❄️ Known flake",
    "☁️ Infra",
    "⚓ On base",
    "🔄 Passed on retry",
    "👀 Seen elsewhere",
    "⏭ Blocked",
)


def test_the_demo_tells_its_story_once():
    done = retriage("demo", "--once")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("<!-- retriage:status v1 -->\n")
    for count in ("120/121", "94/97", "73/75", "48/49", "59 passed, 1 error", "79/79"):
        assert count in done.stdout
    assert "holmesgpt_api_client" in done.stdout
    report, registry = done.stdout.split("<!-- retriage:status v1 -->\n")[1:]
    assert all(title in report for title in ("| Previous |", "| Δ |"))
    for label in LABELS:
        assert label in registry.split("Legend")[1]
