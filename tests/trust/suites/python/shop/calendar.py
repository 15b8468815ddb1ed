"""Days of delivery and weeks of reports."""

from datetime import datetime, timedelta

HOLIDAYS = {(12, 25), (12, 26), (1, 1)}


def is_workday(day):
    return day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS


def delivery_day(ordered, workdays=2):
    day = ordered
    while workdays:
        day += timedelta(days=1)
        workdays -= is_workday(day)
    return day


def due_label(due, today):
    days = (due - today).days
    if days < 0:
        return f"{-days} days late"
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def week_of(moment):
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02}"


def local_day(stamp):
    """The day of a moment, as clocks on the wall show it."""
    return datetime.fromtimestamp(stamp).date().isoformat()


def age(born, today):
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
