"""SQL that fills history from the runs' numbers alone: ten million rows in minutes, and always the same."""

from datetime import UTC, datetime

from bot.model.run import Repository

REPO = Repository(1, 42, "octo", "app")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DAYS = 180
JOBS, TESTS, FLAKY, AUTHORS, VARIANTS = 40, 200, 20, 60, 50
# Of each run: jobs, and how many failures there are in all.
JOBS_OF_RUN, FAILURES_OF_RUN = 8, 4

# Flaky tests' fingerprints are all of one kind, the others' differ by test and variant.
FLAKE, OTHER = 1_000_000_000_000_000, 2_000_000_000_000_000


def drawn(number: str, salt: int, below: int) -> str:
    """SQL of a number below `below` that looks drawn by lot: two steps of Lehmer's generator."""
    seed = f"(({number} * 7919 + {salt * 104_729}) % 2147483629)"
    return f"((({seed} * 48271 % 2147483629) * 69621 % 2147483629) / 7 % {below})"


RUNS = """WITH RECURSIVE numbers(run) AS (
  SELECT CAST(:first AS BIGINT) UNION ALL SELECT run + 1 FROM numbers WHERE run + 1 < :last
)"""
TENANT = f"{REPO.installation}, {REPO.id}"
AT = f"{int(NOW.timestamp()) * 1_000_000} - CAST({drawn('run', 1, DAYS * 86_400)} AS BIGINT) * 1000000"
SHA = "CAST(1000000000000000000 + run AS TEXT) || 'aaaaaaaaaaaaaaaaaaaaa'"
PULL, AUTHOR = "1 + run / 3", f"'author-' || CAST((1 + run / 3) % {AUTHORS} AS TEXT)"
JOB = f"'Integration (service-' || CAST(({drawn('run', 2, JOBS)} + place * 5) % {JOBS} AS TEXT) || ')'"
COLUMNS = (
    "installation_id, repository_id, job_id, attempt, workflow_id, job, run_id, sha, pull_request, author"
)
COLUMNS += ", on_base, pushed_at, at"
ORIGIN = f"{TENANT}, run * 10 + place, 1, 7, {JOB}, run, {SHA}, {PULL}, {AUTHOR}, 0, {AT}, {AT}"
PLACES = " UNION ALL ".join(f"SELECT {place} AS place" for place in range(JOBS_OF_RUN))
FAILED = " UNION ALL ".join(
    f"SELECT run, {number} AS number, {drawn('run', 10 + number, 2)} AS flaky,"
    f" {drawn('run', 20 + number, TESTS)} AS any_test, {drawn('run', 30 + number, VARIANTS)} AS variant"
    " FROM numbers"
    for number in range(FAILURES_OF_RUN)
)
STATEMENTS = (
    f"""INSERT INTO job_results ({COLUMNS}, passed) {RUNS}
    SELECT {ORIGIN}, CASE WHEN place < 3 THEN 0 ELSE 1 END FROM numbers CROSS JOIN ({PLACES}) AS places""",
    f"""INSERT INTO occurrences ({COLUMNS}, number, test, kind, fingerprint, signature) {RUNS},
    failed AS ({FAILED}),
    named AS (
      SELECT run, number, flaky, variant, CASE flaky WHEN 1 THEN any_test % {FLAKY} ELSE any_test END AS test
      FROM failed
    ),
    placed AS (SELECT run, number, flaky, variant, test, test % {JOBS_OF_RUN} AS place FROM named)
    SELECT {ORIGIN}, number, 'Suite > container > test number ' || CAST(test AS TEXT), 'test',
      CAST(CASE flaky WHEN 1 THEN {FLAKE} + test ELSE {OTHER} + test * 1000 + variant END AS TEXT),
      CASE flaky WHEN 1 THEN 'FLAKY-' || CAST(test AS TEXT) ELSE '' END
    FROM placed""",
    f"""INSERT INTO lineages (installation_id, repository_id, pull_request, token, author, saved_at) {RUNS}
    SELECT {TENANT}, {PULL}, {SHA}, {AUTHOR}, {AT} FROM numbers
    UNION ALL SELECT {TENANT}, {PULL}, {SHA} || 'b', {AUTHOR}, {AT} FROM numbers
    UNION ALL SELECT {TENANT}, {PULL}, '#' || CAST({PULL} AS TEXT), {AUTHOR}, {AT} FROM numbers
      WHERE run % 3 = 0
    UNION ALL SELECT {TENANT}, {PULL}, 'branch work/' || CAST({PULL} AS TEXT), {AUTHOR}, {AT} FROM numbers
      WHERE run % 3 = 0""",
)
