// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/e164.hpp>
#include <tandem/core/features.hpp>
#include <tandem/core/money.hpp>
#include <tandem/core/state.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace tandem {

/// The text that the offers of one reply share: the reply's own, or what a reader copied out of it.
class Page {
public:
    explicit Page(std::string text) : text_(std::move(text)) {}
    Page(const Page&) = delete;
    Page& operator=(const Page&) = delete;

    std::string_view text() const { return text_; }
    /// Texts beside it, for a reader: those that stand escaped in the reply.
    std::deque<std::string>& copies() { return copies_; }

private:
    std::string text_;
    std::deque<std::string> copies_;
};

/// A number, or a group of numbers, that a carrier would sell. Compact; its texts are views into the page that it
/// shares, so a copied offer outlives the search that found it.
struct Offer {
    E164 number{};     ///< empty when the carrier names the number only with the order
    Amount setup{};    ///< once, in `currency`
    Amount monthly{};  ///< every month, in `currency`
    Currency currency{};
    Features features{};
    State state = State::discovery;
    std::string_view carrier{};  ///< `CarrierInfo::name`, which lives as long as the program; set by the manager
    std::string_view id{};       ///< the carrier's own name for the offer, where it has one
    std::string_view rate_center{};
    std::string_view lata{};
    std::string_view region{};    ///< state or province
    std::string_view locality{};  ///< city
    std::string_view country{};   ///< ISO 3166-1 alpha-2
    E164 prefix{};                ///< of a group: what its numbers begin with
    std::uint32_t stock = 0;      ///< of a group: how many numbers it holds; 0 when the carrier does not tell
    std::string_view row{};       ///< the offer's row of the reply, as one JSON value; empty when there is none
    std::shared_ptr<const Page> page{};  ///< owns what the views above show

    /// What the carrier said of it, as one JSON value; `{}` when it said nothing.
    std::string_view details() const { return row.empty() ? std::string_view("{}") : row; }
};

}  // namespace tandem
