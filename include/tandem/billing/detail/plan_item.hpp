// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/settings.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

/// What a quantity of an item comes to: `total` is `billable` times `rate`, less the discounts.
struct Cost {
    std::int64_t billable = 0;           ///< a flat price is billed once
    Amount rate = Amount::zero();        ///< of one unit
    Amount single = Amount::zero();      ///< the discount given once
    Amount cumulative = Amount::zero();  ///< the discount given for each of `discounted` units
    std::int64_t discounted = 0;
    Amount total = Amount::zero();
};

/// A plan's item. `prorate` and `taxes` are read and not applied: periods are whole, prices before taxes.
struct PlanItem {
    std::optional<Amount> rate{}, flat_rate{}, activation_charge{};
    Tiers rates{}, flat_rates{};
    std::int64_t minimum = 0;
    std::optional<std::int64_t> maximum{};
    std::int64_t step = 1;
    bool cascade = false;                   ///< counts what the accounts below have too
    std::string as{};                       ///< the item that it counts as; empty: itself
    std::vector<std::string> exceptions{};  ///< what `_all` does not count
    std::string name{};
    Discount single{}, cumulative{};
    boost::json::value taxes{};

    /// Precedence: flat_rates, flat_rate, rates, rate. Minimum and maximum are rounded up to whole steps as well.
    /// Errors: what does not fit an amount throws `std::overflow_error`.
    Cost cost(std::int64_t quantity) const {
        Cost cost;
        if (quantity == 0 && minimum == 0) { return cost; }
        cost.billable = std::max(quantity, minimum);
        if (maximum) { cost.billable = std::min(cost.billable, *maximum); }
        cost.billable = (cost.billable + step - 1) / step * step;
        if (const auto flat = flat_rates.at(cost.billable) ? flat_rates.at(cost.billable) : flat_rate) {
            cost.rate = *flat;
            cost.billable = 1;
        } else {
            cost.rate = rates.at(cost.billable).value_or(rate.value_or(Amount::zero()));
        }
        cost.total = cost.rate * cost.billable;
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
        check_keys(item_keys_);
        PlanItem item;
        item.rate = amount("rate");
        item.flat_rate = amount("flat_rate");
        item.activation_charge = amount("activation_charge");
        item.rates = tiers("rates");
        item.flat_rates = tiers("flat_rates");
        item.minimum = count("minimum").value_or(0);
        item.maximum = count("maximum");
        if (item.maximum && *item.maximum < item.minimum) { fields_.refuse("maximum", "at least the minimum"); }
        item.step = count("step").value_or(1);
        if (item.step < 1) { fields_.refuse("step", "at least 1"); }
        item.as = fields_.text("as");
        item.exceptions = fields_.texts("exceptions");
        item.name = fields_.text("name");
        item.cascade = fields_.flag("cascade");
        (void)fields_.object("prorate");
        if (const auto* discounts = fields_.object("discounts")) {
            const PlanItemReader reader(category_ + ".discounts", *discounts);
            reader.check_keys(discount_kinds_);
            item.single = reader.discount("single", std::span(discount_keys_).first(2));
            item.cumulative = reader.discount("cumulative", discount_keys_);
        }
        if (const auto* taxes = fields_.find("taxes")) {
            if (!taxes->is_array()) { fields_.refuse("taxes", "an array"); }
            item.taxes = *taxes;
        }
        return item;
    }

private:
    static constexpr std::array<std::string_view, 15> item_keys_{
        "rate", "rates",   "flat_rate", "flat_rates", "minimum", "maximum", "activation_charge", "discounts",
        "as",   "cascade", "step",      "prorate",    "taxes",   "name",    "exceptions"};
    static constexpr std::array<std::string_view, 2> discount_kinds_{"single", "cumulative"};
    static constexpr std::array<std::string_view, 3> discount_keys_{"rate", "rates",
                                                                    "maximum"};  // single has the first two
    static constexpr std::uint64_t most_ = 999'999'999;

    void check_keys(std::span<const std::string_view> keys) const {
        for (const auto& member : object_) {
            const std::string_view key = member.key();
            if (key.starts_with('_') || key.starts_with("pvt_") ||
                std::find(keys.begin(), keys.end(), key) != keys.end()) {
                continue;
            }
            std::string all;
            for (const std::string_view each : keys) { all += (all.empty() ? "" : ", ") + std::string(each); }
            errors::raise(errc::settings, category_ + "." + readable_text(key.substr(0, 64)) +
                                              " is no part of a plan's item; there are: " + all);
        }
    }
    std::optional<std::int64_t> count(std::string_view key) const {
        if (fields_.find(key) == nullptr) { return {}; }
        const std::uint64_t read = fields_.count(key);
        if (read > most_) { fields_.refuse(key, "at most " + std::to_string(most_)); }
        return static_cast<std::int64_t>(read);
    }
    std::optional<Amount> amount(std::string_view key) const {
        const auto* value = fields_.find(key);
        if (value == nullptr) { return {}; }
        const auto read = tandem::detail::amount_of(*value);
        if (!read || *read < Amount::zero()) {
            fields_.refuse(key, "an amount, not negative, with at most four decimals");
        }
        return read;
    }
    Tiers tiers(std::string_view key) const {
        Tiers tiers;
        const auto* described = fields_.object(key);
        if (described == nullptr) { return tiers; }
        for (const auto& member : *described) {
            const std::string text(member.key());
            const bool digits = !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == text.npos;
            const auto price = tandem::detail::amount_of(member.value());
            if (!digits || !price || *price < Amount::zero() || !tiers.under.emplace(std::stoll(text), *price).second) {
                fields_.refuse(key, "an object of quantities and amounts, such as {\"10\": 2.0}");
            }
        }
        return tiers;
    }
    Discount discount(std::string_view kind, std::span<const std::string_view> keys) const {
        const auto* described = fields_.object(kind);
        if (described == nullptr) { return {}; }
        const PlanItemReader reader(category_ + "." + std::string(kind), *described);
        reader.check_keys(keys);
        return {.rate = reader.amount("rate"), .rates = reader.tiers("rates"), .maximum = reader.count("maximum")};
    }

    std::string category_;
    const boost::json::object& object_;
    JsonFields fields_;
};

}  // namespace tandem::billing::detail
