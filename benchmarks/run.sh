#!/usr/bin/env bash
# Installs what the benchmarks compare with, builds them optimised, runs them, prints the tables, and writes
# docs/benchmarks.md and its charts. Usage: benchmarks/run.sh [THEME...]
# Themes: replies, inventory, http, fan_out, purchases, compile_time; all by default. Others keep their last results.
set -euo pipefail
cd "$(dirname "$0")/.."
themes=(replies inventory http fan_out purchases compile_time)
chosen=("$@")
[ $# -gt 0 ] || chosen=("${themes[@]}")
for theme in "${chosen[@]}"; do
    if [[ " ${themes[*]} " != *" $theme "* ]]; then
        echo "there is no theme '$theme'; there are: ${themes[*]}" >&2
        exit 2
    fi
done

bash tests/install_packages.sh --benchmarks
results=build/benchmarks/results
mkdir -p "$results"
cmake --preset benchmarks >/dev/null
programs=()
for theme in "${chosen[@]}"; do
    if [ "$theme" != compile_time ]; then programs+=("$theme"); fi
done
if [ ${#programs[@]} -gt 0 ]; then
    cmake --build --preset benchmarks --target "${programs[@]/#/benchmark_}"
fi

for theme in "${chosen[@]}"; do
    echo "measuring $theme" >&2
    if [ "$theme" = compile_time ]; then
        python3 benchmarks/compile_time/measure.py include "$results/$theme.json"
        continue
    fi
    seconds=0.05
    [ "$theme" != purchases ] || seconds=0.5  # what a disk's syncs decide varies more
    "build/benchmarks/benchmarks/benchmark_$theme" --benchmark_repetitions=5 --benchmark_min_time="$seconds" \
        --benchmark_enable_random_interleaving=true --benchmark_report_aggregates_only=true \
        --benchmark_out="$results/$theme.json" --benchmark_out_format=json >"$results/$theme.log"
done
python3 benchmarks/report.py "$results" . "${themes[@]}"
