// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <memory>

namespace tandem::integration {

BOOST_AUTO_TEST_SUITE(crash)

/// One process that died, and what it left.
struct Crashed {
    std::string where;
    std::string number;
    std::unique_ptr<Desk> desk;
};

/// Runs `arguments` with the number last, on a desk and with a number of its own each time, and kills it before and
/// after its n-th call of the store, then of the transport, until a run ends by itself.
/// `prepare(desk, number)` comes before each run.
template <class Prepare>
std::vector<Crashed> crash_everywhere(const Carriers& carriers, const std::vector<std::string>& arguments,
                                      std::uint64_t first_number, Prepare prepare) {
    std::vector<Crashed> crashed;
    for (const std::string variable : {"TANDEM_CRASH_STORE", "TANDEM_CRASH_TRANSPORT"}) {
        for (const std::string when : {"before", "after"}) {
            bool ended = false;
            for (int n = 1; !ended; ++n) {
                BOOST_TEST_REQUIRE(n < 50);
                Crashed one{variable + " " + when + " " + std::to_string(n), "+" + std::to_string(first_number++),
                            std::make_unique<Desk>(carriers)};
                prepare(*one.desk, one.number);
                std::vector<std::string> command = arguments;
                command.push_back(one.number);
                const Ran ran = Desk::run(one.desk->command(command, TANDEM_CRASHING_NUMBERS),
                                          {variable + "=" + when + " " + std::to_string(n)});
                ended = ran.exit != -SIGKILL;
                if (ended) { BOOST_TEST(ran.exit == 0, one.where << ": " << ran); }
                crashed.push_back(std::move(one));
            }
            BOOST_TEST(crashed.size() > 1U);
        }
    }
    return crashed;
}

/// Runs `recover` for each, all at once: most of it is waiting until an order's absence proves something.
std::vector<Ran> recover_all(const std::vector<Crashed>& crashed) {
    constexpr std::size_t at_once = 16;
    std::vector<Ran> ran;
    for (std::size_t begin = 0; begin < crashed.size(); begin += at_once) {
        std::vector<std::unique_ptr<Process>> processes;
        for (std::size_t i = begin; i < std::min(begin + at_once, crashed.size()); ++i) {
            processes.push_back(std::make_unique<Process>(crashed[i].desk->command({"recover"})));
        }
        for (const auto& process : processes) {
            process->finish(60s);
            ran.push_back(Desk::ran(*process, 0ms));
        }
    }
    return ran;
}

/// The carrier and the store tell the same story, and nothing is open.
void check_agreement(const Carriers& carriers, const std::string& carrier, const std::vector<Crashed>& crashed) {
    const std::vector<Ran> recovered = recover_all(crashed);
    std::size_t ours = 0;
    for (std::size_t i = 0; i < crashed.size(); ++i) {
        const Crashed& one = crashed[i];
        BOOST_TEST_CONTEXT(carrier << " " << one.where << ": " << recovered[i]) {
            BOOST_TEST(recovered[i].exit == 0);
            const Ran shown = one.desk->numbers({"show", one.number});
            const bool in_service = shown.text("/number/pvt_state") == "in_service";
            const bool owned = carriers.owns(carrier, one.number);
            BOOST_TEST(in_service == owned, shown);
            BOOST_TEST(shown.at("/number/pvt_operation").is_null(), shown);
            BOOST_TEST((in_service || shown.exit == 1), shown);
            BOOST_TEST(carriers.purchases(carrier, one.number) <= 1);
            BOOST_TEST(one.desk->numbers({"recover"}).text("/operations") == "[]");
            ours += owned;
        }
    }
    BOOST_TEST_MESSAGE(carrier << ": " << crashed.size() << " runs, ours at their end: " << ours);
    BOOST_TEST(ours > 0U);              // some got through
    BOOST_TEST(ours < crashed.size());  // and some did not
}

/// `count` numbers from `first` on.
std::string numbers_from(std::uint64_t first, int count) {
    json::array numbers;
    for (int i = 0; i < count; ++i) { numbers.emplace_back("+" + std::to_string(first + static_cast<unsigned>(i))); }
    return json::serialize(numbers);
}

constexpr int most_points = 120;

void sweep_purchases(const std::string& carrier, std::uint64_t first) {
    const Carriers carriers;
    carriers.stock(carrier, numbers_from(first, most_points));
    const auto nothing = [](const Desk&, const std::string&) {};
    const auto crashed = crash_everywhere(carriers, {"buy", "--carrier", carrier, "--wait", "900"}, first, nothing);
    check_agreement(carriers, carrier, crashed);
}

void sweep_releases(const std::string& carrier, std::uint64_t first) {
    const Carriers carriers;
    carriers.stock(carrier, numbers_from(first, most_points));
    const auto buy = [&](const Desk& desk, const std::string& number) {
        const Ran bought = desk.numbers({"buy", "--carrier", carrier, number});
        BOOST_TEST_REQUIRE(bought.exit == 0, bought);
    };
    const auto crashed = crash_everywhere(carriers, {"release", "--wait", "900"}, first, buy);
    check_agreement(carriers, carrier, crashed);
}

BOOST_AUTO_TEST_CASE(whoever_has_a_number_sees_it_while_another_accounts_operation_is_open_on_it) {
    const Carriers carriers;
    const auto create = [](const Desk& desk, const std::string& number) {
        BOOST_TEST_REQUIRE(desk.numbers({"create", number, "--account", "acme"}).exit == 0);
    };
    bool was_open = false;
    for (const Crashed& one : crash_everywhere(carriers, {"move", "--account", "reseller"}, 16505550500, create)) {
        const Ran seen_by_all = one.desk->numbers({"show", one.number});
        if (seen_by_all.text("/number/pvt_assigned_to") != "acme") { continue; }
        was_open = was_open || !seen_by_all.at("/number/pvt_operation").is_null();
        const Ran shown = one.desk->numbers({"--as", "acme", "show", one.number});
        BOOST_TEST(shown.exit == 0, one.where << ": " << shown);
    }
    BOOST_TEST(was_open);
}

BOOST_AUTO_TEST_CASE(a_killed_purchase_at_telnyx_is_recovered) { sweep_purchases("telnyx", 16505550100); }
BOOST_AUTO_TEST_CASE(a_killed_purchase_at_other_is_recovered) { sweep_purchases("other", 16505550100); }
BOOST_AUTO_TEST_CASE(a_killed_release_at_telnyx_is_recovered) { sweep_releases("telnyx", 16505550300); }
BOOST_AUTO_TEST_CASE(a_killed_release_at_other_is_recovered) { sweep_releases("other", 16505550300); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tandem::integration
