// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

/// Replies in the shape of the carriers' documents. What varies there varies here: numbers, places, what a number can
/// do.
namespace tandem::benchmarks {

inline constexpr std::array<std::array<const char*, 4>, 5> places{{{"SNFC CNTRL", "San Francisco", "CA", "722"},
                                                                   {"OKLD MN-PM", "Oakland", "CA", "722"},
                                                                   {"SAN RAFAEL", "San Rafael", "CA", "722"},
                                                                   {"BLVD", "Belvedere", "CA", "722"},
                                                                   {"SNRF MAIN", "Corte Madera", "CA", "724"}}};

template <class... Arguments>
std::string format(const char* text, Arguments... arguments) {
    std::array<char, 2'048> out;
    const int size = std::snprintf(out.data(), out.size(), text, arguments...);
    return std::string(out.data(), static_cast<std::size_t>(size));
}
inline std::string joined(std::size_t rows, std::string_view between, auto row) {
    std::string text;
    for (std::size_t i = 0; i < rows; ++i) { text.append(i > 0 ? between : "").append(row(static_cast<int>(i))); }
    return text;
}
inline int line_of(int i) { return (i * 7'919 + 4'321) % 10'000; }
inline const std::array<const char*, 4>& place_of(int i) {
    return places[static_cast<std::size_t>(i * i + i / 3) % places.size()];
}

/// Numbers under +1415 and `exchange`.
inline std::string telnyx_reply(std::size_t rows, int exchange = 555) {
    const auto row = [exchange](int i) {
        const auto& place = place_of(i);
        const char* more = i % 9 == 5 ? "" : i % 17 == 3 ? R"(,{"name":"mms"},{"name":"fax"})" : R"(,{"name":"mms"})";
        return format(
            R"({"record_type":"available_phone_number","phone_number":"+1415%03d%04d","vanity_format":"",)"
            R"("best_effort":false,"quickship":true,"reservable":true,"region_information":[)"
            R"({"region_type":"country_code","region_name":"US"},{"region_type":"rate_center","region_name":"%s"},)"
            R"({"region_type":"state","region_name":"%s"},{"region_type":"location","region_name":"%s"}],)"
            R"("cost_information":{"upfront_cost":"1.00","monthly_cost":"1.00","currency":"USD"},)"
            R"("features":[{"name":"voice"},{"name":"sms"}%s]})",
            exchange, line_of(i), place[0], place[2], place[1], more);
    };
    const auto count = static_cast<int>(rows);
    return R"({"data":[)" + joined(rows, ",", row) +
           format(R"(],"meta":{"total_results":%d,"best_effort_results":0},)", count) +
           format(R"("metadata":{"total_results":%d,"best_effort_results":0}})", count);
}
inline std::string twilio_reply(std::size_t rows) {
    const auto row = [](int i) {
        const auto& place = place_of(i);
        const char* texts = i % 9 == 5 ? "false" : "true";
        return format(R"({"friendly_name":"(415) 555-%04d","phone_number":"+1415555%04d","lata":"%s","locality":"%s",)"
                      R"("rate_center":"%s","latitude":"37.%06d","longitude":"-122.%06d","region":"%s",)"
                      R"("postal_code":"94%03d","iso_country":"US","address_requirements":"none","beta":false,)"
                      R"("capabilities":{"voice":true,"SMS":%s,"MMS":%s}})",
                      line_of(i), line_of(i), place[3], place[1], place[0], i * 7'919 % 1'000'000,
                      i * 10'729 % 1'000'000, place[2], 100 + i % 80, texts, texts);
    };
    return R"({"available_phone_numbers":[)" + joined(rows, ",", row) +
           R"(],"uri":"/2010-04-01/Accounts/AC0/AvailablePhoneNumbers/US/Local.json?AreaCode=415"})";
}
inline std::string bandwidth_json(std::size_t rows) {
    const auto row = [](int i) {
        const auto& place = place_of(i);
        return format(
            R"({"countryCodeA3":"USA","phoneNumberType":"GEOGRAPHIC","city":"%s","LATA":%s,"rateCenter":"%s",)"
            R"("state":"%s","fullNumber":"+1415555%04d","tier":0,"vendorId":49,"vendorName":"Bandwidth CLEC"})",
            place[1], place[3], place[0], place[2], line_of(i));
    };
    return format(R"({"resultCount":%d,"telephoneNumberDetailList":[)", static_cast<int>(rows)) +
           joined(rows, ",", row) + "]}";
}
inline std::string bandwidth_xml(std::size_t rows) {
    const auto row = [](int i) {
        const auto& place = place_of(i);
        return format(
            "<TelephoneNumberDetail><CountryCodeA3>USA</CountryCodeA3><PhoneNumberType>GEOGRAPHIC"
            "</PhoneNumberType><City>%s</City><LATA>%s</LATA><RateCenter>%s</RateCenter><State>%s</State>"
            "<FullNumber>+1415555%04d</FullNumber><Tier>0</Tier><VendorId>49</VendorId>"
            "<VendorName>Bandwidth CLEC</VendorName></TelephoneNumberDetail>",
            place[1], place[3], place[0], place[2], line_of(i));
    };
    return R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>)" +
           format("<SearchResult><ResultCount>%d</ResultCount><TelephoneNumberDetailList>", static_cast<int>(rows)) +
           joined(rows, "", row) + "</TelephoneNumberDetailList></SearchResult>";
}
inline std::string voip_innovations_soap(std::size_t rows) {
    const auto row = [](int i) {
        const auto& place = place_of(i);
        const char* can = i % 9 == 5 ? "false" : "true";
        return format(
            "<DIDLocator><tn>415555%04d</tn><rateCenter>%s</rateCenter><state>%s</state><tier>0</tier>"
            "<lataId>%s</lataId><outboundCNAM>true</outboundCNAM><t38>%s</t38><sms>%s</sms></DIDLocator>",
            line_of(i), place[0], place[2], place[3], can, can);
    };
    return R"(<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" )"
           R"(xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">)"
           R"(<soap:Body><getDIDsResponse xmlns="http://tempuri.org/"><getDIDsResult><responseCode>100</responseCode>)"
           "<responseMessage>Success</responseMessage><DIDs/><DIDLocators>" +
           joined(rows, "", row) +
           "</DIDLocators><DIDCounts/></getDIDsResult></getDIDsResponse></soap:Body></soap:Envelope>";
}

}  // namespace tandem::benchmarks
