// SPDX-License-Identifier: BSL-1.0
#include "conformance.hpp"

using namespace tandem;
using namespace tandem::store_tests;

namespace {

/// What a refused change must leave as it was.
template <class Place>
struct Picture {
    std::string record, operation;
    std::uint64_t changes;
    std::vector<std::string> open;

    Picture(Bench<Place>& bench, E164 number, std::string_view id)
        : record(text_of(bench.get(number))),
          operation(text_of(bench.operation(id))),
          changes(bench.last_change()),
          open(bench.open_ids()) {}
    friend bool operator==(const Picture&, const Picture&) = default;
};

/// `task` is refused with `code` and changes nothing of `number` and the operation `id`.
template <class Place, class Change>
void check_refused(Bench<Place>& bench, E164 number, std::string_view id, std::string_view code, Change task) {
    const Picture before(bench, number, id);
    BOOST_TEST(bench.refusal(task()) == code);
    BOOST_TEST((Picture(bench, number, id) == before), "a refused change was written");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stores_operations)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_claim_of_an_unknown_number_makes_a_fenced_record_of_nobody, Place, Places) {
    Bench<Place> bench;
    Operation asked = purchase_of(nth(1), "op-1");
    asked.after.public_fields = JsonText(R"({"note": "mine"})");
    const Operation claimed = bench.claim(asked);
    BOOST_TEST(claimed.revision == 1U);
    BOOST_TEST(claimed.before.revision == 0U);
    const auto stored = bench.get(nth(1));
    BOOST_REQUIRE(stored.has_value());
    BOOST_TEST((stored->state == State::discovery));
    BOOST_TEST(stored->assigned_to.empty());
    BOOST_TEST(stored->fence.view() == "op-1");
    BOOST_TEST(stored->revision == claimed.after.revision);
    BOOST_TEST(claimed.after.assigned_to == "alice");
    BOOST_TEST(claimed.after.fence.empty());
    BOOST_TEST(bench.run(bench.store.quantities("alice")).empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_claim_of_a_known_number_only_fences_it, Place, Places) {
    Bench<Place> bench;
    const Number owned = bench.put(record(nth(1)));
    const Operation claimed = bench.claim(release_of(owned, "op-1"));
    BOOST_TEST(text_of(claimed.before) == text_of(owned));
    Number expected = owned;
    expected.fence = OperationId("op-1");
    expected.revision = claimed.after.revision;
    BOOST_TEST(claimed.after.revision > owned.revision);
    BOOST_TEST(text_of(bench.get(nth(1))) == text_of(expected));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_operation_is_read_as_it_was_written, Place, Places) {
    Bench<Place> bench;
    Operation full = purchase_of(nth(1), "op-1", "Älice");
    full.offer = "group \"7\"";
    full.asked_by = "parent";
    full.key = "key 'one'";
    full.fingerprint = "f1";
    full.price_cap = {money("3.50"), Currency("USD")};
    full.charge = money("2.0001");
    full.error = Error{.code = errc::timeout, .message = "slow", .cause = "acme", .carrier = "acme", .sent = true};
    full.created = at(100);
    full.modified = at(200);
    full.deadline = at(-300);
    const Operation claimed = bench.claim(full);
    BOOST_TEST(text_of(bench.operation("op-1")) == text_of(claimed));
    BOOST_TEST(text_of(bench.run(bench.store.operation_by_key("Älice", "key 'one'"))) == text_of(claimed));
    const auto open = bench.run(bench.store.open_operations({}, 10));
    BOOST_REQUIRE(open.size() == 1U);
    BOOST_TEST(text_of(open[0]) == text_of(claimed));

    full.revision = 1;
    full.after = claimed.after;
    BOOST_TEST(text_of(full) == text_of(claimed));

    Operation next = claimed;
    next.phase = Operation::Phase::unknown;
    next.charge = Amount();
    next.error.reset();
    const Operation advanced = bench.run(bench.store.advance(next));
    BOOST_TEST(text_of(bench.operation("op-1")) == text_of(advanced));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_claim_of_another_revision_than_the_stored_is_a_conflict, Place, Places) {
    Bench<Place> bench;
    Operation unknown_number = purchase_of(nth(1), "op-1");
    unknown_number.before.revision = 1;
    check_refused(bench, nth(1), "op-1", "conflict", [&] { return bench.store.claim(unknown_number, {}); });

    const Number first = bench.put(record(nth(2), State::available, ""));
    bench.put(first);
    for (const Revision wrong : {0U, 1U, 3U}) {
        BOOST_TEST_CONTEXT("revision " << wrong) {
            Operation stale = purchase_of(nth(2), "op-1");
            stale.before.revision = wrong;
            check_refused(bench, nth(2), "op-1", "conflict", [&] { return bench.store.claim(stale, {}); });
        }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_number_that_an_operation_holds_cannot_be_claimed, Place, Places) {
    Bench<Place> bench;
    bench.claim(purchase_of(nth(1), "op-1"));
    Operation second = purchase_of(nth(1), "op-2", "bob");
    second.before = bench.get(nth(1)).value();
    check_refused(bench, nth(1), "op-2", "in_progress", [&] { return bench.store.claim(second, {}); });
    check_refused(bench, nth(1), "op-2", "in_progress",
                  [&] { return bench.store.claim(purchase_of(nth(1), "op-2", "bob"), {}); });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_id_serves_one_operation, Place, Places) {
    Bench<Place> bench;
    const Operation claimed = bench.claim(purchase_of(nth(1), "op-1"));
    check_refused(bench, nth(2), "op-1", "conflict",
                  [&] { return bench.store.claim(purchase_of(nth(2), "op-1"), {}); });
    bench.run(bench.store.abandon(claimed));
    check_refused(bench, nth(2), "op-1", "conflict",
                  [&] { return bench.store.claim(purchase_of(nth(2), "op-1"), {}); });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_key_serves_one_operation_of_its_account_for_good, Place, Places) {
    Bench<Place> bench;
    const auto keyed = [](int number, std::string_view id, std::string account, std::string key) {
        Operation made = purchase_of(nth(number), id, std::move(account));
        made.key = std::move(key);
        return made;
    };
    const Operation first = bench.claim(keyed(1, "op-1", "alice", "k"));
    check_refused(bench, nth(2), "op-2", "key_reused",
                  [&] { return bench.store.claim(keyed(2, "op-2", "alice", "k"), {}); });
    // The same request again: the key is told, not the number that it holds.
    check_refused(bench, nth(1), "op-2", "key_reused",
                  [&] { return bench.store.claim(keyed(1, "op-2", "alice", "k"), {}); });
    bench.claim(keyed(3, "op-3", "bob", "k"));
    bench.claim(keyed(4, "op-4", "alice", "K"));
    bench.claim(keyed(5, "op-5", "alice", ""));
    bench.claim(keyed(6, "op-6", "alice", ""));

    const auto id_by_key = [&](std::string account, std::string key) {
        const auto found = bench.run(bench.store.operation_by_key(std::move(account), std::move(key)));
        return found ? found->id.str() : std::string("none");
    };
    BOOST_TEST(id_by_key("alice", "k") == "op-1");
    BOOST_TEST(id_by_key("bob", "k") == "op-3");
    BOOST_TEST(id_by_key("carol", "k") == "none");
    BOOST_TEST(id_by_key("alice", "") == "none");

    bench.run(bench.store.abandon(first));
    BOOST_TEST(id_by_key("alice", "k") == "op-1");
    check_refused(bench, nth(1), "op-2", "key_reused",
                  [&] { return bench.store.claim(keyed(1, "op-2", "alice", "k"), {}); });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_claim_that_begins_nothing_is_refused, Place, Places) {
    Bench<Place> bench;
    Operation nameless = purchase_of(nth(1), "");
    Operation over = purchase_of(nth(1), "op-1");
    over.phase = Operation::Phase::done;
    Operation of_two = purchase_of(nth(1), "op-1");
    of_two.after.number = nth(2);
    Operation broken = purchase_of(nth(1), "op-1");
    broken.after.features = JsonText("{");
    for (const Operation& each : {nameless, over, of_two, broken}) {
        check_refused(bench, nth(1), "op-1", "invalid", [&] { return bench.store.claim(each, {}); });
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(charges_beyond_the_credit_are_refused, Place, Places) {
    Bench<Place> bench;
    const auto costing = [](int number, std::string_view id, Amount charge, std::string account = "alice") {
        Operation made = purchase_of(nth(number), id, std::move(account));
        made.charge = charge;
        return made;
    };
    const auto refused = [&](const Operation& operation, std::string_view credit) {
        check_refused(bench, operation.number, operation.id.view(), "not_enough_credit",
                      [&] { return bench.store.claim(operation, money(credit)); });
    };
    refused(costing(1, "op-1", money("2.00")), "1.9999");
    refused(costing(1, "op-1", money("2.00")), "0");
    refused(costing(1, "op-1", money("2.00")), "-1");
    refused(costing(1, "op-1", Amount()), "1000000");  // unknown is not zero
    const Operation first = bench.claim(costing(1, "op-1", money("2.00")), money("2.00"));

    // What was spent counts, whether it was checked or not, of this account alone; what costs nothing takes none of it.
    refused(costing(2, "op-2", money("0.0001")), "2.00");
    bench.run(bench.store.abandon(bench.claim(costing(2, "op-free", money("0")), money("1.00"))));
    bench.claim(costing(2, "op-2", money("3.00")));
    refused(costing(3, "op-3", money("1.00")), "5.9999");
    bench.claim(costing(3, "op-3", money("1.00")), money("6.00"));
    bench.claim(costing(4, "op-4", money("5.00"), "bob"), money("5.00"));

    // A purchase that is done stays spent; one that is refused is given back.
    bench.run(bench.store.settle(first));
    refused(costing(5, "op-5", money("0.0001")), "6.00");
    bench.run(bench.store.abandon(bench.operation("op-2").value()));
    bench.claim(costing(5, "op-5", money("3.00")), money("6.00"));
    refused(costing(6, "op-6", money("0.0001")), "6.00");

    // A step may change the charge.
    Operation cheaper = bench.operation("op-5").value();
    cheaper.charge = money("2.00");
    cheaper.phase = Operation::Phase::pending;
    bench.run(bench.store.advance(cheaper));
    bench.claim(costing(6, "op-6", money("1.00")), money("6.00"));
    refused(costing(7, "op-7", money("0.0001")), "6.00");

    // A release takes nothing, whatever stands in it.
    const Number owned = bench.put(record(nth(8)));
    Operation release = release_of(owned, "op-8");
    bench.claim(release, money("6.00"));
    bench.claim(costing(9, "op-9", money("0.00")), money("6.00"));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_step_counts_the_revision_up_and_leaves_the_number_held, Place, Places) {
    Bench<Place> bench;
    const Operation claimed = bench.claim(purchase_of(nth(1), "op-1"));
    const auto held = text_of(bench.get(nth(1)));
    Operation step = claimed;
    step.phase = Operation::Phase::sending;
    step = bench.run(bench.store.advance(step));
    BOOST_TEST(step.revision == 2U);
    step.phase = Operation::Phase::pending;
    step.after.carrier_data = JsonText(R"({"order": "7"})");
    step = bench.run(bench.store.advance(step));
    BOOST_TEST(step.revision == 3U);
    BOOST_TEST(text_of(bench.operation("op-1")) == text_of(step));
    BOOST_TEST((bench.operation("op-1")->phase == Operation::Phase::pending));
    BOOST_TEST(text_of(bench.get(nth(1))) == held);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(no_step_changes_what_the_claim_said, Place, Places) {
    Bench<Place> bench;
    const Operation claimed = bench.claim(purchase_of(nth(1), "op-1"));
    Operation forged = claimed;
    forged.kind = Operation::Kind::release;
    forged.account = "mallory";
    forged.key = "k";
    forged.before = record(nth(1));
    forged.after.revision = 77;
    const Operation step = bench.run(bench.store.advance(forged));
    BOOST_TEST((step.kind == Operation::Kind::acquire));
    BOOST_TEST(step.account == "alice");
    BOOST_TEST(step.key.empty());
    BOOST_TEST(text_of(step.before) == text_of(claimed.before));
    BOOST_TEST(step.after.revision == claimed.after.revision);
    BOOST_TEST(text_of(bench.operation("op-1")) == text_of(step));

    Operation moved = step;
    moved.number = nth(2);
    check_refused(bench, nth(2), "op-1", "conflict", [&] { return bench.store.advance(moved); });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_stale_step_settle_or_abandon_changes_nothing, Place, Places) {
    Bench<Place> bench;
    const Operation claimed = bench.claim(purchase_of(nth(1), "op-1"));
    const Operation newest = bench.run(bench.store.advance(claimed));
    for (const Revision wrong : {Revision(0), claimed.revision, newest.revision + 1}) {
        BOOST_TEST_CONTEXT("revision " << wrong) {
            Operation stale = newest;
            stale.revision = wrong;
            check_refused(bench, nth(1), "op-1", "conflict", [&] { return bench.store.advance(stale); });
            check_refused(bench, nth(1), "op-1", "conflict", [&] { return bench.store.settle(stale); });
            check_refused(bench, nth(1), "op-1", "conflict", [&] { return bench.store.abandon(stale); });
        }
    }
    const Operation never = purchase_of(nth(2), "op-2");
    check_refused(bench, nth(2), "op-2", "conflict", [&] { return bench.store.advance(never); });
    check_refused(bench, nth(2), "op-2", "conflict", [&] { return bench.store.settle(never); });
    check_refused(bench, nth(2), "op-2", "conflict", [&] { return bench.store.abandon(never); });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_operation_that_is_over_stays_so, Place, Places) {
    for (const bool settles : {true, false}) {
        BOOST_TEST_CONTEXT((settles ? "settled" : "abandoned")) {
            Bench<Place> bench;
            const Operation claimed = bench.claim(purchase_of(nth(1), "op-1"));
            if (settles) {
                bench.run(bench.store.settle(claimed));
            } else {
                bench.run(bench.store.abandon(claimed));
            }
            Operation over = bench.operation("op-1").value();
            BOOST_TEST(!over.open());
            for (const auto phase : {over.phase, Operation::Phase::pending}) {
                over.phase = phase;
                check_refused(bench, nth(1), "op-1", "conflict", [&] { return bench.store.settle(over); });
                check_refused(bench, nth(1), "op-1", "conflict", [&] { return bench.store.abandon(over); });
            }
            check_refused(bench, nth(1), "op-1", "conflict", [&] { return bench.store.advance(over); });
        }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_final_step_is_no_advance, Place, Places) {
    Bench<Place> bench;
    Operation step = bench.claim(purchase_of(nth(1), "op-1"));
    for (const auto phase : {Operation::Phase::done, Operation::Phase::refused}) {
        step.phase = phase;
        check_refused(bench, nth(1), "op-1", "invalid", [&] { return bench.store.advance(step); });
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_settle_writes_the_record_as_it_shall_be, Place, Places) {
    Bench<Place> bench;
    Operation claimed = bench.claim(purchase_of(nth(1), "op-1"));
    claimed.after.carrier_data = JsonText(R"({"order":"7"})");
    const Number written = bench.run(bench.store.settle(claimed));
    Number expected = claimed.after;
    expected.revision = claimed.after.revision + 1;
    BOOST_TEST(text_of(written) == text_of(expected));
    BOOST_TEST(text_of(bench.get(nth(1))) == text_of(expected));
    const auto over = bench.operation("op-1");
    BOOST_TEST((over->phase == Operation::Phase::done));
    BOOST_TEST(bench.open_ids().empty());
    bench.claim(release_of(written, "op-2"));  // it is free for the next
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_settle_that_deletes_removes_the_record, Place, Places) {
    Bench<Place> bench;
    const Number owned = bench.put(record(nth(1)));
    const Operation claimed = bench.claim(release_of(owned, "op-1"));
    const Number written = bench.run(bench.store.settle(claimed));
    BOOST_TEST((written.state == State::deleted));
    BOOST_TEST(!bench.get(nth(1)).has_value());
    BOOST_TEST(bench.refusal(bench.store.put(owned)) == "conflict");
    BOOST_TEST(bench.put(record(nth(1))).revision > written.revision);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_settle_of_another_claim_than_the_stored_is_a_conflict, Place, Places) {
    Bench<Place> bench;
    const Operation claimed = bench.claim(purchase_of(nth(1), "op-1"));
    Operation of_another = claimed;
    of_another.after.revision += 1;
    check_refused(bench, nth(1), "op-1", "conflict", [&] { return bench.store.settle(of_another); });
    check_refused(bench, nth(1), "op-1", "conflict", [&] { return bench.store.abandon(of_another); });
    Operation elsewhere = claimed;
    elsewhere.number = elsewhere.after.number = nth(2);
    check_refused(bench, nth(2), "op-1", "conflict", [&] { return bench.store.settle(elsewhere); });
    Operation of_two = claimed;
    of_two.after.number = nth(2);
    check_refused(bench, nth(1), "op-1", "invalid", [&] { return bench.store.settle(of_two); });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_abandoned_purchase_leaves_no_trace_on_the_number, Place, Places) {
    Bench<Place> bench;
    const Operation claimed = bench.claim(purchase_of(nth(1), "op-1"));
    bench.run(bench.store.abandon(claimed));
    BOOST_TEST(!bench.get(nth(1)).has_value());
    BOOST_TEST((bench.operation("op-1")->phase == Operation::Phase::refused));
    BOOST_TEST(bench.open_ids().empty());
    bench.claim(purchase_of(nth(1), "op-2"));  // it is free for the next
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_abandoned_release_gives_the_record_back_as_it_was, Place, Places) {
    Bench<Place> bench;
    const Number owned = bench.put(record(nth(1)));
    Operation claimed = bench.claim(release_of(owned, "op-1"));
    claimed.before = record(nth(1), State::aging, "mallory");  // the store knows better
    bench.run(bench.store.abandon(claimed));
    const auto stored = bench.get(nth(1));
    BOOST_REQUIRE(stored.has_value());
    BOOST_TEST(stored->revision > claimed.after.revision);
    Number expected = owned;
    expected.revision = stored->revision;
    BOOST_TEST(text_of(stored) == text_of(expected));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_offer_from_a_group_gets_its_number_with_the_settle, Place, Places) {
    const auto of_group = [] {
        Operation made = purchase_of(E164(), "op-1");
        made.offer = "group-7";
        return made;
    };
    struct Case {
        const char* name;
        std::optional<Number> there;
        const char* expected;
    };
    for (const auto& [name, there, expected] :
         {Case{"no record", {}, ""}, Case{"nobody's", record(nth(1), State::available, ""), ""},
          Case{"another's", record(nth(1), State::in_service, "bob"), "conflict"}}) {
        BOOST_TEST_CONTEXT(name) {
            Bench<Place> bench;
            if (there) { bench.put(*there); }
            Operation claimed = bench.claim(of_group());
            BOOST_TEST(bench.last_change() == (there ? 1U : 0U));  // no number is touched yet
            check_refused(bench, nth(1), "op-1", "invalid", [&] { return bench.store.settle(claimed); });
            claimed.number = claimed.after.number = nth(1);
            if (*expected != '\0') {
                check_refused(bench, nth(1), "op-1", expected, [&] { return bench.store.settle(claimed); });
            } else {
                const Number written = bench.run(bench.store.settle(claimed));
                BOOST_TEST(written.assigned_to == "alice");
                BOOST_TEST(text_of(bench.get(nth(1))) == text_of(written));
                BOOST_TEST(bench.operation("op-1")->number == nth(1));
            }
        }
    }

    Bench<Place> bench;  // held by another operation
    bench.claim(purchase_of(nth(1), "op-2", "bob"));
    Operation claimed = bench.claim(of_group());
    claimed.number = claimed.after.number = nth(1);
    check_refused(bench, nth(1), "op-1", "conflict", [&] { return bench.store.settle(claimed); });
    const auto changes = bench.last_change();
    bench.run(bench.store.abandon(bench.operation("op-1").value()));
    BOOST_TEST(bench.last_change() == changes);
    BOOST_TEST(bench.open_ids().size() == 1U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(open_operations_are_those_not_final_by_id, Place, Places) {
    Bench<Place> bench;
    for (const int i : {5, 2, 8, 1, 4}) { bench.claim(purchase_of(nth(i), "op-" + std::to_string(i))); }
    bench.run(bench.store.settle(bench.operation("op-4").value()));
    bench.run(bench.store.abandon(bench.operation("op-2").value()));
    bench.run(bench.store.advance(bench.operation("op-1").value()));
    using Ids = std::vector<std::string>;
    BOOST_TEST((bench.open_ids() == Ids{"op-1", "op-5", "op-8"}));
    BOOST_TEST((bench.open_ids("", 2) == Ids{"op-1", "op-5"}));
    BOOST_TEST((bench.open_ids("op-1") == Ids{"op-5", "op-8"}));
    BOOST_TEST((bench.open_ids("op-4") == Ids{"op-5", "op-8"}));
    BOOST_TEST(bench.open_ids("op-8").empty());
    BOOST_TEST(bench.open_ids("", 0).empty());
    BOOST_TEST(!bench.operation("op-9").has_value());
    BOOST_TEST(!bench.operation("").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
