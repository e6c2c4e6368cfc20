// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/inum.hpp>
#include <tandem/carriers/inventory.hpp>
#include <tandem/carriers/local.hpp>
#include <tandem/carriers/managed.hpp>
#include <tandem/carriers/mdn.hpp>
#include <tandem/carriers/reserved.hpp>
#include <tandem/carriers/reserved_reseller.hpp>

#include <limits>

/// The carriers whose stock is our own store: `Inventory`, `Local`, `Managed`, `Inum`, `Mdn`, `Reserved`,
/// `ReservedReseller`.
BOOST_AUTO_TEST_SUITE(carriers_own_stock)

using namespace tandem;
using namespace tandem::carrier_tests;
using namespace tandem::carriers;
using Phase = Operation::Phase;

namespace {

static_assert(testing::instantiates<Inventory>() && testing::instantiates<Local>() && testing::instantiates<Managed>());
static_assert(testing::instantiates<Reserved>() && testing::instantiates<ReservedReseller>());
static_assert(testing::instantiates<Inum>() && testing::instantiates<Mdn>());

/// None sends a request, so none has an order to follow or to look for. Kazoo: `is_local`, `is_number_billable`.
template <class C>
constexpr bool is_ours(std::string_view name, bool billable = false) {
    return C::info.name == name && C::info.local && C::info.buys && C::info.billable == billable &&
           C::info.retry == RetryClass::safe && !FindsOrders<C> && !FollowsOrders<C> && !OwnsNumbers<C>;
}
static_assert(is_ours<Inventory>("inventory") && is_ours<Local>("local") && is_ours<Managed>("managed", true));
static_assert(is_ours<Reserved>("reserved") && is_ours<ReservedReseller>("reserved_reseller"));
static_assert(is_ours<Inum>("inum") && is_ours<Mdn>("mdn"));
static_assert(Mdn::info.max_prefix_length == 0 && Local::info.max_prefix_length == 15);
static_assert(Reserved::info.answers_to("knm_reserved") && !Reserved::info.answers_to("knm_reserved_reseller"));

Number record_of(std::uint64_t digits, std::string carrier, State state = State::available, std::string owner = {}) {
    Number record;
    record.number = E164::parse_or_empty("+" + std::to_string(digits));
    record.state = state;
    record.carrier = std::move(carrier);
    record.assigned_to = std::move(owner);
    record.carrier_data = JsonText(R"({"shelf":)" + std::to_string(digits % 1000) + "}");
    return record;
}

Number under_way(Number record) {
    record.fence = OperationId(operation_id);
    return record;
}

/// A customer and its reseller, numbers of every carrier under +1415 and others, most of them not for sale to them.
std::vector<Number> store() {
    using enum State;
    return {record_of(14146660000, "inventory"),
            record_of(14155550100, "inventory"),
            record_of(14155550101, "inventory", available, "stranger"),
            record_of(14155550102, "inventory", in_service, "customer"),
            record_of(14155550103, "inventory", aging),
            record_of(14155550104, "inventory"),
            under_way(record_of(14155550105, "inventory")),
            record_of(14155550200, "local"),
            record_of(14155550201, "local", released),
            record_of(14155550202, "local", available, "customer"),
            record_of(14155550300, "managed"),
            record_of(14155550301, "managed", available, "customer"),
            record_of(14155550302, "managed", in_service, "customer"),
            record_of(14155550303, "managed", available, "reseller"),
            record_of(14155550304, "managed", available, "stranger"),
            record_of(14155550305, "managed", available, "customer"),
            under_way(record_of(14155550306, "managed", available, "customer")),
            record_of(14155550400, "telnyx"),
            record_of(14155550401, "telnyx", reserved, "customer"),
            record_of(14155550402, "local", reserved, "customer"),
            record_of(14155550403, "telnyx", reserved, "reseller"),
            record_of(14155550404, "telnyx", reserved, "stranger"),
            under_way(record_of(14155550405, "telnyx", reserved, "customer")),
            record_of(14155550500, "mdn", in_service, "customer"),
            record_of(14166660000, "local"),
            record_of(19995550000, "inventory"),
            record_of(883510000000001, "inum", available, "reseller"),
            record_of(883510000000002, "inum", available, "reseller"),
            record_of(883510000000003, "inum", available, "stranger"),
            record_of(883510000000004, "inum", released)};
}

SearchRequest asked(std::string_view prefix, std::string_view account = "customer", std::uint32_t quantity = 10,
                    std::uint32_t offset = 0) {
    return {.prefix = prefix, .quantity = quantity, .offset = offset, .account = account, .reseller = "reseller"};
}

template <class C>
struct Counter : Desk<C> {
    explicit Counter(std::vector<Number> numbers = store()) : Desk<C>(C()) {
        this->numbers() = testing::Numbers(std::move(numbers));
    }
    /// The last four digits of each number found.
    std::string finds(const SearchRequest& request) {
        std::string all;
        for (const Offer& offer : this->find(request).offers) {
            const std::string digits = offer.number.digits();
            all += (all.empty() ? "" : " ") + digits.substr(digits.size() - 4);
        }
        BOOST_TEST(this->script.calls() == 0U);
        return all;
    }
    std::optional<Error> refusal(const SearchRequest& request) {
        return failure_of([&] { (void)this->find(request); });
    }
};

/// `count` numbers for sale from +1 415 555 0000 on.
std::vector<Number> row(std::uint64_t count, const std::string& carrier, const std::string& owner = {}) {
    std::vector<Number> numbers;
    for (std::uint64_t i = 0; i < count; ++i) {
        numbers.push_back(record_of(14155550000 + i, carrier, State::available, owner));
    }
    return numbers;
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_finds_its_own_numbers_and_nothing_else) {
    BOOST_TEST(Counter<Inventory>().finds(asked("+1415")) == "0100 0104");
    BOOST_TEST(Counter<Local>().finds(asked("+1415")) == "0200 0202");
    BOOST_TEST(Counter<Managed>().finds(asked("+1415")) == "0301 0305");
    BOOST_TEST(Counter<Reserved>().finds(asked("+1415")) == "0401 0402");
    BOOST_TEST(Counter<ReservedReseller>().finds(asked("+1415")) == "0403");
    BOOST_TEST(Counter<Inum>().finds(asked("+883510")) == "0001 0002");
}

BOOST_AUTO_TEST_CASE(a_search_keeps_to_its_prefix) {  // Kazoo's range runs on to the end of its database
    Counter<Inventory> inventory;
    BOOST_TEST(inventory.finds(asked("415")) == "0100 0104");
    BOOST_TEST(inventory.finds(asked("+14155550104")) == "0104");
    BOOST_TEST(inventory.finds(asked("+1")) == "0000 0100 0104 0000");
    BOOST_TEST(inventory.finds(asked("+19")) == "0000");
    BOOST_TEST(inventory.finds(asked("+1212")).empty());
    BOOST_TEST(Counter<Local>().finds(asked("+1416")) == "0000");
    BOOST_TEST(Counter<Managed>().finds(asked("+14155550305")) == "0305");
    BOOST_TEST(Counter<Reserved>().finds(asked("+14155550402")) == "0402");
    BOOST_TEST(Counter<Inventory>(std::vector<Number>()).finds(asked("+1415")).empty());
}

BOOST_AUTO_TEST_CASE(what_is_set_aside_is_found_by_whom_it_is_for) {
    BOOST_TEST(Counter<Inventory>().finds(asked("+1415", "stranger")) == "0100 0101 0104");
    BOOST_TEST(Counter<Managed>().finds(asked("+1415", "stranger")) == "0304");
    BOOST_TEST(Counter<Managed>().finds(asked("+1415", "newcomer")) == "0303");  // its reseller's, having none
    BOOST_TEST(Counter<Managed>().finds(asked("+1415", "reseller")) == "0303");
    BOOST_TEST(Counter<Inum>().finds(asked("+883510", "stranger")) == "0003");
    BOOST_TEST(Counter<Reserved>().finds(asked("+1415", "stranger")) == "0404");
    BOOST_TEST(Counter<Reserved>().finds(asked("+1415", "newcomer")).empty());
    BOOST_TEST(Counter<ReservedReseller>().finds(asked("+1415", "newcomer")) == "0403");
    SearchRequest independent = asked("+1415", "newcomer");
    independent.reseller = {};
    BOOST_TEST(Counter<Managed>().finds(independent).empty());
    BOOST_TEST(Counter<Reserved>().finds(independent).empty());
}

BOOST_AUTO_TEST_CASE(who_does_not_say_for_whom_finds_nobodys_numbers) {
    const auto says_why = [](const std::optional<Error>& error, std::string_view why) {
        BOOST_TEST_REQUIRE(error.has_value());
        BOOST_TEST((error->code == errc::not_available));
        BOOST_TEST(error->cause == why);
    };
    const SearchRequest nobody = asked("+1415", "");
    BOOST_TEST(Counter<Inventory>().finds(nobody) == "0100 0104");  // for everybody
    for (const auto& error :
         {Counter<Local>().refusal(nobody), Counter<Managed>().refusal(nobody), Counter<Inum>().refusal(nobody),
          Counter<Reserved>().refusal(nobody), Counter<ReservedReseller>().refusal(nobody)}) {
        says_why(error, "it sells to accounts alone, and none is named");
    }
    SearchRequest independent = asked("+1415");
    independent.reseller = {};
    says_why(Counter<ReservedReseller>().refusal(independent), "the account is no reseller's customer");
    says_why(Counter<ReservedReseller>().refusal(asked("+1415", "reseller")),
             "the account is its own reseller: what it holds is found by 'reserved'");
    says_why(Counter<Mdn>().refusal(asked("+1415")), "numbers of mobile services are not for sale");
}

BOOST_AUTO_TEST_CASE(inum_numbers_are_of_no_country) {
    const SearchRequest request = canonical({.prefix = "+883510"}).value();
    BOOST_TEST(request.prefix.view() == "+883510");
    BOOST_TEST(request.country.empty());
    Counter<Inum> inum;
    BOOST_TEST(inum.finds(asked("+8835100")) == "0001 0002");
    BOOST_TEST(inum.finds(asked("+883510000000002")) == "0002");
    BOOST_TEST(inum.finds(asked("+88")) == "0001 0002");
    for (const char* other : {"+1415", "+8836", "+883511", "88*"}) {
        BOOST_TEST_CONTEXT(other) {
            const auto error = inum.refusal(asked(other));
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == errc::not_available));
            BOOST_TEST(error->cause == "its numbers begin with +883510");
        }
    }
}

BOOST_AUTO_TEST_CASE(an_offer_tells_state_price_and_what_is_known_and_outlives_the_search) {
    Offer free, held, pooled;
    {
        free = Counter<Inventory>().find(asked("+1415")).offers.at(0);
        held = Counter<Reserved>().find(asked("+1415")).offers.at(0);
        pooled = Counter<Managed>().find(asked("+1415")).offers.at(0);
    }
    BOOST_TEST((free.state == State::available));
    BOOST_TEST((free.setup == Amount::zero() && free.monthly == Amount::zero()));
    BOOST_TEST(free.details() == R"({"shelf":100})");
    BOOST_TEST((held.state == State::reserved));
    BOOST_TEST((held.setup == Amount::zero()));
    BOOST_TEST(!held.monthly.known());  // another carrier's, which goes on charging us
    BOOST_TEST(held.details() == R"({"shelf":401})");
    BOOST_TEST((pooled.state == State::available));
    BOOST_TEST((pooled.monthly == Amount::zero()));
}

BOOST_AUTO_TEST_CASE(a_page_is_what_was_asked_for_however_many_reads_it_takes) {
    Counter<Inventory> inventory(row(1'203, "inventory"));
    Counter<Managed> managed(row(1'203, "managed", "customer"));
    constexpr auto all = std::numeric_limits<std::uint32_t>::max();
    const struct {
        std::uint32_t quantity, offset;
        std::size_t found;
    } pages[]{{10, 0, 10},  {10, 5, 10},     {1, 1'202, 1},   {10, 1'200, 3},    {10, 1'203, 0},
              {0, 0, 0},    {500, 0, 500},   {499, 1, 499},   {501, 0, 501},     {600, 500, 600},
              {10, all, 0}, {all, 1, 1'202}, {700, 600, 603}, {2'000, 0, 1'203}, {all, 1'000, 203}};
    for (const auto& [quantity, offset, found] : pages) {
        BOOST_TEST_CONTEXT(quantity << " from " << offset) {
            const SearchRequest request = asked("415", "customer", quantity, offset);
            for (const SearchPage& page : {inventory.find(request), managed.find(request)}) {
                BOOST_TEST_REQUIRE(page.offers.size() == found);
                for (std::size_t i = 0; i < found; ++i) {
                    BOOST_TEST_REQUIRE(page.offers[i].number.digits() == std::to_string(14155550000 + offset + i));
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(pages_behind_the_accounts_own_numbers_are_not_its_resellers) {  // in Kazoo they are
    Counter<Managed> managed;
    BOOST_TEST(managed.finds(asked("+1415", "customer", 1, 1)) == "0305");
    BOOST_TEST(managed.finds(asked("+1415", "customer", 1, 2)).empty());
    BOOST_TEST(managed.finds(asked("+1415", "newcomer", 1, 1)).empty());
    Counter<Inum> inum;
    BOOST_TEST(inum.finds(asked("+883510", "customer", 1, 1)) == "0002");  // of the reseller's, the second
    BOOST_TEST(inum.finds(asked("+883510", "customer", 1, 2)).empty());
}

BOOST_AUTO_TEST_CASE(a_wildcard_finds_toll_free_numbers_alone) {
    Counter<Inventory> inventory({record_of(18005550100, "inventory"), record_of(18085550100, "inventory"),
                                  record_of(18885550199, "inventory"), record_of(18775550100, "inventory")});
    BOOST_TEST(inventory.finds(asked("88*")) == "0199");
    BOOST_TEST(inventory.find(asked("80*")).offers.size() == 1U);  // 808 is Hawaii
}

BOOST_AUTO_TEST_CASE(what_left_the_stock_is_not_sold) {
    Counter<Inventory> inventory;
    Number record = record_of(14155550100, "inventory", State::in_service, "customer");
    const Number before = record;
    BOOST_TEST((inventory.buy(record).phase == Phase::done));
    BOOST_TEST((record == before));
    inventory.numbers() = testing::Numbers({under_way(record_of(14155550100, "inventory", State::discovery))});
    for (const std::uint64_t digits : {14155550100UL, 14155550101UL, 1415555010UL}) {
        BOOST_TEST_CONTEXT(digits) {
            Number gone = record_of(digits, "inventory", State::in_service, "customer");
            const auto verdict = inventory.buy(gone);
            BOOST_TEST((verdict.phase == Phase::refused));
            BOOST_TEST_REQUIRE(verdict.error.has_value());
            BOOST_TEST((verdict.error->code == errc::number_unavailable));
        }
    }
    BOOST_TEST(inventory.script.calls() == 0U);
}

namespace {

template <class C>
Number after_release(Number record) {
    Counter<C> counter;
    for (int i = 0; i < 2; ++i) {  // releasing twice is harmless
        const Number before = record;
        BOOST_TEST((counter.release(record).phase == Phase::done));
        BOOST_TEST((i == 0 || record == before));
    }
    BOOST_TEST(counter.script.calls() == 0U);
    return record;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_release_changes_the_record_at_most) {
    Number released = record_of(14155550100, "any", State::aging);  // as the manager's settings had it
    released.reserve_history = {"customer"};
    BOOST_TEST((after_release<Inventory>(released) == released));
    BOOST_TEST((after_release<Local>(released) == released));
    BOOST_TEST((after_release<Mdn>(released) == released));
    BOOST_TEST((after_release<Reserved>(released) == released));
    BOOST_TEST((after_release<ReservedReseller>(released) == released));

    Number retired = released;
    retired.state = State::released;
    retired.reserve_history.clear();
    BOOST_TEST((after_release<Inum>(released) == retired));

    Number pooled = released;
    pooled.state = State::available;
    BOOST_TEST((after_release<Managed>(released) == pooled));
    released.private_fields = pooled.private_fields = JsonText(R"({"pvt_account_id":"reseller"})");
    pooled.assigned_to = "reseller";
    BOOST_TEST((after_release<Managed>(released) == pooled));
}

BOOST_AUTO_TEST_CASE(they_have_no_settings) {
    const auto check = []<class C>(const C&) {
        const std::string category = "number_manager." + std::string(C::info.name);
        BOOST_TEST_CONTEXT(category) {
            BOOST_TEST(settings_of<C>(category, R"({"_rev": "1"})").has_value());
            const auto read = settings_of<C>(category, R"({"base_url": "https://a"})");
            BOOST_TEST((!read && read.error().code == errc::settings));
        }
    };
    check(Inventory());
    check(Local());
    check(Managed());
    check(Inum());
    check(Mdn());
    check(Reserved());
    check(ReservedReseller());
}

BOOST_AUTO_TEST_CASE(they_keep_the_laws_of_carriers) {
    const auto check = []<class C>(const C& carrier, const SearchRequest& request) {
        for (const auto& [law, how] : testing::broken_laws(carrier, store(), request)) {
            BOOST_ERROR(C::info.name << ", " << law << ": " << how);
        }
    };
    check(Inventory(), asked("+1415"));
    check(Local(), asked("+1"));
    check(Managed(), asked("+1415"));
    check(Managed(), asked("+1415", "newcomer"));
    check(Inum(), asked("+883510"));
    check(Reserved(), asked("+1415"));
    check(ReservedReseller(), asked("+1415"));
}

namespace {

/// Breaks the law that its name says.
template <class Law>
struct Lawless {
    static constexpr CarrierInfo info{.name = "inventory", .local = true};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        NumberQuery query{.prefix = E164::parse_or_empty(request.prefix.view())};
        if constexpr (!Law::any_state) { query.state = State::available; }
        if constexpr (!Law::any_carrier) { query.carrier = info.name; }
        const NumberPage found = co_await session.numbers().scan(query);
        SearchPage page;
        for (std::size_t i = Law::no_offset ? 0 : request.offset; i < found.numbers.size(); ++i) {
            const Number& each = found.numbers[i];
            if (!Law::any_owner && !each.assigned_to.empty()) { continue; }
            if (page.offers.size() == request.quantity && !Law::no_quantity) { break; }
            page.offers.emplace_back().number = each.number;
            page.offers.back().state = each.state;
        }
        co_return page;
    }
    Task<Number> acquire_number(auto& session, Number number) const {
        NumberQuery query{.prefix = number.number};
        const NumberPage found = co_await session.numbers().scan(query);
        if (found.numbers.empty() && !Law::from_nothing) { errors::number_unavailable(); }
        co_return number;
    }
    Task<Number> disconnect_number(auto&, Number number) const { co_return number; }
};
struct Lawful {
    static constexpr bool any_state = false, any_carrier = false, any_owner = false, no_offset = false,
                          no_quantity = false, from_nothing = false;
};
struct SellsWhatIsInService : Lawful {
    static constexpr bool any_state = true;
};
struct SellsOthersStock : Lawful {
    static constexpr bool any_carrier = true;
};
struct SellsWhatIsAnothers : Lawful {
    static constexpr bool any_owner = true;
};
struct RepeatsThePage : Lawful {
    static constexpr bool no_offset = true;
};
struct GivesTooMany : Lawful {
    static constexpr bool no_quantity = true;
};
struct SellsFromNothing : Lawful {
    static constexpr bool from_nothing = true;
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_laws_find_who_breaks_them) {
    const std::vector<Number> numbers{record_of(14155550100, "inventory"), record_of(14155550101, "inventory"),
                                      record_of(14155550102, "local"),
                                      record_of(14155550103, "inventory", State::aging),
                                      record_of(14155550104, "inventory", State::available, "stranger")};
    const auto broken_by = [&]<class Law>(Law) {
        const auto broken = testing::broken_laws(Lawless<Law>(), numbers, {.prefix = "+1415", .quantity = 5});
        return broken.empty() ? std::string() : broken.front().law + ": " + broken.front().how;
    };
    const std::string for_sale = "a search finds what is for sale: ";
    BOOST_TEST(broken_by(Lawful()).empty());
    BOOST_TEST(broken_by(SellsWhatIsInService()) == for_sale + "+14155550103");
    BOOST_TEST(broken_by(SellsOthersStock()) == for_sale + "+14155550102");
    BOOST_TEST(broken_by(SellsWhatIsAnothers()) == for_sale + "+14155550104");
    BOOST_TEST(broken_by(RepeatsThePage()) == "pages neither skip nor repeat: +14155550101 is not alone at offset 1");
    BOOST_TEST(broken_by(GivesTooMany()) == "pages neither skip nor repeat: +14155550100 is not alone at offset 0");
    BOOST_TEST(broken_by(SellsFromNothing()) == "what somebody else bought is refused: +14155550100");
}

BOOST_AUTO_TEST_SUITE_END()
