"""The one gateway to GitHub's API: addresses from templates and ids, tenants apart, errors as ours."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from bot.errors import Gone, Refused, RetryLater, TellUser
from bot.github import decode
from bot.github.answers import Unauthorized
from bot.github.auth import AppKey, Identity, Permissions, Scope, Token, Tokens
from bot.github.http import AsyncClient
from bot.github.limits import Limiter
from bot.github.options import GitHubOptions, Secret
from bot.github.wire import AnswerCache, Shared, Wire
from bot.model.run import Repository
from bot.ports import Clock

T = TypeVar("T")
Vars = Mapping[str, Any]

# The App itself, as the limiter and the cache know it: no installation has this number.
APP = 0
REPOSITORY = "/repos/{owner}/{repo}"
PAGE = 100
# Answers kept for their ETag: a page of 100 runs has 1.5 MB, a page of jobs 300 kB.
CACHE_BYTES = 32 << 20


class Gateway:
    """Asks GitHub as an installation's one repository, with the rights that the call needs.

    Every method raises `RetryLater`, `Gone`, `Refused` or `TellUser`, and nothing else.
    """

    def __init__(self, client: AsyncClient, options: GitHubOptions, clock: Clock) -> None:
        self.app_id = options.app_id
        self._shared = Shared(
            client, options, clock, Limiter(clock, options.write_spacing), AnswerCache(CACHE_BYTES)
        )
        self._key = AppKey(options.app_id, options.private_key, clock)
        self._tokens = Tokens(clock)
        self._identity: Identity | None = None

    async def get(
        self, repo: Repository, rights: Permissions, path: str, into: Callable[[Any], T], **names: Any
    ) -> T:
        """Read one thing; `path` is a template below the repository (RFC 6570), filled from `names`."""
        return (await self._ask(repo, rights, "GET", path, into, names=names))[0]

    async def pages(
        self,
        repo: Repository,
        rights: Permissions,
        path: str,
        into: Callable[[Any], T],
        *,
        key: str = "",
        most: int,
        size: int = PAGE,
        **names: Any,
    ) -> tuple[tuple[T, ...], bool]:
        """Read a list, at most so many pages, and say whether that was all.

        Pages are counted, never followed by the address in `Link`: that would send the token to an
        address which came with an answer.
        """
        found: list[T] = []

        def read(data: Any) -> list[T]:
            return [into(item) for item in decode.items(data, key)]

        for page in range(1, most + 1):
            values = {**names, "per_page": size, "page": page}
            items, more = await self._ask(repo, rights, "GET", path, read, names=values)
            found += items
            if not more and len(items) < size:
                return tuple(found), True
        return tuple(found), False

    async def post(
        self,
        repo: Repository,
        rights: Permissions,
        path: str,
        into: Callable[[Any], T],
        body: Any,
        **names: Any,
    ) -> T:
        """Create something, once: `RetryLater(ambiguous=True)` when it may have happened."""
        return (await self._ask(repo, rights, "POST", path, into, names=names, body=body))[0]

    async def patch(self, repo: Repository, rights: Permissions, path: str, body: Any, **names: Any) -> None:
        """Change something to a given state: doing it twice does no harm."""
        await self._ask(repo, rights, "PATCH", path, decode.nothing, names=names, body=body)

    async def delete(self, repo: Repository, rights: Permissions, path: str, **names: Any) -> None:
        """Delete something."""
        await self._ask(repo, rights, "DELETE", path, decode.nothing, names=names)

    async def redirect(self, repo: Repository, rights: Permissions, path: str, **names: Any) -> str | bytes:
        """Give the address that GitHub answers with instead of a body; it is not followed.

        What stands between us and a GitHub Enterprise Server may follow it itself: then the body.
        """
        scope = Scope.from_repository(repo, rights)
        names = {"owner": repo.owner, "repo": repo.name, **names}
        wire, _ = await self._as_installation(scope, "GET", REPOSITORY + path, names, b"")
        if wire.location or wire.text:
            return wire.location or wire.text
        message = "GitHub gave no address for a log"
        raise RetryLater(message)

    async def identity(self) -> Identity:
        """Say who we are; asked once.

        Where that cannot be asked, our comments are known by the App's id and by being a bot's.
        """
        if self._identity is None:
            try:
                data = await self._as_app("GET", "/app", {}, b"")
                slug = _decoded(decode.slug, data, "GET /app")
            except (Gone, Refused):
                slug = ""
            self._identity = Identity(self.app_id, slug)
        return self._identity

    async def _ask(
        self,
        repo: Repository,
        rights: Permissions,
        method: str,
        path: str,
        into: Callable[[Any], T],
        *,
        names: Vars,
        body: Any = b"",
    ) -> tuple[T, bool]:
        scope = Scope.from_repository(repo, rights)
        names = {"owner": repo.owner, "repo": repo.name, **names}
        wire, data = await self._as_installation(scope, method, REPOSITORY + path, names, body)
        # Created, and the answer cannot be read: it has happened.
        return _decoded(into, data, f"{method} {path}", ambiguous=method == "POST"), wire.more

    async def _as_installation(
        self, scope: Scope, method: str, path: str, names: Vars, body: Any
    ) -> tuple[Wire, Any]:
        # Before a token is asked for, which would be in vain.
        self._shared.limiter.check(scope.installation)
        for _ in range(2):
            secret = await self._tokens.get(scope, self._mint)
            wire = self._wire(scope.installation, scope)
            try:
                return wire, await _send(wire, method, path, names, body, token=secret)
            except Unauthorized:
                # It ended early or was revoked: a new one is asked for, once.
                self._tokens.forget(scope, secret)
        message = "GitHub does not accept a token that it has just given"
        raise RetryLater(message, after=60.0)

    async def _as_app(self, method: str, path: str, names: Vars, body: Any) -> Any:
        wire = self._wire(APP, None)
        wire.repeatable = True
        try:
            return await _send(wire, method, path, names, body, statement=self._key.statement())
        except Unauthorized as refusal:
            reason = str(refusal)
        message = f"GitHub does not accept this App: check APP_ID, PRIVATE_KEY and the clock ({reason})"
        raise TellUser(message)

    async def _mint(self, scope: Scope) -> Token:
        path = "/app/installations/{installation}/access_tokens"
        data = await self._as_app("POST", path, {"installation": scope.installation}, scope.asked)
        return _decoded(decode.token, data, f"POST {path}")

    def _wire(self, installation: int, partition: Any) -> Wire:
        return Wire(self._shared, installation, partition)


async def _send(
    wire: Wire,
    method: str,
    path: str,
    names: Vars,
    body: Any,
    *,
    token: Secret | None = None,
    statement: Secret | None = None,
) -> Any:
    """Send through gidgethub, which fills the template and speaks JSON."""
    oauth_token = token.reveal() if token else None
    jwt = statement.reveal() if statement else None
    try:
        match method:
            case "GET":
                return await wire.getitem(path, names, oauth_token=oauth_token, jwt=jwt)
            case "POST":
                return await wire.post(path, names, data=body, oauth_token=oauth_token, jwt=jwt)
            case "PATCH":
                return await wire.patch(path, names, data=body, oauth_token=oauth_token, jwt=jwt)
            case _:
                return await wire.delete(path, names, oauth_token=oauth_token, jwt=jwt)
    except (ValueError, LookupError, RecursionError) as error:
        unreadable = type(error).__name__
    # Outside of the handler: an error's context would hold the request, and the request the token.
    message = f"{method} {path}: GitHub's answer cannot be read ({unreadable})"
    raise RetryLater(message, ambiguous=method == "POST" and not wire.repeatable)


def _decoded(into: Callable[[Any], T], data: Any, what: str, *, ambiguous: bool = False) -> T:
    try:
        return into(data)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        reason = type(error).__name__
    message = f"{what}: GitHub's answer is not what its description says ({reason})"
    raise RetryLater(message, ambiguous=ambiguous)
