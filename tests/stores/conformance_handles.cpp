// SPDX-License-Identifier: BSL-1.0
#include "conformance.hpp"

using namespace tandem;
using namespace tandem::store_tests;

BOOST_AUTO_TEST_SUITE(stores_handles)

BOOST_AUTO_TEST_CASE_TEMPLATE(another_handle_finds_everything, Place, Places) {
    Place place;
    Number owned;
    std::string open, done;
    {
        auto store = place.open();
        owned = run(store.put(record(nth(1))));
        run(store.put(record(nth(2))));
        run(store.remove(nth(2), 1));
        Operation first = purchase_of(nth(3), "op-1");
        first.key = "k";
        done = text_of(run(store.settle(run(store.claim(first, {})))));
        open = text_of(run(store.claim(purchase_of(nth(4), "op-2"), {})));
        run(store.remember({.query_id = "q",
                            .account = "alice",
                            .created = at(1),
                            .expires = at(9),
                            .offers = {{.key = "k", .json = "an offer"}}}));
    }
    auto store = place.open();
    BOOST_TEST(text_of(run(store.get(nth(1)))) == text_of(owned));
    BOOST_TEST(!run(store.get(nth(2))).has_value());
    BOOST_TEST(text_of(run(store.get(nth(3)))) == done);
    BOOST_TEST(text_of(run(store.operation(OperationId("op-2")))) == open);
    BOOST_TEST(run(store.get(nth(4)))->fence.view() == "op-2");
    BOOST_TEST(run(store.operation_by_key("alice", "k"))->id.view() == "op-1");
    BOOST_TEST(run(store.open_operations({}, 9)).size() == 1U);
    BOOST_TEST(run(store.changes(0, 99)).size() == 4U);
    BOOST_TEST(run(store.recall("q", "alice", 0, 9, at(5)))->offers.at(0) == "an offer");
    BOOST_TEST(run(store.newest_offer("k", "alice", at(5))).value() == "an offer");
    BOOST_TEST(Bench<Place>::refusal(store.put(record(nth(1)))) == "conflict");
    BOOST_TEST(run(store.put(record(nth(2)))).revision == 3U);  // the removed one's revisions go on
    BOOST_TEST(Bench<Place>::refusal(store.claim(purchase_of(nth(5), "op-3"), money("2.99"))) == "not_enough_credit");
    run(store.claim(purchase_of(nth(5), "op-3"), money("3.00")));
}

BOOST_AUTO_TEST_SUITE_END()
