#!/usr/bin/env bash
# Puts npm's node-etcd into artifacts/v2-clients for the compatibility tests; does nothing if it is there.
# It takes what its package.json names and runs none of the packages' own scripts.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dir=$root/artifacts/v2-clients
if [ -f "$dir/node_modules/node-etcd/package.json" ]; then exit 0; fi
mkdir -p "$dir"
cp "$root/tests/Compat/V2/Clients/package.json" "$dir/"
cd "$dir"
npm install --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
