// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/twilio_account.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/wire/twilio.hpp>
#include <tandem/wire/url.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::carriers::twilio {

/// A type of numbers. Each has a search of its own.
struct Type {
    std::string_view resource;
    std::string_view price;  ///< its name in a list of prices
};
inline constexpr std::array<Type, 4> types{
    {{"Local", "local"}, {"Mobile", "mobile"}, {"National", "national"}, {"TollFree", "toll free"}}};

/// One search at Twilio: page after page of one type, then of the next.
/// Lifetime: the request outlives it.
class Search {
public:
    static constexpr std::uint32_t largest_page = 1'000;

    /// Where the country code is 1 the prefix tells the type; elsewhere all are asked in turn.
    /// Errors: `invalid` for a prefix that is no country's.
    Search(Account account, const SearchRequest& request) : account_(std::move(account)), request_(request) {
        if (request.country.empty()) {
            errors::invalid("Twilio searches within a country, and this prefix tells none", request.prefix.str());
        }
        const bool is_american = dial_code_of(request.country.view()) == "1";
        if (is_american) { types_ = wants_toll_free(request) ? types_.last(1) : types_.first(1); }
        url_ = first_page();
    }

    /// Asks for the page that comes next.
    Request next() const { return account_.authorized(Request::get(url_)); }
    const Type& type() const { return types_.front(); }

    /// What of the request is in this reply. A country that lacks one type may have others.
    detail::CarrierPage read(Response response) {
        const bool has_others = was_answered_ || types_.size() > 1;
        const bool lacks_type = response.status == 404 && !is_further_ && has_others;
        detail::CarrierPage read;
        std::string next;
        if (!lacks_type) {
            auto found = wire::twilio::read_available(std::move(response));
            next = wire::twilio::next_page(account_.base, found.whole);
            read.page = std::move(found.page);
            detail::drop_unwanted(read.page, request_);
            was_answered_ = true;
        }
        is_further_ = !next.empty() && next != url_;  // some pages link to themselves
        if (!is_further_) { types_ = types_.subspan(1); }
        read.is_last = types_.empty();
        if (!read.is_last) { url_ = is_further_ ? std::move(next) : first_page(); }
        return read;
    }

private:
    /// An area code is named apart. Of what is longer, or has none, all is a pattern: of the digits, or behind a `+`,
    /// which anchors it.
    std::string first_page() const {
        wire::Url url = wire::Url(account_.url) / "AvailablePhoneNumbers" / request_.country.view() /
                        account_.with_suffix(type().resource);
        const std::string_view digits = national_digits(request_);
        if (has_area_code(request_)) {
            url = std::move(url).query("AreaCode", digits.substr(0, 3));
            if (digits.size() > 3) { url = std::move(url).query("Contains", digits); }
        } else if (!digits.empty()) {
            url = std::move(url).query("Contains", request_.prefix.view());
        }
        constexpr std::array<std::pair<Feature, std::string_view>, 4> filters{{{Feature::voice, "VoiceEnabled"},
                                                                               {Feature::sms, "SmsEnabled"},
                                                                               {Feature::mms, "MmsEnabled"},
                                                                               {Feature::fax, "FaxEnabled"}}};
        for (const auto& [feature, name] : filters) {
            if (request_.features.contains(feature)) { url = std::move(url).query(name, "true"); }
        }
        return std::move(url).query("PageSize", detail::page_size(request_, largest_page)).str();
    }

    Account account_;
    const SearchRequest& request_;
    std::span<const Type> types_{types};  ///< those still to be asked; the first is being asked
    std::string url_;
    bool is_further_ = false;    ///< `url_` is not its type's first page
    bool was_answered_ = false;  ///< the country has one of the types
};

}  // namespace tandem::carriers::twilio
