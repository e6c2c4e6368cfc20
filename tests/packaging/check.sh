#!/usr/bin/env bash
# check.sh SOURCE_DIR COMPILER: one version everywhere; the vcpkg port and the Conan recipe pack what they say.
set -euo pipefail
source=$1 compiler=$2
here=$source/tests/packaging
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
    printf '%s\n' "$*" >&2
    exit 1
}
launcher=()
if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi

version=$(sed -nE 's/^project\(tandem VERSION ([0-9.]+) .*/\1/p' "$source/CMakeLists.txt")
[ -n "$version" ] || fail "CMakeLists.txt has no version"
of_vcpkg=$(sed -nE 's/^  "version": "(.*)",$/\1/p' "$source/docs/packaging/vcpkg/ports/tandem/vcpkg.json")
of_conan=$(sed -nE 's/^    version = "(.*)"$/\1/p' "$source/docs/packaging/conan/conanfile.py")
of_changes=$(grep -m1 -oE '[0-9]+\.[0-9]+\.[0-9]+' <(sed -n '/^## /,$p' "$source/CHANGELOG.md"))
of_readme=$(sed -nE 's/.*find_package\(tandem ([0-9.]+) .*/\1/p' "$source/README.md")
[ "$of_vcpkg $of_conan $of_changes" = "$version $version $version" ] ||
    fail "the version is $version, vcpkg.json says $of_vcpkg, conanfile.py $of_conan, CHANGELOG.md $of_changes"
[ "$of_readme" = "${version%.*}" ] || fail "the version is $version, README.md finds $of_readme"

components=$(sed -nE 's/^tandem_component\(([a-z]+) .*/\1/p' "$source/CMakeLists.txt" | sort | paste -sd ';')
for chosen in "" "https;sqlite;xml" "xml" "$components"; do
    cmake -DSOURCE="$source" -DWORK="$work/vcpkg" -DCOMPILER="$compiler" -DCOMPONENTS="$components" -DCHOSEN="$chosen" \
        -P "$here/run_port.cmake" >"$work/log" 2>&1 || fail "$(cat "$work/log")"
done

# The newest package, which has everything, in the recipe's own test package.
cmake -S "$source/docs/packaging/conan/test_package" -B "$work/build" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" \
    "${launcher[@]}" -DCMAKE_PREFIX_PATH="$work/vcpkg/packages" >"$work/log" || fail "$(cat "$work/log")"
grep -q "^tandem_DIR:PATH=$work/vcpkg/packages/share/tandem$" "$work/build/CMakeCache.txt" || fail "another Tandem was found"
cmake --build "$work/build" >"$work/log" || fail "$(cat "$work/log")"
[ "$("$work/build/test_package")" = "https://carrier.example/%2B1415" ] || fail "the test package says something else"

export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$here/stand_in
python3 "$here/run_recipe.py" "$source" "$work/conan" "$components"
