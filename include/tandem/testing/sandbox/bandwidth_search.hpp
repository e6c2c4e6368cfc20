// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/bandwidth_xml.hpp>
#include <tandem/testing/sandbox/ledger.hpp>

#include <array>
#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// `GET /accounts/{id}/availableNumbers` and `/availableNpaNxx` of Bandwidth's Dashboard v2, after its OpenAPI
/// document.
namespace tandem::testing::sandbox::bandwidth {

/// What an item does not tell of its place.
struct Place {
    std::string_view rate_center;
    std::string_view lata;
    std::string_view zip;
};
inline constexpr std::array<Place, 3> places{
    {{"SEATTLE", "674", "98101"}, {"DENVER", "656", "80202"}, {"VANCOUVER", "888", ""}}};

inline Place place_of(const Item& item) {
    const auto* found = std::find_if(places.begin(), places.end(),
                                     [&](const Place& each) { return each.rate_center == item.rate_center; });
    return found == places.end() ? Place() : *found;
}

inline bool is_nanpa(const Item& item) { return item.number.digits().starts_with('1'); }

/// ISO 3166-1 alpha-3. The North American plan's countries are told apart by the province.
inline std::string country_of(const Item& item) {
    constexpr std::string_view provinces = "AB BC MB NB NL NS NT NU ON PE QC SK YT";
    if (is_nanpa(item)) {
        return item.state.size() == 2 && provinces.find(item.state) != provinces.npos ? "CAN" : "USA";
    }
    return item.country() == "GB" ? "GBR" : item.country() == "NL" ? "NLD" : "";
}
inline std::string type_of(const Item& item) { return item.is_toll_free() ? "TOLL_FREE" : "GEOGRAPHIC"; }

/// A field of a number's details, in XML's spelling.
struct Field {
    std::string name;
    std::string text;
    bool is_number = false;
};
inline std::vector<Field> details_of(const Item& item) {
    std::string city = item.locality;
    for (char& c : city) { c = static_cast<char>(std::toupper(static_cast<unsigned char>(c))); }
    std::vector<Field> fields{{"CountryCodeA3", country_of(item)}, {"PhoneNumberType", type_of(item)}, {"City", city}};
    if (is_nanpa(item)) {
        fields.push_back({"LATA", std::string(place_of(item).lata), true});
        fields.push_back({"RateCenter", item.rate_center});
        fields.push_back({"State", item.state});
        fields.push_back({"FullNumber", item.number.str()});
        fields.push_back({"Tier", "0", true});
        fields.push_back({"VendorId", "49", true});
        fields.push_back({"VendorName", "Bandwidth CLEC"});
    } else {
        fields.push_back({"AreaCode", item.national().substr(0, 2), true});
        fields.push_back({"Tier", "0", true});
        fields.push_back({"FullNumber", item.number.str()});
    }
    std::erase_if(fields, [](const Field& field) { return field.text.empty(); });
    return fields;
}

/// The criteria of a search, checked by the document's table of combinations; read literally: what the table does not
/// list beside a criterion is refused beside it.
class Criteria {
public:
    /// Errors: `Denied`.
    explicit Criteria(const Call& call) : call_(call) {
        Call once = call;  // only `features` may be repeated
        std::erase_if(once.query, [](const auto& pair) { return pair.first == "features"; });
        try {
            once.allow_only({"countryCodeA3", "phoneNumberType", "areaCode", "city", "quantity", "enableTNDetail",
                             "LCA", "endsIn", "npaNxx", "npaNxxx", "lata", "rateCenter", "state", "tollFreeVanity",
                             "tollFreeWildCardPattern", "localVanity", "zip", "orderBy", "protected"});
            quantity = call.count("quantity", 5000, 1, 5000);
        } catch (const Refusal& refusal) { throw Denied(4010, refusal.what()); }
        for (const std::string_view name : {"enableTNDetail", "LCA", "endsIn"}) { one_of(name, {"true", "false"}); }
        country_ = call.parameter("countryCodeA3");
        if (country_ && !(country_->size() == 3 && all_of(*country_, 'A', 'Z'))) {
            throw Denied(4010, "countryCodeA3 is one ISO 3166-1 alpha-3 code");
        }
        if (country_ && country_ != "USA" && country_ != "CAN") {
            check_international();
        } else {
            check_nanpa();
        }
    }

    std::size_t quantity = 0;
    bool wants_details() const { return call_.parameter("enableTNDetail") == "true"; }

    bool fits(const Item& item) const {
        const bool plan = country_ ? country_of(item) == *country_ : is_nanpa(item);
        if (!plan && !(item.is_toll_free() && country_ == "CAN")) { return false; }
        if (is_nanpa(item) && item.is_toll_free() != is_toll_free_search()) { return false; }
        const std::string national = item.national();
        const auto test = [&](std::string_view name, auto holds) {
            const auto value = call_.parameter(name);
            return !value || holds(*value);
        };
        const auto begins = [&](const std::string& value) {
            return national.starts_with(local_area_ ? value.substr(0, 3) : value);
        };
        const std::string last_seven = national.size() > 7 ? national.substr(national.size() - 7) : national;
        const auto has_feature = [&](const auto& pair) {
            return pair.first != "features" || std::find(item.features.begin(), item.features.end(),
                                                         feature_named(pair.second)) != item.features.end();
        };
        return test("areaCode", [&](const auto& v) { return national.starts_with(v); }) && test("npaNxx", begins) &&
               test("npaNxxx", begins) &&
               test("rateCenter", [&](const auto& v) { return local_area_ || v == item.rate_center; }) &&
               test("state", [&](const auto& v) { return v == item.state; }) &&
               test("city", [&](const auto& v) { return equal_ignoring_case(v, item.locality); }) &&
               test("zip", [&](const auto& v) { return v.substr(0, 5) == place_of(item).zip; }) &&
               test("lata", [&](const auto& v) { return v == place_of(item).lata; }) &&
               test("phoneNumberType", [&](const auto& v) { return v == type_of(item); }) &&
               test("localVanity",
                    [&](const auto& v) {
                        return flag("endsIn") ? last_seven.ends_with(keypad(v))
                                              : last_seven.find(keypad(v)) != last_seven.npos;
                    }) &&
               test("tollFreeVanity", [&](const auto& v) { return last_seven.starts_with(keypad(v.substr(0, 7))); }) &&
               test("tollFreeWildCardPattern",
                    [&](const auto& v) { return national.starts_with(v.substr(0, v.find('*'))); }) &&
               std::all_of(call_.query.begin(), call_.query.end(), has_feature);
    }

private:
    bool has(std::string_view name) const { return call_.parameter(name).has_value(); }
    bool any(std::initializer_list<std::string_view> names) const {
        return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return has(name); });
    }
    bool flag(std::string_view name) const { return call_.parameter(name) == "true"; }
    bool is_toll_free_search() const { return any({"tollFreeVanity", "tollFreeWildCardPattern"}); }

    static bool all_of(std::string_view text, char least, char most) {
        return std::all_of(text.begin(), text.end(), [&](char c) { return c >= least && c <= most; });
    }
    static bool digits(std::string_view text) { return all_of(text, '0', '9'); }
    static bool alphanumeric(std::string_view text) {
        return std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
    }
    static std::string keypad(std::string text) {
        constexpr std::string_view keys = "22233344455566677778889999";
        for (char& c : text) {
            const int upper = std::toupper(static_cast<unsigned char>(c));
            if (upper >= 'A' && upper <= 'Z') { c = keys[static_cast<std::size_t>(upper - 'A')]; }
        }
        return text;
    }
    static std::string feature_named(std::string_view name) {
        if (name.starts_with("VOICE")) { return "voice"; }
        return name == "MESSAGING_SMS" ? "sms" : "emergency";
    }

    void one_of(std::string_view name, std::initializer_list<std::string_view> allowed, int code = 4010) const {
        const auto value = call_.parameter(name);
        if (value && std::find(allowed.begin(), allowed.end(), *value) == allowed.end()) {
            throw Denied(code, std::string(name) + " cannot be '" + *value + "'");
        }
    }
    template <class Good>
    void check(std::string_view name, int code, Good good) const {
        if (const auto value = call_.parameter(name); value && !good(*value)) {
            throw Denied(code, std::string(name) + " cannot be '" + *value + "'");
        }
    }
    void refuse_beside(std::string_view criterion, std::initializer_list<std::string_view> allowed) const {
        for (const auto& pair : call_.query) {
            const std::string& name = pair.first;
            const bool always = name == criterion || name == "quantity" || name == "enableTNDetail" ||
                                name == "countryCodeA3" || name == "LCA" || name == "orderBy";
            if (!always && std::find(allowed.begin(), allowed.end(), name) == allowed.end()) {
                throw Denied(4010, name + " does not go with " + std::string(criterion));
            }
        }
    }

    void check_international() const {
        if (!any({"phoneNumberType", "areaCode", "city", "features"})) {
            throw Denied(4010, "one of phoneNumberType, areaCode, city, features is needed");
        }
        refuse_beside("countryCodeA3", {"phoneNumberType", "areaCode", "city", "features"});
        if (any({"LCA", "orderBy"})) { throw Denied(4010, "LCA and orderBy are North American"); }
        one_of("phoneNumberType", {"GEOGRAPHIC", "NATIONAL", "MOBILE", "TOLL_FREE", "SHARED_COST"});
        check("areaCode", 4000, [](const auto& v) { return !v.empty() && v.size() <= 6 && digits(v); });
        for (const auto& [name, value] : call_.query) {
            constexpr std::array<std::string_view, 6> known{"VOICE",
                                                            "VOICE_OUTBOUND_NATIONAL",
                                                            "VOICE_OUTBOUND_INTERNATIONAL",
                                                            "VOICE_OUTBOUND_TOLLFREE",
                                                            "EMERGENCY",
                                                            "MESSAGING_SMS"};
            if (name == "features" && std::find(known.begin(), known.end(), value) == known.end()) {
                throw Denied(4010, "unknown feature " + value);
            }
        }
    }

    void check_nanpa() {
        if (any({"phoneNumberType", "features"})) {
            throw Denied(4010, "phoneNumberType and features are of other countries than USA and CAN");
        }
        check_values();
        if (has("endsIn") && !has("localVanity")) { throw Denied(4010, "endsIn is meaningless without localVanity"); }
        if (is_toll_free_search()) {
            refuse_beside(has("tollFreeVanity") ? "tollFreeVanity" : "tollFreeWildCardPattern", {});
        } else if (has("localVanity")) {
            refuse_beside("localVanity", {"state", "areaCode", "endsIn", "protected"});
        } else if (!any({"areaCode", "npaNxx", "npaNxxx", "rateCenter", "state", "city", "zip", "lata"})) {
            throw Denied(4010, "no criterion to search by");
        }
        const int prefixes = int{has("areaCode")} + int{has("npaNxx")} + int{has("npaNxxx")};
        if (prefixes > 1) { throw Denied(4010, "only one of areaCode, npaNxx, npaNxxx goes"); }
        const bool takes_order =
            any({"npaNxx", "npaNxxx", "rateCenter", "city", "zip", "tollFreeVanity", "tollFreeWildCardPattern"});
        if (has("orderBy") && !takes_order) { throw Denied(4021, "orderBy does not go with these criteria"); }
        check_local_area();
    }
    void check_values() const {
        const auto prefix = [](std::size_t size) {
            return [size](const std::string& v) {
                const auto leads = [](char c) { return c >= '2' && c <= '9'; };
                return v.size() == size && digits(v) && leads(v[0]) && (size == 3 || leads(v[3])) && v[1] != '9' &&
                       v.substr(1, 2) != "11" && !v.starts_with("37") && !v.starts_with("96") &&
                       !tandem::is_toll_free(v);
            };
        };
        check("areaCode", 4000, prefix(3));
        check("npaNxx", 4002, prefix(6));
        check("npaNxxx", 4002, prefix(7));
        check("rateCenter", 4001, [&](const auto& v) { return !v.empty() && has("state"); });
        check("city", 4005, [&](const auto& v) { return !v.empty() && has("state"); });
        check("state", 4006, [](const auto& v) { return v.size() == 2 && all_of(v, 'A', 'Z'); });
        check("zip", 4007, [](const auto& v) {
            const bool plain = v.size() == 5 && digits(v);
            return plain || (v.size() == 10 && digits(v.substr(0, 5)) && v[5] == '-' && digits(v.substr(6)));
        });
        check("lata", 4008, [](const auto& v) { return !v.empty() && v.size() <= 5 && digits(v); });
        check("localVanity", 4010, [](const auto& v) { return v.size() >= 4 && v.size() <= 7 && alphanumeric(v); });
        check("tollFreeVanity", 4003, [](const auto& v) { return v.size() >= 7 && alphanumeric(v); });
        check("tollFreeWildCardPattern", 4004, [](const auto& v) {
            const auto star = v.find('*');
            return v.size() == 3 && v[0] == '8' && digits(v.substr(0, star)) &&
                   (star == v.npos || v.find_first_not_of('*', star) == v.npos);
        });
        one_of("orderBy", {"fullNumber", "npaNxxx", "npaNxx", "areaCode"}, 4020);
        one_of("protected", {"NONE", "ONLY", "MIXED"}, 4022);
    }
    /// Asked for a prefix or a rate center alone, Bandwidth answers with the local calling area about it unless told
    /// otherwise: here, the area code or the state.
    void check_local_area() {
        const bool beside_others = has("npaNxxx")  ? false
                                   : has("npaNxx") ? any({"rateCenter", "city", "state", "lata", "zip"})
                                                   : any({"city", "areaCode", "lata", "zip"});
        const bool known = any({"npaNxx", "npaNxxx", "rateCenter"});
        if (has("LCA") && !known) { throw Denied(4010, "LCA does not go with these criteria"); }
        const bool possible = known && !beside_others && !has("orderBy");
        if (flag("LCA") && !possible) { throw Denied(4010, "LCA does not go with these criteria"); }
        local_area_ = possible && call_.parameter("LCA") != "false";
    }

    const Call& call_;
    std::optional<std::string> country_;
    bool local_area_ = false;
};

/// XML unless JSON is asked for. `held` are numbers that a reservation keeps back.
inline Reply search(const Call& call, const Ledger& ledger, const std::set<E164>& held) {
    const Criteria criteria(call);
    std::vector<const Item*> found;
    for (const auto& [number, item] : ledger.stock()) {
        if (found.size() < criteria.quantity && !held.contains(number) && criteria.fits(item)) {
            found.push_back(&item);
        }
    }
    if (call.field("Accept").find("application/json") != std::string_view::npos) {
        const auto key = [](std::string name) {
            if (name != "LATA") { name[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(name[0]))); }
            return name;
        };
        boost::json::array rows;
        for (const Item* item : found) {
            if (!criteria.wants_details()) {
                rows.emplace_back(item->number.str());
                continue;
            }
            boost::json::object row;
            for (const Field& field : details_of(*item)) {
                row[key(field.name)] =
                    field.is_number ? boost::json::value(std::stoi(field.text)) : boost::json::value(field.text);
            }
            rows.push_back(std::move(row));
        }
        const char* list = criteria.wants_details() ? "telephoneNumberDetailList" : "telephoneNumberList";
        return {200, {{"resultCount", found.size()}, {list, std::move(rows)}}};
    }
    Document document("SearchResult");
    add(document.root(), "ResultCount", std::to_string(found.size()));
    const auto list =
        add(document.root(), criteria.wants_details() ? "TelephoneNumberDetailList" : "TelephoneNumberList");
    for (const Item* item : found) {
        if (!criteria.wants_details()) {
            add(list, "TelephoneNumber", item->number.str());
            continue;
        }
        const auto row = add(list, "TelephoneNumberDetail");
        for (const Field& field : details_of(*item)) { add(row, field.name.c_str(), field.text); }
    }
    return document.reply(200);
}

/// How many numbers each exchange has.
inline Reply search_exchanges(const Call& call, const Ledger& ledger) {
    call.allow_only({"areaCode", "state", "quantity"});
    const auto area_code = call.parameter("areaCode");
    const auto state = call.parameter("state");
    const std::size_t least = call.count("quantity", 1, 1, 5000);
    if (!area_code && !state) { throw Denied(4010, "one of areaCode and state is needed"); }
    std::map<std::string, std::pair<const Item*, std::size_t>> exchanges;
    for (const auto& each : ledger.stock()) {
        const Item& item = each.second;
        const bool fits = is_nanpa(item) && !item.is_toll_free() &&
                          item.national().starts_with(area_code.value_or("")) &&
                          state.value_or(item.state) == item.state;
        if (fits) {
            auto& [first, count] = exchanges[item.national().substr(0, 6)];
            first = &item;
            ++count;
        }
    }
    std::erase_if(exchanges, [&](const auto& each) { return each.second.second < least; });
    if (exchanges.empty()) { throw Denied(area_code ? 4000 : 4006, "there is no such area"); }
    Document document("SearchResultForAvailableNpaNxx");
    const auto list = add(document.root(), "AvailableNpaNxxList");
    for (const auto& [prefix, stock] : exchanges) {
        const auto row = add(list, "AvailableNpaNxx");
        for (const Field& field : details_of(*stock.first)) {
            if (field.name == "City") { add(row, "City", field.text); }
        }
        add(row, "Npa", prefix.substr(0, 3));
        add(row, "Nxx", prefix.substr(3));
        add(row, "Quantity", std::to_string(stock.second));
        add(row, "State", stock.first->state);
    }
    return document.reply(200);
}

}  // namespace tandem::testing::sandbox::bandwidth
