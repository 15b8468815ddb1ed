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


def work_for(event: Event, delivery: Delivery) -> Work | None:
    """The work that an event asks for; `None` when it asks for none.

    The payload holds the event's fields as JSON values, and `delivery`, its GUID, for the logs.
    """
    match event:
        case RunCompleted(repository=repo, run_id=run_id, attempt=attempt):
            return Work(
                kind="run_completed",
                key=f"{repo.installation}/{repo.id}/run/{run_id}",
                payload={**asdict(event), "delivery": delivery.guid},
                dedup=f"run:{run_id}:{attempt}",
            )
        case CommandPosted(repository=repo, pull_request=number, comment_id=comment_id):
            return Work(
                kind="command",
                key=f"{repo.installation}/{repo.id}/pull/{number}",
                payload={**asdict(event), "delivery": delivery.guid},
                dedup=f"comment:{comment_id}",
            )
        case CheckRequested(repository=repo, pull_request=number, again=again):
            return Work(
                kind="check_requested",
                # One at a time in a repository: whoever opens pull requests must not keep all readers busy.
                key=f"{repo.installation}/{repo.id}/config",
                payload={**asdict(event), "delivery": delivery.guid},
                # However many pushes wait: the newest head is looked at once.
                dedup=f"check:{number}:{again:d}",
            )
        case ConfigPushed(repository=repo, before=before):
            return Work(
                kind="config_pushed",
                key=f"{repo.installation}/{repo.id}/config",
                payload={**asdict(event), "delivery": delivery.guid},
                # Each push says what was before it, and they may come in any order.
                dedup=f"config:{before}",
            )
        case Ignored():
            return None
        case _:
            assert_never(event)


def only_allowed(event: Event, accounts: frozenset[str]) -> Event:
    """The event, or `Ignored` when its account is not served; `accounts` in lower case, empty: all."""
    if isinstance(event, Ignored) or not accounts or event.repository.owner.lower() in accounts:
        return event
    return Ignored("this server does not serve the repository's account")
