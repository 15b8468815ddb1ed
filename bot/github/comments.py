"""Comments on pull requests (to GitHub they are issues) and reactions to them."""

from functools import partial

from bot.errors import Refused
from bot.github import decode
from bot.github.auth import REACT, READ, WRITE
from bot.github.client import Gateway
from bot.model.run import Repository
from bot.ports import PostedComment

# Pages of 100 long comments answer 502 often: 50 is what works.
PAGE = 50
# GitHub stops at 2,500 comments: https://docs.github.com/en/rest/issues/comments
PAGES = 60
ONE = "/issues/comments/{comment_id}"


async def list_comments(gateway: Gateway, repo: Repository, number: int) -> tuple[PostedComment, ...]:
    """List all comments of a pull request, or fail.

    https://docs.github.com/en/rest/issues/comments#list-issue-comments
    """
    into = partial(decode.comment, me=await gateway.identity())
    path = "/issues/{number}/comments{?per_page,page}"
    found, whole = await gateway.pages(repo, READ, path, into, most=PAGES, size=PAGE, number=number)
    if not whole:
        message = f"{repo.slug}#{number} has more comments than can be read"
        raise Refused(message)
    return found


async def read_comment(gateway: Gateway, repo: Repository, comment_id: int) -> PostedComment:
    """Read one comment.

    https://docs.github.com/en/rest/issues/comments#get-an-issue-comment
    """
    into = partial(decode.comment, me=await gateway.identity())
    return await gateway.get(repo, READ, ONE, into, comment_id=comment_id)


async def create_comment(gateway: Gateway, repo: Repository, number: int, body: str) -> PostedComment:
    """Post a comment, once.

    https://docs.github.com/en/rest/issues/comments#create-an-issue-comment
    """
    into = partial(decode.comment, me=await gateway.identity())
    path = "/issues/{number}/comments"
    return await gateway.post(repo, WRITE, path, into, {"body": body}, number=number)


async def update_comment(gateway: Gateway, repo: Repository, comment_id: int, body: str) -> None:
    """Edit a comment.

    https://docs.github.com/en/rest/issues/comments#update-an-issue-comment
    """
    await gateway.patch(repo, WRITE, ONE, {"body": body}, comment_id=comment_id)


async def delete_comment(gateway: Gateway, repo: Repository, comment_id: int) -> None:
    """Delete a comment.

    https://docs.github.com/en/rest/issues/comments#delete-an-issue-comment
    """
    await gateway.delete(repo, WRITE, ONE, comment_id=comment_id)


async def create_reaction(gateway: Gateway, repo: Repository, comment_id: int, content: str) -> None:
    """React to a comment.

    https://docs.github.com/en/rest/reactions/reactions#create-reaction-for-an-issue-comment

    Reacting twice gives one reaction: doing it again does no harm.
    """
    path = ONE + "/reactions"
    await gateway.post(repo, REACT, path, decode.nothing, {"content": content}, comment_id=comment_id)
