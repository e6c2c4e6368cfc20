// SPDX-License-Identifier: BSL-1.0
// A stock of numbers in memory, searched as people search it: the first ten under a random area code (NPA) or exchange
// (NPA-NXX). Rivals are asked in the way that is fastest for them: prepared, by covering index or sorted set, over a
// socket of this machine. A rival whose server is not installed is left out.
#include "inventory_rivals.hpp"

#include <tandem/carriers/inventory.hpp>
#include <tandem/configs/in_code.hpp>
#include <tandem/number_manager.hpp>
#include <tandem/run.hpp>
#include <tandem/stores/indexed.hpp>
#include <tandem/stores/memory.hpp>

#include <benchmark/benchmark.h>

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <random>
#include <string>

namespace tandem::benchmarks {
namespace {

constexpr std::size_t in_an_exchange = 500;

/// Exchanges of a stock of `count` numbers, 50 in each area code while there are area codes.
struct Places {
    explicit Places(std::size_t count)
        : areas(std::clamp<std::size_t>(count / in_an_exchange / 50, 1, 400)),
          exchanges(count / in_an_exchange / areas) {}

    E164 number(std::size_t area, std::size_t exchange, std::size_t line) const {
        return number_of(200 + area, 200 + exchange * (800 / exchanges), line);
    }

    std::size_t areas;
    std::size_t exchanges;  ///< of each area
};

/// 500 numbers at random of each exchange, in order.
Numbers make_stock(std::size_t count) {
    const Places places(count);
    std::mt19937 random(1);
    Numbers all;
    all.reserve(count);
    std::vector<std::uint16_t> lines(10'000);
    std::iota(lines.begin(), lines.end(), std::uint16_t{0});
    for (std::size_t area = 0; area < places.areas; ++area) {
        for (std::size_t exchange = 0; exchange < places.exchanges; ++exchange) {
            for (std::size_t i = 0; i < in_an_exchange; ++i) {
                std::swap(lines[i], lines[i + random() % (lines.size() - i)]);
            }
            std::sort(lines.begin(), lines.begin() + in_an_exchange);
            const E164 head = places.number(area, exchange, 0).prefix(7);
            for (std::size_t i = 0; i < in_an_exchange; ++i) {
                all.push_back(E164::from_packed(head.packed() | detail::packed_line(lines[i])));
            }
        }
    }
    return all;
}

const Numbers& stock_of(std::size_t count) {
    static std::map<std::size_t, Numbers> made;
    Numbers& stock = made[count];
    if (stock.empty()) { stock = make_stock(count); }
    return stock;
}

/// Prefixes by chance, half of them area codes and half exchanges.
std::vector<E164> prefixes(std::size_t count) {
    const Places places(count);
    std::mt19937 random(2);
    std::vector<E164> all;
    for (std::size_t i = 0; i < 50'000; ++i) {
        all.push_back(
            places.number(random() % places.areas, random() % places.exchanges, 0).prefix(i % 2 == 0 ? 4 : 7));
    }
    return all;
}

/// Bytes that this program holds: what its allocator has given out, and what is mapped beside the allocator's heap.
std::size_t allocated() {
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const auto info = ::mallinfo2();
    return info.uordblks + pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) - info.arena;
}

/// One contender with its stock, made when it is first needed.
template <class Contender>
Contender& stocked(std::size_t count) {
    static std::map<std::size_t, std::unique_ptr<Contender>> made;
    auto& contender = made[count];
    if (!contender) { contender = std::make_unique<Contender>(stock_of(count)); }
    return *contender;
}

/// Tandem's index.
class Index {
public:
    explicit Index(const Numbers& numbers) {
        const std::size_t before = allocated();
        for (const E164 number : numbers) { index_.insert(number); }
        bytes = allocated() - before;
    }
    void first(std::span<const E164> prefixes, Pages& pages) {
        for (std::size_t i = 0; i < prefixes.size(); ++i) {
            pages.sizes[i] = index_.first(prefixes[i], {}, pages.of(i));
        }
    }
    void first_at_once(std::span<const E164> prefixes, Pages& pages) {
        searches_.resize(prefixes.size());
        for (std::size_t i = 0; i < prefixes.size(); ++i) {
            searches_[i].prefix = prefixes[i];
            searches_[i].out = pages.of(i);
        }
        index_.first_of_each(searches_);
        for (std::size_t i = 0; i < prefixes.size(); ++i) { pages.sizes[i] = searches_[i].found; }
    }
    bool take(E164 number) { return index_.erase(number); }
    bool give_back(E164 number) { return index_.insert(number); }
    Numbers like_2255() {
        found_.resize(std::min<std::size_t>(index_.size(), 50'000));
        return Numbers(found_.begin(),
                       found_.begin() + static_cast<std::ptrdiff_t>(index_.match(pattern_, {}, found_)));
    }

    static constexpr bool is_server = false;
    std::size_t bytes = 0;

private:
    NumberIndex index_;
    NumberPattern pattern_ = NumberPattern::parse("*2255*").value();
    std::vector<NumberIndex::Search> searches_;
    Numbers found_;
};

constexpr std::size_t batch = 100;  // prefixes in one call, and what servers are sent at once

/// The same pages as the index's, or the program ends: nobody is measured for another answer.
template <class Contender, class Search>
void check(Contender& contender, std::size_t count, Search search) {
    const auto asked = prefixes(count);
    const std::span<const E164> some(asked.data(), batch);
    Pages expected(batch), found(batch);
    stocked<Index>(count).first(some, expected);
    search(contender, some, found);
    if (!(expected == found)) {
        std::cerr << "another result than the index's\n";
        std::abort();
    }
}

template <class Contender, class Search>
void searches(benchmark::State& state, std::size_t count, Search search) {
    auto& contender = stocked<Contender>(count);
    check(contender, count, search);
    const auto asked = prefixes(count);
    Pages pages(batch);
    std::size_t place = 0;
    for (auto _ : state) {
        search(contender, std::span(asked).subspan(place, batch), pages);
        benchmark::DoNotOptimize(pages);
        place = (place + batch) % (asked.size() - batch);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batch));
    if (contender.bytes > 0) {
        state.counters["bytes a number"] = static_cast<double>(contender.bytes) / static_cast<double>(count);
    }
}

/// Numbers are taken and given back one by one, in an order of chance.
template <class Contender>
void takes(benchmark::State& state, std::size_t count) {
    auto& contender = stocked<Contender>(count);
    std::mt19937 random(3);
    std::vector<E164> chosen(50'000);
    for (E164& each : chosen) { each = stock_of(count)[random() % count]; }
    const E164 one = chosen.front();
    if (!contender.take(one) || contender.take(one) || !contender.give_back(one)) { std::abort(); }
    std::size_t place = 0;
    bool went_well = true;
    for (auto _ : state) {
        went_well &= contender.take(chosen[place]);
        went_well &= contender.give_back(chosen[place]);
        place = place + 1 == chosen.size() ? 0 : place + 1;
    }
    if (!went_well) { state.SkipWithError("a number was not there, or not given back"); }
    state.SetItemsProcessed(state.iterations());
}

template <class Contender>
void likes(benchmark::State& state, std::size_t count) {
    auto& contender = stocked<Contender>(count);
    if (contender.like_2255() != stocked<Index>(count).like_2255()) { std::abort(); }
    for (auto _ : state) {
        auto found = contender.like_2255();
        benchmark::DoNotOptimize(found);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}

/// Inventory asks nobody.
struct NoTransport {
    Task<Response> send(Request, Deadline) { errors::raise(errc::unreachable, "there is no network"); }
};

/// The program's own searches: carriers, offers and reports around the index.
using Manager =
    NumberManager<Carriers<carriers::Inventory>, NoTransport, configs::InCode, stores::Indexed<stores::Memory>>;

/// A manager over a store that holds what the benchmark's stock of that size does.
struct Managed {
    explicit Managed(const Numbers& numbers) {
        Number record;
        record.state = State::available;
        record.carrier = "inventory";
        for (const E164 number : numbers) {
            record.number = number;
            run(context, store.put(record));
        }
        run(context, store.refresh());
        manager.emplace(Manager::open(context.get_executor(), NoTransport(), configs::InCode({}), store).value());
    }
    void first(std::span<const E164> prefixes, Pages& pages) { run(context, find(*manager, prefixes, pages)); }
    static Task<> find(Manager& manager, std::span<const E164> prefixes, Pages& pages) {
        for (std::size_t i = 0; i < prefixes.size(); ++i) {
            SearchRequest request;
            request.prefix = prefixes[i].text().view();
            request.quantity = page_size;
            request.enough = true;
            const auto found = co_await manager.find_numbers(request);
            pages.sizes[i] = 0;
            for (const Offer& offer : found.value().offers) { pages.add(i, offer.number); }
        }
    }

    static constexpr bool is_server = false;
    std::size_t bytes = 0;
    boost::asio::io_context context{1};
    stores::Indexed<stores::Memory> store{stores::Memory(), {.fresh_for = std::chrono::hours(1)}};
    std::optional<Manager> manager{};
};

/// How a contender is asked: one search after the other, or many before the first answer is needed.
constexpr auto alone = [](auto& contender, auto prefixes, Pages& pages) { contender.first(prefixes, pages); };
constexpr auto at_once = [](auto& contender, auto prefixes, Pages& pages) { contender.first_at_once(prefixes, pages); };

std::string row(const char* what, std::size_t count) {
    std::string digits = std::to_string(count);
    for (auto at = std::ssize(digits) - 3; at > 0; at -= 3) { digits.insert(static_cast<std::size_t>(at), ","); }
    return std::string(what) + ", " + digits + "/";
}

/// A server's work is done elsewhere: it is measured by the clock, what works in this program by its processor time.
template <class Contender>
void add(const std::string& row, const char* contender, auto measure) {
    auto* const added = benchmark::RegisterBenchmark((row + contender).c_str(), measure);
    if (Contender::is_server) { added->UseRealTime(); }
}
template <class Contender>
void add_searches(const char* contender, std::size_t count) {
    add<Contender>(row("prefix search", count), contender,
                   [=](benchmark::State& state) { searches<Contender>(state, count, alone); });
}
template <class Contender>
void add_batches(const char* contender, std::size_t count) {
    add<Contender>(row("prefix search in batches", count), contender,
                   [=](benchmark::State& state) { searches<Contender>(state, count, at_once); });
}
template <class Contender>
void add_takes(const char* contender, std::size_t count) {
    add<Contender>(row("claim and release", count), contender,
                   [=](benchmark::State& state) { takes<Contender>(state, count); });
}
template <class Contender>
void add_likes(const char* contender, std::size_t count) {
    add<Contender>(row("pattern *2255*", count), contender,
                   [=](benchmark::State& state) { likes<Contender>(state, count); });
}

/// Rivals that take minutes to be filled with ten million are measured with one.
void register_all() {
    constexpr std::size_t million = 1'000'000;
    std::vector<std::size_t> sizes{million / 10, million, 10 * million};
    if (std::getenv("TANDEM_FULL") != nullptr) { sizes.push_back(100 * million); }
    for (const std::size_t count : sizes) {
        add_searches<Index>("tandem", count);
        add_searches<SortedVector>("sorted vector", count);
        add_batches<Index>("tandem", count);
        if (count < million) { continue; }
        add_takes<Index>("tandem", count);
        add_takes<SortedVector>("sorted vector", count);
        add_likes<Index>("tandem", count);
        add_likes<SortedVector>("sorted vector", count);
    }
    add_searches<Sqlite>("SQLite", million);
    add_batches<Sqlite>("SQLite", million);
    add_takes<Sqlite>("SQLite", million);
    add_likes<Sqlite>("SQLite", million);
    if (Postgres::is_here()) {
        add_searches<Postgres>("PostgreSQL", million);
        add_batches<Postgres>("PostgreSQL", million);
        add_takes<Postgres>("PostgreSQL", million);
    }
    if (Redis::is_here()) {
        add_searches<Redis>("Redis", million);
        add_batches<Redis>("Redis", million);
        add_takes<Redis>("Redis", million);
    }
    add<Managed>(row("find_numbers", million / 10), "tandem",
                 [=](benchmark::State& state) { searches<Managed>(state, million / 10, alone); });
}

}  // namespace
}  // namespace tandem::benchmarks

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) { return 1; }
    tandem::benchmarks::register_all();
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
