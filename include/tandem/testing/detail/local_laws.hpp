// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/desk.hpp>
#include <tandem/testing/detail/trial.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace tandem::testing::detail {

/// Sends nothing: whoever sends all the same breaks a law.
struct NoTransport {
    Task<Response> send(Request request, Deadline) {
        errors::raise(errc::unspecified, "a local carrier sends no request", request.url());
    }
};

/// The laws of a carrier whose stock is our own.
template <Carrier C>
class LocalLaws {
public:
    LocalLaws(const C& carrier, const std::vector<Number>& stock, const SearchRequest& request)
        : stock_(stock), request_(canonical(request).value()), desk_(carrier, NoTransport()) {
        desk_.numbers() = Numbers(stock);
    }

    std::vector<BrokenLaw> broken() {
        const std::vector<Offer> offers = found(request_);
        expect(!offers.empty() && offers.size() <= request_.quantity, for_sale_, request_.prefix.str());
        for (const Offer& offer : offers) {
            expect(request_.matches(offer.number) && is_for_sale(offer), for_sale_, offer.number.str());
            buys_and_releases(offer);
        }
        pages_are_parts_of_the_whole(offers);
        desk_.numbers() = Numbers();
        expect(found(request_).empty(), "an empty stock is no error", "it offers what is not there");
        for (const Offer& offer : offers) {
            Number record = record_of<C>(offer);
            expect(desk_.buy(record).phase == Operation::Phase::refused, "what somebody else bought is refused",
                   offer.number.str());
        }
        return std::move(broken_);
    }

private:
    static constexpr const char* for_sale_ = "a search finds what is for sale";

    void expect(bool holds, const char* law, std::string how) {
        if (!holds) { broken_.push_back({law, std::move(how)}); }
    }

    std::vector<Offer> found(const SearchRequest& request) {
        try {
            return desk_.find(request).offers;
        } catch (const Exception& failure) {
            expect(failure.error().code == errc::not_available, for_sale_, failure.what());
            return {};
        }
    }

    /// Its own numbers that are available, or, without a stock, anybody's that are reserved; none that is another
    /// account's.
    bool is_for_sale(const Offer& offer) const {
        return std::any_of(stock_.begin(), stock_.end(), [&](const Number& each) {
            const bool own = C::info.stock == Stocked::never
                                 ? each.state == State::reserved
                                 : each.state == State::available && each.carrier == C::info.name;
            const bool open = each.assigned_to.empty() || request_.account.view() == each.assigned_to ||
                              request_.reseller.view() == each.assigned_to;
            return each.number == offer.number && each.state == offer.state && own && open && each.fence.empty();
        });
    }

    void buys_and_releases(const Offer& offer) {
        Number record = record_of<C>(offer);
        for (const bool buys : {true, false, false}) {
            const auto verdict = buys ? desk_.buy(record) : desk_.release(record);
            expect(verdict.phase == Operation::Phase::done && record.number == offer.number,
                   buys ? "what is found can be bought, once" : "releasing twice is harmless", offer.number.str());
        }
    }

    void pages_are_parts_of_the_whole(const std::vector<Offer>& offers) {
        SearchRequest one = request_;
        one.quantity = 1;
        for (const Offer& offer : offers) {
            const std::vector<Offer> page = found(one);
            expect(page.size() == 1 && page.front().number == offer.number, "pages neither skip nor repeat",
                   offer.number.str() + " is not alone at offset " + std::to_string(one.offset));
            ++one.offset;
        }
    }

    const std::vector<Number>& stock_;
    SearchRequest request_;
    Desk<C, NoTransport> desk_;
    std::vector<BrokenLaw> broken_{};
};

}  // namespace tandem::testing::detail
