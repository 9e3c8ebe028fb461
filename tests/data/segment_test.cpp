#include "data/segment.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "core/error.h"
#include "data/tiny_library.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

class SegmentTest : public ::testing::Test {
 protected:
  void SetUp() override { make_folder(folder_.path() / "segments"); }
  std::vector<SegmentLength> commit_one() {
    SegmentWriter writer(folder_.path(), kTinyId, {});
    writer.append(RecordKind::song, song_, "kept");
    return writer.sync();
  }
  TemporaryFolder folder_;
  const Sha256Digest song_ = digest_of("song");
};

TEST_F(SegmentTest, GivesBackEveryRecord) {
  SegmentWriter writer(folder_.path(), kTinyId, {});
  writer.set_generation(5);
  const RecordPlace a = writer.append(RecordKind::song, song_, "abc");
  const RecordPlace b = writer.append(RecordKind::lyrics, song_, std::string(1000, 'x'));
  const RecordPlace empty = writer.append(RecordKind::lyrics, song_, "");
  const SegmentReader reader(folder_.path(), 1, kTinyId);
  EXPECT_EQ(reader.payload_at(a.offset), "abc");
  EXPECT_EQ(reader.payload_at(b.offset), std::string(1000, 'x'));
  EXPECT_EQ(reader.payload_at(empty.offset), "");
  EXPECT_EQ(reader.header_at(b.offset)->generation, 5u);
  EXPECT_EQ(reader.header_at(b.offset)->song, song_);
  std::vector<uint64_t> seen;
  const auto note = [&](uint64_t at, const RecordHeader&) { return seen.push_back(at), true; };
  EXPECT_EQ(reader.walk(kSegmentHeaderBytes, false, note), reader.size());
  EXPECT_EQ(seen, (std::vector<uint64_t>{a.offset, b.offset, empty.offset}));
}

TEST_F(SegmentTest, FindsADamagedPayloadAndWalksOnOverADamagedHeader) {
  SegmentWriter writer(folder_.path(), kTinyId, {});
  const RecordPlace a = writer.append(RecordKind::song, song_, std::string(200, 'a'));
  const RecordPlace b = writer.append(RecordKind::song, song_, std::string(200, 'b'));
  const RecordPlace c = writer.append(RecordKind::song, song_, std::string(200, 'c'));
  {
    std::fstream file(segment_path(folder_.path(), 1), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(a.offset + 64 + 100)).put('!');
    file.seekp(static_cast<std::streamoff>(b.offset + 9)).put('!');
  }
  const SegmentReader reader(folder_.path(), 1, kTinyId);
  EXPECT_EQ(reader.payload_at(a.offset), std::nullopt);
  EXPECT_EQ(reader.payload_at(b.offset), std::nullopt);
  std::vector<uint64_t> seen;
  const auto note = [&](uint64_t at, const RecordHeader&) { return seen.push_back(at), true; };
  EXPECT_EQ(reader.walk(kSegmentHeaderBytes, false, note), b.offset);
  seen.clear();
  reader.walk(kSegmentHeaderBytes, true, note);
  EXPECT_EQ(seen, (std::vector<uint64_t>{a.offset, c.offset}));
}

TEST_F(SegmentTest, CutsTheTailThatAKilledWriterLeft) {
  const std::vector<SegmentLength> committed = commit_one();
  { SegmentWriter(folder_.path(), kTinyId, committed).append(RecordKind::song, song_, "lost"); }
  EXPECT_GT(fs::file_size(segment_path(folder_.path(), 1)), committed[0].n_bytes);
  const SegmentWriter writer(folder_.path(), kTinyId, committed);
  EXPECT_EQ(fs::file_size(segment_path(folder_.path(), 1)), committed[0].n_bytes);
}

TEST_F(SegmentTest, RemovesSegmentsThatNothingWasCommittedTo) {
  commit_one();
  const SegmentWriter writer(folder_.path(), kTinyId, {});
  EXPECT_TRUE(fs::is_empty(folder_.path() / "segments"));
}

TEST_F(SegmentTest, StartsANewFileWhenOneIsFull) {
  std::vector<SegmentLength> lengths;
  {
    SegmentWriter writer(folder_.path(), kTinyId, {}, 1000);
    for (int i = 0; i < 10; ++i) writer.append(RecordKind::song, song_, std::string(300, 'a'));
    lengths = writer.sync();
  }
  ASSERT_EQ(lengths.size(), 4u);
  SegmentWriter writer(folder_.path(), kTinyId, lengths, 1000);
  EXPECT_EQ(writer.append(RecordKind::song, song_, "b").segment, 4u);
  EXPECT_EQ(SegmentReader(folder_.path(), 4, kTinyId).payload_at(lengths[3].n_bytes), "b");
}

TEST_F(SegmentTest, TakesRecordsFromManyThreads) {
  SegmentWriter writer(folder_.path(), kTinyId, {}, 20000);
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        writer.append(RecordKind::song, song_, std::string(static_cast<size_t>(10 * t + i), 'a'));
        if (i % 10 == 0) writer.sync();
      }
    });
  threads.clear();
  int n = 0;
  for (const SegmentLength& s : writer.sync()) {
    const SegmentReader reader(folder_.path(), s.number, kTinyId);
    reader.walk(kSegmentHeaderBytes, false,
                [&](uint64_t at, const RecordHeader&) { return n += reader.payload_at(at).has_value(), true; });
  }
  EXPECT_EQ(n, 200);
}

TEST_F(SegmentTest, RefusesToWriteToAHardLinkOrACutSegment) {
  const std::vector<SegmentLength> committed = commit_one();
  fs::create_hard_link(segment_path(folder_.path(), 1), folder_.path() / "twin");
  EXPECT_THROW(SegmentWriter(folder_.path(), kTinyId, committed), Error);
  fs::remove(folder_.path() / "twin");
  fs::resize_file(segment_path(folder_.path(), 1), 80);
  EXPECT_THROW(SegmentWriter(folder_.path(), kTinyId, committed), Error);
}

TEST_F(SegmentTest, SaysThatTheDiskIsFullAndKeepsWhatWasCommitted) {
  const std::vector<SegmentLength> committed = commit_one();
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    try {
      SegmentWriter(folder_.path(), kTinyId, committed).append(RecordKind::song, song_, std::string(100000, 'x'));
    } catch (const Error& e) {
      ::_exit(std::string(e.what()).find("what was committed is kept") != std::string::npos ? 42 : 1);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 42);
  const SegmentWriter writer(folder_.path(), kTinyId, committed);
  EXPECT_EQ(SegmentReader(folder_.path(), 1, kTinyId).payload_at(kSegmentHeaderBytes), "kept");
}

TEST(StoredClip, HasARecordOfOneSize) { EXPECT_EQ(to_payload(flat_clip(3, 0.5f)).size(), kClipPayloadBytes); }

}  // namespace
}  // namespace songscape
