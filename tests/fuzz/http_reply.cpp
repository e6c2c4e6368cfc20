// SPDX-License-Identifier: BSL-1.0
#include "fuzz.hpp"

#include <tandem/transports/detail/reply_reader.hpp>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

using namespace tandem;
using fuzz::require;
using transports::detail::ReplyParser;
using transports::detail::ReplyReader;

namespace {

/// What a reader makes of some bytes and the connection's end. `next_size` tells how many come at once.
template <class NextSize>
std::string read(std::string_view bytes, std::size_t limit, NextSize next_size) {
    try {
        ReplyReader reader(limit);
        bool is_whole = false;
        while (!bytes.empty()) {
            if (is_whole) { errors::malformed_reply("bytes behind the reply"); }  // that were there with it, or later
            const auto room = reader.prepare();
            require(!room.empty(), "there is room");
            const std::size_t count = std::min({bytes.size(), next_size(), room.size()});
            std::memcpy(room.data(), bytes.data(), count);
            bytes.remove_prefix(count);
            is_whole = reader.commit(count);
        }
        reader.finish();
        const std::string kept = reader.ends_with_connection() ? "eof" : reader.keep_alive() ? "kept" : "closed";
        const Response response = reader.release();
        require(response.status >= 200 && response.status <= 599, "a reply is final");
        require(response.body.size() <= limit, "a body keeps the limit");
        require(response.fields.size() <= ReplyParser::most_fields, "there are at most 100 headers");
        std::string all = std::to_string(response.status) + " " + kept;
        std::size_t head = 0;
        for (const Field& field : response.fields) {
            const std::string text = field.name + field.value;
            require(text.find_first_of(std::string_view("\0\r\n", 3)) == text.npos, "a header is one line");
            head += text.size();
            all.append("\n").append(field.name).append(": ").append(field.value);
        }
        require(head <= ReplyParser::head_limit, "a head has at most 8 KiB");
        return all + "\n\n" + response.body;
    } catch (const Exception& failure) { return std::string(name_of(failure.error().code)); }
}

}  // namespace

/// The first byte tells the limit and into which pieces the reply is cut, the others are the reply.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) { return -1; }
    const std::size_t limit = data[0] % 2 == 0 ? 64U << 10U : 16;
    std::uint32_t state = data[0];
    const auto any_size = [&state] {
        state = state * 1'664'525U + 1'013'904'223U;
        const std::uint32_t drawn = state >> 16U;
        return std::size_t{drawn % 4 == 0 ? 1 + drawn / 4 % 200 : 1 + drawn / 4 % 8};
    };
    const std::string_view bytes = fuzz::text_of(data, size).substr(1);
    const std::string whole = read(bytes, limit, [&] { return bytes.size(); });
    require(read(bytes, limit, any_size) == whole, "a reply is the same in any pieces");
    require(read(bytes, limit, [] { return std::size_t{1}; }) == whole, "a reply is the same byte by byte");
    return 0;
}
