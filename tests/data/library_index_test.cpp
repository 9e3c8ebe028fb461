#include "data/library_index.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

#include "core/error.h"
#include "data/index_format.h"
#include "data/library_source.h"
#include "data/tiny_library.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

std::string refusal(const fs::path& library) {
  try {
    const LibraryIndex index(library);
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::damaged) << e.what();
    return e.what();
  }
  return "opened";
}

void flip_bit(const fs::path& path, uint64_t offset) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  const char c = static_cast<char>(file.get() ^ 1);
  file.seekp(static_cast<std::streamoff>(offset));
  file.put(c);
}

bool says(const std::string& message, const std::string& part) { return message.find(part) != std::string::npos; }

class LibraryIndexTest : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
  fs::path library_ = folder_.path() / "x.songscape";
};

TEST_F(LibraryIndexTest, GivesBackWhatWasWritten) {
  make_tiny_library(library_);
  const LibraryIndex index(library_);
  ASSERT_EQ(index.n_songs(), 3);
  ASSERT_EQ(index.n_clips(), 4);
  EXPECT_EQ(index.song(0).path, "a.wav");
  EXPECT_EQ(index.song(1).title, "title of b.wav");
  EXPECT_EQ(index.song(2).first_clip, 3);
  EXPECT_EQ(index.song(0).sha256, to_hex(digest_of("a.wav")));
  EXPECT_EQ(index.clip(1).song, 0);
  EXPECT_EQ(index.clip(1).number, 1);
  EXPECT_EQ(index.clip(1).n_valid_frames, 1292);
  EXPECT_DOUBLE_EQ(index.clip(1).start_sec, 1.0);
  EXPECT_EQ(index.mel_reference(), "full-scale");
  EXPECT_EQ(index.library_id(), kTinyId);
  EXPECT_EQ(index.find_song("b.wav"), 1);
  EXPECT_EQ(index.find_song("bb.wav"), std::nullopt);
  EXPECT_FALSE(index.song(0).has_lyrics);
  EXPECT_EQ(index.read_lyrics(0), "");
  EXPECT_EQ(index.read_lyrics(1), "la la");
}

TEST_F(LibraryIndexTest, GivesLabelsAndFactorsWithTheirGaps) {
  make_tiny_library(library_);
  const LibraryIndex index(library_);
  const IndexColumn* genre = index.find_column("Genre");
  ASSERT_NE(genre, nullptr);
  EXPECT_EQ(genre->classes, (std::vector<std::string_view>{"jazz", "rock"}));
  EXPECT_EQ(std::vector<int32_t>(genre->codes.begin(), genre->codes.end()), (std::vector<int32_t>{1, 0, -1}));
  const IndexColumn* tempo = index.find_column("tempo");
  ASSERT_NE(tempo, nullptr);
  EXPECT_EQ(tempo->values[2], 90.5);
  EXPECT_TRUE(std::isnan(tempo->values[1]));
  EXPECT_EQ(index.find_column("key"), nullptr);
}

TEST_F(LibraryIndexTest, ReadsMelsAndFeaturesOfEachClip) {
  make_tiny_library(library_);
  const LibraryIndex index(library_);
  std::vector<float> mel(kMelValues);
  index.read_mel(2, mel);
  EXPECT_EQ(mel.front(), 0.5f);
  EXPECT_EQ(mel.back(), 0.5f);
  std::array<float, 39> features{};
  index.read_features(3, features);
  EXPECT_EQ(features[38], 38.75f);
}

TEST_F(LibraryIndexTest, HashesContentWhateverItsPlaceInTheSegments) {
  IndexContents contents = make_tiny_library(library_);
  const fs::path other = folder_.path() / "other.songscape";
  make_folder(other / "segments");
  SegmentWriter segments(other, kTinyId, {});
  contents.songs = {};
  contents.songs.insert(contents.songs.begin(), append_song(segments, "c.wav", 1, .75f));
  contents.songs.insert(contents.songs.begin(), append_song(segments, "b.wav", 1, .5f));
  contents.songs.insert(contents.songs.begin(), append_song(segments, "a.wav", 2, .25f));
  for (int i = 0; i < 3; ++i) contents.songs[static_cast<size_t>(i)].group = i;
  contents.segments = segments.sync();
  contents.generation = 7;
  publish_index(other, contents);
  EXPECT_EQ(LibraryIndex(other).content_hash(), LibraryIndex(library_).content_hash());
  contents.songs[1].group = 0;
  contents.generation = 8;
  publish_index(other, contents);
  EXPECT_NE(LibraryIndex(other).content_hash(), LibraryIndex(library_).content_hash());
}

TEST_F(LibraryIndexTest, NamesTheRecordOfADamagedClip) {
  const IndexContents contents = make_tiny_library(library_);
  flip_bit(segment_path(library_, 1), contents.songs[1].clips[0].place.offset + 64 + 5000);
  const LibraryIndex index(library_);
  std::vector<float> mel(kMelValues);
  index.read_mel(0, mel);
  try {
    index.read_mel(2, mel);
    FAIL() << "read";
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::damaged);
    EXPECT_TRUE(says(e.what(), "clip 0 of b.wav")) << e.what();
  }
}

TEST_F(LibraryIndexTest, KeepsTwoGenerationsAndFallsBackToTheOlderOne) {
  IndexContents contents = make_tiny_library(library_);
  for (const uint64_t generation : {2, 3}) {
    contents.generation = generation;
    publish_index(library_, contents);
  }
  EXPECT_EQ(list_generations(library_), (std::vector<uint64_t>{3, 2}));
  EXPECT_EQ(LibraryIndex(library_).generation(), 3u);
  flip_bit(index_path(library_, 3), 300);
  EXPECT_EQ(LibraryIndex(library_).generation(), 2u);
}

TEST_F(LibraryIndexTest, RefusesAnIndexOfWhichAnyBitIsWrong) {
  make_tiny_library(library_);
  const uint64_t size = fs::file_size(index_path(library_, 1));
  for (uint64_t at = 0; at < size; at += 7) {
    flip_bit(index_path(library_, 1), at);
    EXPECT_NE(refusal(library_), "opened") << "byte " << at;
    flip_bit(index_path(library_, 1), at);
  }
  EXPECT_EQ(refusal(library_), "opened");
}

TEST_F(LibraryIndexTest, RefusesATornOrLostIndexAndNamesTheWayOut) {
  make_tiny_library(library_);
  for (const uint64_t size : {500, 100, 8, 0}) {
    fs::resize_file(index_path(library_, 1), size);
    EXPECT_TRUE(says(refusal(library_), "verify --library L --repair COPY")) << size;
  }
  fs::remove(index_path(library_, 1));
  EXPECT_TRUE(says(refusal(library_), "the library has no index"));
}

TEST_F(LibraryIndexTest, RefusesSegmentsThatAreMissingCutOrForeign) {
  make_tiny_library(library_);
  const fs::path segment = segment_path(library_, 1);
  const std::string bytes = read_file(segment);
  fs::resize_file(segment, bytes.size() - 1);
  EXPECT_TRUE(says(refusal(library_), "the segment is cut"));
  fs::remove(segment);
  EXPECT_TRUE(says(refusal(library_), "cannot open the segment"));
  publish_file(folder_.path() / "elsewhere", bytes);
  fs::create_symlink(folder_.path() / "elsewhere", segment);
  EXPECT_TRUE(says(refusal(library_), "cannot open the segment"));
  fs::remove(segment);
  const fs::path other = folder_.path() / "other.songscape";
  make_folder(other / "segments");
  SegmentWriter foreign(other, "ffffffffffffffffffffffffffffffff", {});
  append_song(foreign, "a.wav", 4, 0.5f);
  fs::copy_file(segment_path(other, 1), segment);
  EXPECT_TRUE(says(refusal(library_), "belongs to another library"));
}

TEST_F(LibraryIndexTest, ReadsPastTheTailOfAKilledWriterButNotPastNewerSegments) {
  const IndexContents contents = make_tiny_library(library_);
  {
    SegmentWriter writer(library_, kTinyId, contents.segments);
    writer.set_generation(2);
    append_song(writer, "d.wav", 1, 0.1f);
  }
  EXPECT_EQ(LibraryIndex(library_).n_songs(), 3);
  std::ofstream(segment_path(library_, 1), std::ios::app | std::ios::binary) << "torn";
  EXPECT_EQ(LibraryIndex(library_).n_songs(), 3);
  SegmentWriter writer(library_, kTinyId, contents.segments);
  writer.set_generation(3);
  append_song(writer, "d.wav", 1, 0.1f);
  EXPECT_TRUE(says(refusal(library_), "the index is older than the segments"));
}

TEST_F(LibraryIndexTest, RefusesANewerFormatEvenBesideAnOlderOne) {
  IndexContents contents = make_tiny_library(library_);
  contents.generation = 2;
  publish_index(library_, contents);
  std::fstream(index_path(library_, 2), std::ios::in | std::ios::out | std::ios::binary).seekp(8).put(9);
  EXPECT_TRUE(says(refusal(library_), "format 9, newer than this program's 2"));
}

TEST_F(LibraryIndexTest, RefusesAnIndexWithSoundChecksumThatNamesWhatIsNotThere) {
  make_tiny_library(library_);
  const std::string good = read_file(index_path(library_, 1));
  const auto is_refused = [&](auto change) {
    std::string bytes = good;
    change(*reinterpret_cast<IndexHeader*>(bytes.data()), bytes);
    const uint32_t crc = crc32c(std::as_bytes(std::span(bytes.data(), bytes.size() - 4)));
    std::memcpy(bytes.data() + bytes.size() - 4, &crc, 4);
    publish_file(index_path(library_, 1), bytes);
    return refusal(library_) != "opened";
  };
  using Bytes = std::string;
  EXPECT_FALSE(is_refused([](IndexHeader&, Bytes&) {}));
  EXPECT_TRUE(is_refused([](IndexHeader& h, Bytes&) { h.n_songs = UINT64_MAX / 2; }));
  EXPECT_TRUE(is_refused([](IndexHeader& h, Bytes&) { h.clips_at = UINT64_MAX - 7; }));
  EXPECT_TRUE(is_refused([](IndexHeader& h, Bytes&) { h.strings_bytes = 1; }));
  EXPECT_TRUE(is_refused([](IndexHeader& h, Bytes&) { h.n_clips = 5; }));
  const auto song = [](IndexHeader& h, Bytes& b) { return reinterpret_cast<IndexSongRow*>(&b[h.songs_at]); };
  const auto clip = [](IndexHeader& h, Bytes& b) { return reinterpret_cast<IndexClipRow*>(&b[h.clips_at]); };
  EXPECT_TRUE(is_refused([&](IndexHeader& h, Bytes& b) { song(h, b)->path.at = UINT64_MAX; }));
  EXPECT_TRUE(is_refused([&](IndexHeader& h, Bytes& b) { song(h, b)->n_clips = UINT64_MAX; }));
  EXPECT_TRUE(is_refused([&](IndexHeader& h, Bytes& b) { clip(h, b)->offset = uint64_t{1} << 40; }));
  EXPECT_TRUE(
      is_refused([](IndexHeader& h, Bytes& b) { reinterpret_cast<IndexColumnRow*>(&b[h.columns_at])->n_classes = 1; }));
}

TEST_F(LibraryIndexTest, TokensAreReadBackAndRefusedWhereTheIndexNamesWhatIsNotThere) {
  const StoredTokens tokens{5, {4, 9}, {1, 683, 4, 658, 6, 7, 487, 163, 379, 6, 2}};
  {
    TinyLibrary tiny(library_);
    tiny.add_song("a.wav");
    tiny.add_tokens(tiny.add_song("b.mid"), tokens);
    tiny.publish({});
  }
  {
    const LibraryIndex index(library_);
    EXPECT_EQ(index.n_midi(), 1);
    EXPECT_FALSE(index.song(0).has_tokens);
    EXPECT_EQ(index.read_tokens(1), tokens);
  }
  const std::string good = read_file(index_path(library_, 1));
  const auto is_refused = [&](auto change) {
    std::string bytes = good;
    auto& head = *reinterpret_cast<IndexTokensHeader*>(&bytes[sizeof(IndexHeader)]);
    change(head, *reinterpret_cast<IndexTokensRow*>(&bytes[head.tokens_at]));
    const uint32_t crc = crc32c(std::as_bytes(std::span(bytes.data(), bytes.size() - 4)));
    std::memcpy(bytes.data() + bytes.size() - 4, &crc, 4);
    publish_file(index_path(library_, 1), bytes);
    return refusal(library_) != "opened";
  };
  EXPECT_FALSE(is_refused([](IndexTokensHeader&, IndexTokensRow&) {}));
  EXPECT_TRUE(is_refused([](IndexTokensHeader& h, IndexTokensRow&) { h.n_tokens = UINT64_MAX / 2; }));
  EXPECT_TRUE(is_refused([](IndexTokensHeader& h, IndexTokensRow&) { h.tokens_at = UINT64_MAX - 7; }));
  EXPECT_TRUE(is_refused([](IndexTokensHeader&, IndexTokensRow& row) { row.song = 2; }));
  EXPECT_TRUE(is_refused([](IndexTokensHeader&, IndexTokensRow& row) { row.segment = 9; }));
  EXPECT_TRUE(is_refused([](IndexTokensHeader&, IndexTokensRow& row) { row.offset = uint64_t{1} << 40; }));
}

TEST_F(LibraryIndexTest, SaysWhatToDoWhereThereIsNoLibrary) {
  for (const fs::path& p : {folder_.path() / "none", folder_.path()}) {
    try {
      const LibraryIndex index(p);
      FAIL() << "opened";
    } catch (const Error& e) {
      EXPECT_EQ(e.exit_code(), ExitCode::usage);
      EXPECT_TRUE(says(e.what(), "songscape ingest"));
    }
  }
}

TEST_F(LibraryIndexTest, ServesClipsAsTrainingRows) {
  make_tiny_library(library_);
  const auto index = std::make_shared<const LibraryIndex>(library_);
  const LibrarySource mel(index), features(index, LibrarySource::Content::features);
  EXPECT_EQ(mel.n_rows(), 4);
  EXPECT_EQ(item_size(mel), kMelValues);
  EXPECT_EQ(item_size(features), 39);
  std::vector<float> out(2 * kMelValues);
  std::vector<int32_t> n_valid(2);
  mel.read(std::vector<int64_t>{3, 1}, out.data(), n_valid.data());
  EXPECT_EQ(out[0], 0.75f);
  EXPECT_EQ(out[kMelValues], 0.25f);
  EXPECT_EQ(n_valid, (std::vector<int32_t>{1293, 1292}));
  EXPECT_EQ(mel.row_name(1), "a.wav clip 1");
  EXPECT_EQ(mel.content_hash(), index->content_hash());
}

}  // namespace
}  // namespace songscape
