#!/bin/sh
# CI runs `cargo test --no-fail-fast`. Each test binary writes what libtest itself notes of its tests into truth/.
mkdir -p truth
export CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER="$PWD/note.sh" CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="$PWD/note.sh"
export CARGO_TARGET_AARCH64_APPLE_DARWIN_RUNNER="$PWD/note.sh" RUST_TEST_THREADS=2
exec cargo test --offline --locked --no-fail-fast
