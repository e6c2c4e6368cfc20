// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/inventory.hpp>

using namespace tandem;
using namespace tandem::manager_tests;

/// Comparing a carrier's list of our numbers with the store.
namespace {

/// Lists our numbers, a page of words at a time; the last word of a page that has a further one is `next:NAME`.
struct Warehouse : Shop<"warehouse"> {
    static constexpr CarrierInfo info{.name = "warehouse", .aliases = {"warehouse2"}};

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        const Response response = co_await session.send(Request::get(url("/numbers?page=" + page)));
        if (response.status != 200) { errors::by_carrier("status " + std::to_string(response.status)); }
        OwnedNumbers owned;
        std::istringstream words(response.body);
        for (std::string word; words >> word;) {
            if (word.starts_with("next:")) {
                owned.next = word.substr(5);
            } else {
                owned.numbers.push_back(E164::parse_or_empty(word));
            }
        }
        co_return owned;
    }
    Task<bool> owns_number(auto& session, E164 number) const {
        const Response response = co_await session.send(Request::get(url("/owned/" + number.digits())));
        if (response.status == 503) { errors::by_carrier("closed"); }
        co_return response.status == 200;
    }
};
static_assert(ListsNumbers<Warehouse> && OwnsNumbers<Warehouse>);

/// Tells of one number whether it is ours, and lists none.
struct Counter : Shop<"counter"> {
    Task<bool> owns_number(auto& session, E164 number) const {
        const Response response = co_await session.send(Request::get(url("/owned/" + number.digits())));
        co_return response.status == 200;
    }
};
static_assert(OwnsNumbers<Counter> && !ListsNumbers<Counter>);

struct Comparing {
    using Manager = NumberManager<Carriers<Warehouse, Counter, Alpha, carriers::Inventory>, testing::ScriptedTransport,
                                  configs::InCode, stores::Memory, billing::ServicePlans, accounts::Tree,
                                  observers::Silent, testing::SimulatedEnvironment>;

    boost::asio::io_context context;
    testing::SimulatedEnvironment environment{context};
    testing::ScriptedTransport script{environment};
    stores::Memory store;
    Manager manager = open();

    Manager open() {
        configs::InCode config;
        config.set("number_manager", JsonText(std::string(Fixture::general)));
        return Manager::open(context.get_executor(), script, std::move(config), store, {}, {}, {}, environment).value();
    }
    template <class T>
    T run(Task<T> task) {
        return environment.run(std::move(task));
    }
    static E164 nth(int i) { return E164::parse_or_empty("+1415555010" + std::to_string(i)); }
    void has(int i, State state = State::in_service, std::string carrier = "warehouse") {
        Number record;
        record.number = nth(i);
        record.state = state;
        record.carrier = std::move(carrier);
        record.assigned_to = "child";
        run(store.put(std::move(record)));
    }
    void lists(std::string_view page, std::string words) {
        script.on(Method::get, "/numbers?page=" + std::string(page), Fixture::text(200, std::move(words)));
    }
    void owned(int i, int status) { script.on(Method::get, "/owned/" + nth(i).digits(), Fixture::text(status, "")); }
    Result<Reconciliation> reconcile(std::string_view carrier = "warehouse", std::string_view asked_by = "system") {
        return run(manager.reconcile(InlineText<31>(carrier), AccountId(asked_by)));
    }
};

std::string words(const std::vector<E164>& numbers) {
    std::string text;
    for (const E164 number : numbers) { text += (text.empty() ? "" : " ") + number.str().substr(10); }
    return text;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(manager_reconcile, Comparing)

BOOST_AUTO_TEST_CASE(both_sides_are_compared_over_all_pages) {
    has(0);
    has(1, State::reserved);
    has(2, State::available);
    has(3);
    has(4, State::in_service, "alpha");  // another carrier's
    lists("", nth(0).str() + " " + nth(1).str() + " next:two");
    lists("two", nth(2).str() + " " + nth(7).str() + " next:three");
    lists("three", nth(8).str());
    owned(3, 404);
    const Reconciliation found = reconcile().value();
    BOOST_TEST(found.carrier == "warehouse");
    BOOST_TEST(found.finds_orphans);
    BOOST_TEST(found.matching == 3U);
    BOOST_TEST(words(found.orphans) == "07 08");
    BOOST_TEST(words(found.missing) == "03");
    BOOST_TEST(words(found.undecided).empty());
    BOOST_TEST(script.changing_requests().empty());
}

BOOST_AUTO_TEST_CASE(a_number_bought_behind_the_list_is_not_missing) {
    has(0);
    lists("", "");
    owned(0, 200);
    const Reconciliation found = reconcile().value();
    BOOST_TEST(found.matching == 1U);
    BOOST_TEST(found.missing.empty());
}

BOOST_AUTO_TEST_CASE(what_the_carrier_cannot_tell_is_undecided) {
    has(0);
    lists("", "");
    owned(0, 503);
    BOOST_TEST(words(reconcile().value().undecided) == "00");
}

BOOST_AUTO_TEST_CASE(a_number_with_an_open_operation_is_undecided_on_either_side) {
    script.on(Method::get, "warehouse.example/search", Fixture::text(200, nth(0).str() + " 1.00 2.00 sms\n"));
    script.on(Method::post, "warehouse.example/orders", Fixture::text(500, "oops"));
    AcquireRequest request{.account = "child", .asked_by = "child", .carrier = "warehouse"};
    BOOST_TEST(name_of(run(manager.acquire_number(nth(0), purchase, request)).value().outcome) == "unknown");
    for (const char* list : {"", "+14155550100"}) {
        lists("", list);
        const Reconciliation found = reconcile().value();
        BOOST_TEST(words(found.undecided) == "00");
        BOOST_TEST(found.orphans.empty());
        BOOST_TEST(found.missing.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_number_that_an_unnamed_order_may_have_brought_is_no_orphan) {
    Operation order;
    order.id = environment.id();
    order.offer = "group-1";
    order.carrier = "warehouse";
    order.account = "child";
    order.after.state = State::in_service;
    run(store.claim(order, {}));
    lists("", nth(5).str());
    BOOST_TEST(words(reconcile().value().undecided) == "05");
}

BOOST_AUTO_TEST_CASE(a_number_recorded_with_another_carrier_is_an_orphan_here) {
    has(6, State::in_service, "alpha");
    lists("", nth(6).str());
    BOOST_TEST(words(reconcile().value().orphans) == "06");
}

BOOST_AUTO_TEST_CASE(records_by_another_name_of_the_carrier_are_its_own) {
    has(0);
    has(1, State::in_service, "warehouse2");
    has(2, State::in_service, "warehouse2");
    lists("", nth(0).str() + " " + nth(1).str());
    owned(2, 404);
    const Reconciliation found = reconcile().value();
    BOOST_TEST(found.matching == 2U);
    BOOST_TEST(found.orphans.empty());
    BOOST_TEST(words(found.missing) == "02");
}

BOOST_AUTO_TEST_CASE(a_carrier_that_lists_nothing_is_asked_for_each_of_ours) {
    has(0, State::in_service, "counter");
    has(1, State::in_service, "counter");
    owned(0, 200);
    owned(1, 404);
    const Reconciliation found = reconcile("counter").value();
    BOOST_TEST(!found.finds_orphans);
    BOOST_TEST(found.matching == 1U);
    BOOST_TEST(words(found.missing) == "01");
}

BOOST_AUTO_TEST_CASE(a_list_that_fails_or_turns_in_a_circle_compares_nothing) {
    has(0);
    lists("", "next:two");
    lists("two", "next:two");
    BOOST_TEST(name_of(reconcile().error().code) == "malformed_reply");
    lists("", "+14155550100 +14155550101 next:again");
    lists("again", "+14155550101 +14155550100");  // what the second page has in truth, nobody said
    BOOST_TEST(name_of(reconcile().error().code) == "malformed_reply");
    lists("again", "+14155550101 +14155550102");  // one that slipped from page to page meanwhile
    BOOST_TEST(words(reconcile().value().orphans) == "01 02");
    lists("", "next:two");
    script.on(Method::get, "/numbers?page=two", Fixture::text(500, ""));
    const Error failed = reconcile().error();
    BOOST_TEST((failed.code == errc::by_carrier));
    BOOST_TEST(failed.carrier == "warehouse");
}

BOOST_AUTO_TEST_CASE(a_list_whose_pages_repeat_under_ever_new_names_ends) {
    int pages = 0;
    script.on(Method::get, "/numbers?page=", [&](const Request&) {
        BOOST_TEST_REQUIRE(++pages < 10);
        return Fixture::text(200, nth(1).str() + " next:" + std::to_string(pages));
    });
    BOOST_TEST(name_of(reconcile().error().code) == "malformed_reply");
    BOOST_TEST(pages == 2);
}

BOOST_AUTO_TEST_CASE(only_what_can_be_compared_is_and_only_for_admins) {
    BOOST_TEST((reconcile("warehouse", "child").error().code == errc::unauthorized));
    BOOST_TEST((reconcile("nobody").error().code == errc::unknown_carrier));
    BOOST_TEST((reconcile("inventory").error().code == errc::invalid));
    BOOST_TEST((reconcile("alpha").error().code == errc::not_implemented));
    BOOST_TEST(script.requests().empty());
}

BOOST_AUTO_TEST_SUITE_END()
