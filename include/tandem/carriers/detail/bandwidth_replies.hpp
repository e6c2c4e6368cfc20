// SPDX-License-Identifier: BSL-1.0
// Needs pugixml (CMake: tandem::xml).
#pragma once

#include <tandem/carriers/detail/bandwidth_codes.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/written.hpp>
#include <tandem/core/json.hpp>
#include <tandem/core/number.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>
#include <tandem/wire/xml.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What Bandwidth's replies say.
namespace tandem::carriers::bandwidth {

struct Listed {
    E164 number{};
};
/// What stands beside the numbers of an order.
struct Header {
    std::string id{};
    std::string reference{};
    std::string status{};
};
struct Count {
    std::optional<std::uint64_t> count{};
};
/// What stands beside a list of our numbers.
struct Pages {
    std::optional<std::uint64_t> total{};
    std::string next{};  ///< a link, `Link=<https://…?page=ID&size=N>;rel="next";`; empty on the last page
};
struct Problem {
    std::uint32_t code = 0;
    std::string description{};
    E164 number{};

    std::string str() const {
        return (code == 0 ? std::string() : std::to_string(code) + " ") + description.substr(0, 256);
    }
};
/// Version 1 writes numbers of country code 1 without it.
inline bool read_number(E164& number, const wire::Scalar& value) {
    const bool is_national = value.text.size() == 10 && !value.text.starts_with('+');
    const std::string text = (is_national ? "+1" : "") + std::string(value.text);
    number = E164::is_valid(text) ? E164::parse_or_empty(text) : E164();
    return value.is_text() && !number.empty();
}

inline constexpr auto xml_details =
    wire::rows("SearchResult.TelephoneNumberDetailList.TelephoneNumberDetail[]",
               {wire::field<&Offer::number, read_number>("FullNumber").required(),
                wire::field<&Offer::country, detail::alpha3_country>("CountryCodeA3"),
                wire::field<&Offer::region>("State"), wire::field<&Offer::locality>("City"),
                wire::field<&Offer::rate_center>("RateCenter"), wire::field<&Offer::lata>("LATA")})
        .or_absent()
        .with({wire::field<&Count::count>("SearchResult.ResultCount")});
inline constexpr auto xml_numbers =
    wire::rows("SearchResult.TelephoneNumberList.TelephoneNumber[]", {wire::value<&Offer::number, read_number>()})
        .or_absent()
        .with({wire::field<&Count::count>("SearchResult.ResultCount")});
inline constexpr auto json_details =
    wire::rows("telephoneNumberDetailList[]",
               {wire::field<&Offer::number, read_number>("fullNumber").required(),
                wire::field<&Offer::country, detail::alpha3_country>("countryCodeA3"),
                wire::field<&Offer::region>("state"), wire::field<&Offer::locality>("city"),
                wire::field<&Offer::rate_center>("rateCenter"), wire::field<&Offer::lata>("LATA")})
        .or_absent()
        .with({wire::field<&Count::count>("resultCount")});
inline constexpr auto json_numbers = wire::rows("telephoneNumberList[]", {wire::value<&Offer::number, read_number>()})
                                         .or_absent()
                                         .with({wire::field<&Count::count>("resultCount")});

/// An error as it stands at `path`.
consteval wire::Rows<Problem> problem(std::string_view path, std::string_view code = "Code",
                                      std::string_view description = "Description") {
    return wire::rows(path, {wire::field<&Problem::code>(code), wire::field<&Problem::description>(description),
                             wire::field<&Problem::number, read_number>("TelephoneNumber").if_fitting()})
        .or_absent();
}

/// An order of numbers, or one that disconnects them.
struct Kind {
    std::string_view resource;
    std::string_view mark;  ///< before the id, in `Order::reference`: later only that tells which it was
    wire::Rows<Listed, Header> done;
    wire::Rows<Listed> failed;
    wire::Rows<Problem> problems;
};
inline constexpr Kind purchase{
    .resource = "orders",
    .mark = "",
    .done = wire::rows("OrderResponse.CompletedNumbers.TelephoneNumber[]",
                       {wire::field<&Listed::number, read_number>("FullNumber").required()})
                .or_absent()
                .with({wire::field<&Header::id>("OrderResponse.Order.id"),
                       wire::field<&Header::reference>("OrderResponse.Order.CustomerOrderId"),
                       wire::field<&Header::status>("OrderResponse.OrderStatus")}),
    .failed = wire::rows("OrderResponse.FailedNumbers.FullNumber[]", {wire::value<&Listed::number, read_number>()})
                  .or_absent(),
    .problems = problem("OrderResponse.ErrorList.Error[]")};
inline constexpr Kind release{
    .resource = "disconnects",
    .mark = "disconnects/",
    .done = wire::rows("DisconnectTelephoneNumberOrderResponse.DisconnectedTelephoneNumberList.TelephoneNumber[]",
                       {wire::value<&Listed::number, read_number>()})
                .or_absent()
                .with({wire::field<&Header::id>("DisconnectTelephoneNumberOrderResponse.orderRequest.id"),
                       wire::field<&Header::reference>(
                           "DisconnectTelephoneNumberOrderResponse.orderRequest.CustomerOrderId"),
                       wire::field<&Header::status>("DisconnectTelephoneNumberOrderResponse.OrderStatus")}),
    .failed = wire::rows("DisconnectTelephoneNumberOrderResponse.ErrorList.Error[]",
                         {wire::field<&Listed::number, read_number>("TelephoneNumber").if_fitting()})
                  .or_absent(),
    .problems = problem("DisconnectTelephoneNumberOrderResponse.ErrorList.Error[]")};
/// The document writes `orderId` in its sample of the list, `OrderId` in its schema.
inline constexpr auto our_orders =
    wire::rows("ResponseSelectWrapper.ListOrderIdUserIdDate.OrderIdUserIdDate[]",
               {wire::field<&Header::id>("orderId"), wire::field<&Header::id>("OrderId")})
        .with({wire::field<&Count::count>("ResponseSelectWrapper.ListOrderIdUserIdDate.TotalCount")});
inline constexpr auto in_service =
    wire::rows("TNs.TelephoneNumbers.TelephoneNumber[]", {wire::value<&Listed::number, read_number>()})
        .or_absent()
        .with({wire::field<&Pages::total>("TNs.TotalCount"), wire::field<&Pages::next>("TNs.Links.next")});
inline constexpr std::array<wire::Rows<Problem>, 5> problems{
    purchase.problems, release.problems, problem("SearchResult.Error"),
    problem("ReservationResponse.ResponseStatus", "ErrorCode"), problem("ErrorResponse.ResponseStatus", "ErrorCode")};
inline constexpr auto json_problem = problem("error", "code", "description");

/// Whether a status that needs no words is Bandwidth's own: a gateway's comes with a page.
inline bool is_theirs(const Response& response) { return response.body.empty() || wire::xml::is_xml(response); }

/// What a reply complains of; nothing where that cannot be read.
inline std::vector<Problem> problems_in(const Response& response) {
    try {
        if (response.is("application/json")) { return wire::read_rows(json_problem, response).rows; }
        for (const wire::Rows<Problem>& place : problems) {
            auto read = wire::xml::read_rows(place, response);
            if (!read.rows.empty()) { return std::move(read.rows); }
        }
    } catch (const Exception&) {}  // the status says enough
    return {};
}

/// Which page a link leads to: no reply tells us more of where to ask.
inline std::string page_in(std::string_view link) {
    const auto mark = std::min(link.find("?page="), link.find("&page="));
    std::string_view value = mark == link.npos ? std::string_view() : link.substr(mark + 6);
    value = value.substr(0, value.find_first_of("&>\"; "));
    const bool is_escaped = value.starts_with("%2B") || value.starts_with("%2b");
    const std::string page = is_escaped ? "+" + std::string(value.substr(3)) : std::string(value);
    if (page.empty() || page.find_first_not_of("+0123456789") != page.npos) {
        errors::malformed_reply("its next page cannot be read: " + std::string(link.substr(0, 128)));
    }
    return page;
}

/// Raises the failure that a reply tells, by its code where its status says no more than that it is refused.
[[noreturn]] inline void raise(const Response& response, std::span<const Codes> table) {
    const std::vector<Problem> complaints = problems_in(response);
    std::string reason = complaints.empty() ? "" : complaints.front().str();
    const bool is_refused = response.status >= 400 && response.status < 500 && response.status != 408 &&
                            wire::meaning_of(response.status) == errc::by_carrier;
    if (!complaints.empty() && is_refused) {
        const errc meaning = meaning_of(complaints.front().code, table);
        if (meaning != errc::by_carrier) { wire::raise_meaning(meaning, response, std::move(reason)); }
    }
    wire::raise_status(response, std::move(reason));
}

/// A reply has the numbers with their details, or bare, or none and says so.
inline SearchPage offers_in(auto read, const auto& details, const auto& numbers) {
    auto found = read(details);
    if (!found.found) { found = read(numbers); }
    if (!found.found && found.whole.count != 0U) { errors::malformed_reply("its numbers are not there"); }
    return std::move(found.page);
}
inline SearchPage offers_in(const Response& response) {
    if (response.is("application/json")) {
        return offers_in([&](const auto& rows) { return wire::read_offers(rows, response); }, json_details,
                         json_numbers);
    }
    return offers_in([&](const auto& rows) { return wire::xml::read_offers(rows, response); }, xml_details,
                     xml_numbers);
}

inline const Kind& kind_of(const Order& order) {
    return order.reference.starts_with(release.mark) ? release : purchase;
}
inline std::string id_of(const Order& order) { return order.reference.substr(kind_of(order).mark.size()); }

/// Whether all that stands against releasing `number` is that there is nothing to release.
inline bool is_released(const std::vector<Problem>& complaints, E164 number) {
    return !complaints.empty() && std::all_of(complaints.begin(), complaints.end(), [&](const Problem& each) {
        return says_released(each.code) && (each.number.empty() || each.number == number);
    });
}
/// Whether a refusal to disconnect says that there is nothing to disconnect.
inline bool is_gone(const Response& response, E164 number) { return is_released(problems_in(response), number); }

/// Gives the order its id. Errors: `malformed_reply` when it is another's, or does not say whose.
inline void identify(const Kind& kind, const Header& header, Order& order) {
    const std::string known = order.reference.empty() ? header.id : id_of(order);
    const bool of_another = !header.reference.empty() && header.reference != order.operation.view();
    if (of_another || (!header.id.empty() && header.id != known)) { errors::malformed_reply("the order is not ours"); }
    const bool is_named = !header.reference.empty() || (!header.id.empty() && !order.reference.empty());
    if (!is_named || known.empty()) { errors::malformed_reply("the order does not say whose it is"); }
    order.reference = std::string(kind.mark) + known;
}

/// No status means that it was received. A final one is believed where it says what became of our number.
inline Order::Status status_of(std::string_view status, bool is_done, bool is_failed, bool has_done) {
    using enum Order::Status;
    if (is_done && is_failed) { errors::malformed_reply("our number is done and failed"); }
    if (status.empty() || status == "RECEIVED" || status == "PROCESSING") { return pending; }
    if (status == "BACKORDERED") { return backordered; }
    if (status == "PARTIAL") { return is_done ? complete : is_failed ? failed : partial; }
    if (status == "COMPLETE" && is_done) { return complete; }
    if (status == "FAILED" && !has_done) { return failed; }
    errors::malformed_reply("the order is '" + std::string(status.substr(0, 64)) + "', its numbers say otherwise");
}

/// `number` as the order in this reply left it.
inline Number read_order(const Kind& kind, const Response& response, Number number, int status = 200) {
    if (response.status != status) { raise(response, codes); }
    const auto done = wire::xml::read_rows(kind.done, response);
    const auto failed = wire::xml::read_rows(kind.failed, response);
    const auto complaints = wire::xml::read_rows(kind.problems, response).rows;
    if (done.refused > 0 || failed.refused > 0) { errors::malformed_reply("a number of the order cannot be read"); }
    const auto names_ours = [&](const auto& rows) {
        return std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.number == number.number; });
    };
    Order& order = *number.order;
    identify(kind, done.whole, order);
    order.status = status_of(done.whole.status, names_ours(done.rows),
                             names_ours(failed.rows) || names_ours(complaints), !done.rows.empty());
    const bool nothing_to_release = &kind == &release && is_released(complaints, number.number);
    if (order.status == Order::Status::failed && nothing_to_release) { order.status = Order::Status::complete; }
    const bool is_complete = order.status == Order::Status::complete;
    order.reason = is_complete || complaints.empty() ? std::string() : complaints.front().str();
    if (order.status == Order::Status::failed && order.reason.empty()) { order.reason = "the order failed"; }
    const char* member = &kind == &release ? "disconnect" : "order";
    number.carrier_data =
        merged(number.carrier_data, {{member, {{"id", id_of(order)}, {"status", done.whole.status}}}});
    return number;
}

/// What follows the last slash of the reply's Location: the id of what was made.
inline std::string id_in_location(const Response& response) {
    std::string_view location = response.header("Location");
    location = location.substr(0, location.find_first_of("?#"));
    return std::string(location.substr(location.rfind('/') + 1));
}
/// The reply to a new order.
inline Number read_placed(const Kind& kind, const Response& response, Number number) {
    if (const std::string id = id_in_location(response); response.status == 201 && !id.empty()) {
        number.order->reference = std::string(kind.mark) + id;
    }
    return read_order(kind, response, std::move(number), 201);
}

/// The ids of the orders in a whole list of them. 404 says that there is none.
inline std::vector<std::string> orders_in(const Response& response) {
    if (response.status == 404 && is_theirs(response)) { return {}; }
    if (response.status != 200) { raise(response, codes); }
    auto read = wire::xml::read_rows(our_orders, response);
    constexpr std::size_t most = 8;  // one operation places one order
    const bool is_nameless =
        std::any_of(read.rows.begin(), read.rows.end(), [](const Header& each) { return each.id.empty(); });
    if (is_nameless || read.refused > 0 || read.whole.count != read.rows.size() || read.rows.size() > most) {
        errors::malformed_reply("the list of orders is incomplete, or not of our order");
    }
    std::vector<std::string> ids;
    for (Header& each : read.rows) { ids.push_back(std::move(each.id)); }
    return ids;
}

/// The numbers in service on one page. No content means that there are none.
inline OwnedNumbers owned_in(const Response& response, const detail::OwnedProgress& progress) {
    if (response.status == 204) { return progress.behind({}, 0, 0); }
    if (response.status != 200) { raise(response, codes); }
    const auto read = wire::xml::read_rows(in_service, response);
    const bool is_last = progress.rows() + read.rows.size() == read.whole.total;
    if (is_last != read.whole.next.empty()) { errors::malformed_reply("the list of our numbers is incomplete"); }
    return progress.behind(read, read.whole.total, is_last ? std::string() : page_in(read.whole.next));
}

inline std::string reservation_in(const Response& response) {
    if (response.status != 201) { raise(response, codes); }
    std::string id = id_in_location(response);
    if (id.empty()) { errors::malformed_reply("the reservation has no Location"); }
    return id;
}

/// For an order that failed since somebody else has the number; `reason` begins with the code.
inline void raise_if_unavailable(const std::string& reason) {
    std::uint32_t code = 0;
    std::from_chars(reason.data(), reason.data() + reason.size(), code);
    if (meaning_of(code, codes) == errc::number_unavailable) { errors::number_unavailable(reason); }
}

}  // namespace tandem::carriers::bandwidth
