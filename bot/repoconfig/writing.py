"""Signatures as YAML, in the form in which `parse_config` reads them."""

import json
import re
from collections.abc import Iterator

from bot.model.signature import Pattern, Scope, Signature

# What YAML takes for a line's end, or does not take at all, although JSON leaves it as it is.
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_GLOBS = ("workflow", "job", "step", "test", "file", "branch")


def write_signature(signature: Signature) -> str:
    """One entry of the list `signatures`, its lines indented by two blanks; every text in quotes."""
    lines = [f"id: {write_text(signature.id)}", f"title: {write_text(signature.title)}"]
    lines.append(f"match: {_match(signature)}")
    scope = ", ".join(_scope(signature.scope))
    if scope:
        lines.append(f"scope: {{{scope}}}")
    lines += [
        f"cause: {signature.cause}",
        f"kind: {signature.kind.value}",
        f"status: {signature.status.value}",
    ]
    if signature.added is not None:
        lines.append(f"added: {signature.added.isoformat()}")
    if signature.examples_match:
        lines += ["examples:", "  match:", *(f"    - {write_text(one)}" for one in signature.examples_match)]
    return "\n".join(f"{'  - ' if number == 0 else '    '}{line}" for number, line in enumerate(lines))


def write_text(text: str) -> str:
    """A text in double quotes, as JSON and YAML both read it."""
    return _UNSAFE.sub(_escaped, json.dumps(text, ensure_ascii=False))


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _match(signature: Signature) -> str:
    match = signature.match
    parts = [_pattern(one) for one in match.patterns]
    way = parts[0] if len(parts) == 1 else f"lines: [{', '.join(f'{{{one}}}' for one in parts)}]"
    absent = f", absent: {{{_pattern(match.absent)}}}" if match.absent is not None else ""
    return f"{{{way}{absent}}}"


def _pattern(pattern: Pattern) -> str:
    return f"{'regex' if pattern.is_regex else 'contains'}: {write_text(pattern.text)}"


def _scope(scope: Scope) -> Iterator[str]:
    for key in _GLOBS:
        glob: str = getattr(scope, key)
        if glob:
            yield f"{key}: {write_text(glob)}"
    if scope.kinds:
        yield f"kinds: [{', '.join(kind.value for kind in scope.kinds)}]"
