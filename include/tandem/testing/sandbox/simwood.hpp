// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/numerals.hpp>
#include <tandem/testing/sandbox/site.hpp>
#include <tandem/testing/sandbox/stock.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::testing::sandbox {

/// What Simwood sells: its gold numbers are those with a setup fee.
inline constexpr std::array<Range, 4> simwood_ranges{{
    {"+441134960100", 30, "", "", "Leeds", "0.00", "0.75", "GBP"},
    {"+441134960150", 5, "", "", "Leeds", "2.50", "0.75", "GBP"},
    {"+441144960100", 20, "", "", "Sheffield", "0.00", "0.75", "GBP"},
    {"+19175550100", 20, "NWYRCYZN01", "NY", "New York", "0.00", "1.00", "GBP"},
}};

/// Simwood's wholesale API v3 under `/v3`, after its documentation. Reports wait until they are fetched, once; each
/// look at one that is not ready is one poll.
class Simwood {
public:
    static constexpr std::string_view account = "930123", user = "api-user", password = "api-password-of-the-sandbox";

    explicit Simwood(Ledger ledger = stocked(simwood_ranges, 1)) : ledger_(std::move(ledger)) {}

    static constexpr std::string_view carrier = "simwood";
    static boost::json::object settings(const std::string& origin) {
        return {{"simwood_account_id", account},
                {"auth_username", user},
                {"auth_password", password},
                {"numbers_api_url", origin + "/v3/numbers"}};
    }

    Ledger& ledger() { return ledger_; }

    Reply error(const Refusal& refusal) const {
        Reply reply(refusal.status, {{"success", false}, {"errors", boost::json::array{refusal.what()}}});
        if (refusal.status == 401) { reply.fields.emplace_back("WWW-Authenticate", "Basic realm=\"Simwood\""); }
        return reply;
    }

    Reply answer(const Call& call) {
        if (!call.is_from(user, password)) { throw Refusal(401, "the API's user and password are wanted"); }
        if (call.path.size() < 3 || call.path[0] != "v3" || call.path[2] != account) {
            throw Refusal(404, "there is nothing here");
        }
        if (call.is("GET", {"v3", "accounts", "*", "prepay", "balance"})) { return balance(call); }
        if (call.is("GET", {"v3", "files", "*"})) { return list_files(call); }
        if (call.is("GET", {"v3", "files", "*", "*"})) { return fetch(call); }
        if (call.is("GET", {"v3", "numbers", "*", "ranges"})) { return ranges(call); }
        if (call.is("POST", {"v3", "numbers", "*", "available", "consecutive", "*"})) { return consecutive(call); }
        if (call.is("GET", {"v3", "numbers", "*", "available", "*", "*"})) { return available(call); }
        if (call.is("POST", {"v3", "numbers", "*", "allocated", "*"})) { return list_allocated(call); }
        if (call.is("GET", {"v3", "numbers", "*", "allocated", "*"})) { return show(call); }
        if (call.is("PUT", {"v3", "numbers", "*", "allocated", "*"})) { return allocate(call); }
        if (call.is("DELETE", {"v3", "numbers", "*", "allocated", "*"})) { return remove(call); }
        throw Refusal(404, "there is no " + call.method + " " + call.target);
    }

private:
    using Wanted = std::function<bool(const Item&)>;
    struct Report {
        std::string what;
        std::string body;
        unsigned polls = 0;
    };

    static bool is_gold(const Item& item) { return item.setup != "0.00"; }
    static std::string_view one_of(std::string_view text, std::initializer_list<std::string_view> allowed) {
        if (std::find(allowed.begin(), allowed.end(), text) == allowed.end()) {
            throw Refusal(404, "'" + std::string(text) + "' is not among what can stand here");
        }
        return text;
    }
    /// `*` stands for any digits.
    static bool matches(std::string_view pattern, std::string_view digits) {
        if (pattern.empty()) { return digits.empty(); }
        if (pattern.front() != '*') {
            return !digits.empty() && digits.front() == pattern.front() && matches(pattern.substr(1), digits.substr(1));
        }
        while (pattern.starts_with('*')) { pattern.remove_prefix(1); }
        for (std::size_t skip = 0; skip <= digits.size(); ++skip) {
            if (matches(pattern, digits.substr(skip))) { return true; }
        }
        return false;
    }
    static std::string checked(std::string pattern) {
        if (pattern.empty() || pattern.find_first_not_of("0123456789*") != pattern.npos) {
            throw Refusal(400, "pattern is digits and wildcards");
        }
        return pattern;
    }
    /// British numbers may be asked for with their country code, unless it is named apart.
    static Wanted under(const std::string& pattern, std::string_view country_code) {
        return [=](const Item& item) {
            const std::string full = item.number.digits();
            if (!full.starts_with(country_code.empty() ? "44" : country_code)) { return false; }
            return matches(pattern, item.national()) || (country_code.empty() && matches(pattern, full));
        };
    }

    static boost::json::object row_of(const Item& item) {
        const std::string full = item.number.digits();
        const std::string national = item.national();
        const bool has_sms = std::find(item.features.begin(), item.features.end(), "sms") != item.features.end();
        const auto premium = is_gold(item) ? numeral(item.setup) : boost::json::value(0);
        return {{"country_code", full.substr(0, full.size() - national.size())},
                {"number", national},
                {"recommended_gold_premium", premium},
                {"wholesale_gold_premium", premium},
                {"block", block_of(national)},
                {"bill_class", "Carrier"},
                {"SMS", has_sms ? 1 : 0}};
    }
    static std::string block_of(std::string_view national) {
        return "03dd542cafcecf43fc06024ee6099311" + std::string(national.substr(0, 8));
    }

    Reply balance(const Call& call) const {
        call.allow_only({"pretty"});
        return {200, boost::json::array{boost::json::object{{"balance", "1000.00"}, {"currency", "GBP"}}}};
    }

    Reply ranges(const Call& call) const {
        call.allow_only({"pretty"});
        boost::json::array data;
        std::set<std::string> seen;
        for (const auto& [number, item] : ledger_.stock()) {
            const std::string national = item.national();
            if (item.country() != "GB" || !seen.insert(national.substr(0, 6)).second) { continue; }
            data.push_back(boost::json::object{{"id", block_of(national)},
                                               {"prefix", national.substr(0, 6)},
                                               {"sabc", national.substr(0, 4)},
                                               {"description", "Geographic - " + item.locality},
                                               {"chargeband", "geo"}});
        }
        return {200, {{"success", true}, {"data", std::move(data)}}};
    }

    Reply available(const Call& call) const {
        call.allow_only({"pattern", "country_code", "pretty"});
        const std::string_view kind = one_of(call.path[4], {"all", "gold", "standard"});
        const std::size_t most = std::stoul(std::string(one_of(call.path[5], {"1", "10", "100"})));
        const std::string code = call.parameter("country_code").value_or("");
        if (!code.empty() && code != "44" && code != "1") { throw Refusal(400, "country_code is 44 or 1"); }
        const Wanted wanted = under(checked(call.parameter("pattern").value_or("*")), code);
        boost::json::array rows;
        for (const auto& [number, item] : ledger_.stock()) {
            const bool fits = kind == "all" || is_gold(item) == (kind == "gold");
            if (fits && rows.size() < most && wanted(item)) { rows.push_back(row_of(item)); }
        }
        return with_numerals({200, std::move(rows)});
    }

    /// Answers that a report will be there; the same one again while it has not been fetched.
    Reply accept(const std::string& what, std::string_view type, std::string body, unsigned polls) {
        auto found =
            std::find_if(reports_.begin(), reports_.end(), [&](const auto& each) { return each.second.what == what; });
        if (found == reports_.end()) {
            const std::string hash = "4e591630fedf4aa149db" + std::to_string(1'000'000'000'000 + ++hashes_).substr(1);
            found = reports_.emplace(hash, Report{what, std::move(body), polls}).first;
        }
        return {200,
                {{"mode", "report"},
                 {"date", "2026-01-01"},
                 {"type", type},
                 {"account", account},
                 {"format", "json"},
                 {"hash", found->first},
                 {"link", "/v3/files/" + std::string(account) + "/" + found->first}}};
    }
    Reply list_files(const Call& call) const {
        call.allow_only({"pretty"});
        boost::json::object files;
        for (const auto& [hash, report] : reports_) {
            if (report.polls > 0) { continue; }
            files[hash] = {{"name", hash},
                           {"content_type", "application/json"},
                           {"length", report.body.size()},
                           {"uri", "/v3/files/" + std::string(account) + "/" + hash}};
        }
        return {200, std::move(files)};
    }
    Reply fetch(const Call& call) {
        call.allow_only({"pretty"});
        const auto found = reports_.find(call.path[3]);
        if (found == reports_.end()) { throw Refusal(404, "there is no such report, or it has expired"); }
        Reply reply;
        if (found->second.polls > 0) {
            --found->second.polls;
            reply.status = 204;
            return reply;
        }
        reply.body = std::move(found->second.body);
        reply.fields.emplace_back("Content-Type", "application/json");
        reports_.erase(found);
        return with_numerals(std::move(reply));
    }

    Reply consecutive(const Call& call) {
        call.allow_only({"pretty"});
        one_of(call.path[5], {"10", "20", "30", "40", "50", "60", "70", "80", "90", "100"});
        const auto form = call.form({"pattern", "callback"});
        const std::string pattern = checked(form.contains("pattern") ? form.at("pattern") : "*");
        const std::size_t size = std::stoul(call.path[5]);
        boost::json::array rows;
        unsigned polls = 0;
        for (const Item* start : ledger_.runs(size, under(pattern, ""))) {
            std::size_t left = size;
            for (auto at = ledger_.stock().find(start->number); left > 0; ++at, --left) {
                rows.push_back(row_of(at->second));
                polls = std::max(polls, at->second.polls);
            }
        }
        return accept(call.target + "?" + pattern, "available_consecutive", boost::json::serialize(rows), polls);
    }
    Reply list_allocated(const Call& call) {
        call.allow_only({"pretty"});
        const auto most = one_of(call.path[4], {"all", "10", "100", "1000", "10000"});
        const auto form = call.form({"pattern", "key", "filter_config", "callback"});
        const std::string pattern = checked(form.contains("pattern") ? form.at("pattern") : "*");
        boost::json::array rows;
        for (const auto& [number, item] : ledger_.owned()) {
            if (most != "all" && rows.size() == std::stoul(std::string(most))) { break; }
            if (matches(pattern, item.number.digits())) { rows.push_back(row_of(item)); }
        }
        return accept(call.target + "?" + pattern, "allocated", boost::json::serialize(rows), 0);
    }

    static E164 number_in(const Call& call) {
        call.allow_only({"pretty"});
        const std::string& digits = call.path[4];
        const E164 number = E164::parse_or_empty("+" + digits);
        if (number.empty()) { throw Refusal(404, "a number is digits, with the country code and without +"); }
        return number;
    }
    Reply show(const Call& call) const {
        const E164 number = number_in(call);
        const auto found = ledger_.owned().find(number);
        if (found == ledger_.owned().end()) { throw Refusal(404, "the number is not allocated to the account"); }
        boost::json::object basic = row_of(found->second);
        basic.erase("recommended_gold_premium");
        basic.erase("wholesale_gold_premium");
        const std::string link = "/v3/numbers/" + std::string(account) + "/allocated/" + number.digits();
        basic["link"] = link + "/basic";
        boost::json::object body{{"basic", std::move(basic)}};
        for (const std::string_view part : {"voice", "fax", "sms", "999"}) {
            body[part] = {{"link", link + "/" + std::string(part)}};
        }
        return {200, std::move(body)};
    }
    Reply allocate(const Call& call) {
        const E164 number = number_in(call);
        if (ledger_.owned().contains(number)) { return {200, {{"success", true}}}; }
        const std::string reference = "simwood-" + std::to_string(++orders_);
        if (!ledger_.order(number, reference, {})) { throw Refusal(404, "the number is not available"); }
        const bool good = !ledger_.bought(number)->fails;
        ledger_.finish(reference, number, good);
        if (!good) { throw Refusal(404, "the number is not available"); }
        return {200, {{"success", true}}};
    }
    Reply remove(const Call& call) {
        const E164 number = number_in(call);
        const Item* ours = ledger_.bought(number);
        if (ours == nullptr) { throw Refusal(404, "the number is not allocated to the account"); }
        if (ours->deletion_lock) { throw Refusal(409, "the number cannot be removed"); }
        ledger_.release(number);
        return {200, {{"success", true}}};
    }

    Ledger ledger_;
    std::map<std::string, Report> reports_;
    std::uint64_t hashes_ = 0;
    std::uint64_t orders_ = 0;
};
static_assert(Site<Simwood>);

}  // namespace tandem::testing::sandbox
