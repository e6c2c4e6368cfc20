// SPDX-License-Identifier: BSL-1.0
// Usage: fuzz_seeds FOLDER - writes inputs for the target `carriers`: what each carrier's sandbox answers to each
// operation.
#include "settings_of.hpp"

#include <tandem/testing/desk.hpp>
#include <tandem/testing/detail/model_transport.hpp>
#include <tandem/testing/sandbox/in_memory.hpp>

#include <array>
#include <cstdio>
#include <exception>
#include <fstream>
#include <functional>
#include <string>

namespace {

using namespace tandem;
using testing::sandbox::InMemory;
using testing::sandbox::Range;

/// Two numbers; one of each kind of search.
testing::sandbox::Ledger stock() {
    static constexpr std::array<Range, 3> ranges{
        {{"+14155550100", 2, "SNFC CNTRL", "CA", "San Francisco", "1.00", "1.10"},
         {"+18885550100", 1, "", "", "", "0.00", "1.75"},
         {"+441134960100", 1, "", "", "Leeds", "0.50", "0.85"}}};
    return testing::sandbox::stocked(ranges, 1);
}

template <Carrier C, testing::sandbox::Site S>
class Sower {
    using Wire = testing::detail::ModelTransport<InMemory<S>>;

public:
    explicit Sower(std::string folder) : folder_(std::move(folder)) { desk_.remote.gateways = {"sip.example.com"}; }

    void sow() {
        find("find", "+1415555");
        find("find toll-free", "88*");
        find("find abroad", "+44");
        find("find blocks", "+1415", 1);
        const Number asked = first_offer();
        const std::string buy = asked.number.empty() ? "buy group " + asked.order->offer : "buy";
        Number bought = asked;
        keep(buy, [&] { desk_.buy(bought); });
        if constexpr (FollowsOrders<C>) {
            keep("follow", [&] { ask([&](auto& s) { return desk_.carrier.follow_order(s, bought); }); });
        }
        if constexpr (FindsOrders<C>) {
            keep("find order", [&] { ask([&](auto& s) { return desk_.carrier.find_order(s, asked); }); });
        }
        if constexpr (OwnsNumbers<C>) {
            keep("owns", [&] { ask([&](auto& s) { return desk_.carrier.owns_number(s, bought.number); }); });
        }
        if constexpr (ListsNumbers<C>) {
            keep("list", [&] { desk_.owned_numbers(); });
        }
        Number given = bought;
        keep("release", [&] { desk_.release(given); });
        keep("release", [&] { desk_.release(given); });
        if constexpr (ReservesNumbers<C>) {
            keep("reserve", [&] { ask([&](auto& s) { return desk_.carrier.reserve_number(s, asked); }); });
        }
        wire_.model().sell_out();
        find("find", "+1415555");
        Number late = asked;
        keep(buy, [&] { desk_.buy(late); });
    }

private:
    template <class Call>
    void ask(Call call) {
        desk_.ask(std::move(call));
    }
    void find(const std::string& operation, std::string_view prefix, std::uint32_t blocks = 0) {
        SearchRequest request;
        request.prefix = prefix;
        request.quantity = 5;
        request.blocks = blocks;
        keep(operation, [&] { desk_.find(request); });
    }
    Number first_offer() {
        Number asked;
        asked.number = E164::parse_or_empty("+14155550100");
        asked.carrier = C::info.name;
        SearchRequest request;
        request.prefix = "+1415";
        const SearchPage page = desk_.find(request);
        if (!page.offers.empty() && page.offers.front().number.empty()) {
            asked.number = {};
            asked.carrier_data = JsonText(std::string(page.offers.front().details()));
            asked.order = Order{.offer = std::string(page.offers.front().id), .status = Order::Status::accepted};
        }
        return asked;
    }

    /// Does it, and writes down what was answered.
    void keep(const std::string& operation, const std::function<void()>& act) {
        const InMemory<S> before = wire_.model();
        wire_.start(before);
        try {
            act();
        } catch (const Exception&) {}  // its replies are worth trying too
        std::ofstream file(folder_ + "/" + std::string(C::info.name) + "_" + std::to_string(++seeds_),
                           std::ios::binary);
        file << C::info.name << ' ' << operation;
        for (std::size_t at = 0; at < wire_.replies().size(); ++at) {
            const Response& reply = wire_.replies()[at];
            file << (at == 0 ? "\n" : "\n%%\n") << reply.status << '\n';
            for (const Field& field : reply.fields) { file << field.name << ": " << field.value << '\n'; }
            file << '\n' << reply.body;
        }
    }

    std::string folder_;
    Wire wire_{InMemory<S>(S(stock()))};
    testing::Desk<C, Wire> desk_{tandem::fuzz::carrier_at<C, S>(), wire_};
    unsigned seeds_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: fuzz_seeds FOLDER\n", stderr);
        return 2;
    }
    try {
        fuzz::for_each_site(testing::sandbox::AllSites(), [&]<class C, class S>() { Sower<C, S>(argv[1]).sow(); });
        return 0;
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "%s\n", failure.what());
        return 1;
    }
}
