#!/usr/bin/env bash
# What the PowerShell module costs: import, one request, keys piped in, keys streamed out. A few seconds.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x artifacts/kvnode/kvnode ] && [ -f artifacts/Kv/Kv.psd1 ] || scripts/build.sh
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
dotnet build tests/PSModule.Bench -c Release -v quiet --nologo -clp:NoSummary
dotnet tests/PSModule.Bench/bin/Release/net10.0/PSModule.Bench.dll \
  "$PWD/artifacts/Kv/Kv.psd1" "$PWD/artifacts/kvnode/kvnode" "$folder/bench"
