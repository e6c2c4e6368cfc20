// SPDX-License-Identifier: BSL-1.0
#include <tandem/testing/carrier_laws.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>
#include <tandem/wire/url.hpp>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Whether the laws notice a carrier that breaks them.
BOOST_AUTO_TEST_SUITE(testing_carrier_laws)

using namespace tandem;

namespace {

/// A small carrier's API: it sells two numbers and knows its orders by our reference.
class Shop {
public:
    Response answer(const Request& request) {
        const std::string path = request.url().substr(std::string_view("https://shop.example").size());
        if (path == "/stock") {
            boost::json::array numbers;
            for (const E164 each : stock_) { numbers.emplace_back(each.str()); }
            return json({{"numbers", std::move(numbers)}});
        }
        if (path.starts_with("/owned?from=")) { return list(std::stoul(path.substr(path.find('=') + 1))); }
        if (path == "/orders") { return order(boost::json::parse(request.body()).as_object()); }
        const std::string last = path.substr(path.rfind('/') + 1);
        if (path.starts_with("/orders/")) {
            const auto found = orders_.find(last);
            return found == orders_.end() ? json({{"orders", 0}}, 404) : sold(found->second, last);
        }
        const E164 number = E164::parse_or_empty("+" + last);
        const bool ours = request.method() == Method::delete_ ? owned_.erase(number) == 1 : owned_.contains(number);
        return ours ? json({{"number", number.str()}}) : json({{"ours", false}}, 404);
    }
    bool owns(E164 number) { return owned_.contains(number); }
    bool holds(E164 number) { return owns(number); }
    std::vector<E164> ordered() { return ordered_; }
    void sell_out() { stock_.clear(); }
    void shorten_pages(std::size_t most) { page_ = most; }

private:
    Response list(std::size_t from) {
        boost::json::array rows;
        std::size_t at = 0;
        for (const E164 each : owned_) {
            if (at++ >= from && rows.size() < page_) { rows.emplace_back(each.str()); }
        }
        const std::size_t end = from + rows.size();
        const std::string next = end < owned_.size() ? "https://shop.example/owned?from=" + std::to_string(end) : "";
        return json({{"numbers", std::move(rows)}, {"next", next}});
    }
    static Response json(const boost::json::object& body, int status = 200) {
        return Response(status, boost::json::serialize(body));
    }
    static Response sold(E164 number, std::string_view reference) {
        return json({{"number", number.str()}, {"reference", reference}, {"status", "sold"}});
    }
    Response order(const boost::json::object& body) {
        const E164 number = E164::parse_or_empty(std::string_view(body.at("number").as_string()));
        if (stock_.erase(number) == 0) { return json({{"status", "gone"}}, 409); }
        const std::string reference(body.at("reference").as_string());
        orders_[reference] = number;
        ordered_.push_back(number);
        owned_.insert(number);
        return sold(number, reference);
    }

    std::set<E164> stock_{E164::parse_or_empty("+14155550100"), E164::parse_or_empty("+14155550101")};
    std::set<E164> owned_{};
    std::map<std::string, E164> orders_{};
    std::vector<E164> ordered_{};
    std::size_t page_ = 100;
};

enum class Fault {
    none,
    believes_any_number,
    believes_any_reply,
    takes_a_failure_for_a_no,
    orders_all_it_found,
    releases_once,
    ignores_failed_releases,
    faults_when_sold_out,
    tells_its_key,
    loses_orders,
    finds_what_is_not_there,
    owns_everything,
    tells_no_price,
    lists_nothing,
    lists_one_page,
    skips_what_it_cannot_read,
    follows_any_link,
    changes_what_it_lists,
};

/// Its carrier, with one fault.
struct Dealer {
    static constexpr CarrierInfo info{
        .name = "dealer", .retry = RetryClass::after_look_up, .price_source = PriceSource::free};

    Fault fault = Fault::none;

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        const Response reply = co_await session.send(to(Request::get("https://shop.example/stock")));
        if (reply.status != 200) { raise(reply); }
        const boost::json::object body = object_of(reply);
        if (!body.contains("numbers")) { errors::malformed_reply("no numbers"); }
        SearchPage page;
        for (const auto& each : body.at("numbers").as_array()) {
            if (page.offers.size() == request.quantity) { break; }
            Offer offer;
            offer.number = E164::parse_or_empty(std::string_view(each.as_string()));
            if (fault != Fault::tells_no_price) { offer.setup = offer.monthly = Amount::zero(); }
            page.offers.push_back(offer);
        }
        if (page.offers.empty() && fault == Fault::faults_when_sold_out) { errors::by_carrier("nothing there"); }
        co_return page;
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        const std::string reference = session.operation().id.str();
        const boost::json::object body{{"number", number.number.str()}, {"reference", reference}};
        const Response reply =
            co_await session.send(to(wire::with_json(Request::post("https://shop.example/orders"), body)));
        if (fault == Fault::orders_all_it_found) {
            const boost::json::object more{{"number", "+14155550101"}, {"reference", reference + "2"}};
            (void)co_await session.send(to(wire::with_json(Request::post("https://shop.example/orders"), more)));
        }
        if (fault == Fault::takes_a_failure_for_a_no && reply.status != 200) {
            number.order = Order{.status = Order::Status::failed};
            co_return number;
        }
        if (fault != Fault::believes_any_reply) { number = read_sale(reply, std::move(number)); }
        co_return number;
    }

    Task<std::optional<Number>> find_order(auto& session, Number number) const {
        const std::string url = "https://shop.example/orders/" + session.operation().id.str();
        if (fault == Fault::finds_what_is_not_there) { co_return number; }
        const Response reply = co_await session.send(to(Request::get(url)));
        if (fault == Fault::loses_orders) { co_return std::nullopt; }
        if (reply.status == 404 && object_of(reply).contains("orders")) { co_return std::nullopt; }
        co_return read_sale(reply, std::move(number));
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Response reply = co_await session.send(to(Request::get(owned(number))));
        co_return fault == Fault::owns_everything || reply.status == 200;
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        if (page.empty()) { page = list_url + "0"; }
        Request request = to(fault == Fault::changes_what_it_lists ? Request::post(page) : Request::get(page));
        const Response reply = co_await session.send(std::move(request));
        co_return read_list(reply);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response reply = co_await session.send(to(Request::delete_(owned(number.number))));
        if (fault == Fault::ignores_failed_releases) { co_return number; }
        const bool gone = reply.status == 404 && object_of(reply).contains("ours");
        if (gone && fault != Fault::releases_once) { co_return number; }
        if (reply.status != 200) { raise(reply); }
        const boost::json::object body = object_of(reply);
        if (const auto* released = body.if_contains("number");
            released == nullptr || released->as_string() != number.number.str()) {
            errors::malformed_reply("another");
        }
        co_return number;
    }

private:
    inline static const std::string list_url = "https://shop.example/owned?from=";

    OwnedNumbers read_list(const Response& reply) const {
        if (reply.status != 200) { raise(reply); }
        const boost::json::object body = object_of(reply);
        const auto* next = body.if_contains("next");
        if (!body.contains("numbers") || next == nullptr || !next->is_string()) { errors::malformed_reply("no list"); }
        OwnedNumbers owned;
        for (const auto& each : body.at("numbers").as_array()) {
            const E164 number = E164::parse_or_empty(std::string_view(each.as_string()));
            const bool is_read = !number.empty();
            if (!is_read && fault != Fault::skips_what_it_cannot_read) { errors::malformed_reply("no number"); }
            if (is_read && fault != Fault::lists_nothing) { owned.numbers.push_back(number); }
        }
        if (fault != Fault::lists_one_page) { owned.next = std::string_view(next->as_string()); }
        const bool is_ours = owned.next.empty() || owned.next.starts_with(list_url);
        if (!is_ours && fault != Fault::follows_any_link) { errors::malformed_reply("a link that leads elsewhere"); }
        return owned;
    }
    static Request to(Request request) { return std::move(request).authorization("Bearer", Secret("canary-key")); }
    static std::string owned(E164 number) { return "https://shop.example/owned/" + number.digits(); }
    static boost::json::object object_of(const Response& reply) {
        boost::json::object object = wire::read_object(reply);
        if (object.empty()) { errors::malformed_reply("empty"); }
        for (const auto& [key, value] : object) {
            const bool good =
                key == "numbers" ? is_texts(value) : value.is_string() || value.is_number() || value.is_bool();
            if (!good) { errors::malformed_reply(std::string(key)); }
        }
        for (const char* text : {"number", "reference", "status"}) {
            if (const auto* found = object.if_contains(text); found != nullptr && !found->is_string()) {
                errors::malformed_reply(text);
            }
        }
        return object;
    }
    static bool is_texts(const boost::json::value& value) {
        return value.is_array() && std::all_of(value.get_array().begin(), value.get_array().end(),
                                               [](const auto& each) { return each.is_string(); });
    }
    [[noreturn]] void raise(const Response& reply) const {
        wire::raise_status(reply, fault == Fault::tells_its_key ? "the key canary-key was refused" : "no");
    }
    Number read_sale(const Response& reply, Number number) const {
        if (reply.status != 200) { raise(reply); }
        const boost::json::object body = object_of(reply);
        const auto* sold = body.if_contains("number");
        const auto* status = body.if_contains("status");
        const bool ours = sold != nullptr && sold->as_string() == number.number.str();
        if ((!ours && fault != Fault::believes_any_number) || status == nullptr || status->as_string() != "sold") {
            errors::malformed_reply("not our sale");
        }
        return number;
    }
};

std::set<std::string> laws_broken_by(Fault fault) {
    std::set<std::string> laws;
    for (const auto& broken : testing::broken_laws(Dealer{fault}, Shop(), {.prefix = "+1415", .quantity = 5})) {
        laws.insert(broken.law);
    }
    return laws;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_good_carrier_breaks_none) {
    for (const auto& [law, how] : testing::broken_laws(Dealer(), Shop(), {.prefix = "+1415", .quantity = 5})) {
        BOOST_ERROR(law << ": " << how);
    }
}

BOOST_AUTO_TEST_CASE(each_fault_breaks_its_law) {
    const struct {
        Fault fault;
        const char* law;
    } rows[]{
        {Fault::believes_any_number, "no reply makes a sale of another number"},
        {Fault::believes_any_reply, "a failure is never taken for success, nor a success for a refusal"},
        {Fault::takes_a_failure_for_a_no, "a failure is never taken for success, nor a success for a refusal"},
        {Fault::orders_all_it_found, "what is found can be bought, once"},
        {Fault::releases_once, "releasing twice is harmless"},
        {Fault::ignores_failed_releases, "a failure is never taken for success, nor a success for a refusal"},
        {Fault::faults_when_sold_out, "an empty stock is no error"},
        {Fault::tells_its_key, "no failure names a secret"},
        {Fault::loses_orders, "an order is found by our reference, and only by it"},
        {Fault::finds_what_is_not_there, "an order is found by our reference, and only by it"},
        {Fault::owns_everything, "what was released is not owned"},
        {Fault::tells_no_price, "a price is told where the carrier tells it"},
        {Fault::lists_nothing, "what was bought stands in the list of our numbers until it is released"},
        {Fault::lists_one_page, "what was bought stands in the list of our numbers until it is released"},
        {Fault::skips_what_it_cannot_read, "a list of our numbers is whole or an error"},
        {Fault::follows_any_link, "no reply sends us elsewhere"},
        {Fault::changes_what_it_lists, "asking for our numbers changes nothing"},
    };
    for (const auto& [fault, law] : rows) {
        BOOST_TEST_CONTEXT(law) {
            const auto broken = laws_broken_by(fault);
            BOOST_TEST(broken.contains(law));
            for (const std::string& each : broken) { BOOST_TEST_MESSAGE(each); }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
