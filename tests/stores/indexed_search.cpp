// SPDX-License-Identifier: BSL-1.0
#include <tandem/carriers/inventory.hpp>
#include <tandem/carriers/local.hpp>
#include <tandem/carriers/managed.hpp>
#include <tandem/configs/in_code.hpp>
#include <tandem/number_manager.hpp>
#include <tandem/run.hpp>
#include <tandem/stores/indexed.hpp>
#include <tandem/stores/memory.hpp>
#include <tandem/testing/hooked_store.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <string>

using namespace tandem;

namespace {

struct NoTransport {
    Task<Response> send(Request, Deadline) { errors::raise(errc::unreachable, "there is no network"); }
};

/// How often each operation of the inner store was called. Copies share it.
struct Counting {
    void before(std::string_view operation) { ++(*calls)[std::string(operation)]; }
    void after(std::string_view) {}

    std::shared_ptr<std::map<std::string, int>> calls = std::make_shared<std::map<std::string, int>>();
};

using Counted = testing::HookedStore<stores::Memory, Counting>;
using OwnCarriers = Carriers<carriers::Inventory, carriers::Local, carriers::Managed>;
template <class S>
using ManagerOver = NumberManager<OwnCarriers, NoTransport, configs::InCode, S>;

template <class S>
auto manager_over(boost::asio::io_context& context, S store) {
    return ManagerOver<S>::open(context.get_executor(), NoTransport(), configs::InCode({}), std::move(store)).value();
}

void fill(stores::Memory store) {
    for (int i = 0; i < 3'000; ++i) {
        Number record;
        const bool toll_free = i % 10 == 9;
        record.number = E164::parse_or_empty((toll_free    ? "+1800"
                                              : i % 2 == 0 ? "+1808"
                                                           : "+1415") +
                                             std::to_string(2'000'000 + i * 977));
        record.state = i % 7 == 6 ? State::in_service : State::available;
        record.carrier = i % 3 == 0 ? "local" : i % 3 == 1 ? "inventory" : "managed";
        if (i % 3 == 2) { record.assigned_to = "alice"; }
        if (i % 50 == 1) { record.carrier_data = JsonText(R"({"rate_center": "HONOLULU"})"); }
        if (i % 60 == 3) { record.assigned_to = i % 120 == 3 ? "alice" : "bob"; }
        run(store.put(record));
    }
}

std::string text_of(const SearchResult& result) {
    std::string text;
    for (const FoundOffer& offer : result.offers) {
        text += offer.number.str() + " " + std::string(offer.carrier) + " " + std::string(name_of(offer.state)) + " " +
                offer.setup.str() + " " + offer.monthly.str() + " " + std::string(offer.details()) + "\n";
    }
    for (const CarrierReport& report : result.reports) {
        text += report.name + " " + std::string(name_of(report.status)) + " " + std::to_string(report.found) + "\n";
    }
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stores_indexed_search)

BOOST_AUTO_TEST_CASE(a_search_finds_the_same_with_an_index_and_without) {
    boost::asio::io_context context(1);
    const stores::Memory inner;
    fill(inner);
    // [index]
    stores::Indexed indexed(inner);
    run(indexed.refresh());  // reads all that is available, once
    auto quick = manager_over(context, indexed);
    // [/index]
    auto plain = manager_over(context, inner);
    int offers = 0;
    for (const char* prefix : {"+1", "+1415", "+1808", "+1800", "+18002", "+1415200", "80*", "88*", "+1916"}) {
        for (const char* account : {"", "alice"}) {
            for (const std::uint32_t quantity : {1U, 3U, 40U, 500U}) {
                for (const bool enough : {true, false}) {
                    BOOST_TEST_CONTEXT(quantity << " under " << prefix << " for '" << account << "'") {
                        SearchRequest request;
                        request.prefix = prefix;
                        request.account = account;
                        request.quantity = quantity;
                        request.enough = enough;
                        const auto expected = run(context, plain.find_numbers(request)).value();
                        const auto found = run(context, quick.find_numbers(request)).value();
                        BOOST_TEST(text_of(found) == text_of(expected));
                        offers += static_cast<int>(found.offers.size());
                    }
                }
            }
        }
    }
    BOOST_TEST(offers > 1'000);
}

BOOST_AUTO_TEST_CASE(a_search_of_plain_stock_does_not_ask_the_store) {
    boost::asio::io_context context(1);
    stores::Memory inner;
    for (int i = 0; i < 100; ++i) {
        Number record;
        record.number = E164::parse_or_empty("+1415555" + std::to_string(1'000 + i));
        record.state = State::available;
        record.carrier = "inventory";
        run(inner.put(record));
    }
    const Counting counting;
    stores::Indexed indexed(Counted(inner, counting), {.fresh_for = std::chrono::hours(1)});
    run(indexed.refresh());
    auto manager = manager_over(context, indexed);
    const int before = (*counting.calls)["scan"];
    SearchRequest request;
    request.prefix = "+1415555";
    request.quantity = 10;
    request.carriers = {"inventory"};
    const auto found = run(context, manager.find_numbers(request)).value();
    BOOST_TEST(found.offers.size() == 10U);
    BOOST_TEST((*counting.calls)["scan"] == before);
}

BOOST_AUTO_TEST_SUITE_END()
