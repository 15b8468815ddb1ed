"""The command at a terminal: what is wrong is said, and never silently passed over."""

import socket
from pathlib import Path

import pytest

from bot.__main__ import main


def test_a_port_that_the_demo_cannot_have_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["demo", "--port", str(port)]) == 2
    assert f"--port: {port} cannot be had" in capsys.readouterr().err
    assert main(["demo", "--port", "70000"]) == 2


def test_classify_says_which_signatures_of_its_configuration_are_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    config, log = tmp_path / "retriage.yml", tmp_path / "job.log"
    config.write_text('version: 1\nsignatures:\n  - {id: X, title: t, match: {regex: "(a+"}, status: open}\n')
    log.write_text("nothing failed\n")
    assert main(["classify", "--config", str(config), str(log)]) == 0
    assert "retriage.yml:3:" in capsys.readouterr().err
