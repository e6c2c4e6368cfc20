// SPDX-License-Identifier: BSL-1.0
#include "prober.hpp"

#include <tandem/core/number_json.hpp>
#include <tandem/core/operation_json.hpp>
#include <tandem/run.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace tandem;

namespace {

/// Its purchase and release cannot be compiled for any session.
struct Unbuyable : prober::Prober {
    static constexpr CarrierInfo info{.name = "unbuyable"};

    Task<Number> acquire_number(auto& session, Number number) const {
        session.there_is_no_such_thing();
        co_return number;
    }
    Task<Number> disconnect_number(auto& session, Number number) const {
        session.there_is_no_such_thing();
        co_return number;
    }
};

/// Everything that a store holds, as text.
std::string dump(stores::Memory store) {
    std::string text;
    const NumberQuery all{.limit = 1'000};
    for (const Number& number : run(store.scan(all)).numbers) {
        text += boost::json::serialize(to_json(number)) + "\n";
    }
    for (const Operation& operation : run(store.open_operations({}, 1'000))) {
        text += boost::json::serialize(to_json(operation)) + "\n";
    }
    for (const Change& change : run(store.changes(0, 1'000))) {
        text += std::to_string(change.sequence) + " " + change.number.str() + "\n";
    }
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dry_run)

BOOST_AUTO_TEST_CASE(a_carrier_whose_purchase_cannot_compile_is_dry_run) {
    boost::asio::io_context context;
    testing::ScriptedTransport transport;
    transport.on_any("prober.example", Response(200, "{}"));
    auto manager = prober::open_manager<Unbuyable>(context, transport, {});
    const Quotation quotation =
        run(context, manager.acquire_number(E164::parse_or_empty("+14155550100"), tandem::dry_run)).value();
    BOOST_TEST(quotation.offer.carrier == "unbuyable");
}

BOOST_AUTO_TEST_CASE(a_dry_run_asks_only_and_leaves_the_store_as_it_was) {
    boost::asio::io_context context;
    testing::ScriptedTransport transport;
    transport.on_any("prober.example", Response(200, "{}"));
    stores::Memory store;
    Number other;
    other.number = E164::parse_or_empty("+14155550199");
    other.state = State::in_service;
    other.carrier = "prober";
    (void)run(store.put(other));
    auto manager = prober::open_manager<prober::Prober>(context, transport, store);
    const std::string before = dump(store);
    BOOST_TEST(!before.empty());
    for (const char* number : {"+14155550100", "+14155550199"}) {
        BOOST_TEST(run(context, manager.acquire_number(E164::parse_or_empty(number), tandem::dry_run)).has_value());
    }
    BOOST_TEST(transport.calls() > 0U);
    BOOST_TEST(transport.changing_requests().empty());
    BOOST_TEST(dump(store) == before);
    BOOST_TEST(run(context, manager.acquire_number(E164::parse_or_empty("+14155550100"), purchase)).has_value());
    BOOST_TEST(transport.changing_requests().size() == 1U);
    BOOST_TEST(dump(store) != before);
}

BOOST_AUTO_TEST_SUITE_END()
