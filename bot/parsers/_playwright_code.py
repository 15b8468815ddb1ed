"""The excerpt of the source below one of Playwright's errors: whether the arrow points into a hook."""

import re
from collections.abc import Sequence

_CODE = re.compile(r"\s{0,12}(?P<mark>>)?\s{0,8}\d{1,6} \|(?P<code>.*)$")
_CALL = re.compile(
    r"\btest(?:\.(?P<hook>beforeAll|beforeEach|afterAll|afterEach)|(?:\.(?:only|skip|fixme|fail|describe)){0,2})\("
)
_LONGEST = 2000


def in_hook(body: Sequence[str]) -> bool:
    """Whether what was opened last before the arrow is a hook."""
    hook = False
    for index, text in enumerate(body):
        found = _CODE.match(text[:_LONGEST])
        if found is None:
            continue
        end = len(text)
        if found["mark"] and index + 1 < len(body) and "^" in body[index + 1]:
            end = body[index + 1].index("^")
        for call in _CALL.finditer(text, found.start("code"), min(end, _LONGEST)):
            hook = bool(call["hook"])
        if found["mark"]:
            return hook
    return False
