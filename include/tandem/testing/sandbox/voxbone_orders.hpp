// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/voxbone_inventory.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Carts and orders of Voxbone's API, and how they are told.
namespace tandem::testing::sandbox::voxbone {

inline constexpr std::string_view moment = "2026-01-01 00:00:00";

/// Some of a group, or numbers by their names.
struct Product {
    std::uint64_t id = 0;
    std::uint64_t group = 0;
    std::size_t quantity = 0;
    std::vector<E164> numbers{};
};
struct Cart {
    std::uint64_t id = 0;
    std::string customer_reference{};
    std::string description{};
    std::vector<Product> products{};
};
struct Purchase {
    std::uint64_t id = 0;
    std::string reference{};
    std::string customer_reference{};
    std::uint64_t group = 0;
    std::vector<Item> items{};
    unsigned polls = 0;
    std::string status = "CREATED";
};

inline boost::json::object to_json(const Cart& cart) {
    boost::json::array products;
    for (const Product& product : cart.products) {
        boost::json::array numbers;
        for (const E164 number : product.numbers) {
            numbers.push_back(
                boost::json::object{{"digits", number.str()}, {"holdingUntil", "2026-01-01 00:10:00 UTC"}});
        }
        products.push_back(boost::json::object{{"orderProductId", product.id},
                                               {"productType", "DID"},
                                               {"productDescription", ""},
                                               {"quantity", product.quantity},
                                               {"didgroupId", product.group},
                                               {"phoneNumbers", std::move(numbers)}});
    }
    return {{"cartIdentifier", cart.id},
            {"customerReference", cart.customer_reference},
            {"description", cart.description},
            {"dateAdded", moment},
            {"orderProducts", std::move(products)}};
}
inline boost::json::object to_json(const Purchase& purchase, std::string_view user) {
    const Item& item = purchase.items.front();
    boost::json::array numbers;
    if (purchase.status == "FULFILLED") {
        for (const Item& each : purchase.items) { numbers.emplace_back(each.number.str()); }
    }
    return {{"userName", user},
            {"orderId", purchase.id},
            {"reference", purchase.reference},
            {"dateAdded", moment},
            {"dateCanceled", nullptr},
            {"status", purchase.status},
            {"customerReference", purchase.customer_reference},
            {"didGroups",
             {{"didGroupId", std::to_string(purchase.group)},
              {"countryCodeA3", alpha3_of(item.country())},
              {"didType", type_of(item)},
              {"cityName", item.locality},
              {"areaCode", area_code_of(item)},
              {"rateCenter", item.rate_center},
              {"phoneNumbers", std::move(numbers)}}}};
}

}  // namespace tandem::testing::sandbox::voxbone
