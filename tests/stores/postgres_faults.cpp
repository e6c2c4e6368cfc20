// SPDX-License-Identifier: BSL-1.0
#include "conformance.hpp"
#include "process.hpp"
#include "relay.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace tandem;
using namespace tandem::store_tests;
using namespace std::chrono_literals;

namespace {

stores::Postgres faulty_store(const std::string& url, Duration timeout = 10s, std::size_t most_connections = 8) {
    stores::Postgres::Options options;
    options.most_connections = most_connections;
    options.timeout = timeout;
    return stores::Postgres(Secret(url), options);
}

/// How a change ended for its caller.
struct Ending {
    bool acknowledged = false;
    Error error{};
};

template <class T>
Ending ending_of(Task<T> task) {
    try {
        if constexpr (std::is_void_v<T>) {
            tandem::run(std::move(task));
        } else {
            (void)tandem::run(std::move(task));
        }
        return {.acknowledged = true};
    } catch (const Exception& exception) { return {.error = exception.error()}; }
}

PostgresServer& own_server() {
    auto* server = PostgresDatabases::all().server();
    BOOST_REQUIRE(server != nullptr);
    return *server;
}

/// Waits until the server has nobody else at this database.
void wait_until_alone(Psql& psql) {
    while (psql("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND backend_type = 'client backend'")
               .size() != 0) {
        std::this_thread::sleep_for(1ms);
    }
}

/// A change that is cut, and how to see whether it was written: "all", "none" or "half".
struct Subject {
    const char* name;
    std::set<Relay::Cut> cuts;  ///< what there is time for; TANDEM_FULL does all
    std::function<void(stores::Postgres&, int)> prepare;
    std::function<Ending(stores::Postgres&, int)> change;
    std::function<std::string(Psql&, int)> look;
};

std::string op_id(int i) { return "op-" + std::to_string(i); }
std::string key_text(int i) { return std::to_string(stores::detail::to_key(nth(i))); }

std::string share_of(const std::string& a, const std::string& b) { return a != b ? "half" : a == "t" ? "all" : "none"; }

const std::vector<Subject>& subjects() {
    static const std::vector<Subject> all{
        {"claim",
         {Relay::Cut::before, Relay::Cut::half_open, Relay::Cut::for_good},
         [](stores::Postgres&, int) {},
         [](stores::Postgres& store, int i) {
             Operation operation = purchase_of(nth(i), op_id(i));
             operation.key = "key " + std::to_string(i);
             return ending_of(store.claim(operation, money("1000000")));
         },
         [](Psql& psql, int i) {
             return share_of(
                 psql("SELECT EXISTS (SELECT 1 FROM tandem.operations WHERE id = '" + op_id(i) + "')")[0],
                 psql("SELECT EXISTS (SELECT 1 FROM tandem.numbers JOIN tandem.changes USING (number, revision) "
                      "WHERE fence = '" +
                      op_id(i) + "')")[0]);
         }},
        {"settle",
         {Relay::Cut::half_open},
         [](stores::Postgres& store, int i) { run(store.claim(purchase_of(nth(i), op_id(i)), {})); },
         [](stores::Postgres& store, int i) {
             Operation operation = purchase_of(nth(i), op_id(i));
             operation.revision = 1;
             operation.after.revision = 1;
             return ending_of(store.settle(operation));
         },
         [](Psql& psql, int i) {
             return share_of(
                 psql("SELECT EXISTS (SELECT 1 FROM tandem.operations WHERE NOT open AND id = '" + op_id(i) + "')")[0],
                 psql("SELECT EXISTS (SELECT 1 FROM tandem.numbers JOIN tandem.changes USING (number, revision) "
                      "WHERE fence = '' AND account = 'alice' AND number = " +
                      key_text(i) + ")")[0]);
         }},
        {"put",
         {Relay::Cut::before},
         [](stores::Postgres&, int) {},
         [](stores::Postgres& store, int i) { return ending_of(store.put(record(nth(i)))); },
         [](Psql& psql, int i) {
             return share_of(
                 psql("SELECT EXISTS (SELECT 1 FROM tandem.numbers WHERE number = " + key_text(i) + ")")[0],
                 psql("SELECT EXISTS (SELECT 1 FROM tandem.changes WHERE number = " + key_text(i) + ")")[0]);
         }},
        {"remove",
         {Relay::Cut::half_open},
         [](stores::Postgres& store, int i) { run(store.put(record(nth(i)))); },
         [](stores::Postgres& store, int i) { return ending_of(store.remove(nth(i), 1)); },
         [](Psql& psql, int i) {
             return share_of(
                 psql("SELECT NOT EXISTS (SELECT 1 FROM tandem.numbers WHERE number = " + key_text(i) + ")")[0],
                 psql("SELECT revision = 2 FROM tandem.changes WHERE number = " + key_text(i))[0]);
         }},
    };
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stores_postgres_faults)

BOOST_AUTO_TEST_CASE(a_connection_cut_at_any_message_never_makes_a_wrong_answer) {
    using Cut = Relay::Cut;
    const InPostgres place;
    Relay relay(own_server().socket());
    Psql psql(place.url());
    run(place.open().scan({}));
    const bool full = std::getenv("TANDEM_FULL") != nullptr;
    int next = 0, cuts = 0, doubts = 0, too_busy = 0;
    for (const Subject& subject : subjects()) {
        for (const Cut cut : {Cut::before, Cut::within, Cut::half_open, Cut::for_good}) {
            if (!full && !subject.cuts.contains(cut)) { continue; }
            for (int message = 0;; ++message, ++next) {
                BOOST_TEST_CONTEXT(subject.name << ", cut " << static_cast<int>(cut) << " at message " << message) {
                    {
                        auto prepared = place.open();
                        subject.prepare(prepared, next);
                    }
                    relay.disarm();
                    Ending ending;
                    {
                        auto store = faulty_store(relay.url(place.name), cut == Cut::for_good ? 400ms : 10'000ms);
                        while (!ending_of(store.get(nth(9'999))).acknowledged) {}  // it is connected
                        relay.arm(message, cut);
                        ending = subject.change(store, next);
                    }
                    const bool has_cut = relay.has_cut();
                    relay.disarm();
                    if (!has_cut && !ending.acknowledged && ++too_busy < 20) {  // the machine is: once more
                        --message;
                        continue;
                    }
                    if (!has_cut) {
                        BOOST_TEST(ending.acknowledged);
                        ++next;
                        break;  // it took fewer messages
                    }
                    ++cuts;
                    doubts += ending.error.sent ? 1 : 0;
                    wait_until_alone(psql);  // what was cut is over
                    const std::string found = subject.look(psql, next);
                    BOOST_TEST(found != "half");
                    if (ending.acknowledged) {
                        BOOST_TEST(found == "all");
                    } else {
                        BOOST_TEST((ending.error.code == errc::store), ending.error.message);
                        BOOST_TEST((cut == Cut::for_good), ending.error.message + ": " + ending.error.cause);
                        if (!ending.error.sent) { BOOST_TEST(found == "none"); }
                    }
                }
            }
        }
    }
    BOOST_TEST_MESSAGE(cuts << " cuts, " << doubts << " of them told as not known");
    BOOST_TEST(cuts > 200);
    BOOST_TEST(doubts > 0);
}

BOOST_AUTO_TEST_CASE(a_connection_cut_while_it_is_made_is_made_again) {
    const InPostgres place;
    Relay relay(own_server().socket());
    for (int message = 0;; ++message) {
        relay.arm(message, Relay::Cut::before);
        auto store = faulty_store(relay.url(place.name));
        const Ending first = ending_of(store.get(nth(1)));
        const bool has_cut = relay.has_cut();
        relay.disarm();
        if (!first.acknowledged) {
            BOOST_TEST((first.error.code == errc::store), first.error.message);
            BOOST_TEST(first.error.message.find("127.0.0.1") != std::string::npos, first.error.message);
        }
        BOOST_TEST(ending_of(store.get(nth(1))).acknowledged);
        if (!has_cut) { break; }
    }
}

BOOST_AUTO_TEST_CASE(what_the_server_asks_to_do_again_is_done_again) {
    struct Case {
        const char* state;
        bool at_commit;
        int times;
        bool goes_well;
    };
    for (const auto& [state, at_commit, times, goes_well] :
         {Case{"40001", false, 3, true}, Case{"40P01", false, 3, true}, Case{"40001", true, 3, true},
          Case{"40001", true, 1'000'000, false}, Case{"55000", false, 1, false}, Case{"55000", true, 1, false}}) {
        BOOST_TEST_CONTEXT(state << (at_commit ? " at the commit, " : ", ") << times << " times") {
            const InPostgres place;
            auto store = faulty_store(place.url(), goes_well ? 10s : 500ms);
            run(store.get(nth(1)));
            Psql psql(place.url());
            psql(
                "CREATE SEQUENCE failures; CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "IF nextval('failures') <= " +
                std::to_string(times) + " THEN RAISE EXCEPTION 'again' USING ERRCODE = '" + state +
                "'; END IF; RETURN NEW; END $$");
            psql(at_commit ? "CREATE CONSTRAINT TRIGGER fails AFTER INSERT OR UPDATE ON tandem.operations "
                             "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail()"
                           : "CREATE TRIGGER fails BEFORE INSERT OR UPDATE ON tandem.operations "
                             "FOR EACH ROW EXECUTE FUNCTION fail()");
            const Ending ending = ending_of(store.claim(purchase_of(nth(1), "op-1"), {}));
            psql("DROP TRIGGER fails ON tandem.operations; DROP FUNCTION fail; DROP SEQUENCE failures");
            BOOST_TEST(ending.acknowledged == goes_well, ending.error.message);
            BOOST_TEST(run(store.get(nth(1))).has_value() == goes_well);
            if (!goes_well) {
                BOOST_TEST((ending.error.code == errc::store));
                if (times == 1) {  // the others end by the time, wherever they are then
                    BOOST_TEST(!ending.error.sent);
                    BOOST_TEST(ending.error.cause.find(state) != std::string::npos, ending.error.cause);
                }
                run(store.claim(purchase_of(nth(1), "op-1"), {}));  // nothing is left locked
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_commit_whose_outcome_the_server_does_not_know_is_looked_up) {
    // As CockroachDB says it: 40003, statement_completion_unknown. Here nothing was written, and it is written then.
    const InPostgres place;
    auto store = place.open();
    run(store.get(nth(1)));
    Psql psql(place.url());
    psql(
        "CREATE SEQUENCE failures; CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF nextval('failures') <= 2 THEN RAISE EXCEPTION 'who knows' USING ERRCODE = '40003'; END IF; RETURN NEW; END "
        "$$; "
        "CREATE CONSTRAINT TRIGGER fails AFTER INSERT OR UPDATE ON tandem.changes "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail()");
    const Ending ending = ending_of(store.put(record(nth(1))));
    psql("DROP TRIGGER fails ON tandem.changes; DROP FUNCTION fail; DROP SEQUENCE failures");
    BOOST_TEST(ending.acknowledged, ending.error.message);
    BOOST_TEST(run(store.get(nth(1)))->revision == 1U);
}

BOOST_AUTO_TEST_CASE(a_server_restarted_under_load_is_found_again_and_keeps_what_it_acknowledged) {
    for (const int signal : {SIGINT, SIGQUIT}) {
        BOOST_TEST_CONTEXT("signal " << signal) {
            const InPostgres place;
            auto store = faulty_store(place.url());
            run(store.get(nth(1)));
            constexpr int callers = 4;
            std::atomic<bool> over = false;
            std::atomic<int> total = 0, failures = 0;
            std::vector<std::future<std::vector<int>>> all;
            for (int caller = 0; caller < callers; ++caller) {
                all.push_back(std::async(std::launch::async, [&, caller] {
                    std::vector<int> acknowledged;
                    for (int i = caller; !over && i < 10'000; i += callers) {
                        const Ending ending = ending_of(store.claim(purchase_of(nth(i), op_id(i)), {}));
                        if (ending.acknowledged) {
                            acknowledged.push_back(i);
                            ++total;
                        } else {
                            ++failures;
                            std::this_thread::sleep_for(5ms);
                        }
                    }
                    return acknowledged;
                }));
            }
            const auto wait_for = [&](int more) {
                for (const int before = total; total < before + more;) { std::this_thread::sleep_for(1ms); }
            };
            wait_for(40);
            own_server().end(signal);
            own_server().run();
            wait_for(40);  // without help
            over = true;
            Psql psql(place.url());
            for (auto& each : all) {
                for (const int i : each.get()) {
                    const auto stored = run(store.operation(OperationId(op_id(i))));
                    BOOST_TEST((stored && stored->open()), "lost " << i);
                    BOOST_TEST(run(store.get(nth(i)))->fence.view() == op_id(i), "half of " << i);
                }
            }
            BOOST_TEST(psql("SELECT COUNT(*) FROM tandem.operations FULL JOIN tandem.numbers ON fence = id "
                            "WHERE fence IS NULL OR id IS NULL")[0] == "0");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_killed_process_loses_nothing_acknowledged_and_leaves_nothing_half_done) {
    const InPostgres place;
    const std::string url = place.url();
    int next = 0;
    const char* const wanted = std::getenv("TANDEM_KILLS");
    const int kills = wanted == nullptr ? 8 : std::atoi(wanted);
    for (int round = 0; round < kills; ++round) {
        const int acknowledgements = round * 7 % 40;
        BOOST_TEST_CONTEXT("killed after " << acknowledgements) {
            Child child([&](int pipe) {
                auto store = faulty_store(url);
                for (int i = next;; ++i) {
                    run(store.settle(run(store.claim(purchase_of(nth(i % 10'000), op_id(i), "a" + op_id(i)), {}))));
                    if (write(pipe, &i, sizeof(i)) != sizeof(i)) { return 1; }
                }
            });
            const int last = child.kill_after(acknowledgements, next - 1);
            Psql psql(url);
            wait_until_alone(psql);
            if (last >= next) {
                BOOST_TEST(
                    psql("SELECT COUNT(*) FROM tandem.operations WHERE NOT open AND substr(id, 4)::bigint BETWEEN " +
                         std::to_string(next) + " AND " + std::to_string(last))[0] == std::to_string(last - next + 1));
            }
            BOOST_TEST(psql("SELECT COUNT(*) FROM tandem.operations FULL JOIN tandem.numbers "
                            "ON operations.number = numbers.number WHERE open IS NULL OR numbers.number IS NULL "
                            "OR open <> (fence = id)")[0] == "0");
            psql("DELETE FROM tandem.operations; DELETE FROM tandem.numbers; DELETE FROM tandem.changes");
            next = last + 10;
        }
    }
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_answer_is_given_up_in_time) {
    boost::asio::io_context context;
    using Tcp = boost::asio::ip::tcp;
    Tcp::acceptor silent(context, Tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
    const std::string port = std::to_string(silent.local_endpoint().port());
    auto store = faulty_store("postgresql://u:canary-7f3a@127.0.0.1:" + port + "/d", 150ms);
    const auto began = std::chrono::steady_clock::now();
    const Ending ending = ending_of(store.get(nth(1)));
    BOOST_TEST((ending.error.code == errc::store));
    BOOST_TEST(ending.error.message.find("127.0.0.1:" + port + "/d") != std::string::npos, ending.error.message);
    const auto took = std::chrono::steady_clock::now() - began;
    BOOST_TEST((took > 140ms && took < 5s));
}

BOOST_AUTO_TEST_CASE(a_row_that_another_holds_for_too_long_is_the_stores_failure) {
    const InPostgres place;
    auto store = faulty_store(place.url(), 200ms);
    run(store.put(record(nth(1))));
    Psql stranger(place.url());
    stranger("BEGIN; UPDATE tandem.changes SET writer = 1 WHERE number = " + key_text(1));
    const Ending ending = ending_of(store.put(*run(store.get(nth(1)))));
    BOOST_TEST((ending.error.code == errc::store), ending.error.message);
    BOOST_TEST(!ending.error.sent);
    stranger("ROLLBACK");
    BOOST_TEST(run(store.put(*run(store.get(nth(1))))).revision == 2U);
}

BOOST_AUTO_TEST_CASE(a_caller_that_is_cancelled_leaves_nothing_locked_and_no_connection_in_doubt) {
    const InPostgres place;
    auto store = faulty_store(place.url(), 10s, 1);
    run(store.put(record(nth(1))));
    Psql stranger(place.url());
    stranger("BEGIN; UPDATE tandem.changes SET writer = 1 WHERE number = " + key_text(1));

    boost::asio::io_context context(1);
    boost::asio::cancellation_signal cancel;
    std::exception_ptr ended;
    Number next = record(nth(1));
    next.revision = 1;
    boost::asio::co_spawn(context, store.put(next),
                          boost::asio::bind_cancellation_slot(
                              cancel.slot(), [&](std::exception_ptr failure, Number) { ended = failure; }));
    Psql watcher(place.url());
    while (watcher("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
               .empty()) {
        context.run_for(1ms);
    }
    cancel.emit(boost::asio::cancellation_type::terminal);
    context.run();
    BOOST_REQUIRE((ended != nullptr));
    try {
        std::rethrow_exception(ended);
    } catch (const Exception& exception) {
        BOOST_TEST((exception.error().code == errc::cancelled));
        BOOST_TEST(!exception.error().sent);  // nothing was to be committed yet
    }
    stranger("ROLLBACK");
    BOOST_TEST(run(store.get(nth(1)))->revision == 1U);
    BOOST_TEST(run(store.put(next)).revision == 2U);
}

BOOST_AUTO_TEST_CASE(a_context_that_ends_meanwhile_takes_its_callers_along) {
    const InPostgres place;
    auto store = faulty_store(place.url(), 10s, 2);
    run(store.put(record(nth(1))));
    Psql stranger(place.url());
    stranger("BEGIN; UPDATE tandem.changes SET writer = 1 WHERE number = " + key_text(1));
    {
        boost::asio::io_context context(1);
        Number next = record(nth(1));
        next.revision = 1;
        for (int i = 0; i < 5; ++i) { boost::asio::co_spawn(context, store.put(next), boost::asio::detached); }
        Psql watcher(place.url());
        while (watcher("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
                   .size() < 2) {
            context.run_for(1ms);
        }
    }
    stranger("ROLLBACK");
    Number again = *run(store.get(nth(1)));
    BOOST_TEST(run(store.put(again)).revision == again.revision + 1);
}

BOOST_AUTO_TEST_CASE(no_error_tells_the_password) {
    const std::string canary = PostgresServer::password;
    auto& server = own_server();
    auto with = [&](const std::string& url) { return ending_of(faulty_store(url, 2s).put(record(nth(1)))).error; };
    const std::string good = server.tcp_url("postgres");
    const std::string other_port = "postgresql://tandem:" + canary + "@127.0.0.1:1/postgres";
    for (const auto& [name, url] : std::map<std::string, std::string>{
             {"wrong password", server.tcp_url("postgres", "x" + canary)},
             {"no database", server.tcp_url("nowhere")},
             {"no user", "postgresql://" + canary + ":" + canary + good.substr(good.find('@'))},
             {"the database's name", server.tcp_url(canary)},
             {"nobody listens", other_port},
             {"no host", "postgresql://u:" + canary + "@host.invalid/d?sslmode=disable"},
             {"no certificates", good + "?sslmode=verify-full&sslrootcert=/" + canary},
             {"no such setting's value", good + "?sslmode=" + canary},
         }) {
        BOOST_TEST_CONTEXT(name) {
            const Error error = with(url);
            BOOST_TEST((error.code == errc::store), error.message);
            if (name != "the database's name") {
                BOOST_TEST(error.message.find(canary) == std::string::npos, error.message);
            }
            BOOST_TEST(error.cause.find(canary) == std::string::npos, error.cause);
        }
    }
    BOOST_TEST(with(good + "?sslmode=verify-full").message.find("127.0.0.1") != std::string::npos);
    const InPostgres place;
    auto store = faulty_store(server.tcp_url(place.name));  // and with the right one it goes
    run(store.put(record(nth(1))));
}

BOOST_AUTO_TEST_CASE(a_user_who_may_not_is_refused_until_he_may) {
    const InPostgres place;
    run(place.open().put(record(nth(1))));
    Psql psql(place.url());
    psql("CREATE ROLE guest LOGIN");
    std::string url = place.url();
    url.replace(url.find("tandem@"), 7, "guest@");
    auto store = faulty_store(url);
    for (int i = 0; i < 2; ++i) {
        const Ending ending = ending_of(store.put(record(nth(2))));
        BOOST_TEST((ending.error.code == errc::store), ending.error.message);
        BOOST_TEST(ending.error.cause.find("42501") != std::string::npos, ending.error.cause);
    }
    psql(
        "GRANT USAGE ON SCHEMA tandem TO guest; GRANT ALL ON ALL TABLES IN SCHEMA tandem TO guest; "
        "GRANT ALL ON ALL SEQUENCES IN SCHEMA tandem TO guest");
    run(store.put(record(nth(2))));
    psql("DROP OWNED BY guest; DROP ROLE guest");
}

BOOST_AUTO_TEST_CASE(a_store_makes_no_more_connections_than_it_may) {
    const InPostgres place;
    auto store = faulty_store(place.url(), 10s, 3);
    boost::asio::io_context context(1);
    int answers = 0;
    for (int i = 0; i < 60; ++i) {
        boost::asio::co_spawn(context, store.put(record(nth(i))),
                              [&](std::exception_ptr failure, const Number&) { answers += failure ? 0 : 1; });
    }
    Psql psql(place.url());
    std::size_t most = 0;
    while (answers < 60) {
        context.run_for(2ms);
        most = std::max(most, psql("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
                                   "AND application_name = 'tandem'")
                                  .size());
    }
    BOOST_TEST(most == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
