#include "library/corpus.h"

#include <gtest/gtest.h>

#include <fstream>

#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

constexpr CorpusSpec kSmall{.n_songs = 6, .seed = 5, .duration_sec = 10};

TEST(Corpus, WritesThreeFilesASongAndTheirMetadata) {
  const TemporaryFolder folder;
  const CorpusOutput output = write_corpus(kSmall, folder.path() / "corpus", 2);
  EXPECT_EQ(output.n_files, 19);
  int64_t n_files = 0, n_bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path() / "corpus"))
    if (entry.is_regular_file()) {
      ++n_files;
      n_bytes += static_cast<int64_t>(entry.file_size());
    }
  EXPECT_EQ(n_files, output.n_files);
  EXPECT_EQ(n_bytes, output.n_bytes);
  EXPECT_LE(n_bytes, corpus_bytes_expected(kSmall));
  for (const auto& row : read_csv(folder.path() / "corpus" / "metadata.csv").rows) {
    const fs::path song = folder.path() / "corpus" / row[0];
    EXPECT_EQ(read_file(song).substr(0, 4), "fLaC");
    EXPECT_EQ(read_file(fs::path(song).replace_extension(".mid")).substr(0, 4), "MThd");
    const std::string lyrics = read_file(fs::path(song).replace_extension(".txt"));
    EXPECT_TRUE(is_valid_utf8(lyrics));
    EXPECT_GT(lyrics.size(), 5u);
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1) << "nothing stays beside it";
}

TEST(Corpus, IsTheSameAtEveryNumberOfThreads) {
  const TemporaryFolder folder;
  write_corpus(kSmall, folder.path() / "one", 1);
  write_corpus(kSmall, folder.path() / "three", 3);
  for (const auto& entry : fs::recursive_directory_iterator(folder.path() / "one"))
    if (entry.is_regular_file()) {
      EXPECT_EQ(read_file(entry.path()),
                read_file(folder.path() / "three" / fs::relative(entry.path(), folder.path() / "one")));
    }
}

TEST(Corpus, AnEmptyFolderIsTakenAndAFullOneRefusedUntouched) {
  const TemporaryFolder folder;
  make_folder(folder.path() / "empty");
  write_corpus({.n_songs = 1, .seed = 1, .duration_sec = 10}, folder.path() / "empty/", 1);
  EXPECT_TRUE(fs::exists(folder.path() / "empty" / "metadata.csv"));
  make_folder(folder.path() / "full");
  std::ofstream(folder.path() / "full" / "mine.txt") << "mine";
  try {
    write_corpus(kSmall, folder.path() / "full", 1);
    FAIL() << "a full folder was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path() / "full"), {}), 1);
}

TEST(Corpus, AFileInTheWayIsRefused) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "file") << "x";
  EXPECT_THROW(write_corpus(kSmall, folder.path() / "file", 1), Error);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1);
}

}  // namespace
}  // namespace songscape
