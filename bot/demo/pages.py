"""The pages of the demo: a pull request as a person sees it on GitHub, and a job's log."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

import cmarkgfm
from cmarkgfm.cmark import Options
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from bot.demo.github.state import Check, Comment, Pull
from bot.demo.theatre import Theatre
from bot.model.verdict import GRAVITY
from bot.report.check import NAME as REPORT
from bot.report.comment import MARKER
from bot.report.words import LABELS

REACTIONS = {
    "eyes": "👀",
    "rocket": "🚀",
    "confused": "😕",
    "+1": "👍",
    "-1": "👎",
    "heart": "❤️",
    "hooray": "🎉",
    "laugh": "😄",
}
ICONS = {"success": "✅", "failure": "❌", "neutral": "⬜", None: "🟡"}
ROLES = {"jordigilh": "Owner", "mfournier": "Contributor", "rpeeters": "Member"}
# The page looks again by itself while something is still to come.
REFRESH_SECONDS = 2
MAX_COMMENT = 65_536
# Everything is drawn by the server: no script, no foreign address, whatever a comment holds.
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"
    ),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
}


def add_pages(theatre: Callable[[], Theatre]) -> Callable[[ASGIApp], ASGIApp]:
    """Put the pages in front of the small GitHub's API."""
    pages = Pages(theatre)

    def wrap(api: ASGIApp) -> ASGIApp:
        return Starlette(
            routes=[
                Route("/", pages.home),
                Route("/favicon.ico", pages.nothing),
                Route("/{owner}/{name}/pull/{number:int}", pages.pull),
                Route("/{owner}/{name}/pull/{number:int}/comments", pages.comment, methods=["POST"]),
                Route("/{owner}/{name}/actions/runs/{run:int}", pages.run),
                Route("/{owner}/{name}/actions/runs/{run:int}/job/{job:int}", pages.log),
                Mount("/", api),
            ]
        )

    return wrap


def as_html(markdown: str) -> Markup:
    """Render a comment as GitHub does: its dialect, with HTML that the page's policy keeps harmless."""
    return Markup(cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE))  # noqa: S704


class Pages:
    """What a browser asks for."""

    def __init__(self, theatre: Callable[[], Theatre]) -> None:
        self._theatre = theatre
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
        )

    async def home(self, _request: Request) -> Response:
        """The report's pull request while the story goes on, then the one that shows every verdict."""
        theatre = self._theatre()
        pull = theatre.stage.pull if theatre.playing else theatre.stage.pulls[-1]
        return RedirectResponse(f"/{theatre.stage.repo.slug}/pull/{pull.number}", 302)

    async def nothing(self, _request: Request) -> Response:
        """No icon."""
        return Response(status_code=204)

    async def pull(self, request: Request) -> Response:
        """A pull request with its comments and checks."""
        theatre = self._theatre()
        world, stage = theatre.world, theatre.stage
        pull = world.pulls.get((stage.repo.id, request.path_params["number"]))
        if pull is None:
            return HTMLResponse("no such pull request", 404, HEADERS)
        comments = world.comments_of(stage.repo.id, pull.number)
        # As on GitHub, the newest of each name.
        checks = {one.name: one for one in world.checks.values() if one.head_sha == pull.head_sha}
        page = self._templates.get_template("pull.html").render(
            repo=stage.repo,
            pull=pull,
            pulls=[(one, _headline(theatre, one)) for one in stage.pulls],
            verdicts=_verdicts(theatre),
            head=_head(theatre, pull),
            comments=[self._comment(world.app_id, comment) for comment in comments],
            checks=[self._check(check) for check in checks.values()],
            told=theatre.told,
            playing=theatre.playing,
            refresh=REFRESH_SECONDS if theatre.playing or _awaits_answer(comments) else 0,
        )
        return HTMLResponse(page, headers=HEADERS)

    async def comment(self, request: Request) -> Response:
        """Post what was typed, as the pull request's author."""
        theatre = self._theatre()
        number = request.path_params["number"]
        pull = theatre.world.pulls.get((theatre.stage.repo.id, number))
        body = (await request.body())[: 4 * MAX_COMMENT].decode("utf-8", "replace")
        text = parse_qs(body).get("body", [""])[0]
        if pull is not None and text.strip():
            await theatre.comment(number, text[:MAX_COMMENT], pull.author.login)
        return RedirectResponse(f"/{theatre.stage.repo.slug}/pull/{number}#bottom", 303)

    async def run(self, request: Request) -> Response:
        """A run's jobs."""
        run = self._theatre().world.runs.get(request.path_params["run"])
        if run is None:
            return HTMLResponse("no such run", 404, HEADERS)
        page = self._templates.get_template("run.html").render(
            run=run, icons=ICONS, repo=self._theatre().stage.repo
        )
        return HTMLResponse(page, headers=HEADERS)

    async def log(self, request: Request) -> Response:
        """A job's log, its lines numbered as the reports count them."""
        job = self._theatre().world.jobs.get(request.path_params["job"])
        if job is None or job.log is None:
            return HTMLResponse("this job has no log", 404, HEADERS)
        lines = job.log.decode("utf-8", "replace").removeprefix("\ufeff").split("\n")
        page = self._templates.get_template("log.html").render(job=job, lines=lines)
        return HTMLResponse(page, headers=HEADERS)

    def _comment(self, app_id: int, comment: Comment) -> dict[str, object]:
        counts: dict[str, int] = {}
        for reaction in comment.reactions:
            counts[reaction.content] = counts.get(reaction.content, 0) + 1
        return {
            "login": comment.author.login,
            "role": "bot" if comment.app == app_id else ROLES.get(comment.author.login, ""),
            "at": comment.created_at,
            "edited": comment.updated_at > comment.created_at,
            "html": as_html(comment.body),
            "reactions": [(REACTIONS[content], count) for content, count in counts.items()],
        }

    def _check(self, check: Check) -> dict[str, object]:
        return {
            "name": check.name,
            "icon": ICONS.get(check.conclusion, "⬜"),
            "state": check.conclusion or check.status.replace("_", " "),
            "title": check.title or "",
            "html": as_html(check.summary or ""),
            # What `Retriage` says stands in the comment, too.
            "open": check.name != REPORT,
            "annotations": check.annotations,
        }


def _head(theatre: Theatre, pull: Pull) -> str:
    """The head as GitHub shows it: with its owner when it comes from a fork."""
    return (
        pull.head_branch
        if pull.head_repo == theatre.stage.repo.id
        else f"{pull.head_owner.login}:{pull.head_branch}"
    )


def _status(theatre: Theatre, pull: Pull) -> str:
    """What the bot's status comment on a pull request says; empty while there is none."""
    world = theatre.world
    said = (one.body for one in world.comments_of(pull.repo, pull.number) if one.app == world.app_id)
    return next((body for body in said if body.startswith(str(MARKER))), "")


def _headline(theatre: Theatre, pull: Pull) -> str:
    lines = _status(theatre, pull).split("\n")
    return next((line.removeprefix("### ") for line in lines if line.startswith("### ")), "")


def _verdicts(theatre: Theatre) -> list[tuple[str, list[int]]]:
    """Every verdict that some comment gives, as it is shown, and the pull requests that show it."""
    bodies = [(pull.number, _status(theatre, pull)) for pull in theatre.stage.pulls]
    found = [(str(LABELS[one]), [n for n, body in bodies if str(LABELS[one]) in body]) for one in GRAVITY]
    return [(label, pulls) for label, pulls in found if pulls]


def _awaits_answer(comments: list[Comment]) -> bool:
    """A command was posted and is not done: the bot's last reaction to it is missing."""
    done = {"rocket", "confused"}
    return any(
        comment.app == 0
        and "/retriage" in comment.body.split("\n", 1)[0]
        and not done & {reaction.content for reaction in comment.reactions}
        for comment in comments[-3:]
    )
