// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/configs/in_code.hpp>
#include <tandem/number_manager.hpp>
#include <tandem/stores/memory.hpp>
#include <tandem/testing/scripted_transport.hpp>

namespace prober {

/// A carrier that sells one number of each prefix.
struct Prober {
    static constexpr tandem::CarrierInfo info{.name = "prober"};

    tandem::Task<tandem::SearchPage> find_numbers(auto& session, const tandem::SearchRequest& request) const {
        (void)co_await session.send(tandem::Request::get("https://prober.example/" + request.prefix.str().substr(1)));
        tandem::SearchPage page;
        tandem::Offer offer;
        offer.number = tandem::E164::parse_or_empty(request.prefix);
        page.offers.push_back(offer);
        co_return page;
    }
    tandem::Task<tandem::Number> acquire_number(auto& session, tandem::Number number) const {
        (void)co_await session.send(tandem::Request::post("https://prober.example/orders"));
        co_return number;
    }
    tandem::Task<tandem::Number> disconnect_number(auto& session, tandem::Number number) const {
        (void)co_await session.send(tandem::Request::delete_("https://prober.example/orders"));
        co_return number;
    }
};

template <class C>
using ManagerOf = tandem::NumberManager<tandem::Carriers<C>, tandem::testing::ScriptedTransport,
                                        tandem::configs::InCode, tandem::stores::Memory>;

template <class C>
ManagerOf<C> open_manager(boost::asio::io_context& context, tandem::testing::ScriptedTransport transport,
                          tandem::stores::Memory store) {
    return ManagerOf<C>::open(context.get_executor(), std::move(transport), tandem::configs::InCode(), std::move(store))
        .value();
}

}  // namespace prober
