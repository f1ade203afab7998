#include <cairn/core/error.h>
#include <cairn/data/loader.h>
#include <cairn/data/text.h>
#include <cairn/data/tokenizer.h>

#include <filesystem>
#include <iterator>
#include <set>

#include <sys/syscall.h>
#include <unistd.h>

#include "tests/catch.h"
#include "tests/data/files.h"
#include "tests/error_text.h"
#include "tests/mangle.h"

// Counts what the library asks to be on disk, in the place of the system's own.
static int flushes = 0;
extern "C" int fsync(int descriptor) {
  ++flushes;
  return static_cast<int>(syscall(SYS_fsync, descriptor));
}

using namespace cairn;
using namespace cairn::data;
using cairn::test::TempFolder;

namespace {

using Words = std::vector<std::string>;
using Ids = std::vector<std::int64_t>;

void write_reviews(const TempFolder& folder) {
  for (const char* part :
       {"train/neg", "train/pos", "train/unsup", "test/neg", "test/pos"}) {
    std::filesystem::create_directories(folder.file(part));
  }
  folder.write("train/neg/0_2.txt", "Bad.<br /><br />Very bad.");
  folder.write("train/neg/10_1.txt", "Awful");
  folder.write("train/pos/0_9.txt", "Good");
  folder.write("train/pos/urls.html", "no review");
  folder.write("train/unsup/0_0.txt", "unknown");
  folder.write("test/neg/0_3.txt", "Poor");
  folder.write("test/pos/0_8.txt", "");
  folder.write("test/pos/1_7.txt", "Fine<br />");
}

}  // namespace

TEST_CASE("words are lower case and marks stand alone", "[data]") {
  CHECK(tokenize("Don't stop!  It's 'quoted' 3.5\tUN-DO\n", Tokens::kWords) ==
        Words{"don't", "stop", "!", "it's", "'", "quoted", "'", "3", ".", "5", "un",
              "-", "do"});
  CHECK(tokenize("Caf\xc3\xa9 \xc3\x89t\xc3\xa9", Tokens::kWords) ==
        Words{"caf\xc3\xa9", "\xc3\x89t\xc3\xa9"});
  CHECK(tokenize(" \n\t", Tokens::kWords).empty());
  CHECK(tokenize("rock'", Tokens::kWords) == Words{"rock", "'"});
}

TEST_CASE("characters are those of UTF-8 and broken bytes stand alone", "[data]") {
  CHECK(tokenize("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\n", Tokens::kCharacters) ==
        Words{"a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\n"});
  CHECK(tokenize("\xc3(\xa9\xe2\x82", Tokens::kCharacters) ==
        Words{"\xc3", "(", "\xa9", "\xe2", "\x82"});
  CHECK(tokenize("\xc3\xa9", Tokens::kBytes) == Words{"\xc3", "\xa9"});
}

TEST_CASE("a vocabulary is ordered by frequency and then by bytes", "[data]") {
  const Tokenizer tokenizer(Tokens::kWords, {"b a b c", "B d a e"});
  CHECK(tokenizer.size() == 7);
  CHECK(tokenizer.token(0) == "<pad>");
  CHECK(tokenizer.token(1) == "<unk>");
  CHECK(tokenizer.encode("b a c d e f") == Ids{2, 3, 4, 5, 6, 1});
  // The text "<pad>" is three tokens and none of them padding.
  CHECK(tokenizer.encode("<pad>") == Ids{1, 1, 1});
  CHECK(tokenizer.decode({2, 1, 0, 3}) == "b <unk> a");
  CHECK_ERROR(IndexError, tokenizer.token(7), "no token 7; there are 7");
  CHECK_ERROR(IndexError, tokenizer.decode({-1}), "no token -1");
  const Tokenizer few(Tokens::kWords, {"b a b c", "B d a e"},
                      VocabularyOptions().max_size(3));
  CHECK(few.encode("b a") == Ids{2, 1});
  const Tokenizer often(Tokens::kWords, {"b a b c", "B d a e"},
                        VocabularyOptions().min_count(2));
  CHECK(often.size() == 4);
  CHECK_ERROR(ValueError,
              Tokenizer(Tokens::kWords, {}, VocabularyOptions().max_size(1)),
              "at most 1 tokens");
  CHECK_ERROR(ValueError,
              Tokenizer(Tokens::kWords, {}, VocabularyOptions().min_count(0)),
              "occur 0 times");
}

TEST_CASE("bytes have numbers without a text and come back", "[data]") {
  const Tokenizer tokenizer(Tokens::kBytes, {});
  CHECK(tokenizer.size() == 258);
  const std::string text("\x00\xFF caf\xc3\xa9\n", 9);
  CHECK(tokenizer.encode(text)[1] == 257);
  CHECK(tokenizer.decode(tokenizer.encode(text)) == text);
  const Tokenizer characters(Tokens::kCharacters, {text});
  CHECK(characters.decode(characters.encode(text)) == text);
}

TEST_CASE("texts become rows of one length", "[data]") {
  const Tokenizer tokenizer(Tokens::kWords, {"a a a b b c"});
  const Tensor rows = tokenizer.encode(Words{"a b", "c b a c", ""}, 3);
  REQUIRE(rows.shape() == Shape{3, 3});
  CHECK(rows.to_vector<std::int64_t>() == Ids{2, 3, 0, 4, 3, 2, 0, 0, 0});
  CHECK(tokenizer.encode(Words{"c b a c"}, 3, Truncate::kBeginning)
            .to_vector<std::int64_t>() == Ids{3, 2, 4});
  CHECK(tokenizer.encode(Words{}, 3).shape() == Shape{0, 3});
  CHECK_ERROR(ValueError, tokenizer.encode(Words{"a"}, 0), "a length of 0");
}

TEST_CASE("a vocabulary comes back from its file", "[data]") {
  const TempFolder folder;
  const std::string text = "caf\xc3\xa9 \\ \\n \n\r\n a,b \x7f";
  for (const Tokens kind : {Tokens::kWords, Tokens::kCharacters, Tokens::kBytes}) {
    const Tokenizer tokenizer(kind, {text});
    tokenizer.save(folder.file("v"));
    const Tokenizer back = Tokenizer::load(folder.file("v"));
    CHECK(back.kind() == kind);
    REQUIRE(back.size() == tokenizer.size());
    for (std::int64_t i = 0; i < back.size(); ++i) {
      CHECK(back.token(i) == tokenizer.token(i));
    }
    CHECK(back.encode(text) == tokenizer.encode(text));
  }
  Tokenizer(Tokens::kWords, {"b a b"}).save(folder.file("v"));
  CHECK(folder.read("v") == "cairn vocabulary 1 words 2\nb\na\n");
  const std::filesystem::directory_iterator files(folder.path());
  CHECK(std::distance(begin(files), end(files)) == 1);
  CHECK_ERROR(IoError, (Tokenizer(Tokens::kWords, {}).save("/no/such/v"), 0),
              "cannot write /no/such/v: ");
}

TEST_CASE("a vocabulary is on disk when save returns", "[data]") {
  const TempFolder folder;
  const int before = flushes;
  Tokenizer(Tokens::kWords, {"a b"}).save(folder.file("v"));
  CHECK(flushes == before + 2);  // the file and its folder
}

TEST_CASE("damaged vocabularies are refused with a reason", "[data]") {
  const TempFolder folder;
  const auto text = [&](const std::string& content) {
    return test::error_text<FormatError>(
        [&] { Tokenizer::load(folder.write("v", content)); });
  };
  using test::contains;
  CHECK(contains(text(""), "is it another kind of file?"));
  CHECK(contains(text("cairn vocabulary 1 words x\n"), "line 1: a file that"));
  CHECK(contains(text("cairn vocabulary 1 words 3\na\nb\n"),
                 "announces 3 tokens and holds 2"));
  CHECK(contains(text("cairn vocabulary 1 words 2\na\na\n"),
                 "line 3 has a token that came"));
  CHECK(contains(text("cairn vocabulary 1 words 1\na b\n"),
                 "line 2 is not one of the words"));
  CHECK(contains(text("cairn vocabulary 1 words 1\nA\n"), "is not one of the words"));
  CHECK(contains(text("cairn vocabulary 1 bytes 1\n\\x\n"), "a backslash that"));
  CHECK(
      contains(text(std::string(3 << 20, 'x')), "line 1 has more than 1048576 bytes"));
  CHECK_ERROR(IoError, Tokenizer::load(folder.file("none")), "No such file");
  Tokenizer(Tokens::kCharacters, {"hello world \\ \n"}).save(folder.file("w"));
  const std::string valid = folder.read("w");
  const test::Mangled result = test::mangle(valid, [&](const std::string& bytes) {
    if (Tokenizer::load(folder.write("v", bytes)).size() < 2) throw std::bad_alloc();
  });
  CHECK(result.worse.empty());
  CHECK(result.refused >= static_cast<int>(valid.size()));
}

TEST_CASE("the reviews of IMDB are read from their folders", "[data]") {
  const TempFolder folder;
  write_reviews(folder);
  const TextData data = load_imdb(folder.path());
  CHECK(data.class_names == Words{"neg", "pos"});
  CHECK(data.train.texts == Words{"Bad.\n\nVery bad.", "Awful", "Good"});
  CHECK(data.train.labels.to_vector<std::int64_t>() == Ids{0, 0, 1});
  CHECK(data.test.texts == Words{"Poor", "", "Fine\n"});
  CHECK(data.test.labels.to_vector<std::int64_t>() == Ids{0, 1, 1});
  CHECK_ERROR(FormatError, load_text_folder(folder.path(), {"train"}),
              "train' holds no .txt");
  CHECK_ERROR(IoError, load_imdb(folder.file("train")), "cannot read the folder");
}

TEST_CASE("windows hold what comes and what comes next", "[data]") {
  const TextWindows windows({10, 11, 12, 13, 14, 15, 16}, 3);
  CHECK(windows.size() == 2);
  const Batch batch = windows.all();
  CHECK(batch.x.shape() == Shape{2, 3});
  CHECK(batch.x.to_vector<std::int64_t>() == Ids{10, 11, 12, 13, 14, 15});
  CHECK(batch.y.to_vector<std::int64_t>() == Ids{11, 12, 13, 14, 15, 16});
  const TextWindows close({10, 11, 12, 13, 14, 15, 16}, 3, 1);
  CHECK(close.size() == 4);
  CHECK(close.gather({3, 0}).y.to_vector<std::int64_t>() ==
        Ids{14, 15, 16, 11, 12, 13});
  CHECK(TextWindows({1, 2}, 1).size() == 1);
  CHECK_ERROR(IndexError, close.gather({4}), "sample 4 was asked for; there are 4");
  CHECK_ERROR(ValueError, TextWindows({1, 2, 3}, 3), "3 tokens make no piece of 3");
  CHECK_ERROR(ValueError, TextWindows({1, 2, 3}, 0), "pieces of 0 tokens");
  CHECK_ERROR(ValueError, TextWindows({1, 2, 3}, 1, -1), "-1 apart");
  // A loader goes over them as over any data set.
  DataLoader loader(close, DataLoaderOptions(2).shuffle(true).prefetch(1));
  std::set<std::int64_t> firsts;
  for (const Batch& part : loader) {
    for (std::int64_t i = 0; i < 2; ++i)
      firsts.insert(part.x[i][0].item<std::int64_t>());
  }
  CHECK(firsts == std::set<std::int64_t>{10, 11, 12, 13});
}

TEST_CASE("a long text is read plain or packed", "[data]") {
  const TempFolder folder;
  CHECK(read_text(folder.write("t", "To be\r\n")) == "To be\r\n");
  CHECK(read_text(folder.write_gz("t.gz", "or not")) == "or not");
  CHECK_ERROR(IoError, read_text(folder.file("none")), "No such file");
}
