// SPDX-License-Identifier: BSL-1.0
#include <tandem/core/search_json.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace tandem;

namespace {

FoundOffer example() {
    FoundOffer offer;
    offer.page = std::make_shared<const Page>(R"({"phone_number": "+14155550100", "x": [1, "é\n"]})");
    offer.row = offer.page->text();
    offer.number = E164::parse_or_empty("+14155550100");
    offer.setup = *Amount::parse("1.5");
    offer.currency = "USD";
    offer.features.set(Feature::sms, true);
    offer.features.set(Feature::fax, false);
    offer.carrier = "alpha";
    offer.rate_center = "SNFC \"CNTRL\"\x01\\";
    offer.locality = "San Francisco";
    offer.also = {"beta"};
    return offer;
}

std::string_view lasting(std::string_view name) { return name == "alpha" ? "alpha" : name == "beta" ? "beta" : ""; }

}  // namespace

BOOST_AUTO_TEST_SUITE(core_search_json)

BOOST_AUTO_TEST_CASE(a_search_is_an_object_keyed_by_number) {
    SearchResult result;
    result.query_id = "q";
    result.offers.push_back(example());
    Offer group;
    group.id = "g-1";
    group.carrier = "alpha";
    group.prefix = E164::parse_or_empty("+4420");
    group.stock = 7;
    result.groups.push_back(group);
    result.reports.push_back({.name = "alpha", .found = 1});
    result.reports.push_back({.name = "beta", .status = CarrierReport::Status::error, .error = Error{.message = "m"}});
    const auto json = to_json(result);
    const auto& number = json.at("numbers").at("+14155550100");
    BOOST_TEST(number.at("carrier").as_string() == "alpha");
    BOOST_TEST(number.at("setup").as_string() == "1.50");
    BOOST_TEST(number.at("monthly").is_null());
    BOOST_TEST(number.at("features").at("sms").as_bool());
    BOOST_TEST(!number.at("features").at("fax").as_bool());
    BOOST_TEST(number.at("features").at("mms").is_null());
    BOOST_TEST(number.at("details").at("x").as_array().size() == 2U);
    BOOST_TEST(number.at("also").as_array().size() == 1U);
    BOOST_TEST(number.at("lata").is_null());
    BOOST_TEST(json.at("groups").at(0).at("offer").as_string() == "g-1");
    BOOST_TEST(json.at("groups").at(0).at("stock").to_number<int>() == 7);
    BOOST_TEST(json.at("groups").at(0).at("prefix").as_string() == "+4420");
    BOOST_TEST(json.at("carriers").at(0).at("status").as_string() == "ok");
    BOOST_TEST(json.at("carriers").at(0).at("error").is_null());
    BOOST_TEST(json.at("carriers").at(1).at("error").at("message").as_string() == "m");
}

BOOST_AUTO_TEST_CASE(a_cached_offer_comes_back_the_same) {
    const FoundOffer offer = example();
    const FoundOffer back = from_cached_text(to_cached_text(offer), lasting).value();
    BOOST_TEST(boost::json::serialize(to_json(back)) == boost::json::serialize(to_json(offer)));
    BOOST_TEST(back.number == offer.number);
    BOOST_TEST((back.features == offer.features));
    BOOST_TEST(!back.monthly.known());
}

BOOST_AUTO_TEST_CASE(a_copied_offer_outlives_its_search) {
    Offer kept;
    {
        SearchResult result;
        result.offers.push_back(from_cached_text(to_cached_text(example()), lasting).value());
        kept = result.offers.front();
    }
    BOOST_TEST(kept.locality == "San Francisco");
    BOOST_TEST(kept.details().find("phone_number") != std::string_view::npos);
}

BOOST_AUTO_TEST_CASE(what_is_no_offer_is_refused) {
    for (const char* text : {"", "[]", "{", "1"}) { BOOST_TEST(!from_cached_text(text, lasting)); }
}

BOOST_AUTO_TEST_SUITE_END()
