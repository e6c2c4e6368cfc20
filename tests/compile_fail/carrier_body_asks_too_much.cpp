// SPDX-License-Identifier: BSL-1.0
// error: 'class tandem::archetypes::Session' has no member named 'dial'
// error with clang: no member named 'dial' in 'tandem::archetypes::Session'
#include <tandem/testing/instantiates.hpp>

namespace acme {

struct Dialer {
    static constexpr tandem::CarrierInfo info{.name = "dialer"};

    tandem::Task<tandem::SearchPage> find_numbers(auto&, const tandem::SearchRequest&) const {
        co_return tandem::SearchPage();
    }
    tandem::Task<tandem::Number> acquire_number(auto& session, tandem::Number number) const {
#ifdef TANDEM_REPAIRED
        co_await session.wait(std::chrono::seconds(1));
#else
        co_await session.dial(number);
#endif
        co_return number;
    }
    tandem::Task<tandem::Number> disconnect_number(auto&, tandem::Number number) const { co_return number; }
};

}  // namespace acme

static_assert(tandem::testing::instantiates<acme::Dialer>());
