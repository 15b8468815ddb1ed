"""`retriage serve` as an administrator starts it: what stands in its way is one sentence and status 2."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

SECRET = "a-webhook-secret-of-at-least-32-bytes"


@pytest.fixture(scope="module")
def key() -> str:
    made = generate_private_key(public_exponent=65537, key_size=2048)
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def serve(key: str, data: Path, port: int) -> tuple[int, str]:
    """Status and messages of a server that cannot start."""
    settings = {"APP_ID": "1", "PRIVATE_KEY": key, "WEBHOOK_SECRET": SECRET, "PORT": str(port)}
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "serve"],
        env={"PATH": os.environ["PATH"], **settings, "RETRIAGE_DATA": str(data)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


def test_a_port_that_is_taken_is_said_before_anything_else(key: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        status, said = serve(key, tmp_path, port)
    assert status == 2
    assert said.startswith(f"retriage serve: HOST, PORT: cannot listen on 127.0.0.1:{port}: ")
    assert "Traceback" not in said


def test_a_damaged_database_is_said(key: str, tmp_path: Path) -> None:
    (tmp_path / "retriage.db").write_bytes(b"this is no database " * 100)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    status, said = serve(key, tmp_path, port)
    assert status == 2
    assert "not a database" in said
    assert "Traceback" not in said
    assert "listening" not in said
