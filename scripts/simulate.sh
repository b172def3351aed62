#!/usr/bin/env bash
# Whole clusters of the node's own engine in one thread, each seed another bad day (tests/Simulation).
#   scripts/simulate.sh --seeds 20000 [--from S] [--threads T]   rules checked, seeds and simulated hours a minute
#   scripts/simulate.sh --from S --seeds 1                       one seed, with the end of its story if it fails
#   scripts/simulate.sh --from S --seeds 1 --record DIR          the same, recorded for `kvnode replay DIR`
#   scripts/simulate.sh --mutants [--seeds N]                    planted bugs, and the seeds it takes to find each
#   scripts/simulate.sh --core [--seeds N] [--from S]            Raft cores alone (tests/Core.Simulation)
set -euo pipefail
cd "$(dirname "$0")/.."
project=tests/Simulation
if [ "${1:-}" = --core ]; then
  project=tests/Core.Simulation
  shift
fi
dotnet build "$project" -c Release -v quiet --nologo >/dev/null
exec dotnet "$project/bin/Release/net10.0/$(basename "$project").dll" simulate "$@"
