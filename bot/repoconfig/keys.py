"""Every key of `.github/retriage.yml` (DESIGN section 4) with what may stand there."""

from bot.model.config import BUILT_IN_PACKS, CheckConfig, CommentMode, RerunConfig
from bot.model.failure import FailureKind
from bot.model.signature import SignatureKind, SignatureStatus
from bot.repoconfig.shapes import Day, Either, Flag, Form, Key, List, Number, Part, Text, Word

# Ids stand in comments and commands as they are.
MAX_ID = 64
# The engine takes no longer one (DEPENDENCIES 1.6).
MAX_PATTERN = 1_000
# More lines than this describe one log, not a failure.
MAX_LINES = 10
# An example may be a whole excerpt.
MAX_EXAMPLE = 4_000
MAX_URL = 500
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
CAUSES = (
    "async-timing",
    "data-pollution",
    "shared-state",
    "eventual-consistency",
    "race",
    "order",
    "time",
    "randomness",
    "network",
    "registry",
    "resource",
    "timeout",
    "performance",
    "dependency",
    "configuration",
    "runner",
    "other",
)
ACTIONS = ("label", "suggest-rerun", "auto-rerun")

NAMES = List(Text(), alone=True)
ID = Text(
    MAX_ID,
    forms=(
        Form(
            r"[A-Za-z0-9][A-Za-z0-9._-]*",
            "an id has letters, digits, `-`, `_` and `.`",
            "write it like DS-FLAKY-003a",
        ),
    ),
)
URL = Text(
    MAX_URL, forms=(Form(r"https?://[!-~]+", "`issue` is no web address", "write https://…, without blanks"),)
)
# As Probot reads it: https://github.com/octokit/plugin-config.js#readme
# A repository's name is never `.` or `..`, which would be another address.
EXTENDS = Text(
    forms=(
        Form(
            r"(?:[A-Za-z0-9][A-Za-z0-9-]{0,38}/)?(?!\.\.?(?::|$))[A-Za-z0-9_.-]{1,100}"
            r"(?::[A-Za-z0-9_./-]{1,300}\.ya?ml)?",
            "`_extends` names no repository",
            "write repository, owner/repository or owner/repository:path/to/file.yml",
        ),
    )
)
EXAMPLE_FILE = Text(
    forms=(
        Form(
            r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*",
            "a file of examples lies below the configuration's folder",
            "write it like logs/ds-flaky-003a.log",
        ),
    )
)
_JUNIT = "name the files of JUnit XML: *junit*.xml"
REPORT = Text(
    forms=(
        Form(r".*[^*?./].*", "`reports` has `{}`, which describes every file", _JUNIT),
        Form(
            r"(?!/)(?!.*\\)(?!(?:.*/)?\.\.(?:/|$)).*",
            "`reports` has `{}`, which is no path inside an artifact",
            "write it with `/`, from the artifact's root: junit/*.xml",
        ),
        Form(
            r"(?:.*/)?(?:[^./]*|[^/]*(?:\.[xX][mM][lL]|[*?]))",
            "`reports` has `{}`: only JUnit XML is read",
            _JUNIT,
        ),
    )
)

PATTERN = Part(
    {
        "contains": Key(Text(MAX_PATTERN), "A text that stands in one line."),
        "regex": Key(Text(MAX_PATTERN), "An expression in RE2 syntax that is found in one line."),
    },
    one_of=("contains", "regex"),
)
LINE = Either(Text(MAX_PATTERN), PATTERN)
MATCH = Part(
    {
        **PATTERN.keys,
        "lines": Key(
            List(LINE, MAX_LINES, least=1),
            "Patterns that stand in this order, each on the same or a later line than the one before.",
        ),
        "absent": Key(LINE, "What must not follow the last of them within the failure's lines."),
    },
    one_of=("contains", "regex", "lines"),
)
_GLOB = "A glob on {}: `*` is any text, `?` one character; left out, any."
SCOPES = {
    "workflow": "the workflow's name",
    "job": "the job's name, matrix values included",
    "step": "the name of the step that failed",
    "test": "the test's name with its containers",
    "file": "the failing test's file",
    "branch": "the branch that the change is meant for",
}
SCOPE = Part(
    {
        **{key: Key(Text(), _GLOB.format(what)) for key, what in SCOPES.items()},
        "kinds": Key(
            List(Word(tuple(kind.value for kind in FailureKind)), alone=True),
            "Kinds of failure that it may explain; without it every kind.",
        ),
    }
)
_EXAMPLES = List(
    Either(
        Text(MAX_EXAMPLE, several_lines=True),
        Part({"file": Key(EXAMPLE_FILE, "A job's log, below the configuration's folder.", required=True)}),
    ),
    alone=True,
)
EXAMPLES = Part(
    {
        "match": Key(_EXAMPLES, "Lines or logs of real failures that it must match."),
        "no_match": Key(_EXAMPLES, "Lines or logs that look alike and that it must not match."),
    }
)
SIGNATURE = Part(
    {
        "id": Key(ID, "The name that comments and commands use.", required=True),
        "title": Key(Text(), "What goes wrong, in one line.", required=True),
        "match": Key(MATCH, "What stands in the failure's own lines.", required=True),
        "scope": Key(SCOPE, "Where it holds; a narrow scope hides no other failure."),
        "cause": Key(Word(CAUSES, "other"), "Why it happens."),
        "kind": Key(
            Word(tuple(kind.value for kind in SignatureKind), SignatureKind.FLAKE.value),
            "What a match means.",
        ),
        "status": Key(
            Word(tuple(status.value for status in SignatureStatus), SignatureStatus.OPEN.value),
            "Where it is in its life; a match of a fixed one is a fix that did not hold.",
        ),
        "priority": Key(Text(MAX_ID), "Your own word, for example P2."),
        "issue": Key(URL, "Where it is worked on."),
        "owner": Key(Text(), "Who answers for it."),
        "fix": Key(Text(), "What mends it, or did."),
        "action": Key(Word(ACTIONS, "label"), "What may follow from a match."),
        "added": Key(Day(), "When it was written."),
        "fixed": Key(Day(), "When it was fixed; said when it returns."),
        "expires": Key(Day(), "When somebody has to look again; 90 days after its last hit when left out."),
        "examples": Key(EXAMPLES, "Its proof: `retriage test` tries each of them."),
    }
)
CHECK = Part(
    {
        "conclusion": Key(
            Word(CONCLUSIONS, CheckConfig().conclusion), "The check run's, while something needs somebody."
        ),
        "annotations": Key(
            Number(CheckConfig().annotations, 0, MAX_ANNOTATIONS), "How many failures are shown on the diff."
        ),
    }
)
GROUP = Part(
    {
        "name": Key(Text(), "The row's name.", required=True),
        "match": Key(Text(), "A glob on the names of its jobs.", required=True),
    }
)
_RERUN = RerunConfig()
RERUN = Part(
    {
        "auto": Key(Flag(_RERUN.auto), "Whether jobs may be re-run without being asked."),
        "max_attempts": Key(Number(_RERUN.max_attempts, 1, MAX_ATTEMPTS), "At most so many re-runs."),
        "max_failed_jobs": Key(
            Number(_RERUN.max_failed_jobs, 1, MAX_RERUN_JOBS), "None when more jobs have failed."
        ),
        "authors": Key(Flag(_RERUN.authors), "Whether a pull request's author may ask for one."),
    }
)
_VERSION = Key(Word(VERSIONS, "1"), "The version of this file's form.")
_SIGNATURES = Key(List(SIGNATURE, MAX_SIGNATURES), "Known failures, each reviewed.")
FILE = Part(
    {
        "version": _VERSION,
        "comment": Key(
            Word(tuple(mode.value for mode in CommentMode), CommentMode.FAILURES.value),
            "When to keep a comment on the pull request.",
        ),
        "check": Key(CHECK, "The check run."),
        "workflows": Key(NAMES, "Globs on the workflows to read; without it all of them."),
        "aggregates": Key(NAMES, "Globs on jobs that only sum up others."),
        "groups": Key(List(GROUP), "Jobs that share a row while they are green."),
        "artifacts": Key(NAMES, "Globs on artifacts to link when something failed."),
        "reports": Key(
            List(REPORT, alone=True), "Globs on JUnit files inside artifacts, read beside the logs."
        ),
        "rerun": Key(RERUN, "What may be re-run."),
        "packs": Key(
            List(Word(BUILT_IN_PACKS), alone=True),
            "Built-in signatures of infrastructure; all of them when left out, `[]` for none.",
        ),
        "signatures": _SIGNATURES,
        "_extends": Key(
            EXTENDS, "A configuration to build on: repository, owner/repository, or either with :path.yml."
        ),
    }
)
# A file of the folder beside it holds one signature, or a list of them.
PART_FILE = Part({"version": _VERSION, "signatures": _SIGNATURES})
