#!/usr/bin/env bash
# Renders what N machines need to become one cluster by themselves: for each an #cloud-config user-data
# file, and for all of them a systemd unit.
# usage: new-cluster-config.sh [-o DIR] (-d DISCOVERY_URL | -s REGISTRY) NAME...
#   -d  the URL of a discovery token
#   -s  a node or registry to get a token from (GET REGISTRY/new?size=N), such as http://10.0.0.1:2379
#   -o  where the files go (default: the current directory)
# Each machine gets its NAME.user-data as /var/lib/kvnode/user-data, and kvnode.service. The addresses
# $private_ipv4 and $public_ipv4 are filled in by kvnode on the machine, from COREOS_PRIVATE_IPV4 and
# COREOS_PUBLIC_IPV4 in /etc/environment if they are there, else from its network.
set -euo pipefail
usage() { sed -n '2,11s/^# \{0,1\}//p' "$0" >&2; exit 2; }
directory=. discovery='' registry=''
while getopts 'o:d:s:' option; do
  case $option in
    o) directory=$OPTARG ;;
    d) discovery=$OPTARG ;;
    s) registry=$OPTARG ;;
    *) usage ;;
  esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || usage
if [ -n "$registry" ]; then
  discovery=$(curl -fsS "${registry%/}/new?size=$#")
fi
[ -n "$discovery" ] || usage
for name in "$@"; do
  case $name in
    *[!A-Za-z0-9._-]*) echo "new-cluster-config.sh: \"$name\" is no name for a machine" >&2; exit 2 ;;
  esac
done

mkdir -p "$directory"
for name in "$@"; do
  cat >"$directory/$name.user-data" <<USERDATA
#cloud-config
etcd:
  name: $name
  data-dir: /var/lib/kvnode/data
  discovery: $discovery
  advertise-client-urls: http://\$public_ipv4:2379
  initial-advertise-peer-urls: http://\$private_ipv4:2380
  listen-client-urls: http://0.0.0.0:2379
  listen-peer-urls: http://\$private_ipv4:2380
USERDATA
done
cat >"$directory/kvnode.service" <<'UNIT'
[Unit]
Description=kvnode
Wants=network-online.target
After=network-online.target

[Service]
Type=notify
EnvironmentFile=-/etc/environment
ExecStart=/usr/local/bin/kvnode --cloud-config /var/lib/kvnode/user-data
TimeoutStartSec=0
Restart=on-failure
RestartSec=10s
LimitNOFILE=40000
StateDirectory=kvnode

[Install]
WantedBy=multi-user.target
UNIT
echo "$directory/kvnode.service"
printf "$directory/%s.user-data\n" "$@"
