"""The keys of `.github/retriage.yml` (DESIGN section 4), read into the model's values."""

from bot.model.config import BUILT_IN_PACKS as PACKS
from bot.model.config import CheckConfig, CommentMode, GroupConfig, Problem, RepoConfig, RerunConfig
from bot.repoconfig.fields import MAX_ITEMS, Fields, open_fields, suggest
from bot.repoconfig.signatures import read_signature
from bot.repoconfig.tree import Node, Problems, Scalar, read_tree

# One engine holds no more patterns than this, and people review no more.
MAX_SIGNATURES = 1_000
# GitHub shows a check's annotations in pages; more than this is a wall.
MAX_ANNOTATIONS = 500
# A third attempt that fails is no flake any more.
MAX_ATTEMPTS = 3
# Re-running more jobs than this is a new run.
MAX_RERUN_JOBS = 50
# A red check must stay red or neutral: nothing in here turns it green.
CONCLUSIONS = ("neutral", "failure")
# The only shape of the file so far.
VERSIONS = ("1",)
_REPORTS = "name the files of JUnit XML: *junit*.xml"
KEYS = (
    "version",
    "comment",
    "check",
    "workflows",
    "aggregates",
    "groups",
    "artifacts",
    "reports",
    "rerun",
    "packs",
    "signatures",
    "_extends",
)


def parse_config(data: bytes, file: str, commit: str = "") -> tuple[RepoConfig | None, tuple[Problem, ...]]:
    """Read a configuration file; never raises.

    Args:
        data: the file, at most 64 KiB of UTF-8.
        file: its path, for problems and as the signatures' source.
        commit: the commit it was read at.

    Returns:
        The configuration and no problem, or `None` and every problem, in the order of the file.
        An empty file is the configuration with all its defaults.
    """
    problems = Problems(file)
    root = read_tree(data, problems)
    if root is None or (isinstance(root, Scalar) and root.empty):
        config = RepoConfig(source=file, commit=commit)
    else:
        config = _read(open_fields(root, "", KEYS, problems), file, commit)
    if problems.found:
        return None, tuple(sorted(problems.found, key=lambda problem: (problem.line, problem.column)))
    return config, ()


def _read(top: Fields, file: str, commit: str) -> RepoConfig:
    check = top.part("check", ("conclusion", "annotations"))
    return RepoConfig(
        version=int(top.choice("version", VERSIONS, "1")),
        comment=top.word("comment", CommentMode, CommentMode.FAILURES),
        check=CheckConfig(
            check.choice("conclusion", CONCLUSIONS, "neutral"),
            check.number("annotations", 10, 0, MAX_ANNOTATIONS),
        ),
        workflows=top.texts("workflows"),
        aggregates=top.texts("aggregates"),
        groups=top.each("groups", MAX_ITEMS, lambda node, path: _group(node, path, top.problems)),
        artifacts=top.texts("artifacts"),
        reports=_reports(top),
        rerun=_rerun(top.part("rerun", ("auto", "max_attempts", "max_failed_jobs", "authors"))),
        packs=_packs(top),
        signatures=top.each(
            "signatures", MAX_SIGNATURES, lambda node, path: read_signature(node, path, file, top.problems)
        ),
        extends=top.text("_extends"),
        source=file,
        commit=commit,
    )


def _group(node: Node, path: str, problems: Problems) -> GroupConfig:
    fields = open_fields(node, path, ("name", "match"), problems)
    return GroupConfig(fields.required("name"), fields.required("match"))


def _reports(top: Fields) -> tuple[str, ...]:
    """Globs of files inside artifacts; one that describes every file, or none, is a mistake."""
    globs = top.texts("reports")
    node = top.node("reports")
    if node is None:
        return ()
    places = [item.place for item in getattr(node, "items", ())] or [node.place]
    for glob, place in zip(globs, places, strict=False):
        name = glob.rpartition("/")[2]
        if glob and not glob.strip("*?./"):
            top.problems.add(place, f"`reports` has `{glob[:60]}`, which describes every file", _REPORTS)
        elif glob.startswith("/") or "\\" in glob or ".." in glob.split("/"):
            message = f"`reports` has `{glob[:60]}`, which is no path inside an artifact"
            top.problems.add(place, message, "write it with `/`, from the artifact's root: junit/*.xml")
        elif "." in name and not name.lower().endswith((".xml", "*", "?")):
            top.problems.add(place, f"`reports` has `{glob[:60]}`: only JUnit XML is read", _REPORTS)
    return tuple(dict.fromkeys(globs))


def _rerun(fields: Fields) -> RerunConfig:
    default = RerunConfig()
    return RerunConfig(
        auto=fields.flag("auto", default=default.auto),
        max_attempts=fields.number("max_attempts", default.max_attempts, 1, MAX_ATTEMPTS),
        max_failed_jobs=fields.number("max_failed_jobs", default.max_failed_jobs, 1, MAX_RERUN_JOBS),
        authors=fields.flag("authors", default=default.authors),
    )


def _packs(top: Fields) -> tuple[str, ...]:
    names = top.texts("packs")
    node = top.node("packs")
    if node is None:
        return PACKS
    places = [item.place for item in getattr(node, "items", ())] or [node.place]
    for name, place in zip(names, places, strict=False):
        if name and name not in PACKS:
            top.problems.add(place, f"there is no pack `{name[:60]}`", suggest(name, PACKS))
    return tuple(dict.fromkeys(names))
