"""Icon and word of every class and state, always together."""

from bot.model.report import JobState
from bot.model.verdict import VerdictClass
from bot.report.markdown import Markdown, say

LABELS = {
    VerdictClass.REGRESSION: say("❌ Fails"),
    VerdictClass.RETURNED: say("🔁 Returned"),
    VerdictClass.UNKNOWN: say("❔ Unknown"),
    VerdictClass.UNREAD: say("📄 Unread"),
    VerdictClass.KNOWN_FLAKE: say("❄️ Known flake"),
    VerdictClass.INFRA: say("☁️ Infra"),
    VerdictClass.ON_BASE: say("⚓ On base"),
    VerdictClass.PASSED_ON_RETRY: say("🔄 Passed on retry"),
    VerdictClass.SEEN_ELSEWHERE: say("👀 Seen elsewhere"),
    VerdictClass.BLOCKED: say("⏭ Blocked"),
    VerdictClass.CANCELLED: say("⏹ Cancelled"),
}
MEANINGS = {
    VerdictClass.REGRESSION: say("passed on the base branch, or is new here: this pull request broke it"),
    VerdictClass.RETURNED: say("a failure whose fix was recorded as done has come back"),
    VerdictClass.UNKNOWN: say("no evidence either way: somebody has to look"),
    VerdictClass.UNREAD: say("the log is missing, cut short or could not be read, so nothing is claimed"),
    VerdictClass.ON_BASE: say("the base branch fails in the same way"),
    VerdictClass.SEEN_ELSEWHERE: say("the same failure on pull requests of other people this week"),
    VerdictClass.INFRA: say("matches a reviewed signature of a runner, network or registry failure"),
    VerdictClass.KNOWN_FLAKE: say("matches a reviewed signature of a flaky test, in pattern and in scope"),
    VerdictClass.PASSED_ON_RETRY: say("the same test passed on the same commit in another attempt"),
    VerdictClass.BLOCKED: say("did not run, because a job that it needs failed"),
    VerdictClass.CANCELLED: say("stopped by GitHub or by a person"),
}
_COUNTED = {
    VerdictClass.REGRESSION: (say("❌"), say("failure"), say("failures")),
    VerdictClass.RETURNED: (say("🔁"), say("returned"), say("returned")),
    VerdictClass.UNKNOWN: (say("❔"), say("unknown"), say("unknown")),
    VerdictClass.UNREAD: (say("📄"), say("unread"), say("unread")),
    VerdictClass.KNOWN_FLAKE: (say("❄️"), say("known flake"), say("known flakes")),
    VerdictClass.INFRA: (say("☁️"), say("infra"), say("infra")),
    VerdictClass.ON_BASE: (say("⚓"), say("on base"), say("on base")),
    VerdictClass.PASSED_ON_RETRY: (say("🔄"), say("passed on retry"), say("passed on retry")),
    VerdictClass.SEEN_ELSEWHERE: (say("👀"), say("seen elsewhere"), say("seen elsewhere")),
    VerdictClass.BLOCKED: (say("⏭"), say("job blocked"), say("jobs blocked")),
    VerdictClass.CANCELLED: (say("⏹"), say("job cancelled"), say("jobs cancelled")),
}
STATES = {
    JobState.PASSED: say("✅ Passed"),
    JobState.FAILED: say("❌ Failed"),
    JobState.CANCELLED: LABELS[VerdictClass.CANCELLED],
    JobState.BLOCKED: LABELS[VerdictClass.BLOCKED],
    JobState.SKIPPED: say("➖ Skipped"),
    JobState.UNREAD: LABELS[VerdictClass.UNREAD],
    JobState.RUNNING: say("⏳ Running"),
    JobState.QUEUED: say("⏳ Queued"),
}
WAITING = (JobState.RUNNING, JobState.QUEUED)
NEEDS_SOMEBODY = (VerdictClass.RETURNED, VerdictClass.REGRESSION)
KNOWN = (VerdictClass.KNOWN_FLAKE, VerdictClass.INFRA)


# The gravest first; what needs somebody, then what nobody knows, then what has an explanation.
def tally(verdict: VerdictClass, number: int) -> Markdown:
    """Say how many there are of a class, with its icon: `❄️ 2 known flakes`."""
    icon, one, many = _COUNTED[verdict]
    return say("{} {:,} {}", icon, number, one if number == 1 else many)
