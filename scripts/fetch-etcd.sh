#!/usr/bin/env bash
# Puts Debian 13's etcd, etcdctl and etcdutl (3.5) into DIR without installing anything: the reference
# server of the compatibility tests and benchmarks. Needs Debian's apt tools and a mirror.
# usage: fetch-etcd.sh [DIR]     (default: artifacts/etcd; does nothing if they are there)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dir=${1:-$root/artifacts/etcd}
if [ -x "$dir/etcd" ] && [ -x "$dir/etcdctl" ] && [ -x "$dir/etcdutl" ]; then exit 0; fi

mirror=$(apt-get indextargets --format '$(SITE) $(CODENAME)' 'Created-By: Packages' \
  | awk '$2 !~ /security|updates/ { print $1; exit }')
if [ -z "$mirror" ]; then echo "fetch-etcd.sh: apt names no Debian mirror" >&2; exit 1; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/state"
# Debian 13's index is read into a state of our own, so that the machine's apt is left as it is.
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$work/sources.list"
apt() {
  apt-get -qq -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State="$work/state" -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" \
    -o Dir::State::status=/var/lib/dpkg/status -o APT::Sandbox::User=root "$@"
}
apt update
(cd "$work" && apt download etcd-server etcd-client)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work/root"; done
mkdir -p "$dir"
cp "$work"/root/usr/bin/{etcd,etcdctl,etcdutl} "$dir/"
