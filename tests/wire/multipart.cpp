// SPDX-License-Identifier: BSL-1.0
#include <tandem/wire/multipart.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

BOOST_AUTO_TEST_SUITE(wire_multipart)

using tandem::Request;
using tandem::wire::Multipart;

BOOST_AUTO_TEST_CASE(parts_stand_between_lines_of_the_boundary) {
    const Multipart form = Multipart().add("did_numbers[]", "13055550100").add("empty", "");
    BOOST_TEST(form.str() ==
               "--tandem-0\r\nContent-Disposition: form-data; name=\"did_numbers[]\"\r\n\r\n13055550100\r\n"
               "--tandem-0\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n"
               "--tandem-0--\r\n");
    const Request request = tandem::wire::with_multipart(Request::post("https://a.example/"), form);
    BOOST_TEST_REQUIRE(request.fields().size() == 1U);
    BOOST_TEST(request.fields()[0].name == "Content-Type");
    BOOST_TEST(request.fields()[0].value == "multipart/form-data; boundary=tandem-0");
    BOOST_TEST(request.body() == form.str());
    BOOST_TEST(Multipart().str() == "--tandem-0--\r\n");
}

BOOST_AUTO_TEST_CASE(no_value_leaves_its_part) {
    const std::string hostile =
        "x\r\n--tandem-0\r\nContent-Disposition: form-data; name=\"y\"\r\n\r\nz\r\n--tandem-1--";
    const Multipart form = Multipart().add("a", hostile).add("tandem-2", "b");
    BOOST_TEST(form.boundary() == "tandem-3");
    const std::string text = form.str();
    std::size_t lines = 0;
    for (auto at = text.find("--tandem-3"); at != text.npos; at = text.find("--tandem-3", at + 1)) { ++lines; }
    BOOST_TEST(lines == 3U);
    BOOST_TEST(text.find(hostile) != text.npos);
}

BOOST_AUTO_TEST_CASE(no_name_leaves_its_quotes) {
    const std::string text = Multipart().add("a\"; filename=\"b\r\nX: y", "z").str();
    BOOST_TEST(text.find("name=\"a%22; filename=%22b%0D%0AX: y\"\r\n\r\nz") != text.npos);
}

BOOST_AUTO_TEST_SUITE_END()
