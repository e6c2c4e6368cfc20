// SPDX-License-Identifier: BSL-1.0
// A search over HTTP from the request's first byte to the offers, on connections that are kept: through Tandem, by hand
// with Beast's composed operations, and with libcurl. The server is a process of its own with one canned reply; one row
// asks our sandbox. Everything of a client runs on one thread.
#include "../tests/transports/certificates.hpp"

#include "canned_server.hpp"
#include "replies.hpp"

#include <tandem/carriers.hpp>
#include <tandem/carriers/telnyx.hpp>
#include <tandem/configs/in_code.hpp>
#include <tandem/number_manager.hpp>
#include <tandem/stores/memory.hpp>
#include <tandem/testing/sandbox/sandbox.hpp>
#include <tandem/testing/sandbox/telnyx.hpp>
#include <tandem/testing/session.hpp>
#include <tandem/transports/https.hpp>

#include <benchmark/benchmark.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

// Every allocation of a thread is counted where all of them come by: Asio, OpenSSL and curl pass over `operator new`.
static thread_local std::uint64_t allocations = 0;
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void* malloc(std::size_t size) { return ++allocations, __libc_malloc(size); }
void* calloc(std::size_t count, std::size_t size) { return ++allocations, __libc_calloc(count, size); }
void* realloc(void* old, std::size_t size) { return ++allocations, __libc_realloc(old, size); }
void* aligned_alloc(std::size_t alignment, std::size_t size) { return ++allocations, __libc_memalign(alignment, size); }
}

namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

using namespace std::chrono_literals;

constexpr std::string_view key = tandem::testing::sandbox::Telnyx::default_key;
constexpr int rows = 4;
constexpr std::size_t most_body = 4U << 20U;

[[noreturn]] void stop(const std::string& why) {
    std::fprintf(stderr, "benchmarks/http: %s\n", why.c_str());
    std::exit(1);
}
void require(bool holds, const char* what) {
    if (!holds) { stop(what); }
}

/// An offer as whoever writes by hand would keep it.
struct Found {
    std::uint64_t number = 0;
    std::int64_t setup = 0;  // ten-thousandths
    std::int64_t monthly = 0;
    std::string currency{};
    bool voice = false, sms = false, mms = false;
    std::string rate_center{}, region{}, country{};

    friend bool operator==(const Found&, const Found&) = default;
};
using Offers = std::vector<Found>;

/// By number: the manager sorts, others keep the reply's order.
Offers in_order(Offers offers) {
    std::sort(offers.begin(), offers.end(), [](const Found& a, const Found& b) { return a.number < b.number; });
    return offers;
}

std::int64_t read_money(std::string_view text) {
    const auto amount = tandem::Amount::parse(text);
    require(amount.has_value(), "no price");
    return amount->count();
}

/// The reply by `boost::json::value`: what each contender by hand makes its offers with.
Offers read_offers(std::string_view body) {
    std::array<unsigned char, 16'384> room;
    boost::json::monotonic_resource memory(room.data(), room.size());
    const auto value = boost::json::parse(body, &memory);
    Offers offers;
    for (const auto& each : value.at("data").as_array()) {
        const auto& row = each.as_object();
        if (row.at("best_effort").as_bool()) { continue; }
        Found& found = offers.emplace_back();
        for (const char c : row.at("phone_number").as_string()) {
            if (c >= '0' && c <= '9') { found.number = found.number * 10 + static_cast<std::uint64_t>(c - '0'); }
        }
        const auto& cost = row.at("cost_information").as_object();
        found.setup = read_money(cost.at("upfront_cost").as_string());
        found.monthly = read_money(cost.at("monthly_cost").as_string());
        found.currency = cost.at("currency").as_string();
        for (const auto& feature : row.at("features").as_array()) {
            const auto& name = feature.at("name").as_string();
            found.voice |= name == "voice";
            found.sms |= name == "sms";
            found.mms |= name == "mms";
        }
        for (const auto& region : row.at("region_information").as_array()) {
            const auto& type = region.at("region_type").as_string();
            const auto& name = region.at("region_name").as_string();
            if (type == "rate_center") { found.rate_center = name; }
            if (type == "state") { found.region = name; }
            if (type == "country_code") { found.country = name; }
        }
    }
    return offers;
}

template <class Tandems>
Offers by_hand(const Tandems& offers) {
    using tandem::Feature;
    Offers all;
    for (const auto& offer : offers) {
        const auto has = [&](Feature feature) { return offer.features.has_all({feature}); };
        all.push_back({std::stoull(offer.number.str().substr(1)), offer.setup.count(), offer.monthly.count(),
                       std::string(offer.currency.view()), has(Feature::voice), has(Feature::sms), has(Feature::mms),
                       std::string(offer.rate_center), std::string(offer.region), std::string(offer.country)});
    }
    return all;
}

/// Whom a row asks, and how many at once.
struct Target {
    std::string origin{};
    std::string anchors{};
    int concurrent = 1;
    bool always_probed = false;
    Offers expected{};
};

/// The search's target as Telnyx' document has it, from what a caller asks for.
std::string search_target(std::string_view prefix, int quantity) {
    std::string target = "/v2/available_phone_numbers?filter%5Bcountry_code%5D=US";
    target.append("&filter%5Bnational_destination_code%5D=").append(prefix.substr(2, 3));
    target.append("&filter%5Bbest_effort%5D=false");
    target.append("&filter%5Bphone_number%5D%5Bstarts_with%5D=").append(prefix.substr(5));
    return target.append("&filter%5Blimit%5D=").append(std::to_string(quantity));
}
constexpr std::string_view prefix = "+1415555";

/// Runs coroutines to their end; what one throws ends the program.
template <class Start>
void run_all(net::io_context& context, int concurrent, Start start) {
    for (int i = 0; i < concurrent; ++i) {
        net::co_spawn(context, start(static_cast<std::size_t>(i)), [](const std::exception_ptr& failure) {
            try {
                if (failure) { std::rethrow_exception(failure); }
            } catch (const std::exception& thrown) { stop(thrown.what()); }
        });
    }
    context.restart();
    context.run();
}

/// Makes a search an order in the transport's eyes: its connection is probed, however fresh it is.
struct Probing {
    tandem::transports::Https& https;
    bool always;

    tandem::Task<tandem::Response> send(tandem::Request request, tandem::Deadline deadline) {
        if (!always) { return https.send(std::move(request), deadline); }
        return https.send(std::move(request).writes().limit(tandem::Request::search_limit), deadline);
    }
};

/// A carrier's own code over `Https`.
class Carrier {
public:
    explicit Carrier(const Target& target)
        : target_(target),
          https_(context_.get_executor(), {.private_addresses = true,
                                           .trust_anchors = target.anchors,
                                           .most_idle = static_cast<std::size_t>(target.concurrent)}) {
        telnyx_.settings.api_key = tandem::Secret(std::string(key));
        telnyx_.settings.base_url = target.origin + "/v2";
        request_.prefix = prefix;
        request_.country = "US";
        request_.quantity = rows;
    }

    void run(int each) {
        run_all(context_, target_.concurrent, [&](std::size_t) { return ask(each); });
    }
    const Offers& last() const { return last_; }

private:
    tandem::Task<> ask(int times) {
        tandem::testing::Session<Probing> session(Probing{https_, target_.always_probed});
        for (int i = 0; i < times; ++i) {
            const tandem::SearchPage page = co_await telnyx_.find_numbers(session, request_);
            require(page.offers.size() == rows, "tandem lost offers");
            if (last_.empty()) { last_ = by_hand(page.offers); }
        }
    }

    const Target& target_;
    net::io_context context_{1};
    tandem::transports::Https https_;
    tandem::carriers::Telnyx telnyx_;
    tandem::SearchRequest request_{};
    Offers last_;
};

/// `NumberManager::find_numbers`, which also sorts, reports, and keeps the search for its further pages.
class Manager {
    using Numbers = tandem::NumberManager<tandem::Carriers<tandem::carriers::Telnyx>, tandem::transports::Https,
                                          tandem::configs::InCode, tandem::stores::Memory>;

public:
    explicit Manager(const Target& target)
        : target_(target),
          numbers_(Numbers::open(context_.get_executor(),
                                 tandem::transports::Https(context_.get_executor(),
                                                           {.private_addresses = true,
                                                            .trust_anchors = target.anchors,
                                                            .most_idle = static_cast<std::size_t>(target.concurrent)}),
                                 tandem::configs::InCode({{"number_manager.telnyx",
                                                           R"({"api_key": ")" + std::string(key) +
                                                               R"(", "base_url": ")" + target.origin + R"(/v2"})"}}),
                                 tandem::stores::Memory())
                       .value()) {}

    void run(int each) {
        run_all(context_, target_.concurrent, [&](std::size_t index) { return ask(index, each); });
    }
    const Offers& last() const { return last_; }

private:
    tandem::Task<> ask(std::size_t index, int times) {
        tandem::SearchRequest request;
        request.prefix = prefix;
        request.quantity = rows;
        request.query_id = std::to_string(index);  // a search takes the place of the one before
        for (int i = 0; i < times; ++i) {
            const auto found = co_await numbers_.find_numbers(request);
            require(found.value().offers.size() == rows, "the manager lost offers");
            if (last_.empty()) { last_ = by_hand(found->offers); }
        }
    }

    const Target& target_;
    net::io_context context_{1};
    Numbers numbers_;
    Offers last_;
};

/// The same by hand: Beast's composed operations, a deadline and a body limit for each request. Its buffer grows as it
/// needs to, as in Beast's examples, which reads 512 bytes at once; or it has `room` from the start.
template <class Stream, std::size_t room = 0>
class Twin {
public:
    explicit Twin(const Target& target) : target_(target) {
        if (!target.anchors.empty()) {
            tls_.set_verify_mode(net::ssl::verify_peer);
            tls_.add_certificate_authority(net::buffer(target.anchors));
        }
        const auto at = target.origin.rfind(':');
        authority_ = target.origin.substr(target.origin.find("//") + 2);
        const auto port = static_cast<std::uint16_t>(std::stoi(target.origin.substr(at + 1)));
        run_all(context_, target.concurrent, [&](std::size_t) { return open(port); });
    }

    void run(int each) {
        run_all(context_, target_.concurrent, [&](std::size_t index) { return ask(*connections_[index], each); });
    }
    const Offers& last() const { return last_; }

private:
    struct Connection {
        Stream stream;
        beast::flat_buffer buffer{};
    };

    net::awaitable<void> open(std::uint16_t port) {
        auto made = make();
        made->buffer.reserve(room);
        auto& lowest = beast::get_lowest_layer(made->stream);
        const net::ip::tcp::endpoint server(net::ip::address_v4::loopback(), port);
        co_await lowest.async_connect(server, net::use_awaitable);
        lowest.socket().set_option(net::ip::tcp::no_delay(true));
        if constexpr (!std::is_same_v<Stream, beast::tcp_stream>) {
            made->stream.set_verify_callback(net::ssl::host_name_verification("localhost"));
            SSL_set_tlsext_host_name(made->stream.native_handle(), "localhost");
            co_await made->stream.async_handshake(net::ssl::stream_base::client, net::use_awaitable);
        }
        connections_.push_back(std::move(made));
    }
    std::unique_ptr<Connection> make() {
        if constexpr (std::is_same_v<Stream, beast::tcp_stream>) {
            return std::make_unique<Connection>(Stream(context_.get_executor()));
        } else {
            return std::make_unique<Connection>(Stream(context_.get_executor(), tls_));
        }
    }

    net::awaitable<void> ask(Connection& connection, int times) {
        for (int i = 0; i < times; ++i) {
            const Offers offers = co_await find_numbers(connection);
            require(offers.size() == rows, "the twin lost offers");
            if (last_.empty()) { last_ = offers; }
        }
    }
    net::awaitable<Offers> find_numbers(Connection& connection) {
        http::request<http::empty_body> request(http::verb::get, search_target(prefix, rows), 11);
        request.set(http::field::host, authority_);
        request.set(http::field::user_agent, "twin/0.1");
        request.set(http::field::accept, "*/*");
        request.set(http::field::accept_encoding, "identity");
        request.set(http::field::authorization, "Bearer " + std::string(key));
        beast::get_lowest_layer(connection.stream).expires_after(30s);
        co_await http::async_write(connection.stream, request, net::use_awaitable);
        http::response_parser<http::string_body> parser;
        parser.body_limit(most_body);
        co_await http::async_read(connection.stream, connection.buffer, parser, net::use_awaitable);
        const auto& reply = parser.get();
        require(reply.result() == http::status::ok && reply[http::field::content_type].starts_with("application/json"),
                "no answer");
        co_return read_offers(reply.body());
    }

    const Target& target_;
    net::io_context context_{1};
    net::ssl::context tls_{net::ssl::context::tls_client};
    std::string authority_;
    std::vector<std::unique_ptr<Connection>> connections_;
    Offers last_;
};

/// One of libcurl's handles with what it asks and gets.
class CurlHandle {
public:
    explicit CurlHandle(const Target& target) : target_(&target), handle_(::curl_easy_init(), ::curl_easy_cleanup) {
        const std::string authorization = "Authorization: Bearer " + std::string(key);
        fields_.reset(::curl_slist_append(nullptr, authorization.c_str()));
        set(CURLOPT_HTTPHEADER, fields_.get());
        set(CURLOPT_USERAGENT, "curl/0.1");
        set(CURLOPT_TIMEOUT_MS, 30'000L);
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_WRITEDATA, &body_);
        set(CURLOPT_PRIVATE, this);
        set(
            CURLOPT_WRITEFUNCTION, +[](char* bytes, std::size_t one, std::size_t count, std::string* body) {
                const bool fits = body->size() + count <= most_body;
                if (fits) { body->append(bytes, one * count); }
                return fits ? one * count : 0;
            });
        if (!target.anchors.empty()) {
            curl_blob blob{const_cast<char*>(target.anchors.data()), target.anchors.size(), CURL_BLOB_COPY};
            set(CURLOPT_CAINFO_BLOB, &blob);
        }
    }

    CURL* handle() { return handle_.get(); }
    void prepare() {
        body_.clear();
        set(CURLOPT_URL, (target_->origin + search_target(prefix, rows)).c_str());
    }
    Offers finish(CURLcode ended) {
        require(ended == CURLE_OK, ::curl_easy_strerror(ended));
        long status = 0;
        const char* type = nullptr;
        ::curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
        ::curl_easy_getinfo(handle_.get(), CURLINFO_CONTENT_TYPE, &type);
        require(status == 200 && std::string_view(type).starts_with("application/json"), "no answer");
        return read_offers(body_);
    }

private:
    template <class Value>
    void set(CURLoption option, Value value) {
        require(::curl_easy_setopt(handle_.get(), option, value) == CURLE_OK, "libcurl cannot do that");
    }

    const Target* target_;
    std::unique_ptr<CURL, void (*)(CURL*)> handle_;
    std::unique_ptr<curl_slist, void (*)(curl_slist*)> fields_{nullptr, ::curl_slist_free_all};
    std::string body_;
};

class CurlEasy {
public:
    explicit CurlEasy(const Target& target) : handle_(target) {}

    void run(int each) {
        for (int i = 0; i < each; ++i) {
            handle_.prepare();
            last_ = handle_.finish(::curl_easy_perform(handle_.handle()));
            require(last_.size() == rows, "curl lost offers");
        }
    }
    const Offers& last() const { return last_; }

private:
    CurlHandle handle_;
    Offers last_;
};

class CurlMulti {
public:
    explicit CurlMulti(const Target& target) : multi_(::curl_multi_init(), ::curl_multi_cleanup) {
        for (int i = 0; i < target.concurrent; ++i) { handles_.push_back(std::make_unique<CurlHandle>(target)); }
        ::curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(target.concurrent));
    }

    void run(int each) {
        int started = 0;
        const int wanted = each * static_cast<int>(handles_.size());
        const auto start = [&](CurlHandle& handle) {
            handle.prepare();
            ::curl_multi_add_handle(multi_.get(), handle.handle());
            ++started;
        };
        for (const auto& each_handle : handles_) { start(*each_handle); }
        for (int ended = 0; ended < wanted;) {
            int running = 0;
            ::curl_multi_perform(multi_.get(), &running);
            int left = 0;
            bool any = false;
            while (const CURLMsg* const message = ::curl_multi_info_read(multi_.get(), &left)) {
                CurlHandle* handle = nullptr;
                ::curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &handle);
                const CURLcode result = message->data.result;
                ::curl_multi_remove_handle(multi_.get(), handle->handle());
                last_ = handle->finish(result);
                require(last_.size() == rows, "curl lost offers");
                ++ended;
                any = true;
                if (started < wanted) { start(*handle); }
            }
            if (!any && ended < wanted) { ::curl_multi_poll(multi_.get(), nullptr, 0, 1000, nullptr); }
        }
    }
    const Offers& last() const { return last_; }

private:
    std::vector<std::unique_ptr<CurlHandle>> handles_;  // outlive the multi handle that they are in
    std::unique_ptr<CURLM, CURLMcode (*)(CURLM*)> multi_;
    Offers last_;
};

/// What kernel and server alone allow: a prebuilt request, and a reply that is counted, not read.
class RawSockets {
public:
    explicit RawSockets(const Target& target) : expected_(target.expected), poll_(::epoll_create1(0)) {
        sockaddr_in server{};
        server.sin_family = AF_INET;
        server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const std::string authority = target.origin.substr(target.origin.find("//") + 2);
        server.sin_port = htons(static_cast<std::uint16_t>(std::stoi(authority.substr(authority.find(':') + 1))));
        request_ = "GET " + search_target(prefix, rows) + " HTTP/1.1\r\nHost: " + authority +
                   "\r\nUser-Agent: raw\r\nAccept: */*\r\nAuthorization: Bearer " + std::string(key) + "\r\n\r\n";
        for (int i = 0; i < target.concurrent; ++i) {
            const int socket = sockets_.emplace_back(::socket(AF_INET, SOCK_STREAM, 0));
            require(::connect(socket, reinterpret_cast<sockaddr*>(&server), sizeof server) == 0, "no connection");
            ::fcntl(socket, F_SETFL, O_NONBLOCK);
            const int on = 1;
            ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            epoll_event event{.events = EPOLLIN, .data = {.fd = socket}};
            ::epoll_ctl(poll_, EPOLL_CTL_ADD, socket, &event);
        }
    }
    RawSockets(const RawSockets&) = delete;
    RawSockets& operator=(const RawSockets&) = delete;
    ~RawSockets() {
        for (const int socket : sockets_) { ::close(socket); }
        ::close(poll_);
    }

    void run(int each) {
        const int wanted = each * static_cast<int>(sockets_.size());
        int started = 0;
        const auto start = [&](int socket) {
            require(::send(socket, request_.data(), request_.size(), 0) == static_cast<long>(request_.size()),
                    "unsent");
            ++started;
        };
        for (const int socket : sockets_) { start(socket); }
        std::array<char, 16'384> bytes;
        std::array<epoll_event, 64> events;
        for (int ended = 0; ended < wanted;) {
            const int count = ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()), -1);
            for (int i = 0; i < count; ++i) {
                const int socket = events[static_cast<std::size_t>(i)].data.fd;
                require(::recv(socket, bytes.data(), bytes.size(), 0) > 1024, "no whole reply");
                ++ended;
                if (started < wanted) { start(socket); }
            }
        }
    }
    const Offers& last() const { return expected_; }

private:
    const Offers& expected_;
    int poll_;
    std::string request_;
    std::vector<int> sockets_;
};

double thread_microseconds() {
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    const auto of = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

using Clock = std::chrono::steady_clock;

/// The rate is that of the client's own CPU time: what others do on this machine makes it no slower.
template <class Client>
void measure(benchmark::State& state, const Target& target) {
    Client client(target);
    client.run(2);
    require(in_order(client.last()) == in_order(target.expected), "other offers than the twin's");
    const int each = std::max(16, 512 / target.concurrent);
    const double cpu_before = thread_microseconds();
    const std::uint64_t before = allocations;
    const auto start = Clock::now();
    for (auto _ : state) { client.run(each); }
    const auto requests = static_cast<double>(state.iterations() * each * target.concurrent);
    state.counters["CPU us a request"] = (thread_microseconds() - cpu_before) / requests;
    state.counters["allocations a request"] = static_cast<double>(allocations - before) / requests;
    state.counters["requests a second by the clock"] =
        requests / std::chrono::duration<double>(Clock::now() - start).count();
    state.SetItemsProcessed(static_cast<std::int64_t>(requests));
}

template <class Client>
void add(const std::string& row, const std::string& contender, const Target& target) {
    benchmark::RegisterBenchmark((row + "/" + contender).c_str(), [&target](benchmark::State& state) {
        measure<Client>(state, target);
    })->Unit(benchmark::kMillisecond);
}

}  // namespace

int main(int argc, char** argv) {
    const auto authority = tandem::test::issue({.name = "Tandem benchmark authority", .authority = true});
    const auto identity = tandem::test::issue({.name = "localhost", .alternatives = "DNS:localhost"}, &authority);
    const tandem::benchmarks::CannedServer server({tandem::benchmarks::telnyx_reply(rows)}, &identity);
    ::curl_global_init(CURL_GLOBAL_DEFAULT);
    tandem::testing::sandbox::SandboxThread<tandem::testing::sandbox::SiteList<tandem::testing::sandbox::Telnyx>>
        sandbox;

    const auto target = [](std::string origin, std::string anchors, int concurrent, bool probed = false) {
        Target made{std::move(origin), std::move(anchors), concurrent, probed};
        CurlEasy once(made);
        once.run(1);
        made.expected = once.last();
        return made;
    };
    const Target one = target(server.plain(), {}, 1);
    const Target eight = target(server.plain(), {}, 8);
    const Target many = target(server.plain(), {}, 64);
    const Target secure = target(server.secure(), authority.pem(), 8);
    const Target probed_eight = target(server.plain(), {}, 8, true);
    const Target probed_many = target(server.plain(), {}, 64, true);
    const Target sandboxed = target(sandbox.sandbox.of<tandem::testing::sandbox::Telnyx>().origin(), {}, 8);

    using SecureStream = beast::ssl_stream<beast::tcp_stream>;
    using PlainTwin = Twin<beast::tcp_stream>;
    using SecureTwin = Twin<SecureStream>;
    using RoomyPlainTwin = Twin<beast::tcp_stream, 16'384>;
    using RoomySecureTwin = Twin<SecureStream, 16'384>;
    add<Carrier>("search, 1 connection", "tandem", one);
    add<Manager>("search, 1 connection", "tandem manager", one);
    add<PlainTwin>("search, 1 connection", "beast twin", one);
    add<CurlEasy>("search, 1 connection", "curl easy", one);
    add<RawSockets>("search, 1 connection", "raw sockets", one);
    for (const auto& [row, to] : {std::pair("search, 8 connections", &eight), {"search, 64 connections", &many}}) {
        add<Carrier>(row, "tandem", *to);
        add<Manager>(row, "tandem manager", *to);
        add<PlainTwin>(row, "beast twin", *to);
        add<RoomyPlainTwin>(row, "beast twin with a large buffer", *to);
        add<CurlMulti>(row, "curl multi", *to);
        add<RawSockets>(row, "raw sockets", *to);
    }
    add<Carrier>("search over TLS, 8 connections", "tandem", secure);
    add<Manager>("search over TLS, 8 connections", "tandem manager", secure);
    add<SecureTwin>("search over TLS, 8 connections", "beast twin", secure);
    add<RoomySecureTwin>("search over TLS, 8 connections", "beast twin with a large buffer", secure);
    add<CurlMulti>("search over TLS, 8 connections", "curl multi", secure);
    for (const auto& [row, to] :
         {std::pair("orders, 8 connections", &probed_eight), {"orders, 64 connections", &probed_many}}) {
        add<Carrier>(row, "tandem", *to);
        add<PlainTwin>(row, "beast twin", *to);
        add<RoomyPlainTwin>(row, "beast twin with a large buffer", *to);
    }
    add<Carrier>("search in our sandbox, 8 connections", "tandem", sandboxed);
    add<PlainTwin>("search in our sandbox, 8 connections", "beast twin", sandboxed);
    add<CurlMulti>("search in our sandbox, 8 connections", "curl multi", sandboxed);

    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
