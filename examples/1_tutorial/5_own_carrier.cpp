// SPDX-License-Identifier: BSL-1.0
// Step 5: a carrier of one's own. It translates between Tandem's vocabulary and one API, and does no I/O itself.
#include "practice.hpp"

#include <tandem/carrier.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/number_manager.hpp>
#include <tandem/run.hpp>
#include <tandem/stores/memory.hpp>
#include <tandem/testing/carrier_laws.hpp>
#include <tandem/testing/instantiates.hpp>
#include <tandem/testing/scripted_transport.hpp>
#include <tandem/testing/session.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>
#include <tandem/wire/url.hpp>

#include <iostream>
#include <set>

using tandem::Method;
using tandem::Offer;
using tandem::Order;
using tandem::Request;
using tandem::Response;
using tandem::Task;
namespace wire = tandem::wire;

// [carrier]
/// Acme sells numbers at `GET numbers?starts_with=…`, `PUT numbers/{number}` and `DELETE numbers/{number}`.
struct Acme {
    // [info]
    static constexpr tandem::CarrierInfo info{.name = "acme",
                                              .max_prefix_length = 6,
                                              .features = {tandem::Feature::sms},
                                              .countries = {"US"},
                                              .retry = tandem::RetryClass::after_look_up,
                                              .price_source = tandem::PriceSource::search};
    // [/info]

    // [settings]
    struct Settings {
        tandem::Secret api_key{};
        std::string base_url = "https://api.acme.example/v1";

        static constexpr std::array<std::string_view, 1> required{"api_key"};
        TANDEM_SETTINGS(Settings, api_key, base_url);
    };

    Settings settings{};
    // [/settings]

    // [operations]
    Task<tandem::SearchPage> find_numbers(auto& session, const tandem::SearchRequest& request) const {
        Response response = co_await session.send(search(request));
        if (response.status != 200) { raise(response); }
        co_return wire::read_offers(offers, std::move(response));
    }

    Task<tandem::Number> acquire_number(auto& session, tandem::Number number) const {
        const Response response = co_await session.send(order(number, session.operation().id));
        if (response.status == 409) { tandem::errors::number_unavailable(); }
        if (response.status != 200) { raise(response); }
        const Bought bought = wire::read_one(bought_number, response);
        // Only a reply that names our number says that it is sold.
        if (bought.number != number.number) { tandem::errors::malformed_reply("it tells of another number"); }
        number.order = Order{.operation = session.operation().id, .reference = bought.order};
        co_return number;
    }

    Task<tandem::Number> disconnect_number(auto& session, tandem::Number number) const {
        const Response response = co_await session.send(authorized(Request::delete_(url_of(number.number))));
        if (response.status != 204 && response.status != 404) { raise(response); }  // 404: it is not ours any more
        co_return number;
    }
    // [/operations]

    // [optional]
    /// Whether an order whose answer got lost was carried out: what `recover` asks.
    Task<bool> owns_number(auto& session, tandem::E164 number) const {
        const Response response = co_await session.send(authorized(Request::get(url_of(number))));
        if (response.status == 404) { co_return false; }
        if (response.status != 200) { raise(response); }
        co_return wire::read_one(bought_number, response).number == number;
    }
    // [/optional]

private:
    // [replies]
    struct Bought {
        tandem::E164 number{};
        std::string order{};
    };

    // {"numbers": [{"number": "+1…", "price": {"once": "1.00", "monthly": "0.80", "currency": "USD"}, "can": ["sms"],
    //               "city": "…"}]}
    static constexpr auto offers = wire::rows(
        "numbers[]", {wire::field<&Offer::number>("number").required(), wire::field<&Offer::setup>("price.once"),
                      wire::field<&Offer::monthly>("price.monthly"), wire::field<&Offer::currency>("price.currency"),
                      wire::flag<tandem::Feature::sms>("can[=sms]"), wire::field<&Offer::locality>("city")});
    // {"bought": {"number": "+1…", "order": "…"}}
    static constexpr auto bought_number = wire::rows(
        "bought", {wire::field<&Bought::number>("number").required(), wire::field<&Bought::order>("order").required()});
    // [/replies]

    // [requests]
    // `wire::Url` writes every value so that it stays in its place: `+` goes as `%2B`.
    wire::Url numbers() const { return wire::Url(settings.base_url) / "numbers"; }
    std::string url_of(tandem::E164 number) const { return (numbers() / number.str()).str(); }
    Request authorized(Request request) const { return std::move(request).authorization("Bearer", settings.api_key); }

    /// Acme takes six digits behind the country code. What does not fit a longer prefix, the manager drops.
    Request search(const tandem::SearchRequest& request) const {
        const std::string_view digits = request.national_prefix("1").substr(0, info.max_prefix_length);
        wire::Url url = numbers().query("starts_with", digits);
        url = std::move(url).query("skip", request.offset).query("limit", request.quantity);
        return authorized(Request::get(std::move(url).str()));
    }
    /// Our operation id goes with the order, so that Acme's support can find it.
    Request order(const tandem::Number& number, tandem::OperationId reference) const {
        const boost::json::object body{{"reference", reference.view()}};
        return wire::with_json(authorized(Request::put(url_of(number.number))), body);
    }
    // [/requests]

    [[noreturn]] static void raise(const Response& response) {
        wire::raise_status(response, response.body.substr(0, 256));
    }
};
static_assert(tandem::Carrier<Acme>);
// [/carrier]

// [instantiates]
static_assert(tandem::testing::instantiates<Acme>());  // every body compiles against the least session there can be
// [/instantiates]

namespace {

Response stock() {
    return Response(200, R"({"numbers": [
        {"number": "+14155550100", "price": {"once": "1.00", "monthly": "0.80", "currency": "USD"},
         "can": ["voice", "sms"], "city": "San Francisco", "note": "what is not described is skipped"},
        {"number": "+14155550101", "price": {"once": 0, "monthly": 0.8, "currency": "USD"}, "can": ["voice"]},
        {"number": "no number at all"}
    ]})");
}
Response bought() { return Response(200, R"({"bought": {"number": "+14155550100", "order": "A-1"}})"); }

// [session]
/// The carrier alone: a session outside any manager, over a transport that plays Acme.
void talk_to_acme() {
    tandem::testing::ScriptedTransport script;
    script.on(Method::get, "https://api.acme.example/v1/numbers?starts_with=415", stock());
    script.on(Method::put, "/numbers/%2B14155550100", bought());
    tandem::testing::Session session(script);
    session.set_operation_id("op-1");
    Acme acme;
    acme.settings.api_key = tandem::Secret("KEY");

    tandem::SearchRequest request{.prefix = "+1415"};
    const tandem::SearchPage page = tandem::run(acme.find_numbers(session, request));
    practice::expect(page.offers.size() == 2 && page.refused == 1, "a row without a number is refused, not the page");
    practice::expect(page.offers[0].monthly == tandem::Amount::parse("0.80"), "money is exact");
    practice::expect(page.offers[1].features.get(tandem::Feature::sms) == false, "a list that lacks it says no");

    tandem::Number wanted;
    wanted.number = page.offers[0].number;
    const tandem::Number number = tandem::run(acme.acquire_number(session, wanted));
    practice::expect(number.order->reference == "A-1", "the order is on the number");
    practice::expect(script.requests().back().body() == R"({"reference":"op-1"})", "our id travelled with it");

    wanted.number = page.offers[1].number;
    script.on(Method::put, "/numbers/%2B14155550101", bought());
    try {
        (void)tandem::run(acme.acquire_number(session, wanted));
        practice::expect(false, "a reply for another number is no sale");
    } catch (const tandem::Exception& failure) {
        practice::expect(failure.error().code == tandem::errc::malformed_reply, "it is malformed");
    }
}
// [/session]

// [laws]
/// Acme's API in memory: what its documentation says, as code. It sells two numbers.
class AcmeInMemory {
public:
    Response answer(const Request& request) {
        if (request.url().find("/numbers?") != std::string::npos) { return Response(200, offers()); }
        const std::string& url = request.url();  // …/numbers/%2B14155550100
        const auto number = tandem::E164::parse_or_empty("+" + url.substr(url.size() - 11));
        const bool ours = owned_.contains(number);
        if (request.method() == Method::put && stock_.erase(number) == 1) {
            owned_.insert(number);
            ordered_.push_back(number);
            return bought(number);
        }
        if (request.method() == Method::put) { return Response(409); }
        if (request.method() == Method::delete_) { return Response(owned_.erase(number) == 1 ? 204 : 404); }
        return ours ? bought(number) : Response(404);
    }
    bool owns(tandem::E164 number) const { return owned_.contains(number); }
    bool holds(tandem::E164 number) const { return owns(number); }
    std::vector<tandem::E164> ordered() const { return ordered_; }
    void sell_out() { stock_.clear(); }

private:
    std::string offers() const {
        std::string rows;
        for (const tandem::E164 each : stock_) {
            rows += (rows.empty() ? "" : ",") + (R"({"number": ")" + each.str()) +
                    R"(", "price": {"once": "1.00", "monthly": "0.80", "currency": "USD"}})";
        }
        return R"({"numbers": [)" + rows + "]}";
    }
    static Response bought(tandem::E164 number) {
        return Response(200, R"({"bought": {"number": ")" + number.str() + R"(", "order": "A-1"}})");
    }

    std::set<tandem::E164> stock_{tandem::E164::parse_or_empty("+14155550100"),
                                  tandem::E164::parse_or_empty("+14155550101")};
    std::set<tandem::E164> owned_{};
    std::vector<tandem::E164> ordered_{};
};

/// Buys and releases there, again and again: with each failure at each exchange, with each reply cut after each byte
/// and with each field of each reply changed.
void obey_the_laws() {
    for (const auto& [law, how] : tandem::testing::broken_laws(Acme(), AcmeInMemory(), {.prefix = "+1415"})) {
        std::cerr << law << ": " << how << "\n";
        practice::expect(false, "a law is broken");
    }
}
// [/laws]

// [composed]
/// And in a manager, which adds the rest: deadlines, the store, the purchase protocol.
using Manager = tandem::NumberManager<tandem::Carriers<Acme>, tandem::testing::ScriptedTransport,
                                      tandem::configs::InCode, tandem::stores::Memory>;

tandem::Task<tandem::Receipt> buy_texting_number(Manager& manager) {
    tandem::SearchRequest request{.prefix = "415555", .features = {tandem::Feature::sms}};
    tandem::SearchResult found = (co_await manager.find_numbers(request)).value();
    tandem::Offer offer = found.offers.front();
    tandem::Receipt receipt = (co_await manager.acquire_number(offer, tandem::purchase)).value();
    std::cout << receipt.number.number << ": " << name_of(receipt.outcome) << " by " << receipt.number.carrier << "\n";
    co_return receipt;
}
// [/composed]

}  // namespace

int main() {
    talk_to_acme();
    obey_the_laws();

    tandem::testing::ScriptedTransport script;
    script.on(Method::get, "/numbers?", stock());
    script.on(Method::put, "/numbers/", bought());
    const tandem::configs::InCode settings{{"number_manager.acme", R"({"api_key": "KEY"})"}};
    boost::asio::io_context context;
    Manager manager = Manager::open(context.get_executor(), script, settings, tandem::stores::Memory()).value();
    const tandem::Receipt receipt = tandem::run(context, buy_texting_number(manager));
    practice::expect(receipt.outcome == tandem::Outcome::sold && receipt.number.order->reference == "A-1", "sold");
}
