// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/inum.hpp>
#include <tandem/carriers/inventory.hpp>
#include <tandem/carriers/label.hpp>
#include <tandem/carriers/local.hpp>
#include <tandem/carriers/managed.hpp>
#include <tandem/carriers/mdn.hpp>
#include <tandem/carriers/reserved.hpp>
#include <tandem/carriers/reserved_reseller.hpp>

/// The carriers of our own stock, and labels, under the whole manager.
namespace {

using namespace tandem;
using namespace tandem::manager_tests;
using carriers::Label;
using enum State;

using OwnStock = Carriers<carriers::Inventory, carriers::Local, carriers::Managed, carriers::Inum, carriers::Mdn,
                          carriers::Reserved, carriers::ReservedReseller, Label<"level3">, Label<"ziron">, Alpha>;

struct Stock {
    using Manager =
        NumberManager<OwnStock, testing::ScriptedTransport, configs::InCode, stores::Memory, billing::ServicePlans,
                      accounts::Tree, observers::Silent, testing::SimulatedEnvironment>;

    /// `reseller` has two customers; `stranger` is nobody's, and finds the carriers of the last list.
    static std::string settings(std::string_view more = {}) {
        return R"({"master_account": "master", "accounts": {
            "master": {},
            "reseller": {"parent": "master", "service_plan": "basic",
                         "carrier_modules": ["inventory", "managed", "inum", "mdn", "level3", "ziron", "alpha"]},
            "customer": {"parent": "reseller", "service_plan": "basic"},
            "child": {"parent": "customer", "service_plan": "basic"},
            "neighbour": {"parent": "reseller", "service_plan": "basic"},
            "stranger": {"parent": "master", "service_plan": "basic"}},
            "service_plans": {"basic": {"phone_numbers": {"did_us": {"rate": 1.0, "activation_charge": 2.0}}}},
            "carrier_modules": ["managed", "reserved", "local"])" +
               std::string(more) + "}";
    }

    boost::asio::io_context context;
    testing::SimulatedEnvironment environment{context};
    testing::ScriptedTransport script{environment};
    stores::Memory store;
    Manager manager = open(settings());

    Stock() {
        script.on(Method::get, "alpha.example/search", Response(404));
        script.on(Method::delete_, "alpha.example/numbers", Response(200, "released", "text/plain"));
    }
    Manager open(std::string text) {
        configs::InCode config;
        config.set("number_manager", JsonText(std::move(text)));
        return Manager::open(context.get_executor(), script, std::move(config), store, {}, {}, {}, environment).value();
    }

    template <class T>
    T run(Task<T> task) {
        return environment.run(std::move(task));
    }
    static E164 at(std::uint64_t digits) { return E164::parse_or_empty("+" + std::to_string(digits)); }
    void put(std::uint64_t digits, std::string carrier, State state = available, std::string owner = {},
             std::vector<std::string> history = {}) {
        Number record;
        record.number = at(digits);
        record.state = state;
        record.carrier = std::move(carrier);
        record.assigned_to = std::move(owner);
        record.reserve_history = std::move(history);
        (void)run(store.put(record));
    }
    std::optional<Number> stored(std::uint64_t digits) { return run(store.get(at(digits))); }
    /// State and owner, as `in_service customer`.
    std::string standing(std::uint64_t digits) {
        const auto record = stored(digits);
        if (!record) { return "gone"; }
        return std::string(name_of(record->state)) + (record->assigned_to.empty() ? "" : " " + record->assigned_to) +
               (record->fence.empty() ? "" : " under way");
    }

    SearchResult find(std::string_view account, std::string_view prefix = "+1415") {
        const SearchRequest request{.prefix = prefix, .account = account, .asked_by = account};
        return run(manager.find_numbers(request)).value();
    }
    std::string finds(std::string_view account, std::string_view prefix = "+1415") {
        std::string all;
        for (const FoundOffer& offer : find(account, prefix).offers) {
            const std::string digits = offer.number.digits();
            all += (all.empty() ? "" : " ") + digits.substr(digits.size() - 4) + "@" + std::string(offer.carrier);
            BOOST_TEST(offer.also.empty());
        }
        return all;
    }
    Result<Receipt> buy(std::uint64_t digits, std::string_view account, std::string_view asked_by = {}) {
        const AcquireRequest request{.account = account, .asked_by = asked_by.empty() ? account : asked_by};
        return run(manager.acquire_number(at(digits), purchase, request));
    }
    Result<Quotation> quote(std::uint64_t digits, std::string_view account) {
        const AcquireRequest request{.account = account, .asked_by = account};
        return run(manager.acquire_number(at(digits), dry_run, request));
    }
    Result<Receipt> give_back(std::uint64_t digits, std::string_view asked_by) {
        return run(manager.disconnect_number(at(digits), {.asked_by = asked_by}));
    }
    Result<Number> stock(std::uint64_t digits, std::string_view carrier, std::string_view account = {}) {
        return run(manager.stock_number(at(digits), {}, "system", carrier, account));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(manager_own_stock, Stock)

BOOST_AUTO_TEST_CASE(each_carrier_reports_its_own_numbers_only) {
    put(14155550100, "inventory");
    put(14155550101, "local");
    put(14155550102, "managed", available, "reseller");
    put(14155550103, "alpha", reserved, "customer");
    put(14155550104, "local", reserved, "reseller");
    put(14155550105, "level3", reserved, "stranger");
    put(14155550106, "mdn", in_service, "customer");
    put(14155550107, "managed", available, "stranger");
    put(14155550108, "inventory", in_service, "customer");
    BOOST_TEST(finds("customer") == "0100@inventory 0101@local 0102@managed 0103@reserved 0104@reserved_reseller");
    BOOST_TEST(finds("reseller") == "0100@inventory 0101@local 0102@managed 0104@reserved");
    BOOST_TEST(finds("stranger") == "0101@local 0105@reserved 0107@managed");
    const SearchResult result = find("customer");
    const std::array<std::string_view, 10> reports{
        "reserved ok 1", "reserved_reseller ok 1", "local ok 1",      "inventory ok 1", "managed ok 1", "inum empty 0",
        "mdn empty 0",   "level3 skipped 0",       "ziron skipped 0", "alpha empty 0"};
    BOOST_TEST_REQUIRE(result.reports.size() == reports.size());
    for (std::size_t i = 0; i < reports.size(); ++i) {
        const CarrierReport& report = result.reports[i];
        BOOST_TEST(report.name + " " + std::string(name_of(report.status)) + " " + std::to_string(report.found) ==
                   reports[i]);
    }
}

BOOST_AUTO_TEST_CASE(whose_customer_an_account_is_the_accounts_say_and_not_who_asks) {
    put(14155550100, "managed", available, "reseller");
    put(14155550101, "alpha", reserved, "reseller");
    for (const std::string_view reseller : {"", "reseller", "master"}) {
        for (const std::string_view account : {"customer", "stranger"}) {
            const SearchRequest request{
                .prefix = "+1415", .account = account, .asked_by = account, .reseller = reseller};
            BOOST_TEST(run(manager.find_numbers(request)).value().offers.size() == (account == "customer" ? 2U : 0U));
        }
    }
    const SearchRequest nobodys{.prefix = "+1415", .asked_by = "system", .reseller = "reseller"};
    BOOST_TEST(run(manager.find_numbers(nobodys)).value().offers.empty());
}

BOOST_AUTO_TEST_CASE(inum_numbers_are_found_by_their_own_country_code) {
    BOOST_TEST(told(stock(883510000000001, "inum", "reseller")) == "done");
    BOOST_TEST(finds("customer", "+883510") == "0001@inum");
    BOOST_TEST(finds("customer", "+1415").empty());
    BOOST_TEST(told(buy(883510000000001, "customer")) == "done");
    BOOST_TEST(stored(883510000000001)->billing_class.empty());
}

BOOST_AUTO_TEST_CASE(admins_stock_what_has_a_stock_for_whom_it_is) {
    const struct {
        std::string_view carrier, account, outcome;
    } rows[]{{"inventory", "", "done"},
             {"knm_local", "", "done"},
             {"inventory", "customer", "invalid"},
             {"local", "customer", "invalid"},
             {"managed", "", "invalid"},
             {"managed", "customer", "done"},
             {"managed", "nobody", "invalid"},
             {"inum", "", "invalid"},
             {"inum", "reseller", "done"},
             {"reserved", "", "invalid"},
             {"reserved", "customer", "invalid"},
             {"reserved_reseller", "reseller", "invalid"},
             {"mdn", "", "invalid_state_transition"},
             {"mdn", "customer", "invalid_state_transition"},
             {"level3", "", "invalid"},
             {"alpha", "", "invalid"},
             {"verizon", "", "unknown_carrier"}};
    std::uint64_t digits = 14155550100;
    for (const auto& [carrier, account, outcome] : rows) {
        BOOST_TEST_CONTEXT(carrier << " for " << account) {
            BOOST_TEST(told(stock(++digits, carrier, account)) == outcome);
            BOOST_TEST(standing(digits) == (outcome != "done" ? "gone"
                                            : account.empty() ? "available"
                                                              : "available " + std::string(account)));
        }
    }
    BOOST_TEST(told(stock(14155550101, "local")) == "number_exists");
    BOOST_TEST(told(run(manager.stock_number(at(14155550199), {}, "reseller", "managed", "reseller"))) == "forbidden");
}

BOOST_AUTO_TEST_CASE(what_is_reserved_passes_to_those_below_its_holder_and_stays_with_its_carrier) {
    const struct {
        std::string_view account, asked_by, outcome;
    } rows[]{{"customer", "customer", "done"},   {"child", "child", "done"},
             {"child", "customer", "done"},      {"child", "reseller", "done"},
             {"customer", "system", "done"},     {"neighbour", "neighbour", "forbidden"},
             {"reseller", "reseller", "done"},   {"stranger", "stranger", "forbidden"},
             {"child", "stranger", "forbidden"}, {"neighbour", "customer", "forbidden"},
             {"neighbour", "child", "forbidden"}};
    std::uint64_t digits = 14155550100;
    for (const auto& [account, asked_by, outcome] : rows) {
        BOOST_TEST_CONTEXT(account << ", asked by " << asked_by) {
            put(++digits, "alpha", reserved, "customer", {"customer"});
            BOOST_TEST(told(buy(digits, account, asked_by)) == outcome);
            const bool done = outcome == "done";
            BOOST_TEST(standing(digits) == (done ? "in_service " + std::string(account) : "reserved customer"));
            BOOST_TEST(stored(digits)->carrier == "alpha");
            BOOST_TEST(stored(digits)->billing_class == (done ? "did_us" : ""));
        }
    }
    BOOST_TEST(script.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(an_offer_of_what_is_reserved_or_set_aside_can_be_bought) {
    put(14155550100, "alpha", reserved, "customer");
    put(14155550101, "level3", reserved, "reseller");
    put(14155550102, "managed", available, "reseller");
    put(14155550103, "local");
    put(14155550104, "inventory");
    const std::size_t asked = script.calls() + 1;  // the search itself asks alpha
    const SearchResult found = find("customer");
    BOOST_TEST_REQUIRE(found.offers.size() == 5U);
    const std::array<std::string_view, 5> kept{"alpha", "level3", "managed", "local", "inventory"};
    for (std::size_t i = 0; i < kept.size(); ++i) {
        BOOST_TEST_CONTEXT(kept[i]) {
            const AcquireRequest request{.account = "customer", .asked_by = "customer"};
            const Offer& offer = found.offers[i];
            BOOST_TEST(told(run(manager.acquire_number(offer, purchase, request))) == "done");
            const auto record = run(store.get(offer.number));
            BOOST_TEST_REQUIRE(record.has_value());
            BOOST_TEST(record->carrier == kept[i]);
            BOOST_TEST(record->assigned_to == "customer");
            // Kazoo: `is_number_billable` of the number's own carrier, not of whose search found it
            BOOST_TEST(record->billing_class == (i < 3 ? "did_us" : ""));
            const AcquireRequest others{.account = "neighbour", .asked_by = "neighbour"};
            BOOST_TEST(!run(manager.acquire_number(offer, purchase, others)).has_value());
        }
    }
    BOOST_TEST(script.calls() == asked);
}

BOOST_AUTO_TEST_CASE(whoever_names_a_carrier_gets_what_its_search_would_find) {
    const struct {
        const char* carrier;
        State state;
        const char* named;
        const char* outcome;
    } rows[]{{"alpha", reserved, "reserved", "done"},   {"alpha", reserved, "knm_reserved_reseller", "done"},
             {"alpha", reserved, "alpha", "done"},      {"alpha", reserved, "local", "number_exists"},
             {"managed", available, "managed", "done"}, {"managed", available, "inventory", "number_exists"},
             {"local", available, "knm_local", "done"}};
    std::uint64_t digits = 14155550100;
    for (const auto& [carrier, state, named, outcome] : rows) {
        BOOST_TEST_CONTEXT(carrier << " as " << named) {
            put(++digits, carrier, state, "customer");
            const AcquireRequest request{.account = "child", .asked_by = "child", .carrier = named};
            BOOST_TEST(told(run(manager.acquire_number(at(digits), purchase, request))) == outcome);
            BOOST_TEST(stored(digits)->carrier == carrier);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_remote_carriers_offer_takes_nothing_that_is_set_aside) {
    for (const State state : {reserved, available, aging}) {
        put(14155550100 + static_cast<unsigned>(state), "alpha", state, "reseller");
        Offer offer;
        offer.number = at(14155550100 + static_cast<unsigned>(state));
        offer.carrier = "alpha";
        const AcquireRequest request{.account = "customer", .asked_by = "customer"};
        BOOST_TEST(told(run(manager.acquire_number(offer, purchase, request))) == "number_exists");
    }
}

BOOST_AUTO_TEST_CASE(managed_numbers_are_paid_for_and_come_back_to_whom_they_are_set_aside_for) {
    BOOST_TEST(told(stock(14155550100, "managed", "reseller")) == "done");
    for (int round = 0; round < 2; ++round) {
        BOOST_TEST(finds("customer") == "0100@managed");
        BOOST_TEST(finds("neighbour") == "0100@managed");
        BOOST_TEST(finds("stranger").empty());
        BOOST_TEST(told(buy(14155550100, "stranger")) == "forbidden");
        BOOST_TEST(quote(14155550100, "reseller").value().quote.today.str() == "3.00");
        BOOST_TEST(quote(14155550100, "customer").value().quote.today.str() == "3.00");
        BOOST_TEST(told(buy(14155550100, "customer")) == "done");
        BOOST_TEST(standing(14155550100) == "in_service customer");
        BOOST_TEST(stored(14155550100)->billing_class == "did_us");
        BOOST_TEST(finds("neighbour").empty());
        BOOST_TEST(told(buy(14155550100, "neighbour")) == "forbidden");
        BOOST_TEST(told(give_back(14155550100, "neighbour")) == "forbidden");
        BOOST_TEST(told(give_back(14155550100, "customer")) == "done");
        BOOST_TEST(standing(14155550100) == "available reseller");
        BOOST_TEST(stored(14155550100)->billing_class.empty());
        BOOST_TEST(told(give_back(14155550100, "reseller")) == "invalid_state_transition");
    }
    BOOST_TEST(run(store.quantities("customer")).empty());
    BOOST_TEST(run(store.quantities("reseller")).empty());
}

BOOST_AUTO_TEST_CASE(of_two_customers_one_gets_what_their_reseller_has) {
    BOOST_TEST(told(stock(14155550100, "managed", "reseller")) == "done");
    std::vector<std::string> outcomes;
    for (const std::string_view account : {"customer", "neighbour", "reseller"}) {
        const AcquireRequest request{.account = account, .asked_by = account};
        boost::asio::co_spawn(context, manager.acquire_number(at(14155550100), purchase, request),
                              [&](std::exception_ptr, Result<Receipt> result) { outcomes.push_back(told(result)); });
    }
    environment.advance(std::chrono::seconds(1));
    BOOST_TEST_REQUIRE(outcomes.size() == 3U);
    BOOST_TEST(std::count(outcomes.begin(), outcomes.end(), "done") == 1);
}

BOOST_AUTO_TEST_CASE(what_a_release_leaves_is_the_settings_and_the_carriers_to_say) {
    const struct {
        const char* settings;
        const char* inventory;
        const char* managed;
        const char* inum;
    } rows[]{{"", "available", "available", "released"},
             {R"(, "should_age": true)", "aging", "aging", "released"},
             {R"(, "released_state": "released")", "released", "available", "released"},
             {R"(, "released_state": "released", "should_age": true)", "released", "aging", "released"},
             {R"(, "released_state": "aging")", "aging", "available", "released"},
             {R"(, "released_state": "deleted")", "gone", "available", "released"},
             {R"(, "should_permanently_delete": true)", "gone", "gone", "gone"}};
    for (const auto& [more, inventory, managed, inum] : rows) {
        BOOST_TEST_CONTEXT(more) {
            Stock shop;
            shop.manager = shop.open(settings(more));
            const std::array<std::pair<std::string, std::string>, 7> all{
                {{"inventory", inventory},
                 {"managed", managed},
                 {"inum", inum},
                 {"local", "gone"},
                 {"mdn", "gone"},
                 {"reserved", inventory},  // a foreign record may bear the name
                 {"alpha", "gone"}}};      // Tandem gives it back to its carrier
            std::uint64_t digits = 14155550100;
            for (const auto& [carrier, left] : all) {
                BOOST_TEST_CONTEXT(carrier) {
                    shop.put(++digits, carrier, in_service, "customer");
                    BOOST_TEST(told(shop.give_back(digits, "customer")) == "done");
                    BOOST_TEST(shop.standing(digits) == left);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_release_goes_back_to_whoever_reserved_it_whatever_the_carrier) {
    std::uint64_t digits = 14155550100;
    for (const char* carrier : {"inventory", "local", "managed", "inum", "level3", "alpha"}) {
        BOOST_TEST_CONTEXT(carrier) {
            put(++digits, carrier, in_service, "child", {"child", "customer"});
            BOOST_TEST(told(give_back(digits, "child")) == "done");
            BOOST_TEST(standing(digits) == "reserved customer");
        }
    }
    BOOST_TEST(script.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(released_inum_numbers_are_for_sale_to_nobody) {
    put(883510000000001, "inum", in_service, "customer", {"customer"});
    BOOST_TEST(told(give_back(883510000000001, "customer")) == "done");
    BOOST_TEST(standing(883510000000001) == "released");
    BOOST_TEST(stored(883510000000001)->reserve_history.empty());
    BOOST_TEST(finds("customer", "+883510").empty());
    BOOST_TEST(told(buy(883510000000001, "customer", "system")) == "invalid_state_transition");
    BOOST_TEST(told(give_back(883510000000001, "system")) == "done");
    BOOST_TEST(standing(883510000000001) == "released");
}

BOOST_AUTO_TEST_CASE(local_numbers_are_released_from_any_state_and_others_are_not) {
    std::uint64_t digits = 14155550100;
    for (const State state : {discovery, available, reserved, in_service, port_in, port_out, aging, released}) {
        const bool from_any = state == reserved || state == in_service || state == port_in || state == released;
        for (const char* carrier : {"local", "inventory", "managed", "inum", "mdn"}) {
            BOOST_TEST_CONTEXT(carrier << ", " << name_of(state)) {
                put(++digits, carrier, state, "customer");
                const bool done = from_any || carrier == std::string_view("local");
                BOOST_TEST(told(give_back(digits, "customer")) == (done ? "done" : "invalid_state_transition"));
                BOOST_TEST(standing(digits) != std::string(name_of(state)) + " customer under way");
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(mobile_numbers_are_in_service_or_gone) {
    std::uint64_t digits = 14155550100;
    for (const State state : {discovery, available, reserved, port_in, aging}) {
        BOOST_TEST_CONTEXT(name_of(state)) {
            put(++digits, "mdn", state, state == reserved ? "customer" : "");
            Offer offer;
            offer.number = at(digits);
            offer.carrier = "mdn";
            offer.state = state;
            const AcquireRequest request{.account = "customer", .asked_by = "customer"};
            const auto bought = run(manager.acquire_number(offer, purchase, request));
            BOOST_TEST(told(bought) == "invalid_state_transition");
            BOOST_TEST(bought.error().message == "from " + std::string(name_of(state)) + " to in_service");
        }
    }
    put(14155550199, "mdn", in_service, "customer");
    BOOST_TEST(told(buy(14155550199, "customer")) == "done");  // nothing changes
    BOOST_TEST(told(buy(14155550199, "child")) == "forbidden");
    BOOST_TEST(told(give_back(14155550199, "customer")) == "done");
    BOOST_TEST(standing(14155550199) == "gone");
}

BOOST_AUTO_TEST_CASE(numbers_may_bear_a_label_and_only_people_give_them_back) {
    put(14155550100, "level3");
    BOOST_TEST(told(buy(14155550100, "customer")) == "done");  // it is ours: nobody has to sell it
    BOOST_TEST(stored(14155550100)->carrier == "level3");
    BOOST_TEST(stored(14155550100)->billing_class == "did_us");
    const auto read = run(manager.read_number(at(14155550100), "customer"));
    BOOST_TEST((read && read->carrier == "level3"));
    BOOST_TEST(told(give_back(14155550100, "customer")) == "not_implemented");
    BOOST_TEST(standing(14155550100) == "in_service customer");
    Offer offer;
    offer.number = at(14155550101);
    offer.carrier = "ziron";
    const AcquireRequest request{.account = "customer", .asked_by = "customer"};
    BOOST_TEST(told(run(manager.acquire_number(offer, purchase, request))) == "not_implemented");
    BOOST_TEST(told(run(manager.acquire_number(offer, dry_run, request))) == "not_implemented");
    BOOST_TEST(standing(14155550101) == "gone");
    const SearchResult found = find("customer");
    const auto report = std::find_if(found.reports.begin(), found.reports.end(),
                                     [](const CarrierReport& each) { return each.name == "ziron"; });
    BOOST_TEST_REQUIRE((report != found.reports.end() && report->error.has_value()));
    BOOST_TEST(name_of(report->status) == "skipped");
    BOOST_TEST((report->error->code == errc::not_implemented));
}

BOOST_AUTO_TEST_CASE(what_left_the_stock_since_it_was_found_is_not_sold) {
    for (const char* carrier : {"inventory", "local", "managed"}) {
        BOOST_TEST_CONTEXT(carrier) {
            Stock shop;
            shop.put(14155550100, carrier, available, carrier == std::string_view("managed") ? "customer" : "");
            const SearchResult found = shop.find("customer");
            BOOST_TEST_REQUIRE(found.offers.size() == 1U);
            (void)shop.run(shop.store.remove(at(14155550100), shop.stored(14155550100)->revision));
            const AcquireRequest request{.account = "customer", .asked_by = "customer"};
            const auto bought = shop.run(shop.manager.acquire_number(found.offers[0], purchase, request));
            BOOST_TEST(told(bought) == "number_unavailable");
            BOOST_TEST(shop.standing(14155550100) == "gone");
            BOOST_TEST(shop.run(shop.store.open_operations({}, 10)).empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_release_that_a_crash_interrupted_is_finished) {
    for (const Operation::Phase phase : {Operation::Phase::prepared, Operation::Phase::sending}) {
        BOOST_TEST_CONTEXT(name_of(phase)) {
            Stock shop;
            shop.put(883510000000001, "inum", in_service, "customer");
            Operation operation{.id = OperationId("0123456789abcdef0123456789abcdef"),
                                .kind = Operation::Kind::release,
                                .number = at(883510000000001),
                                .carrier = "inum",
                                .account = "customer"};
            operation.before = operation.after = *shop.stored(883510000000001);
            operation.after.state = available;
            operation.after.assigned_to.clear();
            operation = shop.run(shop.store.claim(operation, {}));
            operation.phase = phase;
            (void)shop.run(shop.store.advance(operation));
            const auto recovered = shop.run(shop.manager.recover());
            BOOST_TEST_REQUIRE((recovered && recovered->size() == 1U));
            const bool called = phase == Operation::Phase::sending;
            BOOST_TEST(name_of(recovered->front().outcome) == (called ? "released" : "refused"));
            BOOST_TEST(shop.standing(883510000000001) == (called ? "released" : "in_service customer"));
        }
    }
}

namespace {

/// A search of `stranger`, whose carriers are all local.
SearchRequest of_stock(std::uint32_t offset = 0, std::string_view query_id = {}) {
    return {.prefix = "+1415",
            .quantity = 10,
            .offset = offset,
            .account = "stranger",
            .asked_by = "stranger",
            .query_id = query_id};
}

std::vector<std::string> numbers_of(const SearchResult& result) {
    std::vector<std::string> all;
    for (const Offer& offer : result.offers) { all.push_back(offer.number.str()); }
    return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_search_of_our_stock_alone_is_kept_nowhere_and_its_pages_neither_skip_nor_repeat) {
    for (std::uint64_t i = 0; i < 25; ++i) {
        put(14155550100 + i, i % 3 == 0 ? "managed" : "local", available, i % 3 == 0 ? "stranger" : "");
    }
    std::vector<std::string> seen;
    for (std::string query_id; const std::uint32_t offset : {0U, 10U, 20U, 30U}) {
        const SearchResult page = run(manager.find_numbers(of_stock(offset, query_id))).value();
        for (const std::string& each : numbers_of(page)) { seen.push_back(each); }
        query_id = page.query_id;
        BOOST_TEST(query_id == "stock");
    }
    BOOST_TEST(seen.size() == 25U);
    BOOST_TEST(std::is_sorted(seen.begin(), seen.end()));
    BOOST_TEST((std::adjacent_find(seen.begin(), seen.end()) == seen.end()));
    BOOST_TEST(!run(store.newest_offer(seen[0], "stranger", environment.time())));
    BOOST_TEST(!run(store.recall("stock", "stranger", 0, 10, environment.time())));
    BOOST_TEST(run(manager.find_numbers(of_stock(~0U, "stock"))).value().offers.empty());
}

BOOST_AUTO_TEST_CASE(offers_of_our_stock_are_found_by_number_whatever_the_page) {
    for (std::uint64_t i = 0; i < 25; ++i) { put(14155550100 + i, "local"); }
    const SearchResult last = run(manager.find_numbers(of_stock(20, "stock"))).value();
    BOOST_REQUIRE(last.offers.size() == 5U);
    const E164 last_number = last.offers.back().number;
    const AcquireRequest request{.account = "stranger", .asked_by = "stranger"};
    const Offer found = run(manager.find_offer(last_number, request)).value();
    BOOST_TEST(found.carrier == "local");
    BOOST_TEST((found.number == last_number));
    BOOST_TEST(told(run(manager.acquire_number(last_number, purchase, request))) == "done");
    BOOST_TEST(run(manager.find_numbers(of_stock(20, "stock"))).value().offers.size() == 4U);
}

BOOST_AUTO_TEST_CASE(an_offer_is_looked_up_for_an_account_by_those_alone_who_may_search_for_it) {
    put(14155550100, "local");
    const auto found = [&](std::string_view asked_by) {
        const AcquireRequest request{.account = "customer", .asked_by = asked_by};
        return told(run(manager.find_offer(at(14155550100), request)));
    };
    for (const std::string_view allowed : {"customer", "reseller", "master"}) { BOOST_TEST(found(allowed) == "done"); }
    for (const std::string_view other : {"", "child", "neighbour", "stranger"}) {
        BOOST_TEST(found(other) == "forbidden");
    }
}

BOOST_AUTO_TEST_CASE(carriers_that_cannot_be_asked_are_no_reason_where_others_answered) {
    BOOST_TEST(told(buy(14155550100, "customer")) == "not_available");
    const AcquireRequest of_a_label{.account = "customer", .asked_by = "customer", .carrier = "level3"};
    BOOST_TEST(told(run(manager.acquire_number(at(14155550100), purchase, of_a_label))) == "not_implemented");
    script.on(Method::get, "alpha.example/search", Response(500));
    BOOST_TEST(told(buy(14155550100, "customer")) == "unspecified_fault");
}

BOOST_AUTO_TEST_CASE(a_search_of_our_stock_that_its_caller_names_is_kept) {
    for (std::uint64_t i = 0; i < 12; ++i) { put(14155550100 + i, "local"); }
    const auto all = run(manager.find_numbers(of_stock(0, "mine"))).value();
    BOOST_TEST(all.query_id == "mine");
    BOOST_TEST(told(buy(14155550100, "stranger")) == "done");
    BOOST_TEST(numbers_of(run(manager.find_numbers(of_stock(10, "mine"))).value()) ==
                   (std::vector<std::string>{"+14155550110", "+14155550111"}),
               boost::test_tools::per_element());
    BOOST_TEST((run(manager.find_numbers(of_stock(10, "another"))).error().code == errc::search_expired));
}

BOOST_AUTO_TEST_CASE(a_search_with_a_remote_carrier_is_kept_and_a_page_of_our_stock_asks_none) {
    put(14155550100, "inventory");
    put(14155550101, "inventory");
    const SearchResult both = find("customer");
    BOOST_TEST(both.query_id != "stock");
    BOOST_TEST(run(store.newest_offer("+14155550100", "customer", environment.time())).has_value());

    SearchRequest request{.prefix = "+1415", .quantity = 1, .account = "customer", .asked_by = "customer"};
    request.carriers.push_back("inventory");
    const SearchResult first = run(manager.find_numbers(request)).value();
    BOOST_TEST(first.query_id == "stock");
    const std::size_t asked = script.calls();
    const SearchRequest next{.prefix = "+1415",
                             .quantity = 1,
                             .offset = 1,
                             .account = "customer",
                             .asked_by = "customer",
                             .query_id = "stock"};
    const SearchResult second = run(manager.find_numbers(next)).value();
    BOOST_REQUIRE(second.offers.size() == 1U);
    BOOST_TEST(second.offers[0].number.str() == "+14155550101");
    BOOST_TEST(script.calls() == asked);
}

BOOST_AUTO_TEST_SUITE_END()
