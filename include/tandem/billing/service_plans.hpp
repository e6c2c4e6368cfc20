// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/billing.hpp>
#include <tandem/billing/detail/plan_item.hpp>
#include <tandem/core/account_settings.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::billing {

/// Kazoo's service plans: what an account pays for its numbers, by their class. Plans stand in the settings under
/// `service_plans`; an account takes its own `service_plan`, else that of the nearest account above it that has one, else
/// none, and then pays nothing. What an account has beyond its `credit` is refused before the purchase.
/// Units: the currency is US dollars; periods are months.
class ServicePlans {
public:
    /// Errors: `settings` for a plan, item or amount that cannot be read, or an account's plan that is not there.
    Result<void> open(const JsonText& general) {
        try {
            const auto document = object_of(general, "number_manager");
            accounts_ = read_accounts(document);
            if (const auto* plans = JsonFields(document, "number_manager", errc::settings).object("service_plans")) {
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

    /// The invoice as it would be, beside what is due at once: activation charges, and what a month costs more than before.
    /// Amounts are text.
    Task<Quote> quote(const Purchase& purchase) {
        Quote quote;
        if (const auto account = accounts_.find(purchase.account); account != accounts_.end()) {
            quote.credit = account->second.credit;
        }
        const std::string plan_name = plan_of(purchase.account);
        const auto plan = plans_.find(plan_name);
        static const Plan none;
        fill(quote, plan == plans_.end() ? none : plan->second, plan_name, purchase);
        co_return quote;
    }

private:
    using Plan = std::map<std::string, detail::PlanItem, std::less<>>;
    static constexpr std::string_view category_ = "phone_numbers";

    void read_plan(std::string_view name, const boost::json::value& value) {
        const std::string where = "number_manager.service_plans." + std::string(name);
        const auto* plan = value.if_object();
        const auto* numbers = plan == nullptr ? nullptr : plan->if_contains(category_);
        Plan items;
        if (plan == nullptr || (numbers != nullptr && !numbers->is_object())) {
            errors::raise(errc::settings, where + " must be an object with an object phone_numbers");
        }
        if (numbers != nullptr) {
            for (const auto& [item, description] : numbers->get_object()) {
                const std::string category = where + ".phone_numbers." + std::string(item);
                if (!description.is_object()) { errors::raise(errc::settings, category + " must be an object"); }
                items[item] = detail::PlanItemReader(category, description.get_object()).read();
            }
        }
        plans_[std::string(name)] = std::move(items);
    }

    std::string plan_of(std::string_view id) const {
        for (auto account = accounts_.find(id); account != accounts_.end();
             account = accounts_.find(account->second.parent)) {
            if (!account->second.service_plan.empty()) { return account->second.service_plan; }
        }
        return {};
    }

    /// Quantities as the plan counts them: an item with `as` counts as another.
    static std::map<std::string, std::int64_t> counted(const Plan& plan, const Quantities& quantities) {
        std::map<std::string, std::int64_t> counts;
        for (const auto& [billing_class, quantity] : quantities) {
            const auto item = plan.find(billing_class);
            counts[item != plan.end() && !item->second.as.empty() ? item->second.as : billing_class] += quantity;
        }
        return counts;
    }

    static void fill(Quote& quote, const Plan& plan, const std::string& plan_name, const Purchase& purchase) {
        Quantities after = purchase.quantities;
        if (!purchase.billing_class.empty()) { after[purchase.billing_class] += purchase.added; }
        const auto before_counts = counted(plan, purchase.quantities);
        const auto after_counts = counted(plan, after);
        boost::json::array items, activations;
        boost::json::object shown_plan;
        Amount before = Amount::zero(), activation = Amount::zero();
        for (const auto& [name, item] : plan) {
            const auto had = before_counts.find(name);
            const auto has = after_counts.find(name);
            const std::int64_t old_quantity = had == before_counts.end() ? 0 : had->second;
            const std::int64_t quantity = has == after_counts.end() ? 0 : has->second;
            const detail::Cost old_cost = item.cost(old_quantity), cost = item.cost(quantity);
            before += old_cost.total;
            quote.recurring += cost.total;
            if (quantity == 0 && cost.billable == 0) { continue; }
            items.push_back(
                item_json(name, item, quantity, cost, quantity - old_quantity, cost.billable - old_cost.billable));
            shown_plan[name] = plan_json(item);
        }
        if (const auto item = plan.find(purchase.billing_class);
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

    /// What the plan says of an item that the invoice shows, as the settings have it.
    static boost::json::object plan_json(const detail::PlanItem& item) {
        boost::json::object json;
        const auto put = [&](const char* key, const std::optional<Amount>& amount) {
            if (amount) { json[key] = amount->str(); }
        };
        const auto put_tiers = [&](const char* key, const detail::Tiers& tiers) {
            if (tiers.under.empty()) { return; }
            boost::json::object object;
            for (const auto& [under, amount] : tiers.under) { object[std::to_string(under)] = amount.str(); }
            json[key] = std::move(object);
        };
        put("rate", item.rate);
        put("flat_rate", item.flat_rate);
        put("activation_charge", item.activation_charge);
        put_tiers("rates", item.rates);
        put_tiers("flat_rates", item.flat_rates);
        return json;
    }

    AccountMap accounts_;
    std::map<std::string, Plan, std::less<>> plans_;
};
static_assert(Billing<ServicePlans>);

}  // namespace tandem::billing
