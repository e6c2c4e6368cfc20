// SPDX-License-Identifier: BSL-1.0
// Usage: specs_requests CARRIER SPEC PRISM - makes every request that the carrier makes. Each goes to Prism at the URL
// PRISM, which judges it by the OpenAPI document SPEC, and to our sandbox, which answers it.
#include "spec.hpp"

#include <tandem/carriers/bandwidth.hpp>
#include <tandem/carriers/telnyx.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/file.hpp>
#include <tandem/testing/sandbox/sandbox.hpp>
#include <tandem/testing/session.hpp>
#include <tandem/transports/https.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <cstdio>
#include <exception>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace json = boost::json;
using namespace tandem;

/// A transport between a carrier and its sandbox that shows every request to Prism and the document first.
/// Copies share what they heard.
class Referee {
public:
    Referee(transports::Https https, specs::Spec spec, std::string base, std::string prism)
        : state_(std::make_shared<State>(State{std::move(https), std::move(spec), std::move(base), std::move(prism)})) {
    }

    Task<Response> send(Request request, Deadline deadline) {
        co_await judge(request, deadline);
        co_return co_await state_->https.send(std::move(request), deadline);
    }
    /// As `send`, without asking the sandbox.
    Task<> judge(Request request, Deadline deadline) {
        testing::sandbox::Call call;
        call.method = name_of(request.method());
        call.target = request.url().substr(state_->base.size());
        call.body = request.body();
        for (const Field& field : request.fields()) { call.fields.emplace_back(field.name, field.value); }
        call.take_apart();
        const std::string what = call.method + " " + call.target;
        for (const std::string& complaint : state_->spec.complaints(call)) { complain(what, complaint); }
        Request shown(request.method(), state_->prism + call.target);
        for (const Field& field : request.fields()) {
            if (field.name != "Content-Type") { std::move(shown).header(field.name, field.value); }
        }
        if (!call.body.empty()) { std::move(shown).body(std::string(call.field("Content-Type")), call.body); }
        const Response heard = co_await state_->https.send(std::move(shown), deadline);
        ++state_->requests;
        const std::string_view violations = heard.header("sl-violations");
        for (const auto& each : violations.empty() ? json::array() : json::parse(violations).as_array()) {
            const json::array& location = each.at("location").as_array();
            const auto in = [&](std::size_t at, std::string_view name) {
                return location.size() > at && location[at].is_string() && location[at].get_string() == name;
            };
            if (!in(0, "request")) { continue; }  // the document's own examples
            // Prism cannot read a body in XML; and Bandwidth's words let `features` be repeated, its schema does not.
            const bool excused = (in(1, "body") && call.field("Content-Type").starts_with("application/xml")) ||
                                 each.at("message").as_string() == "Request query parameter features must be string";
            if (!excused) { complain(what, json::serialize(each)); }
        }
        if (heard.status == 404 || heard.status == 405) { complain(what, "Prism knows no such path: " + heard.body); }
    }
    std::size_t requests() const { return state_->requests; }
    std::vector<std::string> take_complaints() { return std::exchange(state_->complaints, {}); }

private:
    struct State {
        transports::Https https;
        specs::Spec spec;
        std::string base;
        std::string prism;
        std::size_t requests = 0;
        std::vector<std::string> complaints{};
    };
    void complain(const std::string& request, const std::string& what) {
        state_->complaints.push_back(request + ": " + what);
    }

    std::shared_ptr<State> state_;
};
static_assert(Transport<Referee>);

/// Runs a carrier's whole life of a number, once for each way to search.
template <class C>
class Trial {
public:
    Trial(boost::asio::io_context& context, C carrier, Referee referee)
        : context_(context), carrier_(std::move(carrier)), session_(std::move(referee)) {}

    std::vector<Offer> find(SearchRequest request) {
        request = canonical(request).value();
        return run([&]() { return carrier_.find_numbers(session_, request); }).offers;
    }
    /// Buys `offered`, looks at its order in every way, gives it back.
    void live(const Offer& offered) {
        Number number;
        number.number = offered.number;
        number.carrier = C::info.name;
        const std::string digits = offered.number.digits();
        session_.set_operation_id(std::string(32 - digits.size(), '0') + digits);  // each purchase is one of its own
        if constexpr (requires(Number asked) { carrier_.reserve_number(session_, asked); }) {
            number = run([&]() { return carrier_.reserve_number(session_, number); });
        }
        const Number bought = run([&]() { return carrier_.acquire_number(session_, number); });
        expect(bought.order && bought.order->status == Order::Status::complete, "the number is bought");
        expect(run([&]() { return carrier_.follow_order(session_, bought); }).order->status == Order::Status::complete,
               "its order is complete");
        expect(run([&]() { return carrier_.find_order(session_, number); }).has_value(), "its order is found");
        expect(run([&]() { return carrier_.owns_number(session_, number.number); }), "it is ours");
        run([&]() { return carrier_.disconnect_number(session_, bought); });
        expect(!run([&]() { return carrier_.owns_number(session_, number.number); }), "it is ours no more");
        run([&]() { return carrier_.disconnect_number(session_, bought); });
    }
    /// A request that is wrong on purpose: whoever passes it judges nothing.
    void expect_complaint(Request wrong, std::string_view why) {
        Referee& referee = session_.transport();
        const auto before = referee.take_complaints();
        expect(before.empty(), before.empty() ? "" : before.front());
        run([&]() { return referee.judge(wrong, std::chrono::steady_clock::now() + std::chrono::seconds(30)); });
        expect(!referee.take_complaints().empty(), "a wrong request is noticed: " + std::string(why));
    }
    void finish() {
        for (const std::string& complaint : session_.transport().take_complaints()) { expect(false, complaint); }
        std::printf("%zu requests, %d complaints\n", session_.transport().requests(), bad_);
    }
    bool good() const { return bad_ == 0; }
    void expect(bool holds, const std::string& what) {
        if (holds) { return; }
        std::fprintf(stderr, "%s: this does not hold: %s\n", std::string(C::info.name).c_str(), what.c_str());
        ++bad_;
    }

private:
    template <class Start>
    auto run(Start start) {
        auto result = boost::asio::co_spawn(context_, start(), boost::asio::use_future);
        context_.restart();  // it stops whenever nothing is left to do
        while (result.wait_for(std::chrono::seconds(0)) != std::future_status::ready) { context_.run_one(); }
        return result.get();
    }

    boost::asio::io_context& context_;
    C carrier_;
    testing::Session<Referee> session_;
    int bad_ = 0;
};

SearchRequest search(std::string_view prefix, FeatureSet features = {}, std::uint32_t offset = 0) {
    SearchRequest request;
    request.prefix = prefix;
    request.features = features;
    request.offset = offset;
    return request;
}

template <class C>
void find_each(Trial<C>& trial, std::initializer_list<SearchRequest> requests) {
    for (const SearchRequest& request : requests) {
        trial.expect(!trial.find(request).empty(), "something is found under " + std::string(request.prefix.view()));
    }
}

bool try_telnyx(boost::asio::io_context& context, Referee referee, const std::string& base) {
    carriers::Telnyx carrier;
    carrier.settings.api_key = Secret(std::string(testing::sandbox::Telnyx::default_key));
    carrier.settings.base_url = base;
    Trial<carriers::Telnyx> plain(context, carrier, referee);
    const FeatureSet all = carriers::Telnyx::info.features;
    find_each(plain, {search("+1415"), search("+1415555"), search("+14155550100"), search("+1"), search("+1800"),
                      search("88*"), search("+44207"), search("+1212", {}, 5), search("+1415", {Feature::sms})});
    plain.find(search("+1415", all));
    plain.live(plain.find(search("+1415")).front());

    carrier.settings.connection_id = "346789098765567";
    carrier.settings.messaging_profile_id = "abc85f64-5717-4562-b3fc-2c9600000000";
    carrier.settings.billing_group_id = "abc85f64-5717-4562-b3fc-2c9600000001";
    carrier.settings.should_keep_best_effort = true;
    Trial<carriers::Telnyx> routed(context, carrier, referee);
    routed.live(routed.find(search("+1310")).front());

    const auto get = [&](const std::string& target) {
        return Request::get(base + target).authorization("Bearer", carrier.settings.api_key);
    };
    const auto post = [&](const std::string& body) {
        return Request::post(base + "/number_orders")
            .authorization("Bearer", carrier.settings.api_key)
            .body("application/json", body);
    };
    routed.expect_complaint(get("/available_phone_numbers?filter%5Bphone_nunber%5D%5Bstarts_with%5D=4"), "parameter");
    routed.expect_complaint(get("/available_phone_numbers?filter%5Blimit%5D=ten"), "its type");
    routed.expect_complaint(get("/available_phone_numbers?filter%5Bphone_number_type%5D=telex"), "its values");
    routed.expect_complaint(get("/available_numbers"), "path");
    routed.expect_complaint(post(R"({"phone_numbers":[{"phone_number":"+14155550100"}],"reference":"x"})"), "field");
    routed.expect_complaint(post(R"({"phone_numbers":[{"number":"+14155550100"}]})"), "required field");
    routed.expect_complaint(post(R"({"phone_numbers":"+14155550100"})"), "type of a field");
    routed.expect_complaint(Request::get(base + "/number_orders"), "credentials");
    routed.finish();
    return plain.good() && routed.good();
}

bool try_bandwidth(boost::asio::io_context& context, Referee referee, const std::string& base) {
    carriers::Bandwidth carrier;
    carrier.settings.account_id = testing::sandbox::bandwidth::account_id;
    carrier.settings.api_username = testing::sandbox::bandwidth::api_username;
    carrier.settings.api_password = Secret(std::string(testing::sandbox::bandwidth::api_password));
    carrier.settings.site_id = testing::sandbox::bandwidth::site_id;
    carrier.settings.base_url = base;
    Trial<carriers::Bandwidth> plain(context, carrier, referee);
    find_each(plain, {search("+1206"), search("+12065"), search("+1206777"), search("+12067770"),
                      search("+12067770100"), search("+1866"), search("87*"), search("+44161"),
                      search("+44", {Feature::sms, Feature::voice}), search("+1303", {}, 5)});
    plain.live(plain.find(search("+1206")).front());

    carrier.settings.sip_peer = testing::sandbox::bandwidth::sip_peer;
    Trial<carriers::Bandwidth> routed(context, carrier, referee);
    routed.live(routed.find(search("+1303")).front());

    const std::string account = base + "/accounts/9900000/";
    const auto authorized = [&](Request request) {
        return std::move(request).basic_authorization(carrier.settings.api_username, carrier.settings.api_password);
    };
    const auto order = [&](const std::string& children) {
        return authorized(Request::post(account + "orders"))
            .body("application/xml", "<Order>" + children +
                                         "<ExistingTelephoneNumberOrderType><TelephoneNumberList><TelephoneNumber>"
                                         "+12065550100</TelephoneNumber></TelephoneNumberList>"
                                         "</ExistingTelephoneNumberOrderType></Order>");
    };
    const std::string site = "<SiteId>743</SiteId><CustomerOrderId>a</CustomerOrderId>";
    routed.expect_complaint(authorized(Request::get(account + "availableNumbers?areacode=206")), "parameter");
    routed.expect_complaint(authorized(Request::get(account + "availableNumbers?quantity=ten")), "its type");
    routed.expect_complaint(authorized(Request::get(account + "orders")), "required parameter");
    routed.expect_complaint(authorized(Request::get(account + "numbers")), "path");
    routed.expect_complaint(order("<Site>743</Site>" + site), "element");
    routed.expect_complaint(order(""), "required element");
    routed.expect_complaint(order(site + "<TelephoneNumberList/>"), "nesting");
    routed.expect_complaint(authorized(Request::post(account + "disconnects"))
                                .body("application/xml",
                                      "<DisconnectTelephoneNumberOrder><DisconnectTelephoneNumberOrderType/>"
                                      "</DisconnectTelephoneNumberOrder>"),
                            "required element of a schema");
    routed.finish();
    return plain.good() && routed.good();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fputs("usage: specs_requests CARRIER SPEC PRISM\n", stderr);
        return 2;
    }
    try {
        const std::string carrier = argv[1];
        specs::Spec spec(json::parse(read_file(argv[2], 16U << 20U).value()));
        testing::sandbox::SandboxThread carriers;
        boost::asio::io_context context(1);
        const bool telnyx = carrier == "telnyx";
        const std::string base =
            telnyx ? carriers.sandbox.of<testing::sandbox::Telnyx>().origin() + "/v2" : carriers.sandbox.of<testing::sandbox::Bandwidth>().origin() + "/api/v2";
        Referee referee(transports::Https(context.get_executor()), std::move(spec), base, argv[3]);
        return (telnyx ? try_telnyx(context, referee, base) : try_bandwidth(context, referee, base)) ? 0 : 1;
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "%s\n", failure.what());
        return 1;
    }
}
