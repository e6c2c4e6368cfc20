// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <string>
#include <vector>

/// Each carrier of the sandbox works through the program with nothing but the settings that the sandbox prints.
namespace tandem::integration {

BOOST_AUTO_TEST_SUITE(every_carrier)

std::vector<std::string> carriers_of(const json::object& config) {
    constexpr std::string_view category = "number_manager.";
    std::vector<std::string> carriers;
    for (const auto& [key, document] : config) {
        if (key.starts_with(category)) { carriers.emplace_back(key.substr(category.size())); }
    }
    return carriers;
}

/// The number, or else the group, that a search found first; empty when it found nothing.
std::string first_offer(const Ran& found) {
    const auto* numbers = found.at("/numbers").if_object();
    if (numbers != nullptr && !numbers->empty()) { return numbers->begin()->key(); }
    return found.at("/groups/0").is_object() ? found.text("/groups/0/offer") : std::string();
}

BOOST_FIXTURE_TEST_CASE(it_is_searched_quoted_bought_from_and_given_back_to, Office) {
    const std::vector<std::string> names = carriers_of(carriers.config());
    BOOST_TEST(names.size() >= 3U);
    for (const std::string& carrier : names) {
        const auto before = carriers.ledger(carrier);
        const std::string example(before.at("stock").at(0).as_string());
        const std::string prefix = example.substr(0, example.starts_with("+1") ? 5 : 6);
        const Ran found = desk.numbers({"search", "--prefix", prefix, "--quantity", "3", "--carrier", carrier});
        BOOST_TEST_CONTEXT(carrier << " under " << prefix << ": " << found) {
            BOOST_TEST(found.text("/carriers/0/status") == "ok");
            const std::string offer = first_offer(found);
            BOOST_TEST_REQUIRE(!offer.empty());
            BOOST_TEST(carriers.ledger(carrier).at("orders").as_array().empty());  // a search buys nothing

            const Ran quote = desk.numbers({"quote", offer, "--carrier", carrier});
            BOOST_TEST(quote.exit == 0, quote);
            BOOST_TEST(carriers.ledger(carrier).at("orders").as_array().empty());

            const Ran bought = desk.numbers({"buy", offer, "--carrier", carrier});
            BOOST_TEST_REQUIRE(bought.exit == 0, bought);
            BOOST_TEST(bought.text("/outcome") == "sold");
            const std::string number = bought.text("/number/_id");
            BOOST_TEST(number.starts_with(prefix), number);
            BOOST_TEST(bought.text("/number/pvt_module_name") == "knm_" + carrier);
            BOOST_TEST(carriers.owns(carrier, number));
            BOOST_TEST(carriers.purchases(carrier, number) == 1);

            const Ran released = desk.numbers({"release", number});
            BOOST_TEST(released.exit == 0, released);
            BOOST_TEST(released.text("/outcome") == "released");
            BOOST_TEST(!carriers.owns(carrier, number));
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_purchase_whose_answer_got_lost_is_settled_and_never_made_twice, Office) {
    for (const std::string& carrier : carriers_of(carriers.config())) {
        const auto before = carriers.ledger(carrier);
        const std::string example(before.at("stock").at(0).as_string());
        const std::string prefix = example.substr(0, example.starts_with("+1") ? 5 : 6);
        const std::string offer =
            first_offer(desk.numbers({"search", "--prefix", prefix, "--quantity", "3", "--carrier", carrier}));
        BOOST_TEST_CONTEXT(carrier << " sells " << offer) {
            BOOST_TEST_REQUIRE(!offer.empty());
            // Whatever changes something there is acted on and answered by a cut reply.
            carriers.fault(carrier, R"([{"method": "POST", "cut_at": 10}, {"method": "PUT", "cut_at": 10}])");
            const Ran bought = desk.numbers({"buy", offer, "--carrier", carrier, "--wait", "2000"});
            carriers.fault(carrier, "[]");
            const Ran recovered = desk.numbers({"recover"});
            const auto after = carriers.ledger(carrier);
            const auto& owned = after.at("owned").as_array();
            BOOST_TEST_CONTEXT(bought << recovered) {
                BOOST_TEST(owned.size() <= 1U);
                for (const auto& each : after.at("purchases").as_object()) { BOOST_TEST(each.value().as_int64() == 1); }
                const Ran shown = owned.empty() ? Ran() : desk.numbers({"show", std::string(owned[0].as_string())});
                const bool is_open = recovered.exit == 3;  // a person has to look at it
                BOOST_TEST((owned.empty() || is_open || shown.text("/number/pvt_state") == "in_service"), shown);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tandem::integration
