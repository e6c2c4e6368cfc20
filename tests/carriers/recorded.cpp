// SPDX-License-Identifier: BSL-1.0
#include <tandem/carriers/all.hpp>
#include <tandem/configs/in_code.hpp>
#include <tandem/number_manager.hpp>
#include <tandem/stores/memory.hpp>
#include <tandem/testing/desk.hpp>
#include <tandem/testing/sandbox/in_memory.hpp>
#include <tandem/testing/sandbox/other.hpp>
#include <tandem/testing/sandbox/telnyx.hpp>
#include <tandem/transports/replay.hpp>

#include "../transports/recorder.hpp"

#include <boost/hana/for_each.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// What recordings of the carriers hold: never a credential, whatever a server sends back.
BOOST_AUTO_TEST_SUITE(carriers_recorded)

using namespace tandem;
namespace json = boost::json;

namespace {

std::string percent_encoded(std::string_view text) {
    return boost::urls::encode(boost::urls::string_view(text.data(), text.size()), boost::urls::unreserved_chars);
}
std::string hex(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char each : text) {
        const auto byte = static_cast<unsigned char>(each);
        out += digits[byte >> 4U];
        out += digits[byte & 0xFU];
    }
    return out;
}
std::string in_capitals(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}
std::string lower_percent(std::string text) {
    for (std::size_t at = text.find('%'); at != text.npos; at = text.find('%', at + 1)) {
        for (const std::size_t digit : {at + 1, at + 2}) {
            if (text[digit] >= 'A' && text[digit] <= 'F') { text[digit] = static_cast<char>(text[digit] - 'A' + 'a'); }
        }
    }
    return text;
}
std::string replaced(std::string text, std::string_view what, std::string_view by) {
    for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
    return text;
}
std::string for_urls(std::string base64) { return replaced(replaced(std::move(base64), "+", "-"), "/", "_"); }
std::string xml_escaped(std::string_view text) {
    std::string out = replaced(std::string(text), "&", "&amp;");
    return replaced(replaced(std::move(out), "<", "&lt;"), "\"", "&quot;");
}
std::string json_escaped(std::string_view text) {
    const std::string quoted = json::serialize(json::string(text));
    return quoted.substr(1, quoted.size() - 2);
}

/// `text` in every way that a server might send it back, a line each.
std::string in_all_encodings(const std::string& text) {
    std::vector<std::string> forms{text,
                                   percent_encoded(text),
                                   lower_percent(percent_encoded(text)),
                                   replaced(percent_encoded(text), "%20", "+"),
                                   percent_encoded(percent_encoded(text)),
                                   json_escaped(text),
                                   replaced(json_escaped(text), "/", "\\/"),
                                   json_escaped(json_escaped(text)),
                                   xml_escaped(text),
                                   json_escaped(xml_escaped(text)),
                                   hex(text),
                                   in_capitals(hex(text))};
    for (std::size_t before = 0; before < 3; ++before) {
        const std::string base64 = to_base64(std::string(before, '{') + text + "}}");
        forms.insert(forms.end(), {base64, for_urls(base64), percent_encoded(base64), json_escaped(base64)});
    }
    std::string all;
    for (const std::string& form : forms) { all += form + "\n"; }
    return all;
}

/// What must not stand in a recording of a session with this credential: parts of it as they are or escaped, and the
/// letters of its base64 that it alone decides.
std::vector<std::string> traces_of(const std::string& secret) {
    constexpr std::size_t part_size = 8;
    std::vector<std::string> traces;
    for (std::size_t at = 0; at + part_size <= secret.size(); ++at) {
        const std::string part = secret.substr(at, part_size);
        traces.insert(traces.end(),
                      {part, json_escaped(part), percent_encoded(part), lower_percent(percent_encoded(part)),
                       xml_escaped(part), hex(part), in_capitals(hex(part))});
    }
    for (std::size_t before = 0; before < 3; ++before) {
        const std::string base64 = to_base64(std::string(before, '{') + secret + "}}");
        const std::string inner = base64.substr(4, base64.size() - 12);
        traces.insert(traces.end(), {inner, for_urls(inner), percent_encoded(inner)});
    }
    return traces;
}
void check_no_trace(const std::string& recording, const std::string& secret) {
    for (const std::string& trace : traces_of(secret)) {
        BOOST_TEST(recording.find(trace) == std::string::npos, "the recording holds " << trace);
    }
}

/// Everything of a request, in all encodings.
std::string echo_of(const Request& request) {
    std::string echo = in_all_encodings(request.url()) + in_all_encodings(request.body());
    for (const Field& field : request.fields()) { echo += in_all_encodings(field.name + ": " + field.value); }
    for (const Secret& secret : request.secrets()) { echo += in_all_encodings(std::string(secret.reveal())); }
    return echo;
}
void add_echo_headers(Response& response, const Request& request) {
    for (const Secret& secret : request.secrets()) {
        const std::string text(secret.reveal());
        for (const char* name : {"Set-Cookie", "WWW-Authenticate", "Location", "X-Request"}) {
            response.fields.push_back({name, "a=" + text + "; b=" + percent_encoded(text) + "; c=" + to_base64(text)});
        }
    }
}

/// Settings with `secret` for each credential, and something for whatever has no default.
template <class C>
typename C::Settings settings_with(const std::string& secret, bool& has_credentials) {
    typename C::Settings settings;
    boost::hana::for_each(boost::hana::accessors<typename C::Settings>(), [&](auto member) {
        auto& value = boost::hana::second(member)(settings);
        const std::string name = boost::hana::first(member).c_str();
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, Secret>) {
            value = Secret(secret);
            has_credentials = true;
        } else if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) {
            if (value.empty()) { value = name.find("url") == name.npos ? "100" : "https://api.example/v1"; }
        }
    });
    return settings;
}

/// A carrier at a desk whose exchanges are recorded.
template <class C>
struct RecordedDesk {
    using Recording = transports::Recording<testing::ScriptedTransport, testing::SimulatedEnvironment>;

    explicit RecordedDesk(typename C::Settings settings)
        : desk(C{std::move(settings)}, Recording::open(file.path(), script, clock).value()) {}

    test::NewFile file{};
    boost::asio::io_context context{};
    testing::SimulatedEnvironment clock{context};  // stands still
    testing::ScriptedTransport script{clock};
    testing::Desk<C, Recording> desk;
    std::string failures{};

    /// A search, a purchase and a release, however each ends.
    void work() {
        const E164 number = E164::parse_or_empty("+14155550100");
        Number record;
        record.number = number;
        record.carrier = C::info.name;
        SearchRequest search;
        search.prefix = "415";
        search.quantity = 5;
        attempt([&] { desk.find(search); });
        attempt([&] { desk.buy(record); });
        attempt([&] { desk.release(record); });
    }

private:
    void attempt(const std::function<void()>& step) {
        try {
            step();
        } catch (const Exception& failure) { failures += failure.what(); }
    }
};

}  // namespace

BOOST_AUTO_TEST_CASE(no_credential_is_in_a_recording_whatever_a_server_echoes) {
    const std::string secret = "cAnaRy 7+/=\"<x>&\\%41 {o}-tweet";
    std::size_t with_credentials = 0;
    boost::hana::for_each(carriers::All::types, [&](auto type) {
        using C = typename decltype(type)::type;
        if constexpr (!C::info.local && C::info.buys) {
            for (const int status : {200, 202, 400, 401, 404, 429, 500}) {
                for (const char* content_type : {"application/json", "text/html"}) {
                    bool has_credentials = false;
                    RecordedDesk<C> recorded(settings_with<C>(secret, has_credentials));
                    recorded.script.on_any("https://", [&](const Request& request) {
                        const std::string echo = echo_of(request);
                        Response response(status, status == 200 ? json::serialize(json::object{{"echo", echo}}) : echo,
                                          content_type);
                        add_echo_headers(response, request);
                        return response;
                    });
                    recorded.work();
                    BOOST_TEST_CONTEXT(C::info.name << ", status " << status << ", " << content_type) {
                        BOOST_TEST_REQUIRE(!recorded.file.entries().empty());
                        BOOST_TEST(recorded.file.content().find("_error") == std::string::npos);
                        check_no_trace(recorded.file.content(), secret);
                    }
                    with_credentials += has_credentials;
                }
            }
        }
    });
    BOOST_TEST(with_credentials > 0U);
}

/// A whole session with a carrier's sandbox, which adds to its replies what it was asked.
template <class C>
void check_session(testing::sandbox::Site auto site, typename C::Settings settings, const std::string& secret) {
    testing::sandbox::InMemory sandbox(std::move(site));
    RecordedDesk<C> recorded(std::move(settings));
    recorded.script.on_any("https://", [&](const Request& request) {
        Response response = sandbox.answer(request);
        boost::system::error_code no_json;
        json::value body = json::parse(response.body, no_json);
        if (body.is_object()) {
            body.get_object()["_echo"] = echo_of(request);
            response.body = json::serialize(body);
        }
        add_echo_headers(response, request);
        return response;
    });
    recorded.work();
    BOOST_TEST_CONTEXT(C::info.name) {
        BOOST_TEST(recorded.failures.empty(), recorded.failures);
        BOOST_TEST(recorded.file.entries().size() >= 3U);
        check_no_trace(recorded.file.content(), secret);
        BOOST_TEST(recorded.file.content().find("+14155550100") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(no_credential_is_in_the_recording_of_a_purchase) {
    const std::string secret = "cAnaRy 7+/=\"<x>&\\%41 {o}-tweet";
    check_session<carriers::Telnyx>(
        testing::sandbox::Telnyx(testing::sandbox::stocked(testing::sandbox::telnyx_ranges, 1), secret),
        {.api_key = Secret(secret), .base_url = "https://api.example/v2"}, secret);
    check_session<carriers::Other>(testing::sandbox::Other(), {.phonebook_url = "https://api.example"}, secret);
}

BOOST_AUTO_TEST_CASE(no_credential_is_in_a_recording_of_a_failed_connection) {
    const std::string secret = "cAnaRy 7+/=\"<x>&\\%41 {o}-tweet";
    boost::hana::for_each(carriers::All::types, [&](auto type) {
        using C = typename decltype(type)::type;
        if constexpr (!C::info.local && C::info.buys) {
            bool has_credentials = false;
            RecordedDesk<C> recorded(settings_with<C>(secret, has_credentials));
            recorded.script.on_any("https://", [](const Request& request) -> Response {
                throw Exception(
                    {.code = errc::unreachable, .message = "cut at " + echo_of(request), .cause = echo_of(request)});
            });
            recorded.work();
            BOOST_TEST(!recorded.file.entries().empty());
            check_no_trace(recorded.file.content(), secret);
        }
    });
}

/// `numbers --record` of a search, a purchase and a release at the sandbox, one file of the three.
BOOST_AUTO_TEST_CASE(a_recorded_session_is_replayed_strictly_through_carrier_and_manager) {
    using Manager = NumberManager<Carriers<carriers::Telnyx>, transports::Replay, configs::InCode, stores::Memory,
                                  billing::Free, accounts::Single, observers::Silent, testing::SimulatedEnvironment>;
    const auto folder = std::filesystem::path(__FILE__).parent_path().parent_path() / "recordings";
    const transports::Replay replay = transports::Replay::open((folder / "telnyx.har").string()).value();
    boost::asio::io_context context;
    testing::SimulatedEnvironment environment(context);
    const configs::InCode config{
        {"number_manager.telnyx", R"({"api_key": "anybody's", "base_url": "http://127.0.0.1:40521/v2"})"}};
    Manager manager = Manager::open(context.get_executor(), replay, config, {}, {}, {}, {}, environment).value();

    SearchRequest search;
    search.prefix = "+1415";
    search.quantity = 5;
    const auto found = environment.run(manager.find_numbers(search));
    BOOST_TEST_REQUIRE(found.has_value());
    BOOST_TEST(found->offers.size() == 5U);
    const E164 number = E164::parse_or_empty("+14155550100");
    const auto bought = environment.run(manager.acquire_number(number, purchase));
    BOOST_TEST_REQUIRE(bought.has_value(), bought.error().message << bought.error().cause);
    BOOST_TEST(name_of(bought->outcome) == "sold");
    const auto released = environment.run(manager.disconnect_number(number));
    BOOST_TEST_REQUIRE(released.has_value());
    BOOST_TEST(name_of(released->outcome) == "released");
    BOOST_TEST(replay.unanswered() == 0U);  // each request was made, and no other
}

BOOST_AUTO_TEST_SUITE_END()
