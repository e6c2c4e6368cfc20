// SPDX-License-Identifier: BSL-1.0
#include <tandem/stores/couchdb.hpp>

#include <tandem/testing/scripted_transport.hpp>

#include "conformance.hpp"
#include "couchdb_server.hpp"


#include <atomic>
#include <functional>
#include <memory>
#include <set>

using namespace tandem;
using namespace tandem::store_tests;

namespace couchdb_tests {

/// A connection that is cut at one request, before it leaves or behind it, for once or for good.
class Cut {
public:
    enum class When { before, behind };

    Cut(CouchDbWire way, int at, When when, bool for_good) : way_(std::move(way)), state_(std::make_shared<State>()) {
        state_->at = at;
        state_->when = when;
        state_->for_good = for_good;
    }

    Task<Response> send(Request request, Deadline deadline) {
        const int n = ++state_->count;
        const bool cut = n == state_->at || (state_->for_good && n > state_->at);
        if (cut && (n > state_->at || state_->when == When::before)) {
            throw Exception({.code = errc::unreachable, .message = "cut"});
        }
        Response response = co_await way_.send(std::move(request), deadline);
        if (cut) { throw Exception({.code = errc::timeout, .message = "cut", .sent = true}); }
        co_return response;
    }

    bool reached() const { return state_->count >= state_->at; }

private:
    struct State {
        std::atomic<int> count = 0;
        int at = 0;
        When when = When::before;
        bool for_good = false;
    };
    CouchDbWire way_;
    std::shared_ptr<State> state_;
};

using CutStore = stores::CouchDb<Cut>;

/// A connection that calls `first` before a request for which `fits` holds, once.
class Interrupted {
public:
    Interrupted(CouchDbWire way, std::function<bool(const Request&)> fits, std::function<Task<void>()> first)
        : way_(std::move(way)), state_(std::make_shared<State>()) {
        state_->fits = std::move(fits);
        state_->first = std::move(first);
    }
    Task<Response> send(Request request, Deadline deadline) {
        if (!state_->done && state_->fits(request)) {
            state_->done = true;
            co_await state_->first();
        }
        co_return co_await way_.send(std::move(request), deadline);
    }

private:
    struct State {
        bool done = false;
        std::function<bool(const Request&)> fits;
        std::function<Task<void>()> first;
    };
    CouchDbWire way_;
    std::shared_ptr<State> state_;
};

bool puts_number(const Request& request) {
    return request.method() == Method::put && request.url().find("numbers%2F%2B1415/%2B") != std::string::npos;
}

Error error_of(std::function<void()> work) {
    try {
        work();
    } catch (const Exception& exception) { return exception.error(); }
    BOOST_ERROR("it went well");
    return {};
}

boost::json::object kazoo_document() {
    return {{"_id", nth(1).str()},
            {"pvt_type", "number"},
            {"pvt_db_name", "numbers/+1415"},
            {"pvt_state", "available"},
            {"pvt_module_name", "knm_local"},
            {"pvt_reserve_history", boost::json::array()},
            {"pvt_features", boost::json::object()},
            {"pvt_carrier_data", boost::json::object()},
            {"pvt_ported_in", false},
            {"pvt_created", 63'000'000'000},
            {"pvt_modified", 63'000'000'000},
            {"pvt_used_by", "callflow"},
            {"pvt_vendor", {{"deep", {1, 2.5, nullptr}}}},
            {"cnam", {{"display_name", "Zoë"}}}};
}

/// What somebody does with one number from its claim on.
struct Life {
    const char* name;
    bool owned_before, releases, of_group, abandons;
};

template <class Store>
void live(const Life& life, Store& store, Operation operation) {
    operation = tandem::run(store.claim(operation, money("1000")));
    if (life.abandons) {
        tandem::run(store.abandon(operation));
        return;
    }
    operation.phase = Operation::Phase::sending;
    operation = tandem::run(store.advance(operation));
    if (life.of_group) { operation.number = operation.after.number = E164::parse_or_empty(operation.offer); }
    (void)tandem::run(store.settle(operation));
}

}  // namespace couchdb_tests

using namespace couchdb_tests;

BOOST_AUTO_TEST_SUITE(stores_couchdb_documents)

BOOST_AUTO_TEST_CASE(numbers_stand_in_kazoos_databases) {
    using namespace stores::detail;
    struct Case {
        const char *number, *database;
    };
    for (const auto& [number, database] : {Case{"+14155550100", "numbers/+1415"}, Case{"+1415", "numbers/+1415"},
                                           Case{"+441", "numbers/+441"}, Case{"+44155", "numbers/+4415"}}) {
        BOOST_TEST(numbers_database(E164::parse_or_empty(number)) == database);
        BOOST_TEST(E164::parse_or_empty(number).starts_with(prefix_of_database(database)));
    }
    for (const char* other :
         {"numbers", "numbers/", "numbers/x", "numbers/+14155", "accounts/+1415", "numbers/+0415"}) {
        BOOST_TEST(prefix_of_database(other).empty(), other);
    }
}

BOOST_AUTO_TEST_CASE(ids_of_two_lists_are_never_one) {
    using stores::detail::id_of;
    std::set<std::string> ids;
    for (const auto& id : {id_of({"a", "b"}), id_of({"a,b"}), id_of({"a\",\"b"}), id_of({"", "ab"}), id_of({"ab", ""}),
                           id_of({"_design", "x"}), id_of({"a", "B"})}) {
        BOOST_TEST(id.front() == '[');
        ids.insert(id);
    }
    BOOST_TEST(ids.size() == 7U);
}

BOOST_AUTO_TEST_CASE(the_tip_that_wins_is_couchdbs) {
    const auto tip = [](const char* rev, bool deleted = false) {
        boost::json::object content{{"_id", "x"}, {"_rev", rev}};
        if (deleted) { content["_deleted"] = true; }
        return boost::json::value{{"ok", std::move(content)}};
    };
    struct Case {
        boost::json::array tips;
        const char* rev;
        bool exists, siblings;
    };
    for (const auto& [tips, rev, exists, siblings] :
         {Case{{}, "", false, false}, Case{{tip("2-a")}, "2-a", true, false},
          Case{{tip("2-a"), tip("2-b")}, "2-b", true, true}, Case{{tip("10-a"), tip("9-b")}, "10-a", true, true},
          Case{{tip("3-a", true), tip("2-b")}, "2-b", true, false},
          Case{{tip("2-b"), tip("3-a", true), tip("1-c")}, "2-b", true, true},
          Case{{tip("3-a", true), tip("4-b", true)}, "4-b", false, false}}) {
        const auto read = stores::detail::couchdb_document(tips);
        BOOST_TEST(read.rev == rev);
        BOOST_TEST(read.exists == exists);
        BOOST_TEST(read.siblings == siblings);
    }
}

BOOST_AUTO_TEST_CASE(a_servers_url_holds_no_user) {
    for (const char* url :
         {"http://user:s3cret@127.0.0.1:5984", "https://db.example/?a=1", "https://db.example/#a", "https://"}) {
        const Error error = error_of(
            [&] { stores::CouchDb<testing::ScriptedTransport> store({.url = url}, testing::ScriptedTransport()); });
        BOOST_TEST((error.code == errc::settings));
        BOOST_TEST((error.message + error.cause).find("s3cret") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(a_uri_names_server_user_and_password) {
    using stores::detail::couchdb_options;
    struct Case {
        const char *uri, *url, *user, *password;
    };
    for (const auto& [uri, url, user, password] :
         {Case{"couchdb://127.0.0.1", "http://127.0.0.1:5984", "", ""},
          Case{"couchdb://localhost:15984/", "http://localhost:15984/", "", ""},
          Case{"couchdb://me:p%40ss%3Aword@[::1]:80/a/b", "http://[::1]:80/a/b", "me", "p@ss:word"},
          Case{"couchdbs://me@db.example", "https://db.example:6984", "me", ""}}) {
        const auto options = couchdb_options(uri);
        BOOST_TEST(options.url == url);
        BOOST_TEST(options.user == user);
        BOOST_TEST(options.password.reveal() == password);
    }
    for (const char* wrong :
         {"", "couchdb:", "couchdb://", "http://me:s3cret@db.example", "couchdb://me:s3cret@db.example/?a",
          "couchdb://me:s3cret@db.example#a", "couchdb://me:s3cret@db example", "couchdb://me:s3cret@"}) {
        const Error error = error_of([&] { (void)couchdb_options(wrong); });
        BOOST_TEST((error.code == errc::invalid), wrong);
        BOOST_TEST((error.message + error.cause).find("s3cret") == std::string::npos);
    }
    const auto opened = stores::CouchDb<testing::ScriptedTransport>::open(Secret("x"), testing::ScriptedTransport());
    BOOST_TEST(opened.has_error());
}

BOOST_AUTO_TEST_CASE(failures_name_server_and_database_and_no_password) {
    struct Case {
        const char* name;
        testing::Answer answer;
        const char* expected;
    };
    const std::vector<Case> cases{
        {"password refused", Response(401, R"({"error":"unauthorized","reason":"Name or password is incorrect."})"),
         "credentials"},
        {"fails", Response(500, "oops"), "it failed"},
        {"no JSON", Response(200, "<html>"), "no JSON"},
        {"another shape", Response(200, R"({"rows": 1})"), "never should"},
        {"unreachable", Error{.code = errc::unreachable, .message = "no address"}, "did not answer"},
        {"slow", Error{.code = errc::timeout, .message = "slow", .sent = true}, "did not answer"},
        {"unreadable", Response(200, R"([{"ok":{"_id":"+14155550001","_rev":"1-a","pvt_state":"lost"}}])"),
         "cannot be read"},
    };
    for (const auto& [name, answer, expected] : cases) {
        BOOST_TEST_CONTEXT(name) {
            testing::ScriptedTransport script;
            script.on_any("", answer);
            stores::CouchDb<testing::ScriptedTransport> store(
                {.url = "https://db.example:6984/", .user = "admin", .password = Secret("s3cret"), .prefix = "p-"},
                script);
            const Error error = error_of([&] { (void)tandem::run(store.get(nth(1))); });
            BOOST_TEST((error.code == errc::store), error.message);
            BOOST_TEST(error.message.find("db.example:6984, database p-numbers/+1415") != std::string::npos,
                       error.message);
            BOOST_TEST(error.message.find(expected) != std::string::npos, error.message);
            BOOST_TEST((error.message + error.cause).find("s3cret") == std::string::npos);
            for (const Request& each : script.requests()) {
                BOOST_TEST(each.url().find("s3cret") == std::string::npos);
                BOOST_TEST(each.url().starts_with("https://db.example:6984/p-numbers%2F%2B1415/%2B1415"), each.url());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(answers_of_another_shape_are_the_stores_failure) {
    const auto asked = [](std::string_view part, const char* answer, auto work) {
        testing::ScriptedTransport script;
        script.on_any("", Response(200, "[]"));
        script.on(Method::get, "_all_dbs", Response(200, R"(["numbers/+1415"])"));
        script.on(Method::get, part, Response(200, answer));
        stores::CouchDb<testing::ScriptedTransport> store({}, script);
        return error_of([&] { work(store); });
    };
    const auto check = [](std::string_view name, const Error& error) {
        BOOST_TEST_CONTEXT(name) { BOOST_TEST((error.code == errc::store), error.message); }
    };
    for (const char* rows : {R"({"rows": [1]})", R"({"rows": [{}]})", R"({"rows": [{"key": 1, "value": 1}]})",
                             R"({"rows": [{"key": ["alice"], "value": 1}]})", R"({"rows": [{"key": ["alice", 1]}]})"}) {
        check(rows, asked("billed", rows, [](auto& store) { (void)tandem::run(store.quantities("alice")); }));
    }
    for (const char* rows :
         {R"({"rows": [{"doc": {"_id": "x"}}]})", R"({"rows": [{"doc": {"_id": "1", "numbers": [1]}}]})"}) {
        check(rows, asked("changes/_all_docs", rows, [](auto& store) { (void)tandem::run(store.changes(0, 1)); }));
    }
    for (const char* rows : {R"({"rows": [{"value": 1}]})", R"({"rows": [{"value": ["a", "b"]}]})"}) {
        check(rows,
              asked("by_offer", rows, [](auto& store) { (void)tandem::run(store.newest_offer("k", "alice", at(1))); }));
    }
    check("a search without offers",
          asked("searches", R"([{"ok": {"_id": "q", "account": "alice", "expires": 9}}])",
                [](auto& store) { (void)tandem::run(store.recall("q", "alice", 0, 1, at(1))); }));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(stores_couchdb)

BOOST_AUTO_TEST_CASE(a_document_of_kazoos_is_read_claimed_and_settled_with_all_that_it_holds) {
    Bench<InCouchDb> bench;
    const auto document = kazoo_document();
    const std::string rev = bench.place.write("numbers/+1415", nth(1).str(), document);
    const auto found = bench.get(nth(1));
    BOOST_REQUIRE(found.has_value());
    BOOST_TEST(found->revision == 1U);
    BOOST_TEST(found->carrier == "local");

    Operation purchase = purchase_of(nth(1), "op-1");
    purchase.before = *found;
    purchase.after = *found;
    purchase.after.state = State::in_service;
    purchase.after.assigned_to = "alice";
    const Operation claimed = bench.claim(purchase);
    auto fenced = bench.place.read("numbers/+1415", nth(1).str()).as_object();
    BOOST_TEST(fenced.at("pvt_operation").as_string() == "op-1");
    BOOST_TEST(std::string_view(fenced.at("_rev").as_string()).starts_with("2-"));
    bench.run(bench.store.settle(claimed));

    auto settled = bench.place.read("numbers/+1415", nth(1).str()).as_object();
    BOOST_TEST(std::string_view(settled.at("_rev").as_string()).starts_with("3-"));
    BOOST_TEST(settled.at("pvt_assigned_to").as_string() == "alice");
    BOOST_TEST(settled.at("pvt_last_operation").at("id").as_string() == "op-1");
    BOOST_TEST(!settled.contains("pvt_operation"));
    for (const auto& [key, value] : document) {
        if (key == "pvt_state") { continue; }
        BOOST_TEST_CONTEXT(key) {
            BOOST_REQUIRE(settled.contains(key));
            BOOST_TEST((settled.at(key) == value), write_json(settled.at(key)));
        }
    }
    BOOST_TEST(bench.get(nth(1))->private_fields.text.find("pvt_last_operation") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_write_of_kazoos_counts_as_one) {
    Bench<InCouchDb> bench;
    const Number written = bench.put(record(nth(1)));
    auto document = bench.place.read("numbers/+1415", nth(1).str()).as_object();
    document["cnam"] = "theirs";
    bench.place.write("numbers/+1415", nth(1).str(), document);
    BOOST_TEST(bench.refusal(bench.store.put(written)) == "conflict");
    BOOST_TEST(bench.refusal(bench.store.claim(release_of(written, "op-1"), {})) == "conflict");
    const Number newest = bench.get(nth(1)).value();
    BOOST_TEST(newest.revision == 2U);
    bench.put(newest);
    BOOST_TEST(bench.place.read("numbers/+1415", nth(1).str()).at("cnam").as_string() == "theirs");
    BOOST_TEST(bench.open_ids().empty());
}

BOOST_AUTO_TEST_CASE(a_number_that_kazoo_overwrote_is_not_settled) {
    for (const bool keeps_fence : {false, true}) {
        BOOST_TEST_CONTEXT((keeps_fence ? "with our fence" : "with what it had read before")) {
            Bench<InCouchDb> bench;
            bench.place.write("numbers/+1415", nth(1).str(), kazoo_document());
            Operation purchase = purchase_of(nth(1), "op-1");
            purchase.before = bench.get(nth(1)).value();
            Operation sending = bench.claim(purchase);
            sending.phase = Operation::Phase::sending;
            sending = bench.run(bench.store.advance(sending));

            const auto now = bench.place.read("numbers/+1415", nth(1).str()).as_object();
            auto stale = kazoo_document();
            stale["_rev"] = now.at("_rev");  // stamped newest, as Kazoo does
            if (keeps_fence) { stale["pvt_operation"] = "op-1"; }
            bench.place.write("numbers/+1415", nth(1).str(), stale);

            BOOST_TEST(bench.refusal(bench.store.settle(sending)) == "conflict");
            BOOST_TEST(bench.refusal(bench.store.abandon(sending)) == "conflict");
            BOOST_TEST(text_of(bench.operation("op-1")) == text_of(sending));
            BOOST_TEST(bench.open_ids().size() == 1U);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_overwrite_while_the_settle_is_under_way_is_told_and_the_operation_stays_open) {
    InCouchDb place;
    Bench<InCouchDb> bench;
    bench.place.write("numbers/+1415", nth(1).str(), kazoo_document());
    Operation purchase = purchase_of(nth(1), "op-1");
    purchase.before = bench.get(nth(1)).value();
    const Operation claimed = bench.claim(purchase);
    auto stale = kazoo_document();
    const auto overwrite = [&]() -> Task<void> {
        stale["_rev"] = bench.place.read("numbers/+1415", nth(1).str()).at("_rev");
        bench.place.write("numbers/+1415", nth(1).str(), stale);
        co_return;
    };
    stores::CouchDb<Interrupted> store(bench.place.options, Interrupted(bench.place.wire(), puts_number, overwrite));
    BOOST_TEST(bench.refusal(store.settle(claimed)) == "conflict");
    BOOST_TEST(text_of(bench.operation("op-1")) == text_of(claimed));
    BOOST_TEST(bench.open_ids().size() == 1U);
    BOOST_TEST((bench.get(nth(1))->state == State::available));
}

BOOST_AUTO_TEST_CASE(a_fence_that_comes_back_behind_its_settle_is_taken_off) {
    Bench<InCouchDb> bench;
    const Operation claimed = bench.claim(purchase_of(nth(1), "op-1"));
    auto stale = bench.place.read("numbers/+1415", nth(1).str()).as_object();
    bench.run(bench.store.settle(claimed));
    stale["_rev"] = bench.place.read("numbers/+1415", nth(1).str()).at("_rev");
    bench.place.write("numbers/+1415", nth(1).str(), stale);
    const auto found = bench.get(nth(1));
    BOOST_REQUIRE(found.has_value());
    BOOST_TEST(found->assigned_to == "alice");
    BOOST_TEST(found->fence.empty());
}

BOOST_AUTO_TEST_CASE(a_claim_slower_than_whoever_recovers_holds_nothing) {
    for (const bool known : {false, true}) {
        BOOST_TEST_CONTEXT((known ? "a number that is there" : "a number that is not")) {
            Bench<InCouchDb> bench;
            Operation purchase = purchase_of(nth(1), "op-1");
            if (known) { purchase.before = bench.put(record(nth(1), State::available, "")); }
            auto other = bench.place.open();
            const auto recover = [&]() -> Task<void> {
                const OperationId first;
                const auto open = co_await other.open_operations(first, 10);
                for (const Operation& each : open) { co_await other.abandon(each); }
            };
            stores::CouchDb<Interrupted> slow(bench.place.options,
                                              Interrupted(bench.place.wire(), puts_number, recover));
            const Operation claimed = bench.run(slow.claim(purchase, {}));
            BOOST_TEST(bench.refusal(bench.store.advance(claimed)) == "conflict");
            BOOST_TEST(bench.open_ids().empty());
            BOOST_TEST(bench.get(nth(1)).has_value() == known);
            if (known) { BOOST_TEST(bench.get(nth(1))->fence.empty()); }
            Operation next = purchase_of(nth(1), "op-2", "bob");
            if (const auto found = bench.get(nth(1))) { next.before = *found; }
            bench.run(bench.store.settle(bench.claim(next)));
            BOOST_TEST(bench.get(nth(1))->assigned_to == "bob");
        }
    }
}

BOOST_AUTO_TEST_CASE(nothing_is_changed_or_settled_while_siblings_exist) {
    Bench<InCouchDb> bench;
    const Number owned = bench.put(record(nth(2)));
    const Operation claimed = bench.claim(purchase_of(nth(1), "op-1"));
    const auto mine = bench.place.read("numbers/+1415", nth(1).str()).as_object();
    for (const int i : {1, 2}) {
        auto sibling = kazoo_document();
        sibling["_id"] = nth(i).str();
        sibling["_rev"] = "1-0000";
        bench.place.inject("numbers/+1415", sibling);
    }
    BOOST_TEST(bench.refusal(bench.store.settle(claimed)) == "conflict");
    BOOST_TEST(bench.refusal(bench.store.abandon(claimed)) == "conflict");
    BOOST_TEST(bench.refusal(bench.store.put(owned)) == "conflict");
    BOOST_TEST(bench.refusal(bench.store.remove(nth(2), 1)) == "conflict");
    BOOST_TEST(bench.refusal(bench.store.claim(release_of(owned, "op-2"), {})) == "conflict");
    BOOST_TEST(bench.open_ids().size() == 1U);

    bench.place.remove("numbers/+1415", nth(1).str(), "1-0000");
    bench.run(bench.store.settle(claimed));
    BOOST_TEST(bench.get(nth(1))->assigned_to == "alice");
}

BOOST_AUTO_TEST_CASE(siblings_that_come_with_the_settles_write_keep_the_operation_open) {
    for (const bool deletes : {false, true}) {
        BOOST_TEST_CONTEXT((deletes ? "a release" : "a purchase")) {
            Bench<InCouchDb> bench;
            Operation operation = purchase_of(nth(1), "op-1");
            if (deletes) { operation = release_of(bench.put(record(nth(1))), "op-1"); }
            const Operation claimed = bench.claim(operation);
            const auto replicate = [&]() -> Task<void> {
                auto sibling = kazoo_document();
                sibling["_rev"] = "1-0000";
                bench.place.inject("numbers/+1415", sibling);
                co_return;
            };
            stores::CouchDb<Interrupted> store(bench.place.options,
                                               Interrupted(bench.place.wire(), puts_number, replicate));
            BOOST_TEST(bench.refusal(store.settle(claimed)) == "conflict");
            BOOST_TEST(bench.open_ids().size() == 1U);
            BOOST_TEST(bench.refusal(bench.store.advance(claimed)) == "conflict");

            bench.place.remove("numbers/+1415", nth(1).str(), "1-0000");
            BOOST_TEST(bench.open_ids().empty());  // whoever asks finishes it
            BOOST_TEST((bench.operation("op-1")->phase == Operation::Phase::done));
            BOOST_TEST(bench.get(nth(1)).has_value() == !deletes);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_crash_before_or_behind_any_request_leaves_nothing_lost_or_half_done) {
    Bench<InCouchDb> bench;
    int place = 0, crashes = 0, sold = 0;
    Amount spent = Amount::zero();
    for (const Life& life :
         {Life{"a purchase", false, false, false, false}, Life{"a release", true, true, false, false},
          Life{"an offer of a group", false, false, true, false},
          Life{"an abandoned purchase", false, false, false, true}}) {
        for (const auto when : {Cut::When::before, Cut::When::behind}) {
            bool reached = true;
            for (int at = 1; reached; ++at) {
                const E164 number = nth(++place);
                const std::string id = "op-" + std::to_string(place);
                BOOST_TEST_CONTEXT(life.name << (when == Cut::When::before ? " before" : " behind") << " request "
                                             << at) {
                    Operation operation = purchase_of(number, id);
                    if (life.owned_before) { operation = release_of(bench.put(record(number)), id); }
                    operation.key = "key of " + id;
                    if (life.of_group) {
                        operation.number = operation.after.number = E164();
                        operation.offer = number.str();
                    }
                    Cut cut(bench.place.wire(), at, when, true);
                    CutStore dying(bench.place.options, cut);
                    std::string ended;
                    try {
                        live(life, dying, operation);
                    } catch (const Exception& exception) { ended = name_of(exception.error().code); }
                    reached = cut.reached();
                    BOOST_TEST(ended == (reached ? "store" : ""));
                    crashes += reached ? 1 : 0;

                    auto store = bench.place.open();  // recover, as the manager does
                    for (Operation each : bench.run(store.open_operations({}, 10))) {
                        BOOST_TEST(each.id.view() == id);
                        if (each.phase == Operation::Phase::prepared) {
                            bench.run(store.abandon(each));
                        } else {
                            if (life.of_group) { each.number = each.after.number = number; }
                            (void)bench.run(store.settle(each));
                        }
                    }
                    BOOST_TEST(bench.open_ids().empty());
                    const auto last = bench.operation(id);
                    const auto found = bench.get(number);
                    const bool done = last && last->phase == Operation::Phase::done;
                    const bool there = life.releases ? !done : done;
                    BOOST_TEST(found.has_value() == there);
                    if (found) {
                        BOOST_TEST(found->fence.empty());
                        BOOST_TEST(found->assigned_to == "alice");
                        BOOST_TEST((found->state == State::in_service));
                    }
                    BOOST_TEST((done || !last || last->phase == Operation::Phase::refused));
                    if (!reached) { BOOST_TEST(done == !life.abandons); }
                    const auto by_key = bench.run(store.operation_by_key("alice", operation.key));
                    BOOST_TEST((!by_key || by_key->id.view() == id));
                    if (done) { BOOST_TEST(by_key.has_value()); }
                    sold += done && !life.releases ? 1 : 0;
                }
            }
        }
    }
    BOOST_TEST(crashes > 80);
    // What was refused is given back, what was sold is spent, to the last.
    spent = money("1.00") * sold;
    Operation beyond = purchase_of(nth(++place), "beyond");
    BOOST_TEST(bench.refusal(bench.store.claim(beyond, spent)) == "not_enough_credit");
    bench.claim(beyond, spent + money("1.00"));
    BOOST_TEST_MESSAGE(crashes << " crashes, " << sold << " sold");
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_lost_once_is_found_out_or_told_as_the_stores_failure) {
    Bench<InCouchDb> bench;
    const Life life{"a purchase", false, false, false, false};
    int place = 0, found_out = 0;
    bool reached = true;
    for (int at = 1; reached; ++at) {
        const E164 number = nth(++place);
        const std::string id = "op-" + std::to_string(place);
        BOOST_TEST_CONTEXT("request " << at) {
            Cut cut(bench.place.wire(), at, Cut::When::behind, false);
            CutStore store(bench.place.options, cut);
            Operation operation = purchase_of(number, id);
            operation.key = id;
            BOOST_CHECK_NO_THROW(live(life, store, operation));
            reached = cut.reached();
            found_out += reached ? 1 : 0;
            BOOST_TEST((bench.operation(id)->phase == Operation::Phase::done));
            BOOST_TEST(bench.get(number)->assigned_to == "alice");
            BOOST_TEST(bench.get(number)->revision == 2U);
        }
    }
    BOOST_TEST(found_out > 12);
}

BOOST_AUTO_TEST_CASE(a_crash_while_something_else_waits_for_the_number_is_finished_by_the_next_claim) {
    Bench<InCouchDb> bench;
    int place = 0;
    bool reached = true;
    for (int at = 1; reached; ++at) {
        const E164 number = nth(++place);
        BOOST_TEST_CONTEXT("request " << at) {
            const Operation claimed = bench.claim(purchase_of(number, "op-" + std::to_string(place)));
            Cut cut(bench.place.wire(), at, Cut::When::behind, true);
            CutStore dying(bench.place.options, cut);
            (void)bench.refusal(dying.settle(claimed));
            reached = cut.reached();
            // Sold to alice by then, or still held: whoever comes next is never given a number of hers.
            Operation next = purchase_of(number, "next-" + std::to_string(place), "bob");
            next.before.revision = bench.get(number)->revision;
            const bool applied = bench.get(number)->fence.empty();
            const auto refusal = bench.refusal(bench.store.claim(next, {}));
            BOOST_TEST(refusal == (applied ? "" : "in_progress"));
            if (applied) {  // the claim has brought alice's to its end before it began
                BOOST_TEST((bench.operation(claimed.id.view())->phase == Operation::Phase::done));
                BOOST_TEST(bench.operation(next.id.view())->before.assigned_to == "alice");
            } else {
                (void)bench.open_ids();
                const auto last = bench.operation(claimed.id.view()).value();
                BOOST_TEST(bench.get(number)->fence.empty() == !last.open());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_claim_that_loses_its_number_at_the_last_moment_gives_key_and_charge_back) {
    Bench<InCouchDb> bench;
    auto other = bench.place.open();
    const auto overtake = [&]() -> Task<void> {
        const Operation theirs = purchase_of(nth(1), "op-2", "bob");
        const std::optional<Amount> unlimited;
        (void)co_await other.claim(theirs, unlimited);
    };
    stores::CouchDb<Interrupted> slow(bench.place.options, Interrupted(bench.place.wire(), puts_number, overtake));
    Operation mine = purchase_of(nth(1), "op-1");
    mine.key = "k";
    BOOST_TEST(bench.refusal(slow.claim(mine, money("1.00"))) == "in_progress");
    BOOST_TEST(!bench.run(bench.store.operation_by_key("alice", "k")).has_value());
    BOOST_TEST((bench.open_ids() == std::vector<std::string>{"op-2"}));
    Operation again = purchase_of(nth(2), "op-3");
    again.key = "k";
    bench.claim(again, money("1.00"));
}

BOOST_AUTO_TEST_CASE(a_step_that_costs_more_counts_at_once) {
    Bench<InCouchDb> bench;
    Operation step = bench.claim(purchase_of(nth(1), "op-1"));
    step.charge = money("3.00");
    step.phase = Operation::Phase::sending;
    step = bench.run(bench.store.advance(step));
    BOOST_TEST(bench.refusal(bench.store.claim(purchase_of(nth(2), "op-2"), money("3.9999"))) == "not_enough_credit");
    step.charge = money("4.00");
    bench.run(bench.store.settle(step));
    BOOST_TEST(bench.refusal(bench.store.claim(purchase_of(nth(2), "op-2"), money("4.9999"))) == "not_enough_credit");
    bench.claim(purchase_of(nth(2), "op-2"), money("5.00"));
}

BOOST_AUTO_TEST_CASE(what_an_interrupted_claim_reserves_counts_until_it_is_abandoned) {
    Bench<InCouchDb> bench;
    for (int at = 1; bench.open_ids().empty(); ++at) {  // until it dies behind the ledger's write, before the fence
        Cut cut(bench.place.wire(), at, Cut::When::before, true);
        CutStore dying(bench.place.options, cut);
        (void)bench.refusal(dying.claim(purchase_of(nth(at), "op-" + std::to_string(at)), money("1.00")));
        const auto ledger = bench.place.read("tandem/ledgers", R"(["alice"])");
        if (ledger.as_object().contains("open")) { break; }
        for (const std::string& each : bench.open_ids()) {
            bench.run(bench.store.abandon(bench.operation(each).value()));
        }
    }
    BOOST_TEST(bench.refusal(bench.store.claim(purchase_of(nth(100), "next"), money("1.50"))) == "not_enough_credit");
    BOOST_REQUIRE(bench.open_ids().size() == 1U);
    bench.run(bench.store.abandon(bench.operation(bench.open_ids().front()).value()));
    bench.claim(purchase_of(nth(100), "next"), money("1.00"));
}

BOOST_AUTO_TEST_CASE(a_ledger_of_many_purchases_stays_small) {
    Bench<InCouchDb> bench;
    for (int i = 0; i < 70; ++i) {
        const Operation claimed = bench.claim(purchase_of(nth(i), "op-" + std::to_string(i)));
        if (i % 2 == 0) {
            bench.run(bench.store.settle(claimed));
        } else {
            bench.run(bench.store.abandon(claimed));
        }
    }
    const auto ledger = bench.place.read("tandem/ledgers", R"(["alice"])");
    BOOST_TEST(ledger.at("open").as_object().size() < 70U);
    BOOST_TEST(bench.refusal(bench.store.claim(purchase_of(nth(100), "next"), money("35.9999"))) ==
               "not_enough_credit");
    bench.claim(purchase_of(nth(100), "next"), money("36.00"));
}

BOOST_AUTO_TEST_CASE(changes_tell_of_everybodys_writes_in_all_databases) {
    Bench<InCouchDb> bench;
    const auto numbers_since = [&](std::uint64_t since) {
        std::set<E164> numbers;
        for (const auto& each : bench.run(bench.store.changes(since, 100))) { numbers.insert(each.number); }
        return numbers;
    };
    const E164 british = E164::parse_or_empty("+442071234567"), short_one = E164::parse_or_empty("+441");
    bench.place.write("numbers/+1415", nth(1).str(), kazoo_document());
    bench.put(record(british));
    bench.put(record(short_one));
    BOOST_TEST((numbers_since(0) == std::set<E164>{nth(1), british, short_one}));
    const auto then = bench.last_change();
    BOOST_TEST(numbers_since(then).empty());
    const auto rev = std::string(bench.place.read("numbers/+1415", nth(1).str()).at("_rev").as_string());
    bench.place.remove("numbers/+1415", nth(1).str(), rev);
    BOOST_TEST((numbers_since(then) == std::set<E164>{nth(1)}));
    bench.run(bench.store.quantities("alice"));  // views are no numbers
    BOOST_TEST((numbers_since(then) == std::set<E164>{nth(1)}));
}

BOOST_AUTO_TEST_CASE(changes_that_were_being_written_down_when_somebody_died_are_not_lost) {
    Bench<InCouchDb> bench;
    bool reached = true;
    std::uint64_t since = 0;
    for (int at = 1; reached; ++at) {
        bench.put(record(nth(at)));
        for (const auto when : {Cut::When::before, Cut::When::behind}) {
            Cut cut(bench.place.wire(), at, when, true);
            CutStore dying(bench.place.options, cut);
            (void)bench.refusal(dying.changes(since, 100));
            reached = cut.reached();
        }
        std::set<E164> found;
        for (const auto& each : bench.run(bench.store.changes(since, 100))) {
            BOOST_TEST(each.sequence > since);
            since = each.sequence;
            found.insert(each.number);
        }
        BOOST_TEST((found == std::set<E164>{nth(at)}));
    }
}

BOOST_AUTO_TEST_SUITE_END()
