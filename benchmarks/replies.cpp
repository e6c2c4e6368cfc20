// SPDX-License-Identifier: BSL-1.0
// From a carrier's reply to offers, through the code that carriers read with, against readers written for the one
// reply.
#include "replies.hpp"

#include <tandem/carriers/detail/bandwidth_replies.hpp>
#include <tandem/carriers/detail/telnyx_replies.hpp>
#include <tandem/carriers/detail/voip_innovations_replies.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/twilio.hpp>
#include <tandem/wire/xml.hpp>

#include <benchmark/benchmark.h>
#include <simdjson.h>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <pugixml.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace tandem;
using namespace tandem::benchmarks;

// Contenders. Each takes the reply's bytes over and gives offers, with all that their texts are in.

struct Found {
    std::vector<Offer> offers{};
    std::string body{};
    std::unique_ptr<boost::json::monotonic_resource> values{};
    std::unique_ptr<pugi::xml_document> document{};
};
Found found_in(SearchPage page) { return {.offers = std::move(page.offers)}; }

Found telnyx(Response reply) { return found_in(wire::read_offers(carriers::telnyx::offers, std::move(reply))); }
Found twilio(Response reply) { return found_in(wire::twilio::read_available(std::move(reply)).page); }
Found bandwidth(Response reply) { return found_in(carriers::bandwidth::offers_in(std::move(reply))); }
Found bandwidth_of_xml(Response reply) { return found_in(carriers::bandwidth::offers_in(std::move(reply))); }
Found voip_innovations(Response reply) {
    return found_in(wire::xml::read_offers(carriers::voip_innovations::offers, std::move(reply)).page);
}
/// The reader that every first reply is read by.
Found described(Response reply, const auto& description) {
    auto page = std::make_shared<Page>(std::move(reply.body));
    wire::RowsRead<Offer> read;
    wire::detail::parse_text(description, wire::detail::sink_of(read), page->text(), page->copies());
    return found_in(wire::detail::on_page(std::move(read), std::move(page)).page);
}

[[noreturn]] void refuse() { throw std::runtime_error("not what it should be"); }

E164 number_of(std::string_view text) {
    const E164 number = E164::parse_or_empty(text);
    if (text.size() < 4 || number.empty()) { refuse(); }
    return number;
}
Amount amount_of(std::string_view text) {
    const auto amount = Amount::parse(text);
    if (!amount || *amount < Amount::zero()) { refuse(); }
    return *amount;
}
Currency currency_of(std::string_view text) {
    const auto currency = Currency::parse(text);
    if (!currency) { refuse(); }
    return *currency;
}
E164 national_number_of(std::string_view text) {
    std::array<char, 13> full{'+', '1'};
    if (text.size() != 10) { refuse(); }
    std::copy(text.begin(), text.end(), full.begin() + 2);
    return number_of({full.data(), 12});
}
bool truth_of(std::string_view text) {
    if (text != "true" && text != "false") { refuse(); }
    return text == "true";
}

/// What a list of features that names none says.
const Features no_features = [] {
    Features features;
    for (const Feature feature : {Feature::voice, Feature::sms, Feature::mms, Feature::fax, Feature::emergency,
                                  Feature::hd_voice, Feature::international_sms, Feature::local_calling}) {
        features.set(feature, false);
    }
    return features;
}();
void name_feature(Offer& offer, std::string_view name) {
    const auto feature = feature_of(name);
    if (feature && no_features.get(*feature)) { offer.features.set(*feature, true); }
}
void name_region(Offer& offer, std::string_view type, std::string_view name) {
    if (type == "country_code") {
        offer.country = name;
    } else if (type == "rate_center") {
        offer.rate_center = name;
    } else if (type == "state") {
        offer.region = name;
    } else if (type == "location") {
        offer.locality = name;
    }
}

// Boost's values.

std::string_view text(const boost::json::object& object, std::string_view key) { return object.at(key).as_string(); }

template <auto read_row>
Found by_values(Response reply, const char* list) {
    Found found{.values = std::make_unique<boost::json::monotonic_resource>()};
    const auto value = boost::json::parse(reply.body, found.values.get());
    found.offers.reserve(64);
    for (const auto& row : value.at(list).as_array()) { read_row(found.offers.emplace_back(), row.as_object()); }
    return found;
}
void telnyx_row(Offer& offer, const boost::json::object& row) {
    if (row.at("best_effort").as_bool()) { refuse(); }
    offer.number = number_of(text(row, "phone_number"));
    const auto& cost = row.at("cost_information").as_object();
    offer.setup = amount_of(text(cost, "upfront_cost"));
    offer.monthly = amount_of(text(cost, "monthly_cost"));
    offer.currency = currency_of(text(cost, "currency"));
    offer.features = no_features;
    for (const auto& each : row.at("features").as_array()) { name_feature(offer, text(each.as_object(), "name")); }
    for (const auto& each : row.at("region_information").as_array()) {
        name_region(offer, text(each.as_object(), "region_type"), text(each.as_object(), "region_name"));
    }
}
void twilio_row(Offer& offer, const boost::json::object& row) {
    offer.number = number_of(text(row, "phone_number"));
    offer.lata = text(row, "lata");
    offer.locality = text(row, "locality");
    offer.rate_center = text(row, "rate_center");
    offer.region = text(row, "region");
    offer.country = text(row, "iso_country");
    const auto& can = row.at("capabilities").as_object();
    offer.features.set(Feature::voice, can.at("voice").as_bool());
    offer.features.set(Feature::sms, can.at("SMS").as_bool());
    offer.features.set(Feature::mms, can.at("MMS").as_bool());
}
void bandwidth_row(Offer& offer, const boost::json::object& row) {
    offer.country = alpha2_of(text(row, "countryCodeA3"));
    offer.locality = text(row, "city");
    std::array<char, 8> lata{};  // a number there; offers have the text of it
    const auto end = std::to_chars(lata.begin(), lata.end(), row.at("LATA").as_int64()).ptr;
    auto* kept = static_cast<char*>(row.storage()->allocate(lata.size(), 1));
    offer.lata = {kept, static_cast<std::size_t>(std::copy(lata.begin(), end, kept) - kept)};
    offer.rate_center = text(row, "rateCenter");
    offer.region = text(row, "state");
    offer.number = number_of(text(row, "fullNumber"));
}

// Boost's parser, its events followed by hand: at which depth a key stands tells what it is.

template <class Shape>
class Followed {
public:
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);
    using Code = boost::json::error_code;
    using View = boost::json::string_view;

    explicit Followed(std::vector<Offer>& offers) : offers_(offers) {}

    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code&) {
        if (++depth_ == 3) { offers_.emplace_back(); }
        return true;
    }
    bool on_object_end(std::size_t, Code&) { return --depth_, true; }
    bool on_array_begin(Code&) {
        ++depth_;
        if (depth_ == 4) { Shape::list(offers_.back(), key_); }
        return true;
    }
    bool on_array_end(std::size_t, Code&) { return --depth_, true; }
    bool on_key_part(View, std::size_t, Code&) { return true; }
    bool on_key(View key, std::size_t, Code&) { return key_ = {key.data(), key.size()}, true; }
    bool on_string_part(View, std::size_t, Code&) { refuse(); }
    bool on_string(View value, std::size_t, Code&) { return text({value.data(), value.size()}); }
    bool on_number_part(View, Code&) { return true; }
    bool on_int64(std::int64_t, View value, Code&) { return text({value.data(), value.size()}); }
    bool on_uint64(std::uint64_t, View value, Code&) { return text({value.data(), value.size()}); }
    bool on_double(double, View value, Code&) { return text({value.data(), value.size()}); }
    bool on_bool(bool truth, Code&) {
        if (depth_ >= 3) { Shape::truth(offers_.back(), key_, truth); }
        return true;
    }
    bool on_null(Code&) { return true; }
    bool on_comment_part(View, Code&) { return true; }
    bool on_comment(View, Code&) { return true; }

private:
    bool text(std::string_view value) {
        if (depth_ >= 3) { Shape::text(offers_.back(), depth_, key_, value, type_); }
        return true;
    }

    std::vector<Offer>& offers_;
    int depth_ = 0;
    std::string_view key_;
    std::string_view type_;  ///< of a list's element
};
struct TelnyxShape {
    static void list(Offer& offer, std::string_view key) {
        if (key == "features") { offer.features = no_features; }
    }
    static void truth(Offer&, std::string_view key, bool truth) {
        if (key == "best_effort" && truth) { refuse(); }
    }
    static void text(Offer& offer, int depth, std::string_view key, std::string_view value, std::string_view& type) {
        if (depth == 3) {
            if (key == "phone_number") { offer.number = number_of(value); }
        } else if (depth == 4) {
            if (key == "upfront_cost") {
                offer.setup = amount_of(value);
            } else if (key == "monthly_cost") {
                offer.monthly = amount_of(value);
            } else if (key == "currency") {
                offer.currency = currency_of(value);
            }
        } else if (key == "region_type") {
            type = value;
        } else if (key == "region_name") {
            name_region(offer, type, value);
        } else if (key == "name") {
            name_feature(offer, value);
        }
    }
};
struct TwilioShape {
    static void list(Offer&, std::string_view) {}
    static void truth(Offer& offer, std::string_view key, bool truth) {
        if (key == "voice") {
            offer.features.set(Feature::voice, truth);
        } else if (key == "SMS") {
            offer.features.set(Feature::sms, truth);
        } else if (key == "MMS") {
            offer.features.set(Feature::mms, truth);
        }
    }
    static void text(Offer& offer, int, std::string_view key, std::string_view value, std::string_view&) {
        if (key == "phone_number") {
            offer.number = number_of(value);
        } else if (key == "lata") {
            offer.lata = value;
        } else if (key == "locality") {
            offer.locality = value;
        } else if (key == "rate_center") {
            offer.rate_center = value;
        } else if (key == "region") {
            offer.region = value;
        } else if (key == "iso_country") {
            offer.country = value;
        }
    }
};
struct BandwidthShape {
    static void list(Offer&, std::string_view) {}
    static void truth(Offer&, std::string_view, bool) {}
    static void text(Offer& offer, int, std::string_view key, std::string_view value, std::string_view&) {
        if (key == "countryCodeA3") {
            offer.country = alpha2_of(value);
        } else if (key == "city") {
            offer.locality = value;
        } else if (key == "LATA") {
            offer.lata = value;
        } else if (key == "rateCenter") {
            offer.rate_center = value;
        } else if (key == "state") {
            offer.region = value;
        } else if (key == "fullNumber") {
            offer.number = number_of(value);
        }
    }
};
template <class Shape>
Found by_events(Response reply) {
    Found found{.body = std::move(reply.body)};
    found.offers.reserve(64);
    boost::json::basic_parser<Followed<Shape>> parser(boost::json::parse_options(), found.offers);
    boost::json::error_code failed;
    if (parser.write_some(false, found.body.data(), found.body.size(), failed) != found.body.size() || failed) {
        refuse();
    }
    return found;
}

// simdjson, on demand; the keys asked for in the order in which they stand. Texts stay in the parser, until its next
// reply.

namespace ondemand = simdjson::ondemand;

template <auto read_row>
Found by_simdjson(Response reply, const char* list) {
    static ondemand::parser parser;
    Found found{.body = std::move(reply.body)};
    found.offers.reserve(64);
    auto document = parser.iterate(found.body.data(), found.body.size(), found.body.capacity()).value();
    ondemand::array rows = document.find_field(list).get_array().value();
    for (auto row : rows) { read_row(found.offers.emplace_back(), row.get_object().value()); }
    return found;
}
std::string_view text(ondemand::object& object, std::string_view key) {
    return object.find_field(key).get_string().value();
}
void telnyx_object(Offer& offer, ondemand::object row) {
    offer.number = number_of(text(row, "phone_number"));
    if (row.find_field("best_effort").get_bool().value()) { refuse(); }
    ondemand::array regions = row.find_field("region_information").get_array().value();
    for (auto each : regions) {
        ondemand::object region = each.get_object().value();
        const std::string_view type = text(region, "region_type");
        name_region(offer, type, text(region, "region_name"));
    }
    ondemand::object cost = row.find_field("cost_information").get_object().value();
    offer.setup = amount_of(text(cost, "upfront_cost"));
    offer.monthly = amount_of(text(cost, "monthly_cost"));
    offer.currency = currency_of(text(cost, "currency"));
    offer.features = no_features;
    ondemand::array features = row.find_field("features").get_array().value();
    for (auto each : features) {
        ondemand::object feature = each.get_object().value();
        name_feature(offer, text(feature, "name"));
    }
}
void twilio_object(Offer& offer, ondemand::object row) {
    offer.number = number_of(text(row, "phone_number"));
    offer.lata = text(row, "lata");
    offer.locality = text(row, "locality");
    offer.rate_center = text(row, "rate_center");
    offer.region = text(row, "region");
    offer.country = text(row, "iso_country");
    ondemand::object can = row.find_field("capabilities").get_object().value();
    offer.features.set(Feature::voice, can.find_field("voice").get_bool().value());
    offer.features.set(Feature::sms, can.find_field("SMS").get_bool().value());
    offer.features.set(Feature::mms, can.find_field("MMS").get_bool().value());
}
void bandwidth_object(Offer& offer, ondemand::object row) {
    offer.country = alpha2_of(text(row, "countryCodeA3"));
    offer.locality = text(row, "city");
    ondemand::value lata = row.find_field("LATA").value();
    offer.lata = lata.raw_json_token();
    if (!lata.is_integer().value()) { refuse(); }
    offer.rate_center = text(row, "rateCenter");
    offer.region = text(row, "state");
    offer.number = number_of(text(row, "fullNumber"));
}

// pugixml, bare: as it parses by default, and without what Tandem checks and what it makes of a row beside the offer.

template <auto read_row, class Nodes>
Found by_pugixml(Response reply, Nodes nodes_of, const char* name) {
    Found found{.body = std::move(reply.body), .document = std::make_unique<pugi::xml_document>()};
    found.offers.reserve(64);
    if (!found.document->load_buffer_inplace(found.body.data(), found.body.size())) { refuse(); }
    for (const auto& row : nodes_of(*found.document).children(name)) { read_row(found.offers.emplace_back(), row); }
    return found;
}
void bandwidth_node(Offer& offer, const pugi::xml_node& row) {
    offer.country = alpha2_of(row.child_value("CountryCodeA3"));
    offer.locality = row.child_value("City");
    offer.lata = row.child_value("LATA");
    offer.rate_center = row.child_value("RateCenter");
    offer.region = row.child_value("State");
    offer.number = number_of(row.child_value("FullNumber"));
}
void voip_innovations_node(Offer& offer, const pugi::xml_node& row) {
    offer.number = national_number_of(row.child_value("tn"));
    offer.rate_center = row.child_value("rateCenter");
    offer.region = row.child_value("state");
    offer.lata = row.child_value("lataId");
    offer.features.set(Feature::cnam, truth_of(row.child_value("outboundCNAM")));
    offer.features.set(Feature::fax, truth_of(row.child_value("t38")));
    offer.features.set(Feature::sms, truth_of(row.child_value("sms")));
}

/// The limit: the bytes copied, and nothing known of them.
Found by_memcpy(Response reply) {
    Found found;
    found.body.resize(reply.body.size());
    std::memcpy(found.body.data(), reply.body.data(), reply.body.size());
    return found;
}

// Measuring.

using Read = std::function<Found(Response)>;
struct Contender {
    const char* name;
    Read read;
};

/// As a transport gives it, and with the room that simdjson needs behind it.
Response copy_of(const std::string& reply) {
    std::string copy;
    copy.reserve(reply.size() + simdjson::SIMDJSON_PADDING);
    copy += reply;
    return Response(200, std::move(copy), reply.starts_with('<') ? "application/xml" : "application/json");
}
bool is_same(const Offer& a, const Offer& b) {
    return a.number == b.number && a.setup == b.setup && a.monthly == b.monthly && a.currency == b.currency &&
           a.features == b.features && a.rate_center == b.rate_center && a.lata == b.lata && a.region == b.region &&
           a.locality == b.locality && a.country == b.country;
}
void require_same(const std::string& row, const Contender& contender, const Found& found, const Found& expected) {
    if (std::equal(found.offers.begin(), found.offers.end(), expected.offers.begin(), expected.offers.end(), is_same)) {
        return;
    }
    std::fprintf(stderr, "%s: %s reads something else\n", row.c_str(), contender.name);
    std::abort();
}
double seconds_of_thread() {
    std::timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// The replies are copied before the clock runs: what reads them gets them as they came.
void measure(benchmark::State& state, const std::string& reply, std::size_t rows, const Read& read) {
    const std::size_t batch = 1 + 200'000 / reply.size();
    std::vector<Response> replies;
    for (auto each : state) {
        replies.clear();
        for (std::size_t i = 0; i < batch; ++i) { replies.push_back(copy_of(reply)); }
        const double begin = seconds_of_thread();
        for (Response& each_reply : replies) {
            Found found = read(std::move(each_reply));
            benchmark::DoNotOptimize(found);
        }
        state.SetIterationTime(seconds_of_thread() - begin);
    }
    const auto read_rows = static_cast<std::int64_t>(batch * rows) * static_cast<std::int64_t>(state.iterations());
    state.SetItemsProcessed(read_rows);
    state.counters["bytes a number"] = static_cast<double>(reply.size()) / static_cast<double>(rows);
}

void compare(const std::string& kind, const std::string& reply, std::size_t rows,
             const std::vector<Contender>& contenders) {
    const std::string row = kind + ", " + (rows == 1'000 ? "1,000" : std::to_string(rows)) + " numbers";
    const Found expected = contenders.front().read(copy_of(reply));
    if (expected.offers.size() != rows) { std::abort(); }
    for (const Contender& contender : contenders) {
        for (int time = 0; time < 4 && contender.name != std::string_view("memcpy"); ++time) {
            require_same(row, contender, contender.read(copy_of(reply)), expected);
        }
        benchmark::RegisterBenchmark((row + "/" + contender.name).c_str(),
                                     [=](benchmark::State& state) { measure(state, reply, rows, contender.read); })
            ->UseManualTime()
            ->MinTime(0.03);
    }
}

const bool are_registered = [] {
    const auto list = [](auto read, const char* name) {
        return [=](Response reply) { return read(std::move(reply), name); };
    };
    for (const std::size_t rows : {10, 100, 1'000}) {
        compare("telnyx", telnyx_reply(rows), rows,
                {{"tandem", telnyx},
                 {"boost json values", list(by_values<telnyx_row>, "data")},
                 {"boost json sax", by_events<TelnyxShape>},
                 {"simdjson", list(by_simdjson<telnyx_object>, "data")},
                 {"memcpy", by_memcpy}});
        compare("twilio", twilio_reply(rows), rows,
                {{"tandem", twilio},
                 {"boost json values", list(by_values<twilio_row>, "available_phone_numbers")},
                 {"boost json sax", by_events<TwilioShape>},
                 {"simdjson", list(by_simdjson<twilio_object>, "available_phone_numbers")},
                 {"memcpy", by_memcpy}});
        compare("bandwidth json", bandwidth_json(rows), rows,
                {{"tandem", bandwidth},
                 {"boost json values", list(by_values<bandwidth_row>, "telephoneNumberDetailList")},
                 {"boost json sax", by_events<BandwidthShape>},
                 {"simdjson", list(by_simdjson<bandwidth_object>, "telephoneNumberDetailList")},
                 {"memcpy", by_memcpy}});
        const auto details = [](const pugi::xml_document& document) {
            return document.child("SearchResult").child("TelephoneNumberDetailList");
        };
        compare("bandwidth xml", bandwidth_xml(rows), rows,
                {{"tandem", bandwidth_of_xml},
                 {"pugixml",
                  [=](Response reply) {
                      return by_pugixml<bandwidth_node>(std::move(reply), details, "TelephoneNumberDetail");
                  }},
                 {"memcpy", by_memcpy}});
        const auto locators = [](const pugi::xml_document& document) {
            return document.first_child().first_child().first_child().first_child().child("DIDLocators");
        };
        compare("voip innovations soap", voip_innovations_soap(rows), rows,
                {{"tandem", voip_innovations},
                 {"pugixml",
                  [=](Response reply) {
                      return by_pugixml<voip_innovations_node>(std::move(reply), locators, "DIDLocator");
                  }},
                 {"memcpy", by_memcpy}});
        // The first reply of a description, again and again.
        compare("telnyx cold", telnyx_reply(rows), rows,
                {{"tandem",
                  [](Response reply) {
                      wire::detail::KeptLayouts::here().clear();
                      return telnyx(std::move(reply));
                  }},
                 {"described reader",
                  [](Response reply) { return described(std::move(reply), carriers::telnyx::offers); }}});
    }
    return true;
}();

}  // namespace

BENCHMARK_MAIN();
