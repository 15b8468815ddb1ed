"""Why a failure that looks like an excused one is not: the words may be this pull request's own."""

import re
from collections.abc import Iterable, Iterator

from bot.classify.added import MIN_LETTERS, adds_line, letters_of, writes
from bot.classify.ages import plain
from bot.classify.case import Case
from bot.classify.signatures import SignatureMatch
from bot.classify.subject import changed_subject
from bot.model.failure import Failure

# What of an expression is not text: classes, options, counts.
_FORMS = re.compile(
    r"\\[pP]\{[^}]{0,40}\}|\\[a-zA-Z]|\(\?[^):]{0,40}[):]|\[\^?\]?[^\]]{0,200}\]|\{\d[\d,]{0,8}\}"
)
_WORD = re.compile(r"[^\W\d_]{3,}")


def own_message(failure: Failure, case: Case) -> str:
    """Why a failure's message is no evidence for this pull request; empty when it may be."""
    return _doubt(failure, case, (failure.message,))


def own_match(match: SignatureMatch, failure: Failure, case: Case) -> str:
    """Why a signature's match is no evidence for this pull request; empty when it may be."""
    return _doubt(failure, case, _matched_texts(match))


def own_subject(failure: Failure, case: Case) -> str:
    """Why looking like others is not enough; empty when it may be, or when it passed on the same commit."""
    if case.past.passed is not None:
        return ""
    whose = "this pull request"
    path = changed_subject(failure, case.changed)
    if not path:
        path, whose = changed_subject(failure, case.below), "what this pull request is stacked on"
    return f"{whose} changes {plain(path)}, which the test is for" if path else ""


def _doubt(failure: Failure, case: Case, texts: Iterable[str]) -> str:
    added = case.added
    if added.unseen:
        return f"{added.unseen}, so that these words may be its own"
    path = next(filter(None, (writes(added, text) for text in texts)), "")
    if path:
        return f"this pull request writes these words itself, in {plain(path)}"
    path = adds_line(added, failure)
    return f"this pull request adds the line that fails, {plain(path)}:{failure.line}" if path else ""


def _matched_texts(match: SignatureMatch) -> Iterator[str]:
    """The text that a signature asks for, as far as it stands on the lines that it was found on."""
    for hit in match.hits:
        if not hit.pattern.is_regex:
            yield hit.pattern.text
            continue
        line = hit.text.lower()
        words = (word for word in _WORD.findall(_FORMS.sub(" ", hit.pattern.text)) if word.lower() in line)
        known = " ".join(words)
        yield known if len(letters_of(known)) >= MIN_LETTERS else hit.text
