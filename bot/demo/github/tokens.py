"""Credentials as GitHub checks them: the App's statement, and installation tokens."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.demo.github.state import Grant, Installation
from bot.demo.github.world import World

# https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
LONGEST_STATEMENT = 600
SKEW = 60
TOKEN_LIFE = timedelta(hours=1)
# Bytes of randomness that make a token as long as GitHub's newest ones, 520 characters.
TOKEN_BYTES = 380
LEVELS = ("none", "read", "write", "admin")


class Refusal(Exception):
    """An answer of GitHub's that is not what was asked for."""

    def __init__(self, status: int, message: str, errors: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An App's key: the private half for Retriage, the public one for GitHub; both PEM."""

    private: str
    public: str


def new_key_pair() -> KeyPair:
    """Make a key as GitHub makes them for Apps: RSA, 2,048 bits."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return KeyPair(private.decode("ascii"), public.decode("ascii"))


def check_statement(world: World, authorization: str) -> None:
    """Accept the App's JSON Web Token, or raise `Refusal` in GitHub's words."""
    try:
        claims = jwt.decode(
            _credential(authorization),
            _public(world.public_key),
            algorithms=["RS256"],
            options={"verify_exp": False, "verify_iat": False, "require": ["iat", "exp", "iss"]},
        )
        issued, ends = int(claims["iat"]), int(claims["exp"])
    except (jwt.PyJWTError, ValueError) as error:
        raise Refusal(401, "A JSON web token could not be decoded") from error
    now = world.now().timestamp()
    if str(claims["iss"]) != str(world.app_id):
        raise Refusal(401, "Integration not found")
    if issued > now + SKEW:
        raise Refusal(401, "'Issued at' claim ('iat') must be an Integer representing a time in the past")
    if ends <= now:
        raise Refusal(401, "'Expiration time' claim ('exp') must be a numeric value representing the future")
    if ends > now + LONGEST_STATEMENT or ends - issued > LONGEST_STATEMENT:
        raise Refusal(401, "'Expiration time' claim ('exp') is too far in the future")


@lru_cache(maxsize=4)
def _public(pem: str) -> rsa.RSAPublicKey:
    """Read an App's public key, for all of its statements; `ValueError` when it is none."""
    key = serialization.load_pem_public_key(pem.encode("ascii"))
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("this is no RSA key")  # noqa: TRY004 - the text is wrong, not its type
    return key


def mint(world: World, installation_id: int, body: Mapping[str, Any]) -> tuple[str, Grant]:
    """Make an installation token for the repositories and permissions asked for."""
    installation = world.installations.get(installation_id)
    if installation is None:
        raise Refusal(404, "Not Found")
    if installation.suspended:
        raise Refusal(403, "This installation has been suspended")
    asked = body.get("permissions") or installation.permissions
    for name, level in asked.items():
        if LEVELS.index(level) > LEVELS.index(installation.permissions.get(name, "none")):
            raise Refusal(422, "The permissions requested are not granted to this installation.")
    repositories = frozenset(body.get("repository_ids") or _named(world, installation, body))
    if not repositories <= installation.repositories:
        raise Refusal(422, "There is at least one repository that does not exist or is not accessible")
    token = f"ghs_{world.app_id}_{secrets.token_urlsafe(TOKEN_BYTES)}"
    grant = Grant(installation_id, repositories, dict(asked), world.now() + TOKEN_LIFE)
    world.tokens[token] = grant
    return token, grant


def _named(world: World, installation: Installation, body: Mapping[str, Any]) -> frozenset[int]:
    """The repositories that are asked for by name; without names all of the installation's."""
    names = body.get("repositories")
    if not names:
        return frozenset(installation.repositories)
    found = (world.repository_named(installation.account.login, name) for name in names)
    # What is not there has no number that anybody has.
    return frozenset(repo.id if repo else 0 for repo in found)


def grant_of(world: World, authorization: str) -> Grant:
    """Give what an installation token may do, or raise `Refusal`."""
    grant = world.tokens.get(_credential(authorization))
    if grant is None or grant.expires_at <= world.now():
        raise Refusal(401, "Bad credentials")
    installation = world.installations.get(grant.installation)
    if installation is None or installation.suspended:
        raise Refusal(401, "Bad credentials")
    return grant


def check_permission(grant: Grant, needs: tuple[tuple[str, str], ...]) -> None:
    """Let pass when one of the permissions is held."""
    for name, level in needs:
        if LEVELS.index(grant.permissions.get(name, "none")) >= LEVELS.index(level):
            return
    if needs:
        raise Refusal(403, "Resource not accessible by integration")


def _credential(authorization: str) -> str:
    kind, _, credential = authorization.partition(" ")
    if kind.lower() not in ("bearer", "token") or not credential:
        raise Refusal(401, "Requires authentication")
    return credential
