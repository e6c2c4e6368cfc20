// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

using namespace tandem;
using namespace tandem::manager_tests;

namespace {

/// A carrier that sells groups: a search answers `+1929 7` (prefix and stock), an order `sold` and the number. Prices
/// stand on a list of their own.
struct Wholesaler {
    static constexpr CarrierInfo info{
        .name = "wholesaler", .retry = RetryClass::safe_for_number, .price_source = PriceSource::price_list};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest&) const {
        const Response response = co_await session.send(Request::get("https://wholesaler.example/groups"));
        std::istringstream words(response.body);
        std::string prefix;
        Offer group;
        words >> prefix >> group.stock;
        group.prefix = E164::parse_or_empty(prefix);
        group.id = "group-7";
        SearchPage page;
        page.offers.push_back(group);
        co_return page;
    }
    Task<Offer> quote(auto& session, Offer offer) const {
        const Response response = co_await session.send(Request::get("https://wholesaler.example/prices"));
        if (response.status != 200) { errors::by_carrier("status " + std::to_string(response.status)); }
        offer.setup = Amount::zero();
        offer.monthly = Amount::parse(response.body).value();
        offer.currency = "USD";
        co_return offer;
    }
    Task<Number> acquire_number(auto& session, Number asked) const {
        const Response response = co_await session.send(
            Request::post("https://wholesaler.example/orders").body("text/plain", asked.order->offer));
        if (response.status != 200) { errors::by_carrier("status " + std::to_string(response.status)); }
        asked.number = E164::parse_or_empty(response.body);
        asked.order->status = Order::Status::complete;
        co_return asked;
    }
    Task<bool> owns_number(auto& session, E164 asked) const {
        const Response response =
            co_await session.send(Request::get("https://wholesaler.example/numbers/" + asked.digits()));
        co_return response.status == 200;
    }
    Task<Number> disconnect_number(auto&, Number given) const { co_return given; }
};
static_assert(Carrier<Wholesaler> && Quotes<Wholesaler> && OwnsNumbers<Wholesaler>);

struct Groups {
    using Manager =
        NumberManager<Carriers<Wholesaler>, testing::ScriptedTransport, configs::InCode, stores::Memory,
                      billing::ServicePlans, accounts::Tree, observers::Silent, testing::SimulatedEnvironment>;

    boost::asio::io_context context;
    testing::SimulatedEnvironment environment{context};
    testing::ScriptedTransport script{environment};
    stores::Memory store;
    Manager manager = open();

    Groups() {
        script.on(Method::get, "/groups", Response(200, "+1929 7"));
        script.on(Method::get, "/prices", Response(200, "1.50"));
        script.on(Method::post, "/orders", Response(200, "+19295550100"));
    }
    Manager open() {
        configs::InCode config;
        config.set("number_manager", JsonText(std::string(Fixture::general)));
        return Manager::open(context.get_executor(), script, std::move(config), store, billing::ServicePlans(),
                             accounts::Tree(), observers::Silent(), environment)
            .value();
    }
    template <class T>
    T run(Task<T> task) {
        return environment.run(std::move(task));
    }
    SearchResult search() {
        SearchRequest request;
        request.prefix = "+1929";
        request.account = request.asked_by = "child";
        return run(manager.find_numbers(request)).value();
    }
    static AcquireRequest for_child(std::string_view highest = {}) {
        AcquireRequest request;
        request.account = request.asked_by = "child";
        if (!highest.empty()) { request.max_price = Amount::parse(highest).value(); }
        return request;
    }
    Result<Receipt> buy(std::string_view highest = {}) {
        return run(manager.acquire_number(std::string("group-7"), purchase, for_child(highest)));
    }
    std::size_t asked(std::string_view part) {
        const auto requests = script.requests();
        return static_cast<std::size_t>(std::count_if(requests.begin(), requests.end(), [&](const Request& each) {
            return each.url().find(part) != std::string::npos;
        }));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(manager_groups, Groups)

BOOST_AUTO_TEST_CASE(a_group_is_found_apart_and_its_number_comes_with_the_order) {
    const SearchResult found = search();
    BOOST_TEST(found.offers.empty());
    BOOST_TEST_REQUIRE(found.groups.size() == 1U);
    BOOST_TEST(found.groups.front().id == "group-7");
    BOOST_TEST(found.groups.front().stock == 7U);

    const Receipt receipt = buy().value();
    BOOST_TEST(name_of(receipt.outcome) == "sold");
    BOOST_TEST(receipt.number.number.str() == "+19295550100");
    const auto stored = run(store.get(receipt.number.number));
    BOOST_TEST_REQUIRE(stored.has_value());
    BOOST_TEST(name_of(stored->state) == "in_service");
    BOOST_TEST(stored->assigned_to == "child");
    BOOST_TEST(stored->carrier == "wholesaler");
    BOOST_TEST(stored->billing_class == "did_us");
}

BOOST_AUTO_TEST_CASE(groups_stand_on_the_first_page_alone) {
    SearchRequest next;
    next.prefix = "+1929";
    next.account = next.asked_by = "child";
    next.query_id = search().query_id;
    next.offset = 1;
    const SearchResult page = run(manager.find_numbers(next)).value();
    BOOST_TEST(page.offers.empty());
    BOOST_TEST(page.groups.empty());
}

BOOST_AUTO_TEST_CASE(an_order_that_brings_what_is_no_number_is_not_sold) {
    script.on(Method::post, "/orders", Response(200, "+1"));
    search();
    const Receipt receipt = buy().value();
    BOOST_TEST(name_of(receipt.outcome) == "unknown");
    BOOST_TEST(receipt.error->message == "the carrier answered for another number");
    BOOST_TEST(run(store.scan({.limit = 10})).numbers.empty());
}

BOOST_AUTO_TEST_CASE(a_carrier_whose_code_fails_over_a_price_is_named_and_nothing_escapes) {
    search();
    script.on(Method::get, "/prices", Response(200, "a price that std::optional does not have"));
    const Error error = buy("5.00").error();
    BOOST_TEST(name_of(error.code) == "unspecified_fault");
    BOOST_TEST(error.carrier == "wholesaler");
    BOOST_TEST(error.message == "the carrier's code failed");
    BOOST_TEST(asked("/orders") == 0U);
}

BOOST_AUTO_TEST_CASE(a_group_is_charged_as_its_numbers_will_be) {
    search();
    const auto quoted = run(manager.acquire_number(std::string("group-7"), dry_run, for_child()));
    BOOST_TEST((quoted.value().quote.today == Amount::parse("3.00").value()));
    BOOST_TEST((quoted.value().offer.monthly == Amount::parse("1.50").value()));
    BOOST_TEST(asked("/orders") == 0U);
}

BOOST_AUTO_TEST_CASE(the_price_list_is_asked_where_the_price_matters) {
    search();
    BOOST_TEST(buy("1.49").error().message == "setup and first month cost 1.50 USD, over 1.49");
    BOOST_TEST(asked("/orders") == 0U);
    BOOST_TEST(asked("/prices") == 1U);
    buy("1.50").value();
    BOOST_TEST(asked("/prices") == 2U);
    buy().value();
    BOOST_TEST(asked("/prices") == 2U);
}

BOOST_AUTO_TEST_CASE(a_price_list_that_cannot_be_read_is_told_and_nothing_is_bought) {
    script.on(Method::get, "/prices", Response(500, "oops"));
    search();
    const Error refused = buy("9.00").error();
    BOOST_TEST(name_of(refused.code) == name_of(errc::by_carrier));
    BOOST_TEST(refused.carrier == "wholesaler");
    BOOST_TEST(refused.cause == "status 500");
    BOOST_TEST(asked("/orders") == 0U);
}

BOOST_AUTO_TEST_CASE(an_order_of_a_group_whose_answer_got_lost_is_neither_repeated_nor_taken_for_absent) {
    search();
    script.on(Method::post, "/orders", Response(500, "oops"));
    BOOST_TEST(name_of(buy().value().outcome) == "unknown");
    const auto report = run(manager.recover()).value();
    BOOST_TEST_REQUIRE(report.size() == 1U);
    BOOST_TEST(name_of(report.front().outcome) == "unknown");
    BOOST_TEST(asked("/orders") == 1U);
    BOOST_TEST(asked("/numbers/") == 0U);
    BOOST_TEST(run(store.open_operations({}, 10)).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
