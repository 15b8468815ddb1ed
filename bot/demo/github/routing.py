"""What a route is: who may ask, and a function from the question to the answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.demo.github.state import Grant, Pull, Repo, Run
from bot.demo.github.tokens import Refusal
from bot.demo.github.world import World

REPO = "/repos/{owner}/{repo}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that passed: the state, who asks, and the parts of the request."""

    world: World
    names: Mapping[str, Any]
    query: Mapping[str, str]
    body: Mapping[str, Any]
    base: str
    grant: Grant | None = None
    found: Repo | None = None

    @property
    def repo(self) -> Repo:
        """The repository in the path."""
        if self.found is None:
            raise Refusal(404, "Not Found")
        return self.found

    @property
    def pull(self) -> Pull:
        """The pull request in the path."""
        pull = self.world.pulls.get((self.repo.id, self.names["number"]))
        if pull is None:
            raise Refusal(404, "Not Found")
        return pull

    @property
    def run(self) -> Run:
        """The workflow run in the path."""
        run = self.world.runs.get(self.names["run_id"])
        if run is None or run.repo != self.repo.id:
            raise Refusal(404, "Not Found")
        return run


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: JSON, or nothing; `page_key` says that `data` is a list to be given in pages.

    An empty `page_key` with `paged` is a bare list; otherwise the list stands under that key.
    """

    data: Any = None
    status: int = 200
    paged: bool = False
    page_key: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Asked], Told]
# Any one of these is enough.
Needs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A route of GitHub's API. `as_app` asks for the App's own statement instead of a token."""

    method: str
    path: str
    handler: Handler
    needs: Needs = ()
    as_app: bool = False


def needed(body: Mapping[str, Any], key: str) -> str:
    """Give a text that the body has to have."""
    value = body.get(key)
    if not isinstance(value, str) or not value:
        raise Refusal(422, "Validation Failed", (f"{key} is missing",))
    return value
