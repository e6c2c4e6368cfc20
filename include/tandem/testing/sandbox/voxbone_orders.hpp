// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/voxbone_inventory.hpp>

#include <algorithm>
#include <cstddef>
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

/// Takes numbers out of a product of the cart, by how many or by their names; an empty one goes.
/// Errors: `Refusal`.
inline void take_out(Cart& cart, std::string_view product_id, const boost::json::object& body) {
    const auto product = std::find_if(cart.products.begin(), cart.products.end(),
                                      [&](const Product& each) { return std::to_string(each.id) == product_id; });
    if (product == cart.products.end()) { throw Refusal(400, "no such product in the cart", "410"); }
    if (body.size() > 1) { throw Refusal(400, "either quantity or phoneNumbers", "422"); }
    if (body.empty()) { throw Refusal(400, "quantity or phoneNumbers", "423"); }
    if (body.contains("quantity")) {
        if (!product->numbers.empty()) { throw Refusal(400, "its numbers were chosen by name", "425"); }
        const auto quantity = whole_in(body, "quantity", "411");
        if (quantity < 0) { throw Refusal(400, "the quantity is not valid", "411"); }
        if (static_cast<std::size_t>(quantity) > product->quantity) { throw Refusal(400, "so many are not", "413"); }
        product->quantity -= static_cast<std::size_t>(quantity);
    } else {
        const auto* list = body.at("phoneNumbers").if_array();
        if (list == nullptr) { throw Refusal(400, "phoneNumbers is a list", "20"); }
        for (const auto& each : *list) {
            const E164 number = each.is_string() ? E164::parse_or_empty(std::string_view(each.get_string())) : E164();
            if (std::erase(product->numbers, number) == 0) { throw Refusal(400, "not in the cart", "424"); }
            --product->quantity;
        }
    }
    if (product->quantity == 0) { cart.products.erase(product); }
}

/// One of the account's numbers: its id, and what brought it.
struct Owned {
    std::uint64_t id = 0;
    std::string order{};
    std::uint64_t group = 0;
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
