#!/usr/bin/env bash
# Installs kvnode as a systemd service: the program, a user for it, a unit with a watchdog, and a configuration
# file if there is none. Run it again to put a newer program in; configuration and data stay.
# usage: install-service.sh [--from DIR] [--config FILE] [--root DIR] [--no-start]
#        install-service.sh --uninstall [--root DIR]
#   --from      where kvnode is (default: artifacts/kvnode, or the directory of an unpacked archive)
#   --config    a configuration to install as /etc/kvnode/kvnode.yaml, in place of what is there
#   --root      lay the files out below DIR for a package, and leave the running system alone
#   --no-start  do not start the service
#   --uninstall remove program and unit; configuration and data stay
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
usage() { sed -n '4,11s/^# \{0,1\}//p' "$0" >&2; exit 2; }
from='' config='' root='' start=yes uninstall=no
while [ $# -gt 0 ]; do
  case $1 in
    --from) from=${2:?}; shift ;;
    --config) config=${2:?}; shift ;;
    --root) root=${2:?}; shift ;;
    --no-start) start=no ;;
    --uninstall) uninstall=yes ;;
    *) usage ;;
  esac
  shift
done
fail() { echo "install-service.sh: $*" >&2; exit 1; }
[ -n "$root" ] || [ "$(id -u)" = 0 ] || fail "must be root, or be given --root"
live() { [ -z "$root" ]; }

library=/usr/local/lib/kvnode program=/usr/local/bin/kvnode unit=/etc/systemd/system/kvnode.service
settings=/etc/kvnode/kvnode.yaml state=/var/lib/kvnode

if [ $uninstall = yes ]; then
  if live; then systemctl disable --now kvnode.service; fi
  rm -rf "${root:?}$library" "$root$program" "$root$unit"
  if live; then systemctl daemon-reload; fi
  echo "kvnode is uninstalled; $settings and $state are kept"
  exit 0
fi

if [ -z "$from" ]; then
  from=$here/../artifacts/kvnode
  [ -x "$from/kvnode" ] || from=$here
fi
[ -x "$from/kvnode" ] || fail "there is no kvnode in $from: build it with scripts/build.sh, or give --from"
[ -z "$config" ] || [ -r "$config" ] || fail "cannot read $config"

if live && ! getent passwd kvnode >/dev/null; then
  useradd --system --home-dir "$state" --no-create-home --shell /usr/sbin/nologin kvnode
fi

install -d "$root$library.new" "$root${program%/*}" "$root${unit%/*}" "$root${settings%/*}"
cp -R "$from/." "$root$library.new/"
rm -rf "$root$library.old"
[ ! -e "$root$library" ] || mv "$root$library" "$root$library.old"
mv "$root$library.new" "$root$library"
rm -rf "$root$library.old"
ln -sfn ../lib/kvnode/kvnode "$root$program"

if [ -n "$config" ]; then
  install -m 0640 "$config" "$root$settings"
elif [ ! -e "$root$settings" ]; then
  cat >"$root$settings" <<'YAML'
# One node that is reached from this machine only. kvnode --help lists the settings; each flag is a key here.
name: default
data-dir: /var/lib/kvnode/data
listen-client-urls: http://127.0.0.1:2379
advertise-client-urls: http://127.0.0.1:2379
listen-peer-urls: http://127.0.0.1:2380
initial-advertise-peer-urls: http://127.0.0.1:2380
initial-cluster: default=http://127.0.0.1:2380
YAML
  chmod 0640 "$root$settings"
fi

cat >"$root$unit" <<'UNIT'
[Unit]
Description=kvnode, a replicated key-value store
Wants=network-online.target
After=network-online.target

[Service]
Type=notify
User=kvnode
Group=kvnode
ExecStart=/usr/local/bin/kvnode --config-file /etc/kvnode/kvnode.yaml
StateDirectory=kvnode
StateDirectoryMode=0700
# Finding the other members may take as long as they need to start.
TimeoutStartSec=infinity
# Hands leadership over and finishes what is in flight.
TimeoutStopSec=30s
WatchdogSec=30s
# A member that was removed from its cluster ends with 0, and stays ended.
Restart=on-failure
RestartSec=5s
LimitNOFILE=65536
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes

[Install]
WantedBy=multi-user.target
UNIT

if live; then
  chown root:kvnode "$settings"
  systemctl daemon-reload
  systemctl enable kvnode.service
  if [ $start = yes ]; then systemctl restart kvnode.service; fi
fi
echo "installed $program, $unit and $settings${root:+ below $root}"
