#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <cairn/data/dataset.h>

namespace cairn::data {

/// Texts in some classes.
struct CAIRN_API TextFolder {
  std::vector<std::string> texts;
  Tensor labels;  ///< i64 [N], positions in the list of classes
};

/// Reads the files that end with .txt in a folder for each class, class after class, in
/// the order of their names' bytes. Throws IoError for a folder or file that cannot be
/// read, FormatError for a class without texts or a text of more than 64 MiB.
CAIRN_API TextFolder load_text_folder(const std::string& folder,
                                      const std::vector<std::string>& class_names);

/// A text classification task in two parts.
struct CAIRN_API TextData {
  std::vector<std::string> class_names;
  TextFolder train, test;
};

/// Reads the film reviews of IMDB (Maas et al., 2011) from the folder aclImdb that its
/// archive unpacks to: train/neg, train/pos, test/neg and test/pos, label 0 for neg and
/// 1 for pos. The marks "<br />" become ends of lines. Throws as load_text_folder.
CAIRN_API TextData load_imdb(const std::string& folder);

/// Pieces of one long text, to learn what comes next: sample i has the inputs
/// tokens[i·stride … i·stride + length − 1] and, as targets, those one place further on.
///
/// \code
/// const Tokenizer tokenizer(Tokens::kCharacters, {text});
/// DataLoader loader(TextWindows(tokenizer.encode(text), 128),
///                   DataLoaderOptions(32).shuffle(true));
/// \endcode
///
/// A batch has x and y of shape [N, length], both i64.
class CAIRN_API TextWindows final : public Dataset {
 public:
  /// `stride` is how far pieces lie apart; 0 takes `length`, so that they do not
  /// overlap. Throws ValueError for a length below 1, a stride below 0 and fewer than
  /// length + 1 tokens.
  TextWindows(std::vector<std::int64_t> tokens, std::int64_t length,
              std::int64_t stride = 0);

  std::int64_t size() const override;
  using Dataset::gather;
  Batch gather(const std::int64_t* indices, std::int64_t count) const override;

 private:
  std::vector<std::int64_t> tokens_;
  std::int64_t length_, stride_;
};

/// All of a text file, such as the long text that TextWindows wants; unpacked if gzip
/// packed it. Throws IoError, and FormatError for more than 1 GiB.
CAIRN_API std::string read_text(const std::string& path);

}  // namespace cairn::data
