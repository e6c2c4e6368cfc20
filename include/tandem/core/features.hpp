// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

namespace tandem {

/// What a number can do, in the carriers' common words.
enum class Feature : std::uint8_t {
    voice,
    sms,
    mms,
    fax,
    emergency,
    cnam,
    hd_voice,
    international_sms,
    local_calling,
    toll_free
};

inline constexpr std::array<std::pair<Feature, std::string_view>, 10> feature_names{{
    {Feature::voice, "voice"},
    {Feature::sms, "sms"},
    {Feature::mms, "mms"},
    {Feature::fax, "fax"},
    {Feature::emergency, "emergency"},
    {Feature::cnam, "cnam"},
    {Feature::hd_voice, "hd_voice"},
    {Feature::international_sms, "international_sms"},
    {Feature::local_calling, "local_calling"},
    {Feature::toll_free, "toll_free"},
}};

constexpr std::string_view name_of(Feature feature) { return feature_names[static_cast<std::size_t>(feature)].second; }

constexpr std::optional<Feature> feature_of(std::string_view name) {
    for (const auto& [feature, text] : feature_names) {
        if (text == name) { return feature; }
    }
    return {};
}

/// A set of features.
class FeatureSet {
public:
    constexpr FeatureSet() = default;
    constexpr FeatureSet(std::initializer_list<Feature> features) {
        for (const Feature feature : features) { insert(feature); }
    }
    constexpr void insert(Feature feature) { bits_ = static_cast<std::uint16_t>(bits_ | bit(feature)); }
    constexpr bool contains(Feature feature) const { return (bits_ & bit(feature)) != 0; }
    constexpr bool empty() const { return bits_ == 0; }
    constexpr std::uint16_t bits() const { return bits_; }

    static constexpr std::uint16_t bit(Feature feature) {
        return static_cast<std::uint16_t>(1U << static_cast<unsigned>(feature));
    }

    friend constexpr bool operator==(FeatureSet, FeatureSet) = default;

private:
    std::uint16_t bits_ = 0;
};

/// Yes, no or unknown for every feature. What a carrier does not tell stays unknown: never a guess.
class Features {
public:
    constexpr void set(Feature feature, bool has) {
        known_.insert(feature);
        const auto bit = FeatureSet::bit(feature);
        yes_ = static_cast<std::uint16_t>(has ? yes_ | bit : yes_ & ~bit);
    }
    /// Nothing when the carrier does not tell.
    constexpr std::optional<bool> get(Feature feature) const {
        return known_.contains(feature) ? std::optional<bool>((yes_ & FeatureSet::bit(feature)) != 0) : std::nullopt;
    }
    constexpr bool has(Feature feature) const { return get(feature).value_or(false); }
    /// Known to have each of `wanted`.
    constexpr bool has_all(FeatureSet wanted) const { return (yes_ & wanted.bits()) == wanted.bits(); }

    friend constexpr bool operator==(Features, Features) = default;

private:
    FeatureSet known_;
    std::uint16_t yes_ = 0;
};

}  // namespace tandem
