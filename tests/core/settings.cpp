// SPDX-License-Identifier: BSL-1.0
#include <tandem/configs/in_code.hpp>
#include <tandem/core/settings.hpp>
#include <tandem/manager/settings.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

BOOST_AUTO_TEST_SUITE(core_settings)

using namespace tandem;

namespace {

/// What each kind of member can be.
struct Everything {
    static constexpr std::array<std::string_view, 1> ignored{"user"};

    std::string text = "unsaid";
    bool flag = true;
    std::uint32_t count = 7;
    std::int8_t small = 1;
    std::uint64_t large = 1;
    Amount amount = Amount::zero();
    std::vector<std::string> list{"unsaid"};
    std::optional<std::vector<std::string>> perhaps{};
    JsonText object{};
    Secret secret{};

    TANDEM_SETTINGS(Everything, text, flag, count, small, large, amount, list, perhaps, object, secret);
};

/// A carrier's settings, some of them required and with names of Kazoo's.
struct Dialer {
    static constexpr CarrierInfo info{.name = "dialer", .aliases = {"dialer2"}};
    struct Settings {
        static constexpr std::array<std::string_view, 3> required{"base_url", "login", "api_key"};
        static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> aliases{
            {{"token", "api_key"}, {"key", "api_key"}, {"routesip", "gateways"}, {"api_uri", "base_url"}}};

        std::string base_url = "https://dialer.example";
        std::string login{};
        Secret api_key{};

        TANDEM_SETTINGS(Settings, base_url, login, api_key);
    };
    Settings settings;

    Task<SearchPage> find_numbers(auto&, const SearchRequest&) const { co_return SearchPage(); }
    Task<Number> acquire_number(auto&, Number number) const { co_return number; }
    Task<Number> disconnect_number(auto&, Number number) const { co_return number; }
};
static_assert(Carrier<Dialer>);

/// A carrier whose stock is ours, without settings.
struct Bare {
    static constexpr CarrierInfo info{.name = "bare", .local = true};
    Task<SearchPage> find_numbers(auto&, const SearchRequest&) const { co_return SearchPage(); }
    Task<Number> acquire_number(auto&, Number number) const { co_return number; }
    Task<Number> disconnect_number(auto&, Number number) const { co_return number; }
};
static_assert(Carrier<Bare>);

template <class Settings = Everything>
Settings read(std::string document) {
    SettingsDocument settings("number_manager.acme", JsonText(std::move(document)));
    Settings read;
    settings.read(read);
    settings.finish();
    return read;
}

/// What the document is refused with.
template <class Settings = Everything>
Error refusal(const std::string& document) {
    try {
        read<Settings>(document);
    } catch (const Exception& failure) { return failure.error(); }
    return Error{.message = "accepted"};
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// A folder of this test's own, which goes with it.
struct Folder {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("tandem_settings_" + std::to_string(getpid()));

    Folder() { std::filesystem::create_directories(path); }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string write(const std::string& name, std::string_view text) const {
        std::ofstream(path / name, std::ios::binary) << text;
        return (path / name).string();
    }
};

/// An environment variable for as long as this lives.
struct Variable {
    std::string name;
    Variable(std::string name_, const char* value) : name(std::move(name_)) { setenv(name.c_str(), value, 1); }
    ~Variable() { unsetenv(name.c_str()); }
};

template <Carrier C = Dialer>
Result<CarrierSettings<C>> read_carrier(std::string_view document,
                                        std::string_view category = "number_manager.dialer") {
    configs::InCode config;
    config.set(category, JsonText(std::string(document)));
    return read_carrier_settings<C>(config);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_kind_of_value_is_read) {
    const Everything all = read(R"({"text": "a", "flag": false, "count": 4294967295, "small": -128,
        "large": 18446744073709551615, "amount": "1.10", "list": ["a", "b"], "perhaps": [], "object": {"b": 1, "a": 2},
        "secret": "s3cret"})");
    BOOST_TEST(all.text == "a");
    BOOST_TEST(!all.flag);
    BOOST_TEST(all.count == 4'294'967'295U);
    BOOST_TEST(int(all.small) == -128);
    BOOST_TEST(all.large == 18'446'744'073'709'551'615U);
    BOOST_TEST(all.amount.str() == "1.10");
    BOOST_TEST((all.list == std::vector<std::string>{"a", "b"}));
    BOOST_TEST((all.perhaps && all.perhaps->empty()));
    BOOST_TEST(all.object.text == R"({"b":1,"a":2})");
    BOOST_TEST(all.secret.reveal() == "s3cret");
}

BOOST_AUTO_TEST_CASE(what_is_absent_or_null_keeps_its_default) {
    for (const char* document : {"{}", R"({"text": null, "flag": null, "count": null, "list": null, "perhaps": null,
                                          "amount": null, "object": null, "secret": null})"}) {
        BOOST_TEST_CONTEXT(document) {
            const Everything all = read(document);
            BOOST_TEST(all.text == "unsaid");
            BOOST_TEST(all.flag);
            BOOST_TEST(all.count == 7U);
            BOOST_TEST(all.list.size() == 1U);
            BOOST_TEST(!all.perhaps);
            BOOST_TEST((all.amount == Amount::zero()));
            BOOST_TEST(all.object.empty());
            BOOST_TEST(all.secret.empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_careless_but_clear_is_understood) {
    BOOST_TEST(read(R"({"text": 12345})").text == "12345");
    BOOST_TEST(read(R"({"secret": 12345})").secret.reveal() == "12345");
    BOOST_TEST((read(R"({"list": "one"})").list == std::vector<std::string>{"one"}));
    BOOST_TEST((read(R"({"perhaps": "one"})").perhaps.value() == std::vector<std::string>{"one"}));
}

BOOST_AUTO_TEST_CASE(a_value_of_another_kind_is_refused_with_what_is_allowed) {
    const struct {
        const char* document;
        const char* key;
        const char* allowed;
    } rows[]{{R"({"text": true})", "text", "text"},
             {R"({"text": ["a"]})", "text", "text"},
             {R"({"text": 1.5})", "text", "text"},
             {R"({"flag": 1})", "flag", "true or false"},
             {R"({"flag": "true"})", "flag", "true or false"},
             {R"({"count": "500"})", "count", "a whole number from 0 to 4294967295"},
             {R"({"count": 500.0})", "count", "a whole number from 0 to 4294967295"},
             {R"({"count": -1})", "count", "a whole number from 0 to 4294967295"},
             {R"({"count": 4294967296})", "count", "a whole number from 0 to 4294967295"},
             {R"({"count": 99999999999999999999})", "count", "a whole number from 0 to 4294967295"},
             {R"({"small": 128})", "small", "a whole number from -128 to 127"},
             {R"({"small": -129})", "small", "a whole number from -128 to 127"},
             {R"({"large": -1})", "large", "a whole number from 0 to 18446744073709551615"},
             {R"({"amount": true})", "amount", "an amount with at most four decimals"},
             {R"({"amount": "1,50"})", "amount", "an amount with at most four decimals"},
             {R"({"amount": 0.00001})", "amount", "an amount with at most four decimals"},
             {R"({"list": 1})", "list", "an array of texts, or one text"},
             {R"({"list": ["a", 1]})", "list", "an array of texts, or one text"},
             {R"({"list": {"a": "b"}})", "list", "an array of texts, or one text"},
             {R"({"perhaps": [null]})", "perhaps", "an array of texts, or one text"},
             {R"({"object": []})", "object", "an object"},
             {R"({"object": "{}"})", "object", "an object"}};
    for (const auto& [document, key, allowed] : rows) {
        BOOST_TEST_CONTEXT(document) {
            const Error error = refusal(document);
            BOOST_TEST((error.code == errc::settings));
            BOOST_TEST(error.message == "number_manager.acme." + std::string(key) + " must be " + allowed);
            BOOST_TEST(error.cause.starts_with("it is "));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_key_that_is_not_there_is_named_with_those_that_are) {
    const Error near = refusal(R"({"cuont": 1})");
    BOOST_TEST((near.code == errc::settings));
    BOOST_TEST(has(near.message, "number_manager.acme.cuont is no setting; did you mean count?"));
    BOOST_TEST(has(near.message, "there are: amount, count, flag, large, list, object, perhaps, secret, small, text"));

    const Error far = refusal(R"({"colour": 1})");
    BOOST_TEST(has(far.message, "number_manager.acme.colour is no setting; there are: "));
    BOOST_TEST(!has(far.message, "did you mean"));
    BOOST_TEST(!has(refusal(R"({"x": 1})").message, "did you mean"));
    BOOST_TEST(has(refusal(R"({"Text": 1})").message, "did you mean text?"));
    BOOST_TEST(has(refusal(R"({"": 1})").message, "number_manager.acme. is no setting"));
    BOOST_TEST(refusal("{\"" + std::string(100'000, 'x') + "\": 1}").message.size() < 400U);
}

BOOST_AUTO_TEST_CASE(keys_of_the_database_and_kazoos_obsolete_ones_are_ignored) {
    const Everything all = read(R"({"_id": "x", "_rev": 1, "_": {}, "pvt_type": [], "pvt_": 0, "debug": "loud",
        "use_stepswitch_cnam": 1, "monthly_recurring_cost": {}, "upfront_cost": null, "should_filter_rates": "?",
        "user": {"one": "of this carrier's"}})");
    BOOST_TEST(all.text == "unsaid");
    BOOST_TEST(refusal(R"({"pvttype": 1})").message != "accepted");
    BOOST_TEST(refusal(R"({"users": 1})").message != "accepted");
}

BOOST_AUTO_TEST_CASE(what_is_no_object_or_has_a_key_twice_is_refused) {
    for (const char* document :
         {"", "null", "[]", "7", "{", R"({"text": "a",})", R"({"text": "a"} x)", R"({"text": "a", "text": "b"})",
          R"({"object": {"a": 1, "a": 1}})", R"({"count": 1e400})", "{\"text\": \"\xFF\"}", R"({"text": nil})"}) {
        BOOST_TEST_CONTEXT(document) {
            const Error error = refusal(document);
            BOOST_TEST((error.code == errc::settings));
            BOOST_TEST(error.message == "number_manager.acme is no JSON object");
        }
    }
    BOOST_TEST(has(refusal(R"({"text": "a", "text": "b"})").cause, "the key 'text' stands twice"));
}

BOOST_AUTO_TEST_CASE(amounts_are_exact_whatever_they_are_written_as) {
    const struct {
        const char* written;
        const char* amount;
    } rows[]{{"1", "1.00"},
             {"1.0", "1.00"},
             {"1.10", "1.10"},
             {"0.0085", "0.0085"},
             {"\"0.0085\"", "0.0085"},
             {"19.99", "19.99"},
             {"1e2", "100.00"},
             {"0.1", "0.10"},
             {"-2.5", "-2.50"},
             {"-0.0", "0.00"},
             {"1e-4", "0.0001"},
             {"99999999999.9999", "99999999999.9999"},
             {"100000000000000", "100000000000000.00"},
             {"\"99999999999999.9999\"", "99999999999999.9999"}};
    for (const auto& [written, amount] : rows) {
        BOOST_TEST_CONTEXT(written) {
            BOOST_TEST(read(std::string(R"({"amount": )") + written + "}").amount.str() == amount);
        }
    }
    // What a double cannot tell apart is not guessed.
    for (const char* written : {"999999999999.9999", "9999999999999.9999", "1e15", "1e300", "1000000000000000", "\"\"",
                                "\" 1\"", "\"1e2\"", "18446744073709551615"}) {
        BOOST_TEST_CONTEXT(written) {
            BOOST_TEST(refusal(std::string(R"({"amount": )") + written + "}").message != "accepted");
        }
    }
}

BOOST_AUTO_TEST_CASE(every_amount_of_fifteen_digits_survives_being_a_json_number) {
    std::uint64_t state = 1;
    for (int i = 0; i < 2'000; ++i) {
        state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
        const auto amount = Amount::ten_thousandths(static_cast<std::int64_t>((state >> 11U) % 1'000'000'000'000'000U));
        const auto again = read(R"({"amount": )" + amount.str() + "}").amount;
        BOOST_REQUIRE_MESSAGE(again == amount, amount.str());
    }
}

BOOST_AUTO_TEST_CASE(a_secret_comes_as_text_from_the_environment_or_from_a_file) {
    const Folder folder;
    const Variable variable("TANDEM_TEST_SECRET", "from the environment");
    const Variable blank("TANDEM_TEST_BLANK", "");
    const auto from_file = [&](std::string_view text) {
        return std::string(read(R"({"secret": {"file": ")" + folder.write("secret", text) + R"("}})").secret.reveal());
    };
    BOOST_TEST(read(R"({"secret": "as text"})").secret.reveal() == "as text");
    BOOST_TEST(read(R"({"secret": {"env": "TANDEM_TEST_SECRET"}})").secret.reveal() == "from the environment");
    BOOST_TEST(read(R"({"secret": {"env": "TANDEM_TEST_BLANK"}})").secret.empty());
    BOOST_TEST(from_file("from a file") == "from a file");
    BOOST_TEST(from_file("with its end of line\n") == "with its end of line");
    BOOST_TEST(from_file("with another system's\r\n\r\n") == "with another system's");
    BOOST_TEST(from_file(" spaces and\ninner lines \n") == " spaces and\ninner lines ");
    BOOST_TEST(from_file("") == "");
}

BOOST_AUTO_TEST_CASE(a_secret_that_is_nowhere_is_refused_with_the_place) {
    const Folder folder;
    unsetenv("TANDEM_TEST_NOBODY");
    BOOST_TEST(refusal(R"({"secret": {"env": "TANDEM_TEST_NOBODY"}})").message ==
               "number_manager.acme.secret must be in the environment variable TANDEM_TEST_NOBODY, which is not set");
    const std::string nowhere = (folder.path / "nowhere").string();
    const Error missing = refusal(R"({"secret": {"file": ")" + nowhere + R"("}})");
    BOOST_TEST((missing.code == errc::settings));
    BOOST_TEST(missing.message == "number_manager.acme.secret: the file " + nowhere + " cannot be read");
    BOOST_TEST(missing.cause == "No such file or directory");
    const Error directory = refusal(R"({"secret": {"file": ")" + folder.path.string() + R"("}})");
    BOOST_TEST(has(directory.message, "cannot be read"));
    BOOST_TEST(directory.cause == "Is a directory");
    BOOST_TEST(has(refusal(R"({"secret": {"file": ""}})").message, "cannot be read"));
    BOOST_TEST(has(refusal(R"({"secret": {"file": "/dev/zero"}})").message, "has more than 65536 bytes"));
}

BOOST_AUTO_TEST_CASE(a_secret_written_wrongly_never_stands_in_the_error) {
    for (const char* document :
         {R"({"secret": {"text": "c4nary"}})", R"({"secret": ["c4nary"]})", R"({"secret": {"env": ["c4nary"]}})",
          R"({"secret": {"env": "HOME", "file": "c4nary"}})", R"({"secret": {}})", R"({"secret": true})",
          R"({"secret": 1.5})", R"({"secret": {"c4nary": "x"}})"}) {
        BOOST_TEST_CONTEXT(document) {
            const Error error = refusal(document);
            BOOST_TEST(error.message ==
                       R"(number_manager.acme.secret must be text, {"env": "NAME"} or {"file": "PATH"})");
            BOOST_TEST(!has(error.message + error.cause, "c4nary"));
        }
    }
    const auto differ = read_carrier(R"({"token": "c4nary-1", "api_key": "c4nary-2"})");
    BOOST_REQUIRE(!differ);
    BOOST_TEST(!has(differ.error().message + differ.error().cause, "c4nary"));
}

template <class T>
concept Prints = requires(std::ostream& out, const T& value) { out << value; };
template <class T>
concept ConvertsToJson = requires(const T& value) { boost::json::value(value); };

BOOST_AUTO_TEST_CASE(a_secret_prints_nowhere_converts_to_nothing_and_moves_away_whole) {
    static_assert(!Prints<Secret> && !ConvertsToJson<Secret> && !std::equality_comparable<Secret>);
    static_assert(!std::convertible_to<Secret, std::string> && !std::convertible_to<Secret, std::string_view>);
    static_assert(!std::convertible_to<std::string, Secret>);
    for (const std::string& text : {std::string("short"), std::string(200, 'l')}) {
        Secret first(text);
        Secret second = std::move(first);
        BOOST_TEST(first.empty());  // NOLINT: that it is empty is the claim
        BOOST_TEST(second.reveal() == text);
        Secret third("before");
        third = second;
        BOOST_TEST(third.reveal() == text);
        third = Secret("after");
        BOOST_TEST(third.reveal() == "after");
        const Secret& self = third;
        third = self;
        BOOST_TEST(third.reveal() == "after");
        BOOST_TEST(second.reveal() == text);
    }
}

BOOST_AUTO_TEST_CASE(a_general_document_has_kazoos_defaults) {
    const GeneralSettings general = read_general_settings(JsonText()).value();
    BOOST_TEST(!general.carrier_modules);
    BOOST_TEST(!general.available_module_name);
    BOOST_TEST(general.maximum_search_quantity == 500U);
    BOOST_TEST(general.number_search_timeout_ms == 5'000U);
    BOOST_TEST(general.released_state == "available");
    BOOST_TEST(!general.should_age);
    BOOST_TEST(!general.should_permanently_delete);
    BOOST_TEST(!general.unauthorized_numbers_lookup);
    BOOST_TEST(general.classifiers.empty());
}

BOOST_AUTO_TEST_CASE(a_general_document_takes_every_key_of_kazoos_and_ours) {
    const auto general = read_general_settings(JsonText(R"({
        "_id": "number_manager", "carrier_modules": ["knm_local", "telnyx"], "available_module_name": "knm_local",
        "maximum_search_quantity": 1, "number_search_timeout_ms": 1, "released_state": "aging", "should_age": true,
        "should_permanently_delete": true, "unauthorized_numbers_lookup": true, "classifiers": {"a": "b"},
        "e164_converters": {}, "reconcile_regex": "^x$", "accounts": {"A": {}}, "master_account": "A",
        "service_plans": {"basic": {}}})"));
    BOOST_REQUIRE(general);
    BOOST_TEST(general->carrier_modules->size() == 2U);
    BOOST_TEST(general->released_state == "aging");
    BOOST_TEST(general->accounts.text == R"({"A":{}})");
}

BOOST_AUTO_TEST_CASE(a_general_document_that_cannot_work_is_refused) {
    const struct {
        const char* document;
        const char* message;
    } rows[]{
        {R"({"maximum_search_quantity": 0})", "number_manager.maximum_search_quantity must be at least 1"},
        {R"({"number_search_timeout_ms": 0})", "number_manager.number_search_timeout_ms must be at least 1"},
        {R"({"released_state": "gone"})",
         "number_manager.released_state must be available, aging, released or deleted"},
        {R"({"released_state": "in_service"})",
         "number_manager.released_state must be available, aging, released or deleted"},
        {R"({"released_state": ""})", "number_manager.released_state must be available, aging, released or deleted"},
        {R"({"carrier_modules": 1})", "number_manager.carrier_modules must be an array of texts, or one text"},
        {R"({"classifiers": []})", "number_manager.classifiers must be an object"},
        {"[]", "number_manager is no JSON object"}};
    for (const auto& [document, message] : rows) {
        BOOST_TEST_CONTEXT(document) {
            const auto general = read_general_settings(JsonText(document));
            BOOST_REQUIRE(!general);
            BOOST_TEST((general.error().code == errc::settings));
            BOOST_TEST(general.error().message == message);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_carriers_keys_and_the_common_ones_are_read_from_one_document) {
    const auto read = read_carrier(R"({"base_url": "https://other.example", "login": "me", "api_key": "k",
        "enable_provisioning": false, "sandbox_provisioning": true, "max_search_quantity": 9, "timeout_ms": 1,
        "gateways": ["10.0.0.1"]})");
    BOOST_REQUIRE(read);
    BOOST_TEST(read->carrier.settings.base_url == "https://other.example");
    BOOST_TEST(read->carrier.settings.api_key.reveal() == "k");
    BOOST_TEST(!read->remote.enable_provisioning);
    BOOST_TEST(read->remote.sandbox_provisioning);
    BOOST_TEST(read->remote.max_search_quantity == 9U);
    BOOST_TEST(read->remote.timeout_ms == 1U);
    BOOST_TEST(read->remote.gateways.size() == 1U);
    BOOST_TEST(read->missing.empty());
}

BOOST_AUTO_TEST_CASE(a_carriers_document_has_its_name_or_an_alias_with_knm_or_without) {
    for (const char* category : {"number_manager.dialer", "number_manager.knm_dialer", "number_manager.dialer2",
                                 "number_manager.knm_dialer2"}) {
        BOOST_TEST_CONTEXT(category) {
            BOOST_TEST(read_carrier(R"({"login": "me"})", category)->carrier.settings.login == "me");
            const auto wrong = read_carrier(R"({"logn": "me"})", category);
            BOOST_REQUIRE(!wrong);
            BOOST_TEST(has(wrong.error().message, std::string(category) + ".logn is no setting; did you mean login?"));
        }
    }
    BOOST_TEST(read_carrier(R"({"login": "me"})", "number_manager.dialer3")->carrier.settings.login == "");
}

BOOST_AUTO_TEST_CASE(two_documents_of_one_carrier_are_refused) {
    const configs::InCode config{{"number_manager.knm_dialer", R"({"login": "a"})"},
                                 {"number_manager.dialer2", R"({"login": "a"})"}};
    const auto read = read_carrier_settings<Dialer>(config);
    BOOST_REQUIRE(!read);
    BOOST_TEST(read.error().message ==
               "number_manager.knm_dialer and number_manager.dialer2 are one carrier's: keep one");
    const configs::InCode empty{{"number_manager.dialer", "{}"}, {"number_manager.dialer2", R"({"login": "a"})"}};
    BOOST_TEST(read_carrier_settings<Dialer>(empty)->carrier.settings.login == "a");
}

BOOST_AUTO_TEST_CASE(a_key_may_have_kazoos_name_but_not_two_values) {
    BOOST_TEST(read_carrier(R"({"token": "k"})")->carrier.settings.api_key.reveal() == "k");
    BOOST_TEST(read_carrier(R"({"token": "k", "api_key": "k"})")->carrier.settings.api_key.reveal() == "k");
    BOOST_TEST(read_carrier(R"({"token": null, "api_key": "k"})")->carrier.settings.api_key.reveal() == "k");
    BOOST_TEST(read_carrier(R"({"token": "k", "api_key": null})")->carrier.settings.api_key.reveal() == "k");
    BOOST_TEST(read_carrier(R"({"routesip": "10.0.0.1"})")->remote.gateways.front() == "10.0.0.1");
    BOOST_TEST(read_carrier(R"({"api_uri": null})")->carrier.settings.base_url == "https://dialer.example");
    const struct {
        const char* document;
        const char* message;
    } rows[]{
        {R"({"token": "a", "api_key": "b"})",
         "number_manager.dialer.token and api_key are one setting and differ: keep one"},
        {R"({"token": "a", "key": "b"})", "number_manager.dialer.key and token are one setting and differ: keep one"},
        {R"({"routesip": 7})", "number_manager.dialer.routesip must be an array of texts, or one text"},
        {R"({"api_uri": {}})", "number_manager.dialer.api_uri must be text"},
        {R"({"token": {"file": "/nowhere/at/all"}})",
         "number_manager.dialer.token: the file /nowhere/at/all cannot be read"}};
    for (const auto& [document, message] : rows) {
        BOOST_TEST_CONTEXT(document) {
            const auto read = read_carrier(document);
            BOOST_REQUIRE(!read);
            BOOST_TEST(read.error().message == message);
        }
    }
}

BOOST_AUTO_TEST_CASE(required_keys_without_a_value_are_told_apart_from_errors) {
    const Folder folder;
    const Variable blank("TANDEM_TEST_BLANK", "");
    const std::string empty_file =
        R"({"base_url": "u", "login": "me", "api_key": {"file": ")" + folder.write("empty", "\n") + R"("}})";
    const struct {
        std::string document;
        std::vector<std::string> missing;
    } rows[]{{"{}", {"base_url", "login", "api_key"}},
             {R"({"base_url": "u", "login": "me", "api_key": "k"})", {}},
             {R"({"base_url": "u", "login": "", "token": "k"})", {"login"}},
             {R"({"base_url": "u", "login": null, "token": ""})", {"login", "api_key"}},
             {R"({"base_url": "u", "login": 7, "api_key": {"env": "TANDEM_TEST_BLANK"}})", {"api_key"}},
             {empty_file, {"api_key"}}};
    for (const auto& [document, missing] : rows) {
        BOOST_TEST_CONTEXT(document) {
            const auto read = read_carrier(document);
            BOOST_REQUIRE(read);
            BOOST_TEST(read->missing == missing, boost::test_tools::per_element());
        }
    }
}

BOOST_AUTO_TEST_CASE(limits_of_zero_are_refused) {
    for (const char* key : {"max_search_quantity", "timeout_ms"}) {
        const auto read = read_carrier(std::string(R"({")") + key + R"(": 0})");
        BOOST_REQUIRE(!read);
        BOOST_TEST(read.error().message == "number_manager.dialer." + std::string(key) + " must be at least 1");
    }
}

BOOST_AUTO_TEST_CASE(a_carrier_without_settings_has_none) {
    BOOST_TEST(read_carrier<Bare>("{}", "number_manager.bare")->missing.empty());
    BOOST_TEST(read_carrier<Bare>(R"({"_id": "x", "debug": true})", "number_manager.bare")->missing.empty());
    const auto read = read_carrier<Bare>(R"({"base_url": "x"})", "number_manager.bare");
    BOOST_REQUIRE(!read);
    BOOST_TEST(read.error().message == "number_manager.bare.base_url is no setting; there are none");
}

BOOST_AUTO_TEST_SUITE_END()
