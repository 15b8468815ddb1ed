"""One call on the wire: deadline, byte cap, the installation's gate, and answers known by their ETag."""

import asyncio
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import gidgethub.httpx
from cachetools import LRUCache

from bot.errors import RetryLater
from bot.github.answers import Answer, error_from
from bot.github.http import (
    AsyncClient,
    ConnectError,
    ConnectTimeout,
    HTTPError,
    InvalidURL,
    PoolTimeout,
)
from bot.github.limits import Limiter, is_rate_limit, seconds_to_wait, used_up
from bot.github.options import GitHubOptions
from bot.github.stream import Intake, read_body
from bot.ports import Clock

# https://docs.github.com/en/rest/about-the-rest-api/api-versions
API_VERSION = "2022-11-28"
# The largest page that we ask for: 50 comments of 65,536 characters of 4 bytes.
ANSWER_LIMIT = 16 << 20
# One answer may not push everybody else's out.
CACHED_LIMIT = 4 << 20
OK = 200
GOOD = (200, 201, 202, 204)
REDIRECT = 302
NOT_MODIFIED = 304
NEVER_SENT = (ConnectError, ConnectTimeout, PoolTimeout, InvalidURL)

Reply = tuple[int, Mapping[str, str], bytes]


class AnswerCache:
    """Bodies by tenant, rights and address; GitHub is asked each time whether they still hold.

    A 304 costs nothing of the rate limit:
    https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
    """

    def __init__(self, size: int) -> None:
        self._kept: LRUCache[Hashable, tuple[str, str, bytes]] = LRUCache(
            maxsize=size, getsizeof=lambda entry: sum(len(part) for part in entry) + 500
        )

    def get(self, key: Hashable) -> tuple[str, str, bytes] | None:
        """Give `(etag, link, body)` as it was, if it was kept."""
        return self._kept.get(key)

    def put(self, key: Hashable, etag: str, link: str, body: bytes) -> None:
        """Keep an answer."""
        if etag and len(body) <= min(CACHED_LIMIT, int(self._kept.maxsize) // 2):
            self._kept[key] = (etag, link, body)


@dataclass(frozen=True, slots=True)
class Shared:
    """What all calls have in common."""

    client: AsyncClient
    options: GitHubOptions
    clock: Clock
    limiter: Limiter
    cache: AnswerCache


class Wire(gidgethub.httpx.GitHubAPI):
    """gidgethub's call, with the parts that it leaves to others; made anew for each call.

    Attributes:
        location: where a 302 points to; empty otherwise.
        text: a good answer that is not JSON.
        more: the list has another page.
        repeatable: a POST that does no harm when it is done twice.
    """

    def __init__(self, shared: Shared, installation: int, partition: Hashable) -> None:
        super().__init__(shared.client, shared.options.user_agent, base_url=shared.options.api_url)
        self.location = ""
        self.text = b""
        self.more = False
        self.repeatable = False
        self._shared = shared
        self._installation = installation
        self._partition = partition

    async def _request(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Send, and give back only what gidgethub can read; everything else is one of our errors."""
        await self._shared.limiter.enter(
            self._installation, write=method != "GET" and self._partition is not None
        )
        key = (self._partition, url, headers.get("accept"))
        known = self._shared.cache.get(key) if method == "GET" else None
        sent = {**headers, "x-github-api-version": API_VERSION}
        if known:
            sent["if-none-match"] = known[0]
        answer = await self._fetch(method, url, sent, body)
        if known and answer.status == NOT_MODIFIED:
            self.more = 'rel="next"' in known[1]
            return OK, {"content-type": "application/json"}, known[2]
        return self._accept(answer, method, key, sent["authorization"].partition(" ")[2])

    async def _fetch(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        what = f"{method} {urlsplit(url).path}"
        intake = Intake(ANSWER_LIMIT)
        failure, sent, status, came = "", True, 0, {}
        try:
            async with (
                asyncio.timeout(self._shared.options.call_deadline),
                self._shared.client.stream(method, url, headers=dict(headers), content=body) as response,
            ):
                status, came = response.status_code, {k.lower(): v for k, v in response.headers.items()}
                await read_body(response, intake)
        except (HTTPError, InvalidURL, TimeoutError) as error:
            failure, sent = type(error).__name__, not isinstance(error, NEVER_SENT)
        # An error's text is still an error's text when it was cut; a good answer has to be whole.
        if not failure and status in GOOD and intake.gap:
            failure = intake.gap
        if failure:
            # Outside of the handler: an error's context would hold the request, and the request the token.
            message = f"{what}: {failure}"
            raise RetryLater(message, ambiguous=sent and self._is_ambiguous(method))
        return Answer(what, status, came, bytes(intake.data))

    def _accept(self, answer: Answer, method: str, key: Hashable, credential: str) -> Reply:
        now = self._shared.clock.now()
        if answer.status == REDIRECT and method == "GET":
            self.location = answer.headers.get("location", "")
            return 204, {}, b""
        if answer.status in GOOD:
            rest = used_up(answer.headers, now)
            if rest:
                self._shared.limiter.close(self._installation, rest)
            link = answer.headers.get("link", "")
            self.more = 'rel="next"' in link
            if method == "GET":
                self._shared.cache.put(key, answer.headers.get("etag", ""), link, answer.body)
            if "json" in answer.headers.get("content-type", ""):
                return answer.status, {"content-type": "application/json"}, answer.body
            self.text = answer.body
            return answer.status, {}, answer.body
        # No text may repeat the credential, not even GitHub's own.
        answer = replace(answer, body=answer.body.replace(credential.encode(), b"..."))
        if is_rate_limit(answer.status, answer.headers, answer.message):
            self._shared.limiter.close(self._installation, seconds_to_wait(answer.headers, now))
        raise error_from(answer, now, ambiguous=self._is_ambiguous(method))

    def _is_ambiguous(self, method: str) -> bool:
        return method == "POST" and not self.repeatable
