// SPDX-License-Identifier: BSL-1.0
// A whole search through `NumberManager::find_numbers`, its reply replayed from memory, against the same work written by
// hand with Boost alone: the URL built, the reply "sent", parsed into `boost::json::value` in a monotonic buffer, checked,
// made into structs, filtered, sorted, and kept for further pages as texts, as a store keeps them.
#include "replies.hpp"

#include <tandem/carriers/telnyx.hpp>
#include <tandem/configs/in_code.hpp>
#include <tandem/number_manager.hpp>
#include <tandem/run.hpp>
#include <tandem/stores/memory.hpp>
#include <tandem/testing/session.hpp>

#include <benchmark/benchmark.h>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tandem::benchmarks {

/// Answers every request at once with one reply.
class Replay {
public:
    explicit Replay(std::shared_ptr<const std::string> reply) : reply_(std::move(reply)) {}

    Task<Response> send(Request, Deadline) {
        Response response(200, *reply_);
        co_return response;
    }

private:
    std::shared_ptr<const std::string> reply_;
};

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

Found read(const boost::json::object& row, bool with_row) {
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
    if (with_row) { found.row = boost::json::serialize(row); }
    return found;
}

std::vector<Found> parse(const std::string& reply, bool with_rows) {
    boost::json::monotonic_resource memory;
    const auto value = boost::json::parse(reply, &memory);
    std::vector<Found> all;
    for (const auto& row : value.at("data").as_array()) {
        const auto& object = row.as_object();
        if (!object.at("best_effort").as_bool()) { all.push_back(read(object, with_rows)); }
    }
    return all;
}

using Cache = std::map<std::uint64_t, std::vector<std::pair<std::string, std::string>>>;

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

boost::asio::awaitable<std::string> send(std::string url, std::shared_ptr<const std::string> reply) {
    benchmark::DoNotOptimize(url);
    co_return *reply;
}

boost::asio::awaitable<std::vector<Found>> find_numbers(std::string prefix, unsigned quantity,
                                                        std::shared_ptr<const std::string> reply, Cache& cache) {
    std::string url =
        "https://api.telnyx.com/v2/available_phone_numbers?filter%5Bcountry_code%5D=US"
        "&filter%5Bnational_destination_code%5D=";
    url += prefix.substr(1, 3);
    url += "&filter%5Bphone_number%5D%5Bstarts_with%5D=";
    url += prefix.substr(4);
    url += "&filter%5Bbest_effort%5D=false&filter%5Blimit%5D=500";
    const std::string body = co_await send(std::move(url), std::move(reply));
    std::vector<Found> found = parse(body, true);
    std::erase_if(found, [&](const Found& each) { return !std::to_string(each.number).starts_with(prefix); });
    std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.number < b.number; });
    auto& kept = cache[1];
    kept.clear();
    for (const Found& each : found) { kept.emplace_back("+" + std::to_string(each.number), to_text(each)); }
    found.resize(std::min<std::size_t>(found.size(), quantity));
    co_return found;
}

}  // namespace twin

using Manager = NumberManager<Carriers<carriers::Telnyx>, Replay, configs::InCode, stores::Memory>;

void search_by_hand(benchmark::State& state) {
    const auto reply = std::make_shared<const std::string>(telnyx_reply(static_cast<int>(state.range(0))));
    boost::asio::io_context context(1);
    twin::Cache cache;
    for (auto _ : state) {
        auto found = run(context, twin::find_numbers("1415555", 500, reply, cache));
        if (found.size() != static_cast<std::size_t>(state.range(0))) { state.SkipWithError("lost numbers"); }
        benchmark::DoNotOptimize(found);
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void search_by_tandem(benchmark::State& state) {
    const auto reply = std::make_shared<const std::string>(telnyx_reply(static_cast<int>(state.range(0))));
    boost::asio::io_context context(1);
    auto manager =
        Manager::open(context.get_executor(), Replay(reply),
                      configs::InCode({{"number_manager.telnyx", R"({"api_key": "KEY"})"}}), stores::Memory())
            .value();
    SearchRequest request;
    request.prefix = "+1415555";
    request.quantity = 500;
    for (auto _ : state) {
        auto found = run(context, manager.find_numbers(request)).value();
        if (found.offers.size() != static_cast<std::size_t>(state.range(0))) { state.SkipWithError("lost numbers"); }
        benchmark::DoNotOptimize(found);
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void read_by_values(benchmark::State& state) {
    const std::string reply = telnyx_reply(static_cast<int>(state.range(0)));
    for (auto _ : state) {
        auto found = twin::parse(reply, false);
        benchmark::DoNotOptimize(found);
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void read_by_description(benchmark::State& state) {
    const auto reply = std::make_shared<const std::string>(telnyx_reply(static_cast<int>(state.range(0))));
    testing::Session session{Replay(reply)};
    carriers::Telnyx telnyx;
    telnyx.settings.api_key = Secret("KEY");
    SearchRequest request;
    request.prefix = "+1415555";
    request.country = "US";
    boost::asio::io_context context(1);
    for (auto _ : state) {
        Task<SearchPage> search = telnyx.find_numbers(session, request);
        auto found = run(context, std::move(search));
        benchmark::DoNotOptimize(found);
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

#define TANDEM_ROWS Arg(10)->Arg(100)->Arg(500)->Unit(benchmark::kMicrosecond)
BENCHMARK(search_by_hand)->TANDEM_ROWS;
BENCHMARK(search_by_tandem)->TANDEM_ROWS;
BENCHMARK(read_by_values)->TANDEM_ROWS;
BENCHMARK(read_by_description)->TANDEM_ROWS;

}  // namespace tandem::benchmarks
