"""A signature's life: when somebody has to look at it again, which is a suggestion and never silence."""

from datetime import date, timedelta

from bot.model.signature import Signature, SignatureStatus

# A flake that nobody met for so long is mended, or its signature no longer fits.
LIFE = timedelta(days=90)
# Three weeks without a hit are the first sign of it.
IDLE = timedelta(days=21)
REMOVE = "look at it again: remove it, or move `expires`"


def last_day(signature: Signature, last_hit: date | None = None) -> date | None:
    """Its `expires`; without one, 90 days after its last hit, or after it was added while none is known."""
    if signature.expires is not None:
        return signature.expires
    known = last_hit or signature.added
    return None if known is None else known + LIFE


def suggestion(signature: Signature, today: date, last_hit: date | None = None) -> str:
    """What its owner should look at, in a sentence; empty while there is nothing.

    A fixed signature stays on guard: it is what tells that the fix did not hold.
    """
    end = last_day(signature, last_hit)
    if signature.status is SignatureStatus.FIXED:
        return ""
    if end is not None and end < today:
        if signature.expires is not None:
            return f"it expired on {end.isoformat()}"
        since = f"its last hit on {last_hit.isoformat()}" if last_hit else "it was added, and no hit is known"
        return f"90 days have passed since {since}"
    if last_hit is not None and today - last_hit > IDLE:
        return f"it has had no hit for {(today - last_hit).days} days"
    return ""
