// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/inventory.hpp>

#include <algorithm>
#include <limits>

BOOST_AUTO_TEST_SUITE(carriers_inventory)

using namespace tandem;
using namespace tandem::carrier_tests;
using carriers::Inventory;
using Phase = Operation::Phase;

namespace {

static_assert(testing::instantiates<Inventory>());
static_assert(!FindsOrders<Inventory> && !OwnsNumbers<Inventory> && Inventory::info.local);

Number stocked(std::uint64_t digits, State state = State::available, std::string carrier = "inventory") {
    Number record;
    record.number = E164::parse_or_empty("+" + std::to_string(digits));
    record.state = state;
    record.carrier = std::move(carrier);
    record.carrier_data = JsonText(R"({"shelf":)" + std::to_string(digits % 1000) + "}");
    return record;
}

/// A store with `count` numbers for sale from +1 415 555 0000 on, and what is not: other states, carriers and prefixes.
struct Shelf : Desk<Inventory> {
    explicit Shelf(std::uint64_t count = 30) : Desk(Inventory()) {
        std::vector<Number> numbers{stocked(14156660000, State::in_service),
                                    stocked(14156660001, State::reserved),
                                    stocked(14156660002, State::available, "telnyx"),
                                    stocked(14156660003, State::aging),
                                    stocked(14146660000),
                                    stocked(14166660000),
                                    stocked(19995550000)};
        for (std::uint64_t i = 0; i < count; ++i) { numbers.push_back(stocked(14155550000 + i)); }
        this->numbers() = testing::Numbers(std::move(numbers));
    }
};

}  // namespace

BOOST_AUTO_TEST_CASE(only_what_is_for_sale_under_the_prefix_is_found) {
    Shelf shelf(3);
    const SearchPage page = shelf.find({.prefix = "415"});
    BOOST_TEST_REQUIRE(page.offers.size() == 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        const Offer& offer = page.offers[i];
        BOOST_TEST(offer.number.str() == "+1415555000" + std::to_string(i));
        BOOST_TEST((offer.setup == Amount::zero()));
        BOOST_TEST((offer.monthly == Amount::zero()));
        BOOST_TEST((offer.state == State::available));
        BOOST_TEST(offer.details() == R"({"shelf":)" + std::to_string(i) + "}");
    }
    BOOST_TEST(shelf.find({.prefix = "+19"}).offers.size() == 1U);  // Kazoo's range would run on to it from +1415
    BOOST_TEST(shelf.find({.prefix = "+14155550001"}).offers.size() == 1U);
    BOOST_TEST(shelf.find({.prefix = "+1212"}).offers.empty());
    BOOST_TEST(Shelf(0).find({.prefix = "415"}).offers.empty());
    BOOST_TEST(shelf.script.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(a_page_is_what_was_asked_for_however_many_reads_it_takes) {
    Shelf shelf(1'203);
    const struct {
        std::uint32_t quantity, offset;
        std::size_t found;
    } pages[]{{10, 0, 10},
              {10, 5, 10},
              {1, 1'202, 1},
              {10, 1'200, 3},
              {10, 1'203, 0},
              {0, 0, 0},
              {500, 0, 500},
              {499, 1, 499},
              {501, 0, 501},
              {600, 500, 600},
              {2'000, 0, 1'203},
              {700, 600, 603},
              {10, std::numeric_limits<std::uint32_t>::max(), 0},
              {std::numeric_limits<std::uint32_t>::max(), 1'000, 203},
              {std::numeric_limits<std::uint32_t>::max(), 1, 1'202}};
    for (const auto& [quantity, offset, found] : pages) {
        BOOST_TEST_CONTEXT(quantity << " from " << offset) {
            const SearchPage page = shelf.find({.prefix = "415", .quantity = quantity, .offset = offset});
            BOOST_TEST_REQUIRE(page.offers.size() == found);
            for (std::size_t i = 0; i < found; ++i) {
                BOOST_TEST_REQUIRE(page.offers[i].number.digits() == std::to_string(14155550000 + offset + i));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_wildcard_finds_toll_free_numbers) {
    Shelf shelf;
    shelf.numbers() = testing::Numbers({stocked(18005550100), stocked(18885550100), stocked(18775550100)});
    const SearchPage page = shelf.find({.prefix = "88*"});
    BOOST_TEST_REQUIRE(page.offers.size() == 1U);
    BOOST_TEST(page.offers[0].number.str() == "+18885550100");
}

BOOST_AUTO_TEST_CASE(an_offer_outlives_the_search_and_the_store) {
    Offer kept;
    {
        Shelf shelf(1);
        kept = shelf.find({.prefix = "415"}).offers.at(0);
    }
    BOOST_TEST(kept.details() == R"({"shelf":0})");
}

BOOST_AUTO_TEST_CASE(buying_and_releasing_need_no_carrier) {
    Shelf shelf;
    Number record = stocked(14155550000, State::in_service);
    const Number before = record;
    BOOST_TEST((shelf.buy(record).phase == Phase::done));
    BOOST_TEST((record == before));
    BOOST_TEST((shelf.release(record).phase == Phase::done));
    BOOST_TEST((record.state == State::available));
    BOOST_TEST((shelf.release(record).phase == Phase::done));  // releasing twice is harmless
    BOOST_TEST(shelf.script.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(it_has_no_settings) {
    BOOST_TEST(settings_of<Inventory>("number_manager.inventory", R"({"_rev": "1"})").has_value());
    const auto read = settings_of<Inventory>("number_manager.inventory", R"({"base_url": "https://a"})");
    BOOST_TEST_REQUIRE(!read.has_value());
    BOOST_TEST((read.error().code == errc::settings));
}

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers) {
    keeps_the_laws(Inventory(), std::vector<Number>{stocked(14155550000), stocked(14155550001),
                                                    stocked(14155550002, State::in_service), stocked(14165550000)});
}

BOOST_AUTO_TEST_SUITE_END()
