// SPDX-License-Identifier: BSL-1.0
// Step 3: buy a number, find it in the store with the carrier's order on it, and give it back.
#include "practice.hpp"

#include <tandem/tandem.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>

// [buy]
using Manager = tandem::NumberManager<
    tandem::Carriers<tandem::carriers::Inventory, tandem::carriers::Other, tandem::carriers::Telnyx>,
    tandem::transports::Https, tandem::configs::JsonFile, tandem::stores::Sqlite, tandem::billing::ServicePlans,
    tandem::accounts::Tree>;

tandem::Task<> buy_one(Manager& manager) {
    tandem::SearchRequest request{.prefix = "+1415", .quantity = 10, .account = "acme", .asked_by = "acme"};
    tandem::AcquireRequest terms{.account = "acme", .asked_by = "acme"};
    tandem::SearchResult found = (co_await manager.find_numbers(request)).value();
    tandem::Offer offer = found.offers.front();
    std::cout << found.offers.size() << " offers, the first is " << offer.number << " from " << offer.carrier << "\n";

    tandem::Quotation quotation = (co_await manager.acquire_number(offer, tandem::dry_run, terms)).value();
    std::cout << "it would cost " << quotation.quote.today.str() << " today; nothing is bought yet\n";

    tandem::Receipt bought = (co_await manager.acquire_number(offer, tandem::purchase, terms)).value();
    std::cout << name_of(bought.outcome) << ", order " << bought.number.order->reference << "\n";

    tandem::ReleaseRequest release{.asked_by = "acme"};
    tandem::Receipt released = (co_await manager.disconnect_number(bought.number, release)).value();
    std::cout << name_of(released.outcome) << "\n";
}
// [/buy]

// [key]
/// The same key is the same purchase, however often it is asked for: after a crash of the caller, say.
tandem::Task<tandem::Receipt> buy_with_key(Manager& manager, tandem::E164 number) {
    tandem::AcquireRequest terms{.account = "acme", .asked_by = "acme", .key = "cart-7"};
    tandem::Receipt first = (co_await manager.acquire_number(number, tandem::purchase, terms)).value();
    tandem::Receipt again = (co_await manager.acquire_number(number, tandem::purchase, terms)).value();
    practice::expect(first.operation == again.operation, "the second answer is the first purchase's");
    co_return again;
}
// [/key]

namespace {

/// A folder that goes away with the program.
class Folder {
public:
    Folder() : path_(std::filesystem::temp_directory_path() / ("tandem-" + std::to_string(std::random_device()()))) {
        std::filesystem::create_directories(path_);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    std::string file(const char* name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

}  // namespace

int main() {
    practice::Carriers carriers;
    const Folder folder;
    std::ofstream(folder.file("settings.json")) << carriers.sandbox.config_text();
    const tandem::E164 number = tandem::E164::parse("+14155550101").value();
    const auto purchases = [&] {
        return carriers.sandbox.of<tandem::testing::sandbox::Telnyx>().with(
            [](auto& site) { return site.ledger().orders().size(); });
    };
    {
        // [open]
        boost::asio::io_context context;
        Manager manager = Manager::open(context.get_executor(), tandem::transports::Https(context.get_executor()),
                                        tandem::configs::JsonFile(folder.file("settings.json")),
                                        tandem::stores::Sqlite(folder.file("numbers.db")))
                              .value();
        tandem::run(context, buy_one(manager));
        // [/open]
        practice::expect(purchases() == 1, "one order reached the carrier");
        (void)tandem::run(context, buy_with_key(manager, number));
        practice::expect(purchases() == 2, "and one more for the key");
    }
    // Another process would see the same: the store is a file.
    boost::asio::io_context context;
    Manager manager = Manager::open(context.get_executor(), tandem::transports::Https(context.get_executor()),
                                    tandem::configs::JsonFile(folder.file("settings.json")),
                                    tandem::stores::Sqlite(folder.file("numbers.db")))
                          .value();
    const tandem::Number record = tandem::run(context, manager.read_number(number, "acme")).value();
    std::cout << tandem::write_json(to_json(record)) << "\n";
    practice::expect(record.state == tandem::State::in_service && record.assigned_to == "acme", "acme has the number");
    practice::expect(
        record.carrier == "telnyx" && record.order && record.order->status == tandem::Order::Status::complete,
        "with the carrier's order");
    practice::expect(record.billing_class == "did_us", "and the class that the plan bills");
    const auto sold = carriers.sandbox.of<tandem::testing::sandbox::Telnyx>().with(
        [&](auto& site) { return site.ledger().owned().contains(number); });
    practice::expect(sold, "so says the carrier");
}
