"""What varies between two runs of one failure is taken out of its message; what tells two apart stays.

Numbers go, but not all: a status of HTTP, an exit code, a signal and a tool's own error code say in which way
something failed. They never change by chance from run to run, and a server that answers 500 instead of 404 is
broken in another way.
"""

import re
from itertools import pairwise

# The first sentence is what tells two failures apart; what comes later repeats values.
MAX_MESSAGE = 1_000
# Shorter words of letters and digits are names, like `utf8` or `k8s`.
MIN_ID = 6
# So often must letters and digits take turns in an id that nobody chose: `x7k2p9`, but not `sha256`.
MIN_TURNS = 3
# So much of a longer id changes between small letters, large ones and digits: `aZ3kLmPq`, not `GetUserV2`.
MIN_MIXED, SHARE_MIXED = 8, 0.33
# Longer lists are not put in order.
MAX_LIST = 500

# https://www.rfc-editor.org/rfc/rfc9110#section-15 and its registry
_HTTP = frozenset((*range(200, 209), 226, *range(300, 309), *range(400, 432), 451, *range(500, 512)))
# Digits that stay: characters that nothing below takes for digits or letters, until the end.
_KEEP = {ord("0") + digit: 0xE000 + digit for digit in range(10)}
_GIVE_BACK = {kept: digit for digit, kept in _KEEP.items()}
# Letters that number things one after another, where a tool's would number sorts of errors.
_COUNTERS = frozenset(("ID", "PID", "TID", "NO", "NR", "REQ", "TX", "MSG", "JOB", "USER", "ITEM"))

_SPACE = re.compile(r"\s+")
_COLOUR = re.compile(r"\x1b\[[0-?]{0,30}[ -/]{0,5}[@-~]|\x1b|\[(?:\d{1,3};){0,4}\d{1,3}m")
# The runner's folder of the repository: https://docs.github.com/actions/reference/workflows-and-actions/variables
_CHECKOUT = re.compile(
    r"(?:/[\w.+-]{1,64}){0,6}?/(?:_?work|__w)/(?P<posix>[\w.-]{1,100})/(?P=posix)/"
    r"|[A-Za-z]:[\\/](?:[\w.+-]{1,64}[\\/]){0,4}?(?:a|_work)[\\/](?P<drive>[\w.-]{1,100})[\\/](?P=drive)[\\/]"
    r"|/github/workspace/"
)
_UUID = re.compile(r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b")
_CLOCK = r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[AaPp][Mm]\b)?"
_ZONE = r"(?: ?(?:Z|UTC|GMT|[A-Z]{1,3}[DS]?T|[+-]\d\d:?\d\d)\b){0,2}"
_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:[a-z]{0,6}day)?"
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_TIME = re.compile(
    rf"\b\d{{4}}[-/.]\d\d[-/.]\d\d(?:[T_ ]{_CLOCK})?{_ZONE}(?: m=[+-][\d.]+)?"
    r"|\b\d{8}[T_-]\d{6}(?:[.,]\d{1,9})?Z?\b"
    rf"|\b\d{{1,2}}(?:/\d{{1,2}}/(?:\d{{4}}|\d\d)|\.\d{{1,2}}\.(?:19|20)\d\d)\b(?:,? {_CLOCK})?{_ZONE}"
    rf"|\b(?:{_DAY},? )?{_MONTH} \d{{1,2}} {_CLOCK}{_ZONE}(?: (?:19|20)\d\d\b)?"
    rf"|\b(?:{_DAY},? )?(?:\d{{1,2}}[ /-])?{_MONTH}\.?[ /-](?:\d{{4}}|\d{{1,2}})\b(?:,? \d{{4}}\b)?"
    rf"(?:[ ,:]{{1,2}}{_CLOCK})?{_ZONE}"
    r"|\b\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?[AaPp][Mm]\b)?|\b\d{1,2}:\d\d ?[AaPp][Mm]\b"
)
_IPV4 = re.compile(r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d{1,5})?\b")
# IPv6, in brackets or bare, and MAC addresses; a digit is in it, or it is C++.
_COLONS = re.compile(
    r"\[(?=[0-9a-fA-F]{0,4}:[0-9a-fA-F]{0,4}:)[0-9a-fA-F:.]{2,45}(?:%\w{1,20})?\](?::\d{1,5})?"
    r"|(?<![\w:.])(?=[0-9a-fA-F:]{0,39}\d)(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{1,4}(?![\w:])"
)
# The rest of a temporary path up to its last part, which often names what was looked for.
_TEMPORARY = re.compile(
    r"(?:/private)?/(?:tmp|var/tmp|var/folders|dev/shm|run/user/\d{1,9}|(?:[\w.+-]{1,64}/){0,6}_temp)/"
    r"[^\s'\"`,:;()<>\[\]]{0,300}"
    r"|[A-Za-z]:\\[^\s'\"`,:;()<>\[\]]{0,200}\\(?:Temp|_temp)\\[^\s'\"`,:;()<>\[\]]{0,300}"
)
_STATUS = re.compile(
    r"(?i)\b(?:https?(?:/\d(?:\.\d)?)?|status(?:[ _-]?code)?|response(?:[ _-]?code)?)\b\W{0,3}"
    r"(?:(?:was|is|of|got|code|returned|with|error)\W{1,3}){0,3}(\d{3})(?![\w.]?\d)"
)
_PAIR = re.compile(
    r"(?<![\w.#/:-])(\d{3})(?![\w.,]?\d|[\w%])(\D{1,60}?)(?<![\w.#/:-])(\d{3})(?![\w.,]?\d|[\w%])"
)
_COMPARES = re.compile(r"(?i)\b(?:expect|want|got\b|receiv|assert|equal|actual)|[!=]=")
_EXIT = re.compile(
    r"(?i)\b(?:exit(?:ed)?(?:[ _-]?(?:code|status))?|(?:return|error)[ _-]?code|rc|errno|signal)\b\W{0,3}"
    r"(?:(?:was|is|of|with|code|status|value)\W{1,3}){0,3}(\d{1,5})(?![\w.]?\d)"
    r"|\bsqlstate\W{0,3}([0-9a-z]{5})\b"
)
_CODE = re.compile(r"\b([A-Z]{1,5})(\d{3,5})\b")
# Kubernetes' suffixes, without vowels: k8s.io/apimachinery/pkg/util/rand
_SUFFIX = re.compile(
    r"(?<=[a-z0-9])(?:-[bcdfghjklmnpqrstvwxz2456789]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}"
    r"|-(?=[a-z]{0,4}[0-9])[bcdfghjklmnpqrstvwxz2456789]{5}"
    r"|[-_](?=[0-9]{0,5}[a-f])(?=[a-f]{0,5}[0-9])[0-9a-f]{4,6})\b"
)
_HEX = re.compile(r"\b0x[0-9a-fA-F]{1,40}\b|\b[0-9a-f]{7,128}\b|\b[0-9A-F]{7,128}\b|(?<=\w@)[0-9a-f]{5,8}\b")
_TOKEN = re.compile(r"[A-Za-z0-9]{6,200}")
_TEMP_NAME = re.compile(r"\btmp[a-z0-9_]{8}\b")
_NUMBER = re.compile(r"\d(?:[\d.,_]*\d)?(?:[eE][-+]?\d{1,4}(?![\d.]))?[.,]?")
_UNIT = re.compile(
    r"#\s?(?:ns|us|µs|μs|ms|s|m|h|d|secs?|seconds?|mins?|minutes?|hours?|days?|(?:milli|micro|nano)seconds?"
    r"|[kKMGTP]i?B|B|[Bb]ytes?)(?=#|[^A-Za-z]|$)"
)
_PLURAL = re.compile(r"(# [a-z]{2,40}[^s\W\d])s\b")
_LIST = re.compile(rf"\{{([^{{}}]{{1,{MAX_LIST}}})\}}|\[([^\[\]]{{1,{MAX_LIST}}})\]")
_NUMBERS = re.compile(r"#(?: ?#)+")


def normalise(message: str) -> str:
    """Take out of a message what varies: times, addresses, ids, paths of a moment, numbers, orders."""
    text = _SPACE.sub(" ", _COLOUR.sub("", message[:MAX_MESSAGE])).strip()
    text = _CHECKOUT.sub("", text)
    text = _TEMPORARY.sub(_temporary, text)
    text = _UUID.sub("#", text)
    text = _IPV4.sub("<address>", text)
    text = _TIME.sub("<time>", text)
    text = _COLONS.sub("<address>", text)
    text = _keep_what_tells(text)
    text = _SUFFIX.sub("-#", text)
    text = _HEX.sub(_hex, text)
    text = _TEMP_NAME.sub("tmp#", text)
    text = _TOKEN.sub(_token, text)
    text = _NUMBER.sub("#", text)
    text = _UNIT.sub("#", text)
    text = _NUMBERS.sub("#", text)
    text = _PLURAL.sub(r"\1", text)
    return _LIST.sub(_in_order, text).translate(_GIVE_BACK)


def _keep_what_tells(text: str) -> str:
    """Put the numbers that say in which way something failed out of reach."""
    text = _STATUS.sub(_kept_if_http, text)
    if _COMPARES.search(text):
        text = _PAIR.sub(_kept_if_http, text)
    text = _EXIT.sub(lambda found: found[0].translate(_KEEP), text)
    return _CODE.sub(lambda found: found[0] if found[1] in _COUNTERS else found[0].translate(_KEEP), text)


def _kept_if_http(found: re.Match[str]) -> str:
    numbers = [int(one) for one in found.groups() if one.isdecimal()]
    return found[0].translate(_KEEP) if all(number in _HTTP for number in numbers) else found[0]


def _temporary(found: re.Match[str]) -> str:
    """Keep the name at the end, but not that of the temporary folder itself."""
    path = found[0].replace("\\", "/").rstrip("/.")
    parts = [part for part in path.split("/") if part]
    name = parts[-1]
    return f"<tmp>/{name}" if "." in name and len(parts) > 2 else "<tmp>"  # noqa: PLR2004 - /tmp/<folder>/<name>


def _hex(found: re.Match[str]) -> str:
    """A hash has digits in it; a word of the letters a to f has none."""
    return "#" if any(char.isdigit() for char in found[0]) else found[0]


def _token(found: re.Match[str]) -> str:
    """An id is told from a name by how often it changes between letters and digits, small and large."""
    text = found[0]
    turns = sum(a.isdigit() != b.isdigit() for a, b in pairwise(text))
    if turns >= MIN_TURNS and len(text) >= MIN_ID:
        return "#"
    steps = turns + sum(a.islower() and b.isupper() for a, b in pairwise(text))
    mixed = turns and len(text) >= MIN_MIXED and steps >= SHARE_MIXED * (len(text) - 1)
    return "#" if mixed else text


def _in_order(found: re.Match[str]) -> str:
    """What stands in braces or brackets, between commas, in one order: a set or a dictionary has none."""
    inside = found[1] if found[1] is not None else found[2]
    ordered = ", ".join(sorted(part.strip() for part in inside.split(",")))
    return f"{found[0][0]}{ordered}{found[0][-1]}"
