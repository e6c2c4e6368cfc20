// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include "../stores/postgres_server.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <random>
#include <tuple>

/// Many processes on one store, and processes killed at any moment.
namespace tandem::integration {

BOOST_AUTO_TEST_SUITE(processes)

struct OnSqlite {
    std::string uri() const { return {}; }
};
struct OnPostgres {
    std::string uri() const { return place.url(); }
    store_tests::InPostgres place{};
};
using Stores = std::tuple<OnSqlite, OnPostgres>;

/// Carriers of one test, and a desk at them with a store of that kind.
template <class Store>
struct Shared {
    Store store{};
    Carriers carriers{};
    Desk desk{carriers, store.uri()};
};

/// Starts all of `commands` before it waits for the first.
std::vector<Ran> run_together(const std::vector<std::vector<std::string>>& commands) {
    std::vector<std::unique_ptr<Process>> started;
    for (const auto& command : commands) { started.push_back(std::make_unique<Process>(command)); }
    std::vector<Ran> ran;
    for (const auto& process : started) {
        process->finish(60s);
        ran.push_back(Desk::ran(*process, 0ms));
    }
    return ran;
}

BOOST_AUTO_TEST_CASE_TEMPLATE(eight_processes_with_one_key_buy_one_number_and_get_one_answer, Store, Stores) {
    const Shared<Store> office;
    const Carriers& carriers = office.carriers;
    const Desk& desk = office.desk;
    const std::string number = "+14155550100";
    const std::vector<std::vector<std::string>> commands(
        8, desk.command({"buy", number, "--account", "acme", "--carrier", "telnyx", "--key", "order-1"}));
    const std::vector<Ran> first = run_together(commands);
    std::size_t sold = 0;
    for (const Ran& ran : first) {
        const bool is_told = ran.text("/error/error") == "in_progress" || ran.text("/error/error") == "conflict";
        BOOST_TEST((ran.exit == 0 || (ran.exit == 1 && is_told)), ran);
        sold += ran.exit == 0;
    }
    BOOST_TEST(sold > 0U);
    BOOST_TEST(carriers.purchases("telnyx", number) == 1);
    const std::vector<Ran> again = run_together(commands);
    for (const Ran& ran : again) {
        BOOST_TEST(ran.exit == 0, ran);
        BOOST_TEST(ran.text("/operation") == again.front().text("/operation"));
        BOOST_TEST(ran.text("/number") == again.front().text("/number"));
    }
    BOOST_TEST(carriers.purchases("telnyx", number) == 1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(eight_processes_that_want_one_number_leave_it_with_one_account, Store, Stores) {
    const Shared<Store> office;
    const Carriers& carriers = office.carriers;
    const Desk& desk = office.desk;
    const std::string number = "+14155550101";
    std::vector<std::vector<std::string>> commands;
    for (int i = 0; i < 8; ++i) {
        commands.push_back(
            desk.command({"buy", number, "--account", i % 2 == 0 ? "acme" : "reseller", "--carrier", "telnyx"}));
    }
    const std::vector<Ran> ran = run_together(commands);
    BOOST_TEST(carriers.purchases("telnyx", number) == 1);
    const std::string owner = desk.numbers({"show", number}).text("/number/pvt_assigned_to");
    for (std::size_t i = 0; i < ran.size(); ++i) {
        if (ran[i].exit == 0) { BOOST_TEST(owner == (i % 2 == 0 ? "acme" : "reseller"), ran[i]); }
    }
}

int count_in_service(const Desk& desk) {
    int count = 0;
    std::vector<std::string> command{"list", "--state", "in_service", "--limit", "200"};
    for (;;) {
        const Ran page = desk.numbers(command);
        BOOST_TEST_REQUIRE(page.exit == 0, page);
        count += static_cast<int>(page.at("/numbers").as_object().size());
        if (page.at("/next").is_null()) { return count; }
        command.resize(5);
        command.insert(command.end(), {"--after", page.text("/next")});
    }
}

/// How many processes are killed; a long run says more.
int kills() {
    const char* const wanted = std::getenv("TANDEM_KILLS");
    return wanted == nullptr ? 60 : std::atoi(wanted);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(processes_killed_at_any_moment_lose_and_double_nothing, Store, Stores) {
    const Shared<Store> office;
    const Carriers& carriers = office.carriers;
    const Desk& desk = office.desk;
    const unsigned seed = std::random_device()();
    BOOST_TEST_MESSAGE("seed " << seed);
    std::mt19937 random(seed);
    const int count = kills();
    const std::uint64_t first = 16505550100;
    json::array stock;
    for (int i = 0; i < count; ++i) { stock.emplace_back("+" + std::to_string(first + static_cast<unsigned>(i))); }
    carriers.stock("telnyx", json::serialize(stock));
    std::chrono::milliseconds longest{0};
    for (const std::string number : {"+14155550100", "+14155550101"}) {  // the first one also makes the store
        const Ran probe = desk.numbers({"buy", number, "--carrier", "telnyx"});
        BOOST_TEST_REQUIRE(probe.exit == 0, probe);
        longest = probe.took;
    }
    std::uniform_int_distribution<> at(1, static_cast<int>(longest.count()));
    int acknowledged = 0, killed = 0;
    for (int i = 0; i < count; ++i) {
        const std::string number = "+" + std::to_string(first + static_cast<unsigned>(i));
        Process buyer(desk.command({"buy", number, "--carrier", "telnyx", "--wait", "900"}));
        const std::chrono::milliseconds moment(at(random));
        buyer.read_until([](const std::string&, const std::string&) { return false; }, moment);
        buyer.signal(SIGKILL);
        buyer.finish(10s);
        killed += buyer.exit_code() == -SIGKILL;
        if (Desk::ran(buyer, 0ms).text("/outcome") == "sold") {
            ++acknowledged;
            BOOST_TEST(desk.numbers({"show", number}).text("/number/pvt_state") == "in_service", number);
        }
    }
    const Ran recovered = desk.numbers({"recover"});
    BOOST_TEST(recovered.exit == 0, recovered);
    BOOST_TEST(desk.numbers({"recover"}).text("/operations") == "[]");
    int ours = 0;
    const json::value ledger = carriers.ledger("telnyx");
    for (const auto& [number, times] : ledger.at("purchases").as_object()) {
        BOOST_TEST(times.as_int64() == 1, number);
    }
    for (const auto& owned : ledger.at("owned").as_array()) {
        ++ours;
        const Ran shown = desk.numbers({"show", std::string(owned.get_string())});
        BOOST_TEST(shown.text("/number/pvt_state") == "in_service", shown);
        BOOST_TEST(shown.at("/number/pvt_operation").is_null(), shown);
    }
    BOOST_TEST(count_in_service(desk) == ours);
    BOOST_TEST_MESSAGE(killed << " of " << count << " killed, " << acknowledged << " told sold, " << ours << " ours");
    BOOST_TEST(killed > 0);
    BOOST_TEST(ours >= acknowledged);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tandem::integration
