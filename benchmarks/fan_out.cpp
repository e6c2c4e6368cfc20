// SPDX-License-Identifier: BSL-1.0
// Searches that ask many carriers at once: what joining costs, what a whole search costs beyond the carriers' own work,
// and what silent carriers cost. Our own stock, asked in place, is here too.
#include "canned_server.hpp"
#include "replies.hpp"

#include <tandem/carriers/inventory.hpp>
#include <tandem/carriers/telnyx.hpp>
#include <tandem/configs/in_code.hpp>
#include <tandem/number_manager.hpp>
#include <tandem/run.hpp>
#include <tandem/stores/memory.hpp>
#include <tandem/testing/session.hpp>
#include <tandem/transports/https.hpp>

#include <benchmark/benchmark.h>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {
std::uint64_t allocations = 0;  // the program has one thread
}  // namespace

// Asio's frames come from `aligned_alloc`, everything else from `malloc`; glibc lets a program put itself before both.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void* malloc(std::size_t size) {
    ++allocations;
    return __libc_malloc(size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
    ++allocations;
    return __libc_memalign(alignment, size);
}
}

namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using namespace tandem;
using Clock = std::chrono::steady_clock;

/// The program's own time, which other programs on the machine lengthen less than the clock's.
double cpu_us() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

constexpr std::size_t most_carriers = 20;

[[noreturn]] void give_up(const char* why) {
    std::fprintf(stderr, "%s\n", why);
    std::abort();
}

/// Runs `work()`, a coroutine, once for each iteration of `state`.
template <class Work>
Task<> repeat(benchmark::State& state, Work& work) {
    for (auto _ : state) {
        Task<> once = work();
        co_await std::move(once);
    }
}
template <class Work>
void measure(benchmark::State& state, net::io_context& context, Work work) {
    Task<> first = work();  // also warms caches up
    run(context, std::move(first));
    const std::uint64_t before = allocations;
    const double start = cpu_us();
    run(context, repeat(state, work));
    const double count = static_cast<double>(state.iterations());
    state.SetItemsProcessed(state.iterations());
    state.counters["allocations a search"] = static_cast<double>(allocations - before) / count;
    state.counters["CPU us a search"] = (cpu_us() - start) / count;
}

// ---- carriers -------------------------------------------------------------------------------------------------------

constexpr std::array<std::string_view, most_carriers> names{
    "carrier01", "carrier02", "carrier03", "carrier04", "carrier05", "carrier06", "carrier07",
    "carrier08", "carrier09", "carrier10", "carrier11", "carrier12", "carrier13", "carrier14",
    "carrier15", "carrier16", "carrier17", "carrier18", "carrier19", "carrier20"};

/// Telnyx under a name of its own.
template <std::size_t Index>
struct Shop : carriers::Telnyx {
    static constexpr CarrierInfo info{
        .name = names[Index], .max_prefix_length = 10, .price_source = PriceSource::search};
};

/// Answers at once, with nothing.
template <std::size_t Index>
struct Ready {
    static constexpr CarrierInfo info{.name = names[Index]};

    Task<SearchPage> find_numbers(auto&, const SearchRequest&) const { co_return SearchPage(); }
    Task<Number> acquire_number(auto&, Number number) const { co_return number; }
    Task<Number> disconnect_number(auto&, Number number) const { co_return number; }
};

template <template <std::size_t> class C, std::size_t... Index>
Carriers<C<Index>...> first_carriers(std::index_sequence<Index...>);
template <template <std::size_t> class C, std::size_t Count>
using First = decltype(first_carriers<C>(std::make_index_sequence<Count>()));

using Replies = std::array<std::string, most_carriers>;
std::shared_ptr<const Replies> telnyx_replies(int rows) {
    auto replies = std::make_shared<Replies>();
    for (std::size_t i = 0; i < most_carriers; ++i) {
        (*replies)[i] = benchmarks::telnyx_reply(static_cast<std::size_t>(rows), 500 + static_cast<int>(i));
    }
    return replies;
}

/// Answers each carrier's request at once with its reply; the last `silent` carriers' never.
class Replay {
public:
    explicit Replay(std::shared_ptr<const Replies> replies, std::size_t carriers = 1, std::size_t silent = 0)
        : replies_(std::move(replies)), speaking_(carriers - silent) {}

    Task<Response> send(Request request, Deadline) {
        const std::size_t carrier = index_of(request);
        if (carrier >= speaking_) {
            net::steady_timer never(co_await net::this_coro::executor, Clock::time_point::max());
            co_await never.async_wait(net::use_awaitable);
        }
        Response response(200, (*replies_)[carrier]);
        co_return response;
    }

private:
    /// Of `https://07.example/…`, 7.
    static std::size_t index_of(const Request& request) {
        const std::string_view host = std::string_view(request.url()).substr(8, 2);
        return static_cast<std::size_t>((host[0] - '0') * 10 + (host[1] - '0'));
    }

    std::shared_ptr<const Replies> replies_;
    std::size_t speaking_;
};

std::string base_url(std::size_t carrier) {
    char url[32];
    std::snprintf(url, sizeof url, "https://%02zu.example/v2", carrier);
    return url;
}

configs::InCode settings(std::string (*url_of)(std::size_t) = base_url) {
    configs::InCode config;
    for (std::size_t i = 0; i < most_carriers; ++i) {
        config.set("number_manager." + std::string(names[i]),
                   JsonText(R"({"api_key": "KEY", "base_url": ")" + url_of(i) + "\"}"));
    }
    return config;
}

/// Carrier by carrier a port of its own, which answers with ten numbers.
const benchmarks::CannedServer& server() {
    static const benchmarks::CannedServer instance([] {
        const auto replies = telnyx_replies(10);
        return std::vector<std::string>(replies->begin(), replies->end());
    }());
    return instance;
}
std::string loopback_url(std::size_t carrier) { return server().plain(carrier) + "/v2"; }

SearchRequest wanted() {
    SearchRequest request;
    request.prefix = "+1415";
    request.quantity = 10;
    return request;
}

template <std::size_t Count, class T = Replay>
using Manager = NumberManager<First<Shop, Count>, T, configs::InCode, stores::Memory>;

// ---- the same by hand -----------------------------------------------------------------------------------------------

namespace twin {

struct Found {
    std::uint64_t number = 0;
    std::int64_t setup = 0;  // ten-thousandths
    std::int64_t monthly = 0;
    std::string currency;
    bool voice = false, sms = false, mms = false;
    std::string rate_center, region, country;
    std::string row;  // its JSON
};

std::int64_t money(const boost::json::string& text) {
    std::int64_t units = 0, places = -1;
    for (const char c : text) {
        if (c == '.' && places < 0) {
            places = 0;
        } else if (c >= '0' && c <= '9') {
            if (places >= 4) {
                if (c != '0') { throw std::invalid_argument("too exact"); }
                continue;
            }
            units = units * 10 + (c - '0');
            places += places >= 0;
        } else {
            throw std::invalid_argument("no price");
        }
    }
    for (places = std::max<std::int64_t>(places, 0); places < 4; ++places) { units *= 10; }
    return units;
}

Found read(const boost::json::object& row) {
    Found found;
    for (const char c : row.at("phone_number").as_string()) {
        if (c >= '0' && c <= '9') { found.number = found.number * 10 + static_cast<std::uint64_t>(c - '0'); }
    }
    const auto& cost = row.at("cost_information").as_object();
    found.setup = money(cost.at("upfront_cost").as_string());
    found.monthly = money(cost.at("monthly_cost").as_string());
    found.currency = cost.at("currency").as_string();
    for (const auto& each : row.at("features").as_array()) {
        const auto& name = each.at("name").as_string();
        found.voice |= name == "voice";
        found.sms |= name == "sms";
        found.mms |= name == "mms";
    }
    for (const auto& each : row.at("region_information").as_array()) {
        const auto& type = each.at("region_type").as_string();
        const auto& name = each.at("region_name").as_string();
        if (type == "rate_center") { found.rate_center = name; }
        if (type == "state") { found.region = name; }
        if (type == "country_code") { found.country = name; }
    }
    found.row = boost::json::serialize(row);
    return found;
}

std::vector<Found> parse(const std::string& reply) {
    boost::json::monotonic_resource memory;
    const auto value = boost::json::parse(reply, &memory);
    std::vector<Found> all;
    for (const auto& row : value.at("data").as_array()) {
        const auto& object = row.as_object();
        if (!object.at("best_effort").as_bool()) { all.push_back(read(object)); }
    }
    return all;
}

/// One of the offers as a text of its own, from which another process could buy it.
std::string to_text(const Found& found) {
    return boost::json::serialize(boost::json::object{{"number", found.number},
                                                      {"setup", found.setup},
                                                      {"monthly", found.monthly},
                                                      {"currency", found.currency},
                                                      {"voice", found.voice},
                                                      {"sms", found.sms},
                                                      {"mms", found.mms},
                                                      {"rate_center", found.rate_center},
                                                      {"region", found.region},
                                                      {"country", found.country},
                                                      {"row", found.row}});
}

using Cache = std::map<std::uint64_t, std::vector<std::pair<std::string, std::string>>>;

/// Each carrier's reply is there at once.
class Replayed {
public:
    explicit Replayed(const Replies& replies) : replies_(replies) {}

    net::awaitable<std::string> send(std::string target, std::size_t carrier) {
        benchmark::DoNotOptimize(target);
        co_return replies_[carrier];
    }

private:
    const Replies& replies_;
};

/// A connection to each carrier that is kept; a deadline and a body limit for each request.
class Connections {
public:
    net::awaitable<void> open(std::size_t carriers) {
        const auto executor = co_await net::this_coro::executor;
        for (std::size_t i = 0; i < carriers; ++i) {
            auto made = std::make_unique<Connection>(Connection{beast::tcp_stream(executor)});
            const net::ip::tcp::endpoint at(net::ip::address_v4::loopback(), server().port(i));
            co_await made->stream.async_connect(at, net::use_awaitable);
            made->stream.socket().set_option(net::ip::tcp::no_delay(true));
            all_.push_back(std::move(made));
        }
    }

    net::awaitable<std::string> send(std::string target, std::size_t carrier) {
        Connection& connection = *all_[carrier];
        http::request<http::empty_body> request(http::verb::get, target, 11);
        request.set(http::field::host, "127.0.0.1:" + std::to_string(server().port(carrier)));
        request.set(http::field::user_agent, "twin/0.1");
        request.set(http::field::accept_encoding, "identity");
        request.set(http::field::authorization, "Bearer KEY");
        connection.stream.expires_after(std::chrono::seconds(30));
        co_await http::async_write(connection.stream, request, net::use_awaitable);
        http::response_parser<http::string_body> parser;
        parser.body_limit(4U << 20U);
        co_await http::async_read(connection.stream, connection.buffer, parser, net::use_awaitable);
        const bool is_reply = parser.get().result() == http::status::ok &&
                              parser.get()[http::field::content_type].starts_with("application/json");
        if (!is_reply) { give_up("the server did not answer the twin"); }
        co_return std::move(parser.get().body());
    }

private:
    struct Connection {
        beast::tcp_stream stream;
        beast::flat_buffer buffer{};
    };
    std::vector<std::unique_ptr<Connection>> all_;
};

template <class Wire>
net::awaitable<std::vector<Found>> ask(std::string prefix, Wire& wire, std::size_t carrier) {
    std::string target =
        "/v2/available_phone_numbers?filter%5Bcountry_code%5D=US&filter%5Bnational_destination_code%5D=";
    target += prefix.substr(1, 3);
    target += "&filter%5Bbest_effort%5D=false&filter%5Blimit%5D=500";
    const std::string body = co_await wire.send(std::move(target), carrier);
    std::vector<Found> found = parse(body);
    std::erase_if(found, [&](const Found& each) { return !std::to_string(each.number).starts_with(prefix); });
    co_return found;
}

/// All carriers beside each other; the last to answer wakes the search.
template <class Wire>
net::awaitable<std::vector<Found>> find_numbers(std::size_t carriers, unsigned quantity, Wire& wire, Cache& cache) {
    const auto executor = co_await net::this_coro::executor;
    std::vector<std::vector<Found>> answers(carriers);
    if (carriers == 1) {
        answers[0] = co_await ask("1415", wire, 0);
    } else {
        std::size_t open = carriers;
        net::steady_timer wake(executor, Clock::time_point::max());
        for (std::size_t i = 0; i < carriers; ++i) {
            net::co_spawn(executor, ask("1415", wire, i), [&, i](std::exception_ptr, std::vector<Found> found) {
                answers[i] = std::move(found);
                if (--open == 0) { wake.cancel(); }
            });
        }
        boost::system::error_code woken;
        if (open > 0) { co_await wake.async_wait(net::redirect_error(net::use_awaitable, woken)); }
    }
    std::vector<Found> all;
    for (auto& each : answers) { std::move(each.begin(), each.end(), std::back_inserter(all)); }
    std::sort(all.begin(), all.end(), [](const Found& a, const Found& b) { return a.number < b.number; });
    auto& kept = cache[1];
    kept.clear();
    for (const Found& each : all) { kept.emplace_back("+" + std::to_string(each.number), to_text(each)); }
    all.resize(std::min<std::size_t>(all.size(), quantity));
    co_return all;
}

}  // namespace twin

// ---- rows -----------------------------------------------------------------------------------------------------------

/// Whole searches of `Count` carriers whose replies are there at once.
template <std::size_t Count>
void search_by_tandem(benchmark::State& state, int rows) {
    net::io_context context(1);
    const auto replies = telnyx_replies(rows);
    auto manager =
        Manager<Count>::open(context.get_executor(), Replay(replies, Count), settings(), stores::Memory()).value();
    std::size_t found = 0;
    // What the carriers do themselves: the request built, the reply read.
    carriers::Telnyx telnyx;
    testing::Session session{Replay(replies, Count)};
    telnyx.settings.api_key = Secret("KEY");
    SearchRequest asked = wanted();
    asked.country = "US";
    asked.quantity = 500;
    const auto parse_all = [&]() -> Task<> {
        for (std::size_t i = 0; i < Count; ++i) {
            telnyx.settings.base_url = base_url(i);
            Task<SearchPage> search = telnyx.find_numbers(session, asked);
            const SearchPage page = co_await std::move(search);
            found += page.offers.size();
        }
    };
    constexpr int times = 100;
    const auto many = [&]() -> Task<> {
        for (int i = 0; i < times; ++i) {
            Task<> once = parse_all();
            co_await std::move(once);
        }
    };
    run(context, many());
    const double start = cpu_us();
    run(context, many());
    const double parsing = (cpu_us() - start) / times;
    const auto search = [&]() -> Task<> {
        const auto result = co_await manager.find_numbers(wanted());
        found = result.value().offers.size();
        if (found != 10) { give_up("a search lost offers"); }
    };
    measure(state, context, search);
    state.counters["CPU us above parsing"] = static_cast<double>(state.counters["CPU us a search"]) - parsing;
}

template <std::size_t Count>
void search_by_hand(benchmark::State& state, int rows) {
    net::io_context context(1);
    const auto replies = telnyx_replies(rows);
    twin::Replayed wire(*replies);
    twin::Cache cache;
    const auto search = [&]() -> Task<> {
        const auto found = co_await twin::find_numbers(Count, 10, wire, cache);
        if (found.size() != 10) { give_up("the twin lost offers"); }
    };
    measure(state, context, search);
}

/// The same over connections that are kept, to a server that is a process of its own.
template <std::size_t Count>
void search_loopback_by_tandem(benchmark::State& state) {
    net::io_context context(1);
    transports::Https::Options options;
    options.private_addresses = true;
    transports::Https https(context.get_executor(), options);
    auto manager = Manager<Count, transports::Https>::open(context.get_executor(), std::move(https),
                                                           settings(loopback_url), stores::Memory())
                       .value();
    const auto search = [&]() -> Task<> {
        const auto result = co_await manager.find_numbers(wanted());
        if (result.value().offers.size() != 10) { give_up("a search lost offers"); }
        for (const CarrierReport& report : result->reports) {
            if (report.found != 10) { give_up("a carrier lost offers"); }
        }
    };
    measure(state, context, search);
}
template <std::size_t Count>
void search_loopback_by_hand(benchmark::State& state) {
    net::io_context context(1);
    twin::Connections wire;
    run(context, wire.open(Count));
    twin::Cache cache;
    const auto search = [&]() -> Task<> {
        const auto found = co_await twin::find_numbers(Count, 10, wire, cache);
        if (found.size() != 10 || cache[1].size() != 10 * Count) { give_up("the twin lost offers"); }
    };
    measure(state, context, search);
}

/// Five carriers, of which some never answer.
template <std::size_t Silent>
void silent(benchmark::State& state, bool enough) {
    constexpr std::chrono::milliseconds patience(50);
    net::io_context context(1);
    auto manager =
        Manager<5>::open(context.get_executor(), Replay(telnyx_replies(10), 5, Silent), settings(), stores::Memory())
            .value();
    const auto search = [&]() -> Task<> {
        SearchRequest request = wanted();
        request.deadline = patience;
        request.enough = enough;
        const auto result = co_await manager.find_numbers(request);
        if (result.value().offers.size() != 10) { give_up("a silent carrier cost offers"); }
    };
    const auto start = Clock::now();
    measure(state, context, search);
    const std::chrono::duration<double, std::milli> all = Clock::now() - start;
    state.counters["deadlines a search"] = all / patience / static_cast<double>(state.iterations() + 1);
}

/// Coroutines that are done at once, as the manager joins them: 20 carriers with nothing.
void join_by_tandem(benchmark::State& state) {
    using Kernel = detail::Kernel<First<Ready, most_carriers>, Replay, stores::Memory, billing::Free, accounts::Single,
                                  observers::Silent, environments::System>;
    using Asked = std::shared_ptr<detail::Answers>;
    net::io_context context(1);
    auto kernel = detail::open_kernel<Kernel>(net::any_io_executor(context.get_executor()), Replay(telnyx_replies(1)),
                                              configs::InCode(), stores::Memory(), billing::Free(), accounts::Single(),
                                              observers::Silent(), environments::System())
                      .value();
    std::vector<std::size_t> all(most_carriers);
    for (std::size_t i = 0; i < all.size(); ++i) { all[i] = i; }
    const SearchRequest request = wanted();
    const auto join = [&]() -> Task<> {
        Task<Asked> asking = detail::ask_all(kernel, detail::expect_answers(*kernel, request, all));
        const Asked answers = co_await std::move(asking);
        if (answers->open != 0) { give_up("a carrier was lost"); }
    };
    Task<> first = join();
    net::co_spawn(kernel->strand, std::move(first), net::detached);
    context.run();
    context.restart();
    const std::uint64_t before = allocations;
    const double start = cpu_us();
    net::co_spawn(kernel->strand, repeat(state, join), net::detached);  // where the manager does it
    context.run();
    const double count = static_cast<double>(state.iterations());
    state.SetItemsProcessed(state.iterations());
    state.counters["allocations a search"] = static_cast<double>(allocations - before) / count;
    state.counters["CPU us a search"] = (cpu_us() - start) / count;
}

/// What a carrier's coroutine comes to.
struct Answer {
    SearchPage page{};
    CarrierReport report{};
};
Task<Answer> ready() { co_return Answer(); }

void join_by_parallel_group(benchmark::State& state) {
    net::io_context context(1);
    const auto join = [&]() -> Task<> {
        const auto executor = co_await net::this_coro::executor;
        using Op = decltype(net::co_spawn(executor, ready(), net::deferred));
        std::vector<Op> ops;
        ops.reserve(most_carriers);
        for (std::size_t i = 0; i < most_carriers; ++i) {
            ops.push_back(net::co_spawn(executor, ready(), net::deferred));
        }
        auto [order, failures, answers] = co_await net::experimental::make_parallel_group(std::move(ops))
                                              .async_wait(net::experimental::wait_for_all(), net::use_awaitable);
        if (answers.size() != most_carriers) { give_up("a coroutine was lost"); }
    };
    measure(state, context, join);
}

void join_by_counter(benchmark::State& state) {
    net::io_context context(1);
    const auto join = [&]() -> Task<> {
        const auto executor = co_await net::this_coro::executor;
        std::vector<Answer> answers(most_carriers);
        std::size_t open = most_carriers;
        net::steady_timer wake(executor, Clock::time_point::max());
        for (std::size_t i = 0; i < most_carriers; ++i) {
            net::co_spawn(executor, ready(), [&, i](std::exception_ptr, Answer answer) {
                answers[i] = std::move(answer);
                if (--open == 0) { wake.cancel(); }
            });
        }
        boost::system::error_code woken;
        if (open > 0) { co_await wake.async_wait(net::redirect_error(net::use_awaitable, woken)); }
    };
    measure(state, context, join);
}

template <std::size_t... Index>
auto all_of(std::index_sequence<Index...>) {
    using namespace net::experimental::awaitable_operators;
    const auto make = [](std::size_t) { return ready(); };
    return (make(Index) && ...);
}
void join_by_operators(benchmark::State& state) {
    net::io_context context(1);
    const auto join = [&]() -> Task<> {
        auto all = all_of(std::make_index_sequence<most_carriers>());
        const auto answers = co_await std::move(all);
        benchmark::DoNotOptimize(&answers);
    };
    measure(state, context, join);
}

/// The stock of one carrier of our own: 100,000 numbers of ten area codes.
void own_stock(benchmark::State& state) {
    using Local = NumberManager<Carriers<carriers::Inventory>, Replay, configs::InCode, stores::Memory>;
    net::io_context context(1);
    static const stores::Memory stock = [&] {
        stores::Memory made;
        const auto fill = [](stores::Memory& store) -> Task<> {
            for (std::uint64_t i = 0; i < 100'000; ++i) {
                Number record;
                record.number = E164::parse_or_empty(
                    "+1" + std::to_string(2'010'000'000 + i / 10'000 * 100'000'000 + i % 10'000 * 97));
                record.state = State::available;
                record.carrier = "inventory";
                co_await store.put(std::move(record));
            }
        };
        run(context, fill(made));
        return made;
    }();
    auto manager = Local::open(context.get_executor(), Replay(telnyx_replies(1)), configs::InCode(), stock).value();
    SearchRequest request = wanted();
    std::uint32_t next = 0;
    const auto search = [&]() -> Task<> {
        request.prefix = "+1" + std::to_string(201 + next++ % 10 * 10);
        const auto result = co_await manager.find_numbers(request);
        if (result.value().offers.size() != 10) { give_up("the stock lost offers"); }
    };
    measure(state, context, search);
}

const bool registered = [] {
    const auto add = [](const char* name, auto function, auto... arguments) {
        benchmark::RegisterBenchmark(name, function, arguments...)->Unit(benchmark::kMicrosecond);
    };
    add("joining 20 coroutines/tandem", join_by_tandem);
    add("joining 20 coroutines/parallel group", join_by_parallel_group);
    add("joining 20 coroutines/spawn and counter", join_by_counter);
    add("joining 20 coroutines/awaitable operators", join_by_operators);
    for (const int rows : {10, 100, 500}) {
        const std::string row = "1 carrier, " + std::to_string(rows) + " numbers/";
        add((row + "tandem").c_str(), search_by_tandem<1>, rows);
        add((row + "twin").c_str(), search_by_hand<1>, rows);
    }
    add("5 carriers, 10 numbers each/tandem", search_by_tandem<5>, 10);
    add("5 carriers, 10 numbers each/twin", search_by_hand<5>, 10);
    add("20 carriers, 10 numbers each/tandem", search_by_tandem<20>, 10);
    add("20 carriers, 10 numbers each/twin", search_by_hand<20>, 10);
    add("1 carrier over loopback/tandem", search_loopback_by_tandem<1>);
    add("1 carrier over loopback/twin", search_loopback_by_hand<1>);
    add("5 carriers over loopback/tandem", search_loopback_by_tandem<5>);
    add("5 carriers over loopback/twin", search_loopback_by_hand<5>);
    add("20 carriers over loopback/tandem", search_loopback_by_tandem<20>);
    add("20 carriers over loopback/twin", search_loopback_by_hand<20>);
    add("5 carriers, one silent/tandem", silent<1>, false);
    add("5 carriers, three silent/tandem", silent<3>, false);
    add("5 carriers, three silent, enough/tandem", silent<3>, true);
    add("own stock, ten of 100,000/tandem", own_stock);
    return true;
}();

}  // namespace

BENCHMARK_MAIN();
