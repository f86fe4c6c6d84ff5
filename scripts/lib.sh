# Shell words that the scripts share. Source it; do not run it.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '\n== %s\n' "$*"; }

die() {
	printf '%s\n' "$@" >&2
	exit 1
}

# postgres_bin prints the folder of PostgreSQL's server programs.
postgres_bin() {
	local found
	if found=$(command -v initdb); then
		dirname "$found"
		return
	fi
	found=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
	[ -x "$found" ] && dirname "$found"
}

# chromium_path prints the browser that the browser tests drive.
chromium_path() {
	local name
	for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
		[ -n "$name" ] && command -v "$name" && return
	done
	return 1
}
