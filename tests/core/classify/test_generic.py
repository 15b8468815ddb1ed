"""A line that could stand in any failed log is never evidence; a line that says why is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.classify.generic import is_generic

GENERIC = """
ninja: build stopped: subcommand failed.
collect2: error: ld returned 1 exit status
1 error generated.
One or more containers failed to start.
Execution halted
test cart::tests::adds ... FAILED
---- cart::tests::adds stdout ----
[  FAILED  ] Cart.Adds (3 ms)
3/5 Test #3: cart_adds ...............***Failed    0.01 sec
FAIL src/cart.test.ts (5.1 s)
rspec './spec/cart_spec.rb:12' # Cart adds
  1) test adds tea (Shop.CartTest)
1) CartTest::testAddsTea
[ERROR]   CartTest.addsTea:12
t/cart.t .. Dubious, test returned 2 (wstat 512, 0x200)
Process completed with exit code 1.
Error: Process completed with exit code 137.
##[error]Process completed with exit code 2
Error: The process '/usr/bin/git' failed with exit code 128
The operation was canceled.
Error: The operation was canceled.
Error: 1
FAIL
Failed
cancelled
Cancelled!
make: *** [Makefile:12: test] Error 1
make[1]: *** [test-integration] Error 2
gmake: *** Waiting for unfinished jobs....
npm ERR! code ELIFECYCLE
npm ERR! errno 1
npm ERR! Test failed.  See above for more details.
npm ERR! A complete log of this run can be found in: /home/runner/.npm/_logs/debug.log
error Command failed with exit code 1.
 ELIFECYCLE  Command failed with exit code 1.
exit status 1
signal: killed
Killed
Terminated
Segmentation fault (core dumped)
--- FAIL: TestCreate (0.00s)
--- FAIL: TestCreate/sub_test
=== 3 failed, 2 passed in 1.20s ===
Tests:       3 failed, 2 passed, 5 total
FAILED (failures=1, errors=2)
1 of 3 tests failed
Some tests failed.
Test Suite Failed
Ginkgo ran 1 suite in 3.21s
There were failures detected in the following suites:
[FAIL] Audit Export [It] should verify the hash chain
not ok 3 must-gather collects the logs
FAILED tests/test_a.py::test_one
subprocess.CalledProcessError: Command '['make', 'all']' returned non-zero exit status 2.
The command '/bin/sh -c make build' returned a non-zero code: 2
error: test failed, to rerun pass `--lib`
error: could not compile `demo` (lib test) due to 2 previous errors
error: aborting due to 2 previous errors
AssertionError
Traceback (most recent call last):
command terminated with exit code 1
script returned exit code 1
golangci-lint: exit status 1
Canceling since a higher priority waiting request for 'ci-7' exists
The job was canceled because "unit (arm64)" failed.
expected
context canceled
Timeout
timed out
Error
=====
"""
TELLING = """
Request failed with status code 503
dial tcp 127.0.0.1:5432: connect: connection refused
bash: foo: command not found
No space left on device
Timed out after 120.001s.
Expected an error to have occurred. Got:
ModuleNotFoundError: No module named 'holmesgpt_api_client'
FAILED tests/test_a.py::test_one - assert 1 == 2
KeyError: 'retries'
toomanyrequests: You have reached your pull rate limit
manifest unknown
The runner has received a shutdown signal. This can happen when the runner service is stopped.
The job running on runner GitHub Actions 3 has exceeded the maximum execution time of 30 minutes.
All events should have valid hash chain
Expected at least 1 message in stream, found: 0
fork/exec /usr/local/kubebuilder/bin/etcd: no such file or directory
role "slm_user" does not exist
undefined: NewRouter
panic: runtime error: invalid memory address or nil pointer dereference
WARNING: DATA RACE
docker: pull failed for image: exit status 1
Невозможно подключиться
"""


@pytest.mark.parametrize("line", ["", "   ", "FAIL\tgithub.com/a/b\t0.123s", *GENERIC.strip().splitlines()])
def test_this_line_says_only_that_something_failed(line: str) -> None:
    assert is_generic(line)


@pytest.mark.parametrize("line", [*TELLING.strip().splitlines(), "failed " * 60])
def test_this_line_says_what_failed(line: str) -> None:
    assert not is_generic(line)


@given(st.text(max_size=400))
def test_any_text_has_an_answer(line: str) -> None:
    is_generic(line)


@given(st.sampled_from(GENERIC.strip().splitlines()), st.sampled_from(["", " ", "##[error]", "Error: "]))
def test_a_mark_in_front_makes_no_generic_line_a_telling_one(line: str, mark: str) -> None:
    assert is_generic(f"{mark}{line}  ")
