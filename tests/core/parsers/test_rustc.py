"""rustc and cargo: what no fixture shows."""

from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import FailureKind, Findings
from bot.model.log import Log
from bot.parsers import cargo, rustc

ERROR = (
    "error[E0382]: borrow of moved value: `names`",
    " --> src/lib.rs:4:19",
    "  |",
    "4 |     taken.len() + names.len()",
    "  |                   ^^^^^ value borrowed here after move",
    "",
)
END = "error: could not compile `shop` (lib) due to 1 previous error"
KILLED = (
    "error: could not compile `shop` (lib)",
    "",
    "Caused by:",
    "  process didn't exit successfully: `rustc --crate-name shop src/lib.rs` (signal: 9, SIGKILL: kill)",
)
CARGO = (
    "error: failed to download from `https://registry.example/x`",
    "",
    "Caused by:",
    "  [28] Timeout was reached",
)


def parse(*lines: str) -> Findings:
    return rustc.parse(clean("\n".join(lines).encode()))


def test_a_diagnostic_counts_only_where_the_compiler_gave_up():
    assert parse(*ERROR).failures == ()
    assert [one.line for one in parse(*ERROR, END).failures] == [4]


def test_the_same_error_in_the_library_and_in_its_tests_is_one():
    assert len(parse(*ERROR, *ERROR, END, END).failures) == 1


def test_a_compiler_that_was_killed_is_a_crash():
    (failure,) = parse(*KILLED).failures
    assert failure.kind is FailureKind.CRASH
    assert "SIGKILL" in failure.message


def test_a_compiler_that_gave_up_unheard_is_a_failure_itself():
    (failure,) = parse(END).failures
    assert failure.kind is FailureKind.BUILD


def test_a_timeout_of_the_registry_is_infra():
    (failure,) = cargo.parse(clean("\n".join(CARGO).encode())).failures
    assert failure.kind is FailureKind.INFRA


@given(
    st.lists(st.one_of(st.sampled_from((*ERROR, END, *KILLED, *CARGO)), st.text(max_size=60)), max_size=60)
)
def test_no_text_breaks_the_parsers(lines: list[str]) -> None:
    log = Log(tuple(lines), 0)
    for failure in (*rustc.parse(log).failures, *cargo.parse(log).failures):
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
