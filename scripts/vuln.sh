#!/usr/bin/env bash
# Looks for known vulnerabilities in what the program calls. Where the
# vulnerability database cannot be reached, says so and succeeds.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"
make --no-print-directory bin/govulncheck

status=0
answer=$(bin/govulncheck ./... 2>&1) || status=$?
if [ "$status" != 0 ] && grep -q 'fetching vulnerabilities' <<<"$answer"; then
	echo "SKIPPED: the vulnerability database cannot be reached from this machine."
	exit 0
fi
printf '%s\n' "$answer"
exit "$status"
