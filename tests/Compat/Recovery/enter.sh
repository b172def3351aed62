#!/usr/bin/env bash
# Runs a script as a host of a test sees the file system: /etc and /var/lib are the host's own.
# usage: enter.sh DIRECTORY PROGRAM SCRIPT    (in a mount namespace of its own; PROGRAM is kvnode)
set -euo pipefail
host=$1 program=$2 script=$3
mount --make-rprivate /
mkdir -p "$host/etc/kvnode" "$host/work" "$host/lib" "$host/bin"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$host/etc,workdir=$host/work" /etc
ln -sfn "$program" "$host/bin/kvnode"
ln -sfn "$(cd "$(dirname "$0")" && pwd)/systemctl" "$host/bin/systemctl"
# With what is mounted below it: a test that fills its small file system must not fill the machine.
mount --rbind "$host/lib" /var/lib
PATH=$host/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin exec bash -euo pipefail "$script"
