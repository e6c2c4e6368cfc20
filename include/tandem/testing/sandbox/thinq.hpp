// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/numerals.hpp>
#include <tandem/testing/sandbox/site.hpp>
#include <tandem/testing/sandbox/stock.hpp>

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

inline constexpr std::array<Range, 3> thinq_ranges{{
    {"+19195550100", 30, "RALEIGH", "NC", "Raleigh", "0.00", "1.00"},
    {"+19845550100", 20, "RALEIGH", "NC", "Raleigh", "0.00", "1.00"},
    {"+18445550130", 10, "", "", "", "0.00", "1.50"},
}};

/// thinQ's origination API, after public code that uses it: an order is created, its price may be asked, and completing
/// it buys.
class Thinq {
public:
    static constexpr std::string_view account = "13999", user = "api-user", token = "token-of-the-sandbox";

    explicit Thinq(Ledger ledger = stocked(thinq_ranges, 0)) : ledger_(std::move(ledger)) {}

    static constexpr std::string_view carrier = "thinq";
    static boost::json::object settings(const std::string& origin) {
        return {{"account_id", account}, {"username", user}, {"token", token}, {"base_url", origin}};
    }

    Ledger& ledger() { return ledger_; }

    Reply error(const Refusal& refusal) const {
        return {refusal.status, {{"statusCode", refusal.status}, {"message", refusal.what()}}};
    }

    Reply answer(const Call& call) {
        if (!call.is_from(user, token)) { throw Refusal(401, "the user name and token are not known here"); }
        if (call.method == "POST" && !call.field("Content-Type").starts_with("application/json")) {
            throw Refusal(400, "Invalid Content-Type (" + std::string(call.field("Content-Type")) + ")");
        }
        const bool is_ours = std::find(call.path.begin(), call.path.end(), account) != call.path.end();
        if (!is_ours) { throw Refusal(403, "this is not your account"); }
        if (call.is("POST", {"origination", "did", "search", "individual", "*"})) { return search(call, false); }
        if (call.is("POST", {"origination", "did", "search", "tollfree", "*"})) { return search(call, true); }
        if (call.is("GET", {"origination", "did", "search2", "did", "*"})) { return list(call); }
        if (call.is("POST", {"account", "*", "origination", "order", "create"})) { return create(call); }
        if (call.is("GET", {"account", "*", "origination", "order", "complete", "*"})) { return price(call); }
        if (call.is("POST", {"account", "*", "origination", "order", "complete", "*"})) { return complete(call); }
        if (call.is("POST", {"account", "*", "origination", "order", "cancel", "*"})) { return cancel(call); }
        if (call.is("POST", {"account", "*", "origination", "disconnect"})) { return disconnect(call); }
        if (call.is("GET", {"account", "*", "balance"})) {
            call.allow_only({});
            return with_numerals({200, {{"balance", numeral("1000.00")}}});
        }
        throw Refusal(404, "there is no " + call.method + " " + call.target);
    }

private:
    struct Made {
        std::vector<E164> numbers;
        boost::json::array tns;
        std::string status = "created";
    };

    static boost::json::object part(const boost::json::object& around, std::string_view key,
                                    std::initializer_list<std::string_view> allowed) {
        const auto* value = around.if_contains(key);
        if (value == nullptr || !value->is_object()) { throw Refusal(400, std::string(key) + " is an object"); }
        for (const auto& each : value->get_object()) {
            if (std::find(allowed.begin(), allowed.end(), each.key()) == allowed.end()) {
                throw Refusal(400, "unknown field " + std::string(each.key()));
            }
        }
        return value->get_object();
    }
    static E164 number_in(const boost::json::value* did) {
        const bool is_did =
            did != nullptr && did->is_int64() && did->get_int64() >= 2'000'000'000 && did->get_int64() <= 9'999'999'999;
        if (!is_did) { throw Refusal(400, "a did is a number of ten digits"); }
        return E164::parse_or_empty("+1" + std::to_string(did->get_int64()));
    }
    static std::int64_t did_of(const Item& item) { return std::stoll(item.national()); }

    /// One page of `rows` as the call asks for.
    Reply paged(const Call& call, const boost::json::array& rows) const {
        const std::size_t size = ledger_.page_rows(call.count("rows", 10, 1, 1000));
        const std::size_t page = call.count("page", 1, 1, 1'000'000);
        boost::json::array shown;
        for (std::size_t i = (page - 1) * size; i < rows.size() && shown.size() < size; ++i) {
            shown.push_back(rows[i]);
        }
        return {
            200,
            {{"total_rows", rows.size()}, {"has_next_page", page * size < rows.size()}, {"rows", std::move(shown)}}};
    }

    Reply search(const Call& call, bool toll_free) const {
        toll_free ? call.allow_only({"maxdids", "rows", "page"}) : call.allow_only({"rows", "page"});
        const std::string_view key = toll_free ? "tf_prefix" : "npanxx";
        const auto criteria = part(call.object(400, {"search"}), "search", {key});
        const auto* by = criteria.if_contains(key);
        const std::string digits = by != nullptr && by->is_string() ? std::string(by->get_string()) : std::string();
        const bool is_code = digits.size() == 3 || (!toll_free && digits.size() == 6);
        if (!is_code || digits.find_first_not_of("0123456789") != digits.npos) {
            throw Refusal(400, std::string(key) + " is an area code, or one with its exchange");
        }
        const std::size_t most = call.count("maxdids", 1'000'000, 1, 1'000'000'000);
        boost::json::array rows;
        for (const auto& [number, item] : ledger_.stock()) {
            const bool fits = number.digits().starts_with("1" + digits) && item.is_toll_free() == toll_free;
            if (!fits || rows.size() == most) { continue; }
            rows.push_back(
                boost::json::object{{"id", did_of(item)}, {"ratecenter", item.rate_center}, {"state", item.state}});
        }
        return paged(call, rows);
    }
    Reply list(const Call& call) const {
        call.allow_only({"rows", "page", "id"});
        const auto id = call.parameter("id");
        boost::json::array rows;
        for (const auto& each : ledger_.owned()) {
            const std::string digits = each.first.digits();
            if (!id || *id == digits) { rows.push_back(boost::json::object{{"id", std::stoll(digits)}}); }
        }
        return paged(call, rows);
    }

    static boost::json::object order_of(std::int64_t id, const Made& made) {
        const bool done = made.status == "completed";
        return {{"id", id},
                {"type", "origination_order"},
                {"account_id", account},
                {"status", made.status},
                {"tns", made.tns},
                {"blocks", boost::json::array{}},
                {"message", nullptr},
                {"created", 1'767'225'600},
                {"completed", done ? boost::json::value(1'767'225'601) : boost::json::value(nullptr)},
                {"total", nullptr}};
    }
    Reply create(const Call& call) {
        call.allow_only({});
        const auto order = part(call.object(400, {"order"}), "order", {"tns", "blocks"});
        const auto* tns = order.if_contains("tns");
        const auto* blocks = order.if_contains("blocks");
        const bool is_whole = tns != nullptr && tns->is_array() && !tns->get_array().empty() && blocks != nullptr &&
                              blocks->is_array() && blocks->get_array().empty();
        if (!is_whole) { throw Refusal(400, "an order has tns and blocks"); }
        Made made;
        made.tns = tns->get_array();
        for (const auto& each : made.tns) {
            const auto tn =
                part({{"tn", each}}, "tn",
                     {"caller_id", "account_location_id", "sms_routing_profile_id", "route_id", "features", "did"});
            for (const auto& feature : part(tn, "features", {"cnam", "sms", "e911"})) {
                if (!feature.value().is_bool()) { throw Refusal(400, "a feature is true or false"); }
            }
            made.numbers.push_back(number_in(tn.if_contains("did")));
            if (!ledger_.stock().contains(made.numbers.back())) { throw Refusal(400, "the did is not available"); }
        }
        const std::int64_t id = 700'000 + static_cast<std::int64_t>(orders_.size());
        const auto kept = orders_.emplace(id, std::move(made)).first;
        return {201, order_of(id, kept->second)};
    }
    std::map<std::int64_t, Made>::iterator the_order(const Call& call) {
        call.allow_only({});
        for (auto at = orders_.begin(); at != orders_.end(); ++at) {
            if (std::to_string(at->first) == call.path[5]) { return at; }
        }
        throw Refusal(404, "there is no such order");
    }
    Reply price(const Call& call) {
        const auto found = the_order(call);
        boost::json::object order = order_of(found->first, found->second);
        order["total"] = static_cast<std::int64_t>(found->second.numbers.size());
        return {200, std::move(order)};
    }
    Reply complete(const Call& call) {
        const auto found = the_order(call);
        Made& made = found->second;
        if (made.status != "created") { throw Refusal(400, "the order is " + made.status); }
        const std::string reference = std::to_string(found->first);
        for (const E164 number : made.numbers) {
            if (!ledger_.stock().contains(number)) { throw Refusal(400, "a did is no longer available"); }
            if (ledger_.stock().at(number).needs_action) { throw Refusal(400, "the account needs an address first"); }
            if (ledger_.stock().at(number).fails) { throw Refusal(400, "the order failed"); }
        }
        for (const E164 number : made.numbers) {
            ledger_.order(number, reference, {});
            ledger_.finish(reference, number, true);
        }
        made.status = "completed";
        return {200, order_of(found->first, made)};
    }
    Reply cancel(const Call& call) {
        const auto found = the_order(call);
        if (found->second.status != "created") { throw Refusal(400, "the order is " + found->second.status); }
        found->second.status = "cancelled";
        return {200, order_of(found->first, found->second)};
    }

    Reply disconnect(const Call& call) {
        call.allow_only({});
        const auto body = call.object(400, {"dids"});
        const auto* dids = body.if_contains("dids");
        if (dids == nullptr || !dids->is_array() || dids->get_array().empty()) {
            throw Refusal(400, "dids is a list of numbers");
        }
        for (const auto& each : dids->get_array()) {
            const Item* ours = ledger_.bought(number_in(&each));
            if (ours == nullptr) { throw Refusal(400, "the did is not yours"); }
            if (ours->deletion_lock) { throw Refusal(400, "the did cannot be disconnected"); }
        }
        for (const auto& each : dids->get_array()) { ledger_.release(number_in(&each)); }
        return {200, {{"dids", *dids}, {"status", "completed"}}};
    }

    Ledger ledger_;
    std::map<std::int64_t, Made> orders_;
};
static_assert(Site<Thinq>);

}  // namespace tandem::testing::sandbox
