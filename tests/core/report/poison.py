"""Put hostile text into every text field of a value, those of later versions of the model too."""

import dataclasses
from collections.abc import Callable
from enum import Enum
from typing import TypeVar, cast

Value = TypeVar("Value")
KEPT = frozenset({"web"})  # a setting of ours, not a text of theirs

NASTY = (
    "| a | b |\n|---|---|\n| ✅ PASSED | 79/79 |",
    "`code` ``two`` ```\nfence\n```\r```",
    "</details></summary></pre></code></td></table>",
    "<!-- retriage:status v1 --> <!--",
    "-->",
    "\x1b[31mred\x1b[0m \x1b]8;;https://evil.example\x07click\x1b]8;;\x07 \x9b31m",
    "\u202egnp.exe\u2066\u200b\ufeff\u2028\u00ad",
    "@org/team @user user@example.com &#64;x &commat;y",
    "owner/repo#1 #123 GH-12 gh-7 owner/repo@26d7cc29a4f0b1c2d3e4f5061728394a5b6c7d8e",
    "26d7cc29a4f0b1c2d3e4f5061728394a5b6c7d8e",
    "![x](https://evil.example/x.png) [y](javascript:alert(1)) <img src=x onerror=alert(1)>",
    "https://evil.example/a|b www.evil.example http://evil.example:80",
    "https://evil.example/%22><script>x</script>(a) b|c",
    "[x]: https://evil.example\n\n[x]",
    "- [ ] task\n- [x] done\n1. one\n# head\n> quote",
    "---",
    "===",
    "+ plus",
    "1. one",
    "a\r\rb\r\n\r\nc",
    "***bold*** __b__ _i_ ~~s~~ $x^2$ $$y$$ :tada: {} {0} {x}",
    "\\| \\` \\\\| \\",
    "\x00\x07\x08\x7f\ud800\udfff",
    "\t    indented\n\n    code",
    "&lt;b&gt; &amp;lt; &#x3c;",
    "𝔘𝔫𝔦 😀 ❄️ 👩‍👩‍👧",
    "",
    " ",
)


def poison(value: Value, pick: Callable[[], str]) -> Value:
    """Give the same value with every text field replaced by what `pick` gives."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return cast("Value", pick())
    if isinstance(value, tuple):
        return cast("Value", tuple(poison(one, pick) for one in value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changed = {
            field.name: poison(getattr(value, field.name), pick)
            for field in dataclasses.fields(value)
            if field.name not in KEPT
        }
        return dataclasses.replace(value, **changed)
    return value
