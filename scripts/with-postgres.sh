#!/usr/bin/env bash
# Runs a command with a PostgreSQL of its own, whose address is in
# BROADSHEET_TEST_POSTGRES, and throws that PostgreSQL away afterwards. If the
# variable is set already, the command just runs.
#
#   scripts/with-postgres.sh go test ./...
set -euo pipefail
. "$(dirname "$0")/lib.sh"

[ -n "${BROADSHEET_TEST_POSTGRES:-}" ] && exec "$@"

bin=$(postgres_bin) || die "PostgreSQL is not installed. Run scripts/setup.sh."
dir=$(mktemp -d "${TMPDIR:-/tmp}/broadsheet-postgres.XXXXXX")

# PostgreSQL refuses to run as root.
as_postgres() { (cd / && "$@"); }
if [ "$(id -u)" = 0 ]; then
	chown postgres "$dir"
	as_postgres() { (cd / && runuser -u postgres -- "$@"); }
fi

stop() {
	as_postgres "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
	rm -rf "$dir"
}
trap stop EXIT
trap 'exit 130' INT TERM

as_postgres "$bin/initdb" -D "$dir/data" -U postgres -A trust --locale=C.UTF-8 --encoding=UTF8 --no-sync >/dev/null
# Nothing here outlives the command, so nothing needs to reach the disk.
for _ in 1 2 3 4 5 6 7 8; do
	port=$((20000 + RANDOM % 10000))
	if as_postgres "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -s start -o \
		"-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$dir -c fsync=${BROADSHEET_TEST_POSTGRES_FSYNC:-off} -c max_connections=200" 2>/dev/null; then
		started=yes
		break
	fi
done
[ -n "${started:-}" ] || { cat "$dir/log" >&2; die "PostgreSQL did not start."; }

export BROADSHEET_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres?sslmode=disable"
"$@"
