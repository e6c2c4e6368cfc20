// SPDX-License-Identifier: BSL-1.0
#include <tandem/transports/detail/reply_reader.hpp>

#include <boost/test/unit_test.hpp>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TANDEM_SANITIZED 1
#elif defined(__has_feature)
#define TANDEM_SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define TANDEM_SANITIZED 0
#endif
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#if TANDEM_SANITIZED
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();  // g++ brings no header for it
#else
#include <malloc.h>
#endif

using namespace tandem;
using transports::detail::ReplyReader;

namespace {

constexpr std::size_t limit = 64U << 10U;

/// What a reader makes of some bytes and the connection's end: "200 body", or the error's name.
std::string read(std::string_view bytes, std::size_t step, std::size_t most = limit, std::string* why = nullptr) {
    try {
        ReplyReader reader(most);
        bool whole = false;
        while (!bytes.empty()) {
            const auto room = reader.prepare();
            const std::size_t count = std::min({bytes.size(), step, room.size()});
            std::memcpy(room.data(), bytes.data(), count);
            bytes.remove_prefix(count);
            if (whole) { return "bytes behind the reply"; }  // a later read: the probe before the next request finds it
            whole = reader.commit(count);
        }
        reader.finish();
        const bool ends_with_connection = reader.ends_with_connection();
        const std::string kept = reader.keep_alive() ? "" : " close";
        const Response response = reader.release();
        return std::to_string(response.status) + " " + response.body + (ends_with_connection ? " eof" : kept);
    } catch (const Exception& failure) {
        if (why != nullptr) { *why = failure.error().cause; }
        return std::string(name_of(failure.error().code));
    }
}

/// All at once, byte by byte and in pieces have to give the same.
std::string read_in_any_pieces(std::string_view bytes, std::size_t most = limit) {
    std::string why;
    const std::string result = read(bytes, bytes.size() + 1, most, &why);
    BOOST_TEST_INFO("because of: " << why);
    for (const std::size_t step : {1U, 2U, 3U, 7U, 64U, 1000U}) {
        const std::string again = read(bytes, step, most);
        const bool only_seen_later = again == "bytes behind the reply" && result == "malformed_reply";
        BOOST_TEST((again == result || only_seen_later),
                   "in pieces of " << step << ": " << again << ", not " << result);
    }
    return result;
}

/// Of this program, by whoever counts them.
std::size_t allocated_bytes() {
#if TANDEM_SANITIZED
    return __sanitizer_get_current_allocated_bytes();
#else
    const auto heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
#endif
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) { all += text; }
    return all;
}

const std::string ok = "HTTP/1.1 200 OK\r\n";
const std::string chunks = ok + "Transfer-Encoding: chunked\r\n\r\n";

struct Good {
    const char* name;
    std::string bytes;
    const char* result;
};
const std::vector<Good> good{
    {"a length", ok + "Content-Length: 2\r\n\r\nhi", "200 hi"},
    {"no body", ok + "Content-Length: 0\r\n\r\n", "200 "},
    {"no reason", "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nhi", "200 hi"},
    {"names in any case", ok + "cOnTeNt-LeNgTh:2\r\n\r\nhi", "200 hi"},
    {"spaces around a value", ok + "Content-Length: \t 2 \t \r\n\r\nhi", "200 hi"},
    {"the least status", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "200 "},
    {"the greatest status", "HTTP/1.1 599 X\r\nContent-Length: 0\r\n\r\n", "599 "},
    {"chunks", chunks + "2\r\nhi\r\n0\r\n\r\n", "200 hi"},
    {"many chunks", chunks + "1\r\nh\r\n1\r\ni\r\n0\r\n\r\n", "200 hi"},
    {"chunks with extensions", chunks + "2;a=b;c=\"d e\"\r\nhi\r\n0;x\r\n\r\n", "200 hi"},
    {"chunk sizes in both cases", chunks + "a\r\n0123456789\r\nB\r\n0123456789a\r\n00\r\n\r\n",
     "200 01234567890123456789a"},
    {"Chunked", ok + "Transfer-Encoding: Chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", "200 hi"},
    {"no chunk", chunks + "0\r\n\r\n", "200 "},
    {"a trailer", chunks + "2\r\nhi\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n", "200 hi"},
    {"204", "HTTP/1.1 204 No Content\r\n\r\n", "204 "},
    {"204 with an empty body", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", "204 "},
    {"304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "304 "},
    {"close", ok + "Connection: close\r\nContent-Length: 2\r\n\r\nhi", "200 hi close"},
    {"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", "200 hi close"},
    {"100", "HTTP/1.1 100 Continue\r\n\r\n" + ok + "Content-Length: 2\r\n\r\nhi", "200 hi"},
    {"five 1xx", repeated("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", 5) + ok + "Content-Length: 2\r\n\r\nhi",
     "200 hi"},
    {"100 fields", ok + repeated("a: b\r\n", 99) + "Content-Length: 2\r\n\r\nhi", "200 hi"},
    {"a head of 8 KiB", ok + "a: " + std::string(8192 - 17 - 3 - 2 - 21, 'x') + "\r\nContent-Length: 2\r\n\r\nhi",
     "200 hi"},
    {"the identity", ok + "Content-Encoding: identity\r\nContent-Length: 2\r\n\r\nhi", "200 hi"},
    {"bytes of any kind", ok + "X: \xC3\xA4\r\nContent-Length: 4\r\n\r\n" + std::string("\0\r\n\xFF", 4), nullptr},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(transports_reply_reader)

BOOST_AUTO_TEST_CASE(a_good_reply_is_read_however_it_comes) {
    for (const auto& row : good) {
        BOOST_TEST_CONTEXT(row.name) {
            const std::string expected =
                row.result != nullptr ? row.result : "200 " + row.bytes.substr(row.bytes.size() - 4);
            BOOST_TEST(read_in_any_pieces(row.bytes) == expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_good_reply_that_is_cut_is_malformed) {
    for (const auto& row : good) {
        // The longest rows are long for the limits' sake: a cut in 31 of them is looked at.
        const std::size_t stride = row.bytes.size() < 1'000 ? 1 : 31;
        for (std::size_t cut = 0; cut < row.bytes.size(); cut += stride) {
            for (const std::size_t step : {stride, row.bytes.size()}) {
                const std::string result = read(std::string_view(row.bytes).substr(0, cut), step);
                BOOST_TEST(result == "malformed_reply", row.name << " cut after " << cut << ": " << result);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_good_reply_with_more_behind_it_is_malformed) {
    for (const auto& row : good) {
        for (const std::string more : {"\r\n", "x", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
            BOOST_TEST(read(row.bytes + more, row.bytes.size() + more.size()) == "malformed_reply", row.name);
        }
    }
}

BOOST_AUTO_TEST_CASE(without_a_length_the_end_of_the_connection_ends_the_reply) {
    BOOST_TEST(read_in_any_pieces(ok + "\r\nhi") == "200 hi eof");
    BOOST_TEST(read_in_any_pieces(ok + "\r\n") == "200  eof");
    BOOST_TEST(read_in_any_pieces("HTTP/1.0 404 Not Found\r\n\r\n" + ok) == "404 " + ok + " eof");
}

BOOST_AUTO_TEST_CASE(a_bad_reply_is_refused_however_it_comes) {
    const struct {
        const char* name;
        std::string bytes;
    } rows[]{
        {"nothing", ""},
        {"two equal lengths", ok + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi"},
        {"a list of equal lengths", ok + "Content-Length: 2, 2\r\n\r\nhi"},
        {"two lengths", ok + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi!"},
        {"a length and chunks", ok + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"chunks and a length", ok + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n"},
        {"chunked twice", ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"chunked, chunked", ok + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"},
        {"a length with a sign", ok + "Content-Length: +2\r\n\r\nhi"},
        {"a negative length", ok + "Content-Length: -1\r\n\r\nhi"},
        {"a hexadecimal length", ok + "Content-Length: 0x2\r\n\r\nhi"},
        {"an empty length", ok + "Content-Length:\r\n\r\nhi"},
        {"a length with a space", ok + "Content-Length: 1 2\r\n\r\nhi"},
        {"a length of 2^64", ok + "Content-Length: 18446744073709551616\r\n\r\nhi"},
        {"gzip, then a length", ok + "Transfer-Encoding: gzip\r\nContent-Length: 2\r\n\r\nhi"},
        {"a length, then gzip", ok + "Content-Length: 2\r\nTransfer-Encoding: gzip\r\n\r\nhi"},
        {"gzip in chunks", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"},
        {"gzip, then chunked", ok + "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"chunked, then gzip", ok + "Transfer-Encoding: chunked, gzip\r\n\r\n2\r\nhi\r\n0\r\n\r\n"},
        {"the identity as a transfer coding", ok + "Transfer-Encoding: identity\r\n\r\nhi"},
        {"the identity and a length", ok + "Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nhi"},
        {"chunked with a parameter", ok + "Transfer-Encoding: chunked;q=1\r\n\r\n2\r\nhi\r\n0\r\n\r\n"},
        {"chunked in quotes", ok + "Transfer-Encoding: \"chunked\"\r\n\r\n2\r\nhi\r\n0\r\n\r\n"},
        {"xchunked", ok + "Transfer-Encoding: xchunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"},
        {"an empty transfer coding", ok + "Transfer-Encoding:\r\n\r\nhi"},
        {"chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"},
        {"gzip", ok + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nhi"},
        {"br in chunks", ok + "Content-Encoding: br\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"},
        {"a folded header", ok + "X: a\r\n b\r\nContent-Length: 2\r\n\r\nhi"},
        {"a header folded by a tab", ok + "X: a\r\n\tb\r\nContent-Length: 2\r\n\r\nhi"},
        {"a folded length", ok + "Content-Length:\r\n 2\r\n\r\nhi"},
        {"a fold before all fields", ok + " X: a\r\nContent-Length: 2\r\n\r\nhi"},
        {"a space before the colon", ok + "Content-Length : 2\r\n\r\nhi"},
        {"a space in a name", ok + "Content Length: 2\r\n\r\nhi"},
        {"a field without a name", ok + ": 2\r\n\r\nhi"},
        {"a field without a colon", ok + "Content-Length\r\n\r\nhi"},
        {"a bare CR", ok + "X: a\rb\r\nContent-Length: 2\r\n\r\nhi"},
        {"a bare LF", ok + "X: a\nContent-Length: 2\r\n\r\nhi"},
        {"lines that end by LF", "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi"},
        {"a NUL in a value", ok + "X: a" + std::string(1, '\0') + "\r\nContent-Length: 2\r\n\r\nhi"},
        {"a NUL in a name", ok + "X" + std::string(1, '\0') + ": a\r\nContent-Length: 2\r\n\r\nhi"},
        {"a control character in a value", ok + "X: \x01\r\nContent-Length: 2\r\n\r\nhi"},
        {"a NUL in the reason", "HTTP/1.1 200 O" + std::string(1, '\0') + "\r\nContent-Length: 0\r\n\r\n"},
        {"HTTP/0.9", "hi"},
        {"HTML", "<html></html>\r\n\r\n"},
        {"HTTP/2.0", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"},
        {"HTTP/1.2", "HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n"},
        {"http/1.1", "http/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
        {"an empty line before", "\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
        {"a space before", " HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
        {"status 099", "HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n"},
        {"status 000", "HTTP/1.1 000 X\r\nContent-Length: 0\r\n\r\n"},
        {"status 600", "HTTP/1.1 600 X\r\nContent-Length: 0\r\n\r\n"},
        {"status 999", "HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n"},
        {"status 20", "HTTP/1.1 20 X\r\nContent-Length: 0\r\n\r\n"},
        {"status 2000", "HTTP/1.1 2000 X\r\nContent-Length: 0\r\n\r\n"},
        {"status -20", "HTTP/1.1 -20 X\r\nContent-Length: 0\r\n\r\n"},
        {"two spaces", "HTTP/1.1  200 OK\r\nContent-Length: 0\r\n\r\n"},
        {"101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"},
        {"101, then 200", "HTTP/1.1 101 Switching Protocols\r\n\r\n" + ok + "Content-Length: 0\r\n\r\n"},
        {"100 and no more", "HTTP/1.1 100 Continue\r\n\r\n"},
        {"six 1xx", repeated("HTTP/1.1 102 Processing\r\n\r\n", 6) + ok + "Content-Length: 0\r\n\r\n"},
        {"1xx with a length", "HTTP/1.1 100 X\r\nContent-Length: 2\r\n\r\n" + ok + "Content-Length: 0\r\n\r\n"},
        {"1xx with no length", "HTTP/1.1 100 X\r\nContent-Length: 0\r\n\r\n" + ok + "Content-Length: 0\r\n\r\n"},
        {"1xx with chunks", "HTTP/1.1 100 X\r\nTransfer-Encoding: chunked\r\n\r\n" + ok + "Content-Length: 0\r\n\r\n"},
        {"204 with a length", "HTTP/1.1 204 X\r\nContent-Length: 2\r\n\r\n"},
        {"204 with a body", "HTTP/1.1 204 X\r\nContent-Length: 2\r\n\r\nhi"},
        {"204 with chunks", "HTTP/1.1 204 X\r\nTransfer-Encoding: chunked\r\n\r\n"},
        {"a size that is no number", chunks + "x\r\nhi\r\n0\r\n\r\n"},
        {"an empty size", chunks + "\r\nhi\r\n0\r\n\r\n"},
        {"a size with a sign", chunks + "+2\r\nhi\r\n0\r\n\r\n"},
        {"a size of 0x2", chunks + "0x2\r\nhi\r\n0\r\n\r\n"},
        {"a chunk that is longer than its size", chunks + "1\r\nhi\r\n0\r\n\r\n"},
        {"a size of 2^64", chunks + "10000000000000000\r\nhi\r\n0\r\n\r\n"},
        {"a chunk that ends by LF", chunks + "2\r\nhi\n0\r\n\r\n"},
        {"a size that ends by LF", chunks + "2\nhi\r\n0\r\n\r\n"},
        {"no last chunk", chunks + "2\r\nhi\r\n"},
        {"a folded trailer", chunks + "2\r\nhi\r\n0\r\nX: a\r\n b\r\n\r\n"},
        {"a length in the trailer", chunks + "2\r\nhi\r\n0\r\nContent-Length: 2\r\n\r\n"},
        {"a transfer coding in the trailer", chunks + "2\r\nhi\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"},
        {"a trailer with a bare LF", chunks + "2\r\nhi\r\n0\r\nX: a\nY: b\r\n\r\n"},
    };
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) { BOOST_TEST(read_in_any_pieces(row.bytes) == "malformed_reply"); }
    }
}

BOOST_AUTO_TEST_CASE(a_reply_beyond_a_limit_is_refused_however_it_comes) {
    const struct {
        const char* name;
        std::string bytes;
    } rows[]{
        {"a length beyond the limit", ok + "Content-Length: 1001\r\n\r\n" + std::string(1001, 'x')},
        {"a length of 2^63", ok + "Content-Length: 9223372036854775808\r\n\r\nx"},
        {"chunks beyond the limit", chunks + "1f4\r\n" + std::string(500, 'x') + "\r\n1f5\r\n" + std::string(501, 'x')},
        {"a size beyond the limit", chunks + "ffffffffffffffff\r\nx"},
        {"a body to the end beyond the limit", ok + "\r\n" + std::string(1001, 'x')},
        {"a head of more than 8 KiB",
         ok + "a: " + std::string(8192 - 17 - 3 - 2 - 20, 'x') + "\r\nContent-Length: 2\r\n\r\n"},
        {"a head without an end", ok + repeated("a: b\r\n", 10000)},
        {"a line without an end", ok + std::string(20000, 'a')},
        {"101 fields", ok + repeated("a: b\r\n", 100) + "Content-Length: 2\r\n\r\nhi"},
        {"1,500 fields", ok + repeated("a:\r\n", 1500) + "Content-Length: 2\r\n\r\nhi"},
        {"150 trailers", chunks + "0\r\n" + repeated("a: b\r\n", 150) + "\r\n"},
        {"a trailer of 10 KiB", chunks + "0\r\na: " + std::string(10000, 'x') + "\r\n\r\n"},
        {"a trailer without an end", chunks + "0\r\na: " + std::string(20000, 'x')},
        {"extensions of 2 KiB", chunks + "1;" + std::string(2000, 'e') + "\r\nx\r\n0\r\n\r\n"},
        {"a chunk's header of 20 KB", chunks + "1;" + std::string(20000, 'e') + "\r\nx\r\n0\r\n\r\n"},
        {"a size of 20 KB", chunks + std::string(20000, '0') + "1\r\nx\r\n0\r\n\r\n"},
        {"2,000 chunks with long extensions",
         chunks + repeated("1;" + std::string(400, 'e') + "\r\nx\r\n", 500) + "0\r\n\r\n"},
    };
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) { BOOST_TEST(read_in_any_pieces(row.bytes, 1000) == "reply_too_large"); }
    }
}

BOOST_AUTO_TEST_CASE(a_body_up_to_the_limit_is_read) {
    const std::string body(100'000, 'x');
    BOOST_TEST(read(ok + "Content-Length: 100000\r\n\r\n" + body, 999'999, body.size()) == "200 " + body);
    BOOST_TEST(read(chunks + "186a0\r\n" + body + "\r\n0\r\n\r\n", 999'999, body.size()) == "200 " + body);
    BOOST_TEST(read(ok + "\r\n" + body, 999'999, body.size()) == "200 " + body + " eof");
    BOOST_TEST(read(ok + "Content-Length: 100000\r\n\r\n" + body, 10'000, ~std::size_t{0}) == "200 " + body);
    BOOST_TEST(read(ok + "Content-Length: 0\r\n\r\n", 100, 0) == "200 ");
}

BOOST_AUTO_TEST_CASE(a_thousand_hostile_replies_hold_no_more_memory_than_one_honest_one) {
    const std::string flood(2000, 'x');
    const struct {
        std::string start, more;
    } rows[]{{ok, "a: b\r\n"},
             {ok + "a: ", flood},
             {"", "HTTP/1.1 103 X\r\na: " + flood + "\r\n\r\n"},
             {ok + "\r\n", flood},
             {ok + "Content-Length: 9223372036854775807\r\n\r\n", flood},
             {chunks, "7d0\r\n" + flood + "\r\n"},
             {chunks, "1;" + flood.substr(0, 1000) + "\r\nx\r\n"},
             {chunks + "1;", flood},
             {chunks + "0\r\n", "a: b\r\n"}};
    const std::size_t before = allocated_bytes();
    std::size_t most = before;
    std::mt19937 random(7);
    for (int i = 0; i < 1000; ++i) {
        const auto& row = rows[random() % std::size(rows)];
        ReplyReader reader(limit);
        const auto commit = [&](std::string_view bytes) {
            for (bool whole = false; !bytes.empty() && !whole;) {
                const auto room = reader.prepare();
                const std::size_t count = std::min<std::size_t>({bytes.size(), room.size(), 1 + random() % 4096});
                std::memcpy(room.data(), bytes.data(), count);
                bytes.remove_prefix(count);
                whole = reader.commit(count);
                most = std::max(most, allocated_bytes());
            }
        };
        bool ended = false;
        try {
            commit(row.start);
            for (int piece = 0; piece < 40'000; ++piece) { commit(row.more); }
        } catch (const Exception&) { ended = true; }
        BOOST_REQUIRE(ended);
    }
    // The buffer, the body and its growth, 8 KiB of fields.
    BOOST_TEST(most - before < ReplyReader::room + 2 * limit + (32U << 10U));
    BOOST_TEST(most - before > limit / 2);  // it was measured
    BOOST_TEST(allocated_bytes() <= before + 1024);
}

BOOST_AUTO_TEST_CASE(a_reader_that_starts_anew_remembers_nothing) {
    ReplyReader reader(limit);
    const auto commit = [&](std::string_view bytes) {
        const auto room = reader.prepare();
        std::memcpy(room.data(), bytes.data(), bytes.size());
        return reader.commit(bytes.size());
    };
    const std::string body = "Content-Length: 3\r\n\r\nabc";
    const std::vector<std::string> rows{"HTTP/1.",
                                        "no reply",
                                        "HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n",
                                        ok + "A: b",
                                        ok + "Content-Length: 9\r\n\r\nabc",
                                        ok + "Connection: close\r\nContent-Length: 0\r\n\r\n",
                                        ok + "Content-Length: 0\r\n\r\nleft over",
                                        ok + body};
    for (const std::string& before : rows) {
        BOOST_TEST_CONTEXT(before) {
            try {
                (void)commit(before);
            } catch (const Exception&) {}  // some are refused
            reader.start(3);
            BOOST_TEST(!reader.began());
            BOOST_TEST(commit(ok + body));
            BOOST_TEST(reader.keep_alive());
            BOOST_TEST(reader.release().body == "abc");
            reader.start(2);
            BOOST_CHECK_THROW((void)commit(ok + body), Exception);
            reader.start(limit);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_fields_of_the_final_reply_are_kept_as_they_came) {
    const std::string bytes = "HTTP/1.1 103 X\r\nA: no\r\n\r\n" + ok +
                              "A: 1\r\nSet-Cookie: x\r\nset-cookie: y \r\nEmpty:\r\nTransfer-Encoding: chunked\r\n\r\n"
                              "0\r\nTrailer: no\r\n\r\n";
    ReplyReader reader(limit);
    const auto room = reader.prepare();
    std::memcpy(room.data(), bytes.data(), bytes.size());
    BOOST_TEST(reader.commit(bytes.size()));
    const Response response = reader.release();
    std::string fields;
    for (const Field& field : response.fields) { fields += field.name + "=" + field.value + ";"; }
    BOOST_TEST(fields == "A=1;Set-Cookie=x;set-cookie=y;Empty=;Transfer-Encoding=chunked;");
}

BOOST_AUTO_TEST_SUITE_END()
