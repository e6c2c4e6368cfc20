// SPDX-License-Identifier: BSL-1.0
// Purchases, one after another: `acquire_number` of an offer at a carrier that sells at once, on each store, against
// the same rows written by hand with the same durability: claimed, marked as being sent, bought, settled.
#include "../tests/stores/postgres_server.hpp"

#include <tandem/configs/in_code.hpp>
#include <tandem/core/number_json.hpp>
#include <tandem/core/operation_json.hpp>
#include <tandem/number_manager.hpp>
#include <tandem/run.hpp>
#include <tandem/stores/memory.hpp>
#include <tandem/stores/postgres.hpp>
#include <tandem/stores/sqlite.hpp>

#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace tandem;
using store_tests::PostgresDatabases;
using store_tests::TemporaryFolder;

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "%s\n", why.c_str());
    std::abort();
}

/// Sells at once.
struct Shop {
    static constexpr CarrierInfo info{
        .name = "shop", .retry = RetryClass::after_look_up, .price_source = PriceSource::search};

    Task<SearchPage> find_numbers(auto&, const SearchRequest&) const { co_return SearchPage(); }
    Task<Number> acquire_number(auto& session, Number number) const {
        Request request = Request::post("https://shop.example/orders").body("text/plain", number.number.str());
        const Response response = co_await session.send(std::move(request));
        if (response.body != "sold") { errors::malformed_reply(response.body); }
        number.order = Order{.operation = session.operation().id, .status = Order::Status::complete};
        co_return number;
    }
    Task<Number> disconnect_number(auto&, Number number) const { co_return number; }
};

struct Sells {
    Task<Response> send(Request request, Deadline) {
        benchmark::DoNotOptimize(request.body());
        Response response(200, "sold", "text/plain");
        co_return response;
    }
};

constexpr std::string_view account = "5d2b31e0a3c84f6f9d3e2f7b8c9a0d1e";

E164 nth(std::uint64_t i) { return E164::parse_or_empty("+1" + std::to_string(2'010'000'000 + i)); }

// ---- the same by hand -----------------------------------------------------------------------------------------------

/// The texts that go into the rows: as long as Tandem's, with the purchase's own id and number in their places.
class Texts {
public:
    Texts() {
        Operation operation{.id = environments::System().id()};
        operation.number = nth(0);
        operation.carrier = "shop";
        operation.account = account;
        operation.asked_by = account;
        operation.before.number = operation.after.number = nth(0);
        operation.after.carrier = "shop";
        operation.after.assigned_to = account;
        number_ = write_json(to_json(operation.after));
        operation_ = write_json(to_json(operation));
        number_place_ = number_.find(nth(0).digits());
        id_place_ = operation_.find(operation.id.view());
    }
    std::string number(std::string_view digits) const {
        std::string text = number_;
        return text.replace(number_place_, digits.size(), digits);
    }
    std::string operation(std::string_view id) const {
        std::string text = operation_;
        return text.replace(id_place_, id.size(), id);
    }

private:
    std::string number_, operation_;
    std::size_t number_place_, id_place_;
};

/// A value of a row.
using Value = std::variant<std::int64_t, std::string_view>;

/// SQLite without Tandem: statements prepared once.
class SqliteRows {
public:
    explicit SqliteRows(const std::string& path) {
        if (sqlite3_open(path.c_str(), &database_) != SQLITE_OK) { give_up("the twin's file cannot be opened"); }
        (*this)("PRAGMA synchronous = FULL", {});
    }
    SqliteRows(const SqliteRows&) = delete;
    SqliteRows& operator=(const SqliteRows&) = delete;
    ~SqliteRows() {
        for (const auto& [sql, statement] : statements_) { sqlite3_finalize(statement); }
        sqlite3_close(database_);
    }

    static constexpr const char* begin = "BEGIN IMMEDIATE";
    static constexpr const char* number = "SELECT document FROM numbers WHERE number = ?1";
    static constexpr const char* numbers_state = "SELECT revision FROM changes WHERE number = ?1";
    static constexpr const char* billed =
        "SELECT billing_class, COUNT(*) FROM numbers INDEXED BY numbers_billed "
        "WHERE account = ?1 AND billing_class <> '' AND state IN (2, 3, 4) GROUP BY billing_class";
    static constexpr const char* operation = "SELECT document FROM operations WHERE id = ?1";
    static constexpr const char* put_number =
        "INSERT OR REPLACE INTO numbers (number, revision, state, account, carrier, billing_class, fence, document) "
        "VALUES (?1, ?2, ?3, ?4, ?5, '', ?6, ?7)";
    static constexpr const char* put_change = "INSERT OR REPLACE INTO changes (number, revision) VALUES (?1, ?2)";
    static constexpr const char* put_operation =
        "INSERT INTO operations (id, account, key, open, charge, number, revision, document) "
        "VALUES (?1, ?2, '', ?3, 0, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET open = excluded.open, "
        "number = excluded.number, revision = excluded.revision, document = excluded.document";
    static constexpr const char* sold =
        "SELECT (SELECT COUNT(*) FROM numbers WHERE state = 3 AND fence = '' AND revision = 2) || ' ' || "
        "(SELECT COUNT(*) FROM operations WHERE open = 0 AND revision = 3) || ' ' || (SELECT COUNT(*) FROM changes)";

    /// The first column of the first row; empty where there is none.
    std::string operator()(const char* sql, std::initializer_list<Value> values) {
        sqlite3_stmt*& statement = statements_[sql];
        if (statement == nullptr && sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr) != SQLITE_OK) {
            give_up(std::string(sql) + ": " + sqlite3_errmsg(database_));
        }
        int place = 0;
        for (const Value& value : values) {
            if (const auto* text = std::get_if<std::string_view>(&value)) {
                sqlite3_bind_text(statement, ++place, text->data(), static_cast<int>(text->size()), SQLITE_STATIC);
            } else {
                sqlite3_bind_int64(statement, ++place, std::get<std::int64_t>(value));
            }
        }
        std::string first;
        int step = sqlite3_step(statement);
        if (step == SQLITE_ROW) {
            if (const auto* text = sqlite3_column_text(statement, 0)) { first = reinterpret_cast<const char*>(text); }
        }
        while (step == SQLITE_ROW) { step = sqlite3_step(statement); }
        if (step != SQLITE_DONE) { give_up(std::string(sql) + ": " + sqlite3_errmsg(database_)); }
        sqlite3_reset(statement);
        return first;
    }

private:
    sqlite3* database_ = nullptr;
    std::unordered_map<const char*, sqlite3_stmt*> statements_;
};

/// PostgreSQL without Tandem: libpq, statements prepared once, one round trip each.
class PostgresRows {
public:
    explicit PostgresRows(const std::string& url) : connection_(PQconnectdb(url.c_str()), &PQfinish) {
        if (PQstatus(connection_.get()) != CONNECTION_OK) { give_up(PQerrorMessage(connection_.get())); }
    }

    static constexpr const char* begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
    static constexpr const char* number = "SELECT document FROM tandem.numbers WHERE number = $1";
    static constexpr const char* numbers_state =
        "INSERT INTO tandem.changes (number, revision, writer, written) VALUES ($1, 0, 0, 0) "
        "ON CONFLICT (number) DO UPDATE SET number = excluded.number RETURNING revision";
    static constexpr const char* billed =
        "SELECT billing_class, COUNT(*) FROM tandem.numbers WHERE account = $1 AND billing_class <> '' "
        "AND state IN (2, 3, 4) GROUP BY billing_class";
    static constexpr const char* operation = "SELECT document FROM tandem.operations WHERE id = $1 FOR UPDATE";
    static constexpr const char* put_number =
        "INSERT INTO tandem.numbers (number, revision, state, account, carrier, billing_class, fence, document) "
        "VALUES ($1, $2, $3, $4, $5, '', $6, $7) ON CONFLICT (number) DO UPDATE SET revision = excluded.revision, "
        "state = excluded.state, account = excluded.account, carrier = excluded.carrier, fence = excluded.fence, "
        "document = excluded.document";
    static constexpr const char* put_change =
        "UPDATE tandem.changes SET revision = $2, written = nextval('tandem.written'), sequence = NULL "
        "WHERE number = $1";
    static constexpr const char* put_operation =
        "INSERT INTO tandem.operations (id, account, key, open, charge, number, revision, writer, document) "
        "VALUES ($1, $2, '', $3::bigint = 1, 0, $4, $5, 1, $6) ON CONFLICT (id) DO UPDATE SET open = excluded.open, "
        "number = excluded.number, revision = excluded.revision, document = excluded.document";
    static constexpr const char* sold =
        "SELECT (SELECT COUNT(*) FROM tandem.numbers WHERE state = 3 AND fence = '' AND revision = 2) || ' ' || "
        "(SELECT COUNT(*) FROM tandem.operations WHERE NOT open AND revision = 3) || ' ' || "
        "(SELECT COUNT(*) FROM tandem.changes)";

    std::string operator()(const char* sql, std::initializer_list<Value> values) {
        std::string& name = names_[sql];
        const auto made = [&](PGresult* result) {
            std::unique_ptr<PGresult, decltype(&PQclear)> owned(result, &PQclear);
            const auto status = PQresultStatus(result);
            if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
                give_up(std::string(sql) + ": " + PQerrorMessage(connection_.get()));
            }
            return owned;
        };
        if (name.empty()) {
            name = "s" + std::to_string(names_.size());
            made(PQprepare(connection_.get(), name.c_str(), sql, 0, nullptr));
        }
        std::array<std::string, 8> texts;
        std::array<const char*, 8> pointers{};
        std::size_t count = 0;
        for (const Value& value : values) {
            const auto* text = std::get_if<std::string_view>(&value);
            texts[count] = text != nullptr ? std::string(*text) : std::to_string(std::get<std::int64_t>(value));
            pointers[count] = texts[count].c_str();
            ++count;
        }
        const auto result = made(PQexecPrepared(connection_.get(), name.c_str(), static_cast<int>(count),
                                                pointers.data(), nullptr, nullptr, 0));
        return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
    }

private:
    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
    std::unordered_map<const char*, std::string> names_;
};

std::string send_by_hand(std::string body) {
    benchmark::DoNotOptimize(body);
    return "sold";
}

/// One purchase in rows: three transactions, as crash-safe as Tandem's.
template <class Rows>
void buy_by_hand(Rows& rows, const Texts& texts, std::uint64_t i) {
    const E164 bought = nth(i);
    const std::int64_t number = stores::detail::to_key(bought);
    const std::string digits = bought.digits();
    const OperationId made = environments::System().id();
    const std::string_view id = made.view();
    if (!rows(Rows::number, {number}).empty()) { give_up("the number was bought before"); }
    rows(Rows::billed, {account});

    rows(Rows::begin, {});
    if (!rows(Rows::operation, {id}).empty()) { give_up("the id was used before"); }
    rows(Rows::numbers_state, {number});
    if (!rows(Rows::number, {number}).empty()) { give_up("the number was bought meanwhile"); }
    rows(Rows::put_operation, {id, account, 1, number, 1, texts.operation(id)});
    rows(Rows::put_number, {number, 1, 0, "", "shop", id, texts.number(digits)});
    rows(Rows::put_change, {number, 1});
    rows("COMMIT", {});

    rows(Rows::begin, {});
    if (rows(Rows::operation, {id}).empty()) { give_up("the operation is gone"); }
    rows(Rows::put_operation, {id, account, 1, number, 2, texts.operation(id)});
    rows("COMMIT", {});

    if (send_by_hand(digits) != "sold") { give_up("not sold"); }

    rows(Rows::begin, {});
    if (rows(Rows::operation, {id}).empty()) { give_up("the operation is gone"); }
    if (rows(Rows::number, {number}).empty()) { give_up("the number is gone"); }
    rows(Rows::put_operation, {id, account, 0, number, 3, texts.operation(id)});
    rows(Rows::put_number, {number, 2, 3, account, "shop", "", texts.number(digits)});
    rows(Rows::put_change, {number, 2});
    rows("COMMIT", {});
}

/// Records in this process's memory, as a program without a database would keep them: no text is made of them.
class MemoryRows {
public:
    void buy(std::uint64_t i) {
        const E164 bought = nth(i);
        const OperationId id = environments::System().id();
        if (numbers_.contains(bought)) { give_up("the number was bought before"); }
        Operation operation{.id = id, .number = bought, .carrier = "shop", .account = std::string(account)};
        operation.asked_by = account;
        operation.before.number = operation.after.number = bought;
        operation.after.carrier = "shop";
        operation.after.assigned_to = account;
        operation.after.state = State::in_service;
        Number claimed = operation.after;
        claimed.state = State::discovery;
        claimed.assigned_to.clear();
        claimed.fence = id;
        Operation& kept = operations_.emplace(id, operation).first->second;
        Number& record = numbers_.emplace(bought, std::move(claimed)).first->second;
        changes_.emplace(++sequence_, bought);
        kept.phase = Operation::Phase::sending;
        kept.revision = 2;
        if (send_by_hand(bought.digits()) != "sold") { give_up("not sold"); }
        kept.phase = Operation::Phase::done;
        kept.revision = 3;
        record = kept.after;
        record.revision = 2;
        changes_.emplace(++sequence_, bought);
    }
    std::size_t sold() const { return numbers_.size(); }

private:
    std::map<E164, Number> numbers_;
    std::map<OperationId, Operation> operations_;
    std::map<std::uint64_t, E164> changes_;
    std::uint64_t sequence_ = 0;
};

// ---- rows -----------------------------------------------------------------------------------------------------------

/// `state`'s purchases by Tandem in `store`; how many were made.
template <class S>
std::uint64_t buy_by_tandem(benchmark::State& state, S store) {
    boost::asio::io_context context(1);
    auto manager = NumberManager<Carriers<Shop>, Sells, configs::InCode, S>::open(context.get_executor(), Sells(),
                                                                                  configs::InCode(), std::move(store))
                       .value();
    Offer offer;
    offer.carrier = Shop::info.name;
    offer.setup = offer.monthly = Amount::zero();
    std::uint64_t count = 0;
    const AcquireRequest request{.account = account, .asked_by = account};
    const auto buy = [&] {
        offer.number = nth(count++);
        const auto receipt = run(context, manager.acquire_number(offer, purchase, request));
        if (!receipt || receipt->outcome != Outcome::sold) { give_up("a purchase failed"); }
    };
    buy();  // what is made once: connections, prepared statements
    for (auto _ : state) { buy(); }
    state.SetItemsProcessed(state.iterations());
    return count;
}
template <class Rows>
std::uint64_t buy_by_twin(benchmark::State& state, Rows& rows) {
    static const Texts texts;
    std::uint64_t count = 0;
    buy_by_hand(rows, texts, count++);
    for (auto _ : state) { buy_by_hand(rows, texts, count++); }
    state.SetItemsProcessed(state.iterations());
    return count;
}
/// What both leave behind: so many numbers in service, operations done, changes told.
template <class Rows>
void check(Rows& rows, std::uint64_t count) {
    const std::string each = std::to_string(count), all = each + " " + each + " " + each;
    if (const std::string sold = rows(Rows::sold, {}); sold != all) { give_up("rows are missing: " + sold); }
}

void in_memory(benchmark::State& state) { buy_by_tandem(state, stores::Memory()); }
void in_memory_by_hand(benchmark::State& state) {
    MemoryRows rows;
    std::uint64_t count = 0;
    for (auto _ : state) { rows.buy(count++); }
    if (rows.sold() != count) { give_up("rows are missing"); }
    state.SetItemsProcessed(state.iterations());
}

void in_sqlite(benchmark::State& state, bool by_hand) {
    const TemporaryFolder folder;
    stores::Sqlite store(folder.file());  // makes the schema for both
    SqliteRows rows(folder.file());
    check(rows, by_hand ? buy_by_twin(state, rows) : buy_by_tandem(state, store));
}

void in_postgres(benchmark::State& state, bool by_hand) {
    const std::string name = PostgresDatabases::all().take();
    const std::string url = PostgresDatabases::all().url(name);
    {
        const stores::Postgres store{Secret(url)};
        run(stores::Postgres(store).get(nth(0)));  // makes the schema for both
        PostgresRows rows(url);
        check(rows, by_hand ? buy_by_twin(state, rows) : buy_by_tandem(state, store));
    }
    PostgresDatabases::all().give_back(name);
}

const bool registered = [] {
    const auto add = [](const char* name, auto function, auto... arguments) {
        benchmark::RegisterBenchmark(name, function, arguments...)->Unit(benchmark::kMicrosecond)->UseRealTime();
    };
    add("memory/tandem", in_memory);
    add("memory/twin", in_memory_by_hand);
    add("SQLite file/tandem", in_sqlite, false);
    add("SQLite file/twin", in_sqlite, true);
    if (PostgresDatabases::there_are()) {
        add("PostgreSQL/tandem", in_postgres, false);
        add("PostgreSQL/twin", in_postgres, true);
    }
    return true;
}();

}  // namespace

BENCHMARK_MAIN();
