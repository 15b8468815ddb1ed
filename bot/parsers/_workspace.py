"""Where the repository lies on a runner's disk: paths in logs become relative to it."""

import re

# Linux and macOS runners, self-hosted ones, containers, and Windows: the last name is the checkout's folder.
_CHECKOUT = re.compile(
    r"(?:file://(?:localhost)?)?"
    r"(?:/(?:home|Users)/[^/\s]{1,100}/(?:actions-runner/_)?work/[^/\s]{1,100}/[^/\s]{1,100}/"
    r"|/__w/[^/\s]{1,100}/[^/\s]{1,100}/"
    r"|/github/workspace/"
    r"|/?[A-Za-z]:[\\/]{1,2}a[\\/]{1,2}[^\\/\s]{1,100}[\\/]{1,2}[^\\/\s]{1,100}[\\/]{1,2})"
)


def relative(path: str) -> str:
    """Give a path relative to the repository, with `/`; unchanged where the log does not allow it.

    Examples: `/home/runner/work/shop/shop/src/a.ts` and `./src/a.ts` are `src/a.ts`.
    """
    found = _CHECKOUT.match(path)
    if found:
        path = path[found.end() :]
    if "\\" in path and "/" not in path:
        path = path.replace("\\", "/")
    return path.removeprefix("file://").removeprefix("./")
