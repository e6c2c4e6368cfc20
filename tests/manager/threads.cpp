// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/inventory.hpp>

#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <future>
#include <map>
#include <mutex>
#include <vector>

using namespace tandem;
using namespace tandem::manager_tests;

namespace {

/// Alpha as a server would be: each number is sold once, and given back by whoever releases it.
class Shelf {
public:
    Response sell(const Request& request) {
        const std::scoped_lock lock(mutex_);
        const std::string number = request.body().substr(0, request.body().find(' '));
        return sold_[number]++ == 0 ? Fixture::text(200, "sold " + number) : Fixture::text(409, "gone");
    }
    int sold(const std::string& number) {
        const std::scoped_lock lock(mutex_);
        return sold_[number];
    }

private:
    std::mutex mutex_;
    std::map<std::string, int> sold_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(manager_threads)

BOOST_AUTO_TEST_CASE(many_callers_on_many_threads_buy_each_number_once) {
    using Manager = NumberManager<Carriers<Alpha, Beta>, testing::ScriptedTransport, configs::InCode, stores::Memory>;
    constexpr int numbers = 12, callers = 4;
    const auto nth = [](int i) { return E164::parse_or_empty("+141555501" + std::to_string(10 + i)); };

    const auto shelf = std::make_shared<Shelf>();
    testing::ScriptedTransport script;
    std::string stock;
    for (int i = 0; i < numbers; ++i) { stock += nth(i).str() + " 1.00 2.00 sms\n"; }
    script.on(Method::get, "alpha.example/search", Fixture::text(200, stock));
    script.on(Method::get, "beta.example/search",
              testing::delayed(std::chrono::milliseconds(2), Fixture::text(200, stock)));
    script.on(Method::post, "alpha.example/orders", [shelf](const Request& request) { return shelf->sell(request); });
    stores::Memory store;

    boost::asio::thread_pool pool(4);
    auto manager = Manager::open(pool.get_executor(), script, configs::InCode(), store).value();
    std::vector<std::future<Result<Receipt>>> purchases;
    std::vector<std::future<Result<SearchResult>>> searches;
    for (int caller = 0; caller < callers; ++caller) {
        for (int i = 0; i < numbers; ++i) {
            const std::string account = "account-" + std::to_string(caller);
            const AcquireRequest request{.account = account, .asked_by = account, .carrier = "alpha"};
            purchases.push_back(boost::asio::co_spawn(pool, manager.acquire_number(nth(i), purchase, request),
                                                      boost::asio::use_future));
            const SearchRequest search{.prefix = "+1415", .account = account, .asked_by = account};
            searches.push_back(boost::asio::co_spawn(pool, manager.find_numbers(search), boost::asio::use_future));
        }
    }
    for (auto& search : searches) { BOOST_TEST(search.get().value().offers.size() == 10U); }
    int bought = 0;
    for (auto& purchase : purchases) {
        const auto result = purchase.get();
        bought += result.has_value() ? 1 : 0;
    }
    BOOST_TEST(bought == numbers);
    for (int i = 0; i < numbers; ++i) { BOOST_TEST(shelf->sold(nth(i).str()) == 1); }
    pool.join();
}

BOOST_AUTO_TEST_CASE(our_stock_is_searched_on_any_thread_while_it_is_sold) {
    using Manager =
        NumberManager<Carriers<carriers::Inventory>, testing::ScriptedTransport, configs::InCode, stores::Memory>;
    constexpr int numbers = 40, sold = 20;
    const auto nth = [](int i) { return E164::parse_or_empty("+141555501" + std::to_string(10 + i)); };

    boost::asio::thread_pool pool(4);
    auto manager =
        Manager::open(pool.get_executor(), testing::ScriptedTransport(), configs::InCode(), stores::Memory()).value();
    const auto start = [&](auto task) { return boost::asio::co_spawn(pool, std::move(task), boost::asio::use_future); };
    for (int i = 0; i < numbers; ++i) { BOOST_TEST(start(manager.stock_number(nth(i))).get().has_value()); }
    const SearchRequest search{.prefix = "+1415"};
    std::vector<std::future<Result<SearchResult>>> searches;
    std::vector<std::future<Result<Receipt>>> purchases;
    for (int i = 0; i < sold; ++i) {
        purchases.push_back(start(manager.acquire_number(nth(i), purchase)));
        for (int n = 0; n < 5; ++n) { searches.push_back(start(manager.find_numbers(search))); }
    }
    for (auto& each : purchases) { BOOST_TEST(told(each.get()) == "done"); }
    for (auto& each : searches) { BOOST_TEST(each.get().value().offers.size() == 10U); }
    BOOST_TEST((start(manager.find_numbers(search)).get().value().offers[0].number == nth(sold)));
    pool.join();
}

BOOST_AUTO_TEST_SUITE_END()
