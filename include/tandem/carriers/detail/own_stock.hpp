// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/stock.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// What the carriers of our own numbers have in common: they look into the store and send no request.
namespace tandem::carriers::detail {

/// `info` with what is true of each of them.
constexpr CarrierInfo own_stock(CarrierInfo info) {
    info.local = true;
    info.max_prefix_length = 15;
    info.retry = RetryClass::safe;
    return info;
}

/// Which of our numbers a carrier sells.
struct Shelf {
    State state = State::available;
    std::string_view carrier{};  ///< whose name they bear; empty: whoever's
    E164 prefix{};               ///< which all of them begin with
    InlineList<AccountId, 2>
        owners{};  ///< assigned to the first of these that has any; ours to sell to all where empty
};

/// The digits that a search's prefix stands for.
constexpr E164 digits_of(const SearchRequest& request) { return E164::parse_or_empty(request.plain_prefix()); }

/// One page of a search, as the store gives its numbers.
class StockPage {
public:
    explicit StockPage(const SearchRequest& request) : request_(request), skip_(request.offset) {}

    void add(Number&& number) {
        if (is_for_sale(number)) {
            add(number.number, [&](Offer& offer) { tell(offer, std::move(number)); });
        }
    }
    /// What `KnowsStock` calls plain.
    void add(const std::vector<E164>& plain) {
        page_.offers.reserve(std::min<std::size_t>(request_.quantity, page_.offers.size() + plain.size()));
        for (const E164 number : plain) {
            add(number, [](Offer& offer) {
                offer.monthly = Amount::zero();
                offer.state = State::available;
            });
        }
    }
    bool full() const { return page_.offers.size() == request_.quantity; }
    /// Whether there is no number for sale at all, before the offset too.
    bool none() const { return none_; }
    SearchPage take() { return std::move(page_); }

private:
    template <class Tell>
    void add(E164 number, Tell tell_more) {
        const bool wrong_kind = request_.is_wildcard() && !is_toll_free(number.digits().substr(1));
        if (wrong_kind) { return; }
        none_ = false;
        if (skip_ > 0) {
            --skip_;
        } else if (!full()) {
            Offer& offer = page_.offers.emplace_back();
            offer.number = number;
            offer.setup = Amount::zero();
            tell_more(offer);
        }
    }

    /// Not in somebody's hands, and neither being bought nor released at this moment.
    bool is_for_sale(const Number& number) const {
        const std::string_view owner = number.assigned_to;
        const bool open = owner.empty() || owner == request_.account.view() || owner == request_.reseller.view();
        return open && number.fence.empty();
    }

    /// A reserved number may be any carrier's, who alone knows what it goes on charging for it.
    void tell(Offer& offer, Number&& number) {
        if (!texts_) { texts_ = std::make_shared<Page>(std::string()); }
        offer.monthly = number.state == State::reserved ? Amount() : Amount::zero();
        offer.state = number.state;
        offer.row = texts_->copies().emplace_back(std::move(number.carrier_data.text));
        offer.page = texts_;
    }

    const SearchRequest& request_;
    std::uint32_t skip_;
    bool none_ = true;
    SearchPage page_{};
    std::shared_ptr<Page> texts_{};  ///< made when there are any
};

/// The whole page, of a store that knows its stock by heart; nothing where it has to be asked.
template <NumbersView View>
std::optional<SearchPage> find_by_heart([[maybe_unused]] View& numbers, [[maybe_unused]] NumberQuery query,
                                        [[maybe_unused]] const SearchRequest& request) {
    if constexpr (KnowsStock<View>) {
        StockPage page(request);
        while (true) {
            const auto found = numbers.plain_stock(query);
            if (!found) { return {}; }
            page.add(*found);
            if (page.full() || found->size() < query.limit) { return page.take(); }
            query.after = found->back();
        }
    } else {
        return {};
    }
}

/// The numbers for sale on `shelf` that the request asks for.
/// Errors: `not_available` for a prefix that no number on the shelf has.
/// Lifetime: the request outlives the task.
template <NumbersView View>
Task<SearchPage> find_on(Shelf shelf, View numbers, const SearchRequest& request) {
    constexpr std::uint64_t rows_at_once = 500;
    const E164 asked = digits_of(request);
    NumberQuery query;
    query.prefix = shelf.prefix.starts_with(asked) ? shelf.prefix : asked;
    if (!query.prefix.starts_with(shelf.prefix)) {
        errors::not_available("its numbers begin with " + shelf.prefix.str());
    }
    query.state = shelf.state;
    query.carrier = shelf.carrier;
    query.limit = static_cast<std::uint32_t>(std::min(std::uint64_t{request.offset} + request.quantity, rows_at_once));
    if (shelf.owners.empty()) {
        if (auto known = find_by_heart(numbers, query, request)) { co_return std::move(*known); }
    }
    StockPage page(request);
    const AccountId* owner = shelf.owners.begin();
    do {
        query.account = shelf.owners.empty() ? AccountId() : *owner++;
        query.after = {};
        do {
            NumberPage found = co_await numbers.scan(query);
            for (Number& each : found.numbers) { page.add(std::move(each)); }
            query.after = found.next;
        } while (!page.full() && !query.after.empty());
    } while (page.none() && owner != shelf.owners.end());
    co_return page.take();
}

/// Errors: `not_available` where no account is named.
inline void require_account(const SearchRequest& request) {
    if (request.account.empty()) { errors::not_available("it sells to accounts alone, and none is named"); }
}

/// The account that asks, then the reseller whose customer it is.
inline InlineList<AccountId, 2> account_then_reseller(const SearchRequest& request) {
    InlineList<AccountId, 2> owners{request.account};
    if (!request.reseller.empty() && request.reseller != request.account) { owners.push_back(request.reseller); }
    return owners;
}

/// Gives `number` as it is, when it is in the store: a number that left the stock since it was found is not sold again.
/// Errors: `number_unavailable`.
template <NumbersView View>
Task<Number> take_from(View numbers, Number number) {
    NumberQuery query;
    query.prefix = number.number;
    query.limit = 1;
    const NumberPage found = co_await numbers.scan(query);
    const bool here = !found.numbers.empty() && found.numbers.front().number == number.number &&
                      found.numbers.front().state != State::discovery;
    if (!here) { errors::number_unavailable("it is not in our stock"); }
    co_return number;
}

inline Task<Number> unchanged(Number number) { co_return number; }

/// Buying and releasing change the record alone, which the manager does.
struct OwnStock {
    Task<Number> acquire_number(auto& session, Number number) const {
        return take_from(session.numbers(), std::move(number));
    }
    Task<Number> disconnect_number(auto&, Number number) const { return unchanged(std::move(number)); }
};

}  // namespace tandem::carriers::detail
