"""Whoever watches the server learns whether it can do its work."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.ports import Work
from bot.store.database import Database
from bot.web.verifier import Verifier
from tests.adapters.store.opened import opened
from tests.adapters.web.served import served
from tests.adapters.work.clock import MIDNIGHT

pytestmark = pytest.mark.anyio


async def test_a_server_with_nothing_to_do_is_ready(database: Database) -> None:
    async with served(database) as server:
        assert (await server.get("/livez")).body == b"ok\n"
        answer = await server.get("/readyz")
    assert answer.status == 200
    assert answer.json == {"ready": True, "error": "", "waiting": 0, "oldest_seconds": 0.0}


async def test_a_backlog_is_shown_and_an_old_one_means_that_nobody_works(database: Database) -> None:
    async with served(database) as server:
        await server.jobs.add(Work("k", "1/2/pull/3"), due=MIDNIGHT)
        server.clock.advance(60)
        answer = await server.get("/readyz")
        assert (answer.status, answer.json["waiting"], answer.json["oldest_seconds"]) == (200, 1, 60.0)
        assert b"retriage_backlog_oldest_seconds 60.0" in (await server.get("/metrics")).body
        server.clock.advance(900)
        answer = await server.get("/readyz")
        assert (answer.status, answer.json["ready"]) == (503, False)
        assert "960 seconds" in str(answer.json["error"])


async def test_work_that_is_not_due_yet_is_no_backlog(database: Database) -> None:
    async with served(database) as server:
        await server.jobs.add(Work("k", "1/2/pull/3"), due=MIDNIGHT + timedelta(days=1))
        assert (await server.get("/readyz")).json["oldest_seconds"] == 0.0


async def test_a_database_that_takes_nothing_is_not_ready_but_the_process_lives(tmp_path: Path) -> None:
    with opened(tmp_path) as other, opened(tmp_path, busy_seconds=0.01) as database:
        async with served(database) as server:
            with other.engine.begin():
                answer = await server.get("/readyz")
                assert (answer.status, answer.json["ready"]) == (503, False)
                assert "locked" in str(answer.json["error"])
                assert (await server.get("/livez")).status == 200
                assert (await server.get("/metrics")).status == 200
            server.clock.advance(2)
            assert (await server.get("/readyz")).status == 200


@pytest.mark.parametrize("secrets", [[], [b""], [b"s" * 31], [b"s" * 32, b"short"]])
def test_no_verifier_without_real_secrets(secrets: list[bytes]) -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        Verifier(secrets)
