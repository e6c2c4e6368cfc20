#!/usr/bin/env bash
# check.sh WAY SOURCE_DIR BUILD_DIR COMPILER: builds tests/consumer/project against Tandem in that way and runs it.
set -euo pipefail
way=$1 source=$2 build=$3 compiler=$4
project=$source/tests/consumer/project
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
launcher=()
if command -v ccache >/dev/null; then launcher=(ccache); fi

case $way in
    installed)
        cmake --install "$build" --prefix "$work/prefix" >/dev/null
        cmake -S "$project" -B "$work/build" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" \
            -DCMAKE_CXX_COMPILER_LAUNCHER="${launcher[*]}" -DCMAKE_PREFIX_PATH="$work/prefix" >/dev/null
        # Nothing may come from the sources any more.
        ! grep -rq "$source/include" "$work/build/build.ninja" "$work/prefix/lib"
        cmake --build "$work/build" -j 2
        "$work/build/consumer"
        ;;
    subdirectory)
        cmake -S "$project" -B "$work/build" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" \
            -DCMAKE_CXX_COMPILER_LAUNCHER="${launcher[*]}" -DTANDEM_SOURCES="$source" >/dev/null
        # A guest brings neither its tests nor its examples.
        [ ! -e "$work/build/tandem/tests" ] && [ ! -e "$work/build/tandem/examples" ]
        cmake --build "$work/build" -j 2
        "$work/build/consumer"
        ;;
    plain)
        flags=(-std=c++20 -O0 -I"$source/include")
        "${launcher[@]}" "$compiler" "${flags[@]}" -c "$project/main.cpp" -o "$work/main.o"
        "${launcher[@]}" "$compiler" "${flags[@]}" -c "$project/second.cpp" -o "$work/second.o"
        "${launcher[@]}" "$compiler" "${flags[@]}" -c "$project/src.cpp" -o "$work/src.o"
        "$compiler" "$work"/*.o -o "$work/consumer" -lssl -lcrypto -lsqlite3 -lpugixml -lpthread
        "$work/consumer"
        # Boost's sources in two files is what the header warns of.
        cp "$work/src.o" "$work/again.o"
        if "$compiler" "$work"/*.o -o "$work/twice" -lssl -lcrypto -lsqlite3 -lpugixml -lpthread 2>"$work/errors"; then
            echo "src.hpp in two files linked" >&2
            exit 1
        fi
        grep -q "multiple definition\|duplicate symbol" "$work/errors"
        ;;
esac
