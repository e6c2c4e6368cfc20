// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/billing.hpp>
#include <tandem/billing/detail/plan_item.hpp>
#include <tandem/core/account_settings.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::billing {

/// Kazoo's service plans: what an account pays for its numbers, by their class. Plans stand in the settings under
/// `service_plans`; an account takes its own `service_plan`, else that of the nearest account above it that has one,
/// else none, and then pays nothing. What an account has beyond its `credit` is refused before the purchase. A class
/// without an item costs nothing; the item `_all` counts the numbers of every class together but its `exceptions`,
/// beside the classes' own items, and asks its activation charge of those that have no item.
/// Units: the currency is US dollars; periods are months.
class ServicePlans {
public:
    /// Errors: `settings` for a plan, item or amount that cannot be read, or an account's plan that is not there.
    Result<void> open(const JsonText& general) {
        try {
            const SettingsDocument document("number_manager", general);
            accounts_ = read_accounts(document.object());
            const JsonFields fields(document.object(), "number_manager", errc::settings);
            plans_.clear();
            if (const auto* plans = fields.object("service_plans")) {
                for (const auto& [name, plan] : *plans) { read_plan(name, plan); }
            }
            for (const auto& [id, account] : accounts_) {
                if (!account.service_plan.empty() && !plans_.contains(account.service_plan)) {
                    errors::raise(errc::settings, "number_manager.accounts." + id + ".service_plan: there is no plan " +
                                                      account.service_plan);
                }
            }
            return {};
        } catch (const Exception& failure) { return failure.error(); }
    }

    bool cascades(const std::string& account) const {
        const auto plan = plans_.find(plan_of(account));
        return plan != plans_.end() && std::any_of(plan->second.begin(), plan->second.end(),
                                                   [](const auto& item) { return item.second.cascade; });
    }

    /// The invoice as it would be, beside what is due at once: activation charges, and what a month costs more than
    /// before. Amounts are text.
    /// Errors: `settings` when the plan's prices come to more than an amount holds.
    Task<Quote> quote(const Purchase& purchase) {
        Quote quote;
        if (const auto account = accounts_.find(purchase.account); account != accounts_.end()) {
            quote.credit = account->second.credit;
        }
        const std::string plan_name = plan_of(purchase.account);
        const auto plan = plans_.find(plan_name);
        static const Plan none;
        try {
            fill(quote, plan == plans_.end() ? none : plan->second, plan_name, purchase);
        } catch (const std::overflow_error&) {
            errors::raise(errc::settings,
                          "number_manager.service_plans." + plan_name + " comes to more than an amount");
        }
        co_return quote;
    }

private:
    using Plan = std::map<std::string, detail::PlanItem, std::less<>>;
    static constexpr std::string_view category_ = "phone_numbers";
    static constexpr std::string_view all_ = "_all";

    void read_plan(std::string_view name, const boost::json::value& value) {
        const std::string where = "number_manager.service_plans." + std::string(name);
        const auto* plan = value.if_object();
        const auto* numbers = plan == nullptr ? nullptr : plan->if_contains(category_);
        Plan items;
        if (plan == nullptr || (numbers != nullptr && !numbers->is_object())) {
            errors::raise(errc::settings, where + " must be an object with an object phone_numbers");
        }
        // Plans have other categories too, but with a slip in this one's name numbers would cost nothing for ever.
        for (const auto& member : *plan) {
            const std::string_view key = member.key();
            if (key != category_ && tandem::detail::edit_distance(key.substr(0, 64), category_) < 4) {
                errors::raise(errc::settings, where + "." + readable_text(key) + ": did you mean phone_numbers?");
            }
        }
        if (numbers != nullptr) {
            for (const auto& [item, description] : numbers->get_object()) {
                const std::string category = where + ".phone_numbers." + std::string(item);
                if (!description.is_object()) { errors::raise(errc::settings, category + " must be an object"); }
                items[item] = detail::PlanItemReader(category, description.get_object()).read();
            }
        }
        check_references(items, where);
        plans_[std::string(name)] = std::move(items);
    }

    /// Errors: `settings`, thrown, for numbers that nothing would count: of an item that counts as one that is not
    /// there, or as one that counts as another itself.
    static void check_references(const Plan& plan, const std::string& where) {
        for (const auto& [name, item] : plan) {
            const std::string category = where + ".phone_numbers." + name;
            if (!item.exceptions.empty() && name != all_) {
                errors::raise(errc::settings, category + ".exceptions: only _all has exceptions");
            }
            if (!counts_elsewhere(name, item)) { continue; }
            const auto other = plan.find(item.as);
            if (name == all_ || item.as == all_ || other == plan.end() || counts_elsewhere(item.as, other->second)) {
                errors::raise(errc::settings,
                              category + ".as must name another item of the plan that counts for itself");
            }
        }
    }

    static bool counts_elsewhere(std::string_view name, const detail::PlanItem& item) {
        return !item.as.empty() && item.as != name;
    }
    static bool counted_by_all(const detail::PlanItem& all, std::string_view billing_class) {
        return std::find(all.exceptions.begin(), all.exceptions.end(), billing_class) == all.exceptions.end();
    }
    /// The item whose activation charge a number of that class pays.
    static Plan::const_iterator activation_of(const Plan& plan, const std::string& billing_class) {
        if (billing_class.empty()) { return plan.end(); }
        const auto own = plan.find(billing_class);
        const auto all = plan.find(all_);
        return own != plan.end() || all == plan.end() || !counted_by_all(all->second, billing_class) ? own : all;
    }

    std::string plan_of(std::string_view id) const {
        for (auto account = accounts_.find(id); account != accounts_.end();
             account = accounts_.find(account->second.parent)) {
            if (!account->second.service_plan.empty()) { return account->second.service_plan; }
        }
        return {};
    }

    /// Quantities as the plan counts them: an item with `as` counts as another, and `_all` counts all.
    static std::map<std::string, std::int64_t> counted(const Plan& plan, const Quantities& quantities) {
        std::map<std::string, std::int64_t> counts;
        for (const auto& [billing_class, quantity] : quantities) {
            if (billing_class.empty()) { continue; }
            const auto item = plan.find(billing_class);
            counts[item != plan.end() && !item->second.as.empty() ? item->second.as : billing_class] += quantity;
            if (const auto all = plan.find(all_); all != plan.end() && counted_by_all(all->second, billing_class)) {
                counts[std::string(all_)] += quantity;
            }
        }
        return counts;
    }

    static void fill(Quote& quote, const Plan& plan, const std::string& plan_name, const Purchase& purchase) {
        Quantities after = purchase.quantities;
        if (!purchase.billing_class.empty()) { after[purchase.billing_class] += purchase.added; }
        const auto before_counts = counted(plan, purchase.quantities);
        const auto after_counts = counted(plan, after);
        Quantities stays_below = purchase.below;
        if (!purchase.from_below.empty()) { --stays_below[purchase.from_below]; }
        const auto old_counts_below = counted(plan, purchase.below);
        const auto counts_below = counted(plan, stays_below);
        const auto count_in = [](const auto& counts, const std::string& item) {
            const auto found = counts.find(item);
            return found == counts.end() ? std::int64_t{0} : found->second;
        };
        boost::json::array items, activations;
        boost::json::object shown_plan;
        Amount before = Amount::zero(), activation = Amount::zero();
        for (const auto& [name, item] : plan) {
            if (counts_elsewhere(name, item)) { continue; }
            const std::int64_t old_others = item.cascade ? count_in(old_counts_below, name) : 0;
            const std::int64_t others = item.cascade ? count_in(counts_below, name) : 0;
            const std::int64_t old_quantity = old_others + count_in(before_counts, name);
            const std::int64_t quantity = others + count_in(after_counts, name);
            const detail::Cost old_cost = item.cost(old_quantity), cost = item.cost(quantity);
            before += old_cost.total;
            quote.recurring += cost.total;
            if (quantity == 0 && cost.billable == 0) { continue; }
            items.push_back(
                item_json(name, item, quantity, cost, quantity - old_quantity, cost.billable - old_cost.billable));
            shown_plan[name] = plan_json(item);
        }
        if (const auto item = activation_of(plan, purchase.billing_class);
            item != plan.end() && item->second.activation_charge && purchase.added > 0) {
            const Amount total = *item->second.activation_charge * purchase.added;
            activation += total;
            activations.push_back({{"category", category_},
                                   {"item", purchase.billing_class},
                                   {"name", name_of(purchase.billing_class, item->second)},
                                   {"quantity", purchase.added},
                                   {"rate", item->second.activation_charge->str()},
                                   {"total", total.str()}});
        }
        const Amount more = quote.recurring - before;
        quote.today = activation + (more < Amount::zero() ? Amount::zero() : more);
        quote.invoice =
            to_json_text({{"items", std::move(items)},
                          {"activation_charges", std::move(activations)},
                          {"summary", {{"today", quote.today.str()}, {"recurring", quote.recurring.str()}}},
                          {"plan", {{"name", plan_name}, {std::string(category_), std::move(shown_plan)}}}});
    }

    static std::string name_of(std::string_view item, const detail::PlanItem& description) {
        return description.name.empty() ? std::string(item) : description.name;
    }

    static boost::json::object item_json(std::string_view name, const detail::PlanItem& item, std::int64_t quantity,
                                         const detail::Cost& cost, std::int64_t added, std::int64_t added_billable) {
        boost::json::object discounts;
        if (item.single.given()) { discounts["single"] = {{"quantity", 1}, {"rate", cost.single.str()}}; }
        if (item.cumulative.given()) {
            discounts["cumulative"] = {{"quantity", cost.discounted}, {"rate", cost.cumulative.str()}};
        }
        boost::json::object json{{"category", category_},
                                 {"item", name},
                                 {"name", name_of(name, item)},
                                 {"quantity", quantity},
                                 {"billable", cost.billable},
                                 {"rate", cost.rate.str()},
                                 {"discounts", std::move(discounts)},
                                 {"minimum", item.minimum}};
        json["maximum"] = item.maximum ? boost::json::value(*item.maximum) : boost::json::value(nullptr);
        json["total"] = cost.total.str();
        if (!item.taxes.is_null()) { json["taxes"] = item.taxes; }
        if (added != 0 || added_billable != 0) {
            json["changes"] = {{"type", quantity == added ? "created" : "modified"},
                               {"difference", {{"quantity", added}, {"billable", added_billable}}}};
        }
        return json;
    }

    /// What the plan says of an item that the invoice shows; amounts are text.
    static boost::json::object plan_json(const detail::PlanItem& item) {
        boost::json::object json = discount_json({.rate = item.rate, .rates = item.rates, .maximum = item.maximum});
        if (item.flat_rate) { json["flat_rate"] = item.flat_rate->str(); }
        if (!item.flat_rates.under.empty()) { json["flat_rates"] = tiers_json(item.flat_rates); }
        if (item.activation_charge) { json["activation_charge"] = item.activation_charge->str(); }
        if (item.minimum != 0) { json["minimum"] = item.minimum; }
        if (item.step != 1) { json["step"] = item.step; }
        if (item.cascade) { json["cascade"] = true; }
        if (!item.exceptions.empty()) {
            json["exceptions"] = boost::json::array(item.exceptions.begin(), item.exceptions.end());
        }
        boost::json::object discounts;
        if (item.single.given()) { discounts["single"] = discount_json(item.single); }
        if (item.cumulative.given()) { discounts["cumulative"] = discount_json(item.cumulative); }
        if (!discounts.empty()) { json["discounts"] = std::move(discounts); }
        return json;
    }
    static boost::json::object discount_json(const detail::Discount& discount) {
        boost::json::object json;
        if (discount.rate) { json["rate"] = discount.rate->str(); }
        if (!discount.rates.under.empty()) { json["rates"] = tiers_json(discount.rates); }
        if (discount.maximum) { json["maximum"] = *discount.maximum; }
        return json;
    }
    static boost::json::object tiers_json(const detail::Tiers& tiers) {
        boost::json::object json;
        for (const auto& [under, amount] : tiers.under) { json[std::to_string(under)] = amount.str(); }
        return json;
    }

    AccountMap accounts_;
    std::map<std::string, Plan, std::less<>> plans_;
};
static_assert(Billing<ServicePlans>);

}  // namespace tandem::billing
