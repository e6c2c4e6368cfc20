// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/http.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::wire {

/// A body of named values (`multipart/form-data`, RFC 7578), built so that no value leaves its part.
/// `Multipart().add("numbers[]", number.digits())`; `with_multipart` makes it a request's body.
class Multipart {
public:
    Multipart& add(std::string_view name, std::string_view value) {
        parts_.emplace_back(quoted(name), value);
        return *this;
    }

    /// What stands between the parts: the first of `tandem-0`, `tandem-1`, … that stands in none of them.
    std::string boundary() const {
        std::string boundary;
        for (std::size_t count = 0; boundary.empty(); ++count) {
            std::string tried = "tandem-" + std::to_string(count);
            const auto holds = [&](const auto& part) {
                return part.first.find(tried) != std::string::npos || part.second.find(tried) != std::string::npos;
            };
            if (std::none_of(parts_.begin(), parts_.end(), holds)) { boundary = std::move(tried); }
        }
        return boundary;
    }
    std::string str() const {
        const std::string line = "--" + boundary();
        std::string text;
        for (const auto& [name, value] : parts_) {
            text += line + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
        }
        return text + line + "--\r\n";
    }

private:
    /// As browsers do, and as RFC 7578 §2 allows.
    static std::string quoted(std::string_view name) {
        std::string text;
        for (const char c : name) {
            switch (c) {
                case '"': text += "%22"; break;
                case '\r': text += "%0D"; break;
                case '\n': text += "%0A"; break;
                default: text += c;
            }
        }
        return text;
    }

    std::vector<std::pair<std::string, std::string>> parts_;
};

/// `request` with `form` as its body.
inline Request with_multipart(Request request, const Multipart& form) {
    return std::move(request).body("multipart/form-data; boundary=" + form.boundary(), form.str());
}

}  // namespace tandem::wire
