// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace tandem::detail {

/// Ten thousand bits, from the beginning of a cache line on.
inline constexpr std::size_t words_of_lines = (10'000 + 63) / 64;

/// Memory for bitmaps. A search reads one line of one of thousands: on ordinary pages the processor would look for the page
/// longer than for the line, so a large stock lies on pages of 2 MB where the system has them. It shrinks with its owner.
class Bitmaps {
public:
    /// One without any bit. Errors: `std::bad_alloc`.
    std::uint64_t* take() {
        if (free_.empty()) { grow(); }
        std::uint64_t* const taken = free_.back();
        free_.pop_back();
        std::fill_n(taken, words_of_lines, std::uint64_t{0});
        return taken;
    }
    void give_back(std::uint64_t* bitmap) noexcept { free_.push_back(bitmap); }  // there is room, since it was taken

private:
    static constexpr std::size_t line = 64;
    static constexpr std::size_t size = (words_of_lines * sizeof(std::uint64_t) + line - 1) / line * line;
    static constexpr std::size_t large_page = std::size_t{1} << 21U;

    struct Free {
        void operator()(void* memory) const { std::free(memory); }
    };

    /// As much again as there is, up to a large page: a small stock takes little.
    void grow() {
        const std::size_t bytes = std::min(large_page, std::max(16 * size / line * line, made_ * size / line * line));
        pieces_.reserve(pieces_.size() + 1);
        free_.reserve(made_ + bytes / size);
        const bool large = bytes == large_page;
        auto* const memory = static_cast<std::byte*>(std::aligned_alloc(large ? large_page : line, bytes));
        if (memory == nullptr) { throw std::bad_alloc(); }
        pieces_.emplace_back(memory);
#if defined(__linux__)
        if (large) { (void)::madvise(memory, bytes, MADV_HUGEPAGE); }
#endif
        for (std::size_t each = bytes / size; each > 0; --each) {
            free_.push_back(reinterpret_cast<std::uint64_t*>(memory + (each - 1) * size));
        }
        made_ += bytes / size;
    }

    std::vector<std::unique_ptr<std::byte, Free>> pieces_;
    std::vector<std::uint64_t*> free_;
    std::size_t made_ = 0;
};

}  // namespace tandem::detail
