"""A job was skipped: the workflow's file says which job it waited for."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.workflows import MAX_BYTES, JobGraph, needs_of

FILE = Path(__file__).parents[1] / "fixtures/config/workflows/ci-pipeline.yml"
PIPELINE = needs_of(FILE.read_bytes())

MATRIX = b"""
on: push
jobs:
  lint: {runs-on: x}
  unit:
    name: Unit (${{ matrix.service }})
    needs: lint
  build:
    strategy: {matrix: {os: [a, b]}}
    needs: [lint]
  named:
    name: Package
    strategy: {matrix: {os: [a, b]}}
    needs: [build]
  call:
    name: Integration ${{ matrix.service }}
    strategy: {matrix: {service: [a]}}
    uses: ./.github/workflows/template.yml
    needs: [unit, build]
  gate:
    name: Merge Gate
    if: ${{ always() }}
    needs: [call]
  notify:
    if: failure()
    needs: call
  careful:
    if: ${{ !cancelled() && needs.lint.result == 'success' }}
    needs: lint
"""
GRAPH = needs_of(MATRIX)
RED = ("lint", "Unit (gateway)", "build (a)", "Package (b)", "Integration a / test", "Merge Gate")


@pytest.mark.parametrize(
    ("job", "needed"),
    [
        ("lint", ()),
        ("Unit (gateway)", ("lint",)),
        ("build (b)", ("lint",)),
        ("build", ("lint",)),
        ("Package (a)", ("build (a)", "lint")),
        ("Package", ("build (a)", "lint")),
        ("Integration a / test", ("Unit (gateway)", "build (a)", "lint")),
        ("Integration a", ("Unit (gateway)", "build (a)", "lint")),
        ("Merge Gate", ("Integration a / test", "Unit (gateway)", "build (a)", "lint")),
        ("somebody else's job", ()),
        ("Unit gateway", ()),
    ],
)
def test_a_job_needs_these_of_the_failed_ones_nearest_first(job: str, needed: tuple[str, ...]) -> None:
    assert GRAPH.needed(job, RED) == needed


@pytest.mark.parametrize(
    ("job", "despite"),
    [
        ("Merge Gate", True),
        ("notify", True),
        ("careful", True),
        ("Package", False),
        ("lint", False),
        ("?", False),
    ],
)
def test_some_jobs_run_although_what_they_need_has_failed(job: str, despite: bool) -> None:  # noqa: FBT001 - a table
    assert GRAPH.runs_despite(job) is despite


def test_the_integration_jobs_of_a_real_pipeline_wait_for_a_failed_unit_test() -> None:
    red = ("Unit Tests (datastorage)", "Lint (Go Services)")
    assert PIPELINE.needed("Integration (gateway)", red) == ("Unit Tests (datastorage)",)
    assert PIPELINE.needed("E2E (notification)", red) == ("Unit Tests (datastorage)",)
    assert PIPELINE.needed("Build (gateway/amd64)", red) == ()
    assert set(PIPELINE.needed("Merge Gate", red)) == set(red)


def test_the_aggregate_jobs_of_a_real_pipeline_run_always() -> None:
    assert PIPELINE.runs_despite("Merge Gate")
    assert PIPELINE.runs_despite("Test Suite Summary")
    assert not PIPELINE.runs_despite("Integration (gateway)")


def test_every_job_of_a_real_pipeline_is_found_by_its_name() -> None:
    names = {
        "Detect Changes": "detect-changes",
        "Unit Tests (shared-packages)": "unit-tests",
        "Build (gateway/arm64)": "build-images",
        "Build Infra (db-migrate)": "build-infra-images",
        "Helm Smoke Tests (Kind, tls=cert-manager)": "helm-smoke-test",
        "Must-Gather E2E (Live Cluster)": "must-gather-e2e-test",
    }
    nodes = {name: PIPELINE.node_of(name) for name in names}
    assert {name: node.id for name, node in nodes.items() if node} == names


def test_the_name_that_fixes_most_wins() -> None:
    graph = needs_of(b"jobs: {a: {name: '${{ x }}'}, b: {name: 'Unit ${{ x }}'}, c: {name: Unit a}}")
    found = {name: graph.node_of(name) for name in ("Unit a", "Unit b", "else")}
    assert {name: node.id for name, node in found.items() if node} == {
        "Unit a": "c",
        "Unit b": "b",
        "else": "a",
    }


def test_anchors_are_followed_and_merge_keys_are_not() -> None:
    graph = needs_of(b"x: &n [lint]\njobs:\n  lint: {}\n  a: {needs: *n}\n  b: {<<: {needs: lint}}")
    assert graph.needed("a", ["lint"]) == ("lint",)
    assert graph.needed("b", ["lint"]) == ()


def test_jobs_that_need_each_other_come_to_an_end() -> None:
    graph = needs_of(b"jobs: {a: {needs: [b, a]}, b: {needs: a}}")
    assert graph.needed("a", ["a", "b"]) == ("b",)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"a: [",
        b"\x00",
        b"[" * 10_000,
        b"jobs: [a]",
        b"jobs: text",
        b"- a",
        b"a: b\n---\nc: d",
        b" " * (MAX_BYTES + 1),
        b"x: *missing",
        b"a: &a [*a]\njobs: 1",
    ],
)
def test_a_file_that_cannot_be_read_gives_no_jobs_and_says_so(data: bytes) -> None:
    graph = needs_of(data)
    assert graph.nodes == ()
    assert graph.problem
    assert graph.needed("a", ["b"]) == ()


def test_a_bomb_of_aliases_is_read_as_it_stands() -> None:
    rings = "\n".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40))
    graph = needs_of(f"a0: &a0 [x]\n{rings}\njobs: {{j: {{needs: *a39}}, k: {{needs: [j]}}}}".encode())
    assert graph.needed("k", ["j"]) == ("j",)


@given(st.binary(max_size=300))
def test_any_bytes_give_a_graph(data: bytes) -> None:
    assert isinstance(needs_of(data), JobGraph)


@given(
    st.recursive(
        st.text(max_size=8), lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner)
    )
)
def test_any_jobs_give_a_graph(jobs: object) -> None:
    graph = needs_of(f"jobs: {jobs!r}".encode(errors="replace"))
    for node in graph.nodes:
        graph.needed(node.id, [node.id, "x"])
