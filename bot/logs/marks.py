"""What GitHub's runner itself writes into a log that is worth keeping of a large one."""

# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
SUMMARY = (r"##\[group\]Run ", r"::group::Run ", r"Cleaning up orphan processes")
TROUBLE = (r"##\[error\]", r"::error[ :]")
