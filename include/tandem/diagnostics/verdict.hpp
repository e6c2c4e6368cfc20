// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <type_traits>

/// The sentences that a compiler prints for a wrong policy. A verdict is a type whose name is the sentence: deriving
/// from one that is never defined puts its whole name onto the first line of the error, with g++ and clang alike. Names
/// are lower case: they are words of a sentence, not types that anyone uses.
namespace tandem::diagnostics {

/// The verdict on what is right: the only one that is defined.
struct accepted {};

namespace detail {

template <class... Verdicts>
struct refusal_among {
    using type = accepted;
};
template <class Verdict, class... Others>
struct refusal_among<Verdict, Others...> {
    using type = Verdict;
};
template <class... Others>
struct refusal_among<accepted, Others...> : refusal_among<Others...> {};

}  // namespace detail

/// One verdict for many: the first that is not `accepted`, so that one mistake makes one error.
template <class... Verdicts>
using first_refusal = typename detail::refusal_among<Verdicts...>::type;

}  // namespace tandem::diagnostics
