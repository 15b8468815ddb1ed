"""The one way from untrusted text to markdown.

Everything that a log, a job's name, a branch or a configuration file says passes one of these. Texts
are redacted before they reach a Report; here they only lose the power to be anything but text.

Why entities in `<code>`, and why `<pre>`: GitHub's filters for mentions and cross references leave out
text inside `pre`, `code` and `a` (`MentionFilter` of https://github.com/gjtorikian/html-pipeline); a
fence is broken by a longer run or by a carriage return, and a code span by a pipe in a table.
"""

import html
import re

from bot.model.log import Excerpt
from bot.report.markdown import EMPTY, Markdown

BLOCK_LINES = 20  # an excerpt is a pointer into the log, not the log
LINE_LIMIT = 300  # a longer line is minified output, and no reader wants it
_RAW_FACTOR = 8  # raw characters looked at per character shown, so that a huge text costs nothing
_RAW_SPARE = 500

# ECMA-48: CSI, then OSC/DCS/SOS/PM/APC strings up to their terminator, then two-character escapes.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,16}[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]{0,4096}(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]{0,4}[0-~]?"
)
_NEWLINES = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
# What changes how the rest is read without being seen: bidi controls (CVE-2021-42574), zero width,
# invisible operators, tag characters, and half surrogates, which cannot be encoded at all.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
# No markdown, HTML or filter of GitHub gives these a meaning inside a line; `&` and `_` are encoded.
_HARMLESS = re.compile(r"[A-Za-z0-9_ .,:;/()+&'\"%?!=·→–—×…-]+")
_LONG_WORD = re.compile(r"[^ ]{32}")
_BREAKS = re.compile(r"(?<=[a-z0-9])(?=[/_.:-][A-Za-z0-9])")
# What would begin a list, a rule or a heading, if it came first in a line or in a list's entry.
_LEAD = re.compile(r"[-+=]|[0-9]{1,9}[.)](?: |$)")
# Plain characters that GitHub would still turn into something: addresses, commits, issues, emoji.
_ALIVE = re.compile(
    r"://|www\.|\bgh-[0-9]|\b[0-9a-f]{7,64}\b|:[a-z+-][a-z0-9_+-]{0,40}:|(?<![a-z0-9])_|_(?![a-z0-9])",
    re.IGNORECASE,
)
_ENCODED = re.compile(r"[&<>*`\[\]\\|~#$@]|://|www\.|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", re.IGNORECASE)
# Where an entity is not enough: cmark-gfm links an e-mail address after it has decoded entities, and
# an address in raw `<code>` too. `<wbr>` splits the text and leaves nothing behind when it is copied.
_SPLIT = {"@": "&#64;<wbr>", "://": "&#58;<wbr>//", "www.": "www<wbr>."}


def strip(text: str) -> str:
    """Strip terminal sequences and control characters; line breaks of every kind become line feeds."""
    return _CONTROLS.sub("", _NEWLINES.sub("\n", _ESCAPES.sub("", text)))


def cut(text: str, limit: int) -> str:
    """Cut to `limit` characters, and show what is invisible as `⟦U+202E⟧`."""
    shown = _UNSEEN.sub(lambda match: f"⟦U+{ord(match.group()):04X}⟧", text[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 1].rstrip() + "…"


def quote_plain(text: str, limit: int) -> str:
    """Give one clean line of at most `limit` characters for places that are not markdown."""
    return cut(" ".join(strip(text[: limit * _RAW_FACTOR + _RAW_SPARE]).split()), limit)


def quote_inline(text: str, limit: int, *, narrow: bool = False) -> Markdown:
    """Quote text in a sentence, a table cell or a summary, as `<code>` on one line.

    `limit` counts the characters that are seen; the markdown is at most fifteen times as long.
    `narrow` lets long words break, so that a path does not widen a table beyond the page.
    """
    line = quote_plain(text, limit)
    words = (_ENCODED.sub(_encode, part) for part in _split(line, narrow=narrow))
    return Markdown(f"<code>{'<wbr>'.join(words)}</code>") if line else EMPTY


def quote_name(text: str, limit: int, *, narrow: bool = False) -> Markdown:
    """Quote a name: harmless characters stay as they are, anything else is quoted as `<code>`."""
    line = quote_plain(text, limit)
    if not _is_harmless(line) or _LEAD.match(line):
        return quote_inline(text, limit, narrow=narrow)
    return Markdown("<wbr>".join(_plain(part) for part in _split(line, narrow=narrow)))


def quote_prose(text: str, limit: int) -> Markdown:
    """Quote a sentence that should be ours: runs of words that are not harmless become `<code>`."""
    done: list[str] = []
    held: list[str] = []
    for word in quote_plain(text, limit).split():
        begins = not done and not held
        if _is_harmless(word) and not (begins and _LEAD.match(word)):
            done += [*_flush(held), _plain(word)]
            held = []
        else:
            held.append(word)
    return Markdown(" ".join([*done, *_flush(held)]))


def quote_block(text: str | tuple[str, ...], lines: int = BLOCK_LINES) -> Markdown:
    """Quote text as a block of at most `lines` lines of 300 characters, and say how many are left out.

    Always a block of its own: `<pre>` at the start of a line ends at `</pre>` alone, blank lines or not.
    """
    raw = text if isinstance(text, str) else "\n".join(text)
    shown = strip(raw[: lines * LINE_LIMIT * _RAW_FACTOR]).strip("\n").split("\n")
    left = max(0, len(shown) - lines) + raw.count("\n", lines * LINE_LIMIT * _RAW_FACTOR)
    body = [cut(line, LINE_LIMIT) for line in shown[:lines]]
    if left:
        body.append(f"… ({left:,} more lines)")
    return _pre(body)


def quote_excerpt(excerpt: Excerpt, before: int, after: int) -> Markdown:
    """Quote the log around its marked line, each line with its number, the marked one with `▶`."""
    width = len(str(excerpt.first + len(excerpt.lines)))
    body = []
    for number, line in enumerate(excerpt.lines, excerpt.first):
        if excerpt.mark - before <= number <= excerpt.mark + after:
            sign = "▶" if number == excerpt.mark else " "
            one = strip(line[: LINE_LIMIT * _RAW_FACTOR]).replace("\n", " ")
            body.append(f"{sign} {number:>{width}} {cut(one, LINE_LIMIT)}")
    return _pre(body[:BLOCK_LINES])


def _pre(lines: list[str]) -> Markdown:
    text = "\n".join(line.rstrip() for line in lines)
    return Markdown(f"<pre>\n{html.escape(text, quote=False)}\n</pre>") if text.strip() else EMPTY


def _split(line: str, *, narrow: bool) -> list[str]:
    """Cut words of more than 32 characters where a reader would, before a separator."""
    return _BREAKS.split(line) if narrow and _LONG_WORD.search(line) else [line]


def _is_harmless(line: str) -> bool:
    return bool(_HARMLESS.fullmatch(line)) and not _ALIVE.search(line)


def _plain(line: str) -> Markdown:
    return Markdown(html.escape(line, quote=False).replace("_", "&#95;"))


def _flush(held: list[str]) -> list[str]:
    """Quote the words held back; the punctuation around them stays outside."""
    words = " ".join(held)
    inner = words.strip("(,;:.)")
    if not inner:
        return [quote_inline(words, LINE_LIMIT)] if words else []
    before, _, after = words.partition(inner)
    return ["".join([before, quote_inline(inner, LINE_LIMIT), after])]


def _encode(match: re.Match[str]) -> str:
    found = match.group()
    return _SPLIT.get(found.lower()) or f"&#{ord(found)};"
