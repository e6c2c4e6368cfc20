// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/site.hpp>
#include <tandem/testing/sandbox/stock.hpp>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::testing::sandbox {

/// Where nobody else sells.
inline constexpr std::array<Range, 4> sinch_ranges{{
    {"+14045550100", 30, "", "", "", "0.00", "1.00"},
    {"+14705550100", 20, "", "", "", "0.50", "1.25"},
    {"+18665550130", 10, "", "", "", "0.00", "2.00"},
    {"+441184960100", 10, "", "", "", "0.80", "0.80", "EUR"},
}};

/// Sinch's Numbers API v1, after its documentation and the tests of its SDKs. A number that is given back stays in the
/// project, with an end, and is for sale again to nobody. What was configured for a number takes `Item::polls` looks.
class Sinch {
public:
    static constexpr std::string_view default_project = "51bc3f40-0000-4000-8000-000000000001";
    static constexpr std::string_view default_key = "key-of-the-sandbox";
    static constexpr std::string_view default_secret = "secret-of-the-sandbox";

    explicit Sinch(Ledger ledger = stocked(sinch_ranges, 1)) : ledger_(std::move(ledger)) {}

    static constexpr std::string_view carrier = "sinch";
    static boost::json::object settings(const std::string& origin) {
        return {{"project_id", default_project},
                {"key_id", default_key},
                {"key_secret", default_secret},
                {"base_url", origin}};
    }

    Ledger& ledger() { return ledger_; }

    /// A refusal's `where` is `AvailableNumber +14045550100` where it is about a resource.
    Reply error(const Refusal& refusal) const {
        const std::string_view status = refusal.status == 400   ? "INVALID_ARGUMENT"
                                        : refusal.status == 401 ? "UNAUTHENTICATED"
                                        : refusal.status == 403 ? "PERMISSION_DENIED"
                                        : refusal.status == 404 ? "NOT_FOUND"
                                        : refusal.status == 429 ? "RESOURCE_EXHAUSTED"
                                                                : "INTERNAL";
        boost::json::array details;
        if (const auto space = refusal.where.find(' '); space != std::string::npos) {
            details.push_back(boost::json::object{{"type", "ResourceInfo"},
                                                  {"resourceType", refusal.where.substr(0, space)},
                                                  {"resourceName", refusal.where.substr(space + 1)},
                                                  {"owner", ""},
                                                  {"description", ""}});
        }
        return {refusal.status,
                {{"error",
                  {{"code", refusal.status},
                   {"message", refusal.what()},
                   {"status", status},
                   {"details", std::move(details)}}}}};
    }

    Reply answer(const Call& call) {
        if (!call.is_from(default_key, default_secret)) { throw Refusal(401, "the credentials are not known here"); }
        if (call.path.size() < 4 || call.path[0] != "v1" || call.path[1] != "projects") { throw unknown(call); }
        if (call.path[2] != default_project) { throw Refusal(403, "the project is another's"); }
        return act(call, action_in(call));
    }

private:
    /// What was asked to be done for a number, and is done after some looks.
    struct Rental {
        std::string display_name{};
        std::string callback_url{};
        boost::json::object sms{};
        boost::json::object voice{};
        unsigned looks = 0;
        bool ends = false;
    };
    static constexpr std::string_view next_charge = "2026-02-01T00:00:00.000000Z";
    static constexpr std::string_view moment = "2026-01-01T00:00:00.000000Z";

    static Refusal unknown(const Call& call) { return {404, "no such resource: " + call.method + " " + call.target}; }
    static Refusal without(std::string_view type, std::string_view number) {
        return {404, "the number was not found", std::string(type).append(" ").append(number)};
    }

    /// What stands behind the last segment's colon, which has to be one: `%3A` belongs to the segment.
    static std::string action_in(const Call& call) {
        const std::string_view path = std::string_view(call.target).substr(0, call.target.find('?'));
        const std::string_view last = path.substr(path.rfind('/') + 1);
        const auto colon = last.find(':');
        return colon == last.npos ? std::string() : std::string(last.substr(colon + 1));
    }

    Reply act(const Call& call, const std::string& action) {
        const auto is = [&](std::string_view method, std::initializer_list<std::string_view> segments,
                            std::string_view wanted = {}) { return call.is(method, segments, 3) && action == wanted; };
        if (is("GET", {"availableRegions"})) { return regions(call); }
        if (is("GET", {"availableNumbers"})) { return search(call); }
        if (is("GET", {"availableNumbers", "*"})) { return {200, offered(for_sale(call, call.path[4]))}; }
        if (is("POST", {"availableNumbers", "*"}, "rent")) { return rent(call); }
        if (is("GET", {"activeNumbers"})) { return list(call); }
        if (is("GET", {"activeNumbers", "*"})) {
            call.allow_only({});
            return {200, look_at(ours(call.path[4]))};
        }
        if (is("PATCH", {"activeNumbers", "*"})) { return update(call); }
        if (is("POST", {"activeNumbers", "*"}, "release")) { return release(call); }
        throw unknown(call);
    }

    static std::string_view type_of(const Item& item) {
        if (item.is_toll_free()) { return "TOLL_FREE"; }
        return item.country() == "GB" && item.national().starts_with('7') ? "MOBILE" : "LOCAL";
    }
    static boost::json::array capability_of(const Item& item) {
        boost::json::array capability;
        for (const auto& [feature, name] : {std::pair("sms", "SMS"), std::pair("voice", "VOICE")}) {
            const auto& has = item.features;
            if (std::find(has.begin(), has.end(), feature) != has.end()) { capability.emplace_back(name); }
        }
        return capability;
    }

    /// The filters that both lists have. `capability` names its parameter, which the two call differently; only what is
    /// for sale has to be asked for by region and type.
    class Filters {
    public:
        Filters(const Call& call, std::string_view capability, bool is_search)
            : region_(is_search ? required(call, "regionCode") : call.parameter("regionCode")),
              type_(is_search ? required(call, "type") : call.parameter("type")),
              pattern_(call.parameter("numberPattern.pattern").value_or("")),
              place_(one_of(call.parameter("numberPattern.searchPattern").value_or("CONTAINS"),
                            {"START", "CONTAINS", "END"}, "numberPattern.searchPattern")) {
            if (type_) { one_of(*type_, {"LOCAL", "MOBILE", "TOLL_FREE"}, "type"); }
            if (region_ && dial_code_of(*region_).empty()) {
                throw Refusal(400, "regionCode is ISO 3166-1 alpha-2", "regionCode");
            }
            const std::string_view digits = std::string_view(pattern_).substr(pattern_.starts_with('+') ? 1 : 0);
            if (digits.find_first_not_of("0123456789") != digits.npos) {
                throw Refusal(400, "a pattern is digits", "numberPattern.pattern");
            }
            if (place_ == "START" && !pattern_.starts_with('+')) {
                throw Refusal(400, "a pattern at the start needs its plus sign", "numberPattern.pattern");
            }
            for (const auto& [name, value] : call.query) {
                if (name == capability) { capabilities_.push_back(one_of(value, {"SMS", "VOICE"}, name)); }
            }
        }

        bool operator()(const Item& item) const {
            const std::string text = item.number.str();
            const bool fits = place_ == "START" ? text.starts_with(pattern_)
                              : place_ == "END" ? text.ends_with(pattern_)
                                                : text.find(pattern_) != text.npos;
            const boost::json::array has = capability_of(item);
            return fits && (!region_ || *region_ == item.country()) && (!type_ || *type_ == type_of(item)) &&
                   std::all_of(capabilities_.begin(), capabilities_.end(), [&](const std::string& each) {
                       return std::find(has.begin(), has.end(), boost::json::value(each)) != has.end();
                   });
        }

    private:
        static std::string required(const Call& call, std::string_view name) {
            auto value = call.parameter(name);
            if (!value || value->empty()) { throw Refusal(400, std::string(name) + " is missing", std::string(name)); }
            return std::move(*value);
        }
        static std::string one_of(std::string value, std::initializer_list<std::string_view> allowed,
                                  std::string_view name) {
            if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
                throw Refusal(400,
                              "parsing field \"" + std::string(name) + "\": \"" + value + "\" is not a valid value",
                              std::string(name));
            }
            return value;
        }

        std::optional<std::string> region_;
        std::optional<std::string> type_;
        std::string pattern_;
        std::string place_;
        std::vector<std::string> capabilities_{};
    };

    Reply regions(const Call& call) const {
        call.allow_only({}, {"types"});
        std::map<std::string, std::vector<std::string_view>> sold;
        for (const auto& each : ledger_.stock()) {
            auto& types = sold[each.second.country()];
            const auto type = type_of(each.second);
            if (std::find(types.begin(), types.end(), type) == types.end()) { types.push_back(type); }
        }
        boost::json::array rows;
        for (const auto& [region, types] : sold) {
            rows.push_back(boost::json::object{{"regionCode", region},
                                               {"regionName", region},
                                               {"types", boost::json::array(types.begin(), types.end())}});
        }
        return {200, {{"availableRegions", std::move(rows)}}};
    }

    static boost::json::object money(const Item& item, std::string_view amount) {
        return {{"currencyCode", item.currency}, {"amount", amount}};
    }
    static boost::json::object offered(const Item& item) {
        return {{"phoneNumber", item.number.str()},
                {"regionCode", item.country()},
                {"type", type_of(item)},
                {"capability", capability_of(item)},
                {"setupPrice", money(item, item.setup)},
                {"monthlyPrice", money(item, item.monthly)},
                {"paymentIntervalMonths", 1},
                {"supportingDocumentationRequired", item.needs_action}};
    }
    Reply search(const Call& call) const {
        call.allow_only({"regionCode", "type", "numberPattern.pattern", "numberPattern.searchPattern", "size"},
                        {"capabilities"});
        const Filters fits(call, "capabilities", true);
        const std::size_t size = call.count("size", 30, 1, 100);
        boost::json::array rows;
        for (const auto& [number, item] : ledger_.stock()) {
            if (rows.size() < size && fits(item) && !rentals_.contains(number)) { rows.push_back(offered(item)); }
        }
        return {200, {{"availableNumbers", std::move(rows)}}};
    }
    const Item& for_sale(const Call& call, std::string_view name) const {
        call.allow_only({});
        const auto number = E164::parse_or_empty(name);
        const auto found = ledger_.stock().find(number);
        if (found == ledger_.stock().end() || rentals_.contains(number)) { throw without("AvailableNumber", name); }
        return found->second;
    }

    static boost::json::object body_of(const Call& call, std::initializer_list<std::string_view> allowed) {
        call.allow_only({});
        if (!call.field("Content-Type").starts_with("application/json")) {
            throw Refusal(400, "Content-Type is application/json");
        }
        return call.object(400, allowed);
    }
    static void configure(const boost::json::object& body, Rental& rental) {
        const auto text = [](const boost::json::value& value, std::string_view name) {
            if (!value.is_string()) { throw Refusal(400, std::string(name) + " is text"); }
            return std::string(value.get_string());
        };
        const auto texts = [&](const boost::json::value& value, std::initializer_list<std::string_view> allowed) {
            if (!value.is_object()) { throw Refusal(400, "a configuration is an object"); }
            for (const auto& [key, part] : value.get_object()) {
                if (std::find(allowed.begin(), allowed.end(), key) == allowed.end()) {
                    throw Refusal(400, "unknown field " + std::string(key));
                }
                (void)text(part, key);
            }
            return value.get_object();
        };
        for (const auto& [key, value] : body) {
            if (key == "displayName") { rental.display_name = text(value, key); }
            if (key == "callbackUrl") { rental.callback_url = text(value, key); }
            if (key == "smsConfiguration") { rental.sms = texts(value, {"servicePlanId", "campaignId"}); }
            if (key == "voiceConfiguration") { rental.voice = texts(value, {"type", "appId", "trunkId", "serviceId"}); }
        }
    }

    Reply rent(const Call& call) {
        std::string name = call.path[4];
        name.resize(name.rfind(':'));
        Rental rental;
        configure(body_of(call, {"smsConfiguration", "voiceConfiguration", "callbackUrl"}), rental);
        const Item item = for_sale(call, name);
        const std::string resource = "AvailableNumber " + name;
        if (item.needs_action) { throw Refusal(403, "supporting documentation is required", resource); }
        const std::string reference = "rental-" + std::to_string(++rented_);
        ledger_.order(item.number, reference, {});
        ledger_.finish(reference, item.number, !item.fails);
        if (item.fails) { throw Refusal(400, "the number cannot be rented", resource); }
        rental.looks = item.polls;
        rentals_.insert_or_assign(item.number, std::move(rental));
        return {200, active(item.number)};
    }

    E164 ours(std::string_view name) const {
        const auto number = E164::parse_or_empty(name);
        if (!rentals_.contains(number)) { throw without("ActiveNumber", name); }
        return number;
    }
    /// What is configured there, and what still is to be.
    static boost::json::value configuration(const Rental& rental, const boost::json::object& wanted,
                                            std::string_view scheduled) {
        if (wanted.empty()) { return nullptr; }
        if (rental.looks == 0) { return wanted; }
        boost::json::object open = wanted;
        open["status"] = "WAITING";
        open["lastUpdatedTime"] = moment;
        boost::json::object shown;
        for (const auto& each : wanted) { shown[each.key()] = each.key() == "type" ? each.value() : ""; }
        shown[scheduled] = std::move(open);
        return shown;
    }
    /// Also of a number that was given back, and is with us until it ends.
    Item item_of(E164 number) const {
        if (const Item* owned = ledger_.bought(number)) { return *owned; }
        const auto back = ledger_.stock().find(number);
        return back == ledger_.stock().end() ? Item{.number = number} : back->second;
    }
    boost::json::object active(E164 number) const {
        const Rental& rental = rentals_.at(number);
        const Item item = item_of(number);
        boost::json::value ends;
        if (rental.ends) { ends = next_charge; }
        return {{"phoneNumber", number.str()},
                {"projectId", default_project},
                {"displayName", rental.display_name},
                {"regionCode", item.country()},
                {"type", type_of(item)},
                {"capability", capability_of(item)},
                {"money", money(item, item.monthly)},
                {"paymentIntervalMonths", 1},
                {"nextChargeDate", next_charge},
                {"expireAt", std::move(ends)},
                {"smsConfiguration", configuration(rental, rental.sms, "scheduledProvisioning")},
                {"voiceConfiguration", configuration(rental, rental.voice, "scheduledVoiceProvisioning")},
                {"callbackUrl", rental.callback_url}};
    }
    boost::json::object look_at(E164 number) {
        Rental& rental = rentals_.at(number);
        if (rental.looks > 0) { --rental.looks; }
        return active(number);
    }
    Reply list(const Call& call) const {
        call.allow_only({"regionCode", "type", "numberPattern.pattern", "numberPattern.searchPattern", "pageSize",
                         "pageToken", "orderBy"},
                        {"capability"});
        const Filters fits(call, "capability", false);
        const std::size_t size = ledger_.page_rows(call.count("pageSize", 30, 1, 100));
        const std::size_t skipped = call.count("pageToken", 0, 0, 1'000'000);
        boost::json::array rows;
        std::size_t total = 0;
        for (const auto& each : rentals_) {
            if (!fits(item_of(each.first))) { continue; }
            if (++total > skipped && rows.size() < size) { rows.push_back(active(each.first)); }
        }
        const std::size_t seen = skipped + rows.size();
        return {200,
                {{"activeNumbers", std::move(rows)},
                 {"nextPageToken", seen < total ? std::to_string(seen) : std::string()},
                 {"totalSize", total}}};
    }
    Reply update(const Call& call) {
        const E164 number = ours(call.path[4]);
        configure(body_of(call, {"displayName", "smsConfiguration", "voiceConfiguration", "callbackUrl"}),
                  rentals_.at(number));
        return {200, active(number)};
    }
    Reply release(const Call& call) {
        call.allow_only({});
        std::string name = call.path[4];
        name.resize(name.rfind(':'));
        const E164 number = ours(name);
        if (const Item* item = ledger_.bought(number); item != nullptr && item->deletion_lock) {
            throw Refusal(403, "the number is locked", "ActiveNumber " + name);
        }
        ledger_.release(number);
        rentals_.at(number).ends = true;
        return {200, active(number)};
    }

    Ledger ledger_;
    std::map<E164, Rental> rentals_;
    std::uint64_t rented_ = 0;
};
static_assert(Site<Sinch>);

}  // namespace tandem::testing::sandbox
