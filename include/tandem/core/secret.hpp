// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace tandem {

/// A credential. It never prints and converts to nothing: whoever needs the text says `reveal()`, which is easy to
/// search for. The bytes are wiped when it dies.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_(text) { wipe(text); }
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept { *this = std::move(other); }
    Secret& operator=(const Secret& other) {
        if (this != &other) {
            wipe();
            text_ = other.text_;
        }
        return *this;
    }
    Secret& operator=(Secret&& other) noexcept {
        if (this != &other) {
            wipe();
            text_.swap(other.text_);
            other.wipe();
        }
        return *this;
    }
    ~Secret() { wipe(); }

    std::string_view reveal() const { return text_; }
    bool empty() const { return text_.empty(); }

private:
    void wipe() noexcept { wipe(text_); }
    static void wipe(std::string& text) noexcept {
        text.resize(text.capacity());                      // a short text leaves its bytes behind when it moves
        for (volatile char& byte : text) { byte = '\0'; }  // volatile: the optimiser may not drop it
        text.clear();
    }

    std::string text_;
};

}  // namespace tandem
