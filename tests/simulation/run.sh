#!/usr/bin/env bash
# Builds the simulation, optimised and without sanitizers, and runs it: worlds of all carriers in bad weather, then small
# worlds with a crash behind each event, each for half of the time. Usage: tests/simulation/run.sh [SECONDS [FIRST_SEED]]
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:-120} seed=${2:-1}
build=build/simulation
mkdir -p "$build"
${CXX:-g++} -std=c++20 -O2 -Iinclude tests/simulation/main.cpp -o "$build/test_simulation" \
    -lboost_json -lboost_url -lboost_container -lpthread
"$build/test_simulation" --same 10 --seed "$seed" --seconds $((seconds / 2))
"$build/test_simulation" --crash-points --seed "$seed" --seconds $((seconds / 2))
