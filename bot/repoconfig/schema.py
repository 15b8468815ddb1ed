"""`.github/retriage.yml`, and the files beside it, read into the model's values."""

from bot.model.config import (
    BUILT_IN_PACKS,
    CheckConfig,
    CommentMode,
    ConfigText,
    GroupConfig,
    Problem,
    RepoConfig,
    RerunConfig,
)
from bot.model.signature import Signature
from bot.repoconfig.fields import Fields, open_fields
from bot.repoconfig.keys import FILE, GROUP, PART_FILE
from bot.repoconfig.signatures import read_signature
from bot.repoconfig.tree import Entries, Node, Problems, Scalar, read_tree


def parse_config(data: bytes, file: str, commit: str = "") -> tuple[RepoConfig | None, tuple[Problem, ...]]:
    """Read a configuration file that is to be used; never raises.

    Returns:
        The configuration and no problem, or `None` and every problem, in the order of the file.
    """
    config, problems = draft_config(data, file, commit)
    return (None, problems) if problems else (config, ())


def draft_config(data: bytes, file: str, commit: str = "") -> tuple[RepoConfig, tuple[Problem, ...]]:
    """Read what can be read of a configuration file, for those who look for more mistakes; never raises.

    Args:
        data: the file, at most 64 KiB of UTF-8.
        file: its path, for problems and as the signatures' source.
        commit: the commit it was read at.

    Returns:
        What could be read (an empty file is all defaults), and every problem in the order of the file.
    """
    problems = Problems(file)
    root = read_tree(data, problems)
    if root is None or (isinstance(root, Scalar) and root.empty):
        config = RepoConfig(source=file, commit=commit)
    else:
        config = _read(open_fields(root, "", FILE, problems), file, commit)
    return config, problems.in_order()


def parse_part(data: bytes, file: str) -> tuple[tuple[Signature, ...] | None, tuple[Problem, ...]]:
    """Read a file of the folder beside the configuration that is to be used; never raises.

    Returns:
        Its signatures and no problem, or `None` and every problem, in the order of the file.
    """
    signatures, problems = draft_part(data, file)
    return (None, problems) if problems else (signatures, ())


def draft_part(data: bytes, file: str) -> tuple[tuple[Signature, ...], tuple[Problem, ...]]:
    """Read what can be read of a file of the folder: one signature, or a list of them; never raises."""
    problems = Problems(file)
    root = read_tree(data, problems)
    found: tuple[Signature, ...] = ()
    if root is not None and not (isinstance(root, Scalar) and root.empty):
        if isinstance(root, Entries) and not {key.text for key, _ in root.entries}.isdisjoint(PART_FILE.keys):
            found = _signatures(open_fields(root, "", PART_FILE, problems), file)
        else:
            one = read_signature(root, "the signature", file, problems)
            found = (one,) if one is not None else ()
    return found, problems.in_order()


def _read(top: Fields, file: str, commit: str) -> RepoConfig:
    check = top.inner("check")
    return RepoConfig(
        version=int(top.choice("version")),
        comment=top.word("comment", CommentMode),
        check=CheckConfig(check.choice("conclusion"), check.number("annotations")),
        workflows=top.texts("workflows"),
        aggregates=top.texts("aggregates"),
        groups=top.each("groups", lambda node, path, _: _group(node, path, top.problems)),
        artifacts=top.texts("artifacts"),
        reports=tuple(dict.fromkeys(top.texts("reports"))),
        rerun=_rerun(top.inner("rerun")),
        packs=_packs(top),
        signatures=_signatures(top, file),
        extends=top.text("_extends"),
        source=file,
        commit=commit,
        named=frozenset(key for key in FILE.keys if key in top.values and top.node(key) is not None),
    )


def _signatures(top: Fields, file: str) -> tuple[Signature, ...]:
    return top.each("signatures", lambda node, path, _: read_signature(node, path, file, top.problems))


def _group(node: Node, path: str, problems: Problems) -> GroupConfig:
    fields = open_fields(node, path, GROUP, problems)
    return GroupConfig(fields.text("name"), fields.text("match"))


def _rerun(fields: Fields) -> RerunConfig:
    return RerunConfig(
        auto=fields.flag("auto"),
        max_attempts=fields.number("max_attempts"),
        max_failed_jobs=fields.number("max_failed_jobs"),
        authors=fields.flag("authors"),
    )


def _packs(top: Fields) -> tuple[str, ...]:
    return BUILT_IN_PACKS if top.node("packs") is None else tuple(dict.fromkeys(top.texts("packs")))


def extends_of(file: ConfigText) -> tuple[str, int, int]:
    """What a file extends, with line and column; empty when it extends nothing or cannot be read."""
    problems = Problems(file.file)
    root = read_tree(file.data, problems)
    if not isinstance(root, Entries):
        return "", 1, 1
    top = open_fields(root, "", FILE, problems)
    found, place = top.text("_extends"), top.place_of("_extends")
    return ("" if problems.found else found), place.line, place.column
