// SPDX-License-Identifier: BSL-1.0
// The linker sends the calls below here first (tests/CMakeLists.txt): the n-th call of an exchange fails, for every n.
#include "transports/client.hpp"
#include "transports/raw_server.hpp"
#include "transports/tls_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/test/unit_test.hpp>

#include <netdb.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <exception>
#include <filesystem>
#include <iterator>
#include <limits>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace tandem;
using namespace std::chrono_literals;
using test::authority;
using test::code;
using test::Identity;
using test::localhost;
using test::Peer;
using test::RawServer;
using test::reply;
using test::TlsServer;

/// How calls fail.
enum class Fault {
    once,          ///< the n-th alone
    for_good,      ///< the n-th and all after it
    within_write,  ///< the n-th takes one byte where it writes, and the connection breaks
};

/// Whose calls fail, and which. The servers' threads are not the client's; each name is resolved on a thread of its
/// own.
struct Faults {
    std::atomic<bool> armed = false;
    std::atomic<long> calls = 0;
    long n = std::numeric_limits<long>::max();
    Fault fault = Fault::once;
    std::string first{};                                          ///< what failed first
    std::set<std::string> failed{};                               ///< functions that ever did
    std::atomic<std::size_t> sent = 0;                            ///< bytes that the client's sockets took
    std::map<std::string, std::vector<std::string>> addresses{};  ///< of names; others are really looked up
    std::vector<std::string> targets{};                           ///< where connections were tried, while that is noted
    bool notes_targets = false;
    std::chrono::milliseconds look_up_takes{0};
    std::atomic<int> looked_up = 0;
} faults;
thread_local bool is_client = false;

/// Counts a call of the client; whether it is to fail.
bool fails(const char* function) {
    if (!is_client || !faults.armed) { return false; }
    const long call = ++faults.calls;
    const bool failed =
        faults.fault == Fault::once ? call == faults.n : faults.fault == Fault::for_good && call >= faults.n;
    if (failed) {
        faults.failed.insert(function);
        if (faults.first.empty()) { faults.first = function; }
    }
    return failed;
}
int fail(int error) {
    errno = error;
    return -1;
}

std::string text_of(const sockaddr* address) {
    boost::asio::ip::tcp::endpoint endpoint;
    const std::size_t size = address->sa_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    std::copy_n(reinterpret_cast<const char*>(address), size, reinterpret_cast<char*>(endpoint.data()));
    return endpoint.address().to_string();
}

}  // namespace

extern "C" {

int __real_socket(int, int, int);
int __wrap_socket(int family, int type, int protocol) {
    return fails("socket") ? fail(EMFILE) : __real_socket(family, type, protocol);
}
int __real_connect(int, const sockaddr*, socklen_t);
int __wrap_connect(int socket, const sockaddr* address, socklen_t size) {
    if (is_client && faults.notes_targets) {
        faults.targets.push_back(text_of(address));
        return fail(ECONNREFUSED);
    }
    return fails("connect") ? fail(ENETUNREACH) : __real_connect(socket, address, size);
}
int __real_poll(pollfd*, nfds_t, int);
int __wrap_poll(pollfd* all, nfds_t count, int time) {
    return fails("poll") ? fail(ENOMEM) : __real_poll(all, count, time);
}
int __real_getsockopt(int, int, int, void*, socklen_t*);
int __wrap_getsockopt(int socket, int level, int name, void* value, socklen_t* size) {
    return fails("getsockopt") ? fail(ENOBUFS) : __real_getsockopt(socket, level, name, value, size);
}
int __real_setsockopt(int, int, int, const void*, socklen_t);
int __wrap_setsockopt(int socket, int level, int name, const void* value, socklen_t size) {
    return fails("setsockopt") ? fail(ENOBUFS) : __real_setsockopt(socket, level, name, value, size);
}
int __real_ioctl(int, unsigned long, void*);
int __wrap_ioctl(int file, unsigned long request, void* value) {
    return fails("ioctl") ? fail(ENOMEM) : __real_ioctl(file, request, value);
}
int __real_epoll_ctl(int, int, int, epoll_event*);
int __wrap_epoll_ctl(int epoll, int operation, int file, epoll_event* event) {
    return fails("epoll_ctl") ? fail(ENOSPC) : __real_epoll_ctl(epoll, operation, file, event);
}
int __real_close(int);
int __wrap_close(int file) {
    const bool failed = fails("close");
    const int result = __real_close(file);  // Linux closes, whatever it says
    return failed ? fail(EIO) : result;
}
ssize_t __real_send(int, const void*, size_t, int);
ssize_t __wrap_send(int socket, const void* bytes, size_t size, int flags) {
    if (fails("send")) { return fail(EPIPE); }
    const bool breaks = is_client && faults.armed && faults.fault == Fault::within_write && faults.calls == faults.n;
    const ssize_t count = __real_send(socket, bytes, breaks ? std::min<size_t>(size, 1) : size, flags);
    if (breaks) { ::shutdown(socket, SHUT_RDWR); }
    if (is_client && count > 0) { faults.sent += static_cast<std::size_t>(count); }
    return count;
}
ssize_t __real_recv(int, void*, size_t, int);
ssize_t __wrap_recv(int socket, void* room, size_t size, int flags) {
    return fails("recv") ? fail(ECONNRESET) : __real_recv(socket, room, size, flags);
}
int __real_pthread_create(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
int __wrap_pthread_create(pthread_t* thread, const pthread_attr_t* how, void* (*start)(void*), void* with) {
    return fails("pthread_create") ? EAGAIN : __real_pthread_create(thread, how, start, with);
}
int __real_getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**);
int __wrap_getaddrinfo(const char* host, const char* service, const addrinfo* hints, addrinfo** found) {
    is_client = true;  // a thread for this alone
    if (fails("getaddrinfo")) { return EAI_AGAIN; }
    if (faults.look_up_takes > 0ms) { std::this_thread::sleep_for(faults.look_up_takes); }
    ++faults.looked_up;
    const auto known = faults.addresses.find(host);
    if (known == faults.addresses.end()) { return __real_getaddrinfo(host, service, hints, found); }
    *found = nullptr;
    for (const std::string& address : known->second) {
        addrinfo* one = nullptr;
        const int error = __real_getaddrinfo(address.c_str(), service, hints, &one);
        if (error != 0) { return error; }
        addrinfo** end = found;
        while (*end != nullptr) { end = &(*end)->ai_next; }
        *end = one;
    }
    return 0;
}

/// As if OpenSSL were out of memory.
int fail_tls(int result) {
    ERR_raise(ERR_LIB_SSL, ERR_R_MALLOC_FAILURE);
    return result;
}
SSL* __real_SSL_new(SSL_CTX*);
SSL* __wrap_SSL_new(SSL_CTX* context) {
    if (!fails("SSL_new")) { return __real_SSL_new(context); }
    fail_tls(0);
    return nullptr;
}
BIO* __real_BIO_new(const BIO_METHOD*);
BIO* __wrap_BIO_new(const BIO_METHOD* kind) {
    if (!fails("BIO_new")) { return __real_BIO_new(kind); }
    fail_tls(0);
    return nullptr;
}
int __real_BIO_read_ex(BIO*, void*, size_t, size_t*);
int __wrap_BIO_read_ex(BIO* bio, void* room, size_t size, size_t* count) {
    return fails("BIO_read_ex") ? fail_tls(0) : __real_BIO_read_ex(bio, room, size, count);
}
int __real_BIO_write_ex(BIO*, const void*, size_t, size_t*);
int __wrap_BIO_write_ex(BIO* bio, const void* bytes, size_t size, size_t* count) {
    return fails("BIO_write_ex") ? fail_tls(0) : __real_BIO_write_ex(bio, bytes, size, count);
}
int __real_SSL_do_handshake(SSL*);
int __wrap_SSL_do_handshake(SSL* ssl) {
    return fails("SSL_do_handshake") ? fail_tls(-1) : __real_SSL_do_handshake(ssl);
}
int __real_SSL_write_ex(SSL*, const void*, size_t, size_t*);
int __wrap_SSL_write_ex(SSL* ssl, const void* bytes, size_t size, size_t* count) {
    return fails("SSL_write_ex") ? fail_tls(0) : __real_SSL_write_ex(ssl, bytes, size, count);
}
int __real_SSL_read_ex(SSL*, void*, size_t, size_t*);
int __wrap_SSL_read_ex(SSL* ssl, void* room, size_t size, size_t* count) {
    return fails("SSL_read_ex") ? fail_tls(0) : __real_SSL_read_ex(ssl, room, size, count);
}
int __real_X509_VERIFY_PARAM_set1_host(X509_VERIFY_PARAM*, const char*, size_t);
int __wrap_X509_VERIFY_PARAM_set1_host(X509_VERIFY_PARAM* rules, const char* name, size_t size) {
    return fails("X509_VERIFY_PARAM_set1_host") ? fail_tls(0) : __real_X509_VERIFY_PARAM_set1_host(rules, name, size);
}
int __real_SSL_CTX_set_default_verify_paths(SSL_CTX*);
int __wrap_SSL_CTX_set_default_verify_paths(SSL_CTX* context) {
    return fails("SSL_CTX_set_default_verify_paths") ? fail_tls(0) : __real_SSL_CTX_set_default_verify_paths(context);
}

}  // extern "C"

namespace {

/// Calls fail while it lives.
class Armed {
public:
    Armed(Fault fault, long n) {
        faults.fault = fault;
        faults.n = n;
        faults.calls = 0;
        faults.first.clear();
        faults.sent = 0;
        faults.armed = true;
    }
    Armed(const Armed&) = delete;
    Armed& operator=(const Armed&) = delete;
    ~Armed() { faults.armed = false; }
};

/// The client's thread is the test's.
struct AsClient {
    AsClient() { is_client = true; }
    AsClient(const AsClient&) = delete;
    AsClient& operator=(const AsClient&) = delete;
    ~AsClient() { is_client = false; }
};

struct Client : test::Client {
    Client() : test::Client({.private_addresses = true, .trust_anchors = authority().pem()}) {}
};

std::size_t open_files() {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

/// Sends an order to `url` with each call failing in turn. `orders` says how many the server saw begin.
template <class Orders>
void try_every_call(const std::string& url, Orders orders, bool counts_bytes) {
    for (const Fault fault : {Fault::once, Fault::for_good, Fault::within_write}) {
        long calls = std::numeric_limits<long>::max();
        for (long n = 1; n <= calls; ++n) {
            BOOST_TEST_CONTEXT("call " << n << ", fault " << static_cast<int>(fault)) {
                Client client;
                // Asio's set-up of a context looks at no result: it is done before calls fail.
                const boost::asio::steady_timer timer(client.context);
                const std::size_t before = orders();
                bool answered = false;
                Error error;
                {
                    const Armed armed(fault, n);
                    try {
                        const Response response = client.send(Request::post(url), 500ms);
                        answered = response.status == 200 && response.body == "{}";
                        BOOST_TEST(answered);
                    } catch (const Exception& failure) { error = failure.error(); }
                }
                if (faults.calls < n) { calls = 0; }
                // The connection works again; and whatever the server got before, it has seen by then.
                const std::size_t sent = faults.sent;
                try {
                    BOOST_TEST(client.get(url).body == "{}");
                } catch (const Exception& failure) { BOOST_ERROR("after " << faults.first << ": " << failure.what()); }
                if (answered) { continue; }
                BOOST_TEST(!error.message.empty());
                BOOST_TEST((error.sent || orders() == before));
                if (counts_bytes) { BOOST_TEST(error.sent == (sent > 0)); }
                // Asio wakes itself by epoll_ctl, and looks at no result: then the deadline ends it.
                BOOST_TEST((code(error) != "timeout" || faults.first == "epoll_ctl"), faults.first << " hangs");
            }
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(faults_io)

BOOST_AUTO_TEST_CASE(whichever_call_fails_an_order_is_answered_or_known_to_be_unsent_or_unknown) {
    const std::size_t files = open_files();
    {
        std::atomic<std::size_t> orders = 0;
        RawServer server([&](Peer& peer) {
            std::string heard;
            for (std::string more = peer.read_some(); !more.empty(); more = peer.read_some()) {
                if (heard.empty() && more.front() == 'P') { ++orders; }
                heard += more;
                if (!heard.ends_with("\r\n\r\n")) { continue; }
                peer.send(reply("{}"));
                heard.clear();
            }
        });
        const AsClient here;
        try_every_call("http://localhost:" + std::to_string(server.port()), [&] { return orders.load(); }, true);
    }
    BOOST_TEST(open_files() == files);
    for (const char* function : {"socket", "connect", "getsockopt", "setsockopt", "ioctl", "epoll_ctl", "close", "send",
                                 "recv", "getaddrinfo", "pthread_create"}) {
        BOOST_TEST(faults.failed.contains(function), function);
    }
}

BOOST_AUTO_TEST_CASE(whichever_call_fails_a_protected_order_is_too) {
    const std::size_t files = open_files();
    {
        const Identity identity = localhost();
        TlsServer server(identity);
        const AsClient here;
        ::setenv("SSL_CERT_FILE", "/dev/null", 1);  // the machine's roots are not needed, and slow
        try_every_call(server.origin(), [&] { return server.orders.load(); }, false);
        ::unsetenv("SSL_CERT_FILE");
    }
    BOOST_TEST(open_files() == files);
    for (const char* function :
         {"SSL_new", "BIO_new", "BIO_read_ex", "BIO_write_ex", "SSL_do_handshake", "SSL_write_ex", "SSL_read_ex",
          "X509_VERIFY_PARAM_set1_host", "SSL_CTX_set_default_verify_paths"}) {
        BOOST_TEST(faults.failed.contains(function), function);
    }
}

BOOST_AUTO_TEST_CASE(a_name_leads_nowhere_but_where_its_scheme_may_go) {
    using Addresses = std::vector<std::string>;
    const struct {
        const char* url;
        Addresses answers;
        Addresses tried;
    } rows[]{
        {"https://rebound.example/", {"127.0.0.1"}, {}},
        {"https://rebound.example/", {"::1"}, {}},
        {"https://rebound.example/", {"10.1.2.3", "169.254.169.254", "fe80::1", "::ffff:127.0.0.1", "0.0.0.0"}, {}},
        {"https://rebound.example/", {"192.168.0.1", "8.8.8.8", "127.0.0.1"}, {"8.8.8.8"}},
        {"https://rebound.example/", {"8.8.8.8", "2606:4700::1"}, {"8.8.8.8", "2606:4700::1"}},
        {"http://localhost/", {"8.8.8.8"}, {}},
        {"http://localhost/", {"10.0.0.1", "127.0.0.1", "fe80::1"}, {"127.0.0.1"}},
    };
    const AsClient here;
    faults.notes_targets = true;  // nothing leaves this machine
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.url << " at " << row.answers.front()) {
            faults.addresses = {{"rebound.example", row.answers}, {"localhost", row.answers}};
            faults.targets.clear();
            test::Client client;
            const Error error = client.fails(Request::post(row.url));
            BOOST_TEST(code(error) == (row.tried.empty() ? "settings" : "unreachable"));
            BOOST_TEST(!error.sent);
            BOOST_TEST(faults.targets == row.tried, boost::test_tools::per_element());
        }
    }
    faults.notes_targets = false;
    faults.addresses.clear();
}

BOOST_AUTO_TEST_CASE(a_look_up_that_hangs_holds_up_nothing_but_its_caller_until_the_deadline) {
    faults.look_up_takes = 300ms;
    faults.looked_up = 0;
    const auto start = std::chrono::steady_clock::now();
    const auto passed = [&] { return std::chrono::steady_clock::now() - start; };
    {
        test::Client client;
        const Error error = client.fails(Request::post("https://localhost:1"), 50ms);
        BOOST_TEST(code(error) == "timeout");
        BOOST_TEST(!error.sent);
        client.context.restart();
        client.context.run();  // nothing is left to do
    }
    {
        test::Client client;
        boost::asio::co_spawn(client.context, client.https.send(Request::get("https://localhost:1"), test::in(9s)),
                              boost::asio::detached);
        client.context.run_for(20ms);
    }
    BOOST_TEST((passed() < 250ms));
    {
        test::Client client;
        std::vector<Error> errors;
        for (int i = 0; i < 3; ++i) {
            boost::asio::co_spawn(client.context, client.https.send(Request::get("https://localhost:1"), test::in(9s)),
                                  [&](std::exception_ptr failure, const Response&) {
                                      try {
                                          std::rethrow_exception(failure);
                                      } catch (const Exception& thrown) { errors.push_back(thrown.error()); }
                                  });
        }
        client.context.run();
        BOOST_TEST_REQUIRE(errors.size() == 3U);
        for (const Error& error : errors) { BOOST_TEST(code(error) == "settings"); }  // loopback
    }
    BOOST_TEST((passed() < 800ms));
    BOOST_TEST(test::eventually([] { return faults.looked_up == 5; }));
    faults.look_up_takes = 0ms;
}

BOOST_AUTO_TEST_SUITE_END()
