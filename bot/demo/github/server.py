"""The small GitHub as an ASGI application: credentials, pages, ETags, faults, and a record of everything."""

import asyncio
import fnmatch
import hashlib
import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.demo.github import routes_actions, routes_pulls, routes_repo
from bot.demo.github.routing import Asked, Endpoint, Told
from bot.demo.github.state import Fault, Grant, Repo, Seen
from bot.demo.github.tokens import Refusal, check_permission, check_statement, grant_of
from bot.demo.github.world import World

ENDPOINTS = (*routes_actions.ENDPOINTS, *routes_pulls.ENDPOINTS, *routes_repo.ENDPOINTS)
DEFAULT_PAGE, LARGEST_PAGE = 30, 100
LIMIT = 5000
WINDOW = 3600
# Says that an answer is a fault that was asked for, to whoever judges the answers.
FAULT_HEADER = "x-small-github-fault"
DOCUMENTATION = "https://docs.github.com/rest"
Serve = Callable[[World, Request], Awaitable[Response]]


class CutResponse(Response):
    """Promises more than it sends: the connection is dropped in the middle."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the first half of an answer, and no more."""
        del scope, receive
        length = str(len(self.body) * 2 + 2).encode("ascii")
        fault = (FAULT_HEADER.encode(), b"1")
        headers = [(b"content-length", length), (b"content-type", b"application/json"), fault]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": bytes(self.body), "more_body": True})


def create_app(world: World) -> Starlette:
    """Serve a world over HTTP; the world may be changed meanwhile, requests are answered from it as it is."""

    def route(path: str, serve: Serve, method: str) -> Route:
        async def answer(request: Request) -> Response:
            return await _with_faults(world, request, serve)

        return Route(path, answer, methods=[method])

    routes = [route(endpoint.path, _server_of(endpoint), endpoint.method) for endpoint in ENDPOINTS]
    routes.append(route("/_blob/{name}", _serve_blob, "GET"))

    async def unknown(request: Request, _error: Exception) -> Response:
        seen = Seen(request.method, request.url.path, 404, request.url.query)
        world.requests.append(seen)
        world.unknown_requests.append(seen)
        return _json(
            world, {"message": "Not Found", "documentation_url": DOCUMENTATION, "status": "404"}, 404
        )

    return Starlette(routes=routes, exception_handlers={404: unknown, 405: unknown})


async def _with_faults(world: World, request: Request, serve: Serve) -> Response:
    fault = _next_fault(world, request)
    if fault and fault.delay:
        await asyncio.sleep(fault.delay)
    is_broken = fault is not None and not (fault.delay and fault.status == HTTPStatus.OK)
    if fault is None or not is_broken or fault.after_effect:
        response = await serve(world, request)
    if fault is not None and is_broken:
        response = (
            CutResponse(b"{") if fault.status == 0 else Response(fault.body, fault.status, fault.headers)
        )
        response.headers.setdefault("content-type", "application/json")
        response.headers[FAULT_HEADER] = "1"
    status = 0 if isinstance(response, CutResponse) else response.status_code
    world.requests.append(Seen(request.method, request.url.path, status, request.url.query))
    return response


def _next_fault(world: World, request: Request) -> Fault | None:
    path = request.url.path
    for fault in world.faults:
        matches = fault.path in path or fnmatch.fnmatchcase(path, fault.path)
        if fault.times > 0 and fault.method in ("", request.method) and matches:
            fault.times -= 1
            return fault
    return None


def _server_of(endpoint: Endpoint) -> Serve:
    async def serve(world: World, request: Request) -> Response:
        try:
            return _tell(world, request, endpoint.handler(await _ask(world, request, endpoint)))
        except Refusal as refusal:
            data: dict[str, Any] = {
                "message": refusal.message,
                "documentation_url": DOCUMENTATION,
                "status": str(refusal.status),
            }
            if refusal.errors:
                data["errors"] = [{"code": "custom", "message": error} for error in refusal.errors]
            return _json(world, data, refusal.status)

    return serve


async def _ask(world: World, request: Request, endpoint: Endpoint) -> Asked:
    authorization = request.headers.get("authorization", "")
    grant = repo = None
    if endpoint.as_app:
        check_statement(world, authorization)
    else:
        grant = grant_of(world, authorization)
        repo = _repository(world, request, grant)
        check_permission(grant, endpoint.needs)
    raw = await request.body()
    try:
        body = json.loads(raw) if raw else {}
    except ValueError as error:
        raise Refusal(400, "Problems parsing JSON") from error
    if not isinstance(body, dict):
        raise Refusal(422, "Invalid request.")
    base = str(request.base_url).rstrip("/")
    return Asked(world, request.path_params, dict(request.query_params), body, base, grant, repo)


def _repository(world: World, request: Request, grant: Grant) -> Repo:
    """Find the repository that the token reaches; a private one that it does not is "not found"."""
    repo = world.repository_named(request.path_params["owner"], request.path_params["repo"])
    if repo is None or (repo.private and repo.id not in grant.repositories):
        raise Refusal(404, "Not Found")
    if repo.id not in grant.repositories and request.method != "GET":
        raise Refusal(403, "Resource not accessible by integration")
    return repo


def _tell(world: World, request: Request, told: Told) -> Response:
    headers, data = dict(told.headers), told.data
    if told.paged:
        data, link = _page(request, told)
        if link:
            headers["link"] = link
    response = Response(status_code=told.status) if data is None else _json(world, data, told.status)
    response.headers.update(headers)
    if request.method == "GET" and told.status == HTTPStatus.OK:
        etag = f'"{hashlib.sha256(response.body).hexdigest()}"'
        response.headers["etag"] = etag
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"etag": etag})
    return response


def _page(request: Request, told: Told) -> tuple[Any, str]:
    query = request.query_params
    size = min(_count(query.get("per_page"), DEFAULT_PAGE), LARGEST_PAGE)
    page = _count(query.get("page"), 1)
    items = told.data[(page - 1) * size : page * size]
    link = ""
    if page * size < len(told.data):
        last = -(-len(told.data) // size)
        rels = (("next", page + 1), ("last", last))
        link = ", ".join(f'<{request.url.include_query_params(page=n)}>; rel="{rel}"' for rel, n in rels)
    if told.page_key:
        return {"total_count": len(told.data), told.page_key: items}, link
    return items, link


def _count(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and int(text) > 0 else default


def _json(world: World, data: Any, status: int) -> Response:
    headers = {
        "content-type": "application/json; charset=utf-8",
        "x-ratelimit-limit": str(LIMIT),
        "x-ratelimit-remaining": str(world.remaining),
        "x-ratelimit-reset": str(int(world.now().timestamp()) + WINDOW),
        "x-ratelimit-resource": "core",
    }
    return Response(json.dumps(data, ensure_ascii=False).encode(), status, headers)


async def _serve_blob(world: World, request: Request) -> Response:
    """Serve a log as the store does: it refuses credentials, and addresses that are a minute old."""
    if "authorization" in request.headers:
        return _blob_error("InvalidAuthenticationInfo", 400)
    data, expires = world.blobs.get(request.path_params["name"], (b"", world.now()))
    if expires <= world.now():
        return _blob_error("AuthenticationFailed", 403)
    return Response(data, media_type="application/octet-stream")


def _blob_error(code: str, status: int) -> Response:
    text = f'\ufeff<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code></Error>'
    return Response(text, status, media_type="application/xml")
