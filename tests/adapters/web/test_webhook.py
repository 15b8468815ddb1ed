"""GitHub delivers, strangers attack, and the server answers 202 exactly for what is on the disk."""

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.model.event import CheckRequested, CommandPosted, ConfigPushed, Delivery, RunCompleted
from bot.model.run import Repository
from bot.store.database import Database
from bot.web.body import Limits
from bot.web.intake import work_for
from tests.adapters.store.opened import opened
from tests.adapters.web.served import PREVIOUS, SECRET, parse, request, served, sign
from tests.adapters.work.clock import MIDNIGHT

pytestmark = pytest.mark.anyio

FIXTURES = Path(__file__).parents[2] / "fixtures" / "hooks"
GUID = "72d3162e-cc78-11e3-81ab-4c9367dc0958"


def a_run(**changes: object) -> bytes:
    """A real payload of a run that has ended, with keys of the run changed."""
    payload: dict[str, Any] = json.loads(
        (FIXTURES / "workflow_run.completed.json").read_text(encoding="utf-8")
    )
    payload["installation"] = {"id": 7}
    payload["workflow_run"].update(changes)
    return json.dumps(payload).encode()


RUN = a_run()


async def test_a_signed_delivery_is_stored_with_its_work_before_it_is_acknowledged(
    database: Database,
) -> None:
    async with served(database) as server:
        answer = await server.ask(request(RUN))
        assert (answer.status, answer.json) == (202, {"status": "accepted", "delivery": GUID})
        assert await server.inbox.delivery(GUID) == Delivery(GUID, "workflow_run", RUN)
        assert server.woken == [True]
        lease = await server.jobs.claim(MIDNIGHT, 120)
    assert lease is not None
    run = json.loads(RUN)["workflow_run"]
    assert lease.work.kind == "run_completed"
    assert lease.work.key == f"7/{json.loads(RUN)['repository']['id']}/run/{run['id']}"
    assert lease.work.payload["run_id"] == run["id"]
    assert lease.work.payload["delivery"] == GUID


async def test_a_repeated_delivery_changes_nothing_and_is_acknowledged(database: Database) -> None:
    async with served(database) as server:
        await server.ask(request(RUN))
        again = await server.ask(request(RUN))
        replayed = await server.ask(
            request(RUN, "X-GitHub-Delivery: another", without=("X-GitHub-Delivery",))
        )
        assert (again.status, again.json["status"]) == (202, "repeated")
        assert (replayed.status, replayed.json["status"]) == (202, "repeated")
        assert (await server.jobs.waiting())[0] == 1
        assert server.woken == [True]


async def test_what_asks_nothing_of_us_is_acknowledged_with_the_reason(database: Database) -> None:
    async with served(database) as server:
        answer = await server.ask(request((FIXTURES / "ping.json").read_bytes(), event="ping"))
        assert (answer.status, answer.json["status"]) == (202, "ignored")
        assert "ping" in str(answer.json["reason"])
        assert await server.jobs.waiting() == (0, None)


async def test_an_account_that_is_not_served_is_ignored(database: Database) -> None:
    async with served(database, accounts=frozenset({"somebody"})) as server:
        assert (await server.ask(request(RUN))).json["status"] == "ignored"
    async with served(database, accounts=frozenset({"octo-org"})) as server:
        assert (await server.ask(request(a_run(run_attempt=2)))).json["status"] == "accepted"


async def test_both_secrets_hold_while_one_replaces_the_other(database: Database) -> None:
    async with served(database) as server:
        for number, secret in enumerate([SECRET, PREVIOUS]):
            body = a_run(run_attempt=number + 1)
            signature = f"X-Hub-Signature-256: {sign(body, secret)}"
            answer = await server.ask(request(body, signature, without=("X-Hub-Signature-256",)))
            assert answer.json["status"] == "accepted"


GOOD = sign(RUN)
FORGED: list[tuple[str, ...]] = [
    (),
    ("",),
    ("sha256=",),
    ("sha256=0",),
    ("sha256=" + "0" * 64,),
    (GOOD[:-1],),
    (GOOD + "0",),
    (GOOD.upper(),),
    ("sha256=" + GOOD[7:].upper(),),
    (GOOD[7:],),
    ("sha1=" + GOOD[7:47],),
    ("sha256=" + GOOD[7:47],),
    ("SHA256=" + GOOD[7:],),
    ("sha256=\xe9" + GOOD[8:],),
    ("sha256=" + "\xff" * 64,),
    (GOOD + "," + GOOD,),
    (GOOD, GOOD),
    (GOOD, "sha256=" + "0" * 64),
    (sign(RUN, b"x" * 32),),
    (sign(RUN, b""),),
    (sign(RUN + b" "),),
]


async def test_a_delivery_without_one_good_signature_is_refused_in_one_uniform_text(
    database: Database,
) -> None:
    async with served(database) as server:
        for signatures in FORGED:
            lines = [f"X-Hub-Signature-256: {value}" for value in signatures]
            answer = await server.ask(request(RUN, *lines, without=("X-Hub-Signature-256",)))
            uniform = (401, b'{"error":"the signature is missing or wrong"}')
            assert (answer.status, answer.body) == uniform, signatures
        assert await server.inbox.delivery(GUID) is None
        assert await server.jobs.waiting() == (0, None)


async def test_the_old_signature_header_proves_nothing(database: Database) -> None:
    async with served(database) as server:
        lines = ("X-Hub-Signature: sha1=" + "0" * 40, f"X-Hub-Signature: {GOOD}")
        answer = await server.ask(request(RUN, *lines, without=("X-Hub-Signature-256",)))
        assert answer.status == 401


UNREADABLE: list[tuple[bytes, str]] = [
    (b"", "workflow_run"),
    (b"null", "workflow_run"),
    (b"[]", "workflow_run"),
    (b"[" * 200_000, "workflow_run"),
    (b'{"a":' * 200_000, "issue_comment"),
    (b"\xff\xfe", "workflow_run"),
    (b'{"action":"\\ud800"}', "workflow_run"),
    (a_run(id=2**63), "workflow_run"),
    (a_run(head_sha="x"), "workflow_run"),
    (RUN, "issue_comment"),
]


async def test_a_signed_body_that_nobody_can_read_is_a_400(database: Database) -> None:
    async with served(database) as server:
        for body, event in UNREADABLE:
            answer = await server.ask(request(body, event=event))
            assert (answer.status, list(answer.json)) == (400, ["error"]), body[:40]
        assert await server.jobs.waiting() == (0, None)


ODD_HEADERS: list[tuple[tuple[str, ...], tuple[str, ...], int]] = [
    ((), ("X-GitHub-Event",), 400),
    (("X-GitHub-Event: workflow_run",), (), 400),
    (("X-GitHub-Event: \xe9\x1b",), ("X-GitHub-Event",), 400),
    (("X-GitHub-Event: " + "a" * 999,), ("X-GitHub-Event",), 400),
    ((), ("X-GitHub-Delivery",), 400),
    (("X-GitHub-Delivery: a b",), ("X-GitHub-Delivery",), 400),
    (("Content-Type: application/x-www-form-urlencoded",), ("Content-Type",), 415),
    ((), ("Content-Type",), 415),
    (("Content-Type: application/json; charset=bogus",), ("Content-Type",), 202),
    ((), ("Content-Length",), 411),
    (("Content-Length: 26214401",), ("Content-Length",), 413),
    (("Content-Length: " + "9" * 20,), ("Content-Length",), 413),
    (("Content-Length: -1",), ("Content-Length",), 400),
    (("Content-Length: 1",), (), 400),
    (("Content-Length: 0x10",), ("Content-Length",), 400),
    (("Bad Header",), (), 400),
]


async def test_headers_that_do_not_fit_get_their_own_answer(database: Database) -> None:
    async with served(database) as server:
        for lines, without, status in ODD_HEADERS:
            answer = await server.ask(request(RUN, *lines, without=without))
            assert answer.status == status, (lines, without)


async def test_a_body_in_chunks_is_refused_with_and_without_a_length(database: Database) -> None:
    chunked = request(b"", "Transfer-Encoding: chunked", without=("Content-Length",))
    both = request(b"", "Transfer-Encoding: chunked")
    async with served(database) as server:
        for head in (chunked, both):
            assert (await server.ask(head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(RUN), RUN))).status == 411
            # A chunk that never ends does not keep us.
            assert (await server.ask(head + b"ffffff\r\nx")).status == 411


async def test_a_flood_of_headers_ends_the_connection_and_nothing_else(database: Database) -> None:
    floods = [
        "X-Flood: " + "a" * 500_000,
        "\r\n".join(f"X-Flood-{number}: {'a' * 1_000}" for number in range(500)),
    ]
    async with served(database) as server:
        for flood in floods:
            # The rest of the flood is thrown away, so the client may see a reset instead of the 400.
            with contextlib.suppress(ConnectionError):
                assert (await server.ask(request(RUN, flood))).status == 400
        assert await server.jobs.waiting() == (0, None)
        assert (await server.get("/livez")).status == 200


async def test_a_form_gets_a_hint_where_to_change_it(database: Database) -> None:
    async with served(database) as server:
        form = ("Content-Type: application/x-www-form-urlencoded",)
        answer = await server.ask(request(RUN, *form, without=("Content-Type",)))
        assert "application/json" in str(answer.json["error"])


async def test_a_body_of_25_mebibytes_is_taken_and_one_byte_more_is_not(database: Database) -> None:
    whole = RUN[:-1] + b" " * (25 * 1024 * 1024 - len(RUN)) + b"}"
    async with served(database) as server:
        assert (await server.ask(request(whole))).status == 202
        refused = await server.ask(request(whole[:-1] + b" }")[:20_000])
        assert (refused.status, refused.headers["connection"]) == (413, "close")


async def test_a_body_that_trickles_is_given_up(database: Database) -> None:
    async with served(database, limits=Limits(seconds=0.05)) as server:
        assert (await server.ask(request(RUN)[:-1])).status == 408


async def test_a_client_that_leaves_in_the_middle_leaves_nothing_behind(database: Database) -> None:
    async with served(database) as server:
        _reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(request(RUN)[:-1])
        writer.transport.abort()
        assert (await server.ask(request(RUN))).json["status"] == "accepted"


async def test_all_bodies_together_stay_within_their_budget(database: Database) -> None:
    limits = Limits(budget=len(RUN) + 1_000, seconds=30.0)
    async with served(database, limits=limits) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        whole = request(RUN)
        writer.write(whole[:-10])
        other = a_run(run_attempt=2)
        answer = await server.ask(request(other))
        while answer.status != 503:  # the first body has not been read yet
            answer = await server.ask(request(other))
        assert (await server.get("/livez")).status == 200
        writer.write(whole[-10:])
        assert parse(await reader.read()).status == 202
        writer.close()
        assert (await server.ask(request(other))).status == 202


async def test_a_header_that_never_ends_is_given_up(database: Database) -> None:
    async with served(database, patience=0.05) as server:
        assert await server.send(b"POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ", half=True) == b""
        assert await server.send(b"", half=True) == b""


async def test_an_unsigned_body_is_read_to_its_end_so_that_the_refusal_arrives(database: Database) -> None:
    async with served(database) as server:
        unsigned = request(b" " * 5_000_000, without=("X-Hub-Signature-256",))
        assert (await server.ask(unsigned)).status == 401


async def test_a_body_that_is_too_large_is_read_to_its_end_so_that_the_refusal_arrives(
    database: Database,
) -> None:
    async with served(database, limits=Limits(body=1_000_000)) as server:
        assert (await server.ask(request(b" " * 30_000_000))).status == 413
        asking = request(b" " * 1_000_001).partition(b"\r\n\r\n")[0] + b"\r\nExpect: 100-continue\r\n\r\n"
        assert (await server.ask(asking)).status == 413


async def test_an_unsigned_body_that_trickles_is_given_up(database: Database) -> None:
    async with served(database, limits=Limits(seconds=0.05)) as server:
        unsigned = request(RUN, without=("X-Hub-Signature-256",))
        assert (await server.ask(unsigned[:-1])).status == 401


async def test_a_full_disk_gives_503_and_the_same_delivery_is_taken_once_there_is_room(
    database: Database,
) -> None:
    big = RUN[:-1] + b" " * 1_000_000 + b"}"
    async with served(database) as server:
        await database.write(lambda connection: connection.execute(text("PRAGMA max_page_count = 1")).all())
        assert (await server.ask(request(big))).status == 503
        assert server.woken == []
        await database.write(
            lambda connection: connection.execute(text("PRAGMA max_page_count = 99999")).all()
        )
        assert (await server.ask(request(big))).json["status"] == "accepted"
        assert b'retriage_deliveries_total{outcome="unstored"} 1.0' in (await server.get("/metrics")).body


async def test_a_locked_database_gives_503(tmp_path: Path) -> None:
    with opened(tmp_path) as other, opened(tmp_path, busy_seconds=0.01) as database:
        async with served(database) as server:
            with other.engine.begin():
                assert (await server.ask(request(RUN))).status == 503
            assert (await server.ask(request(RUN))).json["status"] == "accepted"


async def test_poison_among_good_deliveries_holds_nobody_up(database: Database) -> None:
    async with served(database) as server:
        requests = [request(a_run(run_attempt=number)) for number in range(1, 21)]
        requests[::4] = [
            request(b"[" * 100_000),
            request(b"{}"),
            request(b"null"),
            request(RUN[:-1]),
            request(b""),
        ]
        answers = await asyncio.gather(*map(server.ask, requests))
        assert sorted(answer.status for answer in answers) == [202] * 15 + [400] * 5
        assert (await server.jobs.waiting())[0] == 15


async def test_only_a_post_to_the_one_path_is_a_delivery(database: Database) -> None:
    async with served(database) as server:
        assert (await server.get("/api/github/webhooks")).status == 405
        assert (await server.ask(request(RUN, path="/api/github/webhooks/x"))).status == 404
        assert "server" not in (await server.get("/livez")).headers


def test_every_event_has_its_work() -> None:
    repo = Repository(7, 42, "octo", "app")
    delivery = Delivery("g", "x", b"")
    run = work_for(RunCompleted(repo, 5, 2, "a" * 40, "fix", "mona", 99, "pull_request"), delivery)
    command = work_for(CommandPosted(repo, 3, 11, "mona", author_is_bot=False, body="/retriage"), delivery)
    check, again = (work_for(CheckRequested(repo, 3, again=again), delivery) for again in (False, True))
    pushed = work_for(ConfigPushed(repo, "b" * 40), delivery)
    assert run is not None
    assert command is not None
    assert check is not None
    assert again is not None
    assert pushed is not None
    # Configurations are judged one after the other, and no report waits for them.
    assert check.key == again.key == pushed.key == "7/42/config"
    assert (check.kind, check.dedup, again.dedup) == ("check_requested", "check:3:0", "check:3:1")
    assert (pushed.kind, pushed.dedup) == ("config_pushed", "config:" + "b" * 40)
    assert (run.key, run.dedup) == ("7/42/run/5", "run:5:2")
    assert (command.kind, command.key, command.dedup) == ("command", "7/42/pull/3", "comment:11")
    assert command.payload["repository"] == {
        "installation": 7,
        "id": 42,
        "owner": "octo",
        "name": "app",
        "default_branch": "main",
        "private": False,
    }
