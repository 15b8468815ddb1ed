"""A test is for the file that it is named after, as the languages' users name their files."""

import pytest

from bot.classify.ladder import judge
from bot.classify.past import Attempted, Past
from bot.classify.subject import changed_subject
from bot.model.history import Count, Sighting
from bot.model.run import ChangedFile
from bot.model.verdict import BaseState, VerdictClass
from tests.core.classify.build import NOW, base, case, failure, matched

CACHE = ChangedFile("shop/cache.py", "modified")


@pytest.mark.parametrize(
    ("shown", "package", "path"),
    [
        ("tests/test_cache.py", "", "shop/cache.py"),
        ("tests/unit/cache_test.py", "", "services/shop/src/cache.py"),
        ("src/cart.test.ts", "", "packages/web/src/cart.ts"),
        ("src/__tests__/Cart.jsx", "", "src/Cart.js"),
        ("test/cart-total.spec.mjs", "", "lib/cartTotal.mjs"),
        ("src/test/java/acme/CartTest.java", "", "src/main/java/acme/Cart.java"),
        ("src/test/java/acme/CartServiceIT.java", "", "src/main/kotlin/acme/CartService.kt"),
        ("spec/models/cart_spec.rb", "", "app/models/cart.rb"),
        ("store_test.go", "example.com/shop/audit", "services/shop/audit/log.go"),
        ("services/shop/audit/store_test.go", "", "services/shop/audit/log.go"),
        # Tests beside the code in one file, and a failure that the code itself raised.
        ("src/cart.rs", "", "crates/shop/src/cart.rs"),
        ("tests/cart.rs", "", "src/cart.rs"),
        ("cart_unittest.cc", "", "shop/cart.h"),
    ],
)
def test_a_changed_file_is_what_the_test_is_for(shown: str, package: str, path: str) -> None:
    one = failure(file=shown, suite=package)
    changed = (ChangedFile("README.md", "modified"), ChangedFile(path, "modified"))
    assert changed_subject(one, changed) == path


@pytest.mark.parametrize(
    ("shown", "package", "path"),
    [
        ("tests/test_cache.py", "", "shop/store.py"),
        ("tests/test_cache.py", "", "web/cache.ts"),
        # The test's own file, and another test: `touches` knows of them.
        ("tests/test_cache.py", "", "tests/test_cache.py"),
        ("cart_test.go", "example.com/shop/cart", "cart/sum_test.go"),
        ("store_test.go", "example.com/shop/audit", "services/shop/billing/log.go"),
        # A name that every package has says nothing.
        ("web/src/index.test.ts", "", "api/src/index.ts"),
        ("", "", "shop/cache.py"),
    ],
)
def test_another_one_is_not(shown: str, package: str, path: str) -> None:
    assert changed_subject(failure(file=shown, suite=package), (ChangedFile(path, "modified"),)) == ""


def test_a_failure_of_no_test_is_about_no_file() -> None:
    assert changed_subject(failure(test="", file="tests/test_cache.py"), (CACHE,)) == ""


def test_a_known_flake_does_not_excuse_a_test_whose_subject_is_changed() -> None:
    one = failure(file="tests/test_cache.py")
    known = case(matches=(matched(),), baseline=base(BaseState.PASSED))
    assert judge(one, known).verdict is VerdictClass.KNOWN_FLAKE
    found = judge(one, case(matches=(matched(),), baseline=base(BaseState.PASSED), changed=(CACHE,)))
    assert found.verdict is VerdictClass.REGRESSION
    said = "it matches DS-FLAKY-003a, but this pull request changes shop/cache.py, which the test is for"
    assert found.ladder[4].why == said
    assert f"not excused: {said}" in [one.text for one in found.evidence]


def test_what_it_is_stacked_on_counts_as_changed() -> None:
    known = case(matches=(matched(),), baseline=base(BaseState.PASSED), below=(CACHE,))
    found = judge(failure(file="tests/test_cache.py"), known)
    assert found.verdict is VerdictClass.REGRESSION
    assert "but what this pull request is stacked on changes shop/cache.py" in found.ladder[4].why


def test_nor_do_others_who_have_the_same_failure() -> None:
    others = tuple(Sighting("", number, f"author{number}", NOW) for number in (45, 46))
    past = Past(count=Count("", 2, 2, NOW), seen=others, note="")
    one = failure(file="tests/test_cache.py")
    assert judge(one, case(past=past)).verdict is VerdictClass.SEEN_ELSEWHERE
    assert judge(one, case(past=past, changed=(CACHE,))).verdict is VerdictClass.UNKNOWN


def test_it_does_when_the_test_passed_on_the_same_commit() -> None:
    past = Past(attempts=(Attempted(1, base(BaseState.PASSED)),), note="")
    found = judge(
        failure(file="tests/test_cache.py"), case(matches=(matched(),), changed=(CACHE,), past=past)
    )
    assert found.verdict is VerdictClass.KNOWN_FLAKE
