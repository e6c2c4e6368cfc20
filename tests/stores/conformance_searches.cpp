// SPDX-License-Identifier: BSL-1.0
#include "conformance.hpp"

using namespace tandem;
using namespace tandem::store_tests;

namespace {

CachedSearch search(std::string query_id, std::string account, std::int64_t created, std::int64_t expires,
                    int offers = 1) {
    CachedSearch made{.query_id = query_id,
                      .account = std::move(account),
                      .created = at(created),
                      .expires = at(expires),
                      .offers = {}};
    for (int i = 0; i < offers; ++i) {
        made.offers.push_back({.key = nth(i).str(), .json = query_id + " offers " + std::to_string(i)});
    }
    return made;
}

template <class Place>
struct SearchBench : Bench<Place> {
    using Texts = std::vector<std::string>;

    void remember(CachedSearch each) { this->run(this->store.remember(std::move(each))); }
    std::optional<CachedPage> recall(const std::string& id, const std::string& account, std::int64_t now,
                                     std::uint32_t offset = 0, std::uint32_t quantity = 100) {
        return this->run(this->store.recall(id, account, offset, quantity, at(now)));
    }
    std::string newest(const std::string& key, const std::string& account, std::int64_t now) {
        return this->run(this->store.newest_offer(key, account, at(now))).value_or("none");
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(stores_searches)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_search_is_recalled_in_parts_in_its_order, Place, Places) {
    SearchBench<Place> bench;
    CachedSearch made = search("q", "alice", 10, 20, 5);
    made.offers[1].key = made.offers[3].key;  // keys may repeat
    made.offers[2].json = R"({"name": "San José \u0000 'x'"})";
    made.offers[4].json = std::string("a\0b", 3);
    bench.remember(made);
    struct Case {
        std::uint32_t offset, quantity;
        std::size_t first, count;
    };
    for (const auto& [offset, quantity, first, count] :
         {Case{0, 100, 0, 5}, Case{0, 2, 0, 2}, Case{2, 2, 2, 2}, Case{4, 2, 4, 1}, Case{5, 2, 0, 0}, Case{9, 2, 0, 0},
          Case{0, 0, 0, 0}, Case{1, ~0U, 1, 4}, Case{~0U, ~0U, 0, 0}}) {
        BOOST_TEST_CONTEXT("from " << offset << ", " << quantity) {
            const auto page = bench.recall("q", "alice", 15, offset, quantity);
            BOOST_REQUIRE(page.has_value());
            BOOST_TEST(page->total == 5U);
            BOOST_REQUIRE(page->offers.size() == count);
            for (std::size_t i = 0; i < count; ++i) { BOOST_TEST(page->offers[i] == made.offers[first + i].json); }
        }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_search_without_offers_is_recalled_as_such, Place, Places) {
    SearchBench<Place> bench;
    bench.remember(search("q", "alice", 10, 20, 0));
    const auto page = bench.recall("q", "alice", 15);
    BOOST_REQUIRE(page.has_value());
    BOOST_TEST(page->total == 0U);
    BOOST_TEST(page->offers.empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_search_is_its_accounts_alone, Place, Places) {
    SearchBench<Place> bench;
    bench.remember(search("q", "alice", 10, 20));
    for (const char* other : {"bob", "", "Alice", "alice "}) {
        BOOST_TEST(!bench.recall("q", other, 15).has_value());
        BOOST_TEST(bench.newest(nth(0).str(), other, 15) == "none");
    }
    BOOST_TEST(!bench.recall("Q", "alice", 15).has_value());
    BOOST_TEST(!bench.recall("", "alice", 15).has_value());
    BOOST_TEST(bench.recall("q", "alice", 15).has_value());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_expired_search_is_not_recalled, Place, Places) {
    SearchBench<Place> bench;
    bench.remember(search("q", "alice", 10, 20));
    BOOST_TEST(bench.recall("q", "alice", 19).has_value());
    BOOST_TEST(!bench.recall("q", "alice", 20).has_value());
    BOOST_TEST(!bench.recall("q", "alice", 21).has_value());
    BOOST_TEST(bench.newest(nth(0).str(), "alice", 19) == "q offers 0");
    BOOST_TEST(bench.newest(nth(0).str(), "alice", 20) == "none");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_search_remembered_again_replaces_itself, Place, Places) {
    SearchBench<Place> bench;
    bench.remember(search("q", "alice", 10, 20, 3));
    bench.remember(search("q", "alice", 11, 30, 1));
    const auto page = bench.recall("q", "alice", 25);
    BOOST_REQUIRE(page.has_value());
    BOOST_TEST(page->total == 1U);
    BOOST_TEST(page->offers.size() == 1U);
    BOOST_TEST(bench.newest(nth(2).str(), "alice", 15) == "none");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_newest_offer_is_that_of_the_newest_live_search_that_has_it, Place, Places) {
    SearchBench<Place> bench;
    bench.remember(search("newest", "alice", 13, 100, 1));  // remembered out of order
    bench.remember(search("older", "alice", 11, 100, 3));
    bench.remember(search("newer", "alice", 12, 20, 2));
    bench.remember(search("another's", "bob", 14, 100, 4));
    BOOST_TEST(bench.newest(nth(0).str(), "alice", 15) == "newest offers 0");
    BOOST_TEST(bench.newest(nth(1).str(), "alice", 15) == "newer offers 1");
    BOOST_TEST(bench.newest(nth(1).str(), "alice", 20) == "older offers 1");
    BOOST_TEST(bench.newest(nth(2).str(), "alice", 15) == "older offers 2");
    BOOST_TEST(bench.newest(nth(3).str(), "alice", 15) == "none");
    BOOST_TEST(bench.newest("", "alice", 15) == "none");

    bench.remember(search("equally new", "alice", 13, 100, 1));
    BOOST_TEST(bench.newest(nth(0).str(), "alice", 15) == "equally new offers 0");
    CachedSearch twice = search("twice", "alice", 16, 100, 2);
    twice.offers[1].key = twice.offers[0].key;
    bench.remember(twice);
    BOOST_TEST(bench.newest(nth(0).str(), "alice", 17) == "twice offers 0");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(beyond_a_thousand_searches_the_oldest_goes_first, Place, Places) {
    SearchBench<Place> bench;
    const auto kept = [&](int i) { return bench.recall("q" + std::to_string(i), "alice", 5'000).has_value(); };
    bench.remember(search("q0", "alice", 500, 9'000));  // neither the first nor the last in age
    for (int i = 1; i < 1'000; ++i) {
        bench.remember(search("q" + std::to_string(i), "alice", 1'000 - i + (i < 500 ? 1 : 0), 9'000));
    }
    for (const int i : {0, 1, 500, 998, 999}) { BOOST_TEST(kept(i), "q" << i << " went while there was room"); }
    bench.remember(search("q1000", "bob", 2'000, 9'000));
    BOOST_TEST(!kept(999));
    BOOST_TEST(kept(998));
    bench.remember(search("q1001", "alice", 2'001, 9'000));
    BOOST_TEST(!kept(998));
    BOOST_TEST(kept(997));
    BOOST_TEST(kept(0));
    bench.remember(search("q1002", "alice", 1, 9'000));  // itself the oldest
    BOOST_TEST(!kept(1'002));
    BOOST_TEST(kept(997));

    bench.remember(search("q1003", "alice", 8'999, 9'500));
    bench.remember(search("q1004", "alice", 9'001, 9'500));  // all but q1003 have expired: there is room again
    bench.remember(search("q1005", "alice", 1, 9'500));
    BOOST_TEST(kept(1'005));
}

BOOST_AUTO_TEST_SUITE_END()
