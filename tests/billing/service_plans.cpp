// SPDX-License-Identifier: BSL-1.0
#include <tandem/billing/service_plans.hpp>
#include <tandem/run.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(billing_service_plans)

using namespace tandem;

namespace {

/// A plan of these `phone_numbers`, for the account A.
billing::ServicePlans plan_of(std::string_view items) {
    billing::ServicePlans plans;
    plans
        .open(
            JsonText(R"({"accounts": {"A": {"service_plan": "basic"}}, "service_plans": {"basic": {"phone_numbers": )" +
                     std::string(items) + "}}}"))
        .value();
    return plans;
}

Quote quote(billing::ServicePlans plans, Quantities quantities, std::string billing_class = "did_us",
            std::int64_t added = 1, std::string account = "A") {
    const Purchase purchase{.account = std::move(account),
                            .billing_class = std::move(billing_class),
                            .quantities = std::move(quantities),
                            .added = added};
    return run(plans.quote(purchase));
}

/// What so many numbers of class did_us cost every month.
std::string monthly(std::string_view item, std::int64_t quantity) {
    return quote(plan_of(R"({"did_us": )" + std::string(item) + "}"), {{"did_us", quantity}}, "", 0).recurring.str();
}

boost::json::object invoice_of(const Quote& quoted) { return object_of(quoted.invoice, "invoice"); }

Error refusal(std::string_view general) {
    const auto opened = billing::ServicePlans().open(JsonText(std::string(general)));
    return opened ? Error{.message = "accepted"} : opened.error();
}
std::string item_refusal(std::string_view item) {
    const Error error =
        refusal(R"({"service_plans": {"basic": {"phone_numbers": {"did_us": )" + std::string(item) + "}}}}");
    BOOST_TEST((error.message == "accepted" || error.code == errc::settings));
    return error.message;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_first_number_costs_its_activation_and_its_month_and_every_sum_is_on_the_invoice) {
    const Quote quoted = quote(plan_of(R"({"did_us": {"name": "US number", "rate": 1.0, "activation_charge": 2.0},
                                           "tollfree_us": {"rate": 5}})"),
                               {});
    BOOST_TEST(quoted.today.str() == "3.00");
    BOOST_TEST(quoted.recurring.str() == "1.00");
    BOOST_TEST(quoted.currency.view() == "USD");
    BOOST_TEST(quoted.invoice.text ==
               R"({"items":[{"category":"phone_numbers","item":"did_us","name":"US number","quantity":1,"billable":1,)"
               R"("rate":"1.00","discounts":{},"minimum":0,"maximum":null,"total":"1.00",)"
               R"("changes":{"type":"created","difference":{"quantity":1,"billable":1}}}],)"
               R"("activation_charges":[{"category":"phone_numbers","item":"did_us","name":"US number","quantity":1,)"
               R"("rate":"2.00","total":"2.00"}],"summary":{"today":"3.00","recurring":"1.00"},)"
               R"("plan":{"name":"basic","phone_numbers":{"did_us":{"rate":"1.00","activation_charge":"2.00"}}}})");
}

BOOST_AUTO_TEST_CASE(what_the_account_has_already_recurs_and_is_not_due_today) {
    const Quote quoted = quote(plan_of(R"({"did_us": {"rate": "1.25", "activation_charge": 2},
                                           "tollfree_us": {"rate": 5.5, "activation_charge": 9}})"),
                               {{"did_us", 3}, {"tollfree_us", 2}, {"toll_us", 7}}, "did_us", 2);
    BOOST_TEST(quoted.today.str() == "6.50");       // 2 x 2.00 + 2 x 1.25
    BOOST_TEST(quoted.recurring.str() == "17.25");  // 5 x 1.25 + 2 x 5.50
    const auto invoice = invoice_of(quoted);
    BOOST_TEST(invoice.at("items").as_array().size() == 2U);
    BOOST_TEST(invoice.at("items").at(0).at("changes").at("type").as_string() == "modified");
    BOOST_TEST(invoice.at("items").at(0).at("changes").at("difference").at("quantity").as_int64() == 2);
    BOOST_TEST(!invoice.at("items").at(1).as_object().contains("changes"));
    BOOST_TEST(invoice.at("activation_charges").as_array().size() == 1U);
    BOOST_TEST(invoice.at("activation_charges").at(0).at("total").as_string() == "4.00");
}

BOOST_AUTO_TEST_CASE(what_changes_nothing_is_due_nothing) {
    const auto plan =
        plan_of(R"({"did_us": {"rate": 1, "activation_charge": 2}, "": {"rate": 3, "activation_charge": 4}})");
    const Quote kept = quote(plan, {{"did_us", 3}}, "did_us", 0);
    BOOST_TEST(kept.today.str() == "0.00");
    BOOST_TEST(kept.recurring.str() == "3.00");
    BOOST_TEST(invoice_of(kept).at("activation_charges").as_array().empty());
    const Quote free = quote(plan, {{"did_us", 3}, {"", 5}}, "");  // of a carrier whose numbers are free of charge
    BOOST_TEST(free.today.str() == "0.00");
    BOOST_TEST(free.recurring.str() == "3.00");
    const Quote unpriced = quote(plan, {{"did_us", 3}}, "international");
    BOOST_TEST(unpriced.today.str() == "0.00");
    BOOST_TEST(unpriced.recurring.str() == "3.00");
}

BOOST_AUTO_TEST_CASE(rates_are_exact_however_they_are_written) {
    for (const char* rate : {"0.0085", "\"0.0085\"", "\"0.00850\"", "8.5e-3"}) {
        BOOST_TEST_CONTEXT(rate) {
            BOOST_TEST(monthly(std::string(R"({"rate": )") + rate + "}", 1'000) == "8.50");
            BOOST_TEST(monthly(std::string(R"({"rate": )") + rate + "}", 999'999'999) == "8499999.9915");
        }
    }
    BOOST_TEST(monthly(R"({"rate": 0.1})", 3) == "0.30");
    BOOST_TEST(monthly(R"({"rate": 1.10})", 10) == "11.00");
    BOOST_TEST(monthly(R"({"rate": 7})", 3) == "21.00");
    BOOST_TEST(monthly(R"({"rate": null})", 3) == "0.00");
    BOOST_TEST(monthly("{}", 3) == "0.00");
}

BOOST_AUTO_TEST_CASE(prices_follow_quantities_tiers_and_limits) {
    const struct {
        const char* item;
        std::vector<std::pair<std::int64_t, const char*>> costs;
    } rows[]{
        // {"10": 2.0}: this rate while under 10; above every tier, the plain rate.
        {R"({"rate": 1, "rates": {"10": 2.0, "5": 3}})",
         {{0, "0.00"}, {1, "3.00"}, {4, "12.00"}, {5, "10.00"}, {9, "18.00"}, {10, "10.00"}, {11, "11.00"}}},
        {R"({"rates": {"3": 2}})", {{2, "4.00"}, {3, "0.00"}}},
        {R"({"rate": 1, "rates": {"100": 2, "20": 3}})", {{19, "57.00"}, {20, "40.00"}, {100, "100.00"}}},
        // Precedence: flat_rates, flat_rate, rates, rate. A flat price is for all together.
        {R"({"rate": 1, "rates": {"10": 2}, "flat_rate": 7})", {{0, "0.00"}, {1, "7.00"}, {100, "7.00"}}},
        {R"({"rate": 1, "rates": {"10": 2}, "flat_rate": 7, "flat_rates": {"5": 4.5}})",
         {{1, "4.50"}, {4, "4.50"}, {5, "7.00"}, {50, "7.00"}}},
        {R"({"rate": 1, "rates": {"10": 2}, "flat_rates": {"5": 4.5}})",
         {{4, "4.50"}, {5, "10.00"}, {9, "18.00"}, {10, "10.00"}}},
        {R"({"rate": 1, "flat_rate": 0})", {{9, "0.00"}}},
        // A minimum is billed whether it is reached or not, a maximum bounds the bill.
        {R"({"rate": 2, "minimum": 3})", {{0, "6.00"}, {1, "6.00"}, {3, "6.00"}, {4, "8.00"}}},
        {R"({"rate": 2, "maximum": 3})", {{0, "0.00"}, {3, "6.00"}, {4, "6.00"}}},
        {R"({"rate": 2, "maximum": 0})", {{5, "0.00"}}},
        {R"({"rate": 2, "minimum": 2, "maximum": 2})", {{0, "4.00"}, {9, "4.00"}}},
        // Whole steps; the tier is that of what is billed.
        {R"({"rate": 1, "step": 10})", {{0, "0.00"}, {1, "10.00"}, {10, "10.00"}, {11, "20.00"}}},
        {R"({"rate": 1, "step": 4, "minimum": 5, "maximum": 10})", {{0, "8.00"}, {9, "12.00"}, {99, "12.00"}}},
        {R"({"rate": 1, "rates": {"10": 2}, "minimum": 10})", {{1, "10.00"}}},
    };
    for (const auto& [item, costs] : rows) {
        for (const auto& [quantity, cost] : costs) {
            BOOST_TEST_CONTEXT(quantity << " of " << item) { BOOST_TEST(monthly(item, quantity) == cost); }
        }
    }
}

BOOST_AUTO_TEST_CASE(discounts_are_given_once_or_for_each_unit_and_never_make_a_debt) {
    const struct {
        const char* discounts;
        std::vector<std::pair<std::int64_t, const char*>> costs;  // at 10.00 each
    } rows[]{
        {R"({"single": {"rate": 4}})", {{0, "0.00"}, {1, "6.00"}, {3, "26.00"}}},
        {R"({"single": {"rate": 4, "rates": {"3": 1.5}}})", {{1, "8.50"}, {2, "18.50"}, {3, "26.00"}}},
        {R"({"cumulative": {"rate": 4}})", {{0, "0.00"}, {1, "6.00"}, {3, "18.00"}}},
        {R"({"cumulative": {"rate": 4, "maximum": 2}})", {{1, "6.00"}, {2, "12.00"}, {3, "22.00"}, {9, "82.00"}}},
        {R"({"cumulative": {"rate": 4, "maximum": 0}})", {{3, "30.00"}}},
        {R"({"cumulative": {"rates": {"3": 1}, "rate": 2}})", {{2, "18.00"}, {3, "24.00"}}},
        {R"({"single": {"rate": 1}, "cumulative": {"rate": 2}})", {{1, "7.00"}, {2, "15.00"}}},
        {R"({"single": {"rate": 11}})", {{1, "0.00"}, {2, "9.00"}}},
        {R"({"cumulative": {"rate": 11}})", {{1, "0.00"}, {5, "0.00"}}},
        {R"({"single": null, "cumulative": null})", {{2, "20.00"}}},
    };
    for (const auto& [discounts, costs] : rows) {
        for (const auto& [quantity, cost] : costs) {
            BOOST_TEST_CONTEXT(quantity << " with " << discounts) {
                BOOST_TEST(monthly(std::string(R"({"rate": 10, "discounts": )") + discounts + "}", quantity) == cost);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(an_item_of_the_invoice_adds_up) {
    const struct {
        const char* item;
        std::int64_t billable;
        const char* rate;
        const char* single;  // nullptr: not on the invoice
        const char* cumulative;
        std::int64_t discounted;
        const char* total;
    } rows[]{
        {R"({"rate": 10, "discounts": {"single": {"rate": 4}, "cumulative": {"rate": 1, "maximum": 2}}})", 3, "10.00",
         "4.00", "1.00", 2, "24.00"},
        {R"({"rate": 10, "flat_rate": 25})", 1, "25.00", nullptr, nullptr, 0, "25.00"},
        {R"({"rate": 10, "minimum": 5})", 5, "10.00", nullptr, nullptr, 0, "50.00"},
        {R"({"rate": 10, "maximum": 2, "step": 2, "discounts": {"cumulative": {"rate": 0.0001}}})", 2, "10.00", nullptr,
         "0.0001", 2, "19.9998"},
    };
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.item) {
            const auto invoice =
                invoice_of(quote(plan_of(R"({"did_us": )" + std::string(row.item) + "}"), {{"did_us", 2}}));
            const auto& item = invoice.at("items").at(0).as_object();
            const auto amount = [](const boost::json::value& text) {
                return Amount::parse(std::string_view(text.as_string())).value();
            };
            BOOST_TEST(item.at("quantity").as_int64() == 3);
            BOOST_TEST(item.at("billable").as_int64() == row.billable);
            BOOST_TEST(item.at("rate").as_string() == row.rate);
            BOOST_TEST(item.at("total").as_string() == row.total);
            Amount sum = amount(item.at("rate")) * row.billable;
            const auto& discounts = item.at("discounts").as_object();
            BOOST_TEST(discounts.contains("single") == (row.single != nullptr));
            BOOST_TEST(discounts.contains("cumulative") == (row.cumulative != nullptr));
            if (row.single != nullptr) {
                BOOST_TEST(discounts.at("single").at("rate").as_string() == row.single);
                sum = sum - amount(discounts.at("single").at("rate"));
            }
            if (row.cumulative != nullptr) {
                BOOST_TEST(discounts.at("cumulative").at("rate").as_string() == row.cumulative);
                BOOST_TEST(discounts.at("cumulative").at("quantity").as_int64() == row.discounted);
                sum = sum - amount(discounts.at("cumulative").at("rate")) * row.discounted;
            }
            BOOST_TEST(sum.str() == row.total);
        }
    }
}

BOOST_AUTO_TEST_CASE(one_more_that_makes_all_cheaper_is_due_its_activation_alone) {
    const auto plan = plan_of(R"({"did_us": {"rate": 1, "rates": {"10": 2}, "activation_charge": "0.50"}})");
    const Quote cheaper = quote(plan, {{"did_us", 9}});
    BOOST_TEST(cheaper.today.str() == "0.50");
    BOOST_TEST(cheaper.recurring.str() == "10.00");
    const Quote within_minimum =
        quote(plan_of(R"({"did_us": {"rate": 3, "minimum": 5, "activation_charge": 1}})"), {{"did_us", 2}});
    BOOST_TEST(within_minimum.today.str() == "1.00");
    BOOST_TEST(within_minimum.recurring.str() == "15.00");
}

BOOST_AUTO_TEST_CASE(an_item_may_count_as_another) {
    const auto plan = plan_of(R"({"did_us": {"rate": 1, "rates": {"10": 2}},
        "caribbean": {"as": "did_us", "rate": 99, "minimum": 7, "activation_charge": 4},
        "toll_us": {"as": "toll_us", "rate": 3}})");
    const Quote quoted = quote(plan, {{"did_us", 5}, {"caribbean", 4}, {"toll_us", 2}}, "caribbean");
    BOOST_TEST(quoted.recurring.str() == "16.00");  // 10 x 1.00, 2 x 3.00
    BOOST_TEST(quoted.today.str() == "4.00");       // 9 x 2.00 were more
    const auto invoice = invoice_of(quoted);
    BOOST_TEST(invoice.at("items").as_array().size() == 2U);
    BOOST_TEST(invoice.at("items").at(0).at("item").as_string() == "did_us");
    BOOST_TEST(invoice.at("items").at(0).at("quantity").as_int64() == 10);
    BOOST_TEST(invoice.at("activation_charges").at(0).at("item").as_string() == "caribbean");
}

BOOST_AUTO_TEST_CASE(the_item_of_all_counts_every_class_but_its_exceptions) {
    const auto plan = plan_of(R"({"_all": {"rate": 1, "activation_charge": 2, "exceptions": ["tollfree_us"]},
                                  "did_us": {"rate": 10}, "tollfree_us": {"rate": 100}})");
    const Quantities has{{"did_us", 1}, {"tollfree_us", 1}, {"international", 1}, {"", 8}};
    const struct {
        const char* billing_class;
        const char* recurring;
        const char* today;
    } rows[]{{"did_us", "123.00", "11.00"},        // its own item, without an activation charge, and all's
             {"tollfree_us", "212.00", "100.00"},  // an exception
             {"international", "113.00", "3.00"},  // no item of its own
             {"", "112.00", "0.00"}};
    for (const auto& [billing_class, recurring, today] : rows) {
        BOOST_TEST_CONTEXT(billing_class) {
            const Quote quoted = quote(plan, has, billing_class);
            BOOST_TEST(quoted.recurring.str() == recurring);
            BOOST_TEST(quoted.today.str() == today);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_plan_is_the_accounts_own_or_that_of_the_nearest_above) {
    billing::ServicePlans plans;
    plans
        .open(JsonText(R"({"accounts": {
            "top": {"service_plan": "dear", "credit": 0},
            "middle": {"parent": "top"},
            "own": {"parent": "middle", "service_plan": "cheap", "credit": "25.00"},
            "below": {"parent": "own", "credit": 7.5},
            "alone": {}},
        "service_plans": {"dear": {"phone_numbers": {"did_us": {"rate": 9}}},
                          "cheap": {"phone_numbers": {"did_us": {"rate": 1}}, "devices": {"sip": {"rate": 3}},
                                    "name": "Cheap", "_id": "x"},
                          "empty": {}}})"))
        .value();
    const struct {
        const char* account;
        const char* recurring;
        const char* plan;
        std::optional<const char*> credit;
    } rows[]{{"top", "9.00", "dear", "0.00"},
             {"middle", "9.00", "dear", {}},
             {"own", "1.00", "cheap", "25.00"},
             {"below", "1.00", "cheap", "7.50"},
             {"alone", "0.00", "", {}},
             {"nobody", "0.00", "", {}},
             {"", "0.00", "", {}}};
    for (const auto& [account, recurring, plan, credit] : rows) {
        BOOST_TEST_CONTEXT("account " << account) {
            const Quote quoted = quote(plans, {}, "did_us", 1, account);
            BOOST_TEST(quoted.recurring.str() == recurring);
            BOOST_TEST(invoice_of(quoted).at("plan").at("name").as_string() == plan);
            BOOST_TEST(quoted.credit.has_value() == credit.has_value());
            if (quoted.credit && credit) { BOOST_TEST(quoted.credit->str() == *credit); }
        }
    }
}

BOOST_AUTO_TEST_CASE(an_item_that_cascades_counts_what_the_accounts_below_have) {
    const Purchase purchase{.account = "A",
                            .billing_class = "did_us",
                            .quantities = {{"did_us", 1}, {"tollfree_us", 1}},
                            .below = {{"did_us", 3}, {"tollfree_us", 5}}};
    auto plans = plan_of(R"({"did_us": {"rates": {"5": 3, "100": 2}, "cascade": true}, "tollfree_us": {"rate": 7}})");
    BOOST_TEST(plans.cascades("A"));
    BOOST_TEST(!plans.cascades("nobody"));
    const Quote quoted = run(plans.quote(purchase));
    BOOST_TEST(quoted.recurring.str() == "17.00");  // five at 2, which is cheaper than four at 3 were; one at 7
    BOOST_TEST(invoice_of(quoted).at("items").at(0).at("quantity").as_int64() == 5);
    BOOST_TEST(invoice_of(quoted).at("items").at(0).at("changes").at("difference").at("quantity").as_int64() == 1);
    BOOST_TEST(invoice_of(quoted).at("items").at(1).at("quantity").as_int64() == 1);
    BOOST_TEST(!plan_of(R"({"did_us": {"rate": 1}})").cascades("A"));
}

BOOST_AUTO_TEST_CASE(a_number_that_comes_from_an_account_below_is_paid_for_already) {
    const Purchase purchase{.account = "A",
                            .billing_class = "did_us",
                            .quantities = {{"did_us", 1}},
                            .below = {{"did_us", 3}, {"tollfree_us", 5}},
                            .from_below = "did_us"};
    auto plans = plan_of(R"({"did_us": {"rate": 3, "activation_charge": 2, "cascade": true}})");
    const Quote quoted = run(plans.quote(purchase));
    BOOST_TEST(quoted.recurring.str() == "12.00");
    BOOST_TEST(quoted.today.str() == "2.00");
    BOOST_TEST(invoice_of(quoted).at("items").at(0).at("quantity").as_int64() == 4);
    BOOST_TEST(!invoice_of(quoted).at("items").at(0).as_object().contains("changes"));
    auto apart = plan_of(R"({"did_us": {"rate": 3, "activation_charge": 2}})");
    BOOST_TEST(run(apart.quote(purchase)).today.str() == "5.00");
}

BOOST_AUTO_TEST_CASE(the_invoice_shows_the_plan_of_its_items_whole) {
    const Quote quoted = quote(plan_of(R"({"tollfree_us": {"rate": 3}, "did_us": {
        "name": "n", "rate": 2, "rates": {"10": 3.5}, "flat_rates": {"1": "0.5"}, "flat_rate": 90, "minimum": 2,
        "maximum": 8, "step": 2, "activation_charge": 1, "cascade": true, "prorate": {"additions": true},
        "discounts": {"single": {"rates": {"5": 1}}, "cumulative": {"rate": 1, "maximum": 4}},
        "taxes": [{"name": "vat"}], "_comment": "c"}})"),
                               {});
    const auto invoice = invoice_of(quoted);
    BOOST_TEST(write_json(invoice.at("plan").at("phone_numbers")) ==
               R"({"did_us":{"rate":"2.00","rates":{"10":"3.50"},"maximum":8,"flat_rate":"90.00",)"
               R"("flat_rates":{"1":"0.50"},"activation_charge":"1.00","minimum":2,"step":2,"cascade":true,)"
               R"("discounts":{"single":{"rates":{"5":"1.00"}},"cumulative":{"rate":"1.00","maximum":4}}}})");
    BOOST_TEST(write_json(invoice.at("items").at(0).at("taxes")) == R"([{"name":"vat"}])");
    BOOST_TEST(invoice.at("items").at(0).at("minimum").as_int64() == 2);
    BOOST_TEST(invoice.at("items").at(0).at("maximum").as_int64() == 8);
}

BOOST_AUTO_TEST_CASE(an_item_that_cannot_be_read_is_refused_with_its_key) {
    const std::string item = "number_manager.service_plans.basic.phone_numbers.did_us";
    const std::string amount = "an amount, not negative, with at most four decimals";
    const std::string tiers = R"(an object of quantities and amounts, such as {"10": 2.0})";
    const struct {
        const char* described;
        std::string message;
    } rows[]{
        {"7", item + " must be an object"},
        {"null", item + " must be an object"},
        {R"({"rate": -1})", item + ": 'rate' must be " + amount},
        {R"({"rate": "1,00"})", item + ": 'rate' must be " + amount},
        {R"({"rate": 0.00001})", item + ": 'rate' must be " + amount},
        {R"({"rate": true})", item + ": 'rate' must be " + amount},
        {R"({"flat_rate": {}})", item + ": 'flat_rate' must be " + amount},
        {R"({"activation_charge": ""})", item + ": 'activation_charge' must be " + amount},
        {R"({"rates": [2]})", item + ": 'rates' must be an object"},
        {R"({"rates": {"ten": 2}})", item + ": 'rates' must be " + tiers},
        {R"({"rates": {"-1": 2}})", item + ": 'rates' must be " + tiers},
        {R"({"rates": {"": 2}})", item + ": 'rates' must be " + tiers},
        {R"({"rates": {"10000000000": 2}})", item + ": 'rates' must be " + tiers},
        {R"({"rates": {"10": -2}})", item + ": 'rates' must be " + tiers},
        {R"({"rates": {"10": null}})", item + ": 'rates' must be " + tiers},
        {R"({"rates": {"10": 2, "010": 3}})", item + ": 'rates' must be " + tiers},
        {R"({"minimum": -1})", item + ": 'minimum' must be a whole number, not negative"},
        {R"({"minimum": 1.5})", item + ": 'minimum' must be a whole number, not negative"},
        {R"({"minimum": 1000000000})", item + ": 'minimum' must be at most 999999999"},
        {R"({"minimum": 18446744073709551615})", item + ": 'minimum' must be at most 999999999"},
        {R"({"minimum": 5, "maximum": 4})", item + ": 'maximum' must be at least the minimum"},
        {R"({"step": 0})", item + ": 'step' must be at least 1"},
        {R"({"step": 9223372036854775807})", item + ": 'step' must be at most 999999999"},
        {R"({"as": 7})", item + ": 'as' must be text"},
        {R"({"as": "nothing"})", item + ".as must name another item of the plan that counts for itself"},
        {R"({"as": "_all"})", item + ".as must name another item of the plan that counts for itself"},
        {R"({"exceptions": ["toll_us"]})", item + ".exceptions: only _all has exceptions"},
        {R"({"exceptions": "toll_us"})", item + ": 'exceptions' must be an array of texts"},
        {R"({"name": ["n"]})", item + ": 'name' must be text"},
        {R"({"cascade": "yes"})", item + ": 'cascade' must be true or false"},
        {R"({"prorate": true})", item + ": 'prorate' must be an object"},
        {R"({"taxes": {}})", item + ": 'taxes' must be an array"},
        {R"({"discounts": []})", item + ": 'discounts' must be an object"},
        {R"({"discounts": {"singel": {}}})",
         item + ".discounts.singel is no part of a plan's item; there are: single, cumulative"},
        {R"({"discounts": {"single": 5}})", item + ".discounts: 'single' must be an object"},
        {R"({"discounts": {"single": {"rate": "x"}}})", item + ".discounts.single: 'rate' must be " + amount},
        {R"({"discounts": {"single": {"maximum": 1}}})",
         item + ".discounts.single.maximum is no part of a plan's item; there are: rate, rates"},
        {R"({"discounts": {"cumulative": {"maximum": -1}}})",
         item + ".discounts.cumulative: 'maximum' must be a whole number, not negative"},
        {R"({"discounts": {"cumulative": {"rates": {"x": 1}}}})",
         item + ".discounts.cumulative: 'rates' must be " + tiers},
    };
    for (const auto& [described, message] : rows) {
        BOOST_TEST_CONTEXT(described) { BOOST_TEST(item_refusal(described) == message); }
    }
    BOOST_TEST(item_refusal(R"({"price": 1})")
                   .starts_with(item + ".price is no part of a plan's item; there are: rate, rates, "));
    BOOST_TEST(item_refusal(R"({"enabled": false})").starts_with(item + ".enabled is no part"));
    BOOST_TEST(item_refusal(R"({"_price": 1, "pvt_price": 2})") == "accepted");
}

BOOST_AUTO_TEST_CASE(a_plan_that_cannot_be_read_or_is_not_there_is_refused) {
    const struct {
        const char* general;
        const char* message;
    } rows[]{
        {R"({"service_plans": []})", "number_manager: 'service_plans' must be an object"},
        {R"({"service_plans": {"basic": 7}})",
         "number_manager.service_plans.basic must be an object with an object phone_numbers"},
        {R"({"service_plans": {"basic": {"phone_numbers": []}}})",
         "number_manager.service_plans.basic must be an object with an object phone_numbers"},
        {R"({"service_plans": {"basic": {"phone_number": {}}}})",
         "number_manager.service_plans.basic.phone_number: did you mean phone_numbers?"},
        {R"({"accounts": {"A": {"service_plan": "gold"}}, "service_plans": {"basic": {}}})",
         "number_manager.accounts.A.service_plan: there is no plan gold"},
        {R"({"accounts": {"A": {"parent": "B"}}})", "number_manager.accounts.A.parent: there is no account B"},
        {R"({"service_plans": {"basic": {"phone_numbers": {"a": {"as": "b"}, "b": {"as": "c"}, "c": {}}}}})",
         "number_manager.service_plans.basic.phone_numbers.a.as must name another item of the plan that counts for "
         "itself"},
        {R"({"service_plans": {"basic": {"phone_numbers": {"_all": {"as": "b"}, "b": {}}}}})",
         "number_manager.service_plans.basic.phone_numbers._all.as must name another item of the plan that counts for "
         "itself"},
        {"[]", "number_manager is no JSON object"},
        {R"({"service_plans": {"basic": {}, "basic": {}}})", "number_manager is no JSON object"},
    };
    for (const auto& [general, message] : rows) {
        BOOST_TEST_CONTEXT(general) {
            const Error error = refusal(general);
            BOOST_TEST((error.code == errc::settings));
            BOOST_TEST(error.message == message);
        }
    }
    BOOST_TEST(refusal("{}").message == "accepted");
}

BOOST_AUTO_TEST_CASE(prices_that_no_amount_holds_are_refused_not_wrapped) {
    auto plan = plan_of(
        R"({"did_us": {"rate": "99999999999999.9999"}, "tollfree_us": {"activation_charge": "99999999999999.9999"}})");
    BOOST_TEST(quote(plan, {{"did_us", 8}}).recurring.str() == "899999999999999.9991");
    const Purchase purchase{.account = "A", .billing_class = "did_us", .quantities = {{"did_us", 9}}};
    BOOST_CHECK_EXCEPTION(run(plan.quote(purchase)), Exception, [](const Exception& failure) {
        return failure.error().code == errc::settings &&
               failure.error().message == "number_manager.service_plans.basic comes to more than an amount";
    });
    const Purchase many{.account = "A", .billing_class = "tollfree_us", .added = 10};
    BOOST_CHECK_THROW(run(plan.quote(many)), Exception);
}

BOOST_AUTO_TEST_SUITE_END()
