#!/usr/bin/env bash
# Usage: install.sh FOLDER
# Installs the peers, pinned, each into a place of its own in FOLDER, and builds our worker that does
# nothing. What cannot be installed is said; measure.py leaves it out.
set -u
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" && folder=$(cd "$1" && pwd) || exit 1

python_peer() { # NAME REQUIREMENT...
  local name=$1
  shift
  local venv="$folder/$name"
  [ -e "$venv/installed" ] && return
  python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check "$@" \
    && touch "$venv/installed" || echo "not installed: $name"
}

go build -o "$folder/queuebench" "$here/../../go-worker/internal/queuebench" || exit 1
(cd "$here/peers/go" && go build -o "$folder/go-peers" .) || echo "not installed: asynq, river"
python_peer rq rq==3.0.0 redis==8.1.0 hiredis
python_peer dramatiq 'dramatiq[redis]==2.2.1' hiredis
python_peer celery 'celery[redis]==5.7.0' hiredis
python_peer taskiq taskiq==0.11.20 taskiq-redis==1.0.9 hiredis
if [ ! -d "$folder/node/node_modules/bullmq" ]; then
  mkdir -p "$folder/node" && npm install --silent --prefix "$folder/node" bullmq@6.7.0 ioredis@6.0.0 >/dev/null \
    || echo "not installed: bullmq"
fi
