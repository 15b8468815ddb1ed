"""Deliveries a second: each on the disk with its work before the next."""

import tempfile
import time
from datetime import UTC, datetime

from bot.model.event import Delivery
from bot.ports import Work
from bot.store.database import Database
from bot.store.inbox import SqlInbox
from bot.store.upgrade import upgrade

DELIVERIES = 300


async def measure() -> None:
    """Accept deliveries one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        upgrade(url)
        database = Database(url)
        inbox, now = SqlInbox(database), datetime.now(UTC)
        start = time.perf_counter()
        for number in range(DELIVERIES):
            delivery = Delivery(f"guid-{number}", "workflow_run", b"x" * 20_000)
            work = Work("run_completed", f"1/2/run/{number}", {"run_id": number}, f"run:{number}:1")
            await inbox.accept(delivery, f"{number:064x}", "accepted", work, now)
        taken = time.perf_counter() - start
        database.close()
    print(f"inbox: {DELIVERIES / taken:.0f} deliveries of 20 kB a second, one fsync each")
