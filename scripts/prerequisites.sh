#!/bin/sh
# usage: scripts/prerequisites.sh python|go
# Says in one sentence what is missing to build and run, and ends with 1. $PYTHON and $GO name the programs.
set -eu

missing() {
  echo "$1" >&2
  exit 1
}

check_python() {
  program=${PYTHON:-python3}
  command -v "$program" >/dev/null || missing "Python 3.11 or later is needed, and there is no $program."
  "$program" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    missing "Python 3.11 or later is needed, this is $("$program" --version 2>&1): name another with PYTHON=…"
  "$program" -c 'import ensurepip, venv' 2>/dev/null ||
    missing "$program cannot make virtual environments: install its venv package (Debian: python3-venv)."
}

check_go() {
  program=${GO:-go}
  command -v "$program" >/dev/null || missing "Go 1.26 or later is needed (1.21 fetches it), and there is no $program."
  version=$(cd / && GOTOOLCHAIN=local "$program" env GOVERSION)
  case $version in
    go1.[0-9] | go1.[0-9].* | go1.1[0-9] | go1.1[0-9].* | go1.20 | go1.20.*)
      missing "Go 1.26 or later is needed (1.21 fetches it), this is $version." ;;
  esac
}

"check_${1:?python or go}"
