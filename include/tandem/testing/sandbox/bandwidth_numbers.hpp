// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/bandwidth_orders.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// What Bandwidth's Dashboard v2 tells of numbers that are not for sale alone, after its OpenAPI document.
namespace tandem::testing::sandbox::bandwidth {

/// Lifetime: that of what it looks at.
class Numbers {
public:
    /// `orders`: which order bought each number that is in service.
    Numbers(const Ledger& ledger, const std::set<E164>& held, const std::map<E164, std::string>& orders)
        : ledger_(ledger), held_(held), orders_(orders) {}

    Reply in_service(const Call& call) const {
        call.allow_only({"page", "size", "startdate", "enddate", "countryCodeA3", "phoneNumberType", "areaCode", "city",
                         "tier", "npaNxx", "npaNxxx", "lata", "state", "ratecenter"});
        if (call.parameter("ratecenter") && !call.parameter("state")) { throw Refusal(404, "ratecenter needs state"); }
        std::vector<std::string> numbers;
        for (const auto& [number, item] : ledger_.owned()) {
            if (is_in_time(call) && fits(call, item)) { numbers.push_back(number.str()); }
        }
        if (numbers.empty()) {
            Reply nothing;
            nothing.status = 204;
            return nothing;
        }
        const Page page(call, numbers, ledger_.page_rows(1000));
        Document document("TNs");
        add(document.root(), "TotalCount", std::to_string(numbers.size()));
        page.add_links(document.root());
        const auto list = add(document.root(), "TelephoneNumbers");
        add(list, "Count", std::to_string(page.end() - page.begin()));
        for (std::size_t i = page.begin(); i < page.end(); ++i) { add(list, "TelephoneNumber", numbers[i]); }
        return document.reply(200);
    }
    /// Says so by its status alone.
    Reply is_in_service(const Call& call) const {
        call.allow_only({});
        if (!ledger_.owned().contains(E164::parse_or_empty(call.path[5]))) { throw Refusal(404, "not in service"); }
        return {};
    }

    Reply show(const Call& call) const {
        const E164 number = known(call).number;
        Document document("TelephoneNumberResponse");
        const auto root = document.root();
        add(root, "TelephoneNumber", number.str());
        add(root, "Status", status_of(number));
        add(root, "LastModifiedDate", moment);
        if (const auto order = orders_.find(number); order != orders_.end()) {
            add(root, "OrderCreateDate", moment);
            add(root, "OrderId", order->second);
            add(root, "OrderType", "NEW_NUMBER_ORDER");
            add(root, "InServiceDate", moment);
            add(root, "SiteId", std::string(site_id));
            add(root, "AccountId", std::string(account_id));
        }
        return document.reply(200);
    }
    Reply show_details(const Call& call) const {
        const Item& item = known(call);
        Document document("TelephoneNumberResponse");
        const auto details = add(document.root(), "TelephoneNumberDetails");
        for (const Field& field : details_of(item)) {
            add(details, field.name == "LATA" ? "Lata" : field.name.c_str(), field.text);
        }
        add(details, "Status", status_of(item.number));
        if (orders_.contains(item.number)) {
            add(details, "AccountId", std::string(account_id));
            add(add(details, "Site"), "Id", std::string(site_id));
            add(add(details, "SipPeer"), "PeerId", std::string(sip_peer));
        }
        return document.reply(200);
    }

private:
    /// What a number has no such detail of, it does not fit.
    static bool fits(const Call& call, const Item& item) {
        constexpr std::array<std::string_view, 7> by_detail{"countryCodeA3", "phoneNumberType", "city",      "tier",
                                                            "lata",          "state",           "ratecenter"};
        const auto details = details_of(item);
        return std::all_of(call.query.begin(), call.query.end(), [&](const auto& pair) {
            const auto& [name, value] = pair;
            if (name == "areaCode") { return item.national().starts_with(value); }
            if (name == "npaNxx" || name == "npaNxxx") { return is_nanpa(item) && item.national().starts_with(value); }
            return std::find(by_detail.begin(), by_detail.end(), name) == by_detail.end() ||
                   std::any_of(details.begin(), details.end(), [&](const Field& field) {
                       return equal_ignoring_case(field.name, name) && equal_ignoring_case(field.text, value);
                   });
        });
    }
    /// Errors: `Denied` for what is no number, or none that Bandwidth has.
    const Item& known(const Call& call) const {
        call.allow_only({});
        const std::string& text = call.path[3];
        const E164 number = E164::parse_or_empty(text);
        if (number.empty()) { throw Denied(12512, "'" + text + "' is no number"); }
        if (const Item* mine = ledger_.bought(number)) { return *mine; }
        const auto found = ledger_.stock().find(number);
        if (found == ledger_.stock().end()) { throw Denied(4017, "no such number", 404); }
        return found->second;
    }
    std::string status_of(E164 number) const {
        if (ledger_.owned().contains(number)) { return "Inservice"; }
        return ledger_.stock().contains(number) && !held_.contains(number) ? "Available" : "Reserved";
    }

    const Ledger& ledger_;
    const std::set<E164>& held_;
    const std::map<E164, std::string>& orders_;
};

}  // namespace tandem::testing::sandbox::bandwidth
