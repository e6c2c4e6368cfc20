#!/usr/bin/env bash
# Usage: check_snippets.sh ROOT - what the Markdown files show and name is there:
# - every ```cpp fence, and any other that names its source, follows `<!-- snippet: FILE REGION -->` and equals that region of a compiled file, from `// [REGION]`
#   to `// [/REGION]`, less their common indent and the marks of other regions; without REGION, the whole file;
# - every relative link leads to a file;
# - every carrier's header stands in docs/carriers.md, and every key of the settings in docs/settings.md.
set -euo pipefail
cd "$1"
bad=0
complain() {
    printf '%s\n' "$*" >&2
    bad=1
}
mapfile -t pages < <(find README.md CHANGELOG.md CONTRIBUTING.md docs -name '*.md' | sort)

snippets=$(awk '
    function complain(what) { print FILENAME ":" FNR ": " what > "/dev/stderr"; failed = 1 }
    function is_mark(line) { return line ~ /^[ \t]*\/\/ \[\/?[a-z_]+\]$/ }
    function is_this(line, mark) { sub(/^[ \t]+/, "", line); return line == "// [" mark "]" }
    # The text of a region, its common indent removed; empty when it is not there.
    function region(path, name,    line, inside, found, n, lines, i, indent, least, text) {
        inside = name == ""; found = inside; n = 0; least = 999
        while ((getline line < path) > 0) {
            if (name != "" && is_this(line, name)) { inside = 1; found = 1; continue }
            if (name != "" && is_this(line, "/" name)) { inside = 0; continue }
            if (!inside || is_mark(line)) continue
            lines[++n] = line
            if (line ~ /[^ \t]/) { match(line, /^ */); if (RLENGTH < least) least = RLENGTH }
        }
        close(path)
        if (!found) return ""
        text = ""
        for (i = 1; i <= n; ++i) text = text substr(lines[i], least + 1) "\n"
        return text
    }
    FNR == 1 { if (in_fence) complain("a fence is not closed before this file"); in_fence = 0; source = "" }
    !in_fence && /^<!-- snippet: .* -->$/ { source = $3; name = $4 == "-->" ? "" : $4; next }
    !in_fence && /^```cpp/ {
        in_fence = 1; shown = ""; checked = 1
        if (source == "") { complain("this code belongs to no tested file"); checked = 0 }
        next
    }
    !in_fence && /^```/ { in_fence = 1; shown = ""; checked = source != ""; next }
    in_fence && /^```/ {
        in_fence = 0
        if (checked) {
            ++count
            wanted = source ~ /^((examples|tests)\/.*\.[ch]pp|docs\/.*\.json)$/ ? region(source, name) : ""
            if (wanted == "") complain(source " has no region " name ", or nobody compiles it")
            else if (wanted != shown) complain("differs from " source " " name)
        }
        source = ""
        next
    }
    in_fence { shown = shown $0 "\n"; next }
    /[^ \t]/ { source = "" }
    END { print count + 0; exit failed }
' "${pages[@]}") || bad=1
[ "$snippets" -gt 0 ] || complain "no snippet was found: the check proves nothing"

links=0
for page in "${pages[@]}"; do
    while IFS= read -r link; do
        [ -n "$link" ] || continue
        case $link in http:* | https:* | mailto:* | \#*) continue ;; esac
        links=$((links + 1))
        [ -e "$(dirname "$page")/${link%%#*}" ] || complain "$page: the link $link leads nowhere"
    done < <(awk '/^```/ { fence = !fence } !fence' "$page" | grep -oE '\]\([^) ]+\)' | sed 's/^](//; s/)$//')
done
[ "$links" -gt 0 ] || complain "no link was found: the check proves nothing"

carriers=$(grep -lE '^static_assert\(Carrier<' include/tandem/carriers/*.hpp)
for header in $carriers; do
    grep -qF "carriers/$(basename "$header")" docs/carriers.md || complain "docs/carriers.md lacks $header"
done

keys=$(cat include/tandem/carriers/*.hpp include/tandem/manager/settings.hpp include/tandem/core/account_settings.hpp |
    tr -d '\n' | grep -oE 'TANDEM_SETTINGS\([^)]*\)' | sed 's/^[^,]*,//; s/)$//' | tr -d ' ' | tr ',' '\n' | sort -u)
[ -n "$keys" ] || complain "no key of the settings was found: the check proves nothing"
for key in $keys; do
    grep -qF "\`$key\`" docs/settings.md || complain "docs/settings.md lacks the key $key"
done

[ "$bad" -eq 0 ] && echo "$snippets snippets and $links links are as they should be"
exit "$bad"
