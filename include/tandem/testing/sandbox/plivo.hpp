// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/site.hpp>
#include <tandem/testing/sandbox/stock.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::testing::sandbox {

/// Where nobody else sells; of the British ranges that Ofcom keeps for fiction, Leicester's.
inline constexpr std::array<Range, 4> plivo_ranges{{
    {"+16095550100", 30, "PRINCETON", "NJ", "Princeton", "0.00000", "0.80000"},
    {"+12015550100", 20, "JERSEYCITY", "NJ", "Jersey City", "0.00000", "0.80000"},
    {"+18775550130", 10, "", "", "", "0.00000", "1.00000"},
    {"+441164960100", 10, "", "", "Leicester", "1.00000", "0.90000"},
}};

/// Plivo's API v1 under `/v1`, after its documentation and what its clients send: every resource ends in a slash. An
/// order is fulfilled at once, unless its item takes `polls` looks at the number, which is not there before; one that
/// needs a document is there, and not active.
class Plivo {
public:
    static constexpr std::string_view auth_id = "MA000000000000SANDBX";
    static constexpr std::string_view auth_token = "token-of-the-sandbox";

    explicit Plivo(Ledger ledger = stocked(plivo_ranges, 0)) : ledger_(std::move(ledger)) {}

    static constexpr std::string_view carrier = "plivo";
    static boost::json::object settings(const std::string& origin) {
        return {{"auth_id", auth_id}, {"auth_token", auth_token}, {"base_url", origin + "/v1"}};
    }

    Ledger& ledger() { return ledger_; }

    /// What is wrong with a field of a body stands under the field's name.
    Reply error(const Refusal& refusal) {
        boost::json::value words = refusal.what();
        if (refusal.where.size() > 1 && refusal.where.starts_with('/')) {
            words = {{refusal.where.substr(1), boost::json::array{refusal.what()}}};
        }
        return {refusal.status, {{"api_id", next_id()}, {"error", std::move(words)}}};
    }

    Reply answer(const Call& call) {
        if (!call.is_from(auth_id, auth_token)) { throw Refusal(401, "the credentials are not known here"); }
        const bool is_resource =
            call.path.size() >= 5 && call.path[0] == "v1" && call.path[1] == "Account" && call.path.back().empty();
        if (!is_resource) { throw Refusal(404, "not found"); }
        if (call.path[2] != auth_id) { throw Refusal(401, "another account's"); }
        if (call.is("GET", {"PhoneNumber", ""}, 3)) { return search(call); }
        if (call.is("POST", {"PhoneNumber", "*", ""}, 3)) { return buy(call); }
        if (call.is("GET", {"Number", ""}, 3)) { return list(call); }
        if (call.is("GET", {"Number", "*", ""}, 3)) { return show(call); }
        if (call.is("POST", {"Number", "*", ""}, 3)) { return update(call); }
        if (call.is("DELETE", {"Number", "*", ""}, 3)) { return release(call); }
        const bool is_known = call.path[3] == "PhoneNumber" || call.path[3] == "Number";
        throw Refusal(is_known ? 405 : 404, is_known ? "method not allowed" : "not found");
    }

private:
    std::string next_id() { return "5a9fcb68-0000-4000-8000-" + std::to_string(1'000'000'000'000 + ++ids_).substr(1); }
    static std::string uri(std::string_view resource, const Item& item) {
        return "/v1/Account/" + std::string(auth_id) + "/" + std::string(resource) + "/" + item.number.digits() + "/";
    }

    static bool has(const Item& item, std::string_view feature) {
        return std::find(item.features.begin(), item.features.end(), feature) != item.features.end();
    }
    static std::string type_of(const Item& item) {
        const bool is_mobile = item.country() == "GB" && item.national().starts_with('7');
        return item.is_toll_free() ? "tollfree" : is_mobile ? "mobile" : "local";
    }
    static bool is_type(const Item& item, std::string_view type) {
        return type_of(item) == type || (type == "fixed" && type_of(item) == "local");
    }
    /// Errors: `Refusal`.
    static void require_type(const Call& call) {
        constexpr std::array<std::string_view, 5> types{"tollfree", "local", "mobile", "national", "fixed"};
        const auto type = call.parameter("type");
        if (type && std::find(types.begin(), types.end(), *type) == types.end()) {
            throw Refusal(400, "type cannot be " + *type, "type");
        }
    }
    /// Whether an item has each of the services that a call asks for. Errors: `Refusal`.
    static bool has_services(const Call& call, const Item& item) {
        const std::string services = call.parameter("services").value_or("");
        bool all = true;
        for (std::string_view rest = services; !rest.empty();) {
            const auto end = std::min(rest.find(','), rest.size());
            const std::string_view service = rest.substr(0, end);
            if (service != "voice" && service != "sms" && service != "mms") {
                throw Refusal(400, "services are voice, sms and mms", "services");
            }
            all = all && has(item, service);
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        return all;
    }
    /// Errors: `Refusal`.
    static std::string digits_in(const Call& call, std::string_view name) {
        const std::string digits = call.parameter(name).value_or("");
        if (digits.find_first_not_of("0123456789") != digits.npos) {
            throw Refusal(400, std::string(name) + " is digits", std::string(name));
        }
        return digits;
    }

    /// What a row of the search and a number of ours have in common.
    static boost::json::object row_of(const Item& item) {
        return {{"number", item.number.digits()},
                {"city", item.locality.empty() ? boost::json::value() : boost::json::value(item.locality)},
                {"country", item.country() == "US" ? "UNITED STATES" : item.country()},
                {"region", item.state.empty() ? item.country() : item.state + ", " + item.country()},
                {"monthly_rental_rate", item.monthly},
                {"voice_enabled", has(item, "voice")},
                {"voice_rate", "0.00500"},
                {"sms_enabled", has(item, "sms")},
                {"sms_rate", "0.00800"},
                {"mms_enabled", has(item, "mms")},
                {"mms_rate", "0.00000"}};
    }
    static boost::json::object offer_of(const Item& item) {
        boost::json::object row = row_of(item);
        row["type"] = type_of(item) == "local" ? "fixed" : type_of(item);
        row["sub_type"] = type_of(item);
        row["prefix"] = item.national().substr(0, 3);
        row["lata"] = nullptr;
        row["rate_center"] = item.rate_center.empty() ? boost::json::value() : boost::json::value(item.rate_center);
        row["setup_rate"] = item.setup;
        row["resource_uri"] = uri("PhoneNumber", item);
        row["restriction"] = nullptr;
        row["restriction_text"] = nullptr;
        if (item.needs_action) {
            row["restriction"] = "country-address";
            row["restriction_text"] = "an address in the country is to be proved";
            row["prerequisites"] = boost::json::array{boost::json::object{{"type", "address"},
                                                                          {"scope", "country"},
                                                                          {"proof_required", true},
                                                                          {"proof_type", boost::json::array{"Any"}}}};
        }
        return row;
    }
    boost::json::object record_of(const Item& item) const {
        boost::json::object row = row_of(item);
        row["number_type"] = type_of(item);
        row["active"] = !item.needs_action;
        row["added_on"] = "2026-01-01";
        row["renewal_date"] = "2026-02-01";
        row["carrier"] = "Plivo";
        row["resource_uri"] = uri("Number", item);
        row["cnam_lookup"] = item.country() == "US" ? boost::json::value("disabled") : boost::json::value();
        for (const char* key : {"alias", "application", "sub_account", "compliance_application_id", "compliance_status",
                                "tendlc_campaign_id", "toll_free_sms_verification"}) {
            row[key] = nullptr;
        }
        if (const auto set = settings_.find(item.number); set != settings_.end()) {
            for (const auto& [key, value] : set->second) { row[key] = value; }
        }
        return row;
    }

    /// One page of `rows` as the call asks for.
    Reply paged(const Call& call, const boost::json::array& rows) {
        const std::size_t limit = ledger_.page_rows(call.count("limit", 20, 1, 20));
        const std::size_t offset = call.count("offset", 0, 0, 1'000'000);
        boost::json::array objects;
        for (std::size_t i = offset; i < rows.size() && objects.size() < limit; ++i) { objects.push_back(rows[i]); }
        const auto link = [&](std::size_t at) {
            const std::string path = call.target.substr(0, call.target.find('?'));
            return boost::json::value(path + "?limit=" + std::to_string(limit) + "&offset=" + std::to_string(at));
        };
        return {200,
                {{"api_id", next_id()},
                 {"meta",
                  {{"limit", limit},
                   {"offset", offset},
                   {"total_count", rows.size()},
                   {"next", offset + limit < rows.size() ? link(offset + limit) : nullptr},
                   {"previous", offset > 0 ? link(offset - std::min(offset, limit)) : nullptr}}},
                 {"objects", std::move(objects)}}};
    }

    Reply search(const Call& call) {
        call.allow_only({"country_iso", "type", "pattern", "npanxx", "region", "city", "services", "lata",
                         "rate_center", "local_calling_area", "eligible", "limit", "offset"});
        const std::string country = call.parameter("country_iso").value_or("");
        if (dial_code_of(country).empty()) { throw Refusal(400, "country_iso is required: two letters of ISO 3166-1"); }
        require_type(call);
        const std::string pattern = digits_in(call, "pattern"), exchange = digits_in(call, "npanxx");
        if (!exchange.empty() && (exchange.size() != 6 || (country != "US" && country != "CA"))) {
            throw Refusal(400, "npanxx is six digits, in the United States and Canada", "npanxx");
        }
        boost::json::array rows;
        for (const auto& [number, item] : ledger_.stock()) {
            // Toll-free numbers belong to the whole North American plan.
            const bool is_home = item.country() == country || (item.is_toll_free() && dial_code_of(country) == "1");
            const std::string national = item.national();
            const bool services = has_services(call, item);
            const auto is = [&](std::string_view name, const std::string& text) {
                const auto asked = call.parameter(name);
                return !asked || equal_ignoring_case(*asked, text);
            };
            if (is_home && services && is_type(item, call.parameter("type").value_or(type_of(item))) &&
                national.starts_with(pattern) && national.starts_with(exchange) && is("region", item.state) &&
                is("city", item.locality) && is("rate_center", item.rate_center) && !call.parameter("lata")) {
                rows.push_back(offer_of(item));
            }
        }
        return paged(call, rows);
    }

    static boost::json::object body_of(const Call& call, std::initializer_list<std::string_view> allowed) {
        call.allow_only({});
        if (!call.field("Content-Type").starts_with("application/json")) {
            throw Refusal(400, "Content-Type is application/json");
        }
        boost::json::object body = call.object(400, allowed);
        for (const auto& [key, value] : body) {
            const bool fits = key == "ha_enable"           ? value.is_bool()
                              : key == "verification_info" ? value.is_object()
                              : key == "cnam_lookup"       ? value == "enabled" || value == "disabled"
                                                           : value.is_string();
            if (!fits) { throw Refusal(400, std::string(key) + " is of another kind", "/" + std::string(key)); }
        }
        return body;
    }
    static E164 number_in(const Call& call) { return E164::parse_or_empty("+" + call.path[4]); }

    Reply buy(const Call& call) {
        const auto body =
            body_of(call, {"app_id", "verification_info", "cnam_lookup", "ha_enable", "compliance_application_id"});
        const E164 number = number_in(call);
        const std::string reference = next_id();
        if (!ledger_.order(number, reference, {})) { throw Refusal(404, "not found"); }
        const Item item = *ledger_.bought(number);
        if (item.fails) {
            ledger_.finish(reference, number, false);
            throw Refusal(400, "the number cannot be rented");
        }
        settings_[number]["application"] = body.contains("app_id") ? application(body) : boost::json::value();
        const bool is_done = item.polls == 0 && !item.needs_action;
        if (is_done) { ledger_.finish(reference, number, true); }
        open_.insert_or_assign(number, Open{reference, item.polls});
        const boost::json::object sold{{"number", number.digits()}, {"status", is_done ? "Success" : "pending"}};
        return {201,
                {{"api_id", reference},
                 {"message", "created"},
                 {"numbers", boost::json::array{sold}},
                 {"status", item.polls > 0 ? "pending" : "fulfilled"}}};
    }
    static boost::json::value application(const boost::json::object& body) {
        return boost::json::value("/v1/Account/" + std::string(auth_id) + "/Application/" +
                                  std::string(body.at("app_id").as_string()) + "/");
    }

    Reply list(const Call& call) {
        call.allow_only({"type", "number_startswith", "subaccount", "alias", "services", "limit", "offset"});
        require_type(call);
        const std::string prefix = digits_in(call, "number_startswith");
        boost::json::array rows;
        for (const auto& [number, order] : open_) {
            const Item* item = ledger_.bought(number);
            if (item == nullptr || order.polls > 0) { continue; }
            boost::json::object row = record_of(*item);
            const auto is = [&](std::string_view name, std::string_view key) {
                const auto asked = call.parameter(name);
                return !asked || row[key] == boost::json::value(*asked);
            };
            if (has_services(call, *item) && is_type(*item, call.parameter("type").value_or(type_of(*item))) &&
                number.digits().starts_with(prefix) && is("alias", "alias") && is("subaccount", "sub_account")) {
                rows.push_back(std::move(row));
            }
        }
        return paged(call, rows);
    }

    /// The number of ours that a call names; each look brings an order on. Errors: `Refusal`, 404.
    const Item& the_number(const Call& call) {
        const E164 number = number_in(call);
        const Item* item = ledger_.bought(number);
        if (item == nullptr) { throw Refusal(404, "not found"); }
        Open& order = open_.at(number);
        if (order.polls > 0) {
            --order.polls;
            throw Refusal(404, "not found");
        }
        if (!item->needs_action) { ledger_.finish(order.reference, number, true); }
        return *ledger_.bought(number);
    }
    Reply show(const Call& call) {
        call.allow_only({});
        boost::json::object record = record_of(the_number(call));
        record["api_id"] = next_id();
        return {200, std::move(record)};
    }
    Reply update(const Call& call) {
        const auto body = body_of(
            call, {"app_id", "subaccount", "alias", "cnam_lookup", "verification_info", "compliance_application_id"});
        boost::json::object& kept = settings_[the_number(call).number];
        for (const auto& [key, value] : body) {
            if (key == "app_id") {
                kept["application"] = application(body);
            } else if (key != "verification_info") {
                kept[key == "subaccount" ? "sub_account" : std::string_view(key)] = value;
            }
        }
        return {202, {{"message", "changed"}, {"api_id", next_id()}}};
    }
    Reply release(const Call& call) {
        call.allow_only({});
        const Item& item = the_number(call);
        if (item.deletion_lock) { throw Refusal(400, "the number cannot be unrented"); }
        const E164 number = item.number;
        const Open order = open_.at(number);
        if (!ledger_.release(number)) { ledger_.finish(order.reference, number, false); }  // it was never active
        open_.erase(number);
        settings_.erase(number);
        Reply reply;
        reply.status = 204;
        return reply;
    }

    /// The order of a number that is ours, or is going to be.
    struct Open {
        std::string reference{};
        unsigned polls = 0;  ///< looks until it is there
    };

    Ledger ledger_;
    std::map<E164, Open> open_;
    std::map<E164, boost::json::object> settings_;
    std::uint64_t ids_ = 0;
};
static_assert(Site<Plivo>);

}  // namespace tandem::testing::sandbox
