#!/bin/sh
# CI runs `ginkgo run -r`. Suites that are built already print the same, so that many runs cost one compilation.
suites=
for name in audit dispatch gateway; do
	if [ -e "$name/$name.test" ]; then
		suites="$suites $name/$name.test"
	else
		suites="$suites ./$name"
	fi
done
# shellcheck disable=SC2086 # three words on purpose
exec target/ginkgo run --keep-going --randomize-all --seed="$TRUST_SEED" --timeout=15s --junit-report=report.xml $suites
