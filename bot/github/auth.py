"""Who we are to GitHub: the App's signed statement, and tokens of one repository each."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from weakref import WeakValueDictionary

import jwt
from cachetools import TLRUCache
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from jwt.algorithms import RSAAlgorithm

from bot.errors import TellUser
from bot.github.options import Secret
from bot.model.run import Repository
from bot.ports import Clock

# GitHub refuses statements that hold longer than 10 minutes, and its clock may differ from ours:
# https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
STATEMENT_SECONDS = 9 * 60
BACKDATED = 60
# Renewed this long before its end, so that no call starts with a statement about to end.
STATEMENT_MARGIN = 120
# A token lives for an hour; nothing that we do with one takes five minutes.
TOKEN_MARGIN = 300
# About 1 kB each: GitHub's newest tokens are 520 characters long.
TOKENS = 4096

Permissions = tuple[tuple[str, str], ...]

# One token to read with, one to write with, and one each for what not everybody gives: without files,
# checks or reactions the comment still comes.
READ: Permissions = (("actions", "read"), ("metadata", "read"), ("pull_requests", "read"))
CONTENTS: Permissions = (("contents", "read"), ("metadata", "read"))
WRITE: Permissions = (("metadata", "read"), ("pull_requests", "write"))
CHECK: Permissions = (("checks", "write"), ("metadata", "read"))
REACT: Permissions = (("issues", "write"), ("metadata", "read"))


class Scope(NamedTuple):
    """What a token may do, and where: the tenant's part of every key."""

    installation: int
    repository_id: int
    permissions: Permissions
    name: str = ""

    @classmethod
    def from_repository(cls, repo: Repository, permissions: Permissions) -> "Scope":
        """Narrow the App's rights to one repository and these permissions; without an id, by its name."""
        return cls(repo.installation, repo.id, permissions, "" if repo.id else repo.name)

    @property
    def asked(self) -> dict[str, object]:
        """What GitHub is asked for.

        https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
        """
        one = {"repositories": [self.name]} if self.name else {"repository_ids": [self.repository_id]}
        return {**one, "permissions": dict(self.permissions)}


@dataclass(frozen=True, slots=True)
class Token:
    """An installation token and when it ends."""

    secret: Secret
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """The App as an author of comments and checks."""

    app_id: int
    slug: str

    @property
    def login(self) -> str:
        """The name of its bot user."""
        return f"{self.slug}[bot]"


class AppKey:
    """Signs the App's statements; each is used for a few minutes."""

    def __init__(self, app_id: int, private_key: Secret, clock: Clock) -> None:
        self._app_id = app_id
        self._private_key = private_key
        self._clock = clock
        self._statement = Secret("")
        self._good_until = 0.0

    def statement(self) -> Secret:
        """Give a JSON Web Token of the App, back-dated by a minute, valid for at most 9.

        Raises:
            TellUser: the private key is none.
        """
        now = self._clock.now().timestamp()
        issued = int(now) - BACKDATED
        remaining = self._good_until - now
        if STATEMENT_MARGIN < remaining <= STATEMENT_SECONDS:
            return self._statement
        claims = {"iat": issued, "exp": issued + STATEMENT_SECONDS, "iss": str(self._app_id)}
        signed = ""
        # Refused below, outside of a handler: the error's context may hold the key.
        with suppress(ValueError, TypeError, jwt.PyJWTError):
            signed = jwt.encode(claims, _proven(self._private_key), algorithm="RS256")
        if not signed:
            message = "PRIVATE_KEY is not a private key in PEM form: download a new one from the App's page"
            raise TellUser(message)
        self._statement = Secret(signed)
        self._good_until = issued + STATEMENT_SECONDS
        return self._statement


# Proving that a text is a key takes longer than signing with it: it is done once.
@lru_cache(maxsize=1)
def _proven(private_key: Secret) -> RSAPrivateKey:
    """Read a private key; raises `ValueError`, `TypeError` or a `PyJWTError` when it is none."""
    key = RSAAlgorithm(RSAAlgorithm.SHA256).prepare_key(private_key.reveal())
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("this is a public key")
    return key


class Tokens:
    """Installation tokens, kept until five minutes before they end, minted once at a time for each scope."""

    def __init__(self, clock: Clock) -> None:
        self._kept: TLRUCache[Scope, Token] = TLRUCache(
            maxsize=TOKENS,
            ttu=lambda _scope, token, _now: token.expires_at.timestamp() - TOKEN_MARGIN,
            timer=lambda: clock.now().timestamp(),
        )
        self._turns: WeakValueDictionary[Scope, asyncio.Lock] = WeakValueDictionary()

    async def get(self, scope: Scope, mint: Callable[[Scope], Awaitable[Token]]) -> Secret:
        """Give a token of this scope, minted by `mint` when none is kept."""
        turn = self._turns.setdefault(scope, asyncio.Lock())
        async with turn:
            token = self._kept.get(scope)
            if token is None:
                token = await mint(scope)
                self._kept[scope] = token
            return token.secret

    def forget(self, scope: Scope, secret: Secret) -> None:
        """Throw a token away that GitHub no longer accepts, unless it has been renewed meanwhile."""
        kept = self._kept.get(scope)
        if kept is not None and kept.secret is secret:
            del self._kept[scope]
