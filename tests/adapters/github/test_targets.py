"""Where GitHub's redirects may lead, and where nobody may lead us."""

import asyncio

import pytest

from bot.demo.github.state import Fault
from bot.errors import RetryLater
from bot.github.options import Resolve, Wires
from bot.github.targets import BadTarget, LogHosts, is_public
from bot.ports import FetchedLog, GitHub
from tests.adapters.github.test_logs import add_job
from tests.fakes.github import BLOB_HOST, Site, in_process
from tests.fakes.rawserver import raw_server, saying

pytestmark = pytest.mark.anyio
GITHUB = LogHosts.from_options("https://api.github.com", ())
BLOB = "https://productionresults.blob.core.windows.net/c/l.txt?se=1&sig=a%2Bb"

ALLOWED = [
    BLOB,
    "https://pipelinesghubeus2.actions.githubusercontent.com/x?urlSigningMethod=HMACV1",
    "https://results-receiver.actions.githubusercontent.com/rest/runs/1/logs",
    "https://objects.githubusercontent.com/github-production/1?X-Amz-Signature=1",
    "https://PRODUCTIONRESULTS.Blob.Core.Windows.Net/c",
    "https://productionresults.blob.core.windows.net:443/c",
    "https://productionresults.blob.core.windows.net./c",
]
REFUSED = [
    "",
    "http://productionresults.blob.core.windows.net/c",
    "https://productionresults.blob.core.windows.net:8443/c",
    "https://user@productionresults.blob.core.windows.net/c",
    "https://user:pw@productionresults.blob.core.windows.net/c",
    "https://:@productionresults.blob.core.windows.net/c",
    "https://productionresults.blob.core.windows.net@evil.example/c",
    "https://productionresults.blob.core.windows.net%40evil.example/c",
    "https://productionresults.blob.core.windows.net.evil.example/c",
    "https://evil.example/.blob.core.windows.net",
    "https://evil.example?.blob.core.windows.net",
    "https://evil.example#.blob.core.windows.net",
    "https://evil.example\\.blob.core.windows.net/c",
    "https://evilgithubusercontent.com/c",
    "https://blob.core.windows.net.evil/c",
    "https://api.github.com/repos/octo/hello",
    "https://github.com/login",
    "https://127.0.0.1/c",
    "http://127.0.0.1:8080/c",
    "https://localhost/c",
    "https://[::1]/c",
    "https://[::ffff:127.0.0.1]/c",
    "http://169.254.169.254/latest/meta-data/",
    "https://169.254.169.254/latest/meta-data/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "https://10.0.0.1/c",
    "https://192.168.1.1/c",
    "https://2130706433/c",
    "https://0x7f000001/c",
    "https://0177.0.0.1/c",
    "https://0/c",
    "file:///etc/passwd",
    "file://productionresults.blob.core.windows.net/etc/passwd",
    "ftp://productionresults.blob.core.windows.net/c",
    "gopher://productionresults.blob.core.windows.net/c",
    "data:text/plain,hello",
    "javascript:alert(1)",
    "//evil.example/c",
    "/repos/octo/hello",
    "https:///c",
    "https://",
    "https://[::1/c",
    "https://productionresults.blob.core.windows.net:99999/c",
    "https://productionresults.blob.core.windows.net:x/c",
    "https://evil.example\r\nHost: productionresults.blob.core.windows.net/c",
    "https://\u2488.blob.core.windows.net\x00/c",
    "https://" + "a" * 70_000 + "/c",
]


@pytest.mark.parametrize("location", ALLOWED)
async def test_githubs_own_stores_are_allowed(location: str) -> None:
    assert not GITHUB.check("https://api.github.com", location).trusted


@pytest.mark.parametrize("location", REFUSED)
async def test_everything_else_is_refused(location: str) -> None:
    with pytest.raises(BadTarget) as caught:
        GITHUB.check("https://api.github.com", location)
    text = str(caught.value)
    assert text.isprintable()
    assert len(text) < 250


@pytest.mark.parametrize("location", [entry for entry in REFUSED if entry and "\r" not in entry])
async def test_a_refused_address_gives_an_incomplete_log_and_no_request(
    site: Site, github: GitHub, location: str
) -> None:
    job = add_job(site)
    header = {"location": location.encode("utf-8").decode("latin-1")}
    site.world.faults = [Fault("GET", "/logs", status=302, headers=header)]
    log = await github.job_log(site.repo, job.id)
    assert (log.data, log.complete) == (b"", False)
    assert log.gap
    assert site.paths()[-1].endswith("/logs")


async def test_a_redirect_of_the_stores_is_checked_like_githubs(site: Site, github: GitHub) -> None:
    job = add_job(site)
    evil = {"location": "https://evil.example/c?sig=canary"}
    site.world.faults = [Fault(path="/_blob/", status=302, headers=evil)]
    log = await github.job_log(site.repo, job.id)
    assert not log.complete
    assert "evil.example" in log.gap
    assert "canary" not in log.gap


async def test_a_loop_of_redirects_ends(site: Site, github: GitHub) -> None:
    job = add_job(site)
    site.world.faults = [Fault(path="/_blob/", status=302, times=99, headers={"location": "/_blob/again"})]
    log = await github.job_log(site.repo, job.id)
    assert (log.complete, log.gap) == (False, "the log store sent on more than 2 times")
    assert sum(path.startswith("/_blob/") for path in site.paths()) == 3


async def test_one_more_redirect_within_the_store_is_followed(site: Site, github: GitHub) -> None:
    job = add_job(site, b"text\n")
    site.world.blobs["moved"] = (b"moved\n", site.clock.now().replace(year=2030))
    site.world.faults = [Fault(path="/_blob/", status=307, headers={"location": "/_blob/moved"})]
    assert await github.job_log(site.repo, job.id) == FetchedLog(b"moved\n")


def resolving(*addresses: str) -> Resolve:
    async def resolve(_host: str, _port: int) -> tuple[str, ...]:
        await asyncio.sleep(0)
        return addresses

    return resolve


PRIVATE = [
    "127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - an address to refuse, not one to listen on
    "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:140.82.112.1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "nonsense", "",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
async def test_a_store_whose_name_leads_inside_is_not_asked(site: Site, address: str) -> None:
    assert not is_public(address)
    job = add_job(site)
    async with in_process(site, resolve=resolving("140.82.112.1", address)) as github:
        log = await github.job_log(site.repo, job.id)
    assert (log.complete, log.gap) == (False, "the log store's name leads to a private address")
    assert not any(path.startswith("/_blob/") for path in site.paths())


@pytest.mark.parametrize("address", ["140.82.112.1", "2606:50c0:8000::153", "64:ff9b::8c52:7001"])
async def test_public_addresses_are_connected_to_as_resolved(site: Site, address: str) -> None:
    assert is_public(address)
    job = add_job(site)
    async with in_process(site, resolve=resolving(address)) as github:
        assert (await github.job_log(site.repo, job.id)).complete
    sent = site.logs_sent[-1]
    assert sent.url.host == address
    assert sent.headers["host"] == BLOB_HOST
    assert sent.extensions["sni_hostname"] == BLOB_HOST
    assert "authorization" not in sent.headers


@pytest.mark.parametrize("problem", [OSError("no such name"), UnicodeError("label too long")])
async def test_a_name_that_does_not_resolve_is_tried_again_later(site: Site, problem: Exception) -> None:
    async def resolve(_host: str, _port: int) -> tuple[str, ...]:
        raise problem

    job = add_job(site)
    async with in_process(site, resolve=resolve) as github:
        with pytest.raises(RetryLater, match="does not resolve"):
            await github.job_log(site.repo, job.id)


async def test_hosts_of_the_administrator_may_be_private_and_plain() -> None:
    hosts = LogHosts.from_options("https://api.github.com", ("logs.corp", " 127.0.0.1:9000 ", "[::1]:80", ""))
    for good in (
        "http://logs.corp/x",
        "https://LOGS.corp:8443/x",
        "http://127.0.0.1:9000/x",
        "http://[::1]/x",
    ):
        assert hosts.check("https://api.github.com", good).trusted
    for bad in ("http://127.0.0.1/x", "https://127.0.0.1:9001/x", "http://u@logs.corp/", "ftp://logs.corp/"):
        with pytest.raises(BadTarget):
            hosts.check("https://api.github.com", bad)


async def test_githubs_enterprise_server_may_keep_logs_on_its_own_domain() -> None:
    hosts = LogHosts.from_options("https://ghes.corp.example/api/v3", ())
    assert not hosts.check("https://ghes.corp.example/api/v3", "/_services/logs/1").trusted
    hosts.check("https://ghes.corp.example/api/v3", "https://media.ghes.corp.example/1")
    with pytest.raises(BadTarget):
        hosts.check("https://ghes.corp.example/api/v3", "https://other.corp.example/1")
    residency = LogHosts.from_options("https://api.octo.ghe.com", ())
    residency.check("https://api.octo.ghe.com", "https://results.octo.ghe.com/1")


async def test_a_trusted_hosts_redirect_to_another_loopback_port_is_refused(site: Site) -> None:
    job = add_job(site)
    async with raw_server(saying(b"never")) as inside:
        moved = f"HTTP/1.1 302 Found\r\nLocation: http://{inside}/\r\nContent-Length: 0\r\n\r\n".encode()
        async with raw_server(saying(moved)) as host:
            header = {"location": f"http://{host}/log"}
            site.world.faults = [Fault("GET", "/logs", status=302, headers=header)]
            async with in_process(site, on_network=True, log_hosts=(host,)) as github:
                log = await github.job_log(site.repo, job.id)
    assert (log.data, log.complete) == (b"", False)


def test_the_network_is_the_default_way_out() -> None:
    assert Wires().api is None
    assert Wires().logs is None
