#!/usr/bin/env bash
# Loads of a minute or more on one kvnode, and what came of them in figures.
# usage: load.sh watcher [SECONDS] [PUTS A SECOND] | leases [COUNT] | idle-watchers [COUNT] | hostile [SECONDS] | each-attack [SECONDS] | logins [COUNT]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
[ -x "$root/artifacts/kvnode/kvnode" ] || "$root/scripts/build.sh" >&2
exec dotnet run --project "$root/tests/Load" -c Release -- "$@"
