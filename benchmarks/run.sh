#!/usr/bin/env bash
# Installs what is missing, builds the benchmarks optimised, runs them and prints each beside its hand-written twin.
# Usage: benchmarks/run.sh [--benchmark_… options of Google Benchmark]
set -euo pipefail
cd "$(dirname "$0")/.."
bash tests/install_packages.sh
cmake --preset benchmarks >/dev/null
cmake --build --preset benchmarks --target tandem_benchmarks >/dev/null

results=build/benchmarks/results.csv
build/benchmarks/benchmarks/tandem_benchmarks --benchmark_repetitions=7 --benchmark_report_aggregates_only=true \
    --benchmark_enable_random_interleaving=true --benchmark_out="$results" --benchmark_out_format=csv "$@" >/dev/null

echo "$(uname -m), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(g++ --version | head -n 1), Boost 1.81"
echo "Medians of seven runs. Ratio: how many times as fast as the twin."
awk -F, '
    function row(name, rows) { printf "%-22s %5d rows  twin %10.1f us   tandem %10.1f us   ratio %.2f\n",
                               name, rows, time[twin[name] "/" rows], time[name "/" rows],
                               time[twin[name] "/" rows] / time[name "/" rows] }
    { gsub(/"/, "") }
    $1 ~ /_median$/ { sub(/_median$/, "", $1); time[$1] = $4 }
    END {
        twin["search_by_tandem"] = "search_by_hand"; twin["read_by_description"] = "read_by_values"
        split("10 100 500", counts, " ")
        split("search_by_tandem read_by_description", names, " ")
        for (n = 1; n <= 2; ++n) for (c = 1; c <= 3; ++c) if (names[n] "/" counts[c] in time) row(names[n], counts[c])
    }' "$results"
