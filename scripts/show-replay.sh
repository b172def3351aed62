#!/usr/bin/env bash
# A leader crash, recorded and replayed: three nodes under load, the leader is killed with SIGKILL, and what the two
# others and the dead one recorded is told as one story.
# usage: show-replay.sh [DIR]     (default: artifacts/replay, which is made anew)
# Ports: from REPLAY_PORT (default 24790) on.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dir=${1:-$root/artifacts/replay}
port=${REPLAY_PORT:-24790}
kvnode=$root/artifacts/kvnode/kvnode
[ -x "$kvnode" ] || "$root/scripts/build.sh" >&2
rm -rf "$dir"
mkdir -p "$dir"

declare -A pid=()
trap 'kill "${pid[@]}" 2>/dev/null || true; wait 2>/dev/null || true' EXIT
url() { echo "http://127.0.0.1:$((port + 2 * $1))"; }
peer() { echo "http://127.0.0.1:$((port + 2 * $1 + 1))"; }
for n in 1 2 3; do
  "$kvnode" --name "node$n" --data-dir "$dir/node$n" \
    --listen-client-urls "$(url $n)" --advertise-client-urls "$(url $n)" \
    --listen-peer-urls "$(peer $n)" --initial-advertise-peer-urls "$(peer $n)" \
    --initial-cluster "node1=$(peer 1),node2=$(peer 2),node3=$(peer 3)" >"$dir/node$n.log" 2>&1 &
  pid[$n]=$!
done

call() { curl -sf -m 5 "$(url "$1")/v3/$2" -d "$3"; }
# Puts $2 keys through node $1, as often as it takes while there is no leader.
fill() {
  for i in $(seq "$2"); do
    until call "$1" kv/put "{\"key\":\"$(printf 'key%s' "$i" | base64)\",\"value\":\"dmFsdWU=\"}" >/dev/null; do sleep 0.1; done
  done
}
id() { # field "$2" of what node $1 says of itself
  call "$1" maintenance/status '{}' | grep -o "\"$2\":\"[0-9]*\"" | grep -o '[0-9]*' || true
}
leader() { # the number of the node that leads, as node $1 sees it
  local leads
  leads=$(id "$1" leader)
  for n in "${!pid[@]}"; do
    if [ "$(id "$n" member_id)" = "$leads" ]; then echo "$n"; fi
  done
}

fill 1 30
dead=$(leader 1)
survivor=$((dead % 3 + 1))
echo "node$dead leads, and is killed now: $(date -u +%FT%T.%3NZ)" >&2
kill -KILL "${pid[$dead]}"
wait "${pid[$dead]}" 2>/dev/null || true
unset "pid[$dead]"
fill "$survivor" 30
echo "node$(leader "$survivor") leads and has taken 30 more writes" >&2
sleep 1
kill -TERM "${pid[@]}"
wait "${pid[@]}" 2>/dev/null || true

echo "+ kvnode replay $dir" >&2
"$kvnode" replay "$dir"
