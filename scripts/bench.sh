#!/usr/bin/env bash
# Measures the speed of the program: make bench, or make bench ARGS="-only pages".
# PostgreSQL is one of its own, which flushes to the disk as it would in earnest.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"
make --no-print-directory build
go build -o bin/bench ./test/bench
unset BROADSHEET_TEST_POSTGRES
BROADSHEET_TEST_POSTGRES_FSYNC=on scripts/with-postgres.sh bin/bench "$@"
