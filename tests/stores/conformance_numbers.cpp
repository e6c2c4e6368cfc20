// SPDX-License-Identifier: BSL-1.0
#include "conformance.hpp"

#include <algorithm>
#include <map>
#include <set>

using namespace tandem;
using namespace tandem::store_tests;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(stores_numbers)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_record_is_given_back_as_it_was_put, Place, Places) {
    Bench<Place> bench;
    Number full = record(nth(1), State::port_in, "Älice \"the\" <first>; DROP TABLE numbers; --", "acme");
    full.reserve_history = {"bob", "carol\n"};
    full.features = JsonText(R"({"sms": {"on": true}})");
    full.features_allowed = {"sms", "mms"};
    full.features_denied = {"fax"};
    full.carrier_data = JsonText(R"({"price": "1.10", "rate_center": "San José", "zero": "a\u0000b", "n": 1e3})");
    full.public_fields = JsonText(R"({"note": "日本"})");
    full.private_fields = JsonText(R"({"pvt_foreign": [1, 2, {"deep": null}]})");
    full.billing_class = "did_us";
    full.order = Order{.operation = OperationId("op-1"),
                       .offer = "group 7",
                       .reference = "order\t1",
                       .status = Order::Status::pending,
                       .reason = "soon"};
    full.ported_in = true;
    full.created = at(1'700'000'000);
    full.modified = at(-5);

    const Number written = bench.put(full);
    BOOST_TEST(written.revision == 1U);
    const auto read = bench.get(nth(1));
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(text_of(*read) == text_of(written));
    BOOST_TEST((*read == written));

    full.revision = 1;
    full.features = written.features;
    full.carrier_data = written.carrier_data;
    full.public_fields = written.public_fields;
    full.private_fields = written.private_fields;
    BOOST_TEST((written == full));  // only the JSON's spelling may change
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_was_never_put_is_nothing, Place, Places) {
    Bench<Place> bench;
    BOOST_TEST(!bench.get(nth(1)).has_value());
    BOOST_TEST(!bench.get(E164()).has_value());
    BOOST_TEST(bench.scan({}).empty());
    BOOST_TEST(bench.run(bench.store.changes(0, 100)).empty());
    BOOST_TEST(bench.run(bench.store.quantities("alice")).empty());
    BOOST_TEST(bench.open_ids().empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_write_with_another_revision_than_the_stored_changes_nothing, Place, Places) {
    Bench<Place> bench;
    Number fresh = record(nth(1));
    fresh.revision = 1;
    BOOST_TEST(bench.refusal(bench.store.put(fresh)) == "conflict");
    BOOST_TEST(!bench.get(nth(1)).has_value());

    const Number first = bench.put(record(nth(1)));
    const Number second = bench.put(first);
    BOOST_TEST(second.revision == 2U);
    const auto changes = bench.last_change();
    for (const Revision wrong : {Revision(0), Revision(1), Revision(3), ~Revision(0)}) {
        BOOST_TEST_CONTEXT("revision " << wrong) {
            Number stale = record(nth(1), State::aging, "mallory");
            stale.revision = wrong;
            BOOST_TEST(bench.refusal(bench.store.put(stale)) == "conflict");
            BOOST_TEST(bench.refusal(bench.store.remove(nth(1), wrong)) == "conflict");
            BOOST_TEST(text_of(bench.get(nth(1))) == text_of(second));
            BOOST_TEST(bench.last_change() == changes);
        }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(revisions_go_on_where_a_number_was_removed, Place, Places) {
    Bench<Place> bench;
    const Number first = bench.put(record(nth(1)));
    bench.run(bench.store.remove(nth(1), 1));
    BOOST_TEST(!bench.get(nth(1)).has_value());
    BOOST_TEST(bench.scan({}).empty());
    BOOST_TEST(bench.refusal(bench.store.put(first)) == "conflict");
    BOOST_TEST(bench.refusal(bench.store.remove(nth(1), 1)) == "conflict");

    const Number again = bench.put(record(nth(1)));
    BOOST_TEST(again.revision > 2U);
    BOOST_TEST(bench.refusal(bench.store.put(first)) == "conflict");
    bench.run(bench.store.remove(nth(1), again.revision));
    BOOST_TEST(!bench.get(nth(1)).has_value());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(removing_nothing_where_nothing_is_expected_is_no_change, Place, Places) {
    Bench<Place> bench;
    bench.run(bench.store.remove(nth(1), 0));
    BOOST_TEST(bench.refusal(bench.store.remove(nth(1), 1)) == "conflict");
    BOOST_TEST(bench.run(bench.store.changes(0, 10)).empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_fenced_record_is_changed_only_by_its_operation, Place, Places) {
    Bench<Place> bench;
    const Number owned = bench.put(record(nth(1)));
    bench.claim(release_of(owned, "op-1"));
    const auto fenced = bench.get(nth(1));
    BOOST_REQUIRE(fenced.has_value());
    BOOST_TEST(fenced->fence.view() == "op-1");
    for (Number attempt : {owned, *fenced}) {
        BOOST_TEST(bench.refusal(bench.store.put(attempt)) == "in_progress");
        BOOST_TEST(bench.refusal(bench.store.remove(nth(1), attempt.revision)) == "in_progress");
    }
    BOOST_TEST(text_of(bench.get(nth(1))) == text_of(fenced));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_put_makes_no_fence, Place, Places) {
    Bench<Place> bench;
    Number forged = record(nth(1));
    forged.fence = OperationId("op-1");
    BOOST_TEST(bench.put(forged).fence.empty());
    BOOST_TEST(bench.get(nth(1))->fence.empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_record_that_fits_no_document_is_refused, Place, Places) {
    Bench<Place> bench;
    const auto with = [](auto change) {
        Number made = record(nth(1));
        change(made);
        return made;
    };
    const std::map<std::string, Number> cases{
        {"no number", with([](Number& n) { n.number = {}; })},
        {"a public field with a private name", with([](Number& n) { n.public_fields = JsonText(R"({"pvt_x": 1})"); })},
        {"a private field with a public name", with([](Number& n) { n.private_fields = JsonText(R"({"x": 1})"); })},
        {"a private field that is a member", with([](Number& n) { n.private_fields = JsonText(R"({"_id": "+1"})"); })},
        {"no object", with([](Number& n) { n.features = JsonText("[]"); })},
        {"no JSON", with([](Number& n) { n.carrier_data = JsonText("{"); })},
        {"a key twice", with([](Number& n) { n.public_fields = JsonText(R"({"a": 1, "a": 2})"); })},
        {"a year beyond 9999", with([](Number& n) { n.created = at(300'000'000'000); })},
        {"a year before 0", with([](Number& n) { n.modified = at(-70'000'000'000); })},
    };
    for (const auto& [name, broken] : cases) {
        BOOST_TEST_CONTEXT(name) {
            BOOST_TEST(bench.refusal(bench.store.put(broken)) == "invalid");
            BOOST_TEST(!bench.get(nth(1)).has_value());
        }
    }
    BOOST_TEST(bench.run(bench.store.changes(0, 10)).empty());
}

/// Numbers of all kinds of prefixes, states, owners and carriers.
template <class Store>
std::map<E164, Number> stock(Bench<Store>& bench) {
    std::map<E164, Number> all;
    const std::vector<std::string> digits{"+1415555", "+1416", "+44", "+9715", "+14155550"};
    const std::vector<std::string> accounts{"", "alice", "bob"};
    const std::vector<std::string> carriers{"acme", "other"};
    for (int i = 0; i < 90; ++i) {
        const auto place = static_cast<std::size_t>(i);
        const auto number = E164::parse_or_empty(digits[place % digits.size()] + std::to_string(1'000 + i * 37 % 997));
        all[number] = bench.put(record(number, static_cast<State>(i / 7 % 8), accounts[place % accounts.size()],
                                       carriers[place / 3 % carriers.size()]));
    }
    return all;
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_scan_finds_what_fits_in_order_and_its_pages_neither_skip_nor_repeat, Place, Places) {
    Bench<Place> bench;
    const auto all = stock(bench);
    BOOST_REQUIRE(all.size() == 90U);
    int found = 0;
    for (const char* prefix : {"", "+1", "+1415", "+14155551", "+44", "+9", "+7", "+141555501000"}) {
        for (const char* account : {"", "alice", "bob", "nobody"}) {
            for (const std::optional<State> state :
                 {std::optional<State>(), std::optional(State::discovery), std::optional(State::in_service)}) {
                for (const char* carrier : {"", "acme", "none"}) {
                    for (const std::uint32_t limit : {1U, 7U, 1'000U}) {
                        NumberQuery query{.prefix = E164::parse_or_empty(prefix), .state = state, .limit = limit};
                        query.account = account;
                        query.carrier = carrier;
                        std::vector<E164> expected;
                        for (const auto& [number, each] : all) {
                            if (number.str().starts_with(prefix) && (!state || each.state == *state) &&
                                (query.account.empty() || each.assigned_to == account) &&
                                (query.carrier.empty() || each.carrier == carrier)) {
                                expected.push_back(number);
                            }
                        }
                        found += static_cast<int>(expected.size());
                        if (limit == 1 && expected.size() > 20) { continue; }  // only more of the same
                        BOOST_TEST_CONTEXT(prefix << ", " << account << ", " << (state ? name_of(*state) : "any")
                                                  << ", " << carrier << ", pages of " << limit) {
                            const auto got = bench.scan(query);
                            BOOST_TEST(got == expected, boost::test_tools::per_element());
                        }
                    }
                }
            }
        }
    }
    BOOST_TEST(found > 1'000);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_page_holds_whole_records_and_the_last_page_says_so, Place, Places) {
    Bench<Place> bench;
    std::vector<Number> all;
    for (int i = 0; i < 4; ++i) { all.push_back(bench.put(record(nth(i)))); }
    NumberQuery query{.limit = 2};
    NumberPage page = bench.run(bench.store.scan(query));
    BOOST_TEST((page.numbers == std::vector<Number>{all[0], all[1]}));
    BOOST_TEST(page.next == nth(1));
    query.after = page.next;
    page = bench.run(bench.store.scan(query));
    BOOST_TEST((page.numbers == std::vector<Number>{all[2], all[3]}));
    BOOST_TEST(page.next.empty());

    for (const E164 after : {nth(3), nth(9), E164::from_packed(~std::uint64_t{0})}) {
        query.after = after;
        page = bench.run(bench.store.scan(query));
        BOOST_TEST(page.numbers.empty());
        BOOST_TEST(page.next.empty());
    }
    query = {.limit = 0};
    page = bench.run(bench.store.scan(query));
    BOOST_TEST(page.numbers.empty());
    BOOST_TEST(page.next.empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(pages_stay_whole_while_numbers_come_and_go, Place, Places) {
    Bench<Place> bench;
    for (int i = 10; i < 40; i += 2) { bench.put(record(nth(i))); }
    std::vector<E164> seen;
    NumberQuery query{.limit = 3};
    int round = 0;
    do {
        const NumberPage page = bench.run(bench.store.scan(query));
        for (const Number& each : page.numbers) { seen.push_back(each.number); }
        query.after = page.next;
        bench.put(record(nth(round)));                                    // before every page
        bench.put(record(nth(11 + 2 * round)));                           // among them
        if (round == 1) { bench.run(bench.store.remove(page.next, 1)); }  // the key itself
        ++round;
    } while (!query.after.empty());
    BOOST_TEST(std::is_sorted(seen.begin(), seen.end()));
    BOOST_TEST((std::adjacent_find(seen.begin(), seen.end()) == seen.end()));
    for (int i = 10; i < 40; i += 2) {
        BOOST_TEST((std::find(seen.begin(), seen.end(), nth(i)) != seen.end()), "skipped " << nth(i));
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_record_is_found_by_what_it_is_now, Place, Places) {
    Bench<Place> bench;
    Number changed = bench.put(record(nth(1), State::in_service, "alice", "acme"));
    changed.assigned_to = "bob";
    changed.state = State::reserved;
    changed.carrier = "other";
    bench.put(changed);
    NumberQuery query;
    query.account = "alice";
    BOOST_TEST(bench.scan(query).empty());
    query.account = "bob";
    BOOST_TEST(bench.scan(query).size() == 1U);
    query.account = {};
    query.state = State::in_service;
    BOOST_TEST(bench.scan(query).empty());
    query.state = State::reserved;
    query.carrier = "acme";
    BOOST_TEST(bench.scan(query).empty());
    query.carrier = "other";
    BOOST_TEST(bench.scan(query).size() == 1U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(quantities_count_what_is_billed_by_class, Place, Places) {
    Bench<Place> bench;
    int next = 0;
    for (int state = 0; state < 9; ++state) {
        for (const char* billing_class : {"did_us", "tollfree_us", ""}) {
            for (const char* account : {"alice", "bob"}) {
                Number each = record(nth(next++), static_cast<State>(state), account);
                each.billing_class = billing_class;
                bench.put(each);
            }
        }
    }
    Number one_more = record(nth(next), State::in_service, "alice");
    one_more.billing_class = "did_us";
    one_more = bench.put(one_more);

    using Counts = Quantities;
    BOOST_TEST((bench.run(bench.store.quantities("alice")) == Counts{{"did_us", 4}, {"tollfree_us", 3}}));
    BOOST_TEST((bench.run(bench.store.quantities("bob")) == Counts{{"did_us", 3}, {"tollfree_us", 3}}));
    BOOST_TEST(bench.run(bench.store.quantities("nobody")).empty());

    one_more.state = State::aging;
    bench.put(one_more);
    BOOST_TEST((bench.run(bench.store.quantities("alice")) == Counts{{"did_us", 3}, {"tollfree_us", 3}}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(changes_tell_the_last_of_each_number_in_their_order, Place, Places) {
    Bench<Place> bench;
    const auto numbers_since = [&](std::uint64_t since, std::uint32_t limit) {
        std::vector<E164> numbers;
        for (const auto& each : bench.run(bench.store.changes(since, limit))) {
            BOOST_TEST(each.sequence > since);
            since = each.sequence;
            numbers.push_back(each.number);
        }
        return numbers;
    };
    using Numbers = std::vector<E164>;
    const Number first = bench.put(record(nth(3)));
    bench.put(record(nth(1)));
    const auto two = bench.last_change();
    BOOST_TEST((numbers_since(0, 100) == Numbers{nth(3), nth(1)}));
    BOOST_TEST((numbers_since(0, 1) == Numbers{nth(3)}));
    BOOST_TEST(numbers_since(0, 0).empty());
    BOOST_TEST(numbers_since(two, 100).empty());
    BOOST_TEST(numbers_since(~std::uint64_t{0}, 100).empty());

    bench.put(first);
    bench.put(record(nth(2)));
    bench.run(bench.store.remove(nth(1), 1));
    BOOST_TEST((numbers_since(two, 100) == Numbers{nth(3), nth(2), nth(1)}));
    const auto all = numbers_since(0, 100);
    BOOST_TEST((std::set<E164>(all.begin(), all.end()) == std::set<E164>{nth(1), nth(2), nth(3)}));

    const auto before = bench.last_change();
    const Operation claimed = bench.claim(purchase_of(nth(4), "op-1"));
    const auto claiming = bench.last_change();
    BOOST_TEST((numbers_since(before, 100) == Numbers{nth(4)}));
    bench.run(bench.store.settle(claimed));
    BOOST_TEST((numbers_since(claiming, 100) == Numbers{nth(4)}));
}

BOOST_AUTO_TEST_SUITE_END()
