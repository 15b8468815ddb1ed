"""`python -m bot.scan.worker`: reads hostile logs, reports and proposals, and holds no secret."""

from bot.scan.serving import serve
from bot.triage import marks, prove, read_artifact, read_log

if __name__ == "__main__":
    serve(read_log, marks(), read_artifact, prove)
