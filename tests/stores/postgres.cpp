// SPDX-License-Identifier: BSL-1.0
#include <tandem/stores/postgres.hpp>

#include "conformance.hpp"

#include <boost/test/tree/traverse.hpp>
#include <boost/test/tree/visitor.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <future>
#include <latch>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace tandem;
using namespace tandem::store_tests;

namespace {

/// Where there is no server, the cases that need one do not run, and the program says so; nor do those that restart it
/// where it is another's.
struct WithoutPostgres : boost::unit_test::test_tree_visitor {
    WithoutPostgres() {
        if (!PostgresDatabases::there_are()) {
            std::fputs("There is no PostgreSQL server here: its store is not tested (package postgresql)\n", stderr);
        }
        boost::unit_test::traverse_test_tree(boost::unit_test::framework::master_test_suite(), *this, true);
    }
    void visit(const boost::unit_test::test_case& each) override { examine(each); }
    bool test_suite_start(const boost::unit_test::test_suite& each) override {
        examine(each);
        return true;
    }
    static void examine(const boost::unit_test::test_unit& unit) {
        const std::string& name = unit.p_name.get();
        const bool needs_one = name.find("InPostgres") != name.npos || name.starts_with("stores_postgres");
        const bool needs_its_own = name == "stores_postgres_faults";
        if ((needs_one && !PostgresDatabases::there_are()) || (needs_its_own && !PostgresDatabases::given().empty())) {
            const_cast<boost::unit_test::test_unit&>(unit).p_run_status.value =
                boost::unit_test::test_unit::RS_DISABLED;
        }
    }
};
BOOST_TEST_GLOBAL_FIXTURE(WithoutPostgres);

/// What `task` ends in; `errc::unspecified` and no message when it goes well.
template <class T>
Error error_of(Task<T> task) {
    try {
        if constexpr (std::is_void_v<T>) {
            tandem::run(std::move(task));
        } else {
            (void)tandem::run(std::move(task));
        }
    } catch (const Exception& exception) { return exception.error(); }
    return {};
}

stores::Postgres store_at(const std::string& url, Duration timeout = std::chrono::seconds(10),
                          std::size_t most_connections = 8) {
    return stores::Postgres(Secret(url), {.most_connections = most_connections, .timeout = timeout});
}

/// A database that others may spoil: gone with the test.
class OwnDatabase {
public:
    OwnDatabase() {
        static int count = 0;
        name_ = "tandem_own_" + std::to_string(getpid()) + "_" + std::to_string(count++);
        Psql(PostgresDatabases::all().admin_url())("CREATE DATABASE " + name_);
    }
    OwnDatabase(const OwnDatabase&) = delete;
    OwnDatabase& operator=(const OwnDatabase&) = delete;
    ~OwnDatabase() {
        try {
            Psql(PostgresDatabases::all().admin_url())("DROP DATABASE " + name_ + " WITH (FORCE)");
        } catch (const std::exception&) {}  // a server that does not know FORCE keeps it
    }
    std::string url() const { return PostgresDatabases::all().url(name_); }
    const std::string& name() const { return name_; }

private:
    std::string name_;
};

bool tells(const Error& error, const std::string& text) {
    return error.message.find(text) != std::string::npos || error.cause.find(text) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stores_postgres)

BOOST_AUTO_TEST_CASE(what_is_no_url_of_postgresql_is_refused_without_a_word_of_it) {
    using namespace std::string_literals;
    for (const std::string& url :
         {""s, "canary"s, "postgres:canary"s, "host=here password=canary"s, "mysql://u:canary@h/d"s,
          "postgresql://u:canary%zz@h/d"s, "postgresql://u:ca/nary@h/d"s, "postgresql://u:12/canary@h/d"s,
          "postgresql://u:pa@canary@h/d"s, "postgresql://h/d?canary=1"s, "postgresql://h/d?password=a&canary"s,
          "postgresql://[canary/d"s, "postgresql://h:canary/d"s, "postgresql://h\0canary/d"s}) {
        BOOST_TEST_CONTEXT(url) {
            const auto opened = stores::Postgres::open(Secret(url));
            BOOST_REQUIRE(opened.has_error());
            BOOST_TEST((opened.error().code == errc::settings));
            for (const char* part : {"canary", "nary"}) { BOOST_TEST(!tells(opened.error(), part)); }
        }
    }
    BOOST_TEST(stores::Postgres::open(Secret("postgresql://u:canary@h:1/d")).has_value());
    BOOST_TEST(stores::Postgres::open(Secret("postgres://")).has_value());
}

BOOST_AUTO_TEST_CASE(a_server_of_another_machine_has_to_prove_its_name) {
    struct Case {
        const char* url;
        const char* expected;
    };
    for (const auto& [url, expected] :
         {Case{"postgresql://db.example/x", "verify-full"}, Case{"postgresql://10.0.0.1/x", "verify-full"},
          Case{"postgresql://localhost,db.example/x", "verify-full"},
          Case{"postgresql://[2001:db8::1]:5/x", "verify-full"},
          Case{"postgresql:///x?hostaddr=10.0.0.1", "verify-full"},
          Case{"postgresql://db.example/x?sslmode=require", "require"}, Case{"postgresql://localhost/x", ""},
          Case{"postgresql://127.9.9.9/x", ""}, Case{"postgresql://[::1]/x", ""},
          Case{"postgresql:///x?host=/run/sockets", ""}, Case{"postgresql:///x", ""}}) {
        BOOST_TEST_CONTEXT(url) {
            const stores::detail::PostgresAddress address{Secret(url)};
            const Secret* mode = address.find("sslmode");
            BOOST_TEST((mode == nullptr ? "" : mode->reveal()) == expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_text_stays_another_than_every_other_and_comes_back) {
    using namespace std::string_literals;
    const std::vector<std::string> texts{"",        "a",       "a\0"s,  "a\1"s, "a\1\60"s,
                                         "a\1\61"s, "\0\1\0"s, "\1\1"s, "0",    "\\\"{},"};
    std::set<std::string> written;
    for (const std::string& each : texts) {
        const std::string as_sql = stores::detail::to_sql_text(each);
        BOOST_TEST(as_sql.find('\0') == as_sql.npos);
        BOOST_TEST(stores::detail::from_sql_text(as_sql) == each);
        written.insert(as_sql);
    }
    BOOST_TEST(written.size() == texts.size());

    const InPostgres place;
    auto store = place.open();
    for (std::size_t i = 0; i < texts.size(); ++i) {
        Operation operation = purchase_of(nth(static_cast<int>(i)), "op-" + std::to_string(i));
        operation.key = texts[i];
        run(store.claim(operation, {}));
    }
    CachedSearch search{.query_id = "a\0b"s, .account = "a\0"s, .created = at(1), .expires = at(9), .offers = {}};
    for (const std::string& each : texts) { search.offers.push_back({.key = each, .json = each}); }
    run(store.remember(search));
    const auto page = run(store.recall("a\0b"s, "a\0"s, 0, 99, at(2)));
    BOOST_REQUIRE(page.has_value());
    BOOST_TEST(page->offers == texts, boost::test_tools::per_element());
    for (const std::string& each : texts) { BOOST_TEST(run(store.newest_offer(each, "a\0"s, at(2))).value() == each); }
    BOOST_TEST(!run(store.recall("a\0b"s, "a", 0, 99, at(2))).has_value());
    BOOST_TEST(!run(store.recall("a", "a\0"s, 0, 99, at(2))).has_value());

    const std::string account = "al\xFFice", readable = "al\xEF\xBF\xBDice";
    Operation operation = purchase_of(nth(900), "op-x", account);
    operation.key = "k\xC0";
    run(store.settle(run(store.claim(operation, {}))));
    for (const auto& each : {account, readable}) {
        NumberQuery query;
        query.account = each;
        BOOST_TEST(run(store.scan(query)).numbers.size() == 1U);
        BOOST_TEST(run(store.operation_by_key(each, "k\xC0")).has_value());
    }
}

BOOST_AUTO_TEST_CASE(another_programs_schema_is_refused_and_stays_as_it_was) {
    struct Case {
        const char* name;
        const char* sql;
    };
    for (const auto& [name, sql] :
         {Case{"other tables", "CREATE SCHEMA tandem; CREATE TABLE tandem.numbers (number text)"},
          Case{"another store", "CREATE SCHEMA tandem; CREATE TABLE tandem.store (address text)"},
          Case{"another application",
               "CREATE SCHEMA tandem; CREATE TABLE tandem.store (application text, version bigint); "
               "INSERT INTO tandem.store VALUES ('bicycles', 1)"}}) {
        BOOST_TEST_CONTEXT(name) {
            const OwnDatabase database;
            Psql stranger(database.url());
            stranger(sql);
            const std::string tables =
                "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'tandem' "
                "ORDER BY 1";
            const auto before = stranger(tables);
            auto store = store_at(database.url());
            for (const Error& error : {error_of(store.get(nth(1))), error_of(store.put(record(nth(1))))}) {
                BOOST_TEST((error.code == errc::store));
                BOOST_TEST(tells(error, database.name()), error.message);
                BOOST_TEST(tells(error, "not Tandem's"), error.message);
            }
            BOOST_TEST(stranger(tables) == before, boost::test_tools::per_element());
        }
    }
}

BOOST_AUTO_TEST_CASE(another_version_is_refused) {
    const OwnDatabase database;
    run(store_at(database.url()).put(record(nth(1))));
    Psql(database.url())("UPDATE tandem.store SET version = 2");
    const Error error = error_of(store_at(database.url()).get(nth(1)));
    BOOST_TEST((error.code == errc::store));
    BOOST_TEST(tells(error, "version"), error.message);
    BOOST_TEST(error.cause == "2, not 1");
    Psql(database.url())("UPDATE tandem.store SET version = 1");
    BOOST_TEST(run(store_at(database.url()).get(nth(1))).has_value());
}

BOOST_AUTO_TEST_CASE(all_who_make_the_schema_at_once_succeed) {
    constexpr int makers = 6;
    for (int round = 0; round < 3; ++round) {
        const OwnDatabase database;
        std::latch start(makers);
        std::vector<std::future<Error>> all;
        for (int i = 0; i < makers; ++i) {
            all.push_back(std::async(std::launch::async, [&, i] {
                auto store = store_at(database.url());
                start.arrive_and_wait();
                return error_of(store.put(record(nth(i))));
            }));
        }
        for (auto& each : all) {
            const Error error = each.get();
            BOOST_TEST(error.message == "", error.cause);
        }
        BOOST_TEST(run(store_at(database.url()).scan({})).numbers.size() == std::size_t{makers});
    }
}

BOOST_AUTO_TEST_CASE(a_schema_made_by_half_is_finished) {
    const OwnDatabase database;
    Psql(database.url())(
        "CREATE SCHEMA tandem; CREATE TABLE tandem.store (application text PRIMARY KEY, version bigint NOT NULL); "
        "CREATE TABLE tandem.accounts (account text COLLATE \"C\" PRIMARY KEY, claims bigint NOT NULL)");
    auto store = store_at(database.url());
    run(store.claim(purchase_of(nth(1), "op-1"), money("9")));
    BOOST_TEST(run(store.get(nth(1))).has_value());
}

BOOST_AUTO_TEST_CASE(a_document_damaged_by_hand_is_the_stores_failure) {
    for (const char* document : {"", "{", "{}", R"({"_id": "+1415"})", R"({"id": "op-1", "kind": "steal"})"}) {
        BOOST_TEST_CONTEXT(document) {
            const InPostgres place;
            auto store = place.open();
            const Operation claimed = run(store.claim(purchase_of(nth(1), "op-1"), {}));
            run(store.put(record(nth(2))));
            const std::string damage = " SET document = '" + std::string(document) + "' WHERE document LIKE '%op-1%'";
            Psql(place.url())("UPDATE tandem.numbers" + damage + "; UPDATE tandem.operations" + damage);
            for (const Error& each :
                 {error_of(store.get(nth(1))), error_of(store.scan({})), error_of(store.put(record(nth(1)))),
                  error_of(store.claim(purchase_of(nth(1), "op-2"), {})), error_of(store.operation(claimed.id)),
                  error_of(store.open_operations({}, 9)), error_of(store.settle(claimed)),
                  error_of(store.abandon(claimed))}) {
                BOOST_TEST((each.code == errc::store), each.message);
                BOOST_TEST(tells(each, place.name), each.message);
            }
            BOOST_TEST(run(store.get(nth(2))).has_value());
            run(store.put(record(nth(3))));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_page_is_a_range_of_an_index) {
    const InPostgres place;
    auto store = place.open();
    run(store.put(record(nth(1))));
    Psql psql(place.url());
    // Each filter leaves a twentieth at most, on a disk that need not seek: an index in the page's own order wins by
    // far.
    psql(
        "INSERT INTO tandem.numbers SELECT (n::bigint << 20), 1, n / 50 % 20, 'account' || n % 50, "
        "'carrier' || n % 50, '', '', '' FROM generate_series(1, 20000) AS n; ANALYZE tandem.numbers");
    psql("SET random_page_cost = 1; SET enable_bitmapscan = off");
    struct Case {
        const char* index;
        std::optional<State> state;
        const char* account;
        const char* carrier;
    };
    for (const auto& [index, state, account, carrier] :
         {Case{"numbers_pkey", {}, "", ""}, Case{"numbers_by_account", {}, "account7", ""},
          Case{"numbers_by_state", State::in_service, "", ""},
          Case{"numbers_by_carrier", State::in_service, "", "carrier3"}}) {
        BOOST_TEST_CONTEXT(index) {
            NumberQuery query{.prefix = {}, .after = {}, .state = state, .account = account, .carrier = carrier};
            auto statement = stores::detail::select_page(query, stores::detail::keys_of(query).value());
            for (std::size_t i = statement.values.size(); i > 0; --i) {  // PREPARE would plan for any values
                const std::string place_of = "$" + std::to_string(i), value = "'" + statement.values[i - 1] + "'";
                statement.sql.replace(statement.sql.find(place_of), place_of.size(), value);
            }
            std::string plan;
            for (const auto& line : psql("EXPLAIN " + statement.sql)) { plan += line + "\n"; }
            BOOST_TEST(plan.find("Index Scan using " + std::string(index)) != plan.npos, plan);
            BOOST_TEST(plan.find("Sort") == plan.npos, plan);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_change_that_is_committed_late_comes_late) {
    const InPostgres place;
    auto store = place.open();
    for (int i = 1; i <= 3; ++i) { run(store.put(record(nth(i)))); }
    const auto before = run(store.changes(0, 99)).back().sequence;
    Psql slow(place.url());
    slow("BEGIN");
    slow("UPDATE tandem.changes SET written = nextval('tandem.written'), sequence = NULL WHERE number = " +
         std::to_string(stores::detail::to_key(nth(1))));
    run(store.put(*run(store.get(nth(2)))));  // after it, and committed before it
    const auto meanwhile = run(store.changes(before, 99));
    BOOST_REQUIRE(meanwhile.size() == 1U);
    BOOST_TEST(meanwhile[0].number == nth(2));
    slow("COMMIT");
    const auto late = run(store.changes(meanwhile[0].sequence, 99));
    BOOST_REQUIRE(late.size() == 1U);
    BOOST_TEST(late[0].number == nth(1));
    BOOST_TEST(run(store.changes(late[0].sequence, 99)).empty());
}

BOOST_AUTO_TEST_CASE(copies_and_moved_stores_are_one_store) {
    const InPostgres place;
    auto first = std::make_unique<stores::Postgres>(place.open());
    stores::Postgres copy = *first;
    stores::Postgres moved = std::move(*first);
    first.reset();
    run(moved.put(record(nth(1))));
    BOOST_TEST(run(copy.get(nth(1))).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
