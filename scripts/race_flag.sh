#!/bin/sh
# usage: go test $(scripts/race_flag.sh) ./...
# Prints -race where the race detector can be built, which takes a C compiler.
set -eu

compiler=$("${GO:-go}" env CC)
if command -v "${compiler%% *}" >/dev/null; then
  echo -race
else
  echo "no C compiler ($compiler): the Go tests run without the race detector" >&2
fi
