"""`python -m bot.scan.worker`: reads hostile logs, reports and proposals, and holds no secret."""

from bot.scan.serving import Skills, serve
from bot.triage import marks, prove, read_artifact, read_log
from bot.triage.keeping import find_in_kept, read_and_keep

if __name__ == "__main__":
    serve(Skills(read_log, marks(), read_and_keep, find_in_kept, read_artifact, prove))
