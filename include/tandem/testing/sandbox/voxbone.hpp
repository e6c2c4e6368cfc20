// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/alpha3.hpp>
#include <tandem/testing/sandbox/groups.hpp>
#include <tandem/testing/sandbox/site.hpp>
#include <tandem/testing/sandbox/stock.hpp>
#include <tandem/testing/sandbox/voxbone_inventory.hpp>
#include <tandem/testing/sandbox/voxbone_orders.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::testing::sandbox {

inline constexpr std::array<Range, 3> voxbone_ranges{{
    {"+16465550100", 30, "NWYRCYZN01", "NY", "NEW YORK CITY", "0.00", "1.10"},
    {"+16467770100", 10, "NWYRCYZN02", "NY", "NEW YORK CITY", "2.50", "1.75"},
    {"+441174960100", 20, "", "", "BRISTOL", "0.00", "1.25"},
}};

/// Bandwidth's Global API v1, Voxbone's, under `/v1`, after its OpenAPI document; the form of errors after a client.
/// Numbers are found in groups, put into a cart and ordered by the cart's checkout. Each look at an order is one poll.
class Voxbone {
public:
    static constexpr std::string_view default_user = "sandbox-user";
    static constexpr std::string_view default_password = "sandbox-password";
    static constexpr std::string_view default_key = "sandbox-key";

    explicit Voxbone(Ledger ledger = stocked(voxbone_ranges, 0)) : ledger_(std::move(ledger)) {}

    static constexpr std::string_view carrier = "voxbone";
    static boost::json::object settings(const std::string& origin) {
        return {{"api_username", default_user},
                {"api_password", default_password},
                {"api_key", default_key},
                {"base_url", origin + "/v1"}};
    }

    Ledger& ledger() { return ledger_; }

    /// Where a refusal says where it is by digits, they are the error's code.
    Reply error(const Refusal& refusal) const {
        const bool is_code =
            !refusal.where.empty() && refusal.where.find_first_not_of("0123456789") == std::string::npos;
        const std::string code = is_code                         ? refusal.where
                                 : refusal.where == "pageNumber" ? "11"
                                 : refusal.where == "pageSize"   ? "12"
                                 : refusal.status == 404         ? "15"
                                                                 : "14";
        return {refusal.status,
                {{"httpStatusCode", refusal.status},
                 {"apiModule", "SANDBOX"},
                 {"genericErrorMessage", "the request cannot be processed"},
                 {"errors", boost::json::array{
                                boost::json::object{{"apiErrorCode", code}, {"apiErrorMessage", refusal.what()}}}}}};
    }

    Reply answer(const Call& call) {
        // The document's own credentials are the key; Kazoo's clients have a user and a password.
        const std::string_view key = call.field("apikey");
        const bool is_known = key.empty() ? call.is_from(default_user, default_password) : key == default_key;
        if (!is_known) { throw Refusal(401, "the credentials are not known here"); }
        if (call.field("Accept") != "application/json") { throw Refusal(400, "only JSON is spoken here"); }
        if (call.is("GET", {"v1", "inventory", "didgroup"})) { return search(call); }
        if (call.is("GET", {"v1", "inventory", "country"})) { return countries(call); }
        if (call.is("GET", {"v1", "inventory", "did"})) { return list_dids(call); }
        if (call.is("GET", {"v1", "ordering", "accountbalance"})) { return balance(call); }
        if (call.is("PUT", {"v1", "ordering", "cart"})) { return make_cart(call); }
        if (call.is("GET", {"v1", "ordering", "cart"})) { return list_carts(call); }
        if (call.is("GET", {"v1", "ordering", "cart", "*"})) { return show_cart(call); }
        if (call.is("DELETE", {"v1", "ordering", "cart", "*"})) { return destroy_cart(call); }
        if (call.is("POST", {"v1", "ordering", "cart", "*", "product"})) { return fill_cart(call); }
        if (call.is("POST", {"v1", "ordering", "cart", "*", "product", "*"})) { return empty_cart(call); }
        if (call.is("GET", {"v1", "ordering", "cart", "*", "checkout"})) { return check_out(call); }
        if (call.is("GET", {"v1", "ordering", "order"})) { return list_orders(call); }
        if (call.is("POST", {"v1", "ordering", "cancel"})) { return cancel(call); }
        throw Refusal(404, "no such resource: " + call.method + " " + call.target);
    }

private:
    bool is_held(E164 number) const {
        return std::any_of(carts_.begin(), carts_.end(), [&](const auto& each) {
            return std::any_of(
                each.second.products.begin(), each.second.products.end(), [&](const voxbone::Product& product) {
                    return std::find(product.numbers.begin(), product.numbers.end(), number) != product.numbers.end();
                });
        });
    }
    std::vector<Group> groups() {
        return names_.groups_of(ledger_, [&](const Item& item) { return !is_held(item.number); });
    }
    std::optional<Group> group_of(std::uint64_t id) {
        for (Group& group : groups()) {
            if (group.id == id) { return std::move(group); }
        }
        return {};
    }

    Reply search(const Call& call) {
        call.allow_only({"countryCodeA3", "stateId", "cityNamePattern", "rateCenter", "areaCode", "didType",
                         "showEmpty", "pageNumber", "pageSize", "quantity", "consecutive", "digits"},
                        {"didGroupIds", "featureIds"});
        const auto country = call.parameter("countryCodeA3");
        if (!country) { throw Refusal(400, "countryCodeA3 is required", "16"); }
        if (alpha2_of(*country).empty()) { throw Refusal(404, "no such country"); }
        constexpr std::array<std::string_view, 7> types{"GEOGRAPHIC", "TOLL_FREE",   "NATIONAL", "MOBILE",
                                                        "INUM",       "SHARED_COST", "SPECIAL"};
        const auto type = call.parameter("didType");
        if (type && std::find(types.begin(), types.end(), *type) == types.end()) {
            throw Refusal(400, "no such didType", "14");
        }
        const bool consecutive = voxbone::flag_in(call, "consecutive");
        const std::size_t quantity = call.count("quantity", 0, 1, 5'000);
        if (consecutive && quantity == 0) { throw Refusal(400, "Please provide quantity", "16"); }
        const auto digits = call.parameter("digits");
        if (digits && (digits->size() < 2 || digits->size() > 10)) {
            throw Refusal(400, "digits are two to ten characters", "14");
        }
        std::size_t left = 5'000;  // numbers in one reply
        boost::json::array rows;
        for (const Group& group : groups()) {
            if (!voxbone::fits(group, call, *country)) { continue; }
            boost::json::object row = voxbone::row_of(group);
            if (quantity > 0) {
                boost::json::array numbers;
                for (const Item* item :
                     voxbone::select(group, std::min(quantity, left), consecutive, digits.value_or(""))) {
                    numbers.push_back(boost::json::object{{"phoneNumber", item->number.str()}});
                }
                if (numbers.empty()) { continue; }
                left -= numbers.size();
                row["phoneNumbers"] = std::move(numbers);
            }
            rows.push_back(std::move(row));
        }
        return voxbone::paged(call, "didGroups", std::move(rows));
    }
    Reply countries(const Call& call) {
        call.allow_only({"countryCodeA3", "didType", "pageNumber", "pageSize"});
        std::set<std::string> codes;
        for (const Group& group : groups()) { codes.insert(group.country); }
        boost::json::array rows;
        for (const std::string& code : codes) {
            if (call.parameter("countryCodeA3").value_or(std::string(alpha3_of(code))) != alpha3_of(code)) { continue; }
            rows.push_back(boost::json::object{{"countryCodeA3", alpha3_of(code)},
                                               {"countryName", code},
                                               {"phoneCode", std::stoi(std::string(dial_code_of(code)))},
                                               {"hasStates", code == "US" || code == "CA"},
                                               {"hasRegulationRequirement", false}});
        }
        return voxbone::paged(call, "countries", std::move(rows));
    }

    Reply balance(const Call& call) {
        call.allow_only({});
        return {200,
                {{"accountBalance", {{"active", true}, {"balance", 500}, {"currency", "USD"}, {"threshold", 100}}}}};
    }

    Reply make_cart(const Call& call) {
        const auto body = voxbone::body_of(call, {"customerReference", "description"});
        voxbone::Cart cart{.id = ++ids_,
                           .customer_reference = voxbone::text_in(body, "customerReference"),
                           .description = voxbone::text_in(body, "description")};
        if (cart.customer_reference.size() > 255) { throw Refusal(400, "the reference is too long", "416"); }
        const voxbone::Cart& made = carts_.emplace(cart.id, std::move(cart)).first->second;
        return {200, {{"cart", voxbone::to_json(made)}}};
    }
    voxbone::Cart& the_cart(const Call& call) {
        for (auto& [id, cart] : carts_) {
            if (std::to_string(id) == call.path[3]) { return cart; }
        }
        throw Refusal(400, "the cart identifier is not valid", "400");
    }
    Reply list_carts(const Call& call) {
        call.allow_only({"cartIdentifier", "reference", "pageNumber", "pageSize"});
        boost::json::array rows;
        for (const auto& [id, cart] : carts_) {
            const bool fits = call.parameter("cartIdentifier").value_or(std::to_string(id)) == std::to_string(id) &&
                              call.parameter("reference").value_or(cart.customer_reference) == cart.customer_reference;
            if (fits) { rows.push_back(voxbone::to_json(cart)); }
        }
        return voxbone::paged(call, "carts", std::move(rows));
    }
    Reply show_cart(const Call& call) {
        call.allow_only({});
        return {200, {{"carts", boost::json::array{voxbone::to_json(the_cart(call))}}, {"resultCount", 1}}};
    }
    Reply destroy_cart(const Call& call) {
        call.allow_only({});
        carts_.erase(the_cart(call).id);
        return done();
    }
    static Reply done() { return {200, {{"status", "SUCCESS"}}}; }

    Reply fill_cart(const Call& call) {
        const auto body =
            voxbone::body_of(call, {"didCartItem", "phoneNumbers", "capacityCartItem", "creditPackageCartItem"});
        voxbone::Cart& cart = the_cart(call);
        if (body.empty()) { throw Refusal(400, "no product is named", "401"); }
        if (body.size() > 1) { throw Refusal(400, "more than one product is named", "402"); }
        if (const auto* item = body.if_contains("didCartItem"); item != nullptr && item->is_object()) {
            add_from_group(cart, item->get_object());
        } else if (const auto* list = body.if_contains("phoneNumbers"); list != nullptr && list->is_array()) {
            add_numbers(cart, list->get_array());
        } else {
            throw Refusal(400, "only numbers are sold here", "14");
        }
        return done();
    }
    void add_from_group(voxbone::Cart& cart, const boost::json::object& item) {
        const auto quantity = voxbone::whole_in(item, "quantity", "405");
        if (quantity < 1) { throw Refusal(400, "the quantity is not valid", "405"); }
        if (quantity > 1'000) { throw Refusal(400, "that is too many", "419"); }
        const auto group = group_of(static_cast<std::uint64_t>(voxbone::whole_in(item, "didGroupId", "403")));
        if (!group) { throw Refusal(400, "the group is not for sale", "404"); }
        for (voxbone::Product& product : cart.products) {
            if (product.group != group->id) { continue; }
            if (!product.numbers.empty()) { throw Refusal(400, "its numbers are in the cart by name", "14"); }
            product.quantity += static_cast<std::size_t>(quantity);
            return;
        }
        cart.products.push_back({.id = ++ids_, .group = group->id, .quantity = static_cast<std::size_t>(quantity)});
    }
    void add_numbers(voxbone::Cart& cart, const boost::json::array& list) {
        voxbone::Product product{.id = ++ids_, .quantity = list.size()};
        for (const auto& each : list) {
            if (!each.is_object()) { throw Refusal(400, "a number is an object", "20"); }
            const E164 number = E164::parse_or_empty(voxbone::text_in(each.get_object(), "phoneNumber"));
            const auto found = ledger_.stock().find(number);
            if (found == ledger_.stock().end() || is_held(number)) {
                throw Refusal(400, "the number is not available", "424");
            }
            product.group = names_.id_of(found->second);
            product.numbers.push_back(number);
        }
        if (product.numbers.empty()) { throw Refusal(400, "no number is named", "401"); }
        for (const voxbone::Product& other : cart.products) {
            if (other.group == product.group) { throw Refusal(400, "its group is in the cart already", "14"); }
        }
        cart.products.push_back(std::move(product));
    }
    Reply empty_cart(const Call& call) {
        const auto body = voxbone::body_of(call, {"quantity", "phoneNumbers"});
        voxbone::Cart& cart = the_cart(call);
        voxbone::take_out(cart, call.path[5], body);
        return done();
    }

    /// Orders what the cart holds, one order for each product, and empties it.
    Reply check_out(const Call& call) {
        call.allow_only({});
        voxbone::Cart& cart = the_cart(call);
        if (cart.products.empty()) { throw Refusal(400, "the cart is empty", "409"); }
        const std::vector<voxbone::Product> products = std::exchange(cart.products, {});
        boost::json::array list;
        bool any = false, all = true;
        for (const voxbone::Product& product : products) {
            std::vector<E164> numbers = product.numbers;
            if (const auto group = numbers.empty() ? group_of(product.group) : std::nullopt) {
                for (const Item* item : group->items) {
                    if (numbers.size() < product.quantity) { numbers.push_back(item->number); }
                }
            }
            const bool good = numbers.size() == product.quantity &&
                              std::all_of(numbers.begin(), numbers.end(),
                                          [&](E164 number) { return ledger_.stock().contains(number); });
            any = any || good;
            all = all && good;
            list.push_back(boost::json::object{
                {"productType", "DID"},
                {"status", good ? "SUCCESS" : "ERROR"},
                {"orderReference", good ? boost::json::value(order(cart, product.group, numbers)) : nullptr},
                {"message", good ? boost::json::value(nullptr) : boost::json::value("the group is sold out")}});
        }
        const std::string_view status = all ? "SUCCESS" : any ? "PARTIAL" : "ERROR";
        return {200, {{"status", status}, {"productCheckoutList", std::move(list)}}};
    }
    std::string order(const voxbone::Cart& cart, std::uint64_t group, const std::vector<E164>& numbers) {
        voxbone::Purchase purchase{.id = ++ids_, .customer_reference = cart.customer_reference, .group = group};
        purchase.reference = "10000DS" + std::to_string(purchase.id);
        for (const E164 number : numbers) {
            ledger_.order(number, purchase.reference, purchase.customer_reference);
            const Item& item = *ledger_.bought(number);
            purchase.polls = std::max(purchase.polls, item.polls);
            purchase.items.push_back(item);
        }
        voxbone::Purchase& placed = purchases_.emplace_back(std::move(purchase));
        if (placed.polls == 0) { look_at(placed); }
        return placed.reference;
    }
    void look_at(voxbone::Purchase& purchase) {
        if (purchase.status != "CREATED" && purchase.status != "CONFIRMED") { return; }
        if (purchase.polls > 0) {
            --purchase.polls;
            return;
        }
        const auto any = [&](bool Item::* flag) {
            return std::any_of(purchase.items.begin(), purchase.items.end(),
                               [&](const Item& item) { return item.*flag; });
        };
        purchase.status = "CONFIRMED";
        if (any(&Item::needs_action)) { return; }  // it waits for stock
        const bool good = !any(&Item::fails);
        purchase.status = good ? "FULFILLED" : "CANCELED";
        for (const Item& item : purchase.items) {
            ledger_.finish(purchase.reference, item.number, good);
            if (good) {
                dids_.insert_or_assign(item.number, voxbone::Owned{++ids_, purchase.reference, purchase.group});
            }
        }
    }

    Reply list_orders(const Call& call) {
        call.allow_only({"reference", "status", "dateFrom", "dateTo", "pageNumber", "pageSize"});
        constexpr std::array<std::string_view, 5> states{"CREATED", "CONFIRMED", "FULFILLED", "CANCELED",
                                                         "CANCELED_PAYMENT"};
        const auto status = call.parameter("status");
        if (status && std::find(states.begin(), states.end(), *status) == states.end()) {
            throw Refusal(400, "no such status", "14");
        }
        boost::json::array rows;
        for (auto purchase = purchases_.rbegin(); purchase != purchases_.rend(); ++purchase) {
            if (call.parameter("reference").value_or(purchase->reference) != purchase->reference) { continue; }
            look_at(*purchase);
            if (status.value_or(purchase->status) != purchase->status) { continue; }
            rows.push_back(voxbone::to_json(*purchase, default_user));
        }
        return voxbone::paged(call, "orders", std::move(rows));
    }

    Reply list_dids(const Call& call) {
        call.allow_only({"e164Pattern", "countryCodeA3", "orderReference", "serviceType", "needAddressLink",
                         "pageNumber", "pageSize"},
                        {"didIds", "didGroupIds"});
        boost::json::array rows;
        for (const auto& [number, own] : dids_) {
            const Item* item = ledger_.bought(number);
            if (item == nullptr) { continue; }
            const bool fits = voxbone::matches(number.str(), call.parameter("e164Pattern").value_or("%")) &&
                              call.parameter("orderReference").value_or(own.order) == own.order;
            if (!fits || !voxbone::is_listed(call, "didIds", own.id) ||
                !voxbone::is_listed(call, "didGroupIds", own.group)) {
                continue;
            }
            rows.push_back(boost::json::object{{"didId", own.id},
                                               {"e164", number.str()},
                                               {"type", voxbone::type_of(*item)},
                                               {"countryCodeA3", alpha3_of(item->country())},
                                               {"cityName", item->locality},
                                               {"areaCode", area_code_of(*item)},
                                               {"orderReference", own.order},
                                               {"didGroupId", own.group},
                                               {"cancellationAvailable", voxbone::moment}});
        }
        return voxbone::paged(call, "dids", std::move(rows), ledger_.page_rows(5'000));
    }
    Reply cancel(const Call& call) {
        const auto body = voxbone::body_of(call, {"didIds"});
        const auto* list = body.if_contains("didIds");
        if (list == nullptr || !list->is_array() || list->get_array().empty()) {
            throw Refusal(400, "didIds is a list of at least one", "16");
        }
        std::vector<E164> numbers;  // all or none
        for (const auto& each : list->get_array()) {
            const auto own = std::find_if(dids_.begin(), dids_.end(), [&](const auto& did) {
                return each.is_int64() && static_cast<std::uint64_t>(each.get_int64()) == did.second.id;
            });
            if (own == dids_.end()) { throw Refusal(400, "the number is not yours", "414"); }
            if (ledger_.bought(own->first)->deletion_lock) { throw Refusal(400, "not to be cancelled yet", "421"); }
            numbers.push_back(own->first);
        }
        for (const E164 number : numbers) {
            ledger_.release(number);
            dids_.erase(number);
        }
        return {200, {{"numberCancelled", numbers.size()}}};
    }

    Ledger ledger_;
    GroupNames names_{1000};
    std::map<std::uint64_t, voxbone::Cart> carts_;
    std::vector<voxbone::Purchase> purchases_;
    std::map<E164, voxbone::Owned> dids_;
    std::uint64_t ids_ = 0;
};
static_assert(Site<Voxbone>);

}  // namespace tandem::testing::sandbox
