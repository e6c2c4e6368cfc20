// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/configs/in_code.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/manager/settings.hpp>
#include <tandem/manager/settlement.hpp>
#include <tandem/observers/silent.hpp>
#include <tandem/testing/instantiates.hpp>
#include <tandem/testing/scripted_transport.hpp>
#include <tandem/testing/session.hpp>
#include <tandem/testing/simulated_environment.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
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
inline constexpr std::string_view operation_id = "0123456789abcdef0123456789abcdef";

inline Response reply(const char* body, int status = 200) { return Response(status, body); }
inline Response reply(const json::value& body, int status = 200) { return Response(status, json::serialize(body)); }

template <class Function>
std::optional<Error> failure_of(Function function) {
    try {
        function();
    } catch (const Exception& failure) { return failure.error(); }
    return {};
}

/// A carrier between a script and the manager's own session, so that its failures are judged as in the manager.
template <class C>
struct Desk {
    /// What `detail::Session` needs of a manager's kernel.
    struct Kernel {
        testing::SimulatedEnvironment environment;
        testing::ScriptedTransport transport;
        observers::Silent observer{};
        testing::Numbers store{};
    };

    explicit Desk(C offered) : carrier(std::move(offered)) {}

    C carrier;
    boost::asio::io_context context{};
    testing::SimulatedEnvironment environment{context};
    testing::ScriptedTransport script{environment};
    Kernel kernel{environment, script};
    RemoteSettings remote{};
    Duration patience = 30s;  ///< until an operation's deadline

    /// Calls `call(session)` and gives what it gives.
    template <class Call>
    auto ask(Call call) {
        detail::Session session(kernel, C::info, remote, view());
        return environment.run(call(session));
    }
    /// As the manager calls an operation; `number` becomes the carrier's.
    template <class Call>
    detail::Verdict settle(Number& record, Call call) {
        detail::Session session(kernel, C::info, remote, view());
        Operation operation;
        operation.id = view().id;
        operation.number = record.number;
        operation.carrier = C::info.name;
        return environment.run(detail::call_carrier(session, operation, record, call));
    }

    SearchPage find(SearchRequest request) {
        request = canonical(request).value();
        return ask([&](auto& session) { return carrier.find_numbers(session, request); });
    }
    detail::Verdict buy(Number& record) {
        return settle(record, [this](auto& session, Number asked) { return carrier.acquire_number(session, asked); });
    }
    detail::Verdict buy() {
        Number record = asked_for();
        return buy(record);
    }
    detail::Verdict release(Number& record) {
        return settle(record,
                      [this](auto& session, Number given) { return carrier.disconnect_number(session, given); });
    }
    detail::Verdict release() {
        Number record = asked_for();
        return release(record);
    }
    /// What the carrier itself makes of an order, before the manager judges.
    Number acquire() {
        return ask([this](auto& session) { return carrier.acquire_number(session, asked_for()); });
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
    OperationView view() { return {.id = OperationId(operation_id), .deadline = environment.now() + patience}; }

    std::vector<Request> requests_{};
};

/// Calls `visit` with a pointer to each scalar of `document` and its path; the scalar is what it was again afterwards.
inline void for_each_scalar(json::value& document, const std::function<void(json::value&, std::string)>& visit,
                            const std::string& path = {}) {
    if (auto* object = document.if_object()) {
        for (auto& member : *object) { for_each_scalar(member.value(), visit, path + "/" + std::string(member.key())); }
    } else if (auto* list = document.if_array()) {
        for (std::size_t i = 0; i < list->size(); ++i) {
            for_each_scalar(list->at(i), visit, path + "/" + std::to_string(i));
        }
    } else {
        visit(document, path);
    }
}

/// Calls `visit` with `document` as it would be with one thing wrong: a scalar replaced by a value of each kind, or a
/// member of any object gone.
inline void for_each_mutation(json::value document,
                              const std::function<void(const json::value&, const std::string&)>& visit) {
    for_each_scalar(document, [&](json::value& scalar, const std::string& path) {
        const json::value was = scalar;
        for (const json::value& wrong :
             std::initializer_list<json::value>{"+14155550101", "other", "success", "failure", "", 7, -1, 1.5, true,
                                                false, nullptr, json::array{}, json::object{}}) {
            if (wrong == was) { continue; }
            scalar = wrong;
            visit(document, path + " = " + json::serialize(wrong));
        }
        scalar = was;
    });
    const std::function<void(json::value&, const std::string&)> remove = [&](json::value& value,
                                                                             const std::string& path) {
        if (auto* list = value.if_array()) {
            for (auto& each : *list) { remove(each, path + "/"); }
            const json::array was = *list;
            list->clear();
            visit(document, path + " emptied");
            *list = was;
        } else if (auto* object = value.if_object()) {
            const json::object was = *object;
            for (const auto& member : was) {
                object->erase(member.key());
                visit(document, path + "/" + std::string(member.key()) + " removed");
                *object = was;
            }
            for (auto& member : *object) { remove(member.value(), path + "/" + std::string(member.key())); }
        }
    };
    remove(document, "");
}

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

/// Reads settings as the manager does.
template <class C>
Result<CarrierSettings<C>> settings_of(std::string_view category, std::string_view document) {
    const configs::InCode config{{category, document}};
    return read_carrier_settings<C>(config);
}

}  // namespace tandem::carrier_tests
