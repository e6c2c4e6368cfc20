// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/site.hpp>
#include <tandem/testing/sandbox/stock.hpp>
#include <tandem/testing/sandbox/voip_innovations_calls.hpp>
#include <tandem/testing/sandbox/xml.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pugixml.hpp>

namespace tandem::testing::sandbox {

inline constexpr std::array<Range, 3> voip_innovations_ranges{{
    {"+17025550100", 30, "LAS VEGAS", "NV", "Las Vegas", "0.00", "1.00"},
    {"+17255550100", 20, "LAS VEGAS", "NV", "Las Vegas", "0.00", "1.00"},
    {"+18555550120", 10, "", "", "", "0.00", "1.00"},
}};

/// VoIP Innovations' API 3.0 at `/Services/APIService.asmx`, after its WSDL (SOAP 1.1, elements in the schema's order)
/// and the list of status codes. No document tells what it answers wrong credentials; here it is a code of our own.
class VoipInnovations {
public:
    static constexpr std::string_view login = "sandbox-login";
    static constexpr std::string_view secret = "SECRET-of-the-sandbox";
    static constexpr std::string_view endpoint_group = "8674";

    explicit VoipInnovations(Ledger ledger = stocked(voip_innovations_ranges, 0)) : ledger_(std::move(ledger)) {}

    static constexpr std::string_view carrier = "voip_innovations";
    static boost::json::object settings(const std::string& origin) {
        return {{"login", login},
                {"password", secret},
                {"endpoint_group", endpoint_group},
                {"base_url", origin + "/Services/APIService.asmx"}};
    }

    Ledger& ledger() { return ledger_; }

    /// A fault, which SOAP answers with 500 where the message is to blame.
    Reply error(const Refusal& refusal) const {
        XmlDocument document("soap:Envelope");
        document.root().append_attribute("xmlns:soap") = voip_innovations::envelope_namespace;
        const auto fault = add(add(document.root(), "soap:Body"), "soap:Fault");
        add(fault, "faultcode", refusal.status < 500 ? "soap:Client" : "soap:Server");
        add(fault, "faultstring", refusal.what());
        add(fault, "detail");
        return document.reply(refusal.status == 400 ? 500 : refusal.status, content_type);
    }

    Reply answer(const Call& call) {
        if (call.path != std::vector<std::string>{"Services", "APIService.asmx"}) {
            throw Refusal(404, "no such page");
        }
        if (call.method != "POST") { throw Refusal(405, "calls are sent by POST"); }
        if (!call.field("Content-Type").starts_with("text/xml")) { throw Refusal(415, "Content-Type is text/xml"); }
        pugi::xml_document document;
        const pugi::xml_node called = voip_innovations::method_in(call, document);
        const std::string method = voip_innovations::local(called);
        const auto action = call.field("SOAPAction");
        const std::string wanted = std::string(voip_innovations::service) + method;
        if (action != wanted && action != '"' + wanted + '"') {
            throw Refusal(400, "SOAPAction does not name " + method);
        }
        return act(method, called);
    }

private:
    static constexpr std::string_view content_type = "text/xml; charset=utf-8";
    static constexpr const char* lata = "721";
    static constexpr const char* tier = "2";

    // What it answers.

    /// A reply whose `result()` waits for its lists.
    class Answer {
    public:
        explicit Answer(const std::string& method, int code = 100, const char* message = "Success")
            : document_("soap:Envelope") {
            auto root = document_.root();
            root.append_attribute("xmlns:soap") = voip_innovations::envelope_namespace;
            auto response = add(add(root, "soap:Body"), (method + "Response").c_str());
            response.append_attribute("xmlns") = std::string(voip_innovations::service).c_str();
            const auto result = add(response, (method + "Result").c_str());
            add(result, "responseCode", std::to_string(code));
            add(result, "responseMessage", message);
            dids_ = add(result, "DIDs");
            locators_ = add(result, "DIDLocators");
            counts_ = add(result, "DIDCounts");
        }

        struct Did {
            std::string tn{};
            std::string availability{};
            std::string status{};
            int code = 100;
            std::string reference{};
            std::string group = "0";
            std::string tier{};
            bool can_fax = false;
        };
        void did(const Did& row) {
            const auto node = add(dids_, "DID");
            add(node, "tn", row.tn);
            add(node, "availability", row.availability);
            add(node, "rewrite", std::string());
            add(node, "status", row.status);
            add(node, "statusCode", std::to_string(row.code));
            add(node, "tier", row.tier);
            add(node, "refId", row.reference);
            add(node, "endpointId", row.group);
            add(node, "expireDate", "1900-01-01T00:00:00");
            for (const char* flag : {"has411", "has911", "cnam", "cnamStorageActive", "cnamStorageAvailability"}) {
                add(node, flag, "false");
            }
            add(node, "t38", row.can_fax ? "true" : "false");
        }
        void locator(const Item& item) {
            const auto node = add(locators_, "DIDLocator");
            add(node, "tn", item.national());
            place(node, item);
            add(node, "outboundCNAM", has(item, "cnam") ? "true" : "false");
            add_rest(node, item);
        }
        void count(const Item& item, std::size_t numbers) {
            const auto node = add(counts_, "DIDCount");
            add(node, "didCount", std::to_string(numbers));
            place(node, item);
            add(node, "cnam", has(item, "cnam") ? "true" : "false");
            add_rest(node, item);
        }
        Reply reply() const { return document_.reply(200, content_type); }

    private:
        static void place(const pugi::xml_node& node, const Item& item) {
            add(node, "rateCenter", item.rate_center);
            add(node, "state", item.is_toll_free() ? "TF" : item.state);
            add(node, "tier", VoipInnovations::tier);
            add(node, "lataId", item.is_toll_free() ? "0" : lata);
        }
        static void add_rest(const pugi::xml_node& node, const Item& item) {
            add(node, "t38", has(item, "fax") ? "true" : "false");
            add(node, "sms", has(item, "sms") ? "true" : "false");
        }

        XmlDocument document_;
        pugi::xml_node dids_;
        pugi::xml_node locators_;
        pugi::xml_node counts_;
    };

    static bool has(const Item& item, std::string_view feature) {
        return std::find(item.features.begin(), item.features.end(), feature) != item.features.end();
    }

    // What it does.

    Reply act(const std::string& method, const pugi::xml_node& called) {
        constexpr std::array<std::string_view, 8> methods{"getDIDs",   "getDIDCount", "queryDID",   "auditDIDs",
                                                          "assignDID", "reserveDID",  "releaseDID", "configDID"};
        if (std::find(methods.begin(), methods.end(), method) == methods.end()) {
            throw Refusal(400, "no such method: " + method);
        }
        if (voip_innovations::text(called, "login") != login || voip_innovations::text(called, "secret") != secret) {
            return Answer(method, 999, "the login or secret is not known here").reply();
        }
        if (method == "getDIDs" || method == "getDIDCount") { return search(method, called); }
        if (method == "queryDID") { return query(called); }
        if (method == "auditDIDs") { return audit(called); }
        if (method == "assignDID") { return each(called, method, true, &VoipInnovations::assign); }
        if (method == "reserveDID") { return each(called, method, true, &VoipInnovations::reserve); }
        if (method == "releaseDID") { return each(called, method, false, &VoipInnovations::release); }
        return each(called, method, true, &VoipInnovations::configure);
    }

    Reply search(const std::string& method, const pugi::xml_node& called) {
        const bool counts = method == "getDIDCount";
        voip_innovations::expect_sequence(
            called, {"login", "secret", "state", "lata", "rateCenter", "npa", "nxx", "tier", "t38", "cnam", "sms",
                     "network", counts ? "orderby" : "network"});
        bool any = false;
        for (const pugi::xml_node& child : called.children()) {
            const std::string name = voip_innovations::local(child);
            any = any || (name != "login" && name != "secret" && *child.child_value() != '\0');
        }
        if (!any) { return Answer(method, 302490, "no search criteria").reply(); }
        Answer answer(method);
        std::map<std::pair<std::string, std::string>, std::pair<const Item*, std::size_t>> found;
        for (const auto& [number, item] : ledger_.stock()) {
            if (held_.contains(number) || !number.digits().starts_with('1') || !fits(called, item)) { continue; }
            if (!counts) { answer.locator(item); }
            auto& group = found[{item.state, item.rate_center}];
            group.first = &item;
            ++group.second;
        }
        for (const auto& [place, group] : found) {
            if (counts) { answer.count(*group.first, group.second); }
        }
        return answer.reply();
    }
    static bool fits(const pugi::xml_node& called, const Item& item) {
        const auto is = [&](std::string_view name, std::string_view value) {
            const std::string wanted = voip_innovations::text(called, name);
            return wanted.empty() || wanted == value;
        };
        const auto flag = [&](std::string_view name, std::string_view feature) {
            return is(name, has(item, feature) ? "true" : "false");
        };
        const std::string digits = item.national();
        return is("state", item.is_toll_free() ? "TF" : item.state) && is("lata", lata) &&
               is("rateCenter", item.rate_center) && is("npa", digits.substr(0, 3)) && is("nxx", digits.substr(3, 3)) &&
               is("tier", tier) && flag("t38", "fax") && flag("cnam", "cnam") && flag("sms", "sms");
    }

    Answer::Did ours(const Item& item) const {
        const voip_innovations::Param& order = orders_.at(item.number);
        return {.tn = item.national(),
                .availability = "assigned",
                .status = "Number currently assigned to you",
                .reference = order.reference,
                .group = order.group,
                .tier = tier,
                .can_fax = has(item, "fax")};
    }
    Reply query(const pugi::xml_node& called) const {
        voip_innovations::expect_sequence(called, {"login", "secret", "did"});
        const std::string tn = voip_innovations::text(called, "did");
        const E164 number = tn.size() == 10 ? E164::parse_or_empty("+1" + tn) : E164();
        Answer answer("queryDID");
        if (const auto owned = ledger_.owned().find(number); owned != ledger_.owned().end()) {
            answer.did(ours(owned->second));
        } else if (held_.contains(number)) {
            answer.did({.tn = tn, .availability = "reserved", .status = "Reserved for you", .tier = tier});
        } else if (ledger_.stock().contains(number)) {
            answer.did({.tn = tn, .availability = "available", .status = "Number is available", .tier = tier});
        } else {
            answer.did({.availability = "Unavailable", .status = "No records found", .code = 102420});
        }
        return answer.reply();
    }
    Reply audit(const pugi::xml_node& called) const {
        voip_innovations::expect_sequence(called, {"login", "secret"});
        Answer answer("auditDIDs");
        for (const auto& [number, item] : ledger_.owned()) { answer.did(ours(item)); }
        if (ledger_.owned().empty()) {
            answer.did({.availability = "Unavailable", .status = "No records found", .code = 101200});
        }
        return answer.reply();
    }

    struct Outcome {
        int code;
        const char* status;
    };
    Reply each(const pugi::xml_node& called, const std::string& method, bool wants_group,
               Outcome (VoipInnovations::*change)(const voip_innovations::Param&)) {
        Answer answer(method);
        for (const voip_innovations::Param& param : voip_innovations::params_in(called, wants_group)) {
            const auto [code, status] = (this->*change)(param);
            const auto known = orders_.find(param.number);
            answer.did({.tn = param.tn,
                        .status = status,
                        .code = code,
                        .reference = known == orders_.end() ? param.reference : known->second.reference,
                        .tier = code == 100 ? tier : ""});
        }
        return answer.reply();
    }
    Outcome assign(const voip_innovations::Param& param) {
        if (ledger_.owned().contains(param.number)) { return {104225, "Number is already assigned to you"}; }
        const auto found = ledger_.stock().find(param.number);
        if (found == ledger_.stock().end()) {
            ledger_.note("refused", param.number, {}, param.reference);
            return {104420, "Could not find number"};
        }
        if (param.group != endpoint_group) { return {104258, "Bad endpoint group"}; }
        const Item item = found->second;
        if (item.needs_action) {
            return item.is_toll_free() ? Outcome{104250, "You do not purchase 800 origination"}
                                       : Outcome{104251, "You do not purchase standard origination"};
        }
        const std::string reference = "assign-" + std::to_string(++count_);
        ledger_.order(param.number, reference, param.reference);
        ledger_.finish(reference, param.number, !item.fails);
        if (item.fails) { return {104221, "Unknown error assigning number"}; }
        held_.erase(param.number);
        orders_.insert_or_assign(param.number, param);
        return {100, "Assigned"};
    }
    Outcome reserve(const voip_innovations::Param& param) {
        if (ledger_.owned().contains(param.number)) { return {103225, "Number already assigned to you"}; }
        if (!ledger_.stock().contains(param.number)) { return {103420, "Could not find number"}; }
        if (!held_.insert(param.number).second) { return {103220, "Number already reserved for you"}; }
        ledger_.note("reserved", param.number, {}, param.reference);
        return {100, "Reserved for 30 minutes"};
    }
    Outcome release(const voip_innovations::Param& param) {
        const Item* const item = ledger_.bought(param.number);
        if (item != nullptr && item->deletion_lock) { return {106225, "Number is still assigned to you"}; }
        if (ledger_.release(param.number)) {
            orders_.erase(param.number);
            return {100, "Released"};
        }
        if (held_.contains(param.number)) { return {106220, "Number is still reserved for you"}; }
        if (ledger_.stock().contains(param.number)) { return {106231, "Number currently available"}; }
        return {106420, "Could not find number"};
    }
    Outcome configure(const voip_innovations::Param& param) {
        if (!ledger_.owned().contains(param.number)) { return {105221, "Number is not currently assigned to you"}; }
        if (param.group != endpoint_group) { return {105258, "Bad endpoint group"}; }
        orders_.insert_or_assign(param.number, param);
        return {100, "Reconfigured"};
    }

    Ledger ledger_;
    std::set<E164> held_;
    std::map<E164, voip_innovations::Param> orders_;  ///< of each number that is ours
    std::uint64_t count_ = 0;
};
static_assert(Site<VoipInnovations>);

}  // namespace tandem::testing::sandbox
