#!/usr/bin/env bash
# Installs what building, testing and benchmarking need on Debian 12, where anything of it is missing.
set -euo pipefail
packages=(
    g++ clang-19 libclang-rt-19-dev cmake ninja-build ccache binutils
    libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev libboost-system1.81-dev libboost-test1.81-dev
    libssl-dev libpugixml-dev libsqlite3-dev libcli11-dev libbenchmark-dev
)
missing=()
for package in "${packages[@]}"; do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0
echo "Installing ${missing[*]}" >&2
as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
