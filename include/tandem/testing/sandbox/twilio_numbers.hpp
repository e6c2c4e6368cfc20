// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/ledger.hpp>
#include <tandem/testing/sandbox/twilio_pattern.hpp>
#include <tandem/wire/url.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What carriers have in common whose API is Twilio's: resources below an account, flat errors, pages, numbers for sale
/// and numbers that are ours. What tells one from another is its `Dialect`.
namespace tandem::testing::sandbox::twilio {

/// A refusal with a code of the carrier's own; without one it is told by the status.
inline Refusal refusal(int status, int code, std::string why) { return {status, std::move(why), std::to_string(code)}; }

inline Reply to_reply(const Refusal& refusal, std::string_view docs) {
    const bool has_code = !refusal.where.empty() && refusal.where.find_first_not_of("0123456789") == std::string::npos;
    const int code = has_code                ? std::stoi(refusal.where)
                     : refusal.status == 401 ? 20003
                     : refusal.status == 404 ? 20404
                     : refusal.status == 429 ? 20429
                     : refusal.status >= 500 ? 20500
                                             : 20001;
    return {refusal.status,
            {{"code", code},
             {"message", refusal.what()},
             {"more_info", std::string(docs) + std::to_string(code)},
             {"status", refusal.status}}};
}

inline bool has(const Item& item, std::string_view feature) {
    return std::find(item.features.begin(), item.features.end(), feature) != item.features.end();
}

/// `Local`, `TollFree`, `Mobile` or `National`, as the United Kingdom tells them apart.
inline std::string_view type_of(const Item& item) {
    if (item.is_toll_free()) { return "TollFree"; }
    const std::string national = item.national();
    if (item.country() != "GB") { return "Local"; }
    return national.starts_with("80") ? "TollFree"
           : national.front() == '7'  ? "Mobile"
           : national.front() == '3'  ? "National"
                                      : "Local";
}

/// A number as people write it.
inline std::string friendly_name(const Item& item) {
    const std::string digits = item.national();
    if (!item.number.digits().starts_with('1') || digits.size() != 10) { return item.number.str(); }
    return "(" + digits.substr(0, 3) + ") " + digits.substr(3, 3) + "-" + digits.substr(6);
}

/// How a carrier speaks.
struct Dialect {
    std::string_view account;  ///< its id
    std::string_view root;     ///< the path in front of it
    std::string_view suffix;   ///< behind every path
    std::string_view docs;     ///< where an error's code stands behind
    std::span<const std::string_view> types;
    std::size_t longest_name = 64;
    int unavailable = 400;  ///< the status of what cannot be bought
    bool has_meta_characters = true;
    bool filters_features = true;
    bool pages_searches = true;
    bool page_needs_token = false;
    std::string (*sid)(std::uint64_t count);
    boost::json::object (*row)(const Item&);            ///< of a search
    void (*finish)(boost::json::object&, const Item&);  ///< a number of ours
};

/// An account's numbers.
class Numbers {
public:
    using Form = std::map<std::string, std::string>;

    Numbers(const Dialect& dialect, Ledger ledger) : dialect_(&dialect), ledger_(std::move(ledger)) {}

    Ledger& ledger() { return ledger_; }
    const Ledger& ledger() const { return ledger_; }

    /// The call with only what stands behind the account in its path. Errors: `Refusal` for another account.
    Call inside(const Call& call) const {
        const std::string start = std::string(dialect_->root) + std::string(dialect_->account) + "/";
        std::string path;
        for (const std::string& segment : call.path) { path += "/" + segment; }
        if (!path.starts_with(start) || !path.ends_with(dialect_->suffix)) { throw unknown(call); }
        const std::size_t before = static_cast<std::size_t>(std::count(start.begin(), start.end(), '/')) - 1;
        Call rest = call;
        rest.path.erase(rest.path.begin(), rest.path.begin() + static_cast<std::ptrdiff_t>(before));
        rest.path.back().resize(rest.path.back().size() - dialect_->suffix.size());
        return rest;
    }
    static Refusal unknown(const Call& call) { return {404, "no such resource: " + call.method + " " + call.target}; }

    Reply countries(const Call& call) const {
        call.allow_only({});
        boost::json::array rows;
        std::string last;
        for (const auto& each : ledger_.stock()) {
            if (std::exchange(last, each.second.country()) != last) { rows.push_back(country(last)); }
        }
        return {200, {{"countries", std::move(rows)}, {"uri", call_path(call)}}};
    }
    Reply country(const Call& call) const {
        call.allow_only({});
        return {200, country(call.path[1])};
    }

    /// `call.path` is AvailablePhoneNumbers, country, type. Its parameters are checked already.
    Reply search(const Call& call) const {
        const std::string& country = call.path[1];
        const std::string& type = call.path[2];
        if (!sells(country, type)) { throw unknown(call); }
        const auto area_code = call.parameter("AreaCode");
        if (area_code && (area_code->size() != 3 || area_code->find_first_not_of("0123456789") != area_code->npos)) {
            throw refusal(dialect_->unavailable, 21451, "AreaCode is three digits");
        }
        std::optional<Pattern> pattern;
        if (const auto text = call.parameter("Contains")) { pattern.emplace(*text, dialect_->has_meta_characters); }
        boost::json::array rows;
        for (const auto& [number, item] : ledger_.stock()) {
            const bool here = is_of(item, country, type) && has_features(call, item) &&
                              (!area_code || item.national().starts_with(*area_code)) &&
                              (!pattern || pattern->matches(number.digits()));
            if (here) { rows.push_back(dialect_->row(item)); }
        }
        if (dialect_->pages_searches) { return page(call, "available_phone_numbers", std::move(rows)); }
        return {200, {{"uri", call.target}, {"available_phone_numbers", std::move(rows)}}};
    }

    Reply list(const Call& call, std::string_view type = {}) const {
        boost::json::array rows;
        const auto name = call.parameter("FriendlyName");
        const auto pattern = call.parameter("PhoneNumber");
        for (const auto& each : kept_) {
            const Item* item = ledger_.bought(each.first);
            const bool wanted = item != nullptr && (type.empty() || type_of(*item) == type) &&
                                (!name || *name == each.second.fields.at("FriendlyName")) &&
                                (!pattern || has_partial(each.first.digits(), *pattern));
            if (wanted) { rows.push_back(to_json(each.first)); }
        }
        return page(call, "incoming_phone_numbers", std::move(rows));
    }

    /// Buys, or changes what is ours already: both are answered alike. Errors: `Refusal`.
    Reply buy(Form form, std::string_view type = {}) {
        check(form);
        const E164 number = number_in(form, type);
        form.erase("PhoneNumber");
        form.erase("AreaCode");
        if (ledger_.owned().contains(number)) { return update(number, std::move(form), 201); }
        const auto found = ledger_.stock().find(number);
        const auto refuse = [&](int code, const char* why) { throw refusal(dialect_->unavailable, code, why); };
        if (found == ledger_.stock().end() || found->second.fails ||
            (!type.empty() && type_of(found->second) != type)) {
            ledger_.note("refused", number, {}, form["FriendlyName"]);
            refuse(21422, "the number is not for sale");
        }
        if (found->second.needs_action && !form.contains("BundleSid")) { refuse(21649, "a bundle is required"); }
        if (form["FriendlyName"].empty()) { form["FriendlyName"] = friendly_name(found->second); }
        const std::string sid = dialect_->sid(++sids_);
        ledger_.order(number, sid, form["FriendlyName"]);
        ledger_.finish(sid, number, true);
        kept_.insert_or_assign(number, Kept{sid, std::move(form)});
        return {201, to_json(number)};
    }
    Reply show(const Call& call) const {
        call.allow_only({});
        return {200, to_json(number_of(call))};
    }
    Reply change(const Call& call, Form form) {
        check(form);
        return update(number_of(call), std::move(form), 200);
    }
    Reply release(const Call& call) {
        call.allow_only({});
        const E164 number = number_of(call);
        if (ledger_.bought(number)->deletion_lock) { throw Refusal(409, "too soon after its purchase"); }
        ledger_.release(number);
        kept_.erase(number);
        Reply done;
        done.status = 204;
        return done;
    }

private:
    struct Kept {
        std::string sid;
        Form fields;
    };

    static bool is_of(const Item& item, std::string_view country, std::string_view type) {
        const bool shared = item.is_toll_free() && country == "CA";  // toll-free numbers are both countries'
        return (item.country() == country || shared) && type_of(item) == type;
    }
    /// Countries have local numbers, and what else there is in stock or in use.
    bool sells(std::string_view country, std::string_view type) const {
        const auto& types = dialect_->types;
        if (std::find(types.begin(), types.end(), type) == types.end() || dial_code_of(country).empty()) {
            return false;
        }
        const auto any = [&](const std::map<E164, Item>& items) {
            return std::any_of(items.begin(), items.end(),
                               [&](const auto& each) { return is_of(each.second, country, type); });
        };
        const bool american = country == "US" || country == "CA";
        return (american && (type == "Local" || type == "TollFree")) || any(ledger_.stock()) || any(ledger_.owned());
    }
    bool has_features(const Call& call, const Item& item) const {
        constexpr std::array<std::pair<std::string_view, std::string_view>, 4> filters{
            {{"VoiceEnabled", "voice"}, {"SmsEnabled", "sms"}, {"MmsEnabled", "mms"}, {"FaxEnabled", "fax"}}};
        return !dialect_->filters_features || std::all_of(filters.begin(), filters.end(), [&](const auto& filter) {
            const auto wanted = call.parameter(filter.first);
            return !wanted || (*wanted == "true") == has(item, filter.second);
        });
    }

    std::string path_of(std::string_view resource) const {
        return std::string(dialect_->root) + std::string(dialect_->account) + "/" + std::string(resource) +
               std::string(dialect_->suffix);
    }
    static std::string call_path(const Call& call) { return call.target.substr(0, call.target.find('?')); }
    boost::json::object country(const std::string& code) const {
        constexpr std::array<std::pair<std::string_view, std::string_view>, 4> names{
            {{"Local", "local"}, {"Mobile", "mobile"}, {"National", "national"}, {"TollFree", "toll_free"}}};
        boost::json::object resources;
        const std::string path = "AvailablePhoneNumbers/" + code;
        for (const auto& [type, name] : names) {
            if (sells(code, type)) { resources[name] = path_of(path + "/" + std::string(type)); }
        }
        if (resources.empty()) { throw Refusal(404, "nothing is sold in " + code); }
        return {{"beta", false},
                {"country", code},
                {"country_code", code},
                {"subresource_uris", std::move(resources)},
                {"uri", path_of(path)}};
    }

    /// One page of `rows` as the call asks for: what its token says, whose number of the page is only said again.
    Reply page(const Call& call, std::string_view key, boost::json::array rows) const {
        const std::size_t size = ledger_.page_rows(call.count("PageSize", 50, 1, 1'000));
        const std::size_t number = call.count("Page", 0, 0, 1'000'000);
        const auto token = call.parameter("PageToken");
        if (number > 0 && !token && dialect_->page_needs_token) {
            throw Refusal(400, "PageToken is missing", "PageToken");
        }
        std::size_t start = 0;
        if (token) {
            const bool good = token->starts_with("PA") && token->size() > 2 && token->size() < 10 &&
                              token->find_first_not_of("0123456789", 2) == token->npos;
            if (!good) { throw Refusal(400, "PageToken is none of ours", "PageToken"); }
            start = std::stoul(token->substr(2));
        }
        boost::json::array shown;
        for (std::size_t i = start; i < rows.size() && shown.size() < size; ++i) { shown.push_back(rows[i]); }
        const std::size_t end = start + shown.size();
        const auto link = [&](std::size_t to, std::size_t from) {
            std::string url = call_path(call);
            char before = '?';
            const auto add = [&](std::string_view name, std::string_view value) {
                url += std::exchange(before, '&');
                wire::detail::append_pair(url, name, value);
            };
            for (const auto& [name, value] : call.query) {
                if (!name.starts_with("Page")) { add(name, value); }
            }
            add("PageSize", std::to_string(size));
            add("Page", std::to_string(to));
            if (from > 0) { add("PageToken", "PA" + std::to_string(from)); }
            return boost::json::value(url);
        };
        const bool is_last = end >= rows.size();
        boost::json::object reply{{"uri", call.target},
                                  {"first_page_uri", link(0, 0)},
                                  {"next_page_uri", is_last ? boost::json::value() : link(number + 1, end)},
                                  {"previous_page_uri", start == 0 ? boost::json::value()
                                                                   : link(number - std::min<std::size_t>(number, 1),
                                                                          start - std::min(start, size))},
                                  {"page", number},
                                  {"page_size", size},
                                  {key, std::move(shown)}};
        if (dialect_->pages_searches) {
            reply["start"] = start;
            reply["end"] = std::max(end, start + 1) - 1;
        }
        return {200, std::move(reply)};
    }

    /// The number that a purchase names, or the first of the area code that it names instead.
    E164 number_in(const Form& form, std::string_view type) const {
        const int status = dialect_->unavailable;
        if (const auto named = form.find("PhoneNumber"); named != form.end()) {
            const E164 number = E164::parse_or_empty(named->second);
            if (number.digit_count() < 5) { throw refusal(status, 21421, "PhoneNumber is E.164"); }
            return number;
        }
        const auto code = form.find("AreaCode");
        if (code == form.end()) { throw refusal(status, 21421, "PhoneNumber is missing"); }
        for (const auto& [number, item] : ledger_.stock()) {
            if (item.national().starts_with(code->second) && type_of(item) == (type.empty() ? "Local" : type)) {
                return number;
            }
        }
        throw refusal(status, 21452, "no number in this area code");
    }
    E164 number_of(const Call& call) const {
        for (const auto& [number, kept] : kept_) {
            if (kept.sid == call.path[1] && ledger_.owned().contains(number)) { return number; }
        }
        throw unknown(call);
    }
    Reply update(E164 number, Form form, int status) {
        for (auto& [name, value] : form) { kept_.at(number).fields[name] = std::move(value); }
        ledger_.note("changed", number, kept_.at(number).sid, kept_.at(number).fields.at("FriendlyName"));
        return {status, to_json(number)};
    }

    void check(const Form& form) const {
        const auto refuse = [](const std::string& name) { throw Refusal(400, name + " is not valid", name); };
        for (const auto& [name, value] : form) {
            if (name.ends_with("Method") && value != "GET" && value != "POST") { refuse(name); }
            if ((name.ends_with("Url") || name == "StatusCallback") && !value.starts_with("http")) { refuse(name); }
            if (name == "FriendlyName" && (value.empty() || value.size() > dialect_->longest_name)) { refuse(name); }
            if (name == "VoiceCallerIdLookup" && value != "true" && value != "false") { refuse(name); }
        }
    }

    /// `SmsFallbackUrl` as `sms_fallback_url`.
    static std::string member_of(std::string_view field) {
        std::string name;
        for (const char c : field) {
            const bool capital = c >= 'A' && c <= 'Z';
            if (capital && !name.empty()) { name += '_'; }
            name += capital ? static_cast<char>(c - 'A' + 'a') : c;
        }
        return name;
    }
    boost::json::object to_json(E164 number) const {
        constexpr std::string_view moment = "Thu, 01 Jan 2026 00:00:00 +0000";
        const Item& item = *ledger_.bought(number);
        const Kept& kept = kept_.at(number);
        boost::json::object row{{"account_sid", dialect_->account},
                                {"address_requirements", "none"},
                                {"api_version", "2010-04-01"},
                                {"beta", false},
                                {"capabilities",
                                 {{"voice", has(item, "voice")},
                                  {"sms", has(item, "sms")},
                                  {"mms", has(item, "mms")},
                                  {"fax", has(item, "fax")}}},
                                {"date_created", moment},
                                {"date_updated", moment},
                                {"emergency_status", "Inactive"},
                                {"origin", "twilio"},
                                {"phone_number", number.str()},
                                {"sid", kept.sid},
                                {"voice_caller_id_lookup", false},
                                {"uri", path_of("IncomingPhoneNumbers/" + kept.sid)}};
        for (const std::string_view method :
             {"sms_fallback_method", "sms_method", "status_callback_method", "voice_fallback_method", "voice_method"}) {
            row[method] = "POST";
        }
        for (const std::string_view unset :
             {"address_sid", "emergency_address_sid", "identity_sid", "sms_application_sid", "sms_fallback_url",
              "sms_url", "status_callback", "trunk_sid", "voice_application_sid", "voice_fallback_url", "voice_url"}) {
            row[unset] = nullptr;
        }
        for (const auto& [name, value] : kept.fields) { row[member_of(name)] = value; }
        dialect_->finish(row, item);
        return row;
    }

    const Dialect* dialect_;
    Ledger ledger_;
    std::map<E164, Kept> kept_;
    std::uint64_t sids_ = 0;
};

/// Errors: `Refusal` for a parameter that is neither true nor false.
inline void require_booleans(const Call& call, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        const auto value = call.parameter(name);
        if (value && *value != "true" && *value != "false") {
            throw Refusal(400, std::string(name) + " is true or false", std::string(name));
        }
    }
}

}  // namespace tandem::testing::sandbox::twilio
