#!/usr/bin/env bash
# Puts etcd and its tools as a Debian release has them into DIR without installing anything: trixie's 3.5 is
# the reference server of the compatibility tests and benchmarks, bookworm's 3.4 the oldest that the module
# works with. Needs Debian's apt tools and a mirror.
# usage: fetch-etcd.sh [DIR [RELEASE]]     (default: artifacts/etcd trixie; does nothing if they are there)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dir=${1:-$root/artifacts/etcd} release=${2:-trixie}
if [ -x "$dir/etcd" ] && [ -x "$dir/etcdctl" ]; then exit 0; fi

mirror=$(apt-get indextargets --format '$(SITE) $(CODENAME)' 'Created-By: Packages' \
  | awk '$2 !~ /security|updates/ { print $1; exit }')
if [ -z "$mirror" ]; then echo "fetch-etcd.sh: apt names no Debian mirror" >&2; exit 1; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/state"
# That release's index is read into a state of our own, so that the machine's apt is left as it is.
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $release main" >"$work/sources.list"
apt() {
  apt-get -qq -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State="$work/state" -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" \
    -o Dir::State::status=/var/lib/dpkg/status -o APT::Sandbox::User=root "$@"
}
apt update
(cd "$work" && apt download etcd-server etcd-client)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work/root"; done
mkdir -p "$dir"
cp "$work"/root/usr/bin/etcd* "$dir/"
