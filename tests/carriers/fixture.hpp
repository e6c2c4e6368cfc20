// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/configs/in_code.hpp>
#include <tandem/testing/carrier_laws.hpp>
#include <tandem/testing/desk.hpp>
#include <tandem/testing/instantiates.hpp>
#include <tandem/testing/mutations.hpp>
#include <tandem/testing/sandbox/in_memory.hpp>
#include <tandem/testing/sandbox/stock.hpp>
#include <tandem/testing/scripted_transport.hpp>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::carrier_tests {

namespace json = boost::json;
using namespace std::chrono_literals;

inline const E164 number = E164::parse_or_empty("+14155550100");
inline const E164 other_number = E164::parse_or_empty("+14155550101");
inline constexpr std::string_view operation_id = testing::desk_operation;

inline Response reply(const char* body, int status = 200) { return Response(status, body); }
inline Response reply(const json::value& body, int status = 200) { return Response(status, json::serialize(body)); }

/// What a call raised, if anything. Who reads it where there is nothing fails the test.
struct Failure : std::optional<Error> {
    using std::optional<Error>::optional;

    const Error* operator->() const {
        BOOST_TEST_REQUIRE(has_value());
        return std::optional<Error>::operator->();
    }
};
template <class Function>
Failure failure_of(Function function) {
    try {
        function();
    } catch (const Exception& failure) { return failure.error(); }
    return {};
}

/// A carrier between a script and the manager's own session.
template <class C>
struct Desk : testing::Desk<C, testing::ScriptedTransport> {
    using Base = testing::Desk<C, testing::ScriptedTransport>;

    explicit Desk(C offered) : Base(std::move(offered)) {}

    testing::ScriptedTransport script = this->transport();  // shares its rules and memory

    using Base::buy;
    using Base::release;
    detail::Verdict buy() {
        Number record = asked_for();
        return buy(record);
    }
    detail::Verdict release() {
        Number record = asked_for();
        return release(record);
    }
    /// Where the carrier has these operations.
    bool owns() {
        return this->ask([this](auto& session) { return this->carrier.owns_number(session, number); });
    }
    std::optional<Number> find_order() {
        return this->ask([this](auto& session) { return this->carrier.find_order(session, asked_for()); });
    }
    detail::Verdict follow(Number& record) {
        return this->settle(Operation::Kind::acquire, record,
                            [this](auto& session, Number asked) { return this->carrier.follow_order(session, asked); });
    }
    /// What the carrier itself makes of an order, before the manager judges.
    Number acquire() {
        return this->ask([this](auto& session) { return this->carrier.acquire_number(session, asked_for()); });
    }

    static Number asked_for() {
        Number record;
        record.number = number;
        record.carrier = C::info.name;
        return record;
    }
    const Request& last_request() {
        requests_ = script.requests();
        BOOST_TEST_REQUIRE(!requests_.empty());
        return requests_.back();
    }

private:
    std::vector<Request> requests_{};
};

using testing::for_each_mutation;

/// Every kind of answer to a change that is neither a clear yes nor a carrier's own no, and what the manager has to
/// make of it.
struct Unclear {
    const char* name;
    testing::Answer answer;
    Operation::Phase phase;
    errc code;
};
inline std::vector<Unclear> unclear_answers() {
    const auto status = [](int code, std::string body = {}) { return Response(code, std::move(body)); };
    const auto limited = [](const char* value) {
        Response response(429);
        response.fields.push_back({"Retry-After", value});
        return response;
    };
    const auto lost = [](bool sent) { return Error{.code = errc::unreachable, .message = "cut", .sent = sent}; };
    using enum Operation::Phase;
    return {{"400", status(400), refused, errc::by_carrier},
            {"401", status(401), refused, errc::carrier_refuses_credentials},
            {"402", status(402), refused, errc::carrier_out_of_funds},
            {"403", status(403), refused, errc::carrier_refuses_credentials},
            {"408", status(408), unknown, errc::outcome_unknown},
            {"409", status(409), refused, errc::by_carrier},
            {"422", status(422), refused, errc::by_carrier},
            {"429", limited("3"), refused, errc::rate_limited},
            {"500", status(500), unknown, errc::outcome_unknown},
            {"502", Response(502, "<html>Bad Gateway</html>", "text/html"), unknown, errc::outcome_unknown},
            {"503", status(503), unknown, errc::outcome_unknown},
            {"202", status(202, "{}"), unknown, errc::outcome_unknown},
            {"301", status(301), unknown, errc::outcome_unknown},
            {"HTML with 200", Response(200, "<html>Welcome</html>", "text/html"), unknown, errc::outcome_unknown},
            {"HTML that says it is JSON", status(200, "<html></html>"), unknown, errc::outcome_unknown},
            {"200 without a body", status(200), unknown, errc::outcome_unknown},
            {"an empty object", status(200, "{}"), unknown, errc::outcome_unknown},
            {"a list", status(200, "[]"), unknown, errc::outcome_unknown},
            {"a reply cut off", lost(true), unknown, errc::outcome_unknown},
            {"no connection", lost(false), refused, errc::unreachable},
            {"silence", testing::silence, unknown, errc::outcome_unknown}};
}

/// Holds a purchase or release to what each unclear answer has to come to; `prepare(account, answer)` makes a fresh
/// `Account`, a desk, give that answer.
template <class Account, class Prepare>
void bears_unclear_answers(Operation::Kind kind, Prepare prepare) {
    for (const auto& [name, answer, phase, code] : unclear_answers()) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            prepare(account, answer);
            const detail::Verdict verdict = kind == Operation::Kind::acquire ? account.buy() : account.release();
            BOOST_TEST((verdict.phase == phase));
            BOOST_TEST_REQUIRE(verdict.error.has_value());
            BOOST_TEST((verdict.error->code == code));
            BOOST_TEST(verdict.error->carrier == account.carrier.info.name);
            if (code == errc::rate_limited) { BOOST_TEST((verdict.error->retry_after == 3s)); }
        }
    }
}
/// What a search makes of each status that has no body of the carrier's own.
struct SearchStatus {
    int status;
    errc code;
};
inline constexpr SearchStatus search_statuses[]{{202, errc::malformed_reply},
                                                {204, errc::malformed_reply},
                                                {301, errc::by_carrier},
                                                {400, errc::by_carrier},
                                                {401, errc::carrier_refuses_credentials},
                                                {403, errc::carrier_refuses_credentials},
                                                {404, errc::not_available},
                                                {409, errc::by_carrier},
                                                {422, errc::by_carrier},
                                                {429, errc::rate_limited},
                                                {500, errc::by_carrier},
                                                {503, errc::by_carrier}};

/// A list of our numbers as replies tell it, page by page, and what it comes to; nothing: it fails at the last of them.
struct OwnedList {
    const char* name;
    std::vector<testing::Answer> pages;
    std::optional<std::vector<E164>> numbers{};
};
/// Holds the carrier of `Account`, a desk, to what each list comes to. Its requests for them are of that method.
template <class Account>
void reads_lists_of_ours(const std::vector<OwnedList>& lists, Method method = Method::get) {
    for (const auto& [name, pages, numbers] : lists) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.script.on(method, "", pages);
            std::optional<std::vector<E164>> read;
            const auto failure = failure_of([&] { read = account.owned_numbers(); });
            BOOST_TEST((read == numbers));
            if (failure) { BOOST_TEST((failure->code == errc::malformed_reply), failure->message); }
            BOOST_TEST(account.script.calls() == pages.size());
            BOOST_TEST(account.script.changing_requests().empty());
        }
    }
    for (const auto& [status, code] : search_statuses) {
        if (status == 204) { continue; }  // some say so that there is none
        BOOST_TEST_CONTEXT(status) {
            Account account;
            account.script.on(method, "", Response(status));
            const auto failure = failure_of([&] { account.owned_numbers(); });
            BOOST_TEST_REQUIRE(failure.has_value());
            if (status != 404) { BOOST_TEST((failure->code == code), failure->message); }
        }
    }
    Account account;
    const auto nowhere = failure_of(
        [&] { account.ask([&](auto& session) { return account.carrier.owned_numbers(session, "nowhere"); }); });
    BOOST_TEST_REQUIRE(nowhere.has_value());
    BOOST_TEST((nowhere->code == errc::invalid));
    BOOST_TEST(account.script.calls() == 0);
}

/// Two numbers for sale under +1415, whose orders are pending for `polls` looks.
inline testing::sandbox::Ledger small_stock(unsigned polls) {
    constexpr std::array<testing::sandbox::Range, 1> ranges{
        {{"+14155550100", 2, "SNFC CNTRL", "CA", "San Francisco", "1.00", "1.10"}}};
    return testing::sandbox::stocked(ranges, polls);
}
/// The laws of carriers, tried on the carrier's sandbox (or, for a local one, on its stock).
template <class C, class Model>
void keeps_the_laws(const C& carrier, const Model& model) {
    for (const auto& [law, how] : testing::broken_laws(carrier, model, {.prefix = "+1415", .quantity = 2})) {
        BOOST_ERROR(law << ": " << how);
    }
}

/// Reads settings as the manager does.
template <class C>
Result<CarrierSettings<C>> settings_of(std::string_view category, std::string_view document) {
    const configs::InCode config{{category, document}};
    return read_carrier_settings<C>(config);
}

}  // namespace tandem::carrier_tests
