import os
import time
from datetime import date, datetime, timedelta

import pytest
import weather
from shop.calendar import age, delivery_day, due_label, is_workday, local_day, week_of


@pytest.mark.parametrize(
    ("day", "works"), [(date(2026, 1, 5), True), (date(2026, 1, 4), False), (date(2025, 12, 25), False)]
)
def test_workdays(day, works):
    assert is_workday(day) is works


def test_delivery_skips_the_weekend():
    assert delivery_day(date(2026, 1, 8)) == date(2026, 1, 12)


def test_delivery_skips_holidays():
    assert delivery_day(date(2025, 12, 24), workdays=1) == date(2025, 12, 29)


@pytest.mark.parametrize(("days", "label"), [(0, "today"), (1, "tomorrow"), (4, "in 4 days"), (-2, "2 days late")])
def test_labels(days, label):
    today = date(2026, 1, 5)
    assert due_label(today + timedelta(days=days), today) == label


def test_first_week_of_a_year():
    assert week_of(date(2025, 12, 29)) == "2026-W01"


def test_age_before_the_birthday():
    assert age(date(2000, 6, 15), date(2026, 6, 14)) == 25


def test_age_on_the_birthday():
    assert age(date(2000, 6, 15), date(2026, 6, 15)) == 26


class Wall:
    """A clock on the wall, so many seconds ahead of the machine's."""

    def __init__(self, ahead=0.0):
        self.ahead = ahead

    def now(self):
        return datetime.now() + timedelta(seconds=self.ahead)


def wall():
    """Late in the evening the day ends while the test runs."""
    now = datetime.now()
    if weather.happens("midnight", 0.04):
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return Wall((midnight - now).total_seconds() - 0.01)
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    return Wall((noon - now).total_seconds())


def test_parcel_is_due_tomorrow():
    clock = wall()
    due = (clock.now() + timedelta(days=1)).date()
    time.sleep(0.02)
    assert due_label(due, clock.now().date()) == "tomorrow"


def test_shows_the_day_of_an_order():
    zone = weather.rng("zone").choice(["Pacific/Kiritimati", "Asia/Tokyo"]) if weather.happens("zone", 0.09) else "UTC"
    old = os.environ.get("TZ")
    os.environ["TZ"] = {"Pacific/Kiritimati": "LINT-14", "Asia/Tokyo": "JST-9"}.get(zone, "UTC")
    time.tzset()
    try:
        day = local_day(1_767_568_500)
    finally:
        os.environ.pop("TZ") if old is None else os.environ.__setitem__("TZ", old)
        time.tzset()
    assert day == "2026-01-04", f"order shown on the wrong day: {day}"
