// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/voxbone_errors.hpp>
#include <tandem/core/json.hpp>
#include <tandem/core/number.hpp>
#include <tandem/wire/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What Voxbone's replies say of carts, orders and numbers of ours.
namespace tandem::carriers::voxbone {

/// A number of ours.
struct Did {
    std::int64_t id = 0;
    E164 number{};
    std::string order{};
    std::string cancellable_from{};
};

inline constexpr auto did_rows =
    wire::rows("dids[]", {wire::field<&Did::id>("didId").required(), wire::field<&Did::number>("e164").required(),
                          wire::field<&Did::order>("orderReference"),
                          wire::field<&Did::cancellable_from>("cancellationAvailable")})
        .with({wire::field<&Total::count>("resultCount")});

/// The order of `number` as it is before Voxbone knows of it.
inline Order new_order(OperationId operation, const Number& number) {
    return {.operation = operation,
            .offer = number.order ? number.order->offer : std::string(),
            .status = Order::Status::pending};
}
/// What is to be put into a cart: `number` by its name, or any one of the group that its order names.
inline boost::json::object cart_item(const Number& number) {
    if (!number.number.empty()) {
        return {{"phoneNumbers", boost::json::array{boost::json::object{{"phoneNumber", number.number.str()}}}}};
    }
    std::int64_t group = 0;
    const std::string& text = number.order->offer;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), group);
    if (failed != std::errc() || end != text.data() + text.size()) {
        errors::invalid("an offer of Voxbone's is the number of a group", text);
    }
    return {{"didCartItem", {{"didGroupId", group}, {"quantity", 1}}}};
}

/// A member that is an identifier: text, or a whole number.
inline std::string identifier(const JsonFields& fields, std::string_view key) {
    const auto* value = fields.find(key);
    return value != nullptr && value->is_int64() ? std::to_string(value->get_int64()) : fields.text(key);
}

/// The identifier of a cart that was made for the order `reference`.
inline std::string cart_in(const JsonFields& cart, std::string_view reference) {
    if (cart.text("customerReference") != reference) { errors::malformed_reply("the cart is not ours"); }
    const std::string id = identifier(cart, "cartIdentifier");
    if (id.empty()) { errors::malformed_reply("the cart has no identifier"); }
    return id;
}
inline std::string new_cart_in(const Response& response, std::string_view reference) {
    expect_success(response);
    const boost::json::object reply = wire::read_object(response);
    const auto* cart = JsonFields(reply, "the reply", errc::malformed_reply).object("cart");
    if (cart == nullptr) { errors::malformed_reply("it has no cart"); }
    return cart_in(JsonFields(*cart, "the cart", errc::malformed_reply), reference);
}

/// Calls `visit` with each object of the list `name`, and gives how many there are on all pages.
template <class Visit>
std::uint64_t for_each_in(const Response& response, std::string_view name, Visit visit) {
    expect_success(response);
    const boost::json::object reply = wire::read_object(response);
    const JsonFields fields(reply, "the reply", errc::malformed_reply);
    const auto* list = fields.find(name);
    if (list == nullptr || !list->is_array() || fields.find("resultCount") == nullptr) {
        errors::malformed_reply("it is no list of " + std::string(name));
    }
    for (const auto& each : list->get_array()) {
        if (!each.is_object()) { fields.refuse(name, "a list of objects"); }
        visit(JsonFields(each.get_object(), "an entry of " + std::string(name), errc::malformed_reply));
    }
    return fields.count("resultCount");
}

/// Our carts: a search by reference may give others too.
inline std::vector<std::string> carts_in(const Response& response, std::string_view reference) {
    std::vector<std::string> carts;
    std::uint64_t rows = 0;
    const std::uint64_t total = for_each_in(response, "carts", [&](const JsonFields& cart) {
        ++rows;
        if (cart.text("customerReference") == reference) { carts.push_back(cart_in(cart, reference)); }
    });
    if (rows != total) { errors::malformed_reply("the list of carts is incomplete"); }
    return carts;
}

/// What is done in one step is done only where it says `SUCCESS`.
/// Errors: `by_carrier` for any other status.
inline void expect_done(const Response& response) {
    expect_success(response);
    const boost::json::object reply = wire::read_object(response);
    const std::string status = JsonFields(reply, "the reply", errc::malformed_reply).text("status");
    if (status == "PARTIAL" || status == "WARNING" || status == "ERROR") { errors::by_carrier(status); }
    if (status != "SUCCESS") { errors::malformed_reply("its status is '" + status.substr(0, 64) + "'"); }
}

/// What a checkout says of the one product that was in the cart.
struct Checkout {
    std::string status{};     ///< of the whole
    std::string reference{};  ///< of the order; empty when there is none
    std::string words{};
};
inline Checkout read_checkout(const Response& response) {
    expect_success(response);
    const boost::json::object reply = wire::read_object(response);
    const JsonFields fields(reply, "the checkout", errc::malformed_reply);
    const auto* list = fields.find("productCheckoutList");
    const auto* products = list == nullptr ? nullptr : list->if_array();
    if (products == nullptr || products->size() > 1 || (products->size() == 1 && !products->front().is_object())) {
        errors::malformed_reply("the checkout is not of one product");
    }
    Checkout checkout{.status = fields.text("status")};
    if (!products->empty()) {
        const JsonFields product(products->front().get_object(), "the product", errc::malformed_reply);
        checkout.reference = product.text("orderReference");
        checkout.words = product.text("message").substr(0, 256);
        if (product.text("status") != checkout.status) { errors::malformed_reply("its states contradict each other"); }
    }
    return checkout;
}
/// Whether a checkout's reply says for sure that nothing was ordered.
inline bool is_refused(const Response& response) {
    if (response.status >= 400 && response.status < 500) { return response.status != 408; }
    if (response.status != 200) { return false; }
    const Checkout checkout = read_checkout(response);
    return checkout.status == "ERROR" && checkout.reference.empty();
}
/// Errors: `by_carrier` for an order that was not placed.
inline std::string placed_order(const Response& response) {
    const Checkout checkout = read_checkout(response);
    if (is_refused(response)) { errors::by_carrier(checkout.words.empty() ? checkout.status : checkout.words); }
    constexpr std::array<std::string_view, 3> placed{"SUCCESS", "PARTIAL", "WARNING"};
    if (std::find(placed.begin(), placed.end(), checkout.status) == placed.end() || checkout.reference.empty()) {
        errors::malformed_reply("the checkout says neither that it placed an order nor that it did not");
    }
    return checkout.reference;
}

/// The numbers that an order names so far.
inline std::vector<E164> numbers_of(const JsonFields& order) {
    std::vector<E164> numbers;
    const auto* group = order.object("didGroups");
    if (group == nullptr) { return numbers; }
    for (const std::string& text :
         JsonFields(*group, "the order's group", errc::malformed_reply).texts("phoneNumbers")) {
        if (!E164::is_valid(text)) { errors::malformed_reply("the order names what is no number"); }
        numbers.push_back(E164::parse_or_empty(text));
    }
    return numbers;
}
/// `number` as the order says that it is.
/// Errors: `malformed_reply` for another's order, and for one of other numbers.
inline Number read_order(const JsonFields& order, Number number) {
    Order& ours = *number.order;
    const std::string reference = order.text("reference");
    const std::string customer_reference = order.text("customerReference");
    if (customer_reference != ours.operation.view() || reference.empty()) {
        errors::malformed_reply("the order is not ours");
    }
    ours.reference = reference;
    const std::vector<E164> named = numbers_of(order);
    if (number.number.empty() && named.size() == 1) { number.number = named.front(); }
    if (!named.empty() && named != std::vector{number.number}) {
        errors::malformed_reply("the order is of other numbers");
    }
    const std::string status = order.text("status");
    if (status == "CREATED" || status == "CONFIRMED") {
        ours.status = Order::Status::pending;
    } else if (status == "FULFILLED") {
        ours.status = Order::Status::complete;
    } else if (status == "CANCELED" || status == "CANCELED_PAYMENT") {
        ours.status = Order::Status::failed;
        ours.reason = status;
    } else {
        errors::malformed_reply("the order's status is '" + status.substr(0, 64) + "'");
    }
    return number;
}
/// The one order of `number.order->reference`.
inline Number order_in(const Response& response, const Number& number) {
    std::optional<Number> found;
    for_each_in(response, "orders", [&](const JsonFields& order) {
        if (order.text("reference") != number.order->reference) { return; }
        if (found) { errors::malformed_reply("the order is there twice"); }
        found = read_order(order, number);
    });
    if (!found) { errors::malformed_reply("the order is not there"); }
    return std::move(*found);
}

/// Looks for our order on one page of all orders after another.
class OrderSearch {
public:
    explicit OrderSearch(Number number) : number_(std::move(number)) {}

    std::uint64_t page() const { return pages_; }
    bool is_over() const { return found_ || (pages_ > 0 && rows_ >= total_); }
    const std::optional<Number>& found() const { return found_; }

    /// Errors: `malformed_reply` when orders are missing: the one that is looked for may be among them.
    void read(const Response& response) {
        const std::uint64_t before = rows_;
        const std::uint64_t total = for_each_in(response, "orders", [&](const JsonFields& order) {
            ++rows_;
            const bool is_ours = order.text("customerReference") == number_.order->operation.view();
            if (is_ours && (!found_ || found_->order->status == Order::Status::failed)) {
                found_ = read_order(order, number_);
            }
        });
        const bool is_short = rows_ == before && rows_ < total;
        if (!found_ && (is_short || (pages_ > 0 && total != total_))) {
            errors::malformed_reply("the list of orders is incomplete");
        }
        total_ = total;
        ++pages_;
    }

private:
    Number number_;
    std::optional<Number> found_{};
    std::uint64_t pages_ = 0;
    std::uint64_t rows_ = 0;
    std::uint64_t total_ = 0;
};

/// Our number `number`, where it is among those listed.
inline std::optional<Did> did_in(const Response& response, E164 number) {
    expect_success(response);
    const auto read = wire::read_rows(did_rows, response);
    for (const Did& did : read.rows) {
        if (did.number == number) { return did; }
    }
    if (read.refused > 0 || read.whole.count != read.rows.size()) {
        errors::malformed_reply("the list of numbers is incomplete");
    }
    return {};
}
/// A page of the list of our numbers.
inline OwnedNumbers owned_in(const Response& response, const detail::OwnedProgress& progress) {
    expect_success(response);
    const auto read = wire::read_rows(did_rows, response);
    return progress.behind(read, read.whole.count);
}
/// `number` as its complete order's only number.
inline Number name_number(const Response& response, Number number) {
    expect_success(response);
    const auto read = wire::read_rows(did_rows, response);
    if (read.rows.size() != 1 || read.refused > 0 || read.whole.count != 1U) {
        errors::malformed_reply("the order has not exactly one number");
    }
    const Did& did = read.rows.front();
    const bool is_other = !number.number.empty() && did.number != number.number;
    if (is_other || did.order != number.order->reference) { errors::malformed_reply("the number is not the order's"); }
    number.number = did.number;
    boost::json::object kept{{"did_id", did.id}};
    if (!did.cancellable_from.empty()) { kept["cancellation_available"] = did.cancellable_from; }
    number.carrier_data = merged(number.carrier_data, kept);
    return number;
}

/// Errors: as `raise`, and `malformed_reply` when it does not say that one number was given back.
inline void check_cancelled(const Response& response) {
    if (wire::Complaint(response).code("errors.0.apiErrorCode") == 414 && response.status >= 400 &&
        response.status < 500) {
        return;  // it is not ours
    }
    expect_success(response);
    const boost::json::object reply = wire::read_object(response);
    if (JsonFields(reply, "the reply", errc::malformed_reply).count("numberCancelled") != 1) {
        errors::malformed_reply("not one number was given back");
    }
}

inline Currency currency_in(const Response& response) {
    expect_success(response);
    const boost::json::object reply = wire::read_object(response);
    const auto* balance = JsonFields(reply, "the reply", errc::malformed_reply).object("accountBalance");
    if (balance == nullptr) { errors::malformed_reply("it has no balance"); }
    const auto currency = Currency::parse(JsonFields(*balance, "the balance", errc::malformed_reply).text("currency"));
    if (!currency) { errors::malformed_reply("its currency is none"); }
    return *currency;
}

}  // namespace tandem::carriers::voxbone
