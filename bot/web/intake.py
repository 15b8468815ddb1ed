"""What an event asks to be done: the event's facts become a piece of work for the queue."""

from dataclasses import asdict
from typing import assert_never

from bot.model.event import (
    CheckRequested,
    CommandPosted,
    ConfigPushed,
    Delivery,
    Event,
    Ignored,
    RunCompleted,
)
from bot.ports import Work

# Every event that asks for something.
Asking = RunCompleted | CommandPosted | CheckRequested | ConfigPushed


def work_for(event: Event, delivery: Delivery) -> Work | None:
    """The work that an event asks for; `None` when it asks for none.

    The payload holds the event's fields as JSON values, and `delivery`, its GUID, for the logs.
    """
    match event:
        case RunCompleted(run_id=run, attempt=attempt):
            return _work(event, delivery, "run_completed", f"run/{run}", f"run:{run}:{attempt}")
        case CommandPosted(pull_request=number, comment_id=comment):
            return _work(event, delivery, "command", f"pull/{number}", f"comment:{comment}")
        case CheckRequested(pull_request=number, again=again):
            # However many pushes wait: the newest head is looked at once.
            return _work(event, delivery, "check_requested", "config", f"check:{number}:{again:d}")
        case ConfigPushed(before=before):
            # Each push says what was before it, and they may come in any order.
            return _work(event, delivery, "config_pushed", "config", f"config:{before}")
        case Ignored():
            return None
        case _:
            assert_never(event)


def _work(event: Asking, delivery: Delivery, kind: str, thing: str, dedup: str) -> Work:
    """Work on one thing of the event's repository: a run, a pull request, or the configuration.

    Configurations are judged one at a time: whoever opens pull requests must not keep all readers busy.
    """
    repo = event.repository
    payload = {**asdict(event), "delivery": delivery.guid}
    return Work(kind, f"{repo.installation}/{repo.id}/{thing}", payload, dedup)


def only_allowed(event: Event, accounts: frozenset[str]) -> Event:
    """The event, or `Ignored` when its account is not served; `accounts` in lower case, empty: all."""
    if isinstance(event, Ignored) or not accounts or event.repository.owner.lower() in accounts:
        return event
    return Ignored("this server does not serve the repository's account")
