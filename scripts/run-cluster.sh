#!/usr/bin/env bash
# Runs a cluster of three nodes on this machine (clients on 2379, 22379, 32379; peers one above),
# data below DIR. Ctrl-C stops all three.
# usage: run-cluster.sh [DIR]     (default: cluster.kv)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dir=${1:-cluster.kv}
[ -x "$root/artifacts/kvnode/kvnode" ] || "$root/scripts/build.sh" >&2
mkdir -p "$dir"
cluster=node1=http://127.0.0.1:2380,node2=http://127.0.0.1:22380,node3=http://127.0.0.1:32380
pids=()
stop() {
  trap '' INT TERM
  kill -TERM "${pids[@]}" 2>/dev/null || true
  wait
}
trap stop EXIT
trap 'exit 0' INT TERM
start() { # number, port prefix
  "$root/artifacts/kvnode/kvnode" --name "node$1" --data-dir "$dir/node$1" \
    --listen-client-urls "http://127.0.0.1:${2}379" --advertise-client-urls "http://127.0.0.1:${2}379" \
    --listen-peer-urls "http://127.0.0.1:${2}380" --initial-advertise-peer-urls "http://127.0.0.1:${2}380" \
    --initial-cluster "$cluster" --initial-cluster-token "$(basename "$dir")" \
    2> >(sed -u "s/^/node$1 | /" >&2) &
  pids+=("$!")
  echo "node$1: pid $!, clients http://127.0.0.1:${2}379, data $dir/node$1"
}
start 1 2
start 2 22
start 3 32
# A node that is killed may be started again by hand; the cluster ends when all have.
wait
