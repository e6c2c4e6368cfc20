// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/numerals.hpp>
#include <tandem/testing/sandbox/site.hpp>
#include <tandem/testing/sandbox/stock.hpp>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::testing::sandbox {

/// Where nobody else sells.
inline constexpr std::array<Range, 4> infobip_ranges{{
    {"+16025550100", 30, "", "AZ", "", "0.00", "1.00", "EUR"},
    {"+14805550100", 20, "", "AZ", "", "0.50", "1.25", "EUR"},
    {"+18335550140", 10, "", "", "", "0.00", "2.50", "EUR"},
    {"+447700900300", 10, "", "", "", "0.00", "5.00", "EUR"},
}};

/// Infobip's Numbers API v1, after its OpenAPI document. Each look at a number that is being reserved, by its key or in
/// a list, is one poll.
class Infobip {
public:
    static constexpr std::string_view default_key = "api-key-of-the-sandbox";

    explicit Infobip(Ledger ledger = stocked(infobip_ranges, 1)) : ledger_(std::move(ledger)) {}

    static constexpr std::string_view carrier = "infobip";
    static boost::json::object settings(const std::string& origin) {
        return {{"api_key", default_key}, {"base_url", origin}};
    }

    Ledger& ledger() { return ledger_; }

    /// A refusal's `where` is the field of the body that it is about.
    Reply error(const Refusal& refusal) const {
        const std::string_view id = refusal.status == 400   ? "BAD_REQUEST"
                                    : refusal.status == 401 ? "UNAUTHORIZED"
                                    : refusal.status == 403 ? "FORBIDDEN"
                                    : refusal.status == 404 ? "NOT_FOUND"
                                    : refusal.status == 429 ? "TOO_MANY_REQUESTS"
                                                            : "GENERAL_ERROR";
        boost::json::object exception{{"messageId", id}, {"text", refusal.what()}};
        if (refusal.status == 400 && !refusal.where.empty()) {
            exception["validationErrors"] = {{refusal.where, boost::json::array{refusal.what()}}};
        }
        return {refusal.status, {{"requestError", {{"serviceException", std::move(exception)}}}}};
    }

    Reply answer(const Call& call) {
        if (call.field("Authorization") != "App " + std::string(default_key)) {
            throw Refusal(401, "the credentials are not known here");
        }
        return with_numerals(act(call));
    }

private:
    /// A number that was bought, or is being, or could not be.
    struct Reserved {
        Item item{};
        std::string status{};
        std::string application{};
        std::string entity{};
    };

    Reply act(const Call& call) {
        if (call.is("GET", {"numbers", "1", "numbers", "available"})) { return search(call); }
        if (call.is("POST", {"numbers", "1", "numbers"})) { return purchase(call); }
        if (call.is("GET", {"numbers", "1", "numbers"})) { return list(call); }
        if (call.is("GET", {"numbers", "1", "numbers", "*"})) {
            call.allow_only({});
            Reserved& reserved = ours(call);
            look_at(reserved);
            return {200, row_of(reserved)};
        }
        if (call.is("PUT", {"numbers", "1", "numbers", "*"})) { return update(call); }
        if (call.is("DELETE", {"numbers", "1", "numbers", "*"})) { return cancel(call); }
        throw Refusal(404, "no such resource: " + call.method + " " + call.target);
    }

    static bool is_american(const Item& item) { return item.country() == "US"; }
    /// Never changes, and needs its `%` to be encoded where it stands in a path.
    static std::string key_of(E164 number) {
        const std::string digits = number.digits();
        return "58B3840032C7774B%" + std::string(E164::max_digits - digits.size(), 'F') + digits;
    }

    static boost::json::object row_of(const Item& item) {
        constexpr std::array<std::pair<std::string_view, std::string_view>, 3> names{
            {{"sms", "SMS"}, {"voice", "VOICE"}, {"mms", "MMS"}}};
        boost::json::array capabilities;
        for (const auto& [feature, name] : names) {
            const bool has = std::find(item.features.begin(), item.features.end(), feature) != item.features.end();
            if (has) { capabilities.emplace_back(name); }
        }
        return {{"numberKey", key_of(item.number)},
                {"number", item.number.digits()},
                {"country", item.country()},
                {"type", "VIRTUAL_LONG_NUMBER"},
                {"capabilities", std::move(capabilities)},
                {"shared", false},
                {"price",
                 {{"pricePerMonth", numeral(item.monthly)},
                  {"setupPrice", numeral(item.setup)},
                  {"initialMonthPrice", numeral(item.monthly + "0001")},
                  {"currency", item.currency}}}};
    }
    static boost::json::object row_of(const Reserved& reserved) {
        boost::json::object row = row_of(reserved.item);
        const auto tell = [&](std::string_view name, const std::string& value) {
            if (!value.empty()) { row[name] = value; }
        };
        tell("reservationStatus", reserved.status);
        tell("applicationId", reserved.application);
        tell("entityId", reserved.entity);
        row["additionalSetupRequired"] = false;
        return row;
    }
    /// One page of `rows` as the call asks for.
    Reply paged(const Call& call, boost::json::array rows, std::size_t usual) const {
        const std::size_t limit = ledger_.page_rows(call.count("limit", usual, 1, 1'000));
        const std::size_t page = call.count("page", 0, 0, 1'000'000);
        boost::json::array numbers;
        for (std::size_t i = page * limit; i < rows.size() && numbers.size() < limit; ++i) {
            numbers.push_back(rows[i]);
        }
        return {200, {{"numbers", std::move(numbers)}, {"numberCount", rows.size()}}};
    }

    Reply search(const Call& call) const {
        call.allow_only({"country", "state", "npa", "nxx", "number", "limit", "page"}, {"capabilities"});
        const auto code = [&](std::string_view name) {
            const auto text = call.parameter(name);
            if (text) { (void)call.count(name, 0, 200, 999); }
            return text;
        };
        const auto npa = code("npa"), nxx = code("nxx");
        const auto country = call.parameter("country"), state = call.parameter("state"),
                   number = call.parameter("number");
        if (country && dial_code_of(*country).empty()) { throw Refusal(400, "there is no such country", "country"); }
        boost::json::array rows;
        for (const auto& each : ledger_.stock()) {
            const Item& item = each.second;
            const std::string national = item.national();
            const bool is_there = item.country() == country.value_or(item.country()) &&
                                  item.state == state.value_or(item.state) &&
                                  (!npa || (is_american(item) && national.starts_with(*npa))) &&
                                  (!nxx || (is_american(item) && national.substr(3).starts_with(*nxx))) &&
                                  item.number.digits().find(number.value_or("")) != std::string::npos;
            boost::json::object row = row_of(item);
            if (is_there && has_all(call, row["capabilities"].as_array())) { rows.push_back(std::move(row)); }
        }
        return paged(call, std::move(rows), 10);
    }
    static bool has_all(const Call& call, const boost::json::array& has) {
        bool all = true;
        for (const auto& [name, value] : call.query) {
            if (name != "capabilities") { continue; }
            constexpr std::array<std::string_view, 5> known{"SMS", "VOICE", "MMS", "WHATSAPP", "WHATSAPP_VOICE"};
            if (std::find(known.begin(), known.end(), value) == known.end()) {
                throw Refusal(400, "there is no capability " + value, "capabilities");
            }
            all = all && std::find(has.begin(), has.end(), boost::json::value(value)) != has.end();
        }
        return all;
    }

    static boost::json::object body_of(const Call& call, std::initializer_list<std::string_view> allowed) {
        call.allow_only({});
        if (!call.field("Content-Type").starts_with("application/json")) {
            throw Refusal(400, "Content-Type is application/json");
        }
        return call.object(400, allowed);
    }
    static std::string text(const boost::json::object& body, std::string_view key) {
        const auto* value = body.if_contains(key);
        if (value == nullptr || value->is_null()) { return {}; }
        if (!value->is_string()) { throw Refusal(400, std::string(key) + " is text", std::string(key)); }
        return std::string(value->get_string());
    }
    /// An American number is bought by its digits, any other by its key.
    Reply purchase(const Call& call) {
        const auto body = body_of(call, {"numberKey", "number", "applicationId", "entityId"});
        const std::string key = text(body, "numberKey"), digits = text(body, "number");
        if (key.empty() == digits.empty()) { throw Refusal(400, "either number or numberKey is given"); }
        const std::string where = key.empty() ? "number" : "numberKey";
        for (const auto& each : ledger_.stock()) {
            const Item item = each.second;
            if (digits != item.number.digits() && key != key_of(item.number)) { continue; }
            if (is_american(item) != key.empty()) {
                throw Refusal(400, "a US number is bought by its number, any other by its key", where);
            }
            const std::string reference = "reservation-" + std::to_string(++purchases_);
            ledger_.order(item.number, reference, {});
            Reserved& made =
                reserved_[key_of(item.number)] = {item, "PENDING", text(body, "applicationId"), text(body, "entityId")};
            references_[key_of(item.number)] = reference;
            if (item.polls == 0) { look_at(made); }
            return {200, row_of(made)};
        }
        throw Refusal(400, "the number is not available", where);
    }
    void look_at(Reserved& reserved) {
        if (reserved.status != "PENDING" || reserved.item.needs_action) { return; }
        if (reserved.item.polls > 0) {
            --reserved.item.polls;
            return;
        }
        const E164 number = reserved.item.number;
        ledger_.finish(references_.at(key_of(number)), number, !reserved.item.fails);
        reserved.status = reserved.item.fails ? "RESERVATION_FAILED" : "";
    }

    Reply list(const Call& call) {
        call.allow_only({"number", "limit", "page"});
        const auto number = call.parameter("number");
        boost::json::array rows;
        for (auto& each : reserved_) {
            if (each.second.item.number.digits().find(number.value_or("")) == std::string::npos) { continue; }
            look_at(each.second);
            rows.push_back(row_of(each.second));
        }
        return paged(call, std::move(rows), 50);
    }
    Reserved& ours(const Call& call) {
        const auto found = reserved_.find(call.path[3]);
        if (found == reserved_.end()) { throw Refusal(404, "Not found"); }
        return found->second;
    }
    Reply update(const Call& call) {
        const auto body = body_of(call, {"applicationId", "entityId"});
        Reserved& reserved = ours(call);
        reserved.application = text(body, "applicationId");
        reserved.entity = text(body, "entityId");
        if (reserved.application.empty()) { throw Refusal(400, "applicationId is missing", "applicationId"); }
        return {200, row_of(reserved)};
    }
    Reply cancel(const Call& call) {
        call.allow_only({});
        const Reserved& reserved = ours(call);
        if (!reserved.status.empty() || reserved.item.deletion_lock) {
            throw Refusal(403, "the number cannot be cancelled");
        }
        ledger_.release(reserved.item.number);
        reserved_.erase(call.path[3]);
        Reply reply;
        reply.status = 204;
        return reply;
    }

    Ledger ledger_;
    std::map<std::string, Reserved> reserved_;
    std::map<std::string, std::string> references_;
    std::uint64_t purchases_ = 0;
};
static_assert(Site<Infobip>);

}  // namespace tandem::testing::sandbox
