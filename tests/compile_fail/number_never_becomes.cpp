// SPDX-License-Identifier: BSL-1.0
// error: number<tandem::State::in_service>::never_becomes<tandem::State::port_in>
#include <tandem/manager/lifecycle.hpp>

#ifdef TANDEM_REPAIRED
constexpr tandem::State before = tandem::State::port_in;
#else
constexpr tandem::State before = tandem::State::in_service;
#endif
constexpr auto ported = tandem::detail::transition<before, tandem::State::port_in>();
