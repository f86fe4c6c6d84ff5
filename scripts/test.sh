#!/usr/bin/env bash
# Runs every test: the Go tests on SQLite and PostgreSQL, the desk's own tests,
# and the browser tests against the real binary.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"
scripts/setup.sh

say "Go tests"
scripts/with-postgres.sh go test ./...
(cd tools && go test ./...)

say "tests of the desk's scripts"
(cd web/desk && npm test --silent)

say "browser tests"
go build -o bin/broadsheet ./cmd/broadsheet
CHROMIUM=$(chromium_path)
export CHROMIUM BROADSHEET_TEST_BINARY="$root/bin/broadsheet"
shopt -s nullglob
tests=(test/e2e/*.test.mjs test/e2e/*.test.ts)
if [ ${#tests[@]} = 0 ]; then
	die "There are no browser tests in test/e2e."
fi
node --test --test-concurrency=1 "${tests[@]}"
