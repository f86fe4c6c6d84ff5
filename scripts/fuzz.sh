#!/usr/bin/env bash
# Runs the fuzz targets whose names contain NAME (all of them by default), each for TIME.
# Usage: scripts/fuzz.sh [NAME [TIME]]
set -euo pipefail
cd "$(dirname "$0")/.."
name=${1:-} time=${2:-1m}
name=${name#Fuzz}

# -fuzzminimizetime: by default a minute goes into making each new input smaller, and the
# inputs are whole agency files.
targets=$(grep -rEo --include='*_test.go' "^func Fuzz\w*${name}\w*" internal | sort) || { echo "no fuzz target is named like $name" >&2; exit 1; }
while IFS=: read -r file target; do
  echo "== ${target#func } in $(dirname "$file")"
  go test "./$(dirname "$file")" -run '^$' -fuzz "^${target#func }\$" -fuzztime "$time" -fuzzminimizetime 0x </dev/null
done <<<"$targets"
