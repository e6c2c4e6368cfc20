#!/usr/bin/env bash
# Installs on Debian 12 what is missing. Usage: tests/install_packages.sh [--build|--benchmarks]
# With --build: only what building the library's programs needs. With --benchmarks: what they need and compare with. Without:
# what the tests need.
set -euo pipefail
packages=(
    g++ cmake ninja-build
    libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev libboost-system1.81-dev libboost-test1.81-dev
    libssl-dev libpugixml-dev libsqlite3-dev libpq-dev libspdlog-dev libcli11-dev ca-certificates
)
case ${1-} in
    --build) ;;
    --benchmarks)
        packages+=(python3 gnuplot-nox libbenchmark-dev libsimdjson-dev libcurl4-openssl-dev libhiredis-dev
            redis-server postgresql)
        ;;
    '') packages+=(clang-19 libclang-rt-19-dev ccache binutils git python3 postgresql pgbouncer prometheus-cpp-dev valgrind) ;;
    *)
        echo "usage: tests/install_packages.sh [--build|--benchmarks]" >&2
        exit 2
        ;;
esac
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
