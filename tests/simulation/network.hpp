// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "suppliers.hpp"
#include "weather.hpp"

#include <tandem/transport.hpp>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tandem::simulation {

/// How long after its deadline a request may still arrive. The protocol counts on less than `detail::late_arrival`.
inline constexpr Duration most_lateness = 4'800ms;

/// What lies between the processes and the carriers. It belongs to neither: what a process sent before it died arrives.
struct Network {
    World& world;
    const Weather& weather;
    std::vector<Supplier>& suppliers;
    std::vector<Moment> storms = std::vector<Moment>(all_ways.size());

    Supplier& supplier_of(const Request& request, std::size_t& index) {
        const std::string_view host = std::string_view(request.url()).substr(8);
        for (index = 0; !host.starts_with(suppliers[index].ways().name); ++index) {}
        return suppliers[index];
    }
};

/// One request on its way, and whoever waits for its reply.
class Exchange : public Signal {
public:
    Exchange(Network& network, Process& process, Request request, Deadline deadline)
        : Signal(process),
          network_(network),
          supplier_(network.supplier_of(request, carrier_)),
          request_(std::move(request)),
          deadline_(deadline) {}

    void begin() {
        World& world = network_.world;
        Random& random = world.random;
        const Weather& weather = network_.weather;
        world.tell(name_of(request_.method()), request_.url(), request_.body());
        if (random.happens(weather.storm)) {
            network_.storms[carrier_] = world.now() + random.between(1s, 60s);
            world.tell("a storm begins at", supplier_.ways().name);
        }
        if (random.happens(weather.refused_connection)) {
            later(random.between(1ms, 50ms), [](Exchange& self) { self.fail(errc::unreachable, false); });
            return;
        }
        const Duration patience = deadline_ - world.now();
        const bool slow = random.happens(weather.slow_request);
        const Duration there = slow ? random.between(30ms, patience + most_lateness) : random.between(2ms, 30ms);
        const bool lost = lost_ = random.happens(weather.lost_request);
        if (lost || there >= patience) { await_nothing(random, patience); }
        if (!lost) {
            later(there, [](Exchange& self) { self.arrive(); });
        }
        if (random.happens(weather.duplicate)) { repeat(random, there, patience); }
    }
    /// Errors: those of a transport.
    Response take() {
        if (failure_) { throw Exception(*failure_); }
        return std::move(*reply_);
    }

private:
    template <class F>
    void later(Duration delay, F act) {
        network_.world.after(delay,
                             [self = std::static_pointer_cast<Exchange>(shared_from_this()), act] { act(*self); });
    }

    /// The connection breaks, or the deadline passes.
    void await_nothing(Random& random, Duration patience) {
        if (random.below(2) == 0) {
            later(random.between(0ms, patience), [](Exchange& self) { self.fail(errc::unreachable, true); });
        }
        later(patience, [](Exchange& self) { self.fail(errc::timeout, true); });
    }

    /// A duplicate is somebody's between us and the carrier who repeats what it holds for lost: it comes before the
    /// reply, or there is none. Where orders have names it may come whenever it likes. What the carrier refused is not
    /// repeated.
    void repeat(Random& random, Duration there, Duration patience) {
        const bool harmless = supplier_.ways().remembers && request_.method() == Method::post;
        const Duration latest = patience + most_lateness;
        later(random.between(there, latest), [harmless](Exchange& self) {
            if (self.refused_ || (!self.served_ && !self.lost_)) { return; }
            if (!harmless && (self.answered_ || (self.request_.method() == Method::post &&
                                                 !self.supplier_.stands(self.request_.body())))) {
                return;
            }
            self.network_.world.tell("a duplicate arrives", name_of(self.request_.method()), self.request_.url(),
                                     self.request_.body());
            (void)self.supplier_.serve(self.request_);
        });
    }

    void arrive() {
        World& world = network_.world;
        Random& random = world.random;
        const Weather& weather = network_.weather;
        Response reply;
        if (world.now() < network_.storms[carrier_]) {
            reply = Response(random.below(2) == 0 ? 429 : 503, "a storm", "text/plain");
        } else if (random.happens(weather.unserved)) {
            reply = Response(random.below(2) == 0 ? 500 : 503, "out of order", "text/plain");
        } else {
            reply = supplier_.serve(request_);
            if (random.happens(weather.failed_after)) {
                constexpr std::array<int, 4> faults{408, 500, 502, 504};
                reply = Response(faults[random.below(faults.size())], "a gateway's fault", "text/plain");
            }
        }
        served_ = true;
        refused_ = reply.status >= 400 && reply.status < 500 && reply.status != 408;
        world.tell("served", supplier_.ways().name, reply.status, reply.body.size() > 64 ? "…" : reply.body);
        const Duration left = deadline_ - world.now();
        if (left <= Duration::zero()) { return; }
        const Duration back =
            random.happens(weather.slow_reply) ? random.between(30ms, left + 1s) : random.between(2ms, 30ms);
        if (back >= left || random.happens(weather.lost_reply)) {
            await_nothing(random, left);
            return;
        }
        if (random.happens(weather.broken_reply)) {
            later(back, [](Exchange& self) { self.fail(errc::unreachable, true); });
            return;
        }
        if (random.happens(weather.cut_reply)) { reply.body.resize(random.below(reply.body.size() + 1)); }
        if (random.happens(weather.garbage_reply)) { reply = Response(200, "<html>welcome</html>", "text/html"); }
        reply_ = std::move(reply);
        later(back, [](Exchange& self) { self.answer(); });
    }

    void answer() {
        if (failure_) { return; }
        answered_ = true;
        fire();
    }
    void fail(errc code, bool sent) {
        if (answered_ || failure_) { return; }
        network_.world.tell("no reply", name_of(code), sent ? "sent" : "unsent");
        failure_ = Error{.code = code, .message = "as the weather is", .cause = {}, .sent = sent};
        fire();
    }

    Network& network_;
    std::size_t carrier_ = 0;
    Supplier& supplier_;
    Request request_;
    Deadline deadline_;
    std::optional<Response> reply_{};
    std::optional<Error> failure_{};
    bool lost_ = false;
    bool served_ = false;
    bool refused_ = false;
    bool answered_ = false;
};

/// The `Transport` of a process.
class Wire {
public:
    Wire(Network& network, Process& process) : network_(&network), process_(&process) {}

    Task<Response> send(Request request, Deadline deadline) {
        if (deadline <= network_->world.now()) {
            throw Exception({.code = errc::timeout, .message = "no time is left", .cause = {}, .sent = false});
        }
        const auto exchange = std::make_shared<Exchange>(*network_, *process_, std::move(request), deadline);
        exchange->begin();
        co_await exchange->wait();
        co_return exchange->take();
    }

private:
    Network* network_;
    Process* process_;
};
static_assert(Transport<Wire>);

}  // namespace tandem::simulation
