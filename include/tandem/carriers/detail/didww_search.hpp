// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carriers/detail/pages.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/wire/json_api.hpp>
#include <tandem/wire/status.hpp>
#include <tandem/wire/url.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// How DIDWW is searched: a country by its code, its groups of numbers (`did_groups`) by prefix, and the numbers of
/// those that let one choose (`available_dids`).
namespace tandem::carriers::didww {

using wire::json_api::Document;
using wire::json_api::Resource;

/// The failure that a reply tells. Its codes are not its status: 400 is that our funds do not suffice.
[[noreturn]] inline void raise(const Response& response) {
    std::string reason = wire::json_api::reason_in(response);
    if (response.status == 400 && wire::Complaint(response).text("errors.0.code") == "400") {
        wire::raise_meaning(errc::carrier_out_of_funds, response, std::move(reason));
    }
    wire::raise_status(response, std::move(reason));
}

inline void expect(const Response& response, int status) {
    if (response.status != status) { raise(response); }
}
/// The same for a search.
inline void expect_found(const Response& response) {
    if (response.status == 404) { wire::raise_none(wire::json_api::reason_in(response)); }
    expect(response, 200);
}

/// DIDWW writes numbers without `+`; empty for what is no number.
inline E164 number_of(std::string_view digits) {
    const std::string text = "+" + std::string(digits);
    return E164::is_valid(text) ? E164::parse_or_empty(text) : E164();
}

/// How a number of a group can be had: DIDWW's stock keeping unit.
struct Unit {
    std::string id{};
    Amount setup{};
    Amount monthly{};
    boost::json::object summary{};
};

/// Numbers that are alike.
struct Group {
    std::string id{};
    std::string area{};
    E164 prefix{};
    Features features{};
    std::uint32_t stock = 0;
    bool is_selectable = false;  ///< its numbers can be chosen
    std::vector<Unit> units{};   ///< the cheapest first, at least one
    boost::json::object summary{};
};

inline Features features_of(const JsonFields& attributes) {
    constexpr std::array<std::pair<Feature, std::string_view>, 5> words{{{Feature::voice, "voice_in"},
                                                                         {Feature::sms, "sms_in"},
                                                                         {Feature::fax, "t38"},
                                                                         {Feature::emergency, "emergency"},
                                                                         {Feature::cnam, "cnam_out"}}};
    Features features;
    if (attributes.find("features") == nullptr) { return features; }
    const std::vector<std::string> told = attributes.texts("features");
    for (const auto& [feature, word] : words) {
        features.set(feature, std::find(told.begin(), told.end(), word) != told.end());
    }
    return features;
}

inline Amount price_in(const JsonFields& attributes, std::string_view key) {
    const auto price = Amount::parse(attributes.text(key));
    if (!price || *price < Amount::zero()) { attributes.refuse(key, "a price"); }
    return *price;
}

/// `dial_code`: of its country, where its prefix matters.
/// Errors: `malformed_reply` for what is no group that could be bought from.
inline Group group_of(const Document& document, const Resource& resource, std::string_view dial_code) {
    const JsonFields attributes = resource.attributes(), meta = resource.meta();
    Group group{.id = resource.id(), .area = attributes.text("area_name")};
    group.prefix = E164::parse_or_empty("+" + std::string(dial_code) + attributes.text("prefix"));
    if (group.prefix.empty() && !dial_code.empty()) { attributes.refuse("prefix", "digits"); }
    group.features = features_of(attributes);
    group.stock = static_cast<std::uint32_t>(std::min<std::uint64_t>(meta.count("total_count"), 0xFFFF'FFFFU));
    group.is_selectable = meta.flag("available_dids_enabled");
    group.summary = resource.summary();
    for (const auto& identifier : resource.related("stock_keeping_units")) {
        const Resource* unit = document.included(identifier);
        if (unit == nullptr || unit->type() != "stock_keeping_units") { continue; }
        const JsonFields prices = unit->attributes();
        Unit told{unit->id(), price_in(prices, "setup_price"), price_in(prices, "monthly_price"), unit->summary()};
        const auto place =
            std::upper_bound(group.units.begin(), group.units.end(), told, [](const Unit& a, const Unit& b) {
                return std::pair(a.monthly.count(), a.setup.count()) < std::pair(b.monthly.count(), b.setup.count());
            });
        group.units.insert(place, std::move(told));
    }
    if (group.units.empty() || resource.type() != "did_groups") { errors::malformed_reply("it is no group for sale"); }
    return group;
}

/// The group of an `available_dids`. Errors: `malformed_reply` where it did not come along.
inline Group group_around(const Document& document, const Resource& number) {
    const auto related = number.related("did_group");
    const Resource* group = related.size() == 1 ? document.included(related.front()) : nullptr;
    if (number.type() != "available_dids" || group == nullptr) { errors::malformed_reply("the number has no group"); }
    return group_of(document, *group, "");
}

/// A country as DIDWW knows it.
struct Place {
    std::string id{};
    std::string dial_code{};
};

/// Errors: `not_available` for a country that it does not know.
inline Place place_in(const Response& response, std::string_view country) {
    expect_found(response);
    const Document document(response);
    for (const Resource& each : document.data()) {
        const JsonFields attributes = each.attributes();
        std::string dial_code = attributes.text("prefix");
        if (each.type() != "countries" || attributes.text("iso") != country || dial_code.empty()) { continue; }
        if (E164::parse_or_empty("+" + dial_code).empty()) { errors::malformed_reply("a dial code is digits"); }
        return {each.id(), std::move(dial_code)};
    }
    errors::not_available("DIDWW does not sell in this country");
}

/// One search, from one request to the next.
class Search {
public:
    Search(const SearchRequest& request, Place place, const std::string& base_url)
        : request_(request), place_(std::move(place)), base_url_(base_url) {
        const std::string_view prefix = request.prefix.view();
        digits_ = prefix.substr(1, prefix.size() - (request.is_wildcard() ? 2 : 1));
        const bool is_within = digits_.starts_with(place_.dial_code);
        if (!is_within && !place_.dial_code.starts_with(digits_)) {
            errors::not_available("DIDWW dials this country differently");
        }
        national_ = is_within ? digits_.substr(place_.dial_code.size()) : std::string();
        is_american_ = place_.dial_code == "1";
        country_ = keep(request.country.str());
        is_narrow_ = !national_.empty() && (!is_american_ || national_.size() >= 3 || request.is_wildcard());
    }

    /// The next page of groups; nothing when there are enough.
    std::optional<std::string> groups_url() {
        if (is_done_) { return {}; }
        wire::Url url = (wire::Url(base_url_) / "did_groups")
                            .query("filter[country.id]", place_.id)
                            .query("filter[is_available]", "true");
        if (is_narrow_ && by_exchange()) {
            url = std::move(url).query("filter[nanpa_prefix.npanxx]", exchange());
        } else if (is_narrow_) {
            url = std::move(url).query("filter[prefix]", prefixes());
        }
        return std::move(url)
            .query("include", "stock_keeping_units")
            .query("page[number]", ++page_)
            .query("page[size]", page_size)
            .str();
    }
    void add_groups(const Response& response) {
        expect_found(response);
        const Document document(response);
        refused_ += document.refused();
        for (const Resource& each : document.data()) { add_group(document, each); }
        const std::uint64_t rows = document.data().size() + document.refused();
        seen_ += rows;
        // A page may be smaller than was asked for: the list tells how many there are.
        const bool is_behind = rows < page_size && (rows == 0 || seen_ >= document.total().value_or(0));
        const bool is_last =
            is_behind || page_ == most_pages || groups_.size() >= std::uint64_t{request_.offset} + request_.quantity;
        if (is_last) { finish(); }
    }
    /// Where a later page fails, the groups before it are the answer. Errors: the failure, where there are none.
    void end_groups(const Exception& failure) {
        if (groups_.empty()) { throw failure; }
        failure_ = failure.error();
        is_done_ = true;
    }

    /// The numbers of these groups; nothing where none of them can be chosen.
    std::optional<std::string> numbers_url() const {
        constexpr std::size_t most = 50;  // a URL has its limits
        std::string ids;
        std::size_t count = 0;
        for (const Group& group : groups_) {
            if (!group.is_selectable || count == most) { continue; }
            ids.append(count++ == 0 ? "" : ",").append(group.id);
        }
        if (count == 0) { return {}; }
        wire::Url url = (wire::Url(base_url_) / "available_dids").query("filter[did_group.id]", ids);
        if (digits_.size() >= 3) { url = std::move(url).query("filter[number_contains]", digits_); }
        return std::move(url).query("include", "did_group.stock_keeping_units").str();
    }
    /// An account may lack the right to choose: then there are the groups. So there are where the answer fails.
    void add_numbers(const Response& response) {
        const bool may_not =
            (response.status == 403 || response.status == 404) && wire::json_api::tells_errors(response);
        if (may_not) { return; }
        expect(response, 200);
        const Document document(response);
        refused_ += document.refused();
        for (const Resource& each : document.data()) { add_number(document, each); }
    }
    void end_numbers(const Exception& failure) { failure_ = failure.error(); }

    /// The numbers, and behind them the groups.
    SearchPage page() && {
        SearchPage page{.offers = std::move(numbers_), .refused = refused_, .failure = std::move(failure_)};
        for (const Group& group : groups_) {
            if (page.offers.size() >= std::uint64_t{request_.offset} + request_.quantity) { break; }
            offer_group(group, page.offers);
        }
        if (page.offers.empty() && page.failure) { throw Exception(*page.failure); }
        carriers::detail::keep_requested(page, request_);
        return page;
    }

private:
    static constexpr std::uint32_t page_size = 100;
    static constexpr std::uint32_t most_pages = 10;

    bool by_exchange() const { return is_american_ && national_.size() >= 6 && !wants_toll_free(request_); }
    std::string exchange() const { return national_.substr(0, 6); }
    /// What a group's prefix may be: an area code, or, where those have any length, any part of what was asked for.
    std::string prefixes() const {
        std::string list;
        const auto add = [&](std::string_view prefix) { list.append(list.empty() ? "" : ",").append(prefix); };
        if (is_american_ && !request_.is_wildcard()) { return national_.substr(0, 3); }
        if (is_american_) {
            for (const std::string_view code : toll_free_codes) {
                if (code.starts_with(national_)) { add(code); }
            }
            return list;
        }
        for (std::size_t size = 1; size <= national_.size(); ++size) {
            add(std::string_view(national_).substr(0, size));
        }
        return list;
    }
    /// Where no group's prefix is a part of what was asked for, theirs may be longer: then all of the country's come.
    void finish() {
        const bool may_be_longer = is_narrow_ && !is_american_ && groups_.empty() && !by_exchange();
        is_done_ = !may_be_longer;
        is_narrow_ = false;
        page_ = 0;
        seen_ = 0;
    }

    bool is_wanted(E164 number) const {
        return request_.matches(number) && (!request_.is_wildcard() || is_toll_free(number.digits().substr(1)));
    }
    void add_group(const Document& document, const Resource& resource) {
        try {
            Group group = group_of(document, resource, place_.dial_code);
            if (by_exchange() && national_.size() == 6) { group.prefix = E164::parse_or_empty("+" + digits_); }
            const bool may_hold =
                is_wanted(group.prefix) || E164::parse_or_empty("+" + digits_).starts_with(group.prefix);
            if (may_hold && group.features.has_all(request_.features)) { groups_.push_back(std::move(group)); }
        } catch (const Exception&) { ++refused_; }
    }
    void add_number(const Document& document, const Resource& resource) {
        try {
            const E164 number = number_of(resource.attributes().text("number"));
            if (number.empty()) { errors::malformed_reply("it is no number"); }
            const Group group = group_around(document, resource);
            if (!is_wanted(number) || !group.features.has_all(request_.features)) { return; }
            const Unit& unit = group.units.front();
            Offer offer = offer_of(group, unit, {{"available_did", resource.summary()}});
            offer.number = number;
            numbers_.push_back(std::move(offer));
        } catch (const Exception&) { ++refused_; }
    }
    /// One offer for each way to have a number of it, if all its numbers are what was asked for.
    void offer_group(const Group& group, std::vector<Offer>& offers) {
        if (!is_wanted(group.prefix)) { return; }
        for (const Unit& unit : group.units) {
            Offer offer = offer_of(group, unit, {});
            offer.prefix = group.prefix;
            offer.stock = group.stock;
            const bool by_id = by_exchange() && national_.size() == 6;
            offer.id = keep(group.id + "/" + unit.id + (by_id ? "/" + exchange() : std::string()));
            offers.push_back(std::move(offer));
        }
    }
    /// What all offers tell. `details` gets what DIDWW said of group and unit.
    Offer offer_of(const Group& group, const Unit& unit, boost::json::object details) {
        details["did_group"] = group.summary;
        details["stock_keeping_unit"] = unit.summary;
        Offer offer{.setup = unit.setup, .monthly = unit.monthly, .currency = "USD", .features = group.features};
        offer.locality = keep(group.area);
        offer.country = country_;
        offer.row = keep(write_json(std::move(details)));
        offer.page = texts_;
        return offer;
    }
    std::string_view keep(std::string text) { return texts_->copies().emplace_back(std::move(text)); }

    SearchRequest request_;
    Place place_;
    std::string base_url_;
    std::string_view country_;
    std::string digits_;    ///< of the prefix, the country code first
    std::string national_;  ///< those behind the country code
    bool is_american_ = false;
    bool is_narrow_ = false;  ///< groups are asked for by their prefix
    bool is_done_ = false;
    std::uint64_t page_ = 0;
    std::uint64_t seen_ = 0;  ///< rows on these pages
    std::vector<Group> groups_;
    std::vector<Offer> numbers_;
    std::uint32_t refused_ = 0;
    std::optional<Error> failure_;
    std::shared_ptr<Page> texts_ = std::make_shared<Page>(std::string());
};

}  // namespace tandem::carriers::didww
