"""Which handler does which kind of work; the one list of them."""

from bot.errors import Drop
from bot.handlers import check_requested, command, config_pushed, reconcile, run_completed
from bot.handlers.world import Guard, World
from bot.ports import Work


async def handle(world: World, work: Work, guard: Guard) -> None:
    """Do a piece of work.

    Raises:
        Drop: a newer version queued a kind that this one does not know.
        RetryLater: it may work later.
    """
    match work.kind:
        case "run_completed":
            await run_completed.handle(world, work)
        case "reconcile":
            await reconcile.handle(world, work, guard)
        case "sweep":
            await reconcile.handle_sweep(world, work, guard)
        case "command":
            await command.handle(world, work, guard)
        case "check_requested":
            await check_requested.handle(world, work, guard)
        case "config_pushed":
            await config_pushed.handle(world, work)
        case _:
            raise Drop(f"no handler for work of kind {work.kind!r}")
