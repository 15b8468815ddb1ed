#!/bin/sh
# CI runs `npm test` with the reporter for people; the second one is for the harness.
exec node --test --test-reporter=spec --test-reporter-destination=stdout \
	--test-reporter=./support/report.js --test-reporter-destination=report.txt test/
