// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

using namespace tandem;
using namespace tandem::manager_tests;
using namespace std::chrono_literals;

namespace {

/// Has a second page, which may never come.
struct Pager : Shop<"pager"> {
    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        SearchPage page = co_await Shop::find_numbers(session, request);
        try {
            const Response more = co_await session.send(Request::get(url("/more")));
        } catch (const Exception& failure) { page.failure = failure.error(); }
        co_return page;
    }
};

struct Paging : Fixture {
    using Pages =
        NumberManager<Carriers<Pager>, testing::ScriptedTransport, configs::InCode, stores::Memory,
                      billing::ServicePlans, accounts::Tree, observers::Silent, testing::SimulatedEnvironment>;

    Pages pages = open_pages();

    Pages open_pages() {
        configs::InCode config;
        config.set("number_manager", JsonText(R"({"carrier_modules": ["pager"]})"));
        return Pages::open(context.get_executor(), script, std::move(config), store, billing::ServicePlans(),
                           accounts::Tree(), observers::Silent(), environment)
            .value();
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(manager_search, Fixture)

BOOST_AUTO_TEST_CASE(offers_of_all_carriers_come_sorted_with_a_report_for_each) {
    offers("alpha", "+14155550103 1.00 2.00 sms\n+14155550101 1.00 2.00 -\n");
    offers("beta", "+14155550102 0.00 1.50 sms\n");
    nothing_at("gamma");
    const SearchResult result = search({}).value();
    BOOST_REQUIRE_EQUAL(result.offers.size(), 3U);
    BOOST_TEST(result.offers[0].number.str() == "+14155550101");
    BOOST_TEST(result.offers[1].carrier == "beta");
    BOOST_TEST(result.offers[1].monthly.str() == "1.50");
    BOOST_REQUIRE_EQUAL(result.reports.size(), 3U);
    BOOST_TEST(name_of(result.reports[0].status) == "ok");
    BOOST_TEST(result.reports[0].found == 2U);
    BOOST_TEST(name_of(result.reports[2].status) == "empty");
    BOOST_TEST(script.changing_requests().empty());
}

BOOST_AUTO_TEST_CASE(of_one_number_the_first_carrier_wins_and_names_the_others) {
    nothing_at("alpha");
    offers("beta", "+14155550101 9.00 9.00 -\n+14155550102 1.00 1.00 -\n");
    offers("gamma", "+14155550101 1.00 1.00 -\n");
    const SearchResult result = search({}).value();
    BOOST_REQUIRE_EQUAL(result.offers.size(), 2U);
    BOOST_TEST(result.offers[0].carrier == "beta");
    BOOST_REQUIRE_EQUAL(result.offers[0].also.size(), 1U);
    BOOST_TEST(result.offers[0].also[0] == "gamma");
    BOOST_TEST(result.offers[1].also.empty());
}

BOOST_AUTO_TEST_CASE(silent_carriers_cost_the_deadline_once) {
    offers("alpha", "+14155550101 1.00 2.00 -\n");
    script.on(Method::get, "beta.example", testing::silence);
    script.on(Method::get, "gamma.example", testing::silence);
    const Moment start = environment.now();
    const SearchResult result = search({.deadline = 700ms}).value();
    BOOST_TEST((environment.now() - start == 700ms));
    BOOST_TEST(result.offers.size() == 1U);
    BOOST_TEST(name_of(result.reports[0].status) == "ok");
    BOOST_TEST(name_of(result.reports[1].status) == "timeout");
    BOOST_TEST(name_of(result.reports[2].status) == "timeout");
    BOOST_REQUIRE(result.reports[1].error);
    BOOST_TEST(result.reports[1].error->carrier == "beta");
}

BOOST_FIXTURE_TEST_CASE(what_came_before_a_page_that_never_comes_is_there_at_the_deadline, Paging) {
    offers("pager", "+14155550101 1.00 2.00 -\n");
    script.on(Method::get, "pager.example/more", testing::silence);
    const Moment start = environment.now();
    const SearchRequest request{.prefix = "415", .asked_by = "system", .deadline = 700ms};
    const SearchResult result = environment.run(pages.find_numbers(request)).value();
    BOOST_TEST((environment.now() - start == 700ms));
    BOOST_TEST_REQUIRE(result.offers.size() == 1U);
    BOOST_TEST(name_of(result.reports.at(0).status) == "ok");
    BOOST_TEST_REQUIRE(result.reports[0].error.has_value());
    BOOST_TEST((result.reports[0].error->code == errc::timeout));
}

BOOST_AUTO_TEST_CASE(the_settings_deadline_holds_where_the_request_has_none) {
    nothing_at("alpha");
    nothing_at("beta");
    script.on(Method::get, "gamma.example", testing::silence);
    const Moment start = environment.now();
    BOOST_TEST(search({}).has_value());
    BOOST_TEST((environment.now() - start == 5s));
}

BOOST_AUTO_TEST_CASE(enough_answers_at_once) {
    offers("alpha", "+14155550101 1.00 2.00 -\n");
    script.on(Method::get, "beta.example", testing::silence);
    nothing_at("gamma");
    const Moment start = environment.now();
    const SearchResult result = search({.quantity = 1, .enough = true}).value();
    BOOST_TEST((environment.now() == start));
    BOOST_TEST(result.offers.size() == 1U);
    BOOST_TEST(name_of(result.reports[1].status) == "skipped");
}

BOOST_AUTO_TEST_CASE(a_failing_carrier_is_reported_and_stops_nobody) {
    script.on(Method::get, "alpha.example", text(500, "oops"));
    script.on(Method::get, "beta.example",
              Error{.code = errc::unreachable, .message = "no connection", .cause = "refused"});
    offers("gamma", "+14155550101 1.00 2.00 -\n");
    const SearchResult result = search({}).value();
    BOOST_TEST(result.offers.size() == 1U);
    BOOST_TEST(name_of(result.reports[0].status) == "error");
    BOOST_TEST(result.reports[0].error->cause == "status 500");
    BOOST_TEST(result.reports[1].error->cause == "refused");
}

BOOST_AUTO_TEST_CASE(what_the_carrier_does_not_filter_the_manager_does) {
    offers("alpha",
           "+14155550101 1.00 2.00 sms\n+14155550102 1.00 2.00 -\n+14165550103 1.00 2.00 sms\nnonsense 1 1 sms\n");
    nothing_at("beta");
    nothing_at("gamma");
    const SearchResult result = search({.features = {Feature::sms}}).value();
    BOOST_REQUIRE_EQUAL(result.offers.size(), 1U);
    BOOST_TEST(result.offers[0].number.str() == "+14155550101");
}

BOOST_AUTO_TEST_CASE(a_wildcard_means_toll_free_codes_alone) {
    offers("alpha", "+18005550101 1 1 sms\n+18085550102 1 1 sms\n+18445550103 1 1 sms\n");  // 808 is Hawaii
    nothing_at("beta");
    nothing_at("gamma");
    SearchRequest request;
    request.prefix = "80*";
    const SearchResult result = search(request).value();
    BOOST_REQUIRE_EQUAL(result.offers.size(), 1U);
    BOOST_TEST(result.offers[0].number.str() == "+18005550101");
}

BOOST_AUTO_TEST_CASE(a_search_for_blocks_asks_only_those_who_sell_them) {
    const SearchResult result = search({.quantity = 10, .blocks = 2}).value();
    BOOST_TEST(script.calls() == 0U);
    for (const CarrierReport& report : result.reports) {
        BOOST_TEST_CONTEXT(report.name) {
            BOOST_TEST(name_of(report.status) == "skipped");
            BOOST_REQUIRE(report.error);
            BOOST_TEST((report.error->code == errc::not_implemented));
        }
    }
}

BOOST_AUTO_TEST_CASE(further_pages_come_from_the_cache_and_neither_skip_nor_repeat) {
    std::string lines;
    for (int i = 100; i < 125; ++i) { lines += "+1415555" + std::to_string(1000 + i) + " 1.00 2.00 sms\n"; }
    offers("alpha", lines);
    offers("beta", "+14155550001 3.00 4.00 -\n");
    nothing_at("gamma");
    std::vector<std::string> seen;
    SearchResult page = search({.quantity = 10, .account = "child", .asked_by = "child"}).value();
    const std::size_t asked = script.calls();
    const std::string query_id = page.query_id;
    for (std::uint32_t offset = 0; !page.offers.empty();) {
        for (const Offer& offer : page.offers) { seen.push_back(offer.number.str()); }
        offset += 10;
        page = search({.quantity = 10, .offset = offset, .account = "child", .asked_by = "child", .query_id = query_id})
                   .value();
    }
    BOOST_TEST(seen.size() == 26U);
    BOOST_TEST(std::is_sorted(seen.begin(), seen.end()));
    BOOST_TEST((std::adjacent_find(seen.begin(), seen.end()) == seen.end()));
    BOOST_TEST(script.calls() == asked);
    const SearchResult second =
        search({.quantity = 10, .offset = 10, .account = "child", .asked_by = "child", .query_id = query_id}).value();
    BOOST_TEST(second.offers[0].carrier == "alpha");
    BOOST_TEST(second.offers[0].setup.str() == "1.00");
    BOOST_TEST(second.offers[0].features.has(Feature::sms));
}

BOOST_AUTO_TEST_CASE(a_search_expires_and_belongs_to_its_account) {
    offers("alpha", "+14155550101 1.00 2.00 -\n+14155550102 1.00 2.00 -\n");
    nothing_at("beta");
    nothing_at("gamma");
    const SearchResult first = search({.quantity = 1, .account = "child", .asked_by = "child"}).value();
    SearchRequest next{.quantity = 1, .offset = 1, .account = "child", .asked_by = "child", .query_id = first.query_id};
    BOOST_TEST(search(next).has_value());
    SearchRequest foreign = next;
    foreign.account = foreign.asked_by = "stranger";
    BOOST_TEST((search(foreign).error().code == errc::search_expired));
    environment.advance(16min);
    BOOST_TEST((search(next).error().code == errc::search_expired));
}

BOOST_AUTO_TEST_CASE(two_accounts_may_give_their_searches_one_name) {
    offers("alpha", "+14155550101 1.00 2.00 -\n+14155550102 1.00 2.00 -\n");
    nothing_at("beta");
    nothing_at("gamma");
    for (const std::uint32_t offset : {0U, 1U}) {
        for (const std::string_view account : {"child", "stranger", "parent"}) {
            const SearchRequest request{
                .quantity = 1, .offset = offset, .account = account, .asked_by = account, .query_id = "mine"};
            BOOST_TEST_CONTEXT(account << " from " << offset) {
                const auto found = search(request);
                BOOST_TEST_REQUIRE(told(found) == "done");
                BOOST_TEST(found->query_id == "mine");
                BOOST_TEST(found->offers.size() == 1U);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_deadline_beyond_all_clocks_is_a_day) {
    offers("alpha", "+14155550101 1.00 2.00 -\n");
    nothing_at("beta");
    script.on(Method::get, "gamma.example/search", testing::silence);
    const Moment start = environment.now();
    const SearchResult result = search({.deadline = std::chrono::milliseconds::max()}).value();
    BOOST_TEST(result.offers.size() == 1U);
    BOOST_TEST((environment.now() - start <= 24h));
}

BOOST_AUTO_TEST_CASE(a_resellers_customers_name_no_carrier_beyond_its_list) {
    std::string settings(general);
    settings.replace(settings.find(R"("parent": {)"), 11, R"("parent": {"carrier_modules": ["alpha"], )");
    manager = open(settings);
    for (const std::string_view carrier : {"alpha", "beta", "gamma"}) { offers(carrier, "+14155550101 1.00 2.00 -\n"); }
    const auto names = [&](std::string_view carrier, std::string_view account, std::string_view asked_by) {
        SearchRequest request{.account = account, .asked_by = asked_by};
        request.carriers.push_back(carrier);
        return told(search(request));
    };
    BOOST_TEST(names("alpha", "child", "child") == "done");
    BOOST_TEST(names("beta", "child", "child") == "forbidden");
    BOOST_TEST(names("beta", "child", "parent") == "forbidden");
    BOOST_TEST(names("beta", "child", "master") == "done");
    BOOST_TEST(names("beta", "stranger", "stranger") == "done");
    BOOST_TEST(told(buy({.account = "child", .asked_by = "child", .carrier = "gamma"})) == "forbidden");
    BOOST_TEST(orders() == 0U);
}

BOOST_AUTO_TEST_CASE(bad_input_is_refused_before_any_carrier_is_asked) {
    const SearchRequest requests[]{
        {.prefix = "41&limit=9"},
        {.prefix = "41#"},
        {.prefix = "41/../"},
        {.prefix = "４１５"},
        {.prefix = "415\r\nX:1"},
        {.prefix = "+"},
        {.prefix = "99*"},
        {.prefix = "+1415", .quantity = 0},
        {.prefix = "+1415", .country = "GB"},
        {.prefix = "+1415", .country = "us"},
        {.prefix = std::string_view("415\0", 4)},
    };
    for (const SearchRequest& request : requests) {
        BOOST_TEST_CONTEXT(request.prefix.view()) { BOOST_TEST((search(request).error().code == errc::invalid)); }
    }
    BOOST_TEST(script.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(carriers_are_chosen_by_name_and_a_wrong_name_is_an_error) {
    offers("beta", "+14155550101 1.00 2.00 -\n");
    SearchRequest request;
    request.carriers.push_back("knm_beta");
    const SearchResult result = search(request).value();
    BOOST_TEST(result.reports.size() == 1U);
    BOOST_TEST(script.calls() == 1U);
    request.carriers.push_back("delta");
    const Error error = search(request).error();
    BOOST_TEST((error.code == errc::unknown_carrier));
    BOOST_TEST(error.message.find("gamma") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(carrier_modules_give_the_order_and_an_absent_one_is_reported) {
    manager = open(R"({"carrier_modules": ["knm_gamma", "knm_level3", "alpha"]})");
    offers("alpha", "+14155550101 1.00 2.00 -\n");
    offers("gamma", "+14155550101 5.00 6.00 -\n");
    const SearchResult result = search({}).value();
    BOOST_REQUIRE_EQUAL(result.offers.size(), 1U);
    BOOST_TEST(result.offers[0].carrier == "gamma");
    BOOST_REQUIRE_EQUAL(result.reports.size(), 3U);
    const auto absent = std::find_if(result.reports.begin(), result.reports.end(),
                                     [](const CarrierReport& report) { return report.name == "knm_level3"; });
    BOOST_REQUIRE(absent != result.reports.end());
    BOOST_TEST(name_of(absent->status) == "skipped");
}

BOOST_AUTO_TEST_CASE(only_the_account_and_those_above_it_search_for_it) {
    nothing_at("alpha");
    nothing_at("beta");
    nothing_at("gamma");
    for (const std::string_view allowed : {"child", "parent", "master", "system"}) {
        BOOST_TEST_CONTEXT(allowed) { BOOST_TEST(search({.account = "child", .asked_by = allowed}).has_value()); }
    }
    BOOST_TEST((search({.account = "child", .asked_by = "stranger"}).error().code == errc::unauthorized));
    BOOST_TEST((search({.account = "parent", .asked_by = "child"}).error().code == errc::unauthorized));
    BOOST_TEST((search({.account = "nobody", .asked_by = "system"}).error().code == errc::invalid));
}

BOOST_AUTO_TEST_SUITE_END()
