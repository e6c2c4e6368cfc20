// SPDX-License-Identifier: BSL-1.0
// Sessions that do not last: what was prepared is in another one.
#include "conformance.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <future>
#include <vector>

using namespace tandem;
using namespace tandem::store_tests;

namespace {

/// PgBouncer before a server: each transaction has whichever of its few sessions is free.
class Pooler {
public:
    static constexpr const char* program = "/usr/sbin/pgbouncer";

    explicit Pooler(const PostgresServer& server) {
        const ServerUser user = server_user();
        const std::string settings = folder_.file("pgbouncer.ini");
        std::ofstream(settings) << "[databases]\n* = host=" << server.folder() << " port=" << server.port()
                                << " user=tandem\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = " << port_
                                << "\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\n"
                                   "default_pool_size = 3\nmax_client_conn = 50\n";
        give_to(user, folder_.path());
        give_to(user, settings);
        process_ = start_server(program, {settings}, folder_.path(), user);
    }
    Pooler(const Pooler&) = delete;
    Pooler& operator=(const Pooler&) = delete;
    ~Pooler() {
        kill(process_, SIGQUIT);
        waitpid(process_, nullptr, 0);
    }

    /// Waits until it answers.
    std::string url(const std::string& database) const {
        const std::string address =
            "postgresql://tandem@127.0.0.1:" + std::to_string(port_) + "/" + database + "?sslmode=disable";
        for (int attempts_left = 200; !Psql(address).connected(); --attempts_left) {
            if (attempts_left == 0) { throw std::runtime_error("no pooler: " + content_of(folder_.file("log"))); }
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        return address;
    }

private:
    TemporaryFolder folder_{};
    int port_ = free_port();
    pid_t process_ = -1;
};

/// How many statements the session has prepared each time that one of three numbers is written; then `behind` runs there.
std::vector<int> prepared_statements(const std::string& behind) {
    const InPostgres place;
    auto store = place.open();
    run(store.get(nth(1)));
    Psql psql(place.url());
    psql(
        "CREATE TABLE seen (statements bigint); CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "INSERT INTO seen SELECT COUNT(*) FROM pg_prepared_statements; " +
        behind +
        " RETURN NEW; END $$; CREATE TRIGGER sees AFTER INSERT OR UPDATE ON tandem.numbers FOR EACH ROW EXECUTE "
        "FUNCTION see()");
    for (int i = 0; i < 3; ++i) { BOOST_TEST(run(store.put(record(nth(i)))).revision == 1U); }
    std::vector<int> counts;
    for (const std::string& count : psql("SELECT statements FROM seen")) { counts.push_back(std::stoi(count)); }
    psql("DROP TRIGGER sees ON tandem.numbers; DROP FUNCTION see; DROP TABLE seen");
    BOOST_TEST(run(store.changes(0, 100)).size() == 3U);
    BOOST_TEST_REQUIRE(counts.size() == 3U);
    return counts;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stores_postgres_pooler)

BOOST_AUTO_TEST_CASE(what_comes_again_is_prepared_once_on_each_connection) {
    const std::vector<int> counts = prepared_statements("");
    BOOST_TEST(counts[0] >= 5);
    BOOST_TEST(counts[1] == counts[2]);
}

BOOST_AUTO_TEST_CASE(a_statement_that_the_session_has_lost_is_sent_with_its_text) {
    const std::vector<int> counts = prepared_statements("DEALLOCATE ALL;");
    BOOST_TEST(counts.front() != 0);
    BOOST_TEST(counts.back() == 0);  // nothing has been prepared since the loss was seen
}

BOOST_AUTO_TEST_CASE(behind_a_pooler_of_transactions_everything_is_done_once) {
    PostgresServer* server = PostgresDatabases::all().server();
    if (server == nullptr || !std::filesystem::exists(Pooler::program)) {
        BOOST_TEST_MESSAGE("skipped: there is no PgBouncer, or the server is another's");
        return;
    }
    const InPostgres place;
    const Pooler pooler(*server);
    const std::string url = pooler.url(place.name);
    constexpr int callers = 6, each = 30;
    std::array<std::future<int>, callers> all;
    for (int caller = 0; caller < callers; ++caller) {
        all[static_cast<std::size_t>(caller)] = std::async(std::launch::async, [&url, caller] {
            stores::Postgres store{Secret(url)};  // a program of its own: it prepares under the same names
            int won = 0;
            for (int i = 0; i < each; ++i) {
                const E164 number = nth(i);
                try {
                    const std::string id = "op-" + std::to_string(caller) + "-" + std::to_string(i);
                    Operation operation = run(store.claim(purchase_of(number, id), money("1000000")));
                    operation.after.revision = run(store.get(number))->revision;
                    run(store.settle(operation));
                    ++won;
                } catch (const Exception& lost) {
                    if (lost.error().code == errc::store) { throw; }
                }
            }
            return won;
        });
    }
    int won = 0;
    for (auto& future : all) { won += future.get(); }
    BOOST_TEST(won == each);
    auto store = place.open();
    for (int i = 0; i < each; ++i) {
        const auto stored = run(store.get(nth(i)));
        BOOST_TEST((stored && stored->state == State::in_service && stored->fence.empty() && stored->revision == 2));
    }
    BOOST_TEST(run(store.open_operations({}, 1'000)).empty());
}

BOOST_AUTO_TEST_SUITE_END()
