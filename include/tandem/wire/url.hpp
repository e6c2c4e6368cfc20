// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error.hpp>

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::wire {

namespace detail {

/// `value` behind `text`, all but RFC 3986's unreserved characters written as `%XX`: into room that was made before,
/// for what makes room by itself ends the process where there is none (Boost 1.81).
inline void append_encoded(std::string& text, std::string_view value) {
    const boost::urls::string_view plain(value.data(), value.size());
    const std::size_t size = boost::urls::encoded_size(plain, boost::urls::unreserved_chars);
    const std::size_t before = text.size();
    text.resize(before + size);
    boost::urls::encode(text.data() + before, size, plain, boost::urls::unreserved_chars);
}

/// `name=value`.
inline void append_pair(std::string& text, std::string_view name, std::string_view value) {
    append_encoded(text, name);
    text += '=';
    append_encoded(text, value);
}

}  // namespace detail

/// A URL below a carrier's base, built so that no value leaves its place: all but RFC 3986's unreserved characters are
/// written as `%XX`, `+` and space too.
/// `Url(settings.base_url) / "numbers" / country`, then `.query("limit", 10)`; `str()` gives it.
/// Errors: `settings` for a base with a query or fragment; `invalid` for a segment that would not stay one: empty, `.`
/// or `..`. Which hosts may be asked is the transport's to decide.
class Url {
public:
    explicit Url(std::string_view base) : text_(base) {
        while (text_.ends_with('/')) { text_.pop_back(); }
        if (text_.empty() || text_.find_first_of("?#") != std::string::npos) {
            // Not repeated: a base that holds more may hold secrets.
            errors::raise(errc::settings, "a carrier's base URL is a scheme, a host and a path, without '?' or '#'");
        }
    }

    /// One segment more.
    Url operator/(std::string_view segment) && {
        if (segment.empty() || segment == "." || segment == "..") {
            errors::invalid("a part of a URL's path is not empty, '.' or '..'", std::string(segment));
        }
        text_ += '/';
        detail::append_encoded(text_, segment);
        return std::move(*this);
    }
    /// What is to be done with the resource, where the API says so behind a colon: `…/{number}:rent` (Google's
    /// AIP-136). The colon stays one: such names are matched before anything is decoded.
    Url action(std::string_view name) && {
        text_ += ':';
        detail::append_encoded(text_, name);
        return std::move(*this);
    }
    Url query(std::string_view name, std::string_view value) && {
        text_ += std::exchange(has_query_, true) ? '&' : '?';
        detail::append_pair(text_, name, value);
        return std::move(*this);
    }
    Url query(std::string_view name, std::uint64_t value) && {
        return std::move(*this).query(name, std::string_view(std::to_string(value)));
    }

    std::string str() && { return std::move(text_); }

private:
    std::string text_;
    bool has_query_ = false;
};

}  // namespace tandem::wire
