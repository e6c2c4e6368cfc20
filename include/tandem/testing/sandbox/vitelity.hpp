// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/site.hpp>
#include <tandem/testing/sandbox/stock.hpp>
#include <tandem/testing/sandbox/xml.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::testing::sandbox {

inline constexpr std::array<Range, 3> vitelity_ranges{{
    {"+14075550100", 30, "ORLANDO", "FL", "Orlando", "0.50", "1.25"},
    {"+18135550100", 20, "TAMPA", "FL", "Tampa", "0.00", "1.49"},
    {"+18555550100", 10, "", "", "", "0.00", "1.99"},
}};

/// Vitelity's `/api.php`, after Kazoo's module, `Net::Vitelity` and what public clients read: a command's parameters
/// stand in the query or in a form, and every answer has status 200. Without `xml=yes` it is text between `x[[` and
/// `[[x`.
class Vitelity {
public:
    static constexpr std::string_view login = "sandbox-login";
    static constexpr std::string_view password = "PASS-of-the-sandbox";

    explicit Vitelity(Ledger ledger = stocked(vitelity_ranges, 0)) : ledger_(std::move(ledger)) {}

    static constexpr std::string_view carrier = "vitelity";
    static boost::json::object settings(const std::string& origin) {
        return {{"login", login},
                {"password", password},
                {"api_uri", origin + "/api.php"},
                {"routesip", "sip.example.com"}};
    }

    Ledger& ledger() { return ledger_; }
    /// Where a number that was bought is routed to; empty for the account itself.
    std::string route(E164 number) const {
        const auto found = routes_.find(number);
        return found == routes_.end() ? std::string() : found->second;
    }

    Reply error(const Refusal& refusal) const { return word(refusal.status, true, false, refusal.what()); }

    Reply answer(const Call& call) {
        if (!call.is("POST", {"api.php"}) && !call.is("GET", {"api.php"})) {
            throw Refusal(404, "there is nothing but /api.php");
        }
        const Parameters given(call);
        try {
            return act(given);
        } catch (const Failed& failed) { return word(200, given.in_xml(), false, failed.what()); }
    }

private:
    /// A command that fails with a word.
    struct Failed : std::runtime_error {
        using std::runtime_error::runtime_error;
    };
    /// Those of the query and of the form; PHP makes one list of them.
    class Parameters {
    public:
        explicit Parameters(const Call& call) : all_(call.query.begin(), call.query.end()) {
            if (!call.field("Content-Type").starts_with("application/x-www-form-urlencoded")) { return; }
            for (auto& [name, value] : pairs_in(call.body)) { all_.insert_or_assign(name, std::move(value)); }
        }
        bool in_xml() const { return text("xml") == "yes"; }
        std::string text(const std::string& name) const {
            const auto found = all_.find(name);
            return found == all_.end() ? std::string() : found->second;
        }
        std::string required(const std::string& name, const char* word) const {
            const std::string value = text(name);
            if (value.empty()) { throw Failed(word); }
            return value;
        }
        std::string digits(const std::string& name, std::size_t count, const char* missing) const {
            const std::string value = required(name, missing);
            if (value.size() != count || value.find_first_not_of("0123456789") != value.npos) {
                throw Failed("invalid");
            }
            return value;
        }
        bool yes(const std::string& name) const {
            const std::string value = text(name);
            if (!value.empty() && value != "yes" && value != "no") { throw Failed("invalid"); }
            return value == "yes";
        }
        void allow_only(std::initializer_list<std::string_view> names) const {
            for (const auto& [name, value] : all_) {
                const bool is_common = name == "login" || name == "pass" || name == "cmd" || name == "xml";
                const bool is_known = is_common || std::find(names.begin(), names.end(), name) != names.end();
                if (!is_known) { throw Failed("invalid"); }
            }
        }

    private:
        std::map<std::string, std::string> all_;
    };

    static Reply text(int status, const std::string& lines) {
        Reply reply;
        reply.status = status;
        reply.body = "x[[" + lines + "[[x";
        reply.fields.emplace_back("Content-Type", "text/html");
        return reply;
    }
    static Reply word(int status, bool in_xml, bool good, const std::string& what) {
        if (!in_xml) { return text(status, what); }
        XmlDocument document("content");
        add(document.root(), "status", good ? "ok" : "fail");
        add(document.root(), good ? "response" : "error", what);
        return document.reply(status, "text/xml");
    }

    Reply act(const Parameters& given) {
        const std::string user = given.required("login", "missingdata");
        const std::string pass = given.required("pass", "missingdata");
        const std::string command = given.required("cmd", "missingdata");
        if (user != login || pass != password) { throw Failed("invalidauth"); }
        if (command == "listnpa") { return list(given, "npa", 3); }
        if (command == "listnpanxx") { return list(given, "npanxx", 6); }
        if (command == "listlocal") { return list_local(given); }
        if (command == "listtollfree") { return list_toll_free(given); }
        if (command == "getlocaldid") { return order(given, false); }
        if (command == "gettollfree") { return order(given, true); }
        if (command == "removedid") { return remove(given); }
        if (command == "listdids") { return list_ours(given); }
        throw Failed("invalid");
    }

    Reply list(const Parameters& given, const std::string& by, std::size_t digits) {
        given.allow_only({by, "withrates", "type", "provider", "cnam"});
        const std::string prefix = given.digits(by, digits, "missing");
        return offer(given, [&](const Item& item) { return item.national().starts_with(prefix); });
    }
    Reply list_local(const Parameters& given) {
        given.allow_only({"state", "ratecenter", "withrates", "type", "provider", "cnam"});
        const std::string state = given.required("state", "missing");
        const std::string rate_center = given.text("ratecenter");
        return offer(given, [&](const Item& item) {
            return item.state == state && (rate_center.empty() || item.rate_center == rate_center);
        });
    }
    template <class Wanted>
    Reply offer(const Parameters& given, Wanted wanted) {
        const std::string type = given.text("type");
        if (!type.empty() && type != "perminute" && type != "unlimited" && type != "pri") { throw Failed("invalid"); }
        const bool with_rates = given.yes("withrates");
        const bool with_cnam = given.yes("cnam");
        XmlDocument document("content");
        add(document.root(), "status", "ok");
        const auto numbers = add(document.root(), "numbers");
        std::string lines;
        for (const auto& [number, item] : ledger_.stock()) {
            const auto& has = item.features;
            const bool has_cnam = std::find(has.begin(), has.end(), "cnam") != has.end();
            const bool is_here = item.country() == "US" || item.country() == "CA";
            if (!is_here || item.is_toll_free() || !wanted(item) || (with_cnam && !has_cnam)) { continue; }
            const auto did = add(numbers, "did");
            add(did, "number", item.national());
            add(did, "ratecenter", item.rate_center);
            add(did, "state", item.state);
            if (with_rates) {
                add(did, "cost_per_minute", per_minute);
                add(did, "cost_per_month", item.monthly);
                add(did, "setupfee", item.setup);
            }
            lines += item.national() + "\n";
        }
        if (lines.empty()) { throw Failed("unavailable"); }
        return given.in_xml() ? document.reply(200, "text/xml") : text(200, lines);
    }
    Reply list_toll_free(const Parameters& given) {
        given.allow_only({"limit"});
        const std::string limit = given.text("limit");
        if (limit.find_first_not_of("0123456789") != limit.npos || limit.size() > 6) { throw Failed("invalid"); }
        std::size_t left = limit.empty() ? std::size_t(-1) : std::stoul(limit);
        XmlDocument document("content");
        add(document.root(), "status", "ok");
        const auto numbers = add(document.root(), "numbers");
        std::string lines;
        for (const auto& [number, item] : ledger_.stock()) {
            if (!item.is_toll_free() || left == 0) { continue; }
            --left;
            add(numbers, "did", item.national());
            lines += item.national() + "\n";
        }
        if (lines.empty()) { throw Failed("none"); }
        return given.in_xml() ? document.reply(200, "text/xml") : text(200, lines);
    }

    static E164 number_in(const Parameters& given) {
        return E164::parse_or_empty("+1" + given.digits("did", 10, "missingdid"));
    }
    Reply order(const Parameters& given, bool toll_free) {
        if (toll_free) {
            given.allow_only({"did", "routesip"});
        } else {
            given.allow_only({"did", "routesip", "type"});
        }
        const E164 number = number_in(given);
        const char* const none = toll_free ? "unavailable" : "invalid";
        const auto found = ledger_.stock().find(number);
        if (found == ledger_.stock().end() || found->second.is_toll_free() != toll_free) {
            ledger_.note("refused", number, {}, {});
            throw Failed(none);
        }
        const bool good = !found->second.fails && !found->second.needs_action;
        const std::string reference = "vitelity-" + std::to_string(++orders_);
        ledger_.order(number, reference, {});
        ledger_.finish(reference, number, good);
        if (!good) { throw Failed(none); }
        routes_.insert_or_assign(number, given.text("routesip"));
        return word(200, given.in_xml(), true, "success");
    }
    Reply remove(const Parameters& given) {
        given.allow_only({"did"});
        const E164 number = number_in(given);
        const Item* const ours = ledger_.bought(number);
        if (ours == nullptr || ours->deletion_lock || !ledger_.release(number)) { throw Failed("unavailable"); }
        routes_.erase(number);
        return word(200, given.in_xml(), true, "success");
    }
    Reply list_ours(const Parameters& given) {
        given.allow_only({"extra"});
        const bool extra = given.yes("extra");  // of the text alone: the XML has it all
        if (ledger_.owned().empty()) { throw Failed("none"); }
        XmlDocument document("content");
        add(document.root(), "status", "ok");
        const auto numbers = add(document.root(), "numbers");
        std::string lines;
        for (const auto& [number, item] : ledger_.owned()) {
            const std::string account = routes_.contains(number) ? routes_.at(number) : std::string();
            const auto row = add(numbers, "number");
            add(row, "did", item.national());
            add(row, "ratecenter", item.rate_center);
            add(row, "state", item.state);
            add(row, "cost_per_minute", per_minute);
            add(row, "cost_per_month", item.monthly);
            add(row, "subaccount", account);
            lines += item.national() + "," + item.rate_center + "," + per_minute + "," + account;
            lines += extra ? "," + item.state + "," + item.monthly + "\n" : "\n";
        }
        return given.in_xml() ? document.reply(200, "text/xml") : text(200, lines);
    }

    static inline const std::string per_minute = "0.0150";

    Ledger ledger_;
    std::map<E164, std::string> routes_;
    std::uint64_t orders_ = 0;
};
static_assert(Site<Vitelity>);

}  // namespace tandem::testing::sandbox
