"""Check runs and their annotations."""

from typing import Any

from bot.github import decode
from bot.github.auth import CHECK
from bot.github.client import Gateway
from bot.model.check import Annotation, CheckRun
from bot.model.run import Repository
from bot.ports import PostedCheck

# https://docs.github.com/en/rest/checks/runs#create-a-check-run: 50 annotations for each request.
ANNOTATIONS = 50
TITLE_LIMIT = 255
# Check runs of one name and one App on a commit: GitHub keeps a thousand.
CHECK_PAGES = 10
ONE = "/check-runs/{check_id}"


async def find_check(gateway: Gateway, repo: Repository, head_sha: str, name: str) -> PostedCheck | None:
    """Find the newest check run of ours of this name.

    https://docs.github.com/en/rest/checks/runs#list-check-runs-for-a-git-reference
    """
    path = "/commits/{head_sha}/check-runs{?check_name,app_id,filter,per_page,page}"
    found, _ = await gateway.pages(
        repo,
        CHECK,
        path,
        decode.check_of,
        key="check_runs",
        most=CHECK_PAGES,
        head_sha=head_sha,
        check_name=name,
        app_id=gateway.app_id,
        filter="latest",
    )
    own = (check for check, app in found if app == gateway.app_id)
    return max(own, key=lambda check: check.id, default=None)


async def create_check(gateway: Gateway, repo: Repository, head_sha: str, check: CheckRun) -> int:
    """Create a check run with its first 50 annotations.

    https://docs.github.com/en/rest/checks/runs#create-a-check-run
    """
    body = {"head_sha": head_sha, **_body(check, check.annotations[:ANNOTATIONS])}
    return await gateway.post(repo, CHECK, "/check-runs", decode.number_of, body)


async def update_check(
    gateway: Gateway, repo: Repository, check_id: int, check: CheckRun, annotations: tuple[Annotation, ...]
) -> None:
    """Say the newest state of a check run; annotations only grow.

    https://docs.github.com/en/rest/checks/runs#update-a-check-run
    """
    body = _body(check, annotations[:ANNOTATIONS])
    await gateway.patch(repo, CHECK, ONE, body, check_id=check_id)


def _body(check: CheckRun, annotations: tuple[Annotation, ...]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": check.name,
        "status": check.status,
        "external_id": check.reference,
        "output": {
            "title": check.title,
            "summary": check.summary,
            "annotations": [_annotation(annotation) for annotation in annotations],
        },
    }
    if check.status == decode.COMPLETED:
        body["conclusion"] = check.conclusion
    return body


def _annotation(annotation: Annotation) -> dict[str, Any]:
    columns = {"start_column": annotation.column, "end_column": annotation.column}
    return {
        "path": annotation.path,
        "start_line": annotation.line,
        "end_line": annotation.line,
        **(columns if annotation.column else {}),
        "annotation_level": annotation.level,
        "title": annotation.title[:TITLE_LIMIT],
        "message": annotation.message,
    }
