// SPDX-License-Identifier: BSL-1.0
// Small fixed workloads whose instructions are counted. Usage: workloads NAME; without a name, the names.
#include "../replies.hpp"

#include <tandem/carriers/detail/voip_innovations_replies.hpp>
#include <tandem/carriers/inventory.hpp>
#include <tandem/carriers/telnyx.hpp>
#include <tandem/configs/in_code.hpp>
#include <tandem/number_manager.hpp>
#include <tandem/run.hpp>
#include <tandem/stores/indexed.hpp>
#include <tandem/stores/memory.hpp>
#include <tandem/testing/session.hpp>
#include <tandem/transports/detail/reply_reader.hpp>
#include <tandem/transports/detail/request_text.hpp>
#include <tandem/wire/xml.hpp>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

/// The calls that callgrind counts, found by this name. What the first of them does once is not counted.
extern "C" [[gnu::noinline]] void measured(const std::function<void()>& work) {
    for (int round = 0; round < 20; ++round) { work(); }
}

namespace {

using namespace tandem;

void expect(bool held, const char* what) {
    if (!held) { throw std::runtime_error(what); }
}

/// Answers every request at once with one reply.
struct Replay {
    std::shared_ptr<const std::string> reply = std::make_shared<const std::string>();

    Task<Response> send(Request, Deadline) {
        Response response(200, *reply);
        co_return response;
    }
};

template <class C, class S>
using ManagerOf = NumberManager<Carriers<C>, Replay, configs::InCode, S>;

E164 nth(int i) { return E164::parse_or_empty("+1415555" + std::to_string(10'000 + i).substr(1)); }

/// A memory with a thousand numbers of ours that are for sale.
stores::Memory stocked() {
    stores::Memory store;
    for (int i = 0; i < 1'000; ++i) {
        Number record;
        record.number = nth(i);
        record.state = State::available;
        record.carrier = "inventory";
        (void)run(store.put(record));
    }
    return store;
}

void count(const std::function<void()>& work) {
    work();
    measured(work);
}

void json_reply() {
    testing::Session session{Replay{std::make_shared<const std::string>(benchmarks::telnyx_reply(100))}};
    carriers::Telnyx telnyx;
    telnyx.settings.api_key = Secret("KEY");
    const SearchRequest request{.prefix = "+1415555", .quantity = 100, .country = "US"};
    count([&] {
        const auto read = run(telnyx.find_numbers(session, request));
        expect(read.offers.size() == 100, "a hundred offers");
    });
}

void xml_reply() {
    const std::string reply = benchmarks::voip_innovations_soap(100);
    count([&] {
        const auto read = wire::xml::read_offers(carriers::voip_innovations::offers, Response(200, reply, "text/xml"));
        expect(read.page.offers.size() == 100, "a hundred offers");
    });
}

void carrier_search() {
    boost::asio::io_context context(1);
    const auto reply = std::make_shared<const std::string>(benchmarks::telnyx_reply(10));
    const configs::InCode settings{{"number_manager.telnyx", R"({"api_key": "KEY"})"}};
    auto manager = ManagerOf<carriers::Telnyx, stores::Memory>::open(context.get_executor(), Replay{reply}, settings,
                                                                     stores::Memory())
                       .value();
    const SearchRequest request{.prefix = "+1415555", .quantity = 10};
    count([&] {
        const auto found = run(context, manager.find_numbers(request)).value();
        expect(found.offers.size() == 10, "ten offers");
    });
}

void stock_search() {
    boost::asio::io_context context(1);
    stores::Indexed store(stocked());
    run(store.refresh());
    auto manager = ManagerOf<carriers::Inventory, stores::Indexed<stores::Memory>>::open(
                       context.get_executor(), Replay(), configs::InCode(), store)
                       .value();
    const SearchRequest request{.prefix = "+14155550", .quantity = 10};
    count([&] {
        const auto found = run(context, manager.find_numbers(request)).value();
        expect(found.offers.size() == 10, "ten offers");
    });
}

void purchase() {
    boost::asio::io_context context(1);
    auto manager = ManagerOf<carriers::Inventory, stores::Memory>::open(context.get_executor(), Replay(),
                                                                        configs::InCode(), stocked())
                       .value();
    const AcquireRequest terms{.account = "acme"};
    int next = 0;
    count([&] {
        const auto bought = run(context, manager.acquire_number(nth(next++), tandem::purchase, terms)).value();
        expect(bought.number.state == State::in_service, "it is bought");
    });
}

void http_message() {
    const std::string body = benchmarks::telnyx_reply(10);
    const std::string reply =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\nX-RateLimit-Remaining: 99\r\n\r\n" + body;
    const auto destination =
        transports::detail::parse_destination("https://api.telnyx.com/v2/available_phone_numbers?a=b");
    const Request request = Request(Method::get, "https://api.telnyx.com/v2/available_phone_numbers?a=b")
                                .header("Authorization", "Bearer KEY");
    transports::detail::ReplyReader reader;
    count([&] {
        expect(to_text(request, destination).ends_with("\r\n\r\n"), "a request");
        reader.start(1U << 20U);
        for (std::size_t at = 0; at < reply.size();) {
            const auto room = reader.prepare();
            const std::size_t size = std::min(room.size(), reply.size() - at);
            std::copy_n(reply.data() + at, size, room.data());
            (void)reader.commit(size);
            at += size;
        }
        expect(reader.release().body.size() == body.size(), "the body");
    });
}

const std::map<std::string, void (*)()> workloads{
    {"json_reply", json_reply},     {"xml_reply", xml_reply}, {"carrier_search", carrier_search},
    {"stock_search", stock_search}, {"purchase", purchase},   {"http_message", http_message}};

}  // namespace

int main(int count, char** arguments) {
    if (count != 2 || !workloads.contains(arguments[1])) {
        for (const auto& [name, work] : workloads) { std::cout << name << "\n"; }
        return count == 1 ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    workloads.at(arguments[1])();
    return EXIT_SUCCESS;
}
