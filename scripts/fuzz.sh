#!/usr/bin/env bash
# Fuzzes the parsers of everything that arrives, each in a process of its own, and prints what came of it. A finding is
# made as short as it can be, printed with its seed, and kept as a case that the tests replay.
# usage: fuzz.sh [--minutes N (for each target; may be a fraction)] [--target NAME]... [--seed S] [--jobs N] [--cases DIR] [--list]
#        fuzz.sh --try TARGET FILE
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dotnet build "$root/tests/Fuzz" -c Release -v quiet --nologo >&2
case "${1:-}" in
  --list | --try) exec "$root/tests/Fuzz/bin/Release/net10.0/Fuzz" "$@" ;;
esac
exec "$root/tests/Fuzz/bin/Release/net10.0/Fuzz" --cases "$root/tests/Fuzz/cases" "$@"
