#!/usr/bin/env bash
# Everything, from a clean clone: builds, checks the formatting, runs all suites. Its last line is
# "N passed, N failed", summed over the suites.
set -uo pipefail
cd "$(dirname "$0")/.."
failed_steps=0
suites="Core.FSharp.Tests Core.Simulation Simulation Checking.Tests Node.CSharp.Tests Damage Fuzz PSModule.Tests Compat Differential"
step() { # title, command...
  echo "== $1"
  shift
  "$@" || { echo "FAILED: $*" >&2; failed_steps=$((failed_steps + 1)); }
}

step "tools" dotnet tool restore
step "build" scripts/build.sh
step "build tests" dotnet build Mixed.sln -c Release -v quiet --nologo
step "format F#" dotnet fantomas --check Core.FSharp tests/Core.FSharp.Tests tests/Core.Simulation
# The formatter reads what was built, which is the Release configuration.
step "format C#" env Configuration=Release dotnet format Mixed.sln --verify-no-changes --no-restore --exclude tests/Simulation
# Its projects are built in another way.
step "format simulator" env Configuration=Release ForSimulation=true \
  dotnet format tests/Simulation/Simulation.csproj --verify-no-changes --no-restore --include tests/Simulation
step "reference etcd" scripts/fetch-etcd.sh
step "oldest etcd" scripts/fetch-etcd.sh artifacts/etcd34 bookworm
step "packages" tests/Compat/make-packages.sh
step "npm client" npm ci --prefix tests/Compat/NpmEtcd3 --ignore-scripts --no-audit --no-fund --loglevel error
step "npm v2 client" npm ci --prefix tests/Compat/NodeEtcd --ignore-scripts --no-audit --no-fund --loglevel error

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
for suite in $suites; do
  # A test that hangs is named and ends its suite, instead of everything.
  step "tests: $suite" dotnet test "tests/$suite" -c Release --no-build --nologo \
    --blame-hang --blame-hang-timeout 5m --blame-hang-dump-type none \
    --logger "trx;LogFileName=$results/$suite.trx" --logger "console;verbosity=minimal"
done

# A suite that left no result, and a step that failed, count as one failure each.
passed=0
failed=$failed_steps
for suite in $suites; do
  counters=$(grep -o '<Counters [^>]*>' "$results/$suite.trx" 2>/dev/null || true)
  passed=$((passed + $(sed -n 's/.* passed="\([0-9]*\)".*/\1/p' <<<"$counters" | grep . || echo 0)))
  failed=$((failed + $(sed -n 's/.* failed="\([0-9]*\)".*/\1/p' <<<"$counters" | grep . || echo 0)))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
