"""`python -m bot.scan.worker`: the process that reads hostile logs and reports, and holds no secret."""

from bot.scan.serving import serve
from bot.triage import marks, read_artifact, read_log

if __name__ == "__main__":
    serve(read_log, marks(), read_artifact)
