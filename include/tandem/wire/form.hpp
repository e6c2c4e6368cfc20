// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/http.hpp>
#include <tandem/wire/url.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::wire {

/// A body of form fields (`application/x-www-form-urlencoded`), built so that no value leaves its place.
/// `Form().add("PhoneNumber", number.str()).add("Limit", 10)`; `str()` gives it.
class Form {
public:
    Form& add(std::string_view name, std::string_view value) {
        if (!text_.empty()) { text_ += '&'; }
        detail::append_pair(text_, name, value);
        return *this;
    }
    Form& add(std::string_view name, std::uint64_t value) { return add(name, std::string_view(std::to_string(value))); }
    /// Nothing where `value` is empty.
    Form& add_if_set(std::string_view name, std::string_view value) { return value.empty() ? *this : add(name, value); }

    const std::string& str() const { return text_; }

private:
    std::string text_;
};

/// `request` with `form` as its body.
inline Request with_form(Request request, const Form& form) {
    return std::move(request).body("application/x-www-form-urlencoded", form.str());
}

}  // namespace tandem::wire
