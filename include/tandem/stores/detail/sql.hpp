// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/number_json.hpp>
#include <tandem/core/operation_json.hpp>
#include <tandem/core/query.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

/// What the stores that speak SQL have in common.
namespace tandem::stores::detail {

static_assert(static_cast<int>(State::reserved) == 2 && static_cast<int>(State::in_service) == 3 &&
              static_cast<int>(State::port_in) == 4);  // `is_billed` in the SQL of `numbers_billed` and `quantities`

/// SQL's integers have a sign, numbers have none: with the highest bit turned over they have one order.
constexpr std::int64_t to_key(E164 number) {
    return static_cast<std::int64_t>(number.packed() ^ (std::uint64_t{1} << 63U));
}
constexpr E164 from_key(std::int64_t key) {
    return E164::from_packed(static_cast<std::uint64_t>(key) ^ (std::uint64_t{1} << 63U));
}

/// Keys of numbers, both ends included.
struct KeyRange {
    std::int64_t first = 0;
    std::int64_t last = 0;
};

/// Where a page's numbers are; nothing when nothing can be there.
inline std::optional<KeyRange> keys_of(const NumberQuery& query) {
    const E164 last = query.prefix.last_under();
    if (query.after >= last) { return {}; }
    const auto prefix_begin = query.prefix.first_under().packed();
    const auto begin = query.after.empty() ? prefix_begin : std::max(prefix_begin, query.after.packed() + 1);
    return KeyRange{to_key(E164::from_packed(begin)), to_key(last)};
}

/// A document of ours that cannot be read is the store's failure, not the caller's: `fail(what, why)` raises it.
template <class Read, class Fail>
auto read_document(std::string_view text, Read read, Fail fail) {
    constexpr std::string_view what = "it holds a document that cannot be read";
    const auto object = parse_json_object(text);
    if (!object) { fail(what, object.error().cause); }
    auto value = read(*object);
    if (!value) { fail(what, value.error().message); }
    return std::move(*value);
}
template <class Fail>
Number read_number(std::string_view text, Fail fail) {
    return read_document(text, [](const auto& object) { return number_from_json(object); }, fail);
}
template <class Fail>
Operation read_operation(std::string_view text, Fail fail) {
    return read_document(text, [](const auto& object) { return operation_from_json(object); }, fail);
}

}  // namespace tandem::stores::detail
