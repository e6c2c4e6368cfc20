#!/usr/bin/env bash
# Builds the workloads and counts: fails where instructions or templates grew by more than 5 % against figures.json.
# Usage: benchmarks/guard/run.sh [--update]
set -euo pipefail
cd "$(dirname "$0")/../.."
bash tests/install_packages.sh
mkdir -p build/guard
# -O2 as a release has it; symbols, for callgrind to find the function that it counts.
g++ -std=c++20 -O2 -DNDEBUG -Iinclude benchmarks/guard/workloads.cpp -o build/guard/workloads \
    -lboost_json -lboost_url -lboost_container -lpugixml
python3 benchmarks/guard/guard.py build/guard/workloads "$@"
