// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "fixture.hpp"

/// Replies of carriers that speak like Twilio, and what each such carrier has to make of them.
namespace tandem::carrier_tests::twilio_shape {

using Phase = Operation::Phase;

inline const std::string ours = number.str();
inline constexpr std::string_view sid = "PN00000000000000000000000000000009";

inline json::object owned(std::string_view text = ours, std::string_view its_sid = sid,
                          std::string_view name = operation_id) {
    return {{"sid", its_sid},
            {"phone_number", text},
            {"friendly_name", name},
            {"status", "in-use"},
            {"date_created", "Thu, 01 Jan 2026 00:00:00 +0000"},
            {"capabilities", {{"voice", true}, {"sms", true}, {"mms", true}, {"fax", false}}},
            {"trunk_sid", nullptr}};
}
inline json::object list(json::array rows, json::value next = nullptr, json::value page = 0) {
    return {{"incoming_phone_numbers", std::move(rows)},
            {"next_page_uri", std::move(next)},
            {"page", std::move(page)},
            {"page_size", 1'000},
            {"uri", "/list"},
            {"first_page_uri", "/list?Page=0"}};
}
inline json::object failure(int code, std::string_view message = "something is wrong", int status = 400) {
    return {{"code", code}, {"message", message}, {"more_info", "https://docs.example"}, {"status", status}};
}
inline Response gone() { return reply(failure(20404, "not found", 404), 404); }

/// A number that the carrier's own purchase left its sid on.
inline Number bought_number(std::string_view its_sid = sid) {
    Number record;
    record.number = number;
    record.carrier_data = to_json_text({{"incoming_phone_number", {{"sid", its_sid}}}});
    return record;
}

/// A carrier behind a script, with the requests that all of its kind send.
template <class C>
struct Desk : carrier_tests::Desk<C> {
    using Base = carrier_tests::Desk<C>;

    explicit Desk(C offered) : Base(std::move(offered)) {}

    template <class... Answers>
    void searches(Answers... answers) {
        this->script.on(Method::get, "/AvailablePhoneNumbers", testing::Answer(std::move(answers))...);
    }
    template <class... Answers>
    void lists(Answers... answers) {
        this->script.on(Method::get, "/IncomingPhoneNumbers", testing::Answer(std::move(answers))...);
    }
    void orders(testing::Answer answer) { this->script.on(Method::post, "/IncomingPhoneNumbers", std::move(answer)); }
    template <class... Answers>
    void deletes(Answers... answers) {
        this->script.on(Method::delete_, "/IncomingPhoneNumbers/", testing::Answer(std::move(answers))...);
    }
    std::optional<Number> find_order() {
        return this->ask([this](auto& session) { return this->carrier.find_order(session, Base::asked_for()); });
    }
    bool owns() {
        return this->ask([this](auto& session) { return this->carrier.owns_number(session, number); });
    }
    /// The URLs asked for, behind the account's.
    std::vector<std::string> asked() {
        std::vector<std::string> urls;
        for (const Request& request : this->script.requests()) {
            const auto at = request.url().find("/Accounts/");
            const std::string rest = at == std::string::npos ? request.url() : request.url().substr(at + 10);
            urls.push_back(std::string(name_of(request.method())) + " " +
                           (at == std::string::npos ? rest : rest.substr(rest.find('/') + 1)));
        }
        return urls;
    }
};

inline bool has_credentials(const Request& request, std::string_view user, std::string_view password) {
    for (const Field& field : request.fields()) {
        const std::string pair = std::string(user).append(":").append(password);
        if (field.name == "Authorization") { return field.secret && field.value == "Basic " + to_base64(pair); }
    }
    return false;
}

/// `DeskType` makes a desk of the carrier. Its paths end in `suffix`.
template <class DeskType>
struct Claims {
    std::string suffix;

    std::string list_of_ours() const {
        return "GET IncomingPhoneNumbers" + suffix + "?PhoneNumber=%2B14155550100&PageSize=1000";
    }
    std::string list_of_the_order() const {
        return "GET IncomingPhoneNumbers" + suffix +
               "?PhoneNumber=%2B14155550100&FriendlyName=" + std::string(operation_id) + "&PageSize=1000";
    }
    std::string deletion(std::string_view its_sid = sid) const {
        return "DELETE IncomingPhoneNumbers/" + std::string(its_sid) + suffix;
    }

    void an_order_that_is_answered_for_our_number_and_name_is_complete() const {
        DeskType desk;
        desk.lists(reply(list({owned("+141555501001")})));
        desk.orders(reply(owned(), 201));
        Number record = desk.asked_for();
        record.carrier_data = JsonText(R"({"kept":1})");
        BOOST_TEST((desk.buy(record).phase == Phase::done));
        const Order expected{.operation = OperationId(operation_id), .reference = std::string(sid)};
        BOOST_TEST((record.order == expected));
        BOOST_TEST(
            (json::parse(record.carrier_data.text) ==
             json::value{{"kept", 1},
                         {"incoming_phone_number",
                          {{"sid", sid}, {"status", "in-use"}, {"date_created", "Thu, 01 Jan 2026 00:00:00 +0000"}}}}));
        const auto asked = desk.asked();
        BOOST_TEST_REQUIRE(asked.size() == 2U);
        BOOST_TEST(asked[0] == list_of_ours());
        BOOST_TEST(asked[1] == "POST IncomingPhoneNumbers" + suffix);
        BOOST_TEST(!desk.script.requests()[0].changes());
        BOOST_TEST(desk.script.requests()[1].changes());
        for (const json::value& left_out : {json::value(nullptr), json::value("")}) {
            DeskType nameless;
            nameless.lists(reply(list({})));
            json::object answer = owned();
            answer["friendly_name"] = left_out;
            nameless.orders(reply(answer, 201));
            BOOST_TEST((nameless.buy().phase == Phase::done));
        }
    }

    void a_number_that_is_ours_already_is_no_purchase() const {
        for (const std::string_view name : {"Front desk", "", "fedcba9876543210fedcba9876543210"}) {
            BOOST_TEST_CONTEXT(name) {
                DeskType desk;
                desk.lists(reply(list({owned(ours, sid, name)})));
                const detail::Verdict verdict = desk.buy();
                BOOST_TEST((verdict.phase == Phase::refused));
                BOOST_TEST_REQUIRE(verdict.error.has_value());
                BOOST_TEST((verdict.error->code == errc::number_exists));
                BOOST_TEST(desk.script.changing_requests().empty());
            }
        }
        DeskType desk;  // this very operation bought it: asked again, it does not buy again
        desk.lists(reply(list({owned()})));
        Number record = desk.asked_for();
        BOOST_TEST((desk.buy(record).phase == Phase::done));
        BOOST_TEST(record.order->reference == sid);
        BOOST_TEST(desk.script.changing_requests().empty());
    }

    void whoever_cannot_tell_what_is_ours_buys_nothing() const {
        for (const Response& response :
             {reply(list({}, "/more")), reply("{}"), Response(500), Response(401), Response(404)}) {
            DeskType desk;
            desk.lists(response);
            BOOST_TEST((desk.buy().phase == Phase::refused));
            BOOST_TEST(desk.script.changing_requests().empty());
        }
    }

    void what_is_no_clear_yes_is_no_purchase() const {
        for (const auto& [name, answer, phase, code] : unclear_answers()) {
            BOOST_TEST_CONTEXT(name) {
                DeskType desk;
                desk.lists(reply(list({})));
                desk.orders(answer);
                const detail::Verdict verdict = desk.buy();
                BOOST_TEST((verdict.phase == phase));
                BOOST_TEST_REQUIRE(verdict.error.has_value());
                BOOST_TEST((verdict.error->code == code));
            }
        }
        const struct {
            const char* name;
            Response response;
        } rows[]{{"another number", reply(owned("+14155550101"), 201)},
                 {"another name", reply(owned(ours, sid, "another"), 201)},
                 {"no sid", reply(owned(ours, ""), 201)},
                 {"200", reply(owned(), 200)},
                 {"202", reply(owned(), 202)},
                 {"a list", reply(list({owned()}), 201)},
                 {"cut", Response(201, json::serialize(owned()).substr(0, 120))},
                 {"HTML that holds it", Response(201, json::serialize(owned()), "text/html")},
                 {"a failure's words with 201", reply(failure(21422), 201)},
                 {"a failure's words with 202", reply(failure(21422), 202)}};
        for (const auto& [name, response] : rows) {
            BOOST_TEST_CONTEXT(name) {
                DeskType desk;
                desk.lists(reply(list({})));
                desk.orders(response);
                BOOST_TEST((desk.buy().phase == Phase::unknown));
            }
        }
    }

    void no_changed_reply_sells_another_number() const {
        for_each_mutation(owned(), [&](const json::value& changed, const std::string& what) {
            BOOST_TEST_CONTEXT(what) {
                DeskType desk;
                desk.lists(reply(list({})));
                desk.orders(reply(changed, 201));
                const std::string text = json::serialize(changed);
                const auto* name = changed.is_object() ? changed.get_object().if_contains("friendly_name") : nullptr;
                const bool is_left_out = name == nullptr || name->is_null();
                const std::string_view named = !is_left_out && name->is_string() ? name->get_string().c_str() : "";
                const bool is_ours = text.find(R"("phone_number":"+14155550100")") != text.npos &&
                                     (is_left_out || named.empty() || named == operation_id);
                const Phase phase = desk.buy().phase;
                BOOST_TEST_REQUIRE((phase == Phase::unknown || (phase == Phase::done && is_ours)));
            }
        });
    }

    struct Refused {
        int code;
        int status;
        errc meaning;
    };
    void each_code_of_a_refusal_has_its_cause(std::vector<Refused> codes) const {
        for (const auto& [code, status, meaning] : codes) {
            BOOST_TEST_CONTEXT(code << " with " << status) {
                DeskType desk;
                desk.lists(reply(list({})));
                desk.orders(reply(failure(code, "in its words", status), status));
                const detail::Verdict verdict = desk.buy();
                const bool is_clear = status < 500;
                BOOST_TEST((verdict.phase == (is_clear ? Phase::refused : Phase::unknown)));
                BOOST_TEST_REQUIRE(verdict.error.has_value());
                BOOST_TEST((verdict.error->code == (is_clear ? meaning : errc::outcome_unknown)));
                BOOST_TEST(verdict.error->cause.find(std::to_string(code) + " in its words") != std::string::npos);
            }
        }
    }

    struct Look {
        const char* name;
        Response response;
        std::optional<bool> found;
    };
    void a_lost_order_is_found_by_our_name() const {
        const std::vector<Look> looks{
            {"there", reply(list({owned()})), true},
            {"behind others", reply(list({owned("+141555501001", "PN1", "other"), owned()})), true},
            {"there, on a page of several", reply(list({owned()}, "/more")), true},
            {"not there", reply(list({})), false},
            {"ours, but of another name", reply(list({owned(ours, sid, "another")})), false},
            {"of another number", reply(list({owned("+14155550101")})), {}},
            {"without a sid", reply(list({owned(ours, "")})), {}},
            {"a page of several", reply(list({}, "/more")), {}},
            {"another page", reply(list({}, nullptr, 1)), {}},
            {"no word of pages", reply(list({}, nullptr, nullptr)), false},
            {"a row that cannot be read", reply(list({json::object{{"sid", sid}}})), {}},
            {"a list of text", reply(list({"x"})), {}},
            {"no list", reply(R"({"page": 0, "next_page_uri": null})"), {}},
            {"201", reply(list({}), 201), {}},
            {"404", gone(), {}},
            {"500", Response(500), {}},
            {"401", Response(401), {}},
            {"HTML", Response(200, "<html></html>", "text/html"), {}},
            {"nothing", Response(200), {}}};
        for (const auto& [name, response, found] : looks) {
            BOOST_TEST_CONTEXT(name) {
                DeskType desk;
                desk.lists(response);
                std::optional<Number> order;
                const auto error = failure_of([&] { order = desk.find_order(); });
                BOOST_TEST(error.has_value() == !found.has_value());
                BOOST_TEST(order.has_value() == found.value_or(false));
                if (order) {
                    const Order expected{.operation = OperationId(operation_id), .reference = std::string(sid)};
                    BOOST_TEST((order->order == expected));
                    BOOST_TEST(order->number == number);
                }
                BOOST_TEST(desk.asked() == std::vector<std::string>{list_of_the_order()});
            }
        }
    }
    void a_number_is_ours_when_the_list_names_it_exactly() const {
        const std::vector<Look> looks{{"alone", reply(list({owned()})), true},
                                      {"of another name", reply(list({owned(ours, sid, "Front desk")})), true},
                                      {"behind others", reply(list({owned("+141555501001", "PN1"), owned()})), true},
                                      {"only others", reply(list({owned("+141555501001", "PN1")})), false},
                                      {"nothing", reply(list({})), false},
                                      {"without a sid", reply(list({owned(ours, "")})), {}},
                                      {"a page of several", reply(list({owned("+141555501001", "PN1")}, "/more")), {}},
                                      {"a number of another type",
                                       reply(list({json::object{{"sid", "PN1"}, {"phone_number", 14155550100}}})),
                                       {}},
                                      {"no word of pages", reply(R"({"incoming_phone_numbers": []})"), false},
                                      {"no list", reply("{}"), {}},
                                      {"500", Response(500), {}},
                                      {"404", gone(), {}}};
        for (const auto& [name, response, found] : looks) {
            BOOST_TEST_CONTEXT(name) {
                DeskType desk;
                desk.lists(response);
                std::optional<bool> told;
                const auto error = failure_of([&] { told = desk.owns(); });
                BOOST_TEST((told == found));
                BOOST_TEST(error.has_value() == !found.has_value());
                BOOST_TEST(desk.asked() == std::vector<std::string>{list_of_ours()});
            }
        }
    }
    void a_list_cut_at_any_byte_proves_nothing() const {
        const std::string text = json::serialize(list({}));
        for (std::size_t size = 0; size < text.size(); ++size) {
            BOOST_TEST_CONTEXT(size) {
                DeskType desk;
                desk.lists(Response(200, text.substr(0, size)));
                BOOST_TEST_REQUIRE(failure_of([&] { desk.find_order(); }).has_value());
                BOOST_TEST_REQUIRE(failure_of([&] { desk.owns(); }).has_value());
            }
        }
    }

    /// `path`: that of the list, which links lead to.
    void all_our_numbers_are_listed_page_by_page(const std::string& path) const {
        const std::string next = path + "?PageSize=1000&Page=1&PageToken=PA1";
        const json::object other = owned(other_number.str(), "PN8", "Front desk");
        json::object broken = other;
        broken["phone_number"] = "none";
        const auto linked = [](json::array rows, const std::string& link) {
            return reply(list(std::move(rows), json::value(link)));
        };
        const std::vector<E164> both{number, other_number};
        reads_lists_of_ours<DeskType>({
            {"none", {reply(list({}))}, std::vector<E164>()},
            {"one page", {reply(list({owned(), other}))}, both},
            {"two pages", {linked({owned()}, next), reply(list({other}, nullptr, 1))}, both},
            {"an empty page in the middle", {linked({}, next), reply(list({other}))}, std::vector{other_number}},
            {"an unreadable row", {reply(list({owned(), broken}))}},
            {"one without a number", {reply(list({owned(), json::object{{"sid", "PN9"}}}))}},
            {"no list", {reply(json::object{{"next_page_uri", nullptr}})}},
            {"a circle", {linked({owned()}, next), linked({other}, next)}},
            {"a foreign link", {linked({owned()}, "https://elsewhere.example" + next)}},
            {"a link to another host", {linked({owned()}, "//elsewhere.example" + next)}},
            {"a link to another list", {linked({owned()}, "/2010-04-01/Accounts.json?Page=1")}},
        });
        DeskType desk;
        desk.lists(linked({owned()}, next), reply(list({other})));
        desk.owned_numbers();
        const auto asked = desk.asked();
        BOOST_TEST_REQUIRE(asked.size() == 2U);
        BOOST_TEST(asked[0] == "GET IncomingPhoneNumbers" + suffix + "?PageSize=1000");
        BOOST_TEST(asked[1] == asked[0] + "&Page=1&PageToken=PA1");
        BOOST_TEST(desk.script.requests()[1].url().ends_with(next));
    }

    void a_release_deletes_by_sid() const {
        using Urls = std::vector<std::string>;
        const Response done(204);
        const struct {
            const char* name;
            std::string_view kept;
            std::vector<testing::Answer> deletions;
            json::object listed;
            Urls asked;
        } rows[]{{"its purchase's", sid, {done}, list({}), {deletion()}},
                 {"the listed one's, where none is known",
                  "",
                  {done},
                  list({owned(ours, "PN/7", "x")}),
                  {list_of_ours(), deletion("PN%2F7")}},
                 {"gone", sid, {gone()}, list({}), {deletion(), list_of_ours()}},
                 {"a new one's",
                  sid,
                  {gone(), done},
                  list({owned(ours, "PN8", "x")}),
                  {deletion(), list_of_ours(), deletion("PN8")}},
                 {"not ours", "", {done}, list({owned("+141555501001")}), {list_of_ours()}},
                 {"gone between look and release", "", {gone()}, list({owned()}), {list_of_ours(), deletion()}}};
        for (const auto& [name, kept, deletions, listed, asked] : rows) {
            BOOST_TEST_CONTEXT(name) {
                DeskType desk;
                desk.lists(reply(listed));
                desk.script.on(Method::delete_, "/IncomingPhoneNumbers/", deletions);
                Number record = bought_number(kept);
                BOOST_TEST((desk.release(record).phase == Phase::done));
                BOOST_TEST(desk.asked() == asked);
            }
        }
    }
    void what_is_no_clear_yes_is_no_release() const {
        for (const std::string_view kept : {sid, std::string_view()}) {
            for (const auto& [name, answer, phase, code] : unclear_answers()) {
                BOOST_TEST_CONTEXT(name << (kept.empty() ? ", listed" : "")) {
                    DeskType desk;
                    desk.lists(reply(list({owned()})));
                    desk.deletes(answer);
                    Number record = bought_number(kept);
                    const detail::Verdict verdict = desk.release(record);
                    BOOST_TEST((verdict.phase == phase));
                    BOOST_TEST_REQUIRE(verdict.error.has_value());
                    BOOST_TEST((verdict.error->code == code));
                }
            }
        }
        for (const Response& response : {reply(list({}, "/more")), reply("{}"), Response(500), gone(), Response(401)}) {
            DeskType desk;  // a list that proves nothing ends a release before it begins
            desk.lists(response);
            BOOST_TEST((desk.release().phase == Phase::refused));
            BOOST_TEST(desk.script.changing_requests().empty());
        }
    }
};

}  // namespace tandem::carrier_tests::twilio_shape
