// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/settings.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// One item of a service plan, and what a quantity of it costs (`kazoo.md`: Money).
namespace tandem::billing::detail {

/// Prices that depend on the quantity: each holds while the quantity is under its key.
struct Tiers {
    std::map<std::int64_t, Amount> under{};

    /// Nothing when the quantity is beyond every tier.
    std::optional<Amount> at(std::int64_t quantity) const {
        const auto found = under.upper_bound(quantity);
        return found == under.end() ? std::nullopt : std::optional(found->second);
    }
};

/// A discount: so much off each unit, for at most `maximum` units.
struct Discount {
    std::optional<Amount> rate{};
    Tiers rates{};
    std::optional<std::int64_t> maximum{};

    Amount at(std::int64_t quantity) const { return rates.at(quantity).value_or(rate.value_or(Amount::zero())); }
    bool given() const { return rate || !rates.under.empty(); }
};

/// What a quantity of an item comes to.
struct Cost {
    std::int64_t billable = 0;
    Amount rate = Amount::zero();  ///< of one unit, or of all together where `flat`
    bool flat = false;
    Amount single = Amount::zero();      ///< the discount given once
    Amount cumulative = Amount::zero();  ///< the discount given for each of `discounted` units
    std::int64_t discounted = 0;
    Amount total = Amount::zero();
};

/// A plan's item. `cascade` and `prorate` are read and not applied: quantities are the account's own, periods are whole.
struct PlanItem {
    std::optional<Amount> rate{}, flat_rate{}, activation_charge{};
    Tiers rates{}, flat_rates{};
    std::int64_t minimum = 0;
    std::optional<std::int64_t> maximum{};
    std::int64_t step = 1;
    std::string as{};
    std::string name{};
    Discount single{}, cumulative{};
    boost::json::value taxes{};

    /// Precedence: flat_rates, flat_rate, rates, rate.
    Cost cost(std::int64_t quantity) const {
        Cost cost;
        if (quantity == 0 && minimum == 0) { return cost; }
        cost.billable = std::max(quantity, minimum);
        if (maximum) { cost.billable = std::min(cost.billable, *maximum); }
        cost.billable = (cost.billable + step - 1) / step * step;
        if (const auto flat = flat_rates.at(cost.billable)) {
            cost.rate = *flat, cost.flat = true;
        } else if (flat_rate) {
            cost.rate = *flat_rate, cost.flat = true;
        } else {
            cost.rate = rates.at(cost.billable).value_or(rate.value_or(Amount::zero()));
        }
        cost.total = cost.flat ? cost.rate : cost.rate * cost.billable;
        if (cost.billable > 0 && single.given()) { cost.single = single.at(cost.billable); }
        if (cumulative.given()) {
            cost.discounted = std::min(cost.billable, cumulative.maximum.value_or(cost.billable));
            cost.cumulative = cumulative.at(cost.billable);
        }
        cost.total = cost.total - cost.single - cost.cumulative * cost.discounted;
        if (cost.total < Amount::zero()) { cost.total = Amount::zero(); }
        return cost;
    }
};

/// Reads the item at `category`. Errors: `settings`, thrown, naming the key.
class PlanItemReader {
public:
    PlanItemReader(std::string category, const boost::json::object& object)
        : category_(std::move(category)), object_(object), fields_(object, category_, errc::settings) {}

    PlanItem read() const {
        check_keys();
        PlanItem item;
        item.rate = amount(object_, "rate");
        item.flat_rate = amount(object_, "flat_rate");
        item.activation_charge = amount(object_, "activation_charge");
        item.rates = tiers(object_, "rates");
        item.flat_rates = tiers(object_, "flat_rates");
        item.minimum = static_cast<std::int64_t>(fields_.count("minimum", 0));
        if (fields_.find("maximum") != nullptr) { item.maximum = static_cast<std::int64_t>(fields_.count("maximum")); }
        item.step = static_cast<std::int64_t>(fields_.count("step", 1));
        if (item.step < 1) { fields_.refuse("step", "at least 1"); }
        item.as = fields_.text("as");
        item.name = fields_.text("name");
        if (const auto* discounts = fields_.object("discounts")) {
            item.single = discount(*discounts, "single");
            item.cumulative = discount(*discounts, "cumulative");
        }
        if (const auto* taxes = fields_.find("taxes")) { item.taxes = *taxes; }
        return item;
    }

private:
    void check_keys() const {
        constexpr std::array<std::string_view, 15> keys{
            "rate",    "rates", "flat_rate", "flat_rates", "minimum", "maximum", "activation_charge", "discounts", "as",
            "cascade", "step",  "prorate",   "taxes",      "name",    "enabled"};
        for (const auto& member : object_) {
            const std::string_view key = member.key();
            if (!key.starts_with('_') && std::find(keys.begin(), keys.end(), key) == keys.end()) {
                errors::raise(errc::settings, category_ + "." + std::string(key) + " is no part of a plan's item");
            }
        }
    }
    std::optional<Amount> amount(const boost::json::object& object, std::string_view key) const {
        const auto* value = object.if_contains(key);
        if (value == nullptr || value->is_null()) { return {}; }
        const auto read = tandem::detail::amount_of(*value);
        if (!read || *read < Amount::zero()) {
            fields_.refuse(key, "an amount, not negative, with at most four decimals");
        }
        return read;
    }
    Tiers tiers(const boost::json::object& object, std::string_view key) const {
        Tiers tiers;
        const auto* value = object.if_contains(key);
        if (value == nullptr || value->is_null()) { return tiers; }
        if (!value->is_object()) { fields_.refuse(key, "an object of quantities and amounts"); }
        for (const auto& member : value->get_object()) {
            const std::string text(member.key());
            const bool digits = !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == text.npos;
            const auto price = tandem::detail::amount_of(member.value());
            if (!digits || !price || *price < Amount::zero()) {
                fields_.refuse(key, "an object of quantities and amounts, such as {\"10\": 2.0}");
            }
            tiers.under[std::stoll(text)] = *price;
        }
        return tiers;
    }
    Discount discount(const boost::json::object& discounts, std::string_view kind) const {
        Discount read;
        const auto* value = discounts.if_contains(kind);
        if (value == nullptr || value->is_null()) { return read; }
        if (!value->is_object()) { fields_.refuse("discounts", "an object of single and cumulative, each an object"); }
        read.rate = amount(value->get_object(), "rate");
        read.rates = tiers(value->get_object(), "rates");
        const JsonFields fields(value->get_object(), category_ + ".discounts." + std::string(kind), errc::settings);
        if (fields.find("maximum") != nullptr) { read.maximum = static_cast<std::int64_t>(fields.count("maximum")); }
        return read;
    }

    std::string category_;
    const boost::json::object& object_;
    JsonFields fields_;
};

}  // namespace tandem::billing::detail
