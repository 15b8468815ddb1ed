"""Links, built by us alone: from a repository's slug, a commit and ids, or from a checked address."""

import re
from urllib.parse import quote

from bot.model.report import Facts
from bot.report.markdown import EMPTY, Markdown

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:[/?#]|$)")
_SLUG = re.compile(r"[\w.-]{1,100}/[\w.-]{1,100}", re.ASCII)
_SHA = re.compile(r"[0-9a-f]{7,64}")
_ADDRESS_LIMIT = 2_000  # what browsers take; a longer one is not from GitHub
# Reserved characters of RFC 3986 that mean nothing to markdown, HTML or a table.
_KEEP = "/:?#&=%+,;@~-._"
SHORT_SHA = 8


def safe_url(url: str) -> str:
    """Give an http(s) address, percent-encoded; empty when it is not one."""
    if len(url) > _ADDRESS_LIMIT or not _ADDRESS.match(url):
        return ""
    return quote(url.encode("utf-8", "replace"), safe=_KEEP).replace("&", "&amp;")


def link(label: Markdown, url: str) -> Markdown:
    """Link a label; only the label when the address is not safe."""
    target = safe_url(url)
    return Markdown(f"[{label}]({target})") if target and label else label


def commit_link(facts: Facts, sha: str) -> Markdown:
    """Name a commit by its first characters and link it; empty when it is not a commit's name."""
    if not _SHA.fullmatch(sha):
        return EMPTY
    return link(Markdown(f"<code>{sha[:SHORT_SHA]}</code>"), _page(facts, f"commit/{sha}"))


def blob_url(facts: Facts, sha: str, path: str, line: int = 0) -> str:
    """Give the address of a file (and line) at a commit; empty when the path is not in the repository."""
    if len(path) > _ADDRESS_LIMIT:
        return ""
    parts = path.split("/")
    outside = path.startswith(("/", "~")) or "\\" in path or ":" in path or ".." in parts
    if not path or outside or not _SHA.fullmatch(sha):
        return ""
    encoded = quote(path.encode("utf-8", "replace"), safe="/-._~")
    return _page(facts, f"blob/{sha}/{encoded}" + (f"#L{line}" if line > 0 else ""))


def _page(facts: Facts, page: str) -> str:
    return f"{facts.web}/{facts.repository}/{page}" if _SLUG.fullmatch(facts.repository) else ""
