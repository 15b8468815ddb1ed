"""Logs: the API names a place, and a second client without credentials fetches from there."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.errors import Gone, RetryLater
from bot.github.archive import read_archive
from bot.github.auth import READ
from bot.github.client import Gateway
from bot.github.http import AsyncClient, ConnectError, ConnectTimeout, HTTPError, Response
from bot.github.options import GitHubOptions, Resolve
from bot.github.stream import Intake, read_body
from bot.github.targets import BadTarget, LogHosts, Target, addresses_of
from bot.model.run import Repository
from bot.ports import FetchedLog

# Larger logs exist and are read by nobody; the worker that reads one holds it three times.
LOG_LIMIT = 64 << 20
ARCHIVE_LIMIT = 64 << 20
# GitHub's own redirect is the first; the store may send on twice.
HOPS = 3
EXPIRED = (401, 403)
GONE = (404, 410)
REDIRECTS = (301, 302, 303, 307, 308)
# What comes with a log's first bytes when the store failed behind its 200.
XML_ERROR_HEAD = 2000
JOB_LOG = "/actions/jobs/{job_id}/logs"
ATTEMPT_LOGS = "/actions/runs/{run_id}/attempts/{attempt}/logs"
ARTIFACT = "/actions/artifacts/{artifact_id}/zip"


class _Expired(Exception):
    """The address was good once: https://docs.github.com/en/rest/actions/workflow-jobs says for a minute."""


class LogStore:
    """Fetches what GitHub redirects to; `client` must carry no credential."""

    def __init__(self, client: AsyncClient, options: GitHubOptions, resolve: Resolve) -> None:
        self._client = client
        self._hosts = LogHosts.from_options(options.api_url, options.log_hosts)
        self._base = options.api_url
        self._deadline = options.log_deadline
        self._resolve = resolve

    async def fetch(self, location: str, intake: Intake) -> None:
        """Fetch what is at `location`; whatever is missing of it is said in `intake.gap`.

        Raises:
            Gone: the store has it no more.
            RetryLater: the store does not work now, and nothing came.
            _Expired: the address held no longer.
        """
        late = False
        try:
            async with asyncio.timeout(self._deadline):
                await self._follow(location, intake)
        except BadTarget as refusal:
            intake.gap = str(refusal)
        except TimeoutError:
            late = True
        if late and not intake.data:
            message = f"the log store sent nothing in {self._deadline:.0f} seconds"
            raise RetryLater(message)
        if late:
            intake.gap = f"it took longer than {self._deadline:.0f} seconds: the rest was not read"

    async def _follow(self, location: str, intake: Intake) -> None:
        base = self._base
        for _ in range(HOPS):
            target = self._hosts.check(base, location)
            async with self._open(target) as response:
                if response.status_code not in REDIRECTS:
                    await _receive(response, intake)
                    return
                base, location = str(target.url), response.headers.get("location", "")
        raise BadTarget(f"the log store sent on more than {HOPS - 1} times")

    @asynccontextmanager
    async def _open(self, target: Target) -> AsyncIterator[Response]:
        """Connect to an address that was checked, so that the name cannot lead elsewhere meanwhile."""
        failure = ""
        for address in await addresses_of(target, self._resolve):
            request = self._client.build_request(
                "GET",
                target.url.copy_with(host=address),
                headers={"host": target.url.netloc.decode("ascii")},
                extensions={} if target.trusted else {"sni_hostname": target.url.host},
            )
            try:
                response = await self._client.send(request, stream=True)
            except (ConnectError, ConnectTimeout) as error:
                failure = type(error).__name__
                continue
            except HTTPError as error:
                failure = type(error).__name__
                break
            try:
                yield response
            finally:
                await response.aclose()
            return
        message = f"the log store cannot be reached ({failure})"
        raise RetryLater(message)


async def _receive(response: Response, intake: Intake) -> None:
    status = response.status_code
    if status in EXPIRED:
        raise _Expired
    if status in GONE:
        message = f"the log store has it no more ({status})"
        raise Gone(message)
    if status != 200:  # noqa: PLR2004 - HTTP's own number
        message = f"the log store answered {status}"
        raise RetryLater(message)
    await read_body(response, intake)
    head = bytes(intake.data[:XML_ERROR_HEAD]).removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"<?xml") and b"<Error>" in head:
        intake.data.clear()
        intake.gap = "the log store answered with an error in place of the log"


async def _fetch_fresh(
    store: LogStore, gateway: Gateway, repo: Repository, path: str, limit: int, **names: int
) -> Intake:
    """Ask for an address and fetch from it; once more when it had expired on the way."""
    for _ in range(2):
        location = await gateway.redirect(repo, READ, path, **names)
        intake = Intake(limit)
        if isinstance(location, bytes):
            intake.data += location
            return intake
        try:
            await store.fetch(location, intake)
        except _Expired:
            continue
        return intake
    message = "the log store refuses an address that is fresh"
    raise RetryLater(message)


async def job_log(store: LogStore, gateway: Gateway, repo: Repository, job_id: int) -> FetchedLog:
    """Fetch a job's log.

    https://docs.github.com/en/rest/actions/workflow-jobs#download-job-logs-for-a-workflow-run

    Raises:
        Gone: it has expired, or its runner died before it sent one.
    """
    intake = await _fetch_fresh(store, gateway, repo, JOB_LOG, LOG_LIMIT, job_id=job_id)
    return FetchedLog(bytes(intake.data), complete=not intake.gap, gap=intake.gap)


async def artifact(
    store: LogStore, gateway: Gateway, repo: Repository, artifact_id: int, limit: int
) -> FetchedLog:
    """Fetch an artifact's zip; a part of one is of no use, so that what is missing is only said.

    https://docs.github.com/en/rest/actions/artifacts#download-an-artifact

    Raises:
        Gone: it has expired, or was deleted.
    """
    intake = await _fetch_fresh(store, gateway, repo, ARTIFACT, limit, artifact_id=artifact_id)
    return FetchedLog(b"" if intake.gap else bytes(intake.data), complete=not intake.gap, gap=intake.gap)


async def attempt_logs(
    store: LogStore,
    gateway: Gateway,
    repo: Repository,
    run_id: int,
    attempt: int,
    *,
    job_names: tuple[str, ...],
) -> Mapping[str, FetchedLog]:
    """Fetch the archive of an attempt; empty when it is gone, damaged or over the budget.

    https://docs.github.com/en/rest/actions/workflow-runs#download-workflow-run-attempt-logs
    """
    try:
        intake = await _fetch_fresh(
            store, gateway, repo, ATTEMPT_LOGS, ARCHIVE_LIMIT, run_id=run_id, attempt=attempt
        )
    except Gone:
        return {}
    if intake.gap:
        return {}
    return await asyncio.to_thread(read_archive, bytes(intake.data), job_names)
