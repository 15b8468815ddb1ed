"""Several parsers read one log, and a runner's quotation of another is no failure."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log, Section
from bot.parsers import all_parsers, parse_all
from bot.parsers._arbitrate import arbitrate

LOG = Log(tuple(f"line {n}" for n in range(1, 101)), size=1)


@dataclass
class Canned:
    """A parser that gives what it is told to give."""

    TOOL: str
    answer: Callable[[Log], Findings]
    ANCHORS: tuple[str, ...] = ()
    KEEP: tuple[str, ...] = ()
    TROUBLE: tuple[str, ...] = ()

    def parse(self, log: Log) -> Findings:
        """Give the answer."""
        return self.answer(log)


def failure(tool: str, line: int) -> Failure:
    return Failure(tool, FailureKind.TEST, Status.FAILED, f"test {line}", "no", line, (line, line))


def parser(
    tool: str, *lines: int, claims: tuple[tuple[int, int], ...] = (), unfinished: bool = False
) -> Canned:
    found = Findings(
        tool,
        failures=tuple(failure(tool, line) for line in lines),
        totals=(Totals(tool, "suite", failed=len(lines)),) if claims else (),
        claims=claims,
        unfinished=unfinished,
    )
    return Canned(tool, lambda _: found)


def failed_lines(*parsers: Canned, log: Log = LOG) -> dict[str, list[int]]:
    return {found.tool: [f.log_line for f in found.failures] for found in arbitrate(parsers, log)}


def test_every_parser_module_is_discovered_and_speaks_the_parsers_words() -> None:
    tools = [parser.TOOL for parser in all_parsers()]
    assert "generic" in tools
    assert len(tools) == len(set(tools))
    assert all(isinstance(parser.ANCHORS, tuple) for parser in all_parsers())


def test_a_parser_is_asked_only_where_one_of_its_words_occurs() -> None:
    words = ("Ran ", "line 101", "line 00")
    silent = Canned("silent", lambda _: Findings("silent", (failure("silent", 1),)), ANCHORS=words)
    asked = Canned("asked", lambda _: Findings("asked", (failure("asked", 1),)), ANCHORS=("nope", "line 42"))
    assert failed_lines(silent, asked) == {"asked": [1]}


def test_a_failure_that_another_runner_quotes_is_dropped() -> None:
    assert failed_lines(parser("inner", 5, 50), parser("outer", 20, claims=((1, 30),))) == {
        "inner": [50],
        "outer": [20],
    }


def test_the_outermost_claim_wins_and_a_parser_never_loses_to_its_own() -> None:
    inner = parser("inner", 15, claims=((10, 20),))
    outer = parser("outer", 16, claims=((1, 30), (12, 18)))
    assert failed_lines(inner, outer) == {"inner": [], "outer": [16]}


def test_side_by_side_and_overlapping_claims_keep_their_failures() -> None:
    one = parser("one", 5, 15, claims=((1, 20),))
    two = parser("two", 15, 25, claims=((10, 30),))
    assert failed_lines(one, two) == {"one": [5, 15], "two": [15, 25]}


def test_the_totals_of_a_suite_inside_another_claim_are_a_quotation_too() -> None:
    inner, outer = arbitrate(
        (parser("inner", 15, claims=((10, 20),)), parser("outer", 25, claims=((1, 30),))), LOG
    )
    assert inner.totals == ()
    assert outer.totals


def test_the_last_resort_is_asked_only_where_no_runner_found_a_failure() -> None:
    generic = parser("generic", 7)
    assert failed_lines(generic, parser("runner", 3)) == {"runner": [3]}
    assert failed_lines(generic, parser("runner", claims=((50, 60),))) == {"runner": [], "generic": [7]}


def test_the_last_resort_does_not_read_what_a_passed_suite_printed() -> None:
    def echo(log: Log) -> Findings:
        return Findings(
            "generic", tuple(failure("generic", n) for n, text in enumerate(log.lines, 1) if text)
        )

    log = Log(("one", "two", "three", "four"), size=1, errors=(3,))
    generic = Canned("generic", echo)
    assert failed_lines(generic, parser("runner", claims=((1, 2),)), log=log)["generic"] == [3, 4]
    marked = parser("runner", claims=((2, 9),))
    assert failed_lines(generic, marked, log=log)["generic"] == [1, 2, 3, 4], "not all of it went well"
    steps = replace(log, sections=(Section("Run a", 1, 2, failed=False), Section("Run b", 3, 4, failed=True)))
    assert failed_lines(generic, parser("runner", claims=((2, 2),)), log=steps)["generic"] == [3, 4]
    killed = parser("runner", claims=((2, 4),), unfinished=True)
    assert failed_lines(generic, killed, log=log)["generic"] == [1, 2, 3, 4]


def test_a_parser_that_breaks_says_so_and_loses_no_other() -> None:
    def broken(log: Log) -> Findings:
        raise RecursionError(log.size)

    found = arbitrate((Canned("broken", broken), parser("runner", 3)), LOG)
    assert found == (
        Findings("broken", unfinished=True, crashed=True),
        Findings("runner", failures=(failure("runner", 3),)),
    )


def caller(tool: str, *lines: int) -> Canned:
    """A program that runs others and says that its child failed."""
    found = tuple(replace(failure(tool, line), kind=FailureKind.EXIT) for line in lines)
    return Canned(tool, lambda _: Findings(tool, found))


def test_who_only_says_that_its_child_failed_is_heard_where_nobody_told_more() -> None:
    log = replace(
        LOG, sections=(Section("Run a", 1, 50, failed=True), Section("Run b", 51, 100, failed=True))
    )
    make, runner = caller("make", 30, 80), parser("runner", 20)
    assert failed_lines(make, runner, log=log) == {"make": [80], "runner": [20]}
    assert failed_lines(make, runner) == {"runner": [20]}


def test_of_several_callers_the_innermost_is_heard() -> None:
    assert failed_lines(caller("npm", 41), caller("make", 40, 42)) == {"make": [40]}


def test_where_only_callers_speak_words_may_tell_more() -> None:
    assert failed_lines(caller("make", 40), parser("generic", 38)) == {"generic": [38]}
    assert failed_lines(caller("make", 40), parser("generic")) == {"make": [40]}


def test_an_empty_log_has_no_findings() -> None:
    assert parse_all(Log((), size=0)) == ()


IN_A_CONTAINER = (
    "store-1  | --- FAIL: TestHelper (0.00s)",
    "db-1     | FATAL:  role does not exist",
    "store-1  |     store_test.go:35: unexpected error: EOF",
    "store-1  | FAIL",
    "store-1  | FAIL\tgithub.com/acme/shop/store\t0.021s",
    "store-1 exited with code 1",
)


def test_every_runner_is_read_through_the_names_of_containers() -> None:
    (found,) = parse_all(Log(IN_A_CONTAINER, size=1))
    (failure,) = found.failures
    assert (found.tool, failure.test, failure.file) == ("gotest", "TestHelper", "store/store_test.go")
    assert (failure.log_line, failure.extent) == (3, (1, 3))
    image = tuple(line.replace("store-1  | ", "#12 3.456 ") for line in IN_A_CONTAINER)
    assert [f.test for found in parse_all(Log(image, size=1)) for f in found.failures] == ["TestHelper"]


def test_a_containers_output_inside_a_passed_run_is_a_quotation() -> None:
    start, end = " test session starts ".center(80, "="), " 1 passed in 0.12s ".center(80, "=")
    log = Log((start, "collected 1 item", *IN_A_CONTAINER, end), size=1)
    assert [f for found in parse_all(log) for f in found.failures] == []


def test_a_table_is_no_container() -> None:
    table = ("name | result", "tea | 1 failed", "milk | ok", "--- FAIL: TestA (0.00s)", "FAIL\tshop/a\t0.1s")
    assert [f.test for found in parse_all(Log(table, size=1)) for f in found.failures] == ["TestA"]


def test_what_stands_in_a_step_that_went_well_is_none_where_a_failed_step_tells_more() -> None:
    steps = (Section("Run make lint", 1, 40, failed=False), Section("Run make test", 41, 100, failed=True))
    job = replace(LOG, sections=steps, errors=(99,))
    assert failed_lines(parser("printed", 7), parser("real", 50), log=job) == {"real": [50]}


def test_a_step_that_let_failures_pass_is_heard_where_no_failed_step_tells_anything() -> None:
    steps = (Section("Run make test", 1, 40, failed=False), Section("Run ./publish", 41, 100, failed=True))
    job = replace(LOG, sections=steps, errors=(99,))
    assert failed_lines(parser("let", 7), caller("publish", 50), log=job)["let"] == [7]
