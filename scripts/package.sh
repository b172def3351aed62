#!/usr/bin/env bash
# Makes what is handed out, in artifacts/packages: archives that need no .NET on the machine, a .NET tool package,
# and, if asked for, a container image.
# usage: package.sh [--image] [RID...]      RIDs as linux-x64 (default), linux-arm64, win-x64, osx-arm64
#   --image  an image archive for docker load or podman load, on Microsoft's image of .NET (or KV_BASE_IMAGE)
set -euo pipefail
cd "$(dirname "$0")/.."
image=no rids=()
for argument in "$@"; do
  case $argument in
    --image) image=yes ;;
    -*) sed -n '4,5s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    *) rids+=("$argument") ;;
  esac
done
[ ${#rids[@]} -gt 0 ] || rids=(linux-x64)
packages=artifacts/packages
project=Node.CSharp/Node.CSharp.csproj
version=$(dotnet msbuild $project -getProperty:Version)
mkdir -p $packages
# Apart from the ordinary build: packages are restored for other systems.
quiet=(-c Release -v quiet --nologo --artifacts-path artifacts/work -p:RunAnalyzers=false)

for rid in "${rids[@]}"; do
  name=kvnode-$version-$rid
  rm -rf "artifacts/$name"
  dotnet publish $project "${quiet[@]}" -r "$rid" --self-contained -p:UseCurrentRuntimeIdentifier=false -o "artifacts/$name"
  cp README.md scripts/install-service.sh scripts/install-service.ps1 "artifacts/$name/"
  tar -C artifacts -czf "$packages/$name.tar.gz" --owner=0 --group=0 --sort=name "$name"
  rm -rf "artifacts/$name"
  echo "made $packages/$name.tar.gz"
done

dotnet pack $project "${quiet[@]}" -p:AsTool=true -o $packages
echo "made $packages/kvnode.$version.nupkg"

if [ $image = yes ]; then
  dotnet publish $project "${quiet[@]}" -t:PublishContainer -r linux-x64 -p:UseCurrentRuntimeIdentifier=false \
    ${KV_BASE_IMAGE:+-p:ContainerBaseImage="$KV_BASE_IMAGE"} \
    -p:ContainerArchiveOutputPath="$PWD/$packages/kvnode-$version-image.tar"
  echo "made $packages/kvnode-$version-image.tar"
fi
