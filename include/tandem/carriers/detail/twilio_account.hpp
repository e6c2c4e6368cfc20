// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/area_codes.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/wire/form.hpp>
#include <tandem/wire/twilio.hpp>
#include <tandem/wire/url.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// What carriers do alike whose API is Twilio's, all but the search.
namespace tandem::carriers::twilio {

/// The digits of a search behind the country code; of a wildcard, those of the one toll-free code in use that it stands
/// for.
inline std::string_view national_digits(const SearchRequest& request) {
    const std::string_view digits = request.national_prefix(dial_code_of(request.country.view()));
    const auto code = std::find_if(toll_free_codes.begin(), toll_free_codes.end(),
                                   [&](std::string_view each) { return each.starts_with(digits); });
    return request.is_wildcard() && code != toll_free_codes.end() ? *code : digits;
}
/// Whether they begin with an area code by which such carriers search: those of two countries alone.
inline bool has_area_code(const SearchRequest& request) {
    return carriers::detail::is_for_us_or_canada(request) && national_digits(request).size() >= 3;
}

/// An account at such a carrier.
struct Account {
    std::string base{};  ///< what links to further pages are relative to
    std::string url{};   ///< below which its resources stand
    std::string user{};
    Secret password{};
    std::string_view suffix{};  ///< behind the last part of every path

    wire::Url of(std::string_view resource) const { return wire::Url(url) / with_suffix(resource); }
    std::string with_suffix(std::string_view name) const { return std::string(name).append(suffix); }
    Request authorized(Request request) const { return std::move(request).basic_authorization(user, password); }

    /// Lists `number` among ours, if it has this name; of any name where that is empty.
    Request owned(E164 number, std::string_view name = {}) const {
        wire::Url list = of("IncomingPhoneNumbers").query("PhoneNumber", number.text().view());
        if (!name.empty()) { list = std::move(list).query("FriendlyName", name); }
        return authorized(Request::get(std::move(list).query("PageSize", 1'000).str()));
    }
    std::string list() const { return of("IncomingPhoneNumbers").query("PageSize", 1'000).str(); }
    /// Whether `link` leads to a page of the list of our numbers.
    bool is_list(std::string_view link) const {
        const std::string resource = of("IncomingPhoneNumbers").str() + "?";
        return link.starts_with(resource);
    }
    /// `form`: what the order says beside number and name.
    Request order(const Number& number, wire::Form form) const {
        form.add("PhoneNumber", number.number.text().view()).add("FriendlyName", number.order->operation.view());
        return wire::with_form(authorized(Request::post(of("IncomingPhoneNumbers").str())), form);
    }
    Request release(std::string_view sid) const {
        return authorized(Request::delete_((wire::Url(url) / "IncomingPhoneNumbers" / with_suffix(sid)).str()));
    }
};

/// An order of a number that is ours already is answered as one that bought it, and changes it: so it is looked for
/// first.
/// Errors: `number_exists` for what another operation bought, or somebody else for the same account.
inline Number expect_own(const wire::twilio::Owned& owned, Number number) {
    if (!wire::twilio::is_of(owned, number)) {
        errors::raise(errc::number_exists, "the number is ours at the carrier already: this operation did not buy it",
                      owned.sid);
    }
    return wire::twilio::bought(owned, std::move(number));
}

Task<Number> buy(Account account, auto& session, Number number, wire::Form form) {
    number.order = Order{.operation = session.operation().id, .status = Order::Status::pending};
    const Response listed = co_await session.send(account.owned(number.number));
    if (const auto owned = wire::twilio::find_owned(listed, number.number)) {
        co_return expect_own(*owned, std::move(number));
    }
    const Response response = co_await session.send(account.order(number, std::move(form)));
    co_return wire::twilio::read_bought(response, std::move(number));
}

Task<std::optional<Number>> find_bought(Account account, auto& session, Number number) {
    number.order = Order{.operation = session.operation().id, .status = Order::Status::pending};
    const Response listed = co_await session.send(account.owned(number.number, number.order->operation.view()));
    co_return wire::twilio::find_bought(listed, std::move(number));
}

Task<bool> owns(Account account, auto& session, E164 number) {
    const Response listed = co_await session.send(account.owned(number));
    co_return wire::twilio::find_owned(listed, number).has_value();
}

/// A page of the list of our numbers. The next one is called as its URL.
inline OwnedNumbers read_page(const Account& account, const Response& response) {
    if (response.status != 200) { wire::twilio::raise(response); }
    const auto read = wire::read_rows(wire::twilio::owned_list, response);
    OwnedNumbers page{.numbers = carriers::detail::all_numbers_in(read),
                      .next = wire::twilio::next_page(account.base, read.whole)};
    if (!page.next.empty() && !account.is_list(page.next)) {
        errors::malformed_reply("its next page is none of our numbers: " + page.next.substr(0, 128));
    }
    return page;
}
Task<OwnedNumbers> owned_numbers(Account account, auto& session, std::string page) {
    if (page.empty()) { page = account.list(); }
    if (!account.is_list(page)) { carriers::detail::refuse_page(page); }
    const Response response = co_await session.send(account.authorized(Request::get(page)));
    co_return read_page(account, response);
}

/// By the sid of its purchase; a number from elsewhere, or one that has got another sid since, by the one that is
/// listed.
Task<Number> release(Account account, auto& session, Number number) {
    if (const std::string sid = wire::twilio::sid_of(number); !sid.empty()) {
        const Response response = co_await session.send(account.release(sid));
        if (wire::twilio::is_released(response)) { co_return number; }
    }
    const Response listed = co_await session.send(account.owned(number.number));
    if (const auto owned = wire::twilio::find_owned(listed, number.number)) {
        const Response response = co_await session.send(account.release(owned->sid));
        (void)wire::twilio::is_released(response);  // if not, somebody else was quicker
    }
    co_return number;
}

}  // namespace tandem::carriers::twilio
