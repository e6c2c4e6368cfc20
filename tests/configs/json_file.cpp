// SPDX-License-Identifier: BSL-1.0
#include <tandem/configs/json_file.hpp>

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

BOOST_AUTO_TEST_SUITE(configs_json_file)

using namespace tandem;
using configs::JsonFile;

namespace {

/// A file that goes with this.
class File {
public:
    explicit File(std::string_view text) {
        static int count = 0;
        path_ = (std::filesystem::temp_directory_path() /
                 ("tandem_json_file_" + std::to_string(getpid()) + "_" + std::to_string(++count) + ".json"))
                    .string();
        std::ofstream(path_, std::ios::binary) << text;
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() { std::filesystem::remove(path_); }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

std::string document(std::string_view text, std::string_view category = "number_manager") {
    const File file(text);
    return JsonFile(file.path()).document(category).value().text;
}

Error refusal(std::string_view text) {
    const File file(text);
    const auto read = JsonFile(file.path()).document("number_manager");
    if (read) { return Error{.message = "accepted"}; }
    BOOST_TEST(read.error().message.find(file.path()) != std::string::npos);
    return read.error();
}

}  // namespace

BOOST_AUTO_TEST_CASE(documents_are_keyed_by_category_and_hold_a_default_or_are_one) {
    constexpr std::string_view file = R"({
        "number_manager": {"_id": "number_manager", "default": {"a": 1}, "kazoo@node.example": {"a": 2}},
        "number_manager.telnyx": {"api_key": "k"},
        "number_manager.acme": {"default": {}, "kazoo@node.example": {"b": 1}},
        "media": {"other": "documents of Kazoo's"}
    })";
    BOOST_TEST(document(file) == R"({"a":1})");
    BOOST_TEST(document(file, "number_manager.telnyx") == R"({"api_key":"k"})");
    BOOST_TEST(document(file, "number_manager.acme") == "{}");
    BOOST_TEST(document(file, "number_manager.absent") == "{}");
    BOOST_TEST(document("{}") == "{}");
}

BOOST_AUTO_TEST_CASE(every_document_of_a_file_is_named_and_a_file_that_cannot_be_read_has_none) {
    const File file(R"({"number_manager": {}, "media": 5})");
    BOOST_TEST(JsonFile(file.path()).categories() == (std::vector<std::string>{"number_manager", "media"}),
               boost::test_tools::per_element());
    BOOST_TEST(JsonFile("/nowhere.json").categories().empty());
}

BOOST_AUTO_TEST_CASE(a_byte_order_mark_and_spaces_around_are_no_mistake) {
    BOOST_TEST(document("\xEF\xBB\xBF{\"number_manager\": {\"a\": 1}}") == R"({"a":1})");
    BOOST_TEST(document("\r\n\t {\"number_manager\": {\"a\": 1}} \n\n") == R"({"a":1})");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_object_of_documents_says_where) {
    const struct {
        std::string_view text;
        std::string_view cause;
    } rows[]{{"", "incomplete"},
             {" \n", "incomplete"},
             {"{", "incomplete"},
             {R"({"number_manager": {"a": 1})", "incomplete"},
             {"garbage", "at byte 0"},
             {std::string_view("\0\0\0", 3), "at byte"},
             {"\xEF\xBB\xBF\xEF\xBB\xBF{}", "at byte 0"},
             {"\xFF\xFE{\0}\0", "at byte 0"},
             {"{} {}", "at byte"},
             {R"({"number_manager": {},})", "at byte"},
             {"{\"number_manager\": {\"a\": \"\xC3\x28\"}}", "at byte"},
             {R"({"number_manager": {}, "number_manager": {}})", "the key 'number_manager' stands twice"},
             {R"({"number_manager": {"default": {"a": 1, "b": {"c": 1, "c": 2}}}})", "the key 'c' stands twice"},
             {R"({"number_manager": {"a": 1e999}})", "does not fit a double"},
             {"[]", ""},
             {"null", ""},
             {"\"text\"", ""}};
    for (const auto& [text, cause] : rows) {
        BOOST_TEST_CONTEXT(text) {
            const Error error = refusal(text);
            BOOST_TEST((error.code == errc::settings));
            BOOST_TEST(error.message.ends_with(" is no JSON object of documents"));
            BOOST_TEST(error.cause.find(cause) != std::string::npos, error.cause);
        }
    }
    BOOST_TEST(refusal(std::string(100'000, '[')).message.ends_with(" is no JSON object of documents"));
}

BOOST_AUTO_TEST_CASE(a_document_that_is_no_object_is_named) {
    BOOST_TEST(refusal(R"({"number_manager": []})").message.ends_with(": number_manager must be an object"));
    BOOST_TEST(refusal(R"({"number_manager": null})").message.ends_with(": number_manager must be an object"));
    BOOST_TEST(refusal(R"({"number_manager": {"default": 7}})")
                   .message.ends_with(": number_manager.default must be an object"));
    BOOST_TEST(document(R"({"number_manager": [], "number_manager.acme": {"a": 1}})", "number_manager.acme") ==
               R"({"a":1})");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_said_with_the_systems_words) {
    const std::string nowhere = (std::filesystem::temp_directory_path() / "tandem_is_not_here.json").string();
    const struct {
        std::string path;
        std::string message;
        std::string cause;
    } rows[]{{nowhere, "the file " + nowhere + " cannot be read", "No such file or directory"},
             {"", "the file  cannot be read", "No such file or directory"},
             {"/", "the file / cannot be read", "Is a directory"},
             {"/dev/zero", "the file /dev/zero has more than 67108864 bytes", ""}};
    for (const auto& [path, message, cause] : rows) {
        BOOST_TEST_CONTEXT(path) {
            const JsonFile file(path);
            for (int again = 0; again < 2; ++again) {
                const auto read = file.document("number_manager");
                BOOST_REQUIRE(!read);
                BOOST_TEST((read.error().code == errc::settings));
                BOOST_TEST(read.error().message == message);
                BOOST_TEST(read.error().cause == cause);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_large_file_is_read_whole_and_a_cut_one_never) {
    std::string text = R"({"number_manager": {"accounts": {"a0": {})";
    for (int i = 1; i < 20'000; ++i) { text += ", \"a" + std::to_string(i) + R"(": {"credit": "1.00"})"; }
    text += "}}}";
    BOOST_TEST(document(text).size() > 500'000U);
    const std::string small = R"({"number_manager": {"default": {"a": [1, "x\u00e9", true]}}})";
    for (std::size_t size = 0; size < small.size(); ++size) {
        BOOST_TEST(refusal(small.substr(0, size)).message.ends_with(" is no JSON object of documents"), size);
    }
}

BOOST_AUTO_TEST_CASE(it_is_read_once) {
    const File file(R"({"number_manager": {"a": 1}})");
    const JsonFile config(file.path());
    std::ofstream(file.path(), std::ios::binary) << "changed";
    BOOST_TEST(config.document("number_manager")->text == R"({"a":1})");
}

BOOST_AUTO_TEST_SUITE_END()
