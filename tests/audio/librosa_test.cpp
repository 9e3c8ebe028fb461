// Runs librosa itself on real recordings, where both are there.
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <set>

#include "audio/features.h"
#include "core/file.h"
#include "librosa_tolerances.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

fs::path from_environment(const char* name, const fs::path& otherwise) {
  const char* const value = std::getenv(name);
  return value && *value ? fs::path(value) : fs::path(SONGSCAPE_SOURCE_DIR) / otherwise;
}

// Three songs, six sounds of instruments, six recordings: every n-th by name.
std::vector<fs::path> some_recordings(const fs::path& data) {
  std::vector<fs::path> some;
  const std::set<std::string> kinds = {".mp3", ".flac", ".ogg"};
  for (const auto& [folder, n] : {std::pair("songs", 3), std::pair("instruments", 6), std::pair("recordings", 6)}) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(data / folder))
      if (kinds.contains(entry.path().extension().string())) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (size_t i = 0; i < files.size(); i += std::max<size_t>(1, files.size() / static_cast<size_t>(n)))
      some.push_back(files[i]);
  }
  return some;
}

int run_program(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (posix_spawn(&child, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0) return -1;
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::vector<float> read_floats(const fs::path& path) {
  const std::string bytes = read_file(path);
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

TEST(Librosa, AgreesOnRealRecordings) {
  const fs::path data = from_environment("SONGSCAPE_REAL_DATA", "../shared/data");
  const fs::path python = from_environment("SONGSCAPE_PEER_PYTHON", ".deps/peers/bin/python");
  if (!fs::exists(data / "songs")) GTEST_SKIP() << "no real data";
  if (!fs::exists(python)) GTEST_SKIP() << "no python with bench/requirements.txt at " << python;
  const TemporaryFolder folder;
  std::vector<std::string> command = {python, fs::path(SONGSCAPE_SOURCE_DIR) / "bench/peers/librosa_39.py",
                                      "--reference", folder.path()};
  const auto recordings = some_recordings(data);
  ASSERT_GE(recordings.size(), 10u);
  command.insert(command.end(), recordings.begin(), recordings.end());
  ASSERT_EQ(run_program(command), 0);

  const FeatureExtractor extractor(MelReference::full_scale);
  for (const fs::path& recording : recordings) {
    SCOPED_TRACE(recording.filename());
    const auto name = recording.stem().string();
    const auto golden = read_floats(folder.path() / (name + ".golden.f32"));
    const ClipFeatures ours = extractor.extract(read_floats(folder.path() / (name + ".samples.f32")));
    ASSERT_EQ(golden.size(), kNumFeatures + ours.mel.size());
    expect_librosa_features(ours.features, std::span(golden).first(kNumFeatures));
    float worst = 0;
    for (size_t i = 0; i < ours.mel.size(); ++i)
      worst = std::max(worst, std::abs(ours.mel[i] - golden[kNumFeatures + i]));
    EXPECT_LT(worst, kMelTolerance);
  }
}

}  // namespace
}  // namespace songscape
