"""Sales per tag, as text."""

from decimal import Decimal


def by_tag(items):
    sums = {}
    for item in items:
        for tag in item.tags or {"untagged"}:
            sums[tag] = sums.get(tag, Decimal(0)) + item.total
    return sums


def ranking(sums):
    return [tag for tag, _ in sorted(sums.items(), key=lambda one: -one[1])]


def render(sums, width=24):
    lines = [f"{tag:.<{width - 8}}{amount:>8.2f}" for tag, amount in sorted(sums.items())]
    return "\n".join([*lines, f"{'total':.<{width - 8}}{sum(sums.values()):>8.2f}"])


def share(sums, tag):
    whole = sum(sums.values())
    return float(sums[tag] / whole) if whole else 0.0


def top(sums, count=3):
    return ranking(sums)[:count]
