// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/other.hpp>
#include <tandem/carriers/telnyx.hpp>
#include <tandem/number_manager.hpp>
#include <tandem/stores/memory.hpp>

/// The carriers under the whole manager: what a reply does to the number's record and to the next purchase of it.
BOOST_AUTO_TEST_SUITE(carriers_in_a_manager)

using namespace tandem;
using namespace tandem::carrier_tests;

namespace {

/// What a test has to know of a carrier: its settings, its replies, and where its orders and look-ups go.
struct OtherDialect {
    using Carrier = carriers::Other;
    static constexpr std::string_view category = "number_manager.other";
    static constexpr std::string_view settings = R"({"phonebook_url": "https://api.example/v1"})";
    static constexpr Method order_method = Method::put;
    static constexpr const char* order_path = "/order";
    static constexpr const char* look_up_path = "/numbers/US/%2B14155550100";

    static Response offers() { return reply(R"({"status": "success", "data": {"+14155550100": {}}})"); }
    static json::value sold(std::string_view) {
        return {{"status", "success"}, {"data", {{"+14155550100", {{"status", "success"}, {"opaque", {{"id", 7}}}}}}}};
    }
    static Response look_up_finds(std::string_view reference) { return reply(sold(reference)); }
    static Response look_up_finds_nothing() { return reply(R"({"status": "not_found"})", 404); }
};

struct TelnyxDialect {
    using Carrier = carriers::Telnyx;
    static constexpr std::string_view category = "number_manager.telnyx";
    static constexpr std::string_view settings = R"({"api_key": "k", "base_url": "https://api.example/v2"})";
    static constexpr Method order_method = Method::post;
    static constexpr const char* order_path = "/number_orders";
    static constexpr const char* look_up_path = "/number_orders?";

    static Response offers() { return reply(R"({"data": [{"phone_number": "+14155550100"}]})"); }
    static json::object order(std::string_view reference) {
        return {{"id", "o-1"},
                {"status", "success"},
                {"customer_reference", reference},
                {"phone_numbers", json::array{json::object{{"phone_number", "+14155550100"}, {"status", "success"}}}}};
    }
    static json::value sold(std::string_view reference) { return {{"data", order(reference)}}; }
    static Response look_up_finds(std::string_view reference) {
        return reply(json::object{{"data", json::array{order(reference)}}, {"meta", {{"total_results", 1}}}});
    }
    static Response look_up_finds_nothing() { return reply(R"({"data": [], "meta": {"total_results": 0}})"); }
};

/// A manager of this one carrier, which has our number for sale.
template <class Dialect>
struct Office {
    using Manager =
        NumberManager<Carriers<typename Dialect::Carrier>, testing::ScriptedTransport, configs::InCode, stores::Memory,
                      billing::Free, accounts::Single, observers::Silent, testing::SimulatedEnvironment>;

    boost::asio::io_context context{};
    testing::SimulatedEnvironment environment{context};
    testing::ScriptedTransport script{environment};
    stores::Memory store{};
    Manager manager =
        Manager::open(context.get_executor(), script, configs::InCode{{Dialect::category, Dialect::settings}}, store,
                      {}, {}, {}, environment)
            .value();

    Office() { script.on(Method::get, "/", Dialect::offers()); }

    void orders(testing::Answer answer) { script.on(Dialect::order_method, Dialect::order_path, std::move(answer)); }
    /// Cuts the reply of a sale after `size` bytes, as it would look without any length told.
    void cuts_the_sale_at(std::size_t size) {
        orders([size](const Request& request) { return Response(200, sale_for(request).substr(0, size)); });
    }
    void sells() {
        orders([](const Request& request) { return Response(200, sale_for(request)); });
    }
    void looks_up(testing::Answer answer) { script.on(Method::get, Dialect::look_up_path, std::move(answer)); }

    static std::string sale_for(const Request& order) {
        const auto body = json::parse(order.body()).as_object();
        const auto* reference = body.if_contains("customer_reference");
        return json::serialize(
            Dialect::sold(reference == nullptr ? std::string_view() : std::string_view(reference->get_string())));
    }

    template <class T>
    T run(Task<T> task) {
        return environment.run(std::move(task));
    }
    Result<Receipt> buy() { return run(manager.acquire_number(number, purchase)); }
    std::optional<Number> stored() { return run(store.get(number)); }
    std::vector<Operation> open_operations() { return run(store.open_operations({}, 10)); }
    std::size_t orders_sent() { return script.changing_requests().size(); }
};

/// As long as the longest sale: a random reference has as many bytes as this one.
template <class Dialect>
std::size_t size_of_sale() {
    return json::serialize(Dialect::sold(operation_id)).size();
}

template <class Dialect>
void check_sale() {
    Office<Dialect> office;
    office.sells();
    const auto bought = office.buy();
    BOOST_TEST_REQUIRE(bought.has_value());
    BOOST_TEST(name_of(bought->outcome) == "sold");
    BOOST_TEST_REQUIRE(office.stored().has_value());
    BOOST_TEST((office.stored()->state == State::in_service));
    BOOST_TEST(office.stored()->fence.empty());
    BOOST_TEST(office.open_operations().empty());
    BOOST_TEST(office.orders_sent() == 1U);
}

template <class Dialect>
void check_cut_sales() {
    const std::size_t whole = size_of_sale<Dialect>();
    for (std::size_t tenth = 0; tenth < 10; ++tenth) {
        const std::size_t size = whole * tenth / 10;
        for (const bool is_sold : {true, false}) {
            BOOST_TEST_CONTEXT(size << " of " << whole << " bytes, " << (is_sold ? "sold" : "not sold")) {
                Office<Dialect> office;
                office.cuts_the_sale_at(size);
                const auto bought = office.buy();
                BOOST_TEST_REQUIRE(bought.has_value());
                BOOST_TEST(name_of(bought->outcome) == "unknown");
                BOOST_TEST_REQUIRE(office.open_operations().size() == 1U);
                const OperationId id = office.open_operations().front().id;
                BOOST_TEST_REQUIRE(office.stored().has_value());
                BOOST_TEST((office.stored()->fence == id));

                office.sells();  // whoever comes next does not get that far
                const auto again = office.buy();
                BOOST_TEST((!again.has_value() && again.error().code == errc::in_progress));
                BOOST_TEST(office.orders_sent() == 1U);

                office.looks_up(is_sold ? Dialect::look_up_finds(id.view()) : Dialect::look_up_finds_nothing());
                const auto recovered = office.run(office.manager.recover());
                BOOST_TEST_REQUIRE(recovered.has_value());
                BOOST_TEST_REQUIRE(recovered->size() == 1U);
                BOOST_TEST(name_of(recovered->front().outcome) == (is_sold ? "sold" : "refused"));
                BOOST_TEST(office.stored().has_value() == is_sold);
                BOOST_TEST(office.open_operations().empty());
                BOOST_TEST(office.orders_sent() == 1U);
            }
        }
    }
}

template <class Dialect>
void check_refusals() {
    for (const int status : {400, 401, 402, 403, 404, 409, 422, 429}) {
        BOOST_TEST_CONTEXT(status) {
            Office<Dialect> office;
            office.orders(Response(status));
            const auto refused = office.buy();
            BOOST_TEST((!refused.has_value() && refused.error().carrier == Dialect::Carrier::info.name));
            BOOST_TEST(!office.stored().has_value());
            BOOST_TEST(office.open_operations().empty());
            office.sells();
            const auto bought = office.buy();
            BOOST_TEST_REQUIRE(bought.has_value());
            BOOST_TEST(name_of(bought->outcome) == "sold");
            BOOST_TEST(office.orders_sent() == 2U);
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_number_is_bought_and_recorded) {
    check_sale<OtherDialect>();
    check_sale<TelnyxDialect>();
}

BOOST_AUTO_TEST_CASE(a_cut_reply_fences_the_number_at_other_until_its_look_up_tells) {
    check_cut_sales<OtherDialect>();
}

BOOST_AUTO_TEST_CASE(a_cut_reply_fences_the_number_at_telnyx_until_its_look_up_tells) {
    check_cut_sales<TelnyxDialect>();
}

BOOST_AUTO_TEST_CASE(a_refused_number_is_free_again) {
    check_refusals<OtherDialect>();
    check_refusals<TelnyxDialect>();
}

BOOST_AUTO_TEST_SUITE_END()
