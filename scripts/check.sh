#!/usr/bin/env bash
# Checks everything that is not a test: the linters, the architecture, known
# vulnerabilities, the module files, and that web/dist is what its sources give.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"
scripts/setup.sh

say "lint"
make --no-print-directory lint

say "architecture"
go test -count=1 ./internal/archtest

say "module files"
go mod tidy -diff
(cd tools && go mod tidy -diff)

say "built assets"
(cd tools && go run ./assets -check)
changed=$(git status --porcelain -- web/dist)
[ -z "$changed" ] || die "web/dist differs from what is committed:" "$changed" "Run: make assets, and commit the result."

say "known vulnerabilities"
scripts/vuln.sh
