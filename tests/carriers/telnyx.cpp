// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/telnyx.hpp>
#include <tandem/testing/sandbox/telnyx.hpp>

BOOST_AUTO_TEST_SUITE(carriers_telnyx)

using namespace tandem;
using namespace tandem::carrier_tests;
using carriers::Telnyx;
using Phase = Operation::Phase;
using Status = Order::Status;

namespace {

static_assert(testing::instantiates<Telnyx>());
static_assert(FollowsOrders<Telnyx> && FindsOrders<Telnyx> && OwnsNumbers<Telnyx> && ListsNumbers<Telnyx> &&
              !ChecksNumbers<Telnyx>);

constexpr std::string_view order_id = "12ade33a-0000-4000-8000-000000000001";

struct Account : Desk<Telnyx> {
    Account() : Desk({.settings = {.api_key = Secret("canary-key"), .base_url = "https://api.example/v2"}}) {}

    void searches(testing::Answer answer) { script.on(Method::get, "/available_phone_numbers", std::move(answer)); }
    void orders(testing::Answer answer) { script.on(Method::post, "/number_orders", std::move(answer)); }
    template <class... Answers>
    void follows(Answers... answers) {
        script.on(Method::get, "/number_orders/", testing::Answer(std::move(answers))...);
    }
    void lists_orders(testing::Answer answer) { script.on(Method::get, "/number_orders?", std::move(answer)); }
    void lists_numbers(testing::Answer answer) { script.on(Method::get, "/phone_numbers?", std::move(answer)); }
    void deletes(testing::Answer answer) { script.on(Method::delete_, "/phone_numbers/", std::move(answer)); }

    static Number pending() {
        Number record = asked_for();
        record.order = Order{
            .operation = OperationId(operation_id), .reference = std::string(order_id), .status = Status::pending};
        return record;
    }
};

json::object order_of(std::string_view status) {
    return {{"id", order_id},
            {"record_type", "number_order"},
            {"status", status},
            {"phone_numbers_count", 1},
            {"phone_numbers", json::array{json::object{{"id", "item-1"},
                                                       {"phone_number", number.str()},
                                                       {"status", status},
                                                       {"requirements_met", true},
                                                       {"requirements_status", "approved"},
                                                       {"regulatory_requirements", json::array{}}}}},
            {"requirements_met", true},
            {"customer_reference", operation_id},
            {"connection_id", "c-1"},
            {"created_at", "2026-01-01T00:00:00Z"}};
}
json::object order(std::string_view status) { return {{"data", order_of(status)}}; }

/// The order of `status` with one of its members, or of its number's, something else.
json::object order_with(std::string_view status, std::string_view member, json::value value) {
    json::object made = order_of(status);
    made[member] = std::move(value);
    return {{"data", std::move(made)}};
}
json::object order_with_number(std::string_view status, std::string_view member, json::value value) {
    json::object made = order_of(status);
    made["phone_numbers"].at(0).as_object()[member] = std::move(value);
    return {{"data", std::move(made)}};
}

json::object listed(std::string_view text, std::string_view id = "29-1", std::string_view status = "active") {
    return {{"id", id}, {"phone_number", text}, {"status", status}, {"deletion_lock_enabled", false}};
}
json::object list(json::array rows, std::int64_t total) {
    return {{"data", std::move(rows)},
            {"meta", {{"page_number", 1}, {"page_size", 250}, {"total_pages", 1}, {"total_results", total}}}};
}
json::object list(json::array rows) {
    const auto total = static_cast<std::int64_t>(rows.size());
    return list(std::move(rows), total);
}
json::object deleted() { return {{"data", listed(number.text().view(), "29-1", "deleted")}}; }

json::object failure(std::string_view pointer = "/base", std::string_view code = "10015") {
    return {{"errors", json::array{json::object{{"code", code},
                                                {"title", "Bad Request"},
                                                {"detail", "something is wrong"},
                                                {"source", {{"pointer", pointer}}}},
                                   json::object{{"code", "10099"}}}}};
}

json::object row(std::string_view text, bool best_effort = false) {
    return {{"record_type", "available_phone_number"},
            {"phone_number", text},
            {"best_effort", best_effort},
            {"region_information",
             json::array{json::object{{"region_type", "country_code"}, {"region_name", "US"}},
                         json::object{{"region_type", "rate_center"}, {"region_name", "SNFC CNTRL"}},
                         json::object{{"region_type", "state"}, {"region_name", "CA"}},
                         json::object{{"region_type", "location"}, {"region_name", "San Francisco"}}}},
            {"cost_information", {{"upfront_cost", "1.10"}, {"monthly_cost", "0.0085"}, {"currency", "USD"}}},
            {"features", json::array{json::object{{"name", "sms"}}, json::object{{"name", "hd_voice"}}}}};
}
json::object stock(json::array rows) { return {{"data", std::move(rows)}, {"meta", {{"total_results", 2}}}}; }

bool has_secret_key(const Request& request) {
    for (const Field& field : request.fields()) {
        if (field.name == "Authorization") { return field.secret && field.value == "Bearer canary-key"; }
    }
    return false;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_search_names_the_area_code_apart_and_the_rest_behind_it) {
    const std::string limit = "&filter%5Blimit%5D=";
    const std::string us = "filter%5Bcountry_code%5D=US", exact = "&filter%5Bbest_effort%5D=false";
    const std::string area = "&filter%5Bnational_destination_code%5D=",
                      rest = "&filter%5Bphone_number%5D%5Bstarts_with%5D=";
    const std::string toll_free = "&filter%5Bphone_number_type%5D=toll_free", feature = "&filter%5Bfeatures%5D%5B%5D=";
    const struct {
        const char* name;
        SearchRequest request;
        std::string query;
    } rows[]{{"an area code", {.prefix = "415"}, us + area + "415" + exact + limit + "10"},
             {"less than one", {.prefix = "41"}, us + exact + rest + "41" + limit + "10"},
             {"the country", {.prefix = "+1"}, us + exact + limit + "10"},
             {"an exchange", {.prefix = "+1415555"}, us + area + "415" + exact + rest + "555" + limit + "10"},
             {"more of it", {.prefix = "+14155550"}, us + area + "415" + exact + rest + "5550" + limit + "10"},
             {"a number", {.prefix = "+14155550100"}, us + area + "415" + exact + rest + "5550100" + limit + "10"},
             {"toll-free", {.prefix = "800"}, us + toll_free + area + "800" + exact + limit + "10"},
             {"toll-free and more",
              {.prefix = "888555"},
              us + toll_free + area + "888" + exact + rest + "555" + limit + "10"},
             {"a wildcard", {.prefix = "88*"}, us + toll_free + exact + rest + "88" + limit + "10"},
             {"Canada", {.prefix = "+1416"}, "filter%5Bcountry_code%5D=CA" + area + "416" + exact + limit + "10"},
             {"the Caribbean, where there is no best effort",
              {.prefix = "+1876555"},
              "filter%5Bcountry_code%5D=JM" + area + "876" + rest + "555" + limit + "10"},
             {"another country",
              {.prefix = "20", .country = "GB"},
              "filter%5Bcountry_code%5D=GB" + rest + "20" + limit + "10"},
             {"all of another", {.prefix = "+44"}, "filter%5Bcountry_code%5D=GB" + limit + "10"},
             {"a page", {.prefix = "415", .quantity = 7, .offset = 21}, us + area + "415" + exact + limit + "28"},
             {"features",
              {.prefix = "415", .features = {Feature::sms, Feature::hd_voice}},
              us + area + "415" + exact + feature + "sms" + feature + "hd_voice" + limit + "10"},
             {"the most there can be",
              {.prefix = "415", .quantity = 4294967295U, .offset = 4294967295U},
              us + area + "415" + exact + limit + "8589934590"}};
    for (const auto& [name, request, query] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(reply(stock({})));
            BOOST_TEST(account.find(request).offers.empty());
            BOOST_TEST_REQUIRE(account.script.calls() == 1U);
            const Request& sent = account.last_request();
            BOOST_TEST(sent.url() == "https://api.example/v2/available_phone_numbers?" + query);
            BOOST_TEST((sent.method() == Method::get));
            BOOST_TEST(!sent.changes());
            BOOST_TEST(sent.fields().size() == 1U);
            BOOST_TEST(has_secret_key(sent));
            BOOST_TEST(sent.url().find("canary") == std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(rows_are_read_with_prices_features_and_places) {
    Account account;
    account.searches(
        reply(stock({row("+14155550100"), row("14155550101"), json::object{{"phone_number", "+14155550102"}}})));
    const SearchPage page = account.find({.prefix = "415"});
    BOOST_TEST(page.refused == 1U);
    BOOST_TEST_REQUIRE(page.offers.size() == 2U);
    const Offer& offer = page.offers[0];
    BOOST_TEST(offer.number == number);
    BOOST_TEST(offer.setup.count() == 11'000);
    BOOST_TEST(offer.monthly.count() == 85);
    BOOST_TEST(offer.currency.view() == "USD");
    BOOST_TEST(offer.country == "US");
    BOOST_TEST(offer.rate_center == "SNFC CNTRL");
    BOOST_TEST(offer.region == "CA");
    BOOST_TEST(offer.locality == "San Francisco");
    for (const auto& [feature, name] : feature_names) {
        BOOST_TEST_CONTEXT(name) {
            const bool has = feature == Feature::sms || feature == Feature::hd_voice;
            const bool told = Telnyx::info.features.contains(feature);
            BOOST_TEST((offer.features.get(feature) == (told ? std::optional(has) : std::nullopt)));
        }
    }
    BOOST_TEST((json::parse(std::string(offer.details())) == json::value(row("+14155550100"))));
    BOOST_TEST(!page.offers[1].monthly.known());
    BOOST_TEST((page.offers[1].features == Features()));
}

BOOST_AUTO_TEST_CASE(what_was_not_asked_for_is_kept_only_where_it_is_wanted) {
    Account account;
    account.searches(reply(stock({row("+14155550100", true), row("+14155550101")})));
    const SearchPage strict = account.find({.prefix = "415"});
    BOOST_TEST_REQUIRE(strict.offers.size() == 1U);
    BOOST_TEST(strict.offers[0].number == other_number);
    BOOST_TEST(strict.refused == 0U);
    account.carrier.settings.should_keep_best_effort = true;
    BOOST_TEST(account.find({.prefix = "415"}).offers.size() == 2U);
    BOOST_TEST(account.last_request().url().find("best_effort%5D=true") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_page_is_cut_here_since_there_are_none_there) {
    json::array rows;
    for (int i = 0; i < 36; ++i) { rows.push_back(row("+141555501" + std::to_string(10 + i))); }
    const struct {
        std::uint32_t quantity, offset;
        std::size_t found;
    } pages[]{{5, 0, 5},   {5, 10, 5}, {10, 30, 6}, {10, 36, 0}, {10, 4294967295U, 0}, {4294967295U, 4294967295U, 0},
              {500, 0, 36}};
    for (const auto& [quantity, offset, found] : pages) {
        BOOST_TEST_CONTEXT(quantity << " from " << offset) {
            Account account;
            account.searches(reply(stock(rows)));
            const SearchPage page = account.find({.prefix = "415", .quantity = quantity, .offset = offset});
            BOOST_TEST_REQUIRE(page.offers.size() == found);
            if (found > 0) { BOOST_TEST(page.offers[0].number.str() == "+141555501" + std::to_string(10 + offset)); }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_block_is_told_by_its_first_number_and_its_last) {
    const auto block = [](std::string_view first, json::value range) {
        json::object made = row(first);
        made.erase("best_effort");
        made["range"] = std::move(range);
        return made;
    };
    Account account;
    account.script.on(Method::get, "/available_phone_number_blocks",
                      reply(stock({block("+14155550100", 10), block("+14155550200", 100), block("+14155550300", 10),
                                   block("+14165550300", 10), block("+14155550400", nullptr), block("+14155550500", 10),
                                   block("+14155550600", 10)})));
    const auto found = account.find({.prefix = "+1415", .quantity = 10, .offset = 1, .blocks = 2});
    BOOST_TEST(account.last_request().url() ==
               "https://api.example/v2/available_phone_number_blocks?filter%5Bcountry_code%5D=US"
               "&filter%5Bnational_destination_code%5D=415");
    BOOST_TEST(found.refused == 1U);
    const std::array<std::string_view, 4> wanted{"+14155550300", "+14155550309", "+14155550500", "+14155550509"};
    BOOST_TEST_REQUIRE(found.offers.size() == wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        BOOST_TEST(found.offers[i].number.str() == wanted[i]);
        BOOST_TEST(found.offers[i].setup.str() == "1.10");
        BOOST_TEST(found.offers[i].features.has(Feature::sms));
        BOOST_TEST(found.offers[i].stock == 0U);
    }
    account.find({.prefix = "800", .quantity = 10, .blocks = 1});
    BOOST_TEST(account.last_request().url().find("filter%5Bphone_number_type%5D=toll_free") != std::string::npos);
    BOOST_TEST(!account.last_request().changes());
    BOOST_TEST(account.find({.prefix = "+1415", .quantity = 1'000, .blocks = 1}).offers.empty());
}

BOOST_AUTO_TEST_CASE(each_status_of_a_search_has_its_cause) {
    for (const auto& [status, code] : search_statuses) {
        for (const char* field : {"Retry-After", "x-ratelimit-reset"}) {
            BOOST_TEST_CONTEXT(status << " with " << field) {
                Account account;
                Response response = reply(failure(), status);
                response.fields.push_back({field, "3"});
                account.searches(response);
                const auto error = failure_of([&] { account.find({.prefix = "415"}); });
                BOOST_TEST_REQUIRE(error.has_value());
                BOOST_TEST((error->code == code));
                if (status >= 300) { BOOST_TEST(error->cause == "10015 Bad Request: something is wrong"); }
                const bool waits = status == 429 || status == 503;
                BOOST_TEST(
                    (error->retry_after == (waits ? std::optional<std::chrono::milliseconds>(3s) : std::nullopt)));
            }
        }
    }
    Account nowhere;
    nowhere.searches(Response(404, "<html></html>", "text/html"));
    BOOST_TEST(failure_of([&] { nowhere.find({.prefix = "415"}); })->cause == "status 404");
    for (const char* body : {"", "{}", R"({"data": null})", R"({"data": {}})", "<html></html>", R"({"data": [)"}) {
        BOOST_TEST_CONTEXT(body) {
            Account account;
            account.searches(reply(body));
            const auto error = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == errc::malformed_reply));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_order_names_number_reference_and_what_the_settings_route_to) {
    Account account;
    account.carrier.settings.connection_id = "c-1";
    account.carrier.settings.billing_group_id = "b\"1";
    account.orders(reply(order("success")));
    Number record = account.asked_for();
    record.carrier_data = JsonText(R"({"kept":1})");
    BOOST_TEST((account.buy(record).phase == Phase::done));
    BOOST_TEST_REQUIRE(account.script.calls() == 1U);
    const Request& sent = account.last_request();
    BOOST_TEST((sent.method() == Method::post));
    BOOST_TEST(sent.url() == "https://api.example/v2/number_orders");
    BOOST_TEST(sent.changes());
    BOOST_TEST(has_secret_key(sent));
    BOOST_TEST_REQUIRE(sent.fields().size() == 2U);
    BOOST_TEST(sent.fields()[1].name == "Content-Type");
    BOOST_TEST(sent.fields()[1].value == "application/json");
    BOOST_TEST((json::parse(sent.body()) ==
                json::value{{"phone_numbers", json::array{json::object{{"phone_number", "+14155550100"}}}},
                            {"customer_reference", operation_id},
                            {"connection_id", "c-1"},
                            {"billing_group_id", "b\"1"}}));
    const Order expected{.operation = OperationId(operation_id), .reference = std::string(order_id)};
    BOOST_TEST((record.order == expected));
    BOOST_TEST((json::parse(record.carrier_data.text) == json::value{{"kept", 1},
                                                                     {"order",
                                                                      {{"id", order_id},
                                                                       {"status", "success"},
                                                                       {"customer_reference", operation_id},
                                                                       {"connection_id", "c-1"},
                                                                       {"created_at", "2026-01-01T00:00:00Z"}}}}));
}

BOOST_AUTO_TEST_CASE(an_order_is_followed_to_its_end) {
    const struct {
        const char* end;
        Phase phase;
        Status status;
    } ends[]{{"success", Phase::done, Status::complete}, {"failure", Phase::refused, Status::failed}};
    for (const auto& [end, phase, status] : ends) {
        BOOST_TEST_CONTEXT(end) {
            Account account;
            account.orders(reply(order("pending")));
            account.follows(reply(order("pending")), reply(order("pending")), reply(order(end)));
            const Moment start = account.environment.now();
            Number record = account.asked_for();
            BOOST_TEST((account.buy(record).phase == phase));
            BOOST_TEST((record.order->status == status));
            BOOST_TEST((account.environment.now() - start == 700ms));  // 100, 200 and 400
            BOOST_TEST_REQUIRE(account.script.calls() == 4U);
            BOOST_TEST(account.script.changing_requests().size() == 1U);
            const Request& sent = account.last_request();
            BOOST_TEST((sent.method() == Method::get));
            BOOST_TEST(sent.url() == "https://api.example/v2/number_orders/" + std::string(order_id));
            BOOST_TEST(has_secret_key(sent));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_order_that_takes_longer_than_we_have_stays_pending) {
    Account account;
    account.orders(reply(order("pending")));
    account.follows(reply(order("pending")));
    const Moment start = account.environment.now();
    Number record = account.asked_for();
    const detail::Verdict verdict = account.buy(record);
    BOOST_TEST((verdict.phase == Phase::pending));
    BOOST_TEST(!verdict.error.has_value());
    BOOST_TEST((record.order->status == Status::pending));
    BOOST_TEST(record.order->reference == order_id);
    BOOST_TEST((account.environment.now() <= start + account.patience));
    BOOST_TEST((account.environment.now() > start + account.patience - 6s));
    BOOST_TEST(account.script.changing_requests().size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_accepted_order_stays_accepted_whatever_becomes_of_our_questions) {
    const auto lost = Error{.code = errc::unreachable, .message = "cut", .sent = true};
    const std::vector<testing::Answer> answers{Response(500),
                                               Response(404),
                                               Response(401),
                                               Response(200, "<html></html>", "text/html"),
                                               reply("{}"),
                                               lost,
                                               testing::silence,
                                               reply(order_with("success", "id", "another")),
                                               reply(order_with("success", "customer_reference", "x")),
                                               reply(order_with_number("success", "phone_number", "+14155550101"))};
    for (std::size_t i = 0; i < answers.size(); ++i) {
        BOOST_TEST_CONTEXT(i) {
            Account account;
            account.orders(reply(order("pending")));
            account.follows(answers[i]);
            Number record = account.asked_for();
            BOOST_TEST((account.buy(record).phase == Phase::pending));
            BOOST_TEST(record.order->reference == order_id);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_order_that_wants_something_from_us_says_what) {
    Account account;
    json::object wanting = order_with_number("pending", "requirements_met", false);
    wanting["data"].at("phone_numbers").at(0).as_object()["requirements_status"] = "requirement-info-pending";
    account.orders(reply(wanting));
    Number record = account.asked_for();
    const detail::Verdict verdict = account.buy(record);
    BOOST_TEST((verdict.phase == Phase::pending));
    BOOST_TEST_REQUIRE(verdict.error.has_value());
    BOOST_TEST((verdict.error->code == errc::needs_action));
    BOOST_TEST(verdict.error->cause == "requirement-info-pending");
    BOOST_TEST((record.order->status == Status::needs_action));
    BOOST_TEST(account.script.calls() == 1U);  // waiting would not help
}

BOOST_AUTO_TEST_CASE(an_order_s_reply_is_believed_of_our_number_and_our_reference_only) {
    json::object two = order("success");
    two["data"]
        .at("phone_numbers")
        .as_array()
        .insert(two["data"].at("phone_numbers").as_array().begin(),
                json::object{{"phone_number", "+14155550101"}, {"status", "failure"}});
    const struct {
        const char* name;
        json::object body;
        Phase phase;
    } rows[]{
        {"ours", order("success"), Phase::done},
        {"ours beside another", two, Phase::done},
        {"no echo of our reference", order_with("success", "customer_reference", nullptr), Phase::done},
        {"its number tells no status", order_with_number("success", "status", nullptr), Phase::done},
        {"its number is done first", order_with("success", "status", "pending"), Phase::done},
        {"failed", order("failure"), Phase::refused},
        {"another number", order_with_number("success", "phone_number", "+14155550101"), Phase::unknown},
        {"a number in another writing", order_with_number("success", "phone_number", "14155550100"), Phase::unknown},
        {"no number", order_with("success", "phone_numbers", json::array{}), Phase::unknown},
        {"numbers of another kind", order_with("success", "phone_numbers", json::object{}), Phase::unknown},
        {"a number that is text", order_with("success", "phone_numbers", json::array{"+14155550100"}), Phase::unknown},
        {"another reference", order_with("success", "customer_reference", "another"), Phase::unknown},
        {"no id", order_with("success", "id", nullptr), Phase::unknown},
        {"another status", order_with_number("success", "status", "maybe"), Phase::unknown},
        {"another status of the order", order_with("success", "status", "maybe"), Phase::unknown},
        {"sold in a failed order", order_with("success", "status", "failure"), Phase::unknown},
        {"failed in a sold order", order_with("failure", "status", "success"), Phase::unknown},
        {"a list", {{"data", json::array{order_of("success")}}}, Phase::unknown},
        {"no data", {{"meta", json::object{}}}, Phase::unknown}};
    for (const auto& [name, body, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.orders(reply(body));
            Number record = account.asked_for();
            BOOST_TEST((account.buy(record).phase == phase));
            BOOST_TEST(record.number == number);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_purchase) {
    bears_unclear_answers<Account>(Operation::Kind::acquire,
                                   [](auto& account, const testing::Answer& answer) { account.orders(answer); });
}

BOOST_AUTO_TEST_CASE(a_refusal_about_the_number_is_that_it_cannot_be_had) {
    for (const int status : {400, 409, 422}) {
        BOOST_TEST_CONTEXT(status) {
            Account account;
            account.orders(reply(failure("/phone_numbers/0/phone_number"), status));
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == Phase::refused));
            BOOST_TEST((verdict.error->code == errc::number_unavailable));
            BOOST_TEST(verdict.error->cause == "10015 Bad Request: something is wrong");
        }
    }
    for (const int status : {401, 429, 500}) {
        BOOST_TEST_CONTEXT(status) {
            Account account;
            account.orders(reply(failure("/phone_numbers/0/phone_number"), status));
            BOOST_TEST((account.buy().error->code != errc::number_unavailable));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_empty_balance_is_told_apart_whatever_its_status) {
    for (const int status : {400, 402, 403, 422}) {
        BOOST_TEST_CONTEXT(status) {
            Account account;
            account.orders(reply(failure("/phone_numbers", "20100"), status));
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == Phase::refused));
            BOOST_TEST((verdict.error->code == errc::carrier_out_of_funds));
            BOOST_TEST(verdict.error->cause == "20100 Bad Request: something is wrong");
        }
    }
    Account account;
    account.orders(reply(failure("/base", "20100"), 500));
    BOOST_TEST((account.buy().phase == Phase::unknown));
}

BOOST_AUTO_TEST_CASE(whatever_an_error_s_body_holds_it_is_an_error) {
    for (const char* body :
         {"", "[]", "{}", R"({"errors": {}})", R"({"errors": []})", R"({"errors": ["x"]})",
          R"({"errors": [{"code": 7, "source": 8}]})", R"({"errors": [{"source": {"pointer": 9}}]})"}) {
        BOOST_TEST_CONTEXT(body) {
            Account account;
            account.orders(reply(body, 422));
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == Phase::refused));
            BOOST_TEST((verdict.error->code == errc::by_carrier));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_order_s_reply_cut_at_any_byte_leaves_the_outcome_unknown) {
    const std::string whole = json::serialize(order("success"));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        BOOST_TEST_CONTEXT(size) {
            Account account;
            account.orders(Response(200, whole.substr(0, size)));
            BOOST_TEST_REQUIRE((account.buy().phase == Phase::unknown));
        }
    }
}

BOOST_AUTO_TEST_CASE(no_changed_reply_sells_what_it_does_not_name) {
    std::size_t sold = 0, unsold = 0;
    const json::value ours(json::string(number.str())), reference((json::string(operation_id)));
    for_each_mutation(order("success"), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Account account;
            account.orders(reply(changed));
            account.follows(reply(changed));
            const Phase phase = account.buy().phase;
            // What has to stand there for a sale; each of these was changed, or is as it was.
            const auto is = [&](const char* pointer, const json::array& allowed) {
                boost::system::error_code missing;
                const auto* value = changed.find_pointer(pointer, missing);
                const json::value found = value == nullptr ? json::value(nullptr) : *value;
                return std::find(allowed.begin(), allowed.end(), found) != allowed.end();
            };
            const bool told = is("/data/phone_numbers/0/phone_number", json::array{ours}) &&
                              is("/data/phone_numbers/0/status", json::array{"success", nullptr}) &&
                              is("/data/status", json::array{"success"}) &&
                              is("/data/customer_reference", json::array{reference, "", nullptr}) &&
                              !is("/data/id", json::array{nullptr, ""});
            BOOST_TEST_REQUIRE((told || phase != Phase::done));
            BOOST_TEST_REQUIRE((phase != Phase::refused));  // somebody may have sold it
            ++(phase == Phase::done ? sold : unsold);
        }
    });
    BOOST_TEST(sold > 0U);
    BOOST_TEST(unsold > 0U);
}

BOOST_AUTO_TEST_CASE(no_changed_look_at_an_order_sells_what_it_does_not_name) {
    const auto is_told = [](const json::value& changed) {
        const std::string text = json::serialize(changed);
        return text.find(R"("phone_number":"+14155550100")") != text.npos &&
               text.find(R"("id":")" + std::string(order_id)) != text.npos;
    };
    for_each_mutation(order("success"), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Account account;
            account.follows(reply(changed));
            Number record = account.pending();
            const Phase phase = account.follow(record).phase;
            BOOST_TEST_REQUIRE((is_told(changed) || phase != Phase::done));
            BOOST_TEST_REQUIRE(record.number == number);
        }
    });
    for_each_mutation(list({order_of("success")}), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Account account;
            account.lists_orders(reply(changed));
            account.follows(reply(changed));
            std::optional<Number> found;
            const auto error = failure_of([&] { found = account.find_order(); });
            const bool done = found && found->order->status == Status::complete;
            const std::string text = json::serialize(changed);
            const bool told = text.find(R"("phone_number":"+14155550100")") != text.npos &&
                              text.find(R"("customer_reference":")" + std::string(operation_id)) != text.npos;
            BOOST_TEST_REQUIRE((told || !done));
            // An order that stands there is never called absent but where another's reference took the place of ours.
            const bool absent = !found && !error;
            BOOST_TEST_REQUIRE((!absent || text.find(operation_id) == text.npos));
        }
    });
}

BOOST_AUTO_TEST_CASE(an_order_is_followed_days_later) {
    const struct {
        const char* name;
        Response response;
        Phase phase;
    } rows[]{{"sold", reply(order("success")), Phase::done},
             {"still pending", reply(order("pending")), Phase::pending},
             {"failed", reply(order("failure")), Phase::refused},
             {"another order", reply(order_with("success", "id", "another")), Phase::unknown},
             {"another reference", reply(order_with("success", "customer_reference", "another")), Phase::unknown}};
    for (const auto& [name, response, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.follows(response);
            Number record = account.pending();
            const Phase found = account.follow(record).phase;
            // By itself a question proves nothing: the manager leaves the order as it was.
            BOOST_TEST((found == phase || (phase == Phase::unknown && found == Phase::refused)) == true);
            BOOST_TEST((phase == Phase::unknown || found == phase));
            BOOST_TEST(account.script.calls() == 1U);
            BOOST_TEST(!account.last_request().changes());
            BOOST_TEST(account.last_request().url() == "https://api.example/v2/number_orders/" + std::string(order_id));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_lost_order_is_found_by_our_reference) {
    json::object in_list = order_of("success");
    in_list["phone_numbers"] = json::array{json::object{{"id", "item-1"}, {"phone_number", number.str()}}};
    json::object anothers = order_of("success");
    anothers["customer_reference"] = "another";
    json::object of_another = in_list;
    of_another["phone_numbers"] = json::array{json::object{{"phone_number", "+14155550101"}}};
    const json::array one{anothers};
    const struct {
        const char* name;
        Response response;
        std::optional<bool> found;
    } rows[]{{"there", reply(list({anothers, in_list})), true},
             {"there, on a page of many", reply(list({in_list}, 700)), true},
             {"not there", reply(list({})), false},
             {"others there", reply(list({anothers})), false},
             {"a page of many", reply(list({anothers}, 2)), {}},
             {"fewer than it says", reply(list({}, 1)), {}},
             {"no count", reply(R"({"data": []})"), {}},
             {"no count in meta", reply(R"({"data": [], "meta": {}})"), {}},
             {"a count that is none", reply(R"({"data": [], "meta": {"total_results": null}})"), {}},
             {"of another number", reply(list({of_another})), {}},
             {"no list", reply(R"({"meta": {"total_results": 0}})"), {}},
             {"a list of text", reply(R"({"data": ["x"], "meta": {"total_results": 1}})"), {}},
             {"404", Response(404), {}},
             {"500", Response(500), {}},
             {"401", Response(401), {}},
             {"HTML", Response(200, "<html></html>", "text/html"), {}},
             {"nothing", Response(200), {}}};
    for (const auto& [name, response, found] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.lists_orders(response);
            std::optional<Number> order_found;
            const auto error = failure_of([&] { order_found = account.find_order(); });
            BOOST_TEST(error.has_value() == !found.has_value());
            BOOST_TEST(order_found.has_value() == found.value_or(false));
            if (order_found) {
                const Order expected{.operation = OperationId(operation_id), .reference = std::string(order_id)};
                BOOST_TEST((order_found->order == expected));
                BOOST_TEST(order_found->number == number);
            }
            BOOST_TEST(account.last_request().url() ==
                       "https://api.example/v2/number_orders?filter%5Bcustomer_reference%5D=" +
                           std::string(operation_id) + "&page%5Bsize%5D=250");
            BOOST_TEST(has_secret_key(account.last_request()));
        }
    }
}

BOOST_AUTO_TEST_CASE(of_an_order_that_was_sent_twice_the_one_that_did_not_fail_counts) {
    for (const json::array& orders : {json::array{order_of("failure"), order_of("success")},
                                      json::array{order_of("success"), order_of("failure")}}) {
        Account account;
        account.lists_orders(reply(list(orders)));
        BOOST_TEST((account.find_order()->order->status == Status::complete));
    }
    Account failed;
    failed.lists_orders(reply(list({order_of("failure")})));
    BOOST_TEST((failed.find_order()->order->status == Status::failed));
    failed.lists_orders(reply(list({order_of("failure")}, 2)));  // who knows of the other one
    BOOST_TEST((failure_of([&] { failed.find_order(); })->code == errc::malformed_reply));
}

BOOST_AUTO_TEST_CASE(a_lost_order_that_is_pending_is_followed) {
    Account account;
    account.lists_orders(reply(list({order_of("pending")})));
    account.follows(reply(order("pending")), reply(order("success")));
    const auto found = account.find_order();
    BOOST_TEST_REQUIRE(found.has_value());
    BOOST_TEST((found->order->status == Status::complete));
    BOOST_TEST(account.script.changing_requests().empty());
}

BOOST_AUTO_TEST_CASE(a_list_cut_at_any_byte_proves_nothing) {
    const std::string orders = json::serialize(list({}));
    for (std::size_t size = 0; size < orders.size(); ++size) {
        BOOST_TEST_CONTEXT(size) {
            Account account;
            account.lists_orders(Response(200, orders.substr(0, size)));
            account.lists_numbers(Response(200, orders.substr(0, size)));
            BOOST_TEST_REQUIRE(failure_of([&] { account.find_order(); }).has_value());
            BOOST_TEST_REQUIRE(failure_of([&] { account.owns(); }).has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(all_our_numbers_are_listed_page_by_page) {
    const json::object ours = listed("+14155550100");
    const json::object other = listed("+14155550101");
    const json::object broken{{"id", "29-3"}, {"phone_number", "?"}, {"status", "active"}};
    reads_lists_of_ours<Account>({
        {"none", {reply(list({}, 0))}, std::vector<E164>()},
        {"one page", {reply(list({ours, other}, 2))}, std::vector{number, other_number}},
        {"two pages", {reply(list({ours}, 2)), reply(list({other}, 2))}, std::vector{number, other_number}},
        {"one that left us",
         {reply(list({ours, listed("+14155550102", "29-2", "ported-out")}, 2))},
         std::vector{number}},
        {"an unreadable row", {reply(list({ours, broken}, 2))}},
        {"a row too few", {reply(list({ours}, 2)), reply(list({}, 2))}},
        {"a row too many", {reply(list({ours, other}, 1))}},
        {"a list that grows", {reply(list({ours}, 2)), reply(list({other}, 3))}},
        {"no total", {reply(json::object{{"data", json::array{ours}}})}},
        {"no list", {reply(json::object{{"meta", {{"total_results", 0}}}})}},
    });
    Account account;
    account.script.on(Method::get, "", reply(list({ours}, 2)), reply(list({other}, 2)));
    account.owned_numbers();
    const auto requests = account.script.requests();
    const std::string base = "https://api.example/v2/phone_numbers?page%5Bnumber%5D=";
    BOOST_TEST(requests.at(0).url() == base + "1&page%5Bsize%5D=250");
    BOOST_TEST(requests.at(1).url() == base + "2&page%5Bsize%5D=250");
    BOOST_TEST(has_secret_key(requests.at(1)));
}

BOOST_AUTO_TEST_CASE(a_number_is_ours_when_the_list_names_it_exactly) {
    const std::string ours = number.str();
    const struct {
        const char* name;
        Response response;
        std::optional<bool> owned;
    } rows[]{{"active", reply(list({listed(ours)})), true},
             {"behind those that contain it",
              reply(list({listed("+141555501001"), listed("+914155550100"), listed(ours)})), true},
             {"on a page of many", reply(list({listed(ours)}, 900)), true},
             {"bought a moment ago", reply(list({listed(ours, "29-1", "purchase-pending")})), true},
             {"only others contain it", reply(list({listed("+141555501001"), listed("+914155550100")})), false},
             {"nothing", reply(list({})), false},
             {"deleted", reply(list({listed(ours, "29-1", "deleted")})), false},
             {"ported out", reply(list({listed(ours, "29-1", "ported-out")})), false},
             {"never bought", reply(list({listed(ours, "29-1", "purchase-failed")})), false},
             {"deleted, then bought again", reply(list({listed(ours, "29-1", "deleted"), listed(ours, "29-2")})), true},
             {"a page of many", reply(list({listed("+914155550100")}, 300)), {}},
             {"fewer than it says", reply(list({}, 1)), {}},
             {"no count", reply(R"({"data": []})"), {}},
             {"a row that cannot be read", reply(R"({"data": [{"id": "1"}], "meta": {"total_results": 1}})"), {}},
             {"a number of another type",
              reply(
                  R"({"data": [{"id": "1", "phone_number": 14155550100, "status": "active"}],
                 "meta": {"total_results": 1}})"),
              {}},
             {"no list", reply("{}"), {}},
             {"500", Response(500), {}},
             {"404", Response(404), {}}};
    for (const auto& [name, response, owned] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.lists_numbers(response);
            std::optional<bool> told;
            const auto error = failure_of([&] { told = account.owns(); });
            BOOST_TEST((told == owned));
            BOOST_TEST(error.has_value() == !owned.has_value());
            BOOST_TEST(account.last_request().url() ==
                       "https://api.example/v2/phone_numbers?filter%5Bphone_number%5D=14155550100&page%5Bsize%5D=250");
            BOOST_TEST(has_secret_key(account.last_request()));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_release_deletes_what_the_list_names_exactly) {
    Account account;
    account.lists_numbers(reply(list({listed("+141555501001", "29-9"), listed(number.text().view(), "29/1")})));
    account.deletes(reply(deleted()));
    Number record = account.asked_for();
    record.state = State::in_service;
    BOOST_TEST((account.release(record).phase == Phase::done));
    BOOST_TEST((record.state == State::in_service));  // what becomes of it is the manager's to say
    const auto changing = account.script.changing_requests();
    BOOST_TEST_REQUIRE(changing.size() == 1U);
    BOOST_TEST((changing[0].method() == Method::delete_));
    BOOST_TEST(changing[0].url() == "https://api.example/v2/phone_numbers/29%2F1");
    BOOST_TEST(changing[0].body() == "");
    BOOST_TEST(has_secret_key(changing[0]));
}

BOOST_AUTO_TEST_CASE(a_number_that_is_not_ours_is_released) {
    for (const json::object& rows :
         {list({}), list({listed("+141555501001")}), list({listed(number.text().view(), "29-1", "deleted")})}) {
        Account account;
        account.lists_numbers(reply(rows));
        BOOST_TEST((account.release().phase == Phase::done));
        BOOST_TEST(account.script.changing_requests().empty());
    }
    Account account;  // gone between the look and the release
    account.lists_numbers(reply(list({listed(number.text().view())})));
    account.deletes(reply(failure(), 404));
    BOOST_TEST((account.release().phase == Phase::done));
}

BOOST_AUTO_TEST_CASE(a_list_that_proves_nothing_ends_a_release_before_it_begins) {
    for (const Response& response : {reply(list({}, 1)), reply("{}"), Response(500), Response(404), Response(401)}) {
        Account account;
        account.lists_numbers(response);
        BOOST_TEST((account.release().phase == Phase::refused));
        BOOST_TEST(account.script.changing_requests().empty());
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_release) {
    bears_unclear_answers<Account>(Operation::Kind::release, [](auto& account, const testing::Answer& answer) {
        account.lists_numbers(reply(list({listed(number.text().view())})));
        account.deletes(answer);
    });
    const struct {
        const char* name;
        Response response;
        Phase phase;
    } rows[]{
        {"locked", reply(failure(), 422), Phase::refused},
        {"another number", reply(json::object{{"data", listed("+14155550101", "29-1", "deleted")}}), Phase::unknown},
        {"still active", reply(json::object{{"data", listed(number.text().view())}}), Phase::unknown},
        {"a list", reply(list({listed(number.text().view(), "29-1", "deleted")})), Phase::unknown},
        {"cut", Response(200, json::serialize(deleted()).substr(0, 60)), Phase::unknown}};
    for (const auto& [name, response, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.lists_numbers(reply(list({listed(number.text().view())})));
            account.deletes(response);
            BOOST_TEST((account.release().phase == phase));
        }
    }
}

BOOST_AUTO_TEST_CASE(no_changed_reply_releases_what_it_does_not_name) {
    for_each_mutation(deleted(), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Account account;
            account.lists_numbers(reply(list({listed(number.text().view())})));
            account.deletes(reply(changed));
            const std::string text = json::serialize(changed);
            const bool told = text.find(R"("phone_number":"+14155550100")") != text.npos &&
                              text.find(R"("status":"deleted")") != text.npos;
            BOOST_TEST_REQUIRE((account.release().phase == (told ? Phase::done : Phase::unknown)));
        }
    });
    for_each_mutation(list({listed(number.text().view())}), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Account account;
            account.lists_numbers(reply(changed));
            account.deletes(reply(deleted()));
            const Phase phase = account.release().phase;
            // Released without a request only where the list says, as a whole, that another number stands there.
            const bool asked = !account.script.changing_requests().empty();
            const bool another = json::serialize(changed).find(R"("phone_number":"+14155550101")") != std::string::npos;
            BOOST_TEST_REQUIRE((phase != Phase::done || asked || another));
        }
    });
}

BOOST_AUTO_TEST_CASE(settings_have_kazoo_s_names) {
    const auto read = settings_of<Telnyx>("number_manager.knm_telnyx", R"({"token": "t-1", "user": "me@example.com",
        "should_keep_best_effort": true, "connection_id": 1293384261, "should_filter_rates": true,
        "gateways": "sip"})");
    BOOST_TEST_REQUIRE(read.has_value());
    const auto& settings = read->carrier.settings;
    BOOST_TEST(settings.api_key.reveal() == "t-1");
    BOOST_TEST(settings.base_url == "https://api.telnyx.com/v2");
    BOOST_TEST(settings.connection_id == "1293384261");
    BOOST_TEST(settings.should_keep_best_effort);
    BOOST_TEST(read->missing.empty());

    const auto ours =
        settings_of<Telnyx>("number_manager.telnyx", R"({"api_key": "k", "base_url": "https://127.0.0.1/x",
        "messaging_profile_id": "m", "billing_group_id": "b", "enable_provisioning": false})");
    BOOST_TEST_REQUIRE(ours.has_value());
    BOOST_TEST(ours->carrier.settings.api_key.reveal() == "k");
    BOOST_TEST(ours->carrier.settings.base_url == "https://127.0.0.1/x");
    BOOST_TEST(ours->carrier.settings.messaging_profile_id == "m");
    BOOST_TEST(ours->carrier.settings.billing_group_id == "b");
    BOOST_TEST(!ours->remote.enable_provisioning);

    for (const char* document : {"{}", R"({"api_key": ""})", R"({"api_key": null})", R"({"user": "me"})"}) {
        BOOST_TEST_CONTEXT(document) {
            BOOST_TEST((settings_of<Telnyx>("number_manager.telnyx", document)->missing ==
                        std::vector<std::string>{"api_key"}));
        }
    }
}

BOOST_AUTO_TEST_CASE(settings_that_are_wrong_are_named_and_no_secret_is) {
    for (const char* document :
         {R"({"api_kye": "canary"})", R"({"api_key": "canary", "token": "another"})", R"({"api_key": {"canary": "x"}})",
          R"({"should_keep_best_effort": "yes"})", R"({"phonebook_url": "https://a"})"}) {
        BOOST_TEST_CONTEXT(document) {
            const auto read = settings_of<Telnyx>("number_manager.telnyx", document);
            BOOST_TEST_REQUIRE(!read.has_value());
            BOOST_TEST((read.error().code == errc::settings));
            BOOST_TEST((read.error().message + read.error().cause).find("canary") == std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers) {
    Telnyx carrier;
    carrier.settings.api_key = Secret(std::string(testing::sandbox::Telnyx::default_key));
    for (const unsigned polls : {0U, 1U}) {
        keeps_the_laws(carrier, testing::sandbox::InMemory{testing::sandbox::Telnyx(small_stock(polls))});
    }
}

BOOST_AUTO_TEST_SUITE_END()
