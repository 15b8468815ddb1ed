"""Real logs for the scanners."""

import gzip
from pathlib import Path

import pytest

STORY = Path(__file__).parents[3] / "bot" / "demo" / "story" / "logs" / "000" / "run"


@pytest.fixture(scope="session")
def story_log() -> bytes:
    """A real failing log of a Ginkgo suite."""
    return gzip.decompress((STORY / "integration-notification.log.gz").read_bytes())
