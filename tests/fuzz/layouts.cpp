// SPDX-License-Identifier: BSL-1.0
// Replies one after another, read with the layouts that those before them left, against the reader that has none and
// against Boost's values. The input is replies with lines of `%%` between them; each is also read changed in a few
// places.
#include "changed.hpp"
#include "described.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

using namespace tandem;
using fuzz::require;

namespace {

/// One member of each kind, and members that show the reply's text.
struct Row {
    E164 number{};
    Amount price{};
    Currency currency{};
    std::string text{};
    std::string_view shown{};
    std::string_view deep{};
    std::string_view loose{};
    std::optional<std::uint64_t> count{};
    std::int32_t small = 0;
    bool yes = false;
    Features features{};
    std::string_view row{};

    auto members() const {
        return std::tuple(number, price, currency, text, shown, deep, loose, count, small, yes, row);
    }
    friend bool operator==(const Row& a, const Row& b) {
        return a.members() == b.members() && a.features == b.features;
    }
};
struct Beside {
    std::string status{};
    std::optional<std::int64_t> total{};

    friend bool operator==(const Beside&, const Beside&) = default;
};
/// Refuses some texts, and leaves the member half written.
bool without_x(std::string_view& member, const wire::Scalar& value) {
    member = value.text;
    return value.text.find('x') == value.text.npos;
}
constexpr auto description =
    wire::rows("data[]",
               {wire::field<&Row::number>("number").required(), wire::field<&Row::price>("cost.price"),
                wire::field<&Row::currency>("cost.currency"), wire::field<&Row::text>("id"),
                wire::field<&Row::shown>("place.city"), wire::field<&Row::deep>("places[type=city].name"),
                wire::field<&Row::loose, without_x>("loose").if_fitting(), wire::field<&Row::count>("count"),
                wire::field<&Row::small>("small"), wire::field<&Row::small>("smaller"), wire::field<&Row::yes>("yes"),
                wire::flag<Feature::sms, Row>("features[=sms]"), wire::flag<Feature::mms, Row>("named[name=mms]"),
                wire::flag<Feature::voice, Row>("can.voice"), wire::dropped_if<Row>("held")})
        .with({wire::field<&Beside::status>("status"), wire::field<&Beside::total>("meta.total")});

using Read = wire::RowsRead<Row, Beside>;

using Reading = wire::detail::Reader::Tally (*)(const wire::detail::Description&, const wire::detail::RowSink&,
                                                std::string_view, wire::detail::Copies&);
/// Reads `text`, which outlives what is read; the failure's words where it is refused.
std::optional<Read> read(Reading reading, std::string_view text, wire::detail::Copies& copies, std::string& failed) {
    try {
        Read read;
        const auto tally = reading(description, wire::detail::sink_of(read), text, copies);
        wire::detail::finish(description, tally, read);
        return read;
    } catch (const Exception& failure) {
        require(failure.error().code == errc::malformed_reply, "no other error than a malformed reply");
        failed = failure.error().cause;
        return {};
    }
}

void compare(std::string_view text) {
    wire::detail::Copies copies;
    std::string failed, parsed_failed;
    const auto with_layouts = read(wire::detail::read_text, text, copies, failed);
    const auto parsed = read(wire::detail::parse_text, text, copies, parsed_failed);
    require(with_layouts.has_value() == parsed.has_value(), "both take the reply, or neither");
    require(failed == parsed_failed, "both fail for the same reason");
    if (!parsed) { return; }
    require(with_layouts->rows == parsed->rows, "both read the same rows");
    require(with_layouts->refused == parsed->refused, "both refuse as many");
    require(with_layouts->found == parsed->found && with_layouts->whole == parsed->whole,
            "both read what stands beside");
    for (std::size_t i = 0; i < parsed->rows.size(); ++i) {
        const Row &a = with_layouts->rows[i], &b = parsed->rows[i];
        require(a.row.data() == b.row.data(), "a row's text is where it stands");
        if (text.find('\\') != text.npos) { continue; }  // copies are where they are
        require(a.shown.data() == b.shown.data() && a.deep.data() == b.deep.data() && a.loose.data() == b.loose.data(),
                "what is shown is where it stands");
    }
}
void compare_with_values(std::string_view text) {
    std::optional<fuzz::described::Read> read;
    try {
        read = wire::read_offers(fuzz::described::description, Response(200, std::string(text)));
    } catch (const Exception&) {}
    fuzz::described::compare(read, text);
}
/// In a block of its own, so that a byte read behind it is noticed.
void compare_all(std::string_view text) {
    const std::vector<char> copy(text.begin(), text.end());
    compare({copy.data(), copy.size()});
    compare_with_values({copy.data(), copy.size()});
}

constexpr std::string_view marks = "\"\\{}[]:,.-+0123456789eE xtfn\x80\xC3\xA9\x01";

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::text_of(data, size);
    fuzz::Chance chance(input);
    wire::detail::KeptLayouts::here().clear();
    for (int round = 0; round < 3; ++round) {
        for (std::string_view rest = input; !rest.empty();) {
            const std::string reply(fuzz::take(rest, "\n%%\n"));
            compare_all(reply);
            for (int change = 0; round > 0 && change < 3; ++change) {
                compare_all(fuzz::changed(reply, marks, chance));
            }
        }
    }
    return 0;
}
