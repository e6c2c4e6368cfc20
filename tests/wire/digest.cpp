// SPDX-License-Identifier: BSL-1.0
#include <tandem/wire/digest.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

BOOST_AUTO_TEST_SUITE(wire_digest)

using namespace tandem::wire;

BOOST_AUTO_TEST_CASE(digests_of_short_texts_are_the_rfcs) {
    BOOST_TEST(to_hex(md5("abc")) == "900150983cd24fb0d6963f7d28e17f72");
    BOOST_TEST(to_hex(sha1("abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
    BOOST_TEST(to_hex(hmac_sha1("Jefe", "what do ya want for nothing?")) == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

BOOST_AUTO_TEST_CASE(md5_is_rfc_1321_s) {
    const struct {
        const char* text;
        const char* digest;
    } rows[]{{"", "d41d8cd98f00b204e9800998ecf8427e"},
             {"a", "0cc175b9c0f1b6a831c399e269772661"},
             {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
             {"abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"},
             {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "d174ab98d277d9f5a5611c2c9f419d9f"},
             {"12345678901234567890123456789012345678901234567890123456789012345678901234567890",
              "57edf4a22be3c955ac49da2e2107b67a"}};
    for (const auto& [text, digest] : rows) { BOOST_TEST(to_hex(md5(text)) == digest); }
}

BOOST_AUTO_TEST_CASE(sha1_is_rfc_3174_s) {
    BOOST_TEST(to_hex(sha1("")) == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    BOOST_TEST(to_hex(sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
               "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    BOOST_TEST(to_hex(sha1(std::string(1'000'000, 'a'))) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
    std::string digits;
    for (int i = 0; i < 80; ++i) { digits += "01234567"; }
    BOOST_TEST(to_hex(sha1(digits)) == "dea356a2cddd90c7a7ecedc5ebb563934f460452");
}

BOOST_AUTO_TEST_CASE(hmac_sha1_is_rfc_2202_s) {
    const struct {
        std::string key;
        std::string text;
        const char* digest;
    } rows[]{{std::string(20, '\x0b'), "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"},
             {std::string(20, '\xaa'), std::string(50, '\xdd'), "125d7342b9ac11cd91a39af48aa17b4f63f175d3"},
             {std::string(20, '\x0c'), "Test With Truncation", "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04"},
             {std::string(80, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
              "aa4ae5e15272d00e95705637ce8a3b55ed402112"},
             {std::string(80, '\xaa'), "Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data",
              "e8e99d0f45237d786d6bbaa7965c7808bbff1a91"}};
    for (const auto& [key, text, digest] : rows) { BOOST_TEST(to_hex(hmac_sha1(key, text)) == digest); }
}

BOOST_AUTO_TEST_CASE(every_length_around_a_block_is_padded) {
    // The digest of all digests of 0 to 200 letters, as coreutils computes it.
    std::string md5s, sha1s;
    for (std::size_t size = 0; size <= 200; ++size) {
        md5s += to_hex(md5(std::string(size, 'x')));
        sha1s += to_hex(sha1(std::string(size, 'x')));
    }
    BOOST_TEST(to_hex(md5(md5s)) == "1f0d9d949b2c16e511c7083a082d1828");
    BOOST_TEST(to_hex(sha1(sha1s)) == "1f67da40a499e887e43c141418cc90ce5c8f9002");
}

BOOST_AUTO_TEST_SUITE_END()
