// SPDX-License-Identifier: BSL-1.0
// Step 4: what goes wrong, and how one sees it. Carriers are played by a script, which can be as bad as they are.
#include "practice.hpp"

#include <tandem/carriers/inventory.hpp>
#include <tandem/carriers/other.hpp>
#include <tandem/carriers/telnyx.hpp>
#include <tandem/number_manager.hpp>
#include <tandem/run.hpp>
#include <tandem/stores/memory.hpp>
#include <tandem/testing/scripted_transport.hpp>

#include <chrono>
#include <iostream>

using namespace std::chrono_literals;
using tandem::Method;
using tandem::Response;

// [manager]
using Manager = tandem::NumberManager<
    tandem::Carriers<tandem::carriers::Inventory, tandem::carriers::Other, tandem::carriers::Telnyx>,
    tandem::testing::ScriptedTransport, tandem::configs::InCode, tandem::stores::Memory>;
// [/manager]

// [reports]
/// A search answers although carriers fail: each has a report that says how it fared.
tandem::Task<tandem::SearchResult> search(Manager& manager) {
    tandem::SearchRequest request{.prefix = "415", .deadline = 200ms};
    tandem::SearchResult found = (co_await manager.find_numbers(request)).value();
    for (const tandem::CarrierReport& report : found.reports) {
        std::cout << report.name << ": " << name_of(report.status) << " after " << report.elapsed.count() << " ms";
        if (report.error) { std::cout << ", " << report.error->message; }
        std::cout << "\n";
    }
    co_return found;
}
// [/reports]

// [errors]
/// What an operation cannot do is a value. Decide on its code; the message is for people, the cause is the carrier's.
tandem::Task<tandem::Error> buy_what_is_gone(Manager& manager, tandem::E164 number) {
    tandem::Result<tandem::Receipt> bought = co_await manager.acquire_number(number, tandem::purchase);
    if (bought) { throw std::logic_error("it was gone"); }
    const tandem::Error& error = bought.error();
    std::cout << error.carrier << ": " << name_of(error.code) << ", " << error.message << " (" << error.cause << ")\n";
    co_return error;
}
// [/errors]

// [unknown]
/// The order left and no answer came. Tandem does not repeat it, and does not forget it: the outcome is unknown.
tandem::Task<tandem::Receipt> buy_in_the_dark(Manager& manager, tandem::E164 number) {
    tandem::AcquireRequest request{.wait = 200ms};
    tandem::Receipt receipt = (co_await manager.acquire_number(number, tandem::purchase, request)).value();
    std::cout << name_of(receipt.outcome) << ": " << receipt.error->message << "\n";
    co_return receipt;
}

/// Asks the carrier what became of every operation that is still open, and writes it down.
tandem::Task<std::vector<tandem::Recovered>> recover(Manager& manager) {
    std::vector<tandem::Recovered> operations = (co_await manager.recover()).value();
    for (const tandem::Recovered& each : operations) {
        std::cout << each.number << " is " << name_of(each.outcome) << "\n";
    }
    co_return operations;
}
// [/unknown]

namespace {

/// Carriers' replies, cut down to what is read of them.
namespace telnyx {

Response numbers() {
    return Response(200, R"({"data": [{"phone_number": "+14155550100", "cost_information":
        {"upfront_cost": "1.00", "monthly_cost": "1.00", "currency": "USD"}}]})");
}
Response gone() {
    return Response(422, R"({"errors": [{"code": "10015", "title": "Unavailable", "detail": "sold a minute ago",
        "source": {"pointer": "/phone_numbers/0"}}]})");
}
Response orders(const std::string& reference) {
    return Response(200, R"({"data": [{"id": "order-1", "status": "success", "customer_reference": ")" + reference +
                             R"(", "phone_numbers": [{"phone_number": "+14155550100"}]}],
        "meta": {"total_results": 1}})");
}

}  // namespace telnyx

}  // namespace

int main() {
    // [script]
    tandem::testing::ScriptedTransport script;
    script.on(Method::get, "phonebook.example", tandem::testing::silence);
    script.on(Method::get, "available_phone_numbers", telnyx::numbers());
    script.on(Method::post, "number_orders", telnyx::gone(), tandem::testing::silence);  // first, then for ever
    // [/script]
    const tandem::configs::InCode settings{
        {"number_manager.other", R"({"phonebook_url": "https://phonebook.example"})"},
        {"number_manager.telnyx", R"({"api_key": "KEY"})"},
    };
    boost::asio::io_context context;
    Manager manager = Manager::open(context.get_executor(), script, settings, tandem::stores::Memory()).value();
    const tandem::E164 number = tandem::E164::parse("+14155550100").value();

    const auto start = std::chrono::steady_clock::now();
    const tandem::SearchResult found = tandem::run(context, search(manager));
    const auto elapsed = std::chrono::steady_clock::now() - start;
    practice::expect(found.offers.size() == 1, "who answers is heard");
    practice::expect(name_of(found.reports[0].status) == "empty", "an empty stock is no error");
    practice::expect(name_of(found.reports[1].status) == "timeout", "a silent carrier is reported");
    practice::expect(name_of(found.reports[2].status) == "ok", "whatever the others do");
    practice::expect(elapsed >= 200ms && elapsed < 2s, "silence costs the deadline, once");

    const tandem::Error error = tandem::run(context, buy_what_is_gone(manager, number));
    practice::expect(error.code == tandem::errc::number_unavailable && error.carrier == "telnyx", "it has a code");

    const tandem::Receipt receipt = tandem::run(context, buy_in_the_dark(manager, number));
    practice::expect(receipt.outcome == tandem::Outcome::unknown, "nobody can tell yet");
    // [recover]
    // Telnyx knows the order by our reference, which travelled with it.
    script.on(Method::get, "number_orders", telnyx::orders(receipt.operation.str()));
    const std::vector<tandem::Recovered> operations = tandem::run(context, recover(manager));
    // [/recover]
    practice::expect(operations.size() == 1 && operations[0].outcome == tandem::Outcome::sold, "it was bought");
    practice::expect(script.changing_requests().size() == 2, "and ordered once more never");
    practice::expect(script.unexpected().empty(), "nothing else was asked");
}
