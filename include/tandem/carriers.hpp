// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/diagnostics/carrier.hpp>

#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace tandem {

/// The carriers of a manager, in order, known at compile time. Names from settings and requests choose among them at
/// run time; a name that is not here is never skipped in silence.
/// Requirements: each models `Carrier`, none stands twice, no two answer to one name; else one error says which and
/// why.
template <class... Cs>
class Carriers : private decltype(diagnostics::examine_carriers<Cs...>()) {
public:
    static constexpr std::size_t count = sizeof...(Cs);
    /// The carriers as a Hana sequence.
    static constexpr auto types = boost::hana::tuple_t<Cs...>;
    static constexpr std::array<const CarrierInfo*, count> infos{&Cs::info...};
    static constexpr std::array<CarrierOperations, count> operations{operations_of<Cs>...};

    /// The place of the carrier that answers to `name` (Kazoo's `knm_` before it or not); nothing when there is none.
    static constexpr std::optional<std::size_t> index_of(std::string_view name) {
        for (std::size_t index = 0; index < count; ++index) {
            if (infos[index]->answers_to(name)) { return index; }
        }
        return {};
    }

    /// The place of `C`. A carrier that is not here stops the compiler with `carrier<C>::is_not_among<…>`.
    template <class C>
    static constexpr std::size_t index() {
        constexpr std::size_t place = place_of<C>();
        (void)sizeof(decltype(diagnostics::examine_membership<C, Carriers, (place < count)>()));
        return place;
    }

    /// Calls `use` with the `hana::type` of the carrier at `index`; all calls return one type. Requires: `index <
    /// count`.
    template <class Use>
    static decltype(auto) visit(std::size_t index, Use&& use) {
        using First = boost::hana::basic_type<std::tuple_element_t<0, std::tuple<Cs...>>>;
        using Call = std::invoke_result_t<Use&, First> (*)(Use&);
        constexpr Call calls[]{
            [](Use& each) -> std::invoke_result_t<Use&, First> { return each(boost::hana::basic_type<Cs>()); }...};
        return calls[index](use);
    }

private:
    template <class C>
    static constexpr std::size_t place_of() {
        constexpr std::array<bool, count> same{std::is_same_v<C, Cs>...};
        std::size_t place = 0;
        while (place < count && !same[place]) { ++place; }
        return place;
    }
};

}  // namespace tandem
