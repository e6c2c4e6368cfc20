// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/e164.hpp>
#include <tandem/core/error.hpp>
#include <tandem/core/number.hpp>
#include <tandem/wire/url.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// Where at Voxbone everything is.
namespace tandem::carriers::voxbone {

inline std::string page_of(wire::Url url, std::uint64_t page, std::uint64_t size) {
    return std::move(url).query("pageNumber", page).query("pageSize", size).str();
}

/// The addresses of Voxbone's resources in one environment.
class Addresses {
public:
    /// Where `base_url` is empty, `environment` chooses it. Lifetime: neither is copied.
    /// Errors: `settings` for an environment that there is not.
    Addresses(std::string_view environment, std::string_view base_url) : base_(base_url) {
        if (!base_.empty()) { return; }
        if (environment == "production") {
            base_ = "https://api.voxbone.com/v1";
        } else if (environment == "sandbox") {
            base_ = "https://api.sandbox.voxbone.com/v1";
        } else {
            errors::raise(errc::settings, "number_manager.voxbone.environment must be sandbox or production",
                          std::string(environment));
        }
    }

    wire::Url groups() const { return of("inventory", "didgroup"); }
    std::string balance() const { return of("ordering", "accountbalance").str(); }

    std::string carts() const { return of("ordering", "cart").str(); }
    std::string carts_for(std::string_view reference) const {
        return page_of(of("ordering", "cart").query("reference", reference), 0, look_up_page);
    }
    std::string cart(std::string_view id) const { return cart_url(id).str(); }
    std::string product_of(std::string_view cart_id) const { return (cart_url(cart_id) / "product").str(); }
    std::string checkout(std::string_view cart_id) const { return (cart_url(cart_id) / "checkout").str(); }

    std::string orders(std::uint64_t page) const { return page_of(of("ordering", "order"), page, look_up_page); }
    std::string order(const Order& order) const {
        return page_of(of("ordering", "order").query("reference", order.reference), 0, look_up_page);
    }
    std::string cancel() const { return of("ordering", "cancel").str(); }

    std::string numbers(std::uint64_t page) const { return page_of(of("inventory", "did"), page, look_up_page); }
    std::string numbers_of(const Order& order) const { return numbers_by("orderReference", order.reference); }
    /// A pattern, in which `%` stands for anything: so no `+` has to be in it.
    std::string number(E164 number) const { return numbers_by("e164Pattern", "%" + number.digits()); }

private:
    static constexpr std::uint64_t look_up_page = 500;  ///< rows of a page of carts, orders or numbers

    wire::Url of(std::string_view module, std::string_view resource) const {
        return wire::Url(base_) / module / resource;
    }
    wire::Url cart_url(std::string_view id) const { return of("ordering", "cart") / id; }
    std::string numbers_by(std::string_view name, std::string_view value) const {
        return page_of(of("inventory", "did").query(name, value), 0, look_up_page);
    }

    std::string_view base_;
};

}  // namespace tandem::carriers::voxbone
