#!/usr/bin/env bash
# Makes sure that what the tests need is there: Go and Node of the right
# versions, PostgreSQL, Chromium and the servers that agencies have (FTP, SFTP,
# IMAP) from Debian, the npm packages. What is missing is installed if that
# works without a question, else named.
#
#   scripts/setup.sh         everything
#   scripts/setup.sh build   only what a build needs, which is Go
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"

need_go() {
	command -v go >/dev/null || die \
		"Go is not installed. Broadsheet is built with Go 1.26 or newer:" \
		"  see https://go.dev/doc/install, or on Debian: apt-get install golang"
	local have
	have=$(go env GOVERSION)
	[ "$(printf '%s\n' go1.26 "$have" | sort -V | head -n 1)" = go1.26 ] || die \
		"Go is too old: $have, needed is 1.26 or newer. See https://go.dev/doc/install"
}

need_node() {
	command -v node >/dev/null && command -v npm >/dev/null || die \
		"Node is not installed. Only the tests and the desk's scripts need it, not the program:" \
		"  see https://nodejs.org, or on Debian: apt-get install nodejs npm"
	local major
	major=$(node -p 'process.versions.node.split(".")[0]')
	[ "$major" -ge 20 ] || die "Node is too old: $(node --version), needed is 20 or newer. See https://nodejs.org"
}

# as_root runs a command as root without asking for anything.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo -n "$@"
	fi
}

need_debian() {
	local missing=()
	[ -n "$(postgres_bin)" ] || missing+=(postgresql)
	chromium_path >/dev/null || missing+=(chromium)
	# The wire's sources are tested against real servers. Debian starts none of them when
	# it is installed where services are not managed; the tests start their own.
	[ -x /usr/sbin/vsftpd ] || missing+=(vsftpd)
	[ -x /usr/sbin/sshd ] || missing+=(openssh-server)
	[ -x /usr/lib/openssh/sftp-server ] || missing+=(openssh-sftp-server)
	[ -x /usr/sbin/dovecot ] || missing+=(dovecot-imapd)
	[ ${#missing[@]} = 0 ] && return
	if ! command -v apt-get >/dev/null || ! as_root true 2>/dev/null; then
		die "The tests need these packages: ${missing[*]}" \
			"Install them and run this again; on Debian: sudo apt-get install ${missing[*]}"
	fi
	say "installing ${missing[*]}"
	as_root apt-get update -q
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# npm_ci installs a folder's packages unless they are those of its lock file.
npm_ci() {
	[ -f "$1/package-lock.json" ] || return 0
	if ! cmp -s "$1/package-lock.json" "$1/node_modules/.installed-lock"; then
		say "installing the npm packages of $1"
		(cd "$1" && npm ci --no-audit --no-fund --loglevel=error)
		cp "$1/package-lock.json" "$1/node_modules/.installed-lock"
	fi
}

need_go
[ "${1:-}" = build ] && exit
need_node
need_debian
npm_ci web/desk
npm_ci test/e2e
