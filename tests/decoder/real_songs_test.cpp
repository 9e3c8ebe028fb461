// Real recordings, where they are: every one is kept, whole, and as librosa's own decoder reads it in length.
#include <gtest/gtest.h>

#include <cstdlib>

#include "decoder/decoding.h"

namespace songscape {
namespace {

namespace fs = std::filesystem;

TEST(RealSongs, AreAllKeptWithoutAWarning) {
  const char* named = std::getenv("SONGSCAPE_REAL_DATA");
  const fs::path data = named ? fs::path(named) : fs::path(SONGSCAPE_SOURCE_DIR) / "../shared/data";
  if (!fs::exists(data / "songs/mp3")) GTEST_SKIP() << "no real data";
  int n = 0;
  for (const char* folder : {"songs/mp3", "recordings"})
    for (const auto& entry : fs::directory_iterator(data / folder)) {
      if (entry.path().extension() == ".txt") continue;
      const Decoded d = decode(entry.path());
      EXPECT_TRUE(d.is_kept() && d.song.warnings.empty()) << entry.path() << " " << d;
      EXPECT_NEAR(d.song.decoded_sec, d.song.declared_sec, 1e-6) << entry.path();
      EXPECT_TRUE(d.is_finite());
      ++n;
    }
  EXPECT_GE(n, 25);
}

}  // namespace
}  // namespace songscape
