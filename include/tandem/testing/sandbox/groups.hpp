// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/ledger.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// How sandboxes of carriers that sell from groups sort their stock.
namespace tandem::testing::sandbox {

/// Numbers that a carrier sells as one thing.
struct Group {
    std::uint64_t id = 0;
    std::string country{};
    std::string area{};  ///< its area code
    std::vector<const Item*> items{};

    const Item& first() const { return *items.front(); }
    /// What its numbers begin with, without `+`.
    std::string prefix() const { return std::string(dial_code_of(country)) + area; }
};

/// The area code of a number: three digits, but two where Britain has so few.
inline std::string area_code_of(const Item& item) {
    const std::string digits = item.national();
    return digits.substr(0, item.country() == "GB" && digits.starts_with('2') ? 2 : 3);
}

/// Names groups by numbers that stay theirs, whatever is sold out meanwhile.
class GroupNames {
public:
    explicit GroupNames(std::uint64_t first) : first_(first) {}

    /// The stock in groups: what has an area, a rate center, prices and features in common. `wanted` says which
    /// numbers.
    template <class Wanted>
    std::vector<Group> groups_of(const Ledger& ledger, Wanted wanted) {
        std::map<std::uint64_t, Group> groups;
        for (const auto& [number, item] : ledger.stock()) {
            if (!wanted(item)) { continue; }
            Group& group = groups[id_of(item)];
            group.items.push_back(&item);
        }
        std::vector<Group> all;
        for (auto& [id, group] : groups) {
            group.id = id;
            group.country = group.first().country();
            group.area = area_code_of(group.first());
            all.push_back(std::move(group));
        }
        return all;
    }
    std::uint64_t id_of(const Item& item) {
        std::string key = item.country() + "|" + area_code_of(item) + "|" + item.rate_center + "|" + item.locality +
                          "|" + item.setup + "|" + item.monthly + "|" + item.currency;
        for (const std::string& feature : item.features) { key += "|" + feature; }
        return ids_.try_emplace(std::move(key), first_ + ids_.size()).first->second;
    }

private:
    std::uint64_t first_;
    std::map<std::string, std::uint64_t> ids_{};
};

}  // namespace tandem::testing::sandbox
