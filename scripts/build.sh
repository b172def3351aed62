#!/usr/bin/env bash
# Builds everything that is shipped: artifacts/kvnode/kvnode and artifacts/Kv/Kv.psd1.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet publish Node.CSharp/Node.CSharp.csproj -c Release -o artifacts/kvnode -v quiet --nologo
dotnet publish PSModule/PSModule.csproj -c Release -o artifacts/Kv -v quiet --nologo
echo "built artifacts/kvnode/kvnode and artifacts/Kv/Kv.psd1"
