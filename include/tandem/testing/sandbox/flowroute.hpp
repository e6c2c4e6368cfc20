// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/json_api.hpp>
#include <tandem/testing/sandbox/numerals.hpp>
#include <tandem/testing/sandbox/site.hpp>
#include <tandem/testing/sandbox/stock.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::testing::sandbox {

inline constexpr std::array<Range, 3> flowroute_ranges{{
    {"+14255550100", 30, "BELLEVUE", "WA", "Bellevue", "1", "1.25"},
    {"+13605550100", 20, "VANCOUVER", "WA", "Vancouver", "0", "1.25"},
    {"+18555550140", 20, "", "", "", "0", "1.50"},
}};

/// Flowroute's Numbers API v2, after its OpenAPI document and the pages of developer.flowroute.com: numbers are sold
/// and given back at once. Prices are JSON numbers, places in small letters, and a search's digits are those behind the
/// country code unless they begin with it.
class Flowroute {
public:
    static constexpr std::string_view default_key = "flowroute-access";
    static constexpr std::string_view default_secret = "secret-of-the-sandbox";

    explicit Flowroute(Ledger ledger = stocked(flowroute_ranges, 0), std::string access_key = std::string(default_key),
                       std::string secret_key = std::string(default_secret))
        : ledger_(std::move(ledger)), access_key_(std::move(access_key)), secret_key_(std::move(secret_key)) {}

    static constexpr std::string_view carrier = "flowroute";
    static boost::json::object settings(const std::string& origin) {
        return {{"access_key", default_key}, {"secret_key", default_secret}, {"base_url", origin}};
    }

    Ledger& ledger() { return ledger_; }

    Reply error(const Refusal& refusal) {
        const std::string_view title = refusal.status == 401   ? "Unauthorized"
                                       : refusal.status == 403 ? "ActionNotAuthorizedError"
                                       : refusal.status == 404 ? "Not Found"
                                       : refusal.status >= 500 ? "Server Error"
                                                               : "Client Error";
        return json_api::failure(refusal.status, {{"id", json_api::uuid_of(std::to_string(++errors_))},
                                                  {"status", refusal.status},
                                                  {"title", title},
                                                  {"detail", refusal.what()}});
    }

    Reply answer(const Call& call) {
        if (!call.is_from(access_key_, secret_key_)) { throw Refusal(401, "Authentication failed."); }
        if (call.is("GET", {"v2", "numbers", "available"})) { return search(call); }
        if (call.is("GET", {"v2", "numbers", "available", "areacodes"})) {
            return list_codes(call, "areacode", 3, 400);
        }
        if (call.is("GET", {"v2", "numbers", "available", "exchanges"})) {
            return list_codes(call, "exchange", 6, 200);
        }
        if (call.is("GET", {"v2", "numbers"})) { return list_owned(call); }
        call.allow_only({});
        if (call.is("GET", {"v2", "numbers", "*"})) { return show(200, owned(call)); }
        if (call.is("POST", {"v2", "numbers", "*"})) { return sell(call); }
        if (call.is("DELETE", {"v2", "numbers", "*"})) { return release(call); }
        throw Refusal(404, "There is no " + call.method + " " + call.target + ".");
    }

private:
    static std::string lower(std::string text) {
        std::transform(text.begin(), text.end(), text.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
        return text;
    }
    static std::string url_of(std::string_view rest) { return "https://api.flowroute.com/v2/" + std::string(rest); }
    static std::string_view type_of(const Item& item) { return item.is_toll_free() ? "tollfree" : "standard"; }

    /// The number that the path names.
    static E164 number_in(const Call& call) {
        const std::string& digits = call.path[2];
        const auto number = E164::parse_or_empty("+" + digits);
        if (digits.size() != 11 || digits[0] != '1' || number.empty()) {
            throw Refusal(404, "A number has eleven digits, the first 1.");
        }
        return number;
    }
    const Item& owned(const Call& call) const {
        const auto found = ledger_.owned().find(number_in(call));
        if (found == ledger_.owned().end()) { throw Refusal(404, "Could not find that resource on your account."); }
        return found->second;
    }

    /// Whether the digits that the call names stand where it says.
    static bool fits(const Call& call, const Item& item) {
        const std::string digits = item.number.digits();
        const auto test = [&](std::string_view name, auto holds) {
            const auto value = call.parameter(name);
            if (!value) { return true; }
            if (value->empty() || value->size() > 11 || value->find_first_not_of("0123456789") != value->npos) {
                throw Refusal(400, std::string(name) + " is an integer");
            }
            return holds(*value);
        };
        const bool starts = test("starts_with", [&](const std::string& value) {
            return digits.starts_with(value.starts_with('1') ? value : "1" + value);
        });
        const bool contains =
            test("contains", [&](const std::string& value) { return digits.find(value) != digits.npos; });
        const bool ends = test("ends_with", [&](const std::string& value) { return digits.ends_with(value); });
        return starts && contains && ends;
    }

    /// One page of `rows`, with links to itself and to the next.
    Reply paged(const Call& call, std::string_view path, const boost::json::array& rows, std::size_t most) const {
        const std::size_t limit = ledger_.page_rows(call.count("limit", 10, 1, most));
        const std::size_t offset = call.count("offset", 0, 0, 999'999'999);
        boost::json::array data;
        for (std::size_t i = offset; i < rows.size() && data.size() < limit; ++i) { data.push_back(rows[i]); }
        const auto link = [&](std::size_t from) {
            return url_of(path) + "?limit=" + std::to_string(limit) + "&offset=" + std::to_string(from);
        };
        boost::json::object links{{"self", link(offset)}};
        if (offset + limit < rows.size()) { links["next"] = link(offset + limit); }
        return with_numerals(json_api::reply(200, {{"data", std::move(data)}, {"links", std::move(links)}}));
    }

    Reply search(const Call& call) const {
        call.allow_only({"starts_with", "contains", "ends_with", "limit", "offset", "rate_center", "state"});
        boost::json::array rows;
        for (const auto& [number, item] : ledger_.stock()) {
            const auto is_there = [&call](std::string_view name, const std::string& place) {
                const auto wanted = call.parameter(name);
                return !wanted || equal_ignoring_case(*wanted, place);
            };
            const bool is_ours_to_sell = number.digits().starts_with('1') && number.digit_count() == 11;
            if (!is_ours_to_sell || !fits(call, item) || !is_there("rate_center", item.rate_center) ||
                !is_there("state", item.state)) {
                continue;
            }
            rows.push_back(boost::json::object{{"type", "number"},
                                               {"id", number.digits()},
                                               {"attributes",
                                                {{"value", number.digits()},
                                                 {"rate_center", lower(item.rate_center)},
                                                 {"state", lower(item.state)},
                                                 {"number_type", type_of(item)},
                                                 {"monthly_cost", numeral(item.monthly)},
                                                 {"setup_cost", numeral(item.setup)}}},
                                               {"links", {{"related", url_of("numbers/" + number.digits())}}}});
        }
        return paged(call, "numbers/available", rows, 200);
    }

    /// The area codes, or exchanges, that have a number for sale.
    Reply list_codes(const Call& call, std::string_view type, std::size_t size, std::size_t most) const {
        size == 3 ? call.allow_only({"limit", "offset", "max_setup_cost"})
                  : call.allow_only({"limit", "offset", "max_setup_cost", "areacode"});
        const auto most_setup = Amount::parse(call.parameter("max_setup_cost").value_or("1000000"));
        if (!most_setup) { throw Refusal(400, "max_setup_cost is a number"); }
        std::set<std::string> codes;
        for (const auto& [number, item] : ledger_.stock()) {
            const std::string code = item.national().substr(0, size);
            const bool is_wanted = code.starts_with(call.parameter("areacode").value_or(""));
            if (is_wanted && Amount::parse(item.setup) <= most_setup) { codes.insert(code); }
        }
        boost::json::array rows;
        for (const std::string& code : codes) { rows.push_back(boost::json::object{{"type", type}, {"id", code}}); }
        return paged(call, "numbers/available/" + std::string(type) + "s", rows, most);
    }

    static boost::json::object to_json(const Item& item) {
        const std::string digits = item.number.digits();
        return {{"type", "number"},
                {"id", digits},
                {"attributes",
                 {{"value", digits},
                  {"rate_center", lower(item.rate_center)},
                  {"state", lower(item.state)},
                  {"number_type", type_of(item)},
                  {"alias", nullptr},
                  {"cnam_lookups_enabled", true}}},
                {"links", {{"self", url_of("numbers/" + digits)}}}};
    }
    static Reply show(int status, const Item& item) {
        boost::json::object data = to_json(item);
        data["relationships"] = {{"cnam_preset", {{"data", nullptr}}},
                                 {"e911_address", {{"data", nullptr}}},
                                 {"failover_route", {{"data", nullptr}}},
                                 {"primary_route", {{"data", {{"type", "route"}, {"id", "0"}}}}}};
        boost::json::object route{
            {"type", "route"},
            {"id", "0"},
            {"attributes", {{"alias", "sip-reg"}, {"route_type", "sip-reg"}, {"value", nullptr}}}};
        return json_api::reply(status, {{"data", std::move(data)}, {"included", boost::json::array{std::move(route)}}});
    }
    Reply list_owned(const Call& call) const {
        call.allow_only({"starts_with", "contains", "ends_with", "limit", "offset"});
        boost::json::array rows;
        for (const auto& [number, item] : ledger_.owned()) {
            if (fits(call, item)) { rows.push_back(to_json(item)); }
        }
        return paged(call, "numbers", rows, 200);
    }

    Reply sell(const Call& call) {
        const E164 number = number_in(call);
        const auto found = ledger_.stock().find(number);
        const bool fails = found != ledger_.stock().end() && found->second.fails;
        const std::string reference = number.digits();
        if (fails || !ledger_.order(number, reference, {})) {
            throw Refusal(404, "That number is not available for purchase.");
        }
        ledger_.finish(reference, number, true);
        return show(201, ledger_.owned().at(number));
    }
    Reply release(const Call& call) {
        if (owned(call).deletion_lock) { throw Refusal(403, "The number cannot be released."); }
        ledger_.release(number_in(call));
        return json_api::no_content();
    }

    Ledger ledger_;
    std::string access_key_;
    std::string secret_key_;
    std::uint64_t errors_ = 0;
};
static_assert(Site<Flowroute>);

}  // namespace tandem::testing::sandbox
