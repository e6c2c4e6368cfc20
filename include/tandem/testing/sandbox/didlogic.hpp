// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/numerals.hpp>
#include <tandem/testing/sandbox/site.hpp>
#include <tandem/testing/sandbox/stock.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::testing::sandbox {

inline constexpr std::array<Range, 2> didlogic_ranges{{
    {"+13055550100", 30, "", "Florida", "Miami, FL", "1.0", "1.0"},
    {"+441214960100", 20, "", "", "Birmingham", "0.0", "0.99"},
}};

/// DID Logic under `/api`, after its own MCP server and public code: v2 sells numbers and takes them back, v1 lists
/// what was bought.
class DidLogic {
public:
    static constexpr std::string_view api_key = "key-of-the-sandbox";

    explicit DidLogic(Ledger ledger = stocked(didlogic_ranges, 0)) : ledger_(std::move(ledger)) {}

    static constexpr std::string_view carrier = "didlogic";
    static boost::json::object settings(const std::string& origin) {
        return {{"api_key", api_key}, {"base_url", origin + "/api/v2"}};
    }

    Ledger& ledger() { return ledger_; }

    Reply error(const Refusal& refusal) const { return {refusal.status, {{"error", refusal.what()}}}; }

    Reply answer(const Call& call) {
        if (call.field("Authorization") != "Bearer " + std::string(api_key)) {
            throw Refusal(403, "the API token is incorrect");
        }
        if (call.is("GET", {"api", "v1", "balance.json"}) || call.is("GET", {"api", "v1", "balance"})) {
            call.allow_only({});
            return with_numerals({200, {{"balance", numeral("1000.0")}}});
        }
        if (call.is("GET", {"api", "v1", "purchases.json"}) || call.is("GET", {"api", "v1", "purchases"})) {
            return list(call);
        }
        for (const std::string_view family : {"numbers", "buy"}) {
            if (call.is("GET", {"api", "v2", family, "countries"})) { return countries(call); }
        }
        if (call.is("GET", {"api", "v2", "numbers", "search"})) { return search(call); }
        if (call.is("POST", {"api", "v2", "numbers", "purchase"})) { return purchase(call, parts_of(call)); }
        if (call.is("POST", {"api", "v2", "buy", "purchase"})) {
            return purchase(call, {{"did_numbers[]", call.form({"did_numbers"})["did_numbers"]}});
        }
        if (call.is("DELETE", {"api", "v2", "buy", "purchase"})) { return remove(call); }
        throw Refusal(404, "there is no " + call.method + " " + call.target);
    }

private:
    using Fields = std::vector<std::pair<std::string, std::string>>;

    static std::string name_of(std::string_view country) {
        return std::string(country == "US"   ? "United States"
                           : country == "CA" ? "Canada"
                           : country == "GB" ? "United Kingdom"
                                             : country);
    }
    static std::int64_t id_of(E164 number) { return std::stoll(number.digits()) % 1'000'000; }
    static bool has_sms(const Item& item) {
        return std::find(item.features.begin(), item.features.end(), "sms") != item.features.end();
    }

    /// The values of a body of `multipart/form-data`.
    static Fields parts_of(const Call& call) {
        constexpr std::string_view type = "multipart/form-data; boundary=";
        const std::string_view content_type = call.field("Content-Type");
        if (!content_type.starts_with(type)) { throw Refusal(400, "Content-Type is multipart/form-data"); }
        const std::string line = "--" + std::string(content_type.substr(type.size()));
        constexpr std::string_view head = "\r\nContent-Disposition: form-data; name=\"";
        Fields fields;
        std::string_view rest = call.body;
        while (rest.starts_with(line) && rest.substr(line.size()) != "--\r\n") {
            rest.remove_prefix(line.size());
            const auto name_end = rest.find("\"\r\n\r\n");
            const auto end = rest.find("\r\n" + line);
            if (!rest.starts_with(head) || name_end == rest.npos || end == rest.npos || end < name_end + 5) {
                throw Refusal(400, "a part of the body is malformed");
            }
            fields.emplace_back(rest.substr(head.size(), name_end - head.size()),
                                rest.substr(name_end + 5, end - name_end - 5));
            rest.remove_prefix(end + 2);
        }
        if (!rest.starts_with(line)) { throw Refusal(400, "the body is no multipart/form-data"); }
        return fields;
    }

    Reply countries(const Call& call) const {
        call.allow_only({"sms_enabled"});
        std::map<std::string, bool> found{{"CA", true}, {"GB", true}, {"US", true}};
        for (const auto& each : ledger_.stock()) { found.emplace(each.second.country(), true); }
        boost::json::array list;
        for (const auto& each : found) {
            list.push_back(boost::json::object{{"id", 8600 + list.size()},
                                               {"name", name_of(each.first)},
                                               {"short_name", each.first},
                                               {"has_provinces_or_states", each.first != "GB"}});
        }
        return {200, {{"countries", std::move(list)}}};
    }

    static boost::json::object row_of(const Item& item) {
        return {{"id", id_of(item.number)},
                {"country", name_of(item.country())},
                {"city", item.locality},
                {"sms_enabled", has_sms(item)},
                {"channels", 4},
                {"free_min", 0},
                {"activation", numeral(item.setup)},
                {"monthly", numeral(item.monthly)},
                {"per_minute", numeral("0.01")},
                {"required_documents", boost::json::array{}},
                {"state", item.state},
                {"country_short_name", item.country()},
                {"number", item.number.digits()}};
    }
    Reply search(const Call& call) const {
        call.allow_only({"country_name_contains", "city_name_contains", "number_contains", "begins_with", "ends_with",
                         "sms_enabled", "cheap_sorting", "number_type", "page", "per_page"});
        const std::size_t page = call.count("page", 1, 1, 1'000'000);
        const std::size_t size = call.count("per_page", 100, 1, 1000);
        const auto wanted = [&](std::string_view name) { return call.parameter(name).value_or(""); };
        boost::json::array rows;
        std::size_t total = 0;
        for (const auto& [number, item] : ledger_.stock()) {
            const bool fits = name_of(item.country()).find(wanted("country_name_contains")) != std::string::npos &&
                              item.locality.find(wanted("city_name_contains")) != std::string::npos &&
                              number.digits().find(wanted("number_contains")) != std::string::npos &&
                              number.digits().starts_with(wanted("begins_with")) &&
                              number.digits().ends_with(wanted("ends_with")) &&
                              (wanted("sms_enabled") != "1" || has_sms(item));
            if (!fits) { continue; }
            if (total >= (page - 1) * size && rows.size() < size) { rows.push_back(row_of(item)); }
            ++total;
        }
        const boost::json::object pagination{
            {"total", total}, {"total_pages", (total + size - 1) / size}, {"current_page", page}};
        return with_numerals({200, {{"dids", {{"pagination", pagination}, {"dids", std::move(rows)}}}}});
    }

    static boost::json::object bought_row(const Item& item) {
        return {{"number", item.number.digits()},
                {"channels", 4},
                {"country", name_of(item.country())},
                {"area", item.locality},
                {"codec", "G711"},
                {"activation", numeral(item.setup)},
                {"monthly_fee", numeral(item.monthly)},
                {"per_minute", numeral("0.01")},
                {"free_minutes", 0}};
    }
    static boost::json::object bought_with_id(const Item& item) {
        boost::json::object row = bought_row(item);
        row["id"] = id_of(item.number);
        row["sms_enabled"] = has_sms(item);
        row["require_docs"] = "";
        return row;
    }
    Reply purchase(const Call& call, const Fields& fields) {
        call.allow_only({});
        boost::json::object errors;
        boost::json::array purchases;
        for (const auto& [name, value] : fields) {
            if (name == "identities[]") { continue; }
            if (name != "did_numbers[]" && name != "id_in[]") { throw Refusal(422, "unknown field " + name); }
            const Item* item = nullptr;
            for (const auto& each : ledger_.stock()) {
                const bool is_it =
                    name == "id_in[]" ? std::to_string(id_of(each.first)) == value : each.first.digits() == value;
                if (is_it) { item = &each.second; }
            }
            if (item == nullptr || item->fails) {
                errors[value] = boost::json::array{"is not available"};
            } else if (item->needs_action) {
                errors[value] = boost::json::array{"Identity is required for this number"};
            } else {
                const Item sold = *item;
                const std::string reference = std::to_string(id_of(sold.number));
                ledger_.order(sold.number, reference, {});
                ledger_.finish(reference, sold.number, true);
                purchases.push_back(bought_with_id(sold));
            }
        }
        if (errors.empty() && purchases.empty()) { throw Refusal(422, "no numbers are named"); }
        return with_numerals(
            {200, {{"purchase", {{"errors", std::move(errors)}, {"purchases", std::move(purchases)}}}}});
    }
    Reply list(const Call& call) const {
        call.allow_only({"page", "per_page"});
        const std::size_t page = call.count("page", 1, 1, 1'000'000);
        const std::size_t size = ledger_.page_rows(call.count("per_page", 100, 1, 1000));
        boost::json::array purchases;
        std::size_t at = 0;
        for (const auto& each : ledger_.owned()) {
            if (at++ >= (page - 1) * size && purchases.size() < size) { purchases.push_back(bought_row(each.second)); }
        }
        const boost::json::object pagination{
            {"pages", (at + size - 1) / size}, {"page", page}, {"per_page", size}, {"total_records", at}};
        return with_numerals({200, {{"purchases", std::move(purchases)}, {"pagination", pagination}}});
    }
    Reply remove(const Call& call) {
        call.allow_only({});
        const std::string digits = call.form({"did_numbers"})["did_numbers"];
        const E164 number = E164::parse_or_empty("+" + digits);
        const Item* ours = ledger_.bought(number);
        if (ours == nullptr) { throw Refusal(404, "the number is not yours"); }
        if (ours->deletion_lock) { throw Refusal(422, "the number cannot be removed"); }
        const Item released = *ours;
        ledger_.release(number);
        return with_numerals({200, {{"dids", boost::json::array{bought_with_id(released)}}}});
    }

    Ledger ledger_;
};
static_assert(Site<DidLogic>);

}  // namespace tandem::testing::sandbox
