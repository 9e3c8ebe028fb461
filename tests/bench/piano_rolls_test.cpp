#include "bench/piano_rolls.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "bench/npz_file.h"
#include "core/error.h"
#include "core/file.h"
#include "core/random.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

std::string little(uint64_t value, int n_bytes) {
  std::string out;
  for (int i = 0; i < n_bytes; ++i) out += static_cast<char>(value >> (8 * i) & 255);
  return out;
}

std::string npy(const std::string& type, bool is_fortran, const std::string& shape, const std::string& values) {
  const std::string header = "{'descr': '" + type + "', 'fortran_order': " + (is_fortran ? "True" : "False") +
                             ", 'shape': (" + shape + "), }\n";
  return "\x93NUMPY" + std::string{1, 0} + little(header.size(), 2) + header + values;
}

std::string deflated(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// Without waiting for the disk.
void put(const fs::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

struct Packed {
  std::string name, file;
  bool is_deflated = false;
};

std::string zip(const std::vector<Packed>& members) {
  std::string body, directory;
  for (const Packed& m : members) {
    const std::string data = m.is_deflated ? deflated(m.file) : m.file;
    const uLong crc = crc32(0, reinterpret_cast<const Bytef*>(m.file.data()), static_cast<uInt>(m.file.size()));
    const std::string common = little(0, 2) + little(m.is_deflated ? 8 : 0, 2) + little(0, 4) + little(crc, 4) +
                               little(data.size(), 4) + little(m.file.size(), 4) + little(m.name.size(), 2) +
                               little(0, 2);
    directory +=
        "PK\x01\x02" + little(20, 2) + little(20, 2) + common + little(0, 10) + little(body.size(), 4) + m.name;
    body += "PK\x03\x04" + little(20, 2) + common + m.name + data;
  }
  return body + directory + "PK\x05\x06" + little(0, 4) + little(members.size(), 2) + little(members.size(), 2) +
         little(directory.size(), 4) + little(body.size(), 4) + little(0, 2);
}

std::string message_of(const std::function<void()>& job) {
  try {
    job();
  } catch (const Error& e) {
    return e.what();
  }
  return "accepted";
}

// Songs of two chords by turns, a note of each left out now and then.
std::string rolls_archive() {
  Random random(1);
  std::vector<Packed> members;
  for (const char* part : {"train", "valid", "test"}) {
    std::string x, lengths;
    int64_t n = 0;
    for (const int64_t length : {9, 14, 11}) {
      for (int64_t t = 0; t < length; ++t, ++n)
        for (int64_t key = 0; key < kKeys; ++key)
          x += static_cast<char>((key == 40 + t % 2 || key == 50 + t % 2) && random.below(10) > 0);
      lengths += little(static_cast<uint64_t>(length), 4);
    }
    members.push_back({std::string(part) + "data_x.npy", npy("|u1", false, std::to_string(n) + ", 88", x), true});
    members.push_back({std::string(part) + "data_len.npy", npy("<i4", false, "3,", lengths)});
  }
  return zip(members);
}

TEST(NpzFile, ReadsStoredAndDeflatedArraysInEitherOrder) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "a.npz";
  put(path, zip({{"a.npy", npy("|u1", false, "2, 3", "\1\2\3\4\5\6")},
                 {"b.npy", npy("|u1", true, "2, 3", "\1\4\2\5\3\6"), true},
                 {"c.npy", npy("<i4", false, "2,", little(7, 4) + little(0xfffffffe, 4)), true}}));
  const auto arrays = read_npz(path);
  EXPECT_EQ(arrays.at("a").shape, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(arrays.at("a").values, (std::vector<int64_t>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(arrays.at("b").values, arrays.at("a").values);
  EXPECT_EQ(arrays.at("c").values, (std::vector<int64_t>{7, -2}));
}

TEST(NpzFile, RefusesWhatIsCutShortOrChanged) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "a.npz";
  EXPECT_NE(message_of([&] { read_npz(path); }).find("--data"), std::string::npos);
  const std::string whole = zip({{"a.npy", npy("|u1", false, "4,", "abcd"), true}});
  for (size_t n = 0; n < whole.size(); ++n) {
    put(path, whole.substr(0, n));
    EXPECT_NE(message_of([&] { read_npz(path); }), "accepted") << n;
  }
  std::string changed = zip({{"a.npy", npy("|u1", false, "4,", "abcd")}});
  changed[changed.find("abcd")] = 'x';
  put(path, changed);
  EXPECT_NE(message_of([&] { read_npz(path); }).find("checksum"), std::string::npos);
  put(path, zip({{"a.npy", npy("<f4", false, "1,", "abcd")}}));
  EXPECT_NE(message_of([&] { read_npz(path); }).find("floats"), std::string::npos);
}

// Any byte of it changed: read as another array, or refused.
TEST(NpzFile, SurvivesEveryChangedByte) {
  const TemporaryFolder folder;
  const std::string whole = zip({{"a.npy", npy("|u1", false, "2, 2", "abcd"), true}});
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0xff);
    put(folder.path() / "a.npz", changed);
    message_of([&] { read_npz(folder.path() / "a.npz"); });
  }
}

TEST(PianoRolls, LongSongsAreCutInPiecesOfEvenLength) {
  std::vector<float> frames(25 * kKeys, 0);
  frames[static_cast<size_t>(18 * kKeys + 3)] = 1;  // frame 13 of the second song
  const RollWindows rows(frames, {5, 20}, 8);
  ASSERT_EQ(rows.n_rows(), 4);
  std::vector<float> out(static_cast<size_t>(4 * kKeys * 8));
  std::vector<int32_t> n_valid(4);
  rows.read(std::vector<int64_t>{0, 1, 2, 3}, out.data(), n_valid.data());
  EXPECT_EQ(n_valid, (std::vector<int32_t>{5, 6, 7, 7}));
  EXPECT_EQ(std::ranges::count(out, 1.f), 1);
  EXPECT_EQ(out[static_cast<size_t>((3 * kKeys + 3) * 8)], 1.f);  // the last piece begins with that frame
  EXPECT_EQ(rows.row_name(3), "song 1, frame 18");
}

TEST(PianoRolls, IndependentKeysByHand) {
  PianoRolls rolls;
  rolls.train.frames.assign(2 * kKeys, 0);
  rolls.train.frames[0] = 1;  // one key in half of the frames, the others never
  rolls.test.frames.assign(kKeys, 0);
  EXPECT_NEAR(independent_keys_nll(rolls), std::log(2) - 87 * std::log1p(-1e-6), 1e-9);
}

TEST(PianoRolls, RefusesRollsAndLengthsThatDoNotFit) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "a.npz";
  put(path, zip({{"traindata_x.npy", npy("|u1", false, "1, 88", std::string(88, '\0'))}}));
  EXPECT_NE(message_of([&] { read_piano_rolls(path); }).find("traindata_len"), std::string::npos);
  put(path, zip({{"traindata_x.npy", npy("|u1", false, "1, 88", std::string(88, '\0'))},
                 {"traindata_len.npy", npy("<i4", false, "1,", little(2, 4))}}));
  EXPECT_NE(message_of([&] { read_piano_rolls(path); }).find("train"), std::string::npos);
}

TEST(PianoRolls, BenchmarkKeepsItsTrialsAndGoesOnFromThem) {
  const TemporaryFolder folder;
  put(folder.path() / "JSB_Chorales.npz", rolls_archive());
  PublishedRequest request{.data = folder.path(), .output = folder.path() / "out"};
  request.n_seeds = 1;
  request.n_epochs = 4;
  request.variants = {"jsb_songs", "jsb_frames"};
  const PublishedResult one = run_published("piano_rolls", request), again = run_published("piano_rolls", request);
  EXPECT_EQ(one.trials.to_csv(), again.trials.to_csv());
  EXPECT_TRUE(fs::exists(request.output / "piano_rolls/jsb_songs-s0/result.json"));
  for (const auto& row : one.trials.rows) {
    EXPECT_GT(std::get<double>(row[2]), 0);
    EXPECT_LT(std::get<double>(row[2]), kKeys * std::log(2));  // keys by the toss of a coin
  }
  request.variants = {"jsb"};
  EXPECT_NE(message_of([&] { run_published("piano_rolls", request); }).find("jsb_songs"), std::string::npos);
}

}  // namespace
}  // namespace songscape
