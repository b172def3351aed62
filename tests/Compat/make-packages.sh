#!/usr/bin/env bash
# Makes the packages that PackageTests looks into; the container image on a base with nothing in it, from a
# registry of our own, so that no other is needed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
python3 "$here/registry.py" "$port" 2>/dev/null &
registry=$!
trap 'kill $registry' EXIT
KV_BASE_IMAGE=localhost:$port/base:latest "$here/../../scripts/package.sh" --image
