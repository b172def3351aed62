#!/usr/bin/env bash
# Every damage to every kind of file a node keeps or reads: each cut and each flipped bit, sectors that are lost,
# swapped or old, files that are gone or in each other's place. Prints what became of them; fails if anything was
# silently different.
# usage: damage.sh [--share N (of flips, cuts and swaps, one in N)] [--rounds N (batches in the log)]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
exec dotnet run --project "$root/tests/Damage" -c Release -- "$@"
