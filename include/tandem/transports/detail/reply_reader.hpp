// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/http.hpp>

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::transports::detail {

/// The rules for a reply beyond those of Beast's parser, which takes much that would let two readers see two replies.
class ReplyParser : public boost::beast::http::basic_parser<false> {
public:
    using Code = boost::beast::error_code;
    using View = boost::beast::string_view;

    static constexpr std::uint32_t head_limit = 8U << 10U;
    static constexpr int most_fields = 100;
    static constexpr std::size_t most_extensions = 1U << 10U;  ///< bytes of a chunk's extensions

    explicit ReplyParser(std::size_t body_bytes) {
        header_limit(head_limit);
        body_limit(std::uint64_t{body_bytes});
    }

    bool interim() const { return reply.status < 200; }
    /// Where the extensions of the last chunk end: the trailer follows.
    const char* trailer() const { return trailer_; }

    Response reply{};
    const char* why = nullptr;  ///< the broken rule, where Beast's code does not say it
    bool too_large = false;

private:
    void on_request_impl(boost::beast::http::verb, View, View, int, Code&) override {}

    void on_response_impl(int status, View, int version, Code& error) override {
        version_ = version;
        reply.status = status;
        reply.fields.reserve(14);  // few replies have more, and a block of more than 1 KiB is slow to get
        if (status < 100 || status > 599) { refuse(error, "a status that is none of 100 to 599"); }
        if (status == 101) { refuse(error, "a change of protocol that nobody asked for"); }
    }

    void on_field_impl(boost::beast::http::field field, View name, View value, Code& error) override {
        namespace http = boost::beast::http;
        if (++fields_ > most_fields) { return exceed(error, "more than 100 headers"); }
        if (trailer_ != nullptr) { return; }
        if (field == http::field::content_length) {
            const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
            if (has_length_) { return refuse(error, "two Content-Length"); }
            if (!std::all_of(value.begin(), value.end(), is_digit)) {
                return refuse(error, "a list as Content-Length");
            }
            has_length_ = true;
            empty_ = value.find_first_not_of('0') == value.npos;
        } else if (field == http::field::transfer_encoding) {
            if (!equal_ignoring_case(value, "chunked") || has_coding_) {
                return refuse(error, "a transfer coding that is not exactly chunked");
            }
            has_coding_ = true;
        } else if (field == http::field::content_encoding && !equal_ignoring_case(value, "identity")) {
            return refuse(error, "a content coding that nobody asked for");
        }
        reply.fields.push_back({std::string(name), std::string(value)});
    }

    void on_header_impl(Code& error) override {
        if (has_coding_ && (version_ < 11 || has_length_)) { return refuse(error, "chunks where there can be none"); }
        // Empty by definition; "Content-Length: 0" says nothing else, and servers do add it to a 204.
        if (interim() ? has_coding_ || has_length_ : reply.status == 204 && (has_coding_ || (has_length_ && !empty_))) {
            return refuse(error, "a body where there can be none");
        }
    }

    void on_body_init_impl(const boost::optional<std::uint64_t>& length, Code&) override {
        constexpr std::uint64_t at_once = 64U << 10U;  // a promise is no reason to allocate more
        if (length) { reply.body.reserve(static_cast<std::size_t>(std::min(*length, at_once))); }
    }

    std::size_t on_body_impl(View part, Code&) override {
        reply.body.append(part.data(), part.size());
        return part.size();
    }

    void on_chunk_header_impl(std::uint64_t size, View extensions, Code& error) override {
        if (extensions.size() > most_extensions) { return exceed(error, "a chunk's extensions of more than 1 KiB"); }
        if (size == 0) { trailer_ = extensions.data() + extensions.size(); }
    }

    std::size_t on_chunk_body_impl(std::uint64_t, View part, Code& error) override { return on_body_impl(part, error); }

    void on_finish_impl(Code&) override {}

    void refuse(Code& error, const char* rule) {
        why = rule;
        error = boost::beast::http::error::bad_value;
    }
    void exceed(Code& error, const char* limit) {
        too_large = true;
        refuse(error, limit);
    }

    int version_ = 0;
    int fields_ = 0;
    bool has_length_ = false;
    bool has_coding_ = false;
    bool empty_ = false;
    const char* trailer_ = nullptr;
};

/// Reads one reply from the bytes of a connection, without I/O: `prepare`, fill it, `commit`; `finish` at the end of
/// file. Interim replies are skipped, five at most. Once an error was thrown, the reader is of no use until it starts
/// anew.
/// Errors: `malformed_reply`, `reply_too_large`.
class ReplyReader {
public:
    static constexpr std::size_t room = 16U << 10U;
    static constexpr int most_interim = 5;

    ReplyReader() : ReplyReader(0) {}
    /// `limit`: bytes of the body.
    explicit ReplyReader(std::size_t limit) : buffer_(std::make_unique_for_overwrite<char[]>(room)) { start(limit); }

    /// Begins anew, with another reply, in the same room.
    void start(std::size_t limit) {
        begin_ = end_ = scanned_ = 0;
        limit_ = limit;
        wire_left_ = limit < std::numeric_limits<std::size_t>::max() / 4 ? 2 * limit + (32U << 10U) : limit;
        parser_.emplace(limit_);
        interim_ = 0;
        any_ = closing_ = false;
    }

    /// Where the next bytes go; never empty.
    std::span<char> prepare() {
        if (begin_ > 0) {
            std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
            scanned_ -= std::min(scanned_, begin_);
            end_ -= begin_;
            begin_ = 0;
        }
        return {buffer_.get() + end_, room - end_};
    }

    /// Takes `count` bytes that were put there. Whether the reply is whole.
    bool commit(std::size_t count) {
        end_ += count;
        if (count > wire_left_) { too_large("more bytes than any reply within the limit needs"); }
        wire_left_ -= count;
        any_ |= count > 0;
        while (begin_ < end_ && !parser_->is_done()) {
            const std::size_t before = begin_;
            if (parser_->is_header_done() ? !read_body() : !read_head()) { break; }
            if (begin_ == before) { break; }
        }
        if (!parser_->is_done()) {
            if (end_ - begin_ == room) { too_large("a chunk's header or trailer of more than 16 KiB"); }
            return false;
        }
        if (begin_ < end_) { malformed("bytes after its end"); }
        return true;
    }

    /// The connection was closed: the end of a reply that says no length, else a cut one.
    void finish() {
        if (!parser_->is_header_done()) { malformed(any_ ? "cut within the head" : "closed without a word"); }
        if (parser_->is_done()) { return; }
        boost::beast::error_code error;
        parser_->put_eof(error);
        if (error) { malformed("cut within the body"); }
    }

    /// Whether any byte came.
    bool began() const { return any_; }
    /// Whether only the connection's end shows the reply's: cut or whole look alike.
    bool ends_with_connection() const { return parser_->is_header_done() && parser_->need_eof(); }
    /// Whether another request may follow on the connection, once the reply is whole.
    bool keep_alive() const { return !closing_ && parser_->keep_alive(); }
    Response release() { return std::move(parser_->reply); }

private:
    /// Whether the head was whole.
    bool read_head() {
        const char* const text = buffer_.get();
        // Whole before it is parsed: the parser measures only what it is given at once.
        const std::size_t length = scan();
        if (length == 0) { return false; }
        put({text + begin_, length});
        if (!parser_->is_header_done()) { malformed("an empty line within the head"); }
        if (parser_->interim()) {
            if (++interim_ > most_interim) { malformed("more than five interim replies"); }
            closing_ |= !parser_->keep_alive();
            parser_.emplace(limit_);
        } else {
            parser_->eager(true);
        }
        return true;
    }

    /// Whether it was worth a look.
    bool read_body() {
        const std::size_t start = begin_;
        // Beast asserts that a last chunk is looked at again with five bytes or more; so many are always to come.
        if (parser_->chunked() && end_ - begin_ < 5) { return false; }
        put({buffer_.get() + begin_, end_ - begin_});
        if (parser_->is_done() && parser_->trailer() != nullptr) {
            const auto from = static_cast<std::size_t>(parser_->trailer() - buffer_.get());
            if (from < start || from > begin_) { malformed("a trailer out of place"); }
            if (begin_ - from > ReplyParser::head_limit) { too_large("a trailer of more than 8 KiB"); }
            for (std::size_t i = from; i < begin_; ++i) { check_line_ends(i, from); }
        }
        return true;
    }

    /// Bytes of the head, once it is whole; else 0.
    std::size_t scan() {
        const std::string_view head(buffer_.get() + begin_, end_ - begin_);
        constexpr std::string_view first = "HTTP/1.";
        if (head.substr(0, first.size()) != first.substr(0, head.size())) { malformed("no HTTP/1 reply"); }
        const auto is_plain = [](char c) { return c != '\r' && c != '\n' && c != '\0'; };
        std::size_t at = std::max(scanned_, begin_) - begin_;
        for (const std::size_t most = std::min<std::size_t>(head.size(), ReplyParser::head_limit); at < most; ++at) {
            // Most bytes end no line, nor follow one's end.
            while (at < most && is_plain(head[at]) && at > 0 && is_plain(head[at - 1])) { ++at; }
            if (at == most) { break; }
            check_line_ends(begin_ + at, begin_);
            if (head[at] == '\n' && head.substr(0, at + 1).ends_with("\r\n\r\n")) {
                scanned_ = begin_ + at + 1;
                return at + 1;
            }
        }
        if (head.size() > ReplyParser::head_limit) { too_large("a head of more than 8 KiB"); }
        scanned_ = begin_ + at;
        return 0;
    }

    /// The byte at `index` of a text that began at `first`: lines end by CR LF and nothing goes on in the next one.
    void check_line_ends(std::size_t index, std::size_t first) {
        const char byte = buffer_[index];
        const char last = index > first ? buffer_[index - 1] : '\0';
        if ((byte == '\n') != (last == '\r')) { malformed("a line that does not end by CR LF"); }
        if (byte == '\0') { malformed("a zero byte in a header"); }
        if (last == '\n' && (byte == ' ' || byte == '\t')) { malformed("a folded header"); }
    }

    void put(std::string_view bytes) {
        boost::beast::error_code error;
        begin_ += parser_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
        if (!error || error == boost::beast::http::error::need_more) { return; }
        if (error == boost::beast::http::error::body_limit) { too_large("a body beyond the operation's limit"); }
        if (parser_->too_large) { too_large(parser_->why); }
        malformed(parser_->why != nullptr ? parser_->why : error.message());
    }

    [[noreturn]] static void malformed(std::string why) {
        errors::raise(errc::malformed_reply, "the reply breaks the rules of HTTP/1.1", std::move(why));
    }
    [[noreturn]] static void too_large(std::string why) {
        errors::raise(errc::reply_too_large, "the reply exceeds a limit", std::move(why));
    }

    std::unique_ptr<char[]> buffer_;
    std::size_t begin_ = 0;    // of what is not read yet
    std::size_t end_ = 0;      // of what has come
    std::size_t scanned_ = 0;  // of the head
    std::size_t limit_ = 0;
    std::size_t wire_left_ = 0;
    std::optional<ReplyParser> parser_;
    int interim_ = 0;
    bool any_ = false;
    bool closing_ = false;
};

}  // namespace tandem::transports::detail
