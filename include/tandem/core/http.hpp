// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/base64.hpp>
#include <tandem/core/carrier_info.hpp>
#include <tandem/core/error.hpp>
#include <tandem/core/secret.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem {

enum class Method : std::uint8_t { get, post, put, patch, delete_ };

constexpr std::string_view name_of(Method method) {
    constexpr std::string_view names[]{"GET", "POST", "PUT", "PATCH", "DELETE"};
    return names[static_cast<std::size_t>(method)];
}

/// ASCII letters fold, nothing else: how HTTP compares field names.
constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
    constexpr auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

/// A header field.
struct Field {
    std::string name;
    std::string value;
    bool secret = false;  ///< logs and recordings show the name only
};

/// A request as a plain value: what a carrier asks of a `Transport`. Host, Content-Length, Transfer-Encoding and
/// Connection belong to the transport.
/// Errors: a URL, field name or value with a byte that could end it early is refused with `invalid` when it is set, so
/// nothing of it ever reaches a wire.
class Request {
public:
    static constexpr std::size_t search_limit = 4U << 20U;  ///< bytes of a search's reply
    static constexpr std::size_t order_limit = 64U << 10U;  ///< bytes of an order's reply
    static constexpr std::size_t list_limit = 32U << 20U;   ///< bytes of a list of all our numbers that has no pages

    Request(Method method, std::string url)
        : url_(std::move(url)), method_(method), changes_(method != Method::get), acts_(changes_) {
        for (const char byte : url_) {
            if (byte <= ' ' || byte >= '\x7F') {
                errors::invalid("a URL holds no control character, space or byte above 126");
            }
        }
        limit_ = changes_ ? order_limit : search_limit;
    }

    static Request get(std::string url) { return {Method::get, std::move(url)}; }
    static Request post(std::string url) { return {Method::post, std::move(url)}; }
    static Request put(std::string url) { return {Method::put, std::move(url)}; }
    static Request patch(std::string url) { return {Method::patch, std::move(url)}; }
    static Request delete_(std::string url) { return {Method::delete_, std::move(url)}; }

    Request&& header(std::string name, std::string value) && {
        return std::move(set(std::move(name), std::move(value), false));
    }
    /// `scheme` and a space stand before the secret where it is given: `Bearer`.
    Request&& authorization(std::string_view scheme, const Secret& secret) && {
        std::string value(scheme);
        if (!value.empty()) { value += ' '; }
        value.append(secret.reveal());
        return std::move(set("Authorization", std::move(value), true)).holds(secret);
    }
    /// HTTP Basic (RFC 7617). Errors: `settings` for a user with a colon, which would end it early.
    Request&& basic_authorization(std::string_view user, const Secret& password) && {
        if (user.find(':') != user.npos) { errors::raise(errc::settings, "a user of HTTP Basic holds no colon"); }
        std::string pair(user);
        pair.append(":").append(password.reveal());
        const Secret credentials(to_base64(pair));
        return std::move(*this).authorization("Basic", credentials).holds(Secret(std::move(pair))).holds(password);
    }
    Request&& secret_header(std::string name, const Secret& secret) && {
        return std::move(set(std::move(name), std::string(secret.reveal()), true)).holds(secret);
    }
    /// Names a secret that stands in the URL or the body, so that whoever records the request leaves it out. Those of
    /// header fields are named already.
    Request&& holds(const Secret& secret) && {
        if (!secret.empty()) { secrets_.push_back(secret); }
        return std::move(*this);
    }
    Request&& body(std::string content_type, std::string text) && {
        set("Content-Type", std::move(content_type), false);
        body_ = std::move(text);
        return std::move(*this);
    }
    /// A POST or PUT that only asks: it may be repeated, and its reply may be as large as a search's.
    Request&& reads() && {
        changes_ = acts_ = false;
        limit_ = search_limit;
        return std::move(*this);
    }
    /// A GET that changes something all the same, as where an order is placed by one.
    Request&& writes() && {
        changes_ = acts_ = true;
        limit_ = order_limit;
        return std::move(*this);
    }
    /// A change that by itself neither buys nor gives back, as filling a cart: it is not repeated blindly, but whatever
    /// becomes of it, no order depends on it.
    Request&& prepares() && {
        acts_ = false;
        return std::move(*this);
    }
    Request&& limit(std::size_t bytes) && {
        limit_ = bytes;
        return std::move(*this);
    }
    /// Whose request it is; `carrier` lives as long as the program. The manager sets it.
    Request&& of(const CarrierInfo& carrier) && {
        carrier_ = &carrier;
        return std::move(*this);
    }

    Method method() const { return method_; }
    const std::string& url() const { return url_; }
    const std::vector<Field>& fields() const { return fields_; }
    const std::string& body() const { return body_; }
    /// Whether it may change something at the carrier. Such a request is never repeated blindly.
    bool changes() const { return changes_; }
    /// Whether it may buy or give back a number: what leaves the outcome open when its answer is not clear.
    bool acts() const { return acts_; }
    /// Bytes that the reply's body may have.
    std::size_t limit() const { return limit_; }
    /// Whatever of it nobody else may read, wherever it stands.
    const std::vector<Secret>& secrets() const { return secrets_; }
    /// The carrier that asks, by whose limits transports go; null outside a manager.
    const CarrierInfo* carrier() const { return carrier_; }

private:
    Request& set(std::string name, std::string value, bool secret) {
        constexpr std::string_view marks = "!#$%&'*+-.^_`|~";  // RFC 9110 §5.6.2, token
        const auto is_token = [&](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                   marks.find(c) != marks.npos;
        };
        if (name.empty() || !std::all_of(name.begin(), name.end(), is_token)) {
            errors::invalid("a header's name is a token");
        }
        for (const char byte : value) {
            const bool beyond_ascii = static_cast<unsigned char>(byte) >= 0x80;
            if ((byte < ' ' && byte != '\t' && !beyond_ascii) || byte == '\x7F') {
                errors::invalid("a header's value holds no control character", name);
            }
        }
        for (const std::string_view owned : {"Host", "Content-Length", "Transfer-Encoding", "Connection"}) {
            if (equal_ignoring_case(name, owned)) { errors::invalid("this header belongs to the transport", name); }
        }
        fields_.push_back({std::move(name), std::move(value), secret});
        return *this;
    }

    std::string url_;
    std::vector<Field> fields_;
    std::string body_;
    std::vector<Secret> secrets_;
    const CarrierInfo* carrier_ = nullptr;
    std::size_t limit_ = 0;
    Method method_;
    bool changes_;
    bool acts_;
};

/// A carrier's reply as a plain value.
struct Response {
    int status = 0;
    std::vector<Field> fields{};
    std::string body{};

    Response() = default;
    explicit Response(int status_code, std::string text = {}, std::string_view content_type = "application/json")
        : status(status_code), body(std::move(text)) {
        if (!body.empty()) { fields.push_back({"Content-Type", std::string(content_type)}); }
    }

    /// The first field of that name; empty when there is none.
    std::string_view header(std::string_view name) const {
        for (const Field& field : fields) {
            if (equal_ignoring_case(field.name, name)) { return field.value; }
        }
        return {};
    }
    /// Whether the body calls itself `type`, parameters aside: `is("application/json")`.
    bool is(std::string_view type) const {
        std::string_view value = header("Content-Type");
        value = value.substr(0, value.find(';'));
        while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) { value.remove_suffix(1); }
        return equal_ignoring_case(value, type);
    }
};

}  // namespace tandem
