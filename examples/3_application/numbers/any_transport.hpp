// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/transport.hpp>

#include <concepts>
#include <functional>
#include <memory>
#include <utility>

namespace numbers {

/// A transport chosen at run time: one composition of the manager serves them all. Copies are one.
class AnyTransport {
public:
    template <class T>
        requires(!std::same_as<T, AnyTransport>) &&
                tandem::Transport<T>  // in this order: a copy asks nothing of itself
    explicit AnyTransport(T transport)
        : send_([kept = std::make_shared<T>(std::move(transport))](tandem::Request request, tandem::Deadline deadline) {
              return kept->send(std::move(request), deadline);
          }) {}

    tandem::Task<tandem::Response> send(tandem::Request request, tandem::Deadline deadline) {
        return send_(std::move(request), deadline);
    }

private:
    std::function<tandem::Task<tandem::Response>(tandem::Request, tandem::Deadline)> send_;
};
static_assert(tandem::Transport<AnyTransport>);

}  // namespace numbers
