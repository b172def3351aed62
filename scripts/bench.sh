#!/usr/bin/env bash
# kvnode and Debian's etcd (3.5) side by side in one run, on this machine and disk, under the same load
# generator (h2load, package nghttp2-client): medians of alternating runs, and their ratios.
# usage: bench.sh [RUNS] [REQUESTS]     (default: 5 runs of 100000 requests)
# Works below BENCH_DIR (default artifacts/bench), which must be on a real disk: syncs are on.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
runs=${1:-5}
requests=${2:-100000}
work=${BENCH_DIR:-$root/artifacts/bench}
kvnode=$root/artifacts/kvnode/kvnode
etcd=$root/artifacts/etcd/etcd

command -v h2load >/dev/null || { echo "bench.sh: h2load is missing (apt-get install nghttp2-client)" >&2; exit 1; }
[ -x "$kvnode" ] || "$root/scripts/build.sh" >&2
"$root/scripts/fetch-etcd.sh"
rm -rf "$work"
mkdir -p "$work"

pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true' EXIT

declare -A url=([kvnode]=http://127.0.0.1:23790 [etcd]=http://127.0.0.1:23800)
serve() { # name, program, client port, peer port
  "$2" --name default --data-dir "$work/$1" \
    --listen-client-urls "http://127.0.0.1:$3" --advertise-client-urls "http://127.0.0.1:$3" \
    --listen-peer-urls "http://127.0.0.1:$4" --initial-advertise-peer-urls "http://127.0.0.1:$4" \
    --initial-cluster "default=http://127.0.0.1:$4" --log-level warn --snapshot-count 100000 \
    >"$work/$1.log" 2>&1 &
  pids+=("$!")
}
serve kvnode "$kvnode" 23790 23791
serve etcd "$etcd" 23800 23801
for name in kvnode etcd; do
  for _ in $(seq 100); do
    curl -sf "${url[$name]}/health" >/dev/null && break
    sleep 0.1
  done
  curl -sf "${url[$name]}/health" >/dev/null || { cat "$work/$name.log" >&2; exit 1; }
done

# gRPC bodies: one byte of flags, four of length, then the message by hand (etcd's field numbers).
key='benchkey'
value=$(printf 'v%.0s' $(seq 256))
printf '\0\0\0\001\015\012\010%s\022\200\002%s' "$key" "$value" >"$work/put"
printf '\0\0\0\0\012\012\010%s' "$key" >"$work/get"
printf '\0\0\0\0\014\012\010%s\070\001' "$key" >"$work/get-serializable"

# One run; prints requests a second and the 50th and 99th percentile in milliseconds.
load() { # server, method, body, connections, streams each, requests
  rm -f "$work/times"
  h2load -n "$6" -c "$4" -m "$5" -t 1 -d "$work/$3" --log-file="$work/times" \
    -H 'content-type: application/grpc' -H 'te: trailers' \
    "${url[$1]}/etcdserverpb.KV/$2" >"$work/h2load.out"
  grep -q " $6 succeeded" "$work/h2load.out" || { cat "$work/h2load.out" >&2; exit 1; }
  local rate
  rate=$(awk '/^finished in/ { print $4 }' "$work/h2load.out")
  sort -n -k3 "$work/times" | awk -v rate="$rate" '
    { t[NR] = $3 / 1000 }
    END { printf "%.0f %.2f %.2f\n", rate, t[int(NR * 0.5) + 1], t[int(NR * 0.99) + 1] }'
}

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

row() { # title, method, body, connections, streams each, requests
  for name in kvnode etcd; do
    load "$name" "$2" "$3" "$4" "$5" "$6" >/dev/null # warm-up
    : >"$work/$name.runs"
  done
  for _ in $(seq "$runs"); do
    for name in kvnode etcd; do load "$name" "$2" "$3" "$4" "$5" "$6" >>"$work/$name.runs"; done
  done
  for column in 1 2 3; do
    for name in kvnode etcd; do
      awk -v c="$column" '{ print $c }' "$work/$name.runs" | median
    done
  done | paste -sd' ' | awk -v title="$1" '{
    printf "| %-34s | %8d | %8d | %5.2f | %7.2f | %7.2f | %5.2f | %7.2f | %7.2f | %5.2f |\n",
      title, $1, $2, $1 / $2, $3, $4, $3 / $4, $5, $6, $5 / $6 }'
}

echo "| work (req/s, then ms)              |   kvnode |     etcd | ratio | p50 kv  | p50 etcd| ratio | p99 kv  | p99 etcd| ratio |"
echo "| ---------------------------------- | -------- | -------- | ----- | ------- | ------- | ----- | ------- | ------- | ----- |"
row "put, 1000 clients" Put put 100 10 "$requests"
row "get linearizable, 1000 clients" Range get 100 10 "$requests"
row "get serializable, 1000 clients" Range get-serializable 100 10 "$requests"
row "put, 1 client" Put put 1 1 "$((requests / 50))"
