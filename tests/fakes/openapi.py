"""Holds both sides to GitHub's published description: what is asked of the fake, and what it answers."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jsonschema import Draft202012Validator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.demo.github.server import FAULT_HEADER

DESCRIPTION = Path(__file__).parent.parent / "fixtures" / "openapi" / "github.json"
# These parameters hold slashes.
LONG_NAMES = ("path", "branch", "basehead", "ref")
NEEDED_HEADERS = ("accept", "authorization", "user-agent", "x-github-api-version")
FAULT = FAULT_HEADER.encode()
DOCUMENTED_BY_PROSE = (401, 403, 404, 410, 422, 429)


@dataclass(frozen=True)
class Operation:
    """One operation of the description, ready to judge by."""

    name: str
    pattern: re.Pattern[str]
    parameters: tuple[Mapping[str, Any], ...]
    body: Mapping[str, Any] | None
    responses: Mapping[str, Any]


def as_json_schema(node: Any) -> Any:
    """Say OpenAPI 3.0's `nullable` in JSON Schema's words."""
    if isinstance(node, list):
        return [as_json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: as_json_schema(value) for key, value in node.items()}
    if made.pop("nullable", False) is True:
        if "enum" in made:
            made["enum"] = [*made["enum"], None]
        if isinstance(made.get("type"), str):
            made["type"] = [made["type"], "null"]
        else:
            made = {"anyOf": [made, {"type": "null"}]}
    return made


@cache
def description() -> tuple[tuple[Operation, ...], Mapping[str, Any]]:
    """Read the description once: its operations and its components."""
    document = as_json_schema(json.loads(DESCRIPTION.read_text(encoding="utf-8")))
    components = document["components"]
    found = []
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            parameters = [*item.get("parameters", ()), *operation.get("parameters", ())]
            content = operation.get("requestBody", {}).get("content", {})
            found.append(
                Operation(
                    name=f"{method.upper()} {path}",
                    pattern=_pattern(path),
                    parameters=tuple(_resolve(p, components) for p in parameters),
                    body=content.get("application/json", {}).get("schema"),
                    responses={k: _resolve(v, components) for k, v in operation["responses"].items()},
                )
            )
    # The most literal path wins: /pulls/{n}/files before what has a long name at its end.
    return tuple(sorted(found, key=lambda op: (op.name.count("{"), -len(op.name)))), components


def _pattern(path: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", path)
    names = [f"(?P<{n}>{'.+' if n in LONG_NAMES else '[^/]+'})" for n in pieces[1::2]]
    literals = [re.escape(piece) for piece in pieces[::2]]
    return re.compile("".join(a + b for a, b in zip(literals, [*names, ""], strict=True)))


def _resolve(node: Any, components: Mapping[str, Any]) -> Any:
    while "$ref" in node:
        _, _, kind, name = node["$ref"].split("/")
        node = components[kind][name]
    return node


@dataclass
class Judge:
    """An ASGI application around the fake that collects what contradicts the description."""

    app: ASGIApp
    violations: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and judge it and its answer."""
        if scope["type"] != "http" or scope["path"].startswith("/_blob/"):
            await self.app(scope, receive, send)
            return
        asked = bytearray()
        told: list[Message] = []

        async def listen() -> Message:
            message = await receive()
            asked.extend(message.get("body", b""))
            return message

        async def speak(message: Message) -> None:
            told.append(message)
            await send(message)

        await self.app(scope, listen, speak)
        operation = self._operation(scope)
        if operation and told:
            self._judge_request(scope, operation, bytes(asked))
            if FAULT not in dict(told[0]["headers"]):
                self._judge_answer(operation, told)

    def _operation(self, scope: Scope) -> Operation | None:
        for operation in description()[0]:
            method = operation.name.partition(" ")[0]
            if method == scope["method"] and operation.pattern.fullmatch(scope["path"]):
                return operation
        self.violations.append(f"{scope['method']} {scope['path']}: not an operation that is described")
        return None

    def _judge_request(self, scope: Scope, operation: Operation, body: bytes) -> None:
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.violations += [f"{operation.name}: no {name}" for name in NEEDED_HEADERS if name not in headers]
        match = operation.pattern.fullmatch(scope["path"])
        named = match.groupdict() if match else {}
        query = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
        known = {p["name"]: p for p in operation.parameters}
        for name, value in {**named, **query}.items():
            if name not in known:
                self.violations.append(f"{operation.name}: there is no parameter {name}")
            else:
                self._check(known[name]["schema"], _typed(value), f"{operation.name}: {name}")
        if operation.body is not None and body:
            self._check(operation.body, json.loads(body), f"{operation.name}: body")
        elif body:
            self.violations.append(f"{operation.name}: a body that is not described")

    def _judge_answer(self, operation: Operation, told: list[Message]) -> None:
        status = told[0]["status"]
        body = b"".join(message.get("body", b"") for message in told[1:])
        response = operation.responses.get(str(status))
        if response is None:
            if status < 300 or (status < 500 and status not in (304, *DOCUMENTED_BY_PROSE)):
                self.violations.append(f"{operation.name}: {status} is not described")
            return
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        if schema is not None:
            self._check(schema, json.loads(body), f"{operation.name} -> {status}")

    def _check(self, schema: Any, value: Any, where: str) -> None:
        validator = Draft202012Validator({**schema, "components": description()[1]})
        for error in validator.iter_errors(value):
            self.violations.append(f"{where}: {'/'.join(map(str, error.path))}: {error.message[:200]}")


def _typed(text: str) -> Any:
    """Give a parameter's value as what it looks like: a schema of type integer wants one."""
    return int(text) if text.isdecimal() and len(text) < 19 else text
