// SPDX-License-Identifier: BSL-1.0
#include <tandem/core/operation_json.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>
#include <string_view>

namespace {

using namespace tandem;

Operation full_operation() {
    Operation operation;
    operation.id = "0123456789abcdef0123456789abcdef";
    operation.kind = Operation::Kind::release;
    operation.phase = Operation::Phase::unknown;
    operation.number = E164::parse_or_empty("+14155550100");
    operation.offer = "group-7";
    operation.carrier = "telnyx";
    operation.account = "acc1";
    operation.asked_by = "acc0";
    operation.key = "k-1";
    operation.fingerprint = "f";
    operation.price_cap = {Amount::ten_thousandths(-12'345), "EUR"};
    operation.charge = Amount::ten_thousandths(1);
    operation.before.number = operation.number;
    operation.before.state = State::available;
    operation.before.revision = 3;
    operation.after = operation.before;
    operation.after.state = State::in_service;
    operation.after.assigned_to = "acc1";
    operation.after.revision = 4;
    operation.error = Error{.code = errc::by_carrier, .message = "m", .cause = "c", .sent = true};
    operation.created = UnixTime(std::chrono::seconds(1'700'000'000));
    operation.modified = operation.created + std::chrono::seconds(1);
    operation.deadline = UnixTime::max();
    operation.revision = 18'446'744'073'709'551'615U;
    return operation;
}

void check_survives(const Operation& operation) {
    const auto text = write_json(to_json(operation));
    const auto read = operation_from_json(parse_json_object(text).value()).value();
    BOOST_TEST(write_json(to_json(read)) == text);
    BOOST_TEST(read.id.view() == operation.id.view());
    BOOST_TEST((read.kind == operation.kind && read.phase == operation.phase));
    BOOST_TEST((read.number == operation.number && read.price_cap == operation.price_cap));
    BOOST_TEST((read.charge == operation.charge && read.error == operation.error));
    BOOST_TEST((read.before == operation.before && read.after == operation.after));
    BOOST_TEST((read.created == operation.created && read.modified == operation.modified));
    BOOST_TEST((read.deadline == operation.deadline && read.revision == operation.revision));
    BOOST_TEST((read.offer == operation.offer && read.carrier == operation.carrier));
    BOOST_TEST((read.account == operation.account && read.asked_by == operation.asked_by));
    BOOST_TEST((read.key == operation.key && read.fingerprint == operation.fingerprint));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(operation_json)

BOOST_AUTO_TEST_CASE(an_operation_survives_its_document) { check_survives(full_operation()); }

BOOST_AUTO_TEST_CASE(an_order_from_a_group_has_no_number_yet) {
    auto operation = full_operation();
    operation.number = {};
    operation.before = {};
    operation.after = Number{};
    operation.after.assigned_to = "acc1";
    operation.price_cap = {};
    operation.charge = {};
    operation.error.reset();
    check_survives(operation);
}

BOOST_AUTO_TEST_CASE(amounts_are_text_and_unknown_ones_null) {
    auto operation = full_operation();
    BOOST_TEST(write_json(to_json(operation).at("price_cap")) == R"({"amount":"-1.2345","currency":"EUR"})");
    BOOST_TEST(write_json(to_json(operation).at("charge")) == R"("0.0001")");
    operation.price_cap = {};
    BOOST_TEST(write_json(to_json(operation).at("price_cap")) == R"({"amount":null,"currency":null})");
}

BOOST_AUTO_TEST_CASE(every_phase_survives) {
    for (std::size_t i = 0; i < phase_names.size(); ++i) {
        auto operation = full_operation();
        operation.phase = static_cast<Operation::Phase>(i);
        operation.kind = i % 2 == 0 ? Operation::Kind::acquire : Operation::Kind::release;
        check_survives(operation);
    }
}

BOOST_AUTO_TEST_CASE(wrong_documents_are_refused_by_key) {
    const std::array<std::pair<std::string_view, boost::json::value>, 9> cases{{
        {"id", nullptr},
        {"id", "0123456789abcdef0123456789abcdef0"},
        {"kind", "steal"},
        {"phase", "sold"},
        {"number", "4155550100"},
        {"charge", 1.5},
        {"charge", "1e3"},
        {"revision", -1},
        {"deadline", "soon"},
    }};
    for (const auto& [key, value] : cases) {
        BOOST_TEST_CONTEXT(key << " " << boost::json::serialize(value)) {
            auto document = to_json(full_operation());
            document[key] = value;
            const auto read = operation_from_json(document);
            BOOST_TEST_REQUIRE(read.has_error());
            BOOST_TEST(read.error().message.find("'" + std::string(key) + "'") != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
