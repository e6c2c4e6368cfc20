#!/usr/bin/env bash
# check.sh WAY SOURCE_DIR BUILD_DIR COMPILER: builds tests/consumer/project, or the small tests/consumer/components, against
# Tandem in that way and runs it.
set -euo pipefail
way=$1 source=$2 build=$3 compiler=$4
project=$source/tests/consumer/project
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
fail() {
    printf '%s\n' "$*" >&2
    exit 1
}
launcher=()
if command -v ccache >/dev/null; then launcher=(ccache); fi

case $way in
    installed)
        cmake --install "$build" --prefix "$work/first" >/dev/null
        # The headers and the package's files, nothing else, and nothing that only this machine has.
        diff <(cd "$source/include" && find . -type f | sort) <(cd "$work/first/include" && find . -type f | sort)
        others=$(find "$work/first" -type f -not -path '*/include/tandem/*' -not -path '*/cmake/tandem/tandem-*.cmake')
        [ -z "$others" ] || fail "installed too: $others"
        ! grep -rnE "$source|$build|$work|/usr/|/home/|/root/" "$work/first/lib"* || fail "paths of this machine"
        mv "$work/first" "$work/prefix"
        cmake -S "$project" -B "$work/build" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" \
            -DCMAKE_CXX_COMPILER_LAUNCHER="${launcher[*]}" -DCMAKE_PREFIX_PATH="$work/prefix" >/dev/null
        # Nothing may come from the sources any more.
        ! grep -q "$source/include" "$work/build/build.ninja" || fail "it is built with the sources' headers"
        cmake --build "$work/build" -j 2
        "$work/build/consumer"
        ;;
    subdirectory)
        cmake -S "$project" -B "$work/build" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" \
            -DCMAKE_CXX_COMPILER_LAUNCHER="${launcher[*]}" -DTANDEM_SOURCES="$source" >/dev/null
        # A guest brings neither its tests nor its examples.
        [ ! -e "$work/build/tandem/tests" ]
        [ ! -e "$work/build/tandem/examples" ]
        cmake --build "$work/build" -j 2
        "$work/build/consumer"
        ;;
    components)
        cmake --install "$build" --prefix "$work/prefix" >/dev/null
        ask() { # REQUEST [cmake options...]: what find_package makes of it
            cmake -S "$source/tests/consumer/components" -B "$work/build" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" \
                -DCMAKE_PREFIX_PATH="$work/prefix" -DTANDEM_REQUEST="$1" -DCMAKE_DISABLE_FIND_PACKAGE_pugixml=OFF \
                "${@:2}" >"$work/log" 2>&1
        }
        expect() { # TARGETS REQUEST [cmake options...]: these targets, and no other
            ask "${@:2}" || fail "refused: ${*:2}" "$(cat "$work/log")"
            local there
            there=$(sed -n 's/^-- there is tandem:://p' "$work/log" | paste -sd ' ')
            [ "$there" = "$1" ] || fail "${*:2} gives '$there', not '$1'"
        }
        refuse() { # REASON REQUEST [cmake options...]
            ! ask "${@:2}" || fail "not refused: ${*:2}"
            tr -s ' \n' ' ' <"$work/log" | grep -qF -- "$1" || fail "${*:2} does not say '$1'" "$(cat "$work/log")"
        }
        without_xml=-DCMAKE_DISABLE_FIND_PACKAGE_pugixml=ON
        expect "tandem https sqlite postgres xml spdlog prometheus" "0.1;REQUIRED"
        expect "tandem https sqlite xml" "0.1;REQUIRED;COMPONENTS;https;sqlite;xml"
        expect "tandem xml" "REQUIRED;COMPONENTS;xml"
        expect "tandem https sqlite postgres spdlog prometheus" "0.1;REQUIRED" $without_xml
        expect "tandem https" "REQUIRED;COMPONENTS;https;OPTIONAL_COMPONENTS;xml;carrier_pigeon" $without_xml
        expect "" "9;QUIET"
        refuse "the component 'xml' needs pugixml, which was not found" "REQUIRED;COMPONENTS;https;xml" $without_xml
        refuse "has no component 'carrier_pigeon'; it has: https sqlite postgres xml" "0.1;REQUIRED;COMPONENTS;carrier_pigeon"
        for version in 9 1.0 0.2 0.0; do
            refuse "compatible with requested version \"$version\"" "$version;REQUIRED"
        done
        expect "tandem https" "0.1.0;REQUIRED;COMPONENTS;https"
        cmake --build "$work/build" >/dev/null
        [ "$("$work/build/components")" = 3.50 ]
        ;;
    fetched)
        mkdir "$work/repository"
        cp -r "$source/CMakeLists.txt" "$source/include" "$work/repository"
        in_repository() { git -C "$work/repository" -c user.name=test -c user.email=test@example.com "$@"; }
        in_repository init -q -b main
        in_repository add .
        in_repository commit -q -m "What is fetched"
        cmake -S "$source/tests/consumer/components" -B "$work/build" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" \
            -DTANDEM_REPOSITORY="file://$work/repository" >"$work/log" 2>&1 || fail "$(cat "$work/log")"
        # A guest brings neither its tests nor its examples, and installs nothing.
        ! grep -qE "_deps/tandem-(src|build)/(tests|examples)" "$work/build/build.ninja" || fail "a guest builds its tests"
        cmake --build "$work/build" >/dev/null
        [ "$("$work/build/components")" = 3.50 ]
        cmake --install "$work/build" --prefix "$work/prefix" >/dev/null
        [ ! -e "$work/prefix/include" ]
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
