"""What secrets look like, as data: one row per kind of token, with a word that must occur for it to be tried.

Sources: https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns,
https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml, and the issuers' own pages.

Every pattern is linear on hostile text: it starts at a literal or at the beginning of a run of token
characters, and no part of it can take what the next part needs. None of them reaches over a line's end.
"""

import re
from typing import NamedTuple


class Shape(NamedTuple):
    """One kind of token.

    Attributes:
        anchors: one of these must occur in the lower-cased text, else the pattern is not tried.
        pattern: group `keep`, where there is one, stays in front of the replacement.
    """

    anchors: tuple[str, ...]
    pattern: re.Pattern[str]


def _shape(anchors: str, pattern: str, flags: int = 0) -> Shape:
    return Shape(tuple(anchors.split()), re.compile(pattern, flags | re.ASCII))


# Tokens whose issuer gave them a prefix of their own. `a`: letters and digits follow, `t`: also `_` and `-`,
# `d`: also `.`, `=`, `+` and `/`; the number says how many at least.
_PREFIXED = """
github_pat_ t20 | glpat- d16 | glptt- t16 | gldt- t16 | glrt- d16 | glcbt- t16 | glsoat- t16
glagent- t16 | gloas- t16 | glft- t16 | glimt- t16 | GR1348941 t16 | xoxa- t10 | xoxb- t10 | xoxc- t10
xoxd- d10 | xoxe- t10 | xoxe. d10 | xoxo- t10 | xoxp- t10 | xoxr- t10 | xoxs- t10 | xapp- t10
sk_live_ a10 | sk_test_ a10 | rk_live_ a10 | rk_test_ a10 | whsec_ d16 | npm_ a30 | pypi-AgE t10
pypi- t40 | dckr_pat_ t16 | dckr_oat_ t16 | ATATT3 d16 | ATCTT3 d16 | ATBB a28 | dop_v1_ a32
doo_v1_ a32 | dor_v1_ a32 | HRKU- t20 | sk-ant- t16 | sk-proj- t16 | sk-svcacct- t16 | sk-admin- t16
sk-or-v1- a16 | sk- a32 | hf_ a30 | api_org_ a30 | hvs. t16 | hvb. t16 | hvr. t16 | AGE-SECRET-KEY- a20
AGE-PLUGIN- t40 | AIza t30 | ya29. d16 | GOCSPX- t16 | shpat_ a20 | shpca_ a20 | shppa_ a20 | shpss_ a20
sq0atp- t16 | sq0csp- t16 | EAACEdEose0cBA a20 | glsa_ t20 | glc_ d24 | PMAK- t20 | sntrys_ d20
sntryu_ a20 | sbp_ a30 | nfp_ a30 | figd_ t20 | ntn_ a30 | rubygems_ a30 | pul- a32 | dt0c01. d20
CCIPAT_ t20 | bkua_ a20 | tskey- t16 | lin_api_ a20 | NRAK- a20 | NRII- t20 | dp.pt. a20 | dp.st. d20
pscale_ d24 | gsk_ a30 | r8_ a30 | pplx- a30 | xai- a40 | fo1_ t30 | AKCp a30 | lip_ a30 | mdb_sa_ d20
v1.0- d60
"""
_FOLLOWS = {"a": "[A-Za-z0-9]", "t": r"[A-Za-z0-9_\-]", "d": r"[A-Za-z0-9_.\-+/=]"}


def _prefixed() -> tuple[Shape, ...]:
    """Compile the table: the look-behind lets a pattern start only where a word does."""
    rows = [row.split() for row in _PREFIXED.strip().replace("\n", " | ").split(" | ")]
    return tuple(
        _shape(
            prefix.lower(), rf"(?<![A-Za-z0-9]){re.escape(prefix)}{_FOLLOWS[follows[0]]}{{{follows[1:]},}}"
        )
        for prefix, follows in rows
    )


_KEYWORD = (
    r"(?:pass(?:word|wd|phrase|code)|pwd|secret|token|api[_\-]?key|apikey|access[_\-]?key|private[_\-]?key|account[_\-]?key"
    r"|shared[_\-]?access[_\-]?(?:key|signature)|signing[_\-]?key|encryption[_\-]?key|master[_\-]?key|auth[_\-]?key|license[_\-]?key"
    r"|deploy[_\-]?key|storage[_\-]?key|client[_\-]?key|consumer[_\-]?key|credentials?|authorization|authtoken|_auth|_pat)"
)
KEYWORD_ANCHORS = "pass pwd secret token key credential auth _pat"

SHAPES: tuple[Shape, ...] = (
    # Installation tokens are `ghs_<app id>_<JWT>` now, some 520 characters with dots, dashes and underscores
    # (https://github.blog/changelog/ of 2026-05-15).
    _shape("ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9_.\-]{16,}"),
    *_prefixed(),
    _shape("eyj", r"(?<![A-Za-z0-9_\-])eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{4,}(?:\.[A-Za-z0-9_\-]*){0,3}"),
    _shape("akia asia abia acca", r"(?<![A-Z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Z0-9])"),
    _shape("sig=", r"(?P<keep>[?&;]sig=)[A-Za-z0-9%+/=_\-]{16,}", re.IGNORECASE),
    _shape("x-amz-signature=", r"(?P<keep>X-Amz-Signature=)[A-Fa-f0-9]{16,}", re.IGNORECASE),
    _shape("x-goog-signature=", r"(?P<keep>X-Goog-Signature=)[A-Fa-f0-9]{16,}", re.IGNORECASE),
    _shape("q~", r"(?<![\w~.\-])[\w~.\-]{3}\dQ~[\w~.\-]{31,40}"),
    _shape(
        "hooks.slack.com",
        r"(?P<keep>hooks\.slack\.com/(?:services|workflows|triggers)/)[A-Za-z0-9_/\-]{8,}",
    ),
    _shape("webhook.office.com", r"(?P<keep>webhook\.office\.com/webhookb?2?/)[A-Za-z0-9@/\-]{16,}"),
    _shape("/api/webhooks/", r"(?P<keep>/api/webhooks/)\d{5,25}/[A-Za-z0-9_\-]{16,}"),
    _shape("sg.", r"(?<![A-Za-z0-9])SG\.[A-Za-z0-9_\-]{16,80}\.[A-Za-z0-9_\-]{16,}"),
    _shape("sk ac", r"(?<![A-Za-z0-9])(?:SK|AC)[0-9a-f]{32}(?![A-Za-z0-9])"),
    _shape("dapi", r"(?<![A-Za-z0-9])dapi[a-f0-9]{32}(?:-\d{1,3})?"),
    _shape("key-", r"(?<![A-Za-z0-9])key-[0-9a-f]{32}(?![A-Za-z0-9])"),
    _shape("-us", r"(?<![A-Za-z0-9])[0-9a-f]{32}-us\d{1,2}(?![A-Za-z0-9])"),
    _shape(".atlasv1.", r"(?<![A-Za-z0-9])[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=\-]{20,}"),
    _shape(
        ".",
        r"(?<![A-Za-z0-9_\-])[MNO][A-Za-z0-9_\-]{22,27}\.[A-Za-z0-9_\-]{6}\.[A-Za-z0-9_\-]{27,40}(?![\w\-])",
    ),
    _shape(":", r"(?<![A-Za-z0-9])\d{8,10}:[A-Za-z0-9_\-]{35}(?![A-Za-z0-9_\-])"),
    _shape("flyv1", r"(?P<keep>FlyV1 )[A-Za-z0-9_,+/=]{20,}"),
    _shape("://", r"(?P<keep>://)[^\s/@:\"'<>]{0,256}:[^\s/@\"'<>]{1,512}(?=@)"),
    _shape("://", r"(?P<keep>://)[A-Za-z0-9_.~%\-]{16,512}(?=@)"),
    _shape("@tcp( @unix(", r"(?P<keep>(?<![\w.\-])[\w.\-]{1,64}:)[^\s@/:]{4,128}(?=@(?:tcp|unix)\()"),
    _shape(
        "cookie",
        r"(?P<keep>cookie2?[\"']?[ \t]{0,4}[:=][ \t]{0,4}[\"']?)[^\s=;,]{1,128}=[^\n]{4,}",
        re.IGNORECASE,
    ),
    _shape(
        "authorization",
        r"(?P<keep>authorization[\"'\]]{0,2}[ \t]{0,4}(?:=>|[:=])[ \t]{0,4}[\"'\[]{0,2}"
        r"(?:bearer|basic|token|digest|negotiate|apikey|aws4-hmac-sha256)[ \t]{1,4})"
        r"[^\s\"']{4,}[^\n\"']{0,4096}",
        re.IGNORECASE,
    ),
    _shape(
        "bearer",
        r"(?P<keep>\bbearer[ \t]{1,4})(?=[A-Za-z._~+/\-]{0,40}\d)[A-Za-z0-9._~+/\-]{12,}=*",
        re.IGNORECASE,
    ),
    _shape("curl wget", r"(?P<keep>[ \t](?:-u|--user)[ =][\"']?[^\s:\"']{1,64}:)[^\s\"']{4,}"),
    _shape(
        KEYWORD_ANCHORS,
        rf"(?P<keep>--[a-z\-]{{0,30}}{_KEYWORD}[ \t]{{1,4}}[\"']?)(?![\-$*<>{{])[^\s\"']{{8,}}",
        re.IGNORECASE,
    ),
)

# `password = "…"`, `"token": "…"`, `api_key: …`; what is behind it is judged by `redact`.
ASSIGNMENT = re.compile(
    rf"(?P<key>{_KEYWORD})(?P<rest>[A-Za-z0-9_\-.]{{0,40}})"
    r"(?P<sep>\\?[\"'\]]{0,2}[ \t]{0,8}(?:=>|:=|[=:])[ \t]{0,8})"
    r"(?:(?P<quote>\\?[\"'`])(?P<quoted>[^\"'`\n\\]{8,512})"
    r"|(?P<value>[^\s\"'`,;)\]}<>(\[{$*|][^\s\"'`,;)\]}<>]{7,}))",
    re.IGNORECASE | re.ASCII,
)

# `Basic dXNlcjpwYXNz` on its own; `redact` looks whether it decodes to `user:password`.
BASIC = re.compile(r"(?P<keep>\bbasic[ \t]{1,4})(?P<value>[A-Za-z0-9+/]{8,}={0,2})", re.IGNORECASE | re.ASCII)
