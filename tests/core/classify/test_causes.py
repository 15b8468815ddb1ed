"""Failures with one cause are one thing to mend, and the first in the list is the first to mend."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.classify.causes import group
from bot.classify.clues import clue_of
from bot.classify.outage import outage_of
from bot.model.failure import Failure, FailureKind, Status
from bot.model.report import JudgedFailure
from bot.model.run import Conclusion
from bot.model.verdict import Evidence, Verdict, VerdictClass
from tests.core.classify.build import failure, job, judged, signature

REFUSED = 'Post "http://127.0.0.1:18090/api": dial tcp 127.0.0.1:18090: connect: connection refused'
ETCD = "fork/exec /usr/local/kubebuilder/bin/etcd: no such file or directory"
EXIT = failure("Process completed with exit code 2.", test="", kind=FailureKind.EXIT, line=900)
UNKNOWN, REGRESSION, RETURNED = VerdictClass.UNKNOWN, VerdictClass.REGRESSION, VerdictClass.RETURNED
FLAKE, INFRA, ON_BASE = VerdictClass.KNOWN_FLAKE, VerdictClass.INFRA, VerdictClass.ON_BASE


def titles(*several: JudgedFailure, **blocked: int) -> list[str]:
    return [cause.title for cause in group(several, blocked)]


@pytest.mark.parametrize(
    ("message", "title"),
    [
        (REFUSED, "cannot connect to localhost:18090"),
        ("dial tcp [::1]:18090: connect: connection refused", "cannot connect to localhost:18090"),
        ("connect ECONNREFUSED 10.0.0.7:5432", "cannot connect to 10.0.0.7:5432"),
        ("Failed to connect to redis port 6379 after 1 ms", "cannot connect to redis:6379"),
        (
            'connection to server at "localhost" (127.0.0.1), port 5432 failed',
            "cannot connect to localhost:5432",
        ),
        (
            "HTTPConnectionPool(host='data-storage', port=8080): Max retries",
            "cannot connect to data-storage:8080",
        ),
        ("lookup datastorage on 127.0.0.53:53: no such host", "cannot find the host datastorage"),
        ("getaddrinfo ENOTFOUND redis", "cannot find the host redis"),
        ("curl: (6) Could not resolve host: registry.example", "cannot find the host registry.example"),
        (
            "ModuleNotFoundError: No module named 'holmesgpt_api_client'",
            "missing module holmesgpt_api_client",
        ),
        ("Cannot find module './router' from 'a.js'", "missing module ./router"),
        (ETCD, "missing file /usr/local/kubebuilder/bin/etcd"),
        ("[Errno 2] No such file or directory: 'config.yaml'", "missing file config.yaml"),
        ('pq: role "slm_user" does not exist', "missing in the database: slm_user"),
        ('relation "audit_events" does not exist', "missing in the database: audit_events"),
    ],
)
def test_what_was_missing_is_read_out_of_the_message(message: str, title: str) -> None:
    clue = clue_of(judged(failure(message)).verdict)
    assert clue is not None
    assert clue.title == title


TONGUES = [
    "dial tcp 127.0.0.1:5432: connect: connection refused",
    "ConnectionRefusedError: [Errno 111] Connect call failed ('127.0.0.1', 5432)",
    "redis.exceptions.ConnectionError: Error 111 connecting to localhost:5432. Connection refused.",
    (
        'could not connect to server: Is the server running on host "localhost" (127.0.0.1) and accepting'
        " TCP/IP connections on port 5432?"
    ),
    "Error: connect ECONNREFUSED ::1:5432",
    "org.postgresql.util.PSQLException: Connection to localhost:5432 refused. Check the hostname",
    "io.lettuce.core.RedisConnectionException: Unable to connect to localhost/<unresolved>:5432",
    "TimeoutException: Connection to node 1 (localhost/127.0.0.1:5432) could not be established.",
    "error: could not connect to 127.0.0.1:5432: Connection refused (os error 111)",
    "Errno::ECONNREFUSED: Failed to open TCP connection to localhost:5432 (Connection refused)",
    "curl: (7) Failed to connect to localhost port 5432 after 0 ms: Couldn't connect to server",
]


def test_one_service_that_is_down_is_one_cause_in_every_tongue() -> None:
    several = [judged(failure(text, test=f"t{n}"), where=f"job {n}") for n, text in enumerate(TONGUES)]
    (cause,) = group(several, {})
    assert cause.title == "cannot connect to localhost:5432"
    assert len(cause.jobs) == len(TONGUES)


@pytest.mark.parametrize(
    ("message", "title"),
    [
        ("NameResolutionError: Failed to resolve 'orders'", "cannot find the host orders"),
        ("java.net.UnknownHostException: orders: Name or service not known", "cannot find the host orders"),
        ("Can't connect to MySQL server on 'orders:3306' (111)", "cannot connect to orders:3306"),
        ('Failed to resolve import "./till" from "src/a.test.ts"', "missing module ./till"),
        ("error: package org.junit does not exist", "missing module org.junit"),
        ("error[E0463]: can't find crate for `serde`", "missing module serde"),
        ("LoadError: cannot load such file -- nokogiri", "missing module nokogiri"),
        ('Uncaught Error: Class "Shop\\Cart" not found', "missing module Shop\\Cart"),
        ("fatal error: cart.h: No such file or directory", "missing file cart.h"),
    ],
)  # fmt: skip
def test_other_tools_say_it_in_other_words(message: str, title: str) -> None:
    clue = clue_of(judged(failure(message)).verdict)
    assert clue is not None
    assert clue.title == title


def test_one_file_that_does_not_compile_is_one_cause_of_a_dozen_red_jobs() -> None:
    broken = failure("undefined: Total", test="", kind=FailureKind.BUILD, file="shop/cart.go")
    several = [judged(broken, where=f"Unit ({n})") for n in range(12)]
    elsewhere = judged(failure("undefined: Total", test="", kind=FailureKind.BUILD, file="till/till.go"))
    causes = group([elsewhere, *several], {})
    assert [(one.title, len(one.jobs)) for one in causes] == [
        ("undefined: Total", 12),
        ("undefined: Total", 1),
    ]


def test_one_test_that_says_nothing_is_one_cause_in_all_its_legs() -> None:
    legs = [judged(failure("assert 1 == 2", test="t", suite="a"), where=f"leg {n}") for n in range(3)]
    other = judged(failure("assert 1 == 2", test="t", suite="b"), where="leg 0")
    assert [len(one.jobs) for one in group([*legs, other], {})] == [3, 1]


def test_one_service_that_is_down_is_one_cause_for_all_the_jobs_that_need_it() -> None:
    causes = group(
        [
            judged(failure(REFUSED, test="a"), where="Integration (sp)"),
            judged(failure(f"query failed: {REFUSED}", test="b"), where="Integration (aa)"),
            judged(failure("hash chain is broken here", test="c"), where="Integration (ds)"),
        ],
        {},
    )
    assert [(cause.title, cause.jobs) for cause in causes] == [
        ("cannot connect to localhost:18090", ("Integration (aa)", "Integration (sp)")),
        ("c", ("Integration (ds)",)),
    ]


def test_the_order_of_what_to_mend_first() -> None:
    blocker = judged(
        failure("overhead is too high now", test="perf"), FLAKE, "unit", signature(name="PERF-1")
    )
    collection = failure("No module named 'client'", test="", kind=FailureKind.COLLECTION)
    several = [
        judged(failure("strange thing happened here", test="unknown"), UNKNOWN, "a"),
        judged(failure(REFUSED, test="x"), UNKNOWN, "b"),
        judged(failure(REFUSED, test="y"), UNKNOWN, "c"),
        judged(failure("it came back again today", test="returned"), RETURNED, "d", signature(name="R-1")),
        judged(failure("this worked before the change", test="regression"), REGRESSION, "e"),
        judged(collection, UNKNOWN, "hapi"),
        judged(
            failure("no space left on device", kind=FailureKind.INFRA, test=""),
            INFRA,
            "g",
            signature(name="I-1"),
        ),
        blocker,
        judged(failure("known and alone in here", test="flake"), FLAKE, "h", signature(name="F-1")),
        judged(failure("also broken on the base", test="base"), ON_BASE, "i"),
    ]
    expected = [
        "PERF-1: reads another test's messages",
        "missing module client",
        "regression",
        "R-1: reads another test's messages",
        "cannot connect to localhost:18090",
        "unknown",
    ]
    assert titles(*several, unit=8) == expected


def test_the_jobs_that_wait_are_counted_and_said() -> None:
    (cause,) = group([judged(failure("too slow by far today", test="t"), where="unit")], {"unit": 8})
    assert cause.blocked == 8


def test_a_bare_exit_code_follows_from_the_failure_before_it() -> None:
    (cause,) = group([judged(failure("a real thing went wrong", test="t")), judged(EXIT)], {})
    assert [one.verdict.failure for one in cause.failures][1:] == [EXIT]


def test_a_bare_exit_code_alone_stands_for_itself() -> None:
    (cause,) = group([judged(EXIT)], {})
    assert cause.title == "Process completed with exit code 2."


def test_tests_that_were_stopped_follow_from_the_one_that_failed() -> None:
    stopped = failure("Interrupted by Other Ginkgo Process", test="b", status=Status.INTERRUPTED, line=200)
    (cause,) = group([judged(failure("a real thing went wrong", test="a")), judged(stopped)], {})
    assert [one.verdict.failure.test for one in cause.failures] == ["a", "b"]


def test_a_setup_that_every_process_tells_is_one_cause_and_the_first_is_its_root() -> None:
    root = failure(ETCD, test="[BeforeSuite]", kind=FailureKind.SETUP, line=50)
    echo = failure(
        "failed on Ginkgo parallel process #1", test="[BeforeSuite]", kind=FailureKind.SETUP, line=80
    )
    (cause,) = group([judged(echo), judged(root)], {})
    assert [one.verdict.failure for one in cause.failures] == [root, echo]


def test_one_tests_broken_fixture_does_not_swallow_another_test() -> None:
    fixture = failure("database fixture is broken", test="test_a", kind=FailureKind.SETUP, line=50)
    other = failure("wrong number of rows returned here", test="test_b", line=80)
    assert len(group([judged(fixture), judged(other)], {})) == 2


def test_a_regression_is_never_ranked_down_by_what_it_shares() -> None:
    same = failure("the pool of workers is exhausted", test="a")
    (cause,) = group([judged(same, FLAKE, "a"), judged(same, REGRESSION, "b")], {})
    assert cause.verdict is REGRESSION


@pytest.mark.parametrize("message", ["Timed out after 120.001s.", "Expected 1 to equal 2", "assert False"])
def test_what_any_test_could_say_does_not_join_two_tests(message: str) -> None:
    several = [
        judged(failure(message, test="a"), where="one"),
        judged(failure(message, test="b"), where="two"),
    ]
    assert len(group(several, {})) == 2
    legs = [judged(failure(message, test="a"), where=f"leg {n}") for n in range(2)]
    assert len(group(legs, {})) == 1


def test_cancelled_blocked_and_unread_are_no_causes() -> None:
    several = [
        judged(EXIT, one) for one in (VerdictClass.CANCELLED, VerdictClass.BLOCKED, VerdictClass.UNREAD)
    ]
    assert group(several, {"unit": 3}) == ()


def test_a_flake_that_holds_up_others_is_a_cause() -> None:
    assert titles(judged(failure(test="t"), FLAKE, "unit")) == []
    assert titles(judged(failure(test="t"), FLAKE, "unit"), unit=1) == ["t"]


MESSAGES = st.sampled_from(
    [REFUSED, ETCD, "a real thing went wrong", "Timed out after 1s.", "exit status 1", ""]
)
JUDGED = st.builds(
    lambda message, kind, status, line, verdict, where: judged(
        failure(message, kind=kind, status=status, line=line, test=f"t{line}"), verdict, where
    ),
    MESSAGES,
    st.sampled_from(FailureKind),
    st.sampled_from(Status),
    st.integers(1, 5),
    st.sampled_from(VerdictClass),
    st.sampled_from("abc"),
)


@given(
    st.lists(JUDGED, max_size=12),
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 3)),
    st.randoms(use_true_random=False),
)
def test_in_whatever_order_failures_come_their_causes_are_the_same(
    several: list[JudgedFailure], blocked: dict[str, int], shuffle: random.Random
) -> None:
    mixed = list(several)
    shuffle.shuffle(mixed)
    assert group(several, blocked) == group(mixed, dict(reversed(blocked.items())))


def one(
    message: str, of: VerdictClass, *jobs: str, kind: FailureKind = FailureKind.TEST
) -> list[JudgedFailure]:
    """A cause, by its own words, in some jobs."""
    by = signature(name=message) if of in (RETURNED, FLAKE, INFRA) else None
    return [
        judged(failure(f"the {message} is broken here", test=message, kind=kind), of, job, by) for job in jobs
    ]


# Each pair differs in what is named, and in nothing that decides before it.
DECIDES = [
    ("what blocks jobs", one("later", FLAKE, "a"), one("sooner", REGRESSION, "b"), {"a": 1}),
    ("how many it blocks", one("more", UNKNOWN, "b"), one("fewer", REGRESSION, "a"), {"a": 1, "b": 2}),
    ("that tests did not run", one("s", UNKNOWN, "b", kind=FailureKind.SETUP), one("r", REGRESSION, "a"), {}),
    ("a regression before a return", one("z", REGRESSION, "z"), one("a", RETURNED, "a"), {}),
    ("a return before what jobs share", one("z", RETURNED, "z"), one("a", UNKNOWN, "a", "b"), {}),
    ("what jobs share before unknown", one("z", UNKNOWN, "y", "z"), one("a", UNKNOWN, "a"), {}),
    ("a shared flake before unknown", one("z", FLAKE, "y", "z"), one("a", UNKNOWN, "a"), {}),
    ("how many failures it explains", one("z", UNKNOWN, "x", "y", "z"), one("a", UNKNOWN, "a", "b"), {}),
    ("the job's name", one("z", UNKNOWN, "a"), one("a", UNKNOWN, "b"), {}),
]


@pytest.mark.parametrize(("why", "first", "second", "blocked"), DECIDES, ids=[row[0] for row in DECIDES])
def test_what_decides_which_of_two_causes_is_mended_first(
    why: str, first: list[JudgedFailure], second: list[JudgedFailure], blocked: dict[str, int]
) -> None:
    for several in ([*first, *second], [*second, *first]):
        causes = group(several, blocked)
        assert len(causes) == 2
        assert causes[0].failures[0].verdict.failure == first[0].verdict.failure, why


@given(st.lists(JUDGED, max_size=12), st.randoms(use_true_random=False))
def test_nothing_that_needs_somebody_is_lost_or_told_twice(
    several: list[JudgedFailure], shuffle: random.Random
) -> None:
    shuffle.shuffle(several)
    told = [id(one) for cause in group(several, {}) for one in cause.failures]
    assert len(told) == len(set(told))
    needed = {id(one) for one in several if one.verdict.verdict in (REGRESSION, RETURNED, UNKNOWN)}
    assert needed <= set(told)


def verdict(of: VerdictClass, where: str) -> JudgedFailure:
    one: Failure = failure(REFUSED, test=where)
    return JudgedFailure(Verdict(one, of, 10, (Evidence("x"),)), where, "")


@pytest.mark.parametrize(
    ("red", "green", "unknown", "told"),
    [
        (9, 5, 9, True),
        (5, 9, 5, False),
        (9, 5, 4, False),
        (2, 0, 2, False),
        (3, 2, 2, True),
        (3, 3, 3, False),
    ],
)
def test_most_jobs_red_and_nobody_knows_why_is_an_outage(
    red: int,
    green: int,
    unknown: int,
    told: bool,  # noqa: FBT001 - a table
) -> None:
    jobs = [job(f"r{n}") for n in range(red)] + [job(f"g{n}", Conclusion.SUCCESS) for n in range(green)]
    jobs += [job(f"s{n}", Conclusion.SKIPPED) for n in range(20)]
    several = [verdict(UNKNOWN if n < unknown else REGRESSION, f"r{n}") for n in range(red)]
    sentence = outage_of(jobs, several)
    assert bool(sentence) is told
    assert not told or f"{red} of {red + green} jobs failed" in sentence


def own(where: str, kind: FailureKind) -> JudgedFailure:
    return judged(
        failure(f"the {where} of the order is wrong", test=f"test_{where}", kind=kind), UNKNOWN, where
    )


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (FailureKind.TEST, False),
        (FailureKind.BUILD, False),
        (FailureKind.LINT, False),
        (FailureKind.INFRA, True),
        (FailureKind.TIMEOUT, True),
        (FailureKind.CRASH, True),
        (FailureKind.SETUP, True),
    ],
)
def test_jobs_that_each_fail_a_test_of_their_own_are_no_outage(kind: FailureKind, *, told: bool) -> None:
    names = ("price", "weight", "owner", "colour")
    assert bool(outage_of([job(name) for name in names], [own(name, kind) for name in names])) is told


def test_one_job_with_its_own_failure_among_others_does_not_hide_the_outage() -> None:
    shared = [verdict(UNKNOWN, f"r{n}") for n in range(3)]
    jobs = [*(job(f"r{n}") for n in range(3)), job("price")]
    assert outage_of(jobs, [*shared, own("price", FailureKind.TEST)])
