#!/usr/bin/env bash
# Runs one node in the foreground with the flags given; with none, a single node on
# 127.0.0.1:2379/2380 with its data in default.kv and the v2 API on. Builds first if nothing was built yet.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
[ -x "$root/artifacts/kvnode/kvnode" ] || "$root/scripts/build.sh" >&2
[ $# -gt 0 ] || set -- --enable-v2
exec "$root/artifacts/kvnode/kvnode" "$@"
