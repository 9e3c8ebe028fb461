#include "train/checkpoint.h"

#include <gtest/gtest.h>

#include <fstream>

#include "core/error.h"
#include "small_run.h"
#include "temporary_folder.h"
#include "train/inference.h"
#include "train/tensor_file.h"
#include "train/weights.h"

namespace songscape {
namespace {

void flip_bit(const fs::path& file, uint64_t at) {
  std::fstream f(file, std::ios::in | std::ios::out | std::ios::binary);
  f.seekg(static_cast<std::streamoff>(at));
  const char c = static_cast<char>(f.get() ^ 4);
  f.seekp(static_cast<std::streamoff>(at));
  f.put(c);
}

void zero_half(const fs::path& file) {
  const uint64_t n = fs::file_size(file);
  std::fstream f(file, std::ios::in | std::ios::out | std::ios::binary);
  f.seekp(static_cast<std::streamoff>(n / 2));
  f << std::string(n - n / 2, '\0');
}

// A run of two epochs, all of it in memory of the test's folder.
struct Damage : testing::Test {
  TemporaryFolder folder;
  SmallRun run;
  fs::path last = folder.path() / "checkpoints/last", previous = folder.path() / "checkpoints/previous";
  Damage() {
    run.config.epochs = 2;
    run.go(folder.path());
    run.config.epochs = 3;
  }
  std::string fault_of(const std::function<void()>& f) {
    try {
      f();
    } catch (const Error& e) {
      EXPECT_EQ(e.exit_code(), ExitCode::damaged) << e.what();
      return e.what();
    }
    return "accepted";
  }
};

TEST_F(Damage, OfTheLastCheckpointFallsBackToThePreviousOneAndEndsEqual) {
  const TemporaryFolder whole;
  run.go(whole.path());
  const std::pair<const char*, std::function<void(const fs::path&)>> damages[] = {
      {"bit", [](const fs::path& p) { flip_bit(p / "model.safetensors", fs::file_size(p / "model.safetensors") - 9); }},
      {"cut", [](const fs::path& p) { fs::resize_file(p / "optimizer.safetensors", 1000); }},
      {"zeros", [](const fs::path& p) { zero_half(p / "optimizer.safetensors"); }},
      {"hash", [](const fs::path& p) { flip_bit(p / "state.json", 5); }},
      {"no manifest", [](const fs::path& p) { fs::remove(p / "manifest.json"); }},
      {"gone", [](const fs::path& p) { fs::remove_all(p); }}};
  for (const auto& [name, damage] : damages) {
    const TemporaryFolder copy;
    fs::copy(folder.path(), copy.path(), fs::copy_options::recursive);
    damage(copy.path() / "checkpoints/last");
    testing::internal::CaptureStderr();
    const TrainResult result = run.go(copy.path());
    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_EQ(result.resumed_from, "previous") << name;
    EXPECT_TRUE(said.find("DAMAGED CHECKPOINT") != std::string::npos || std::string(name) == "gone") << name << said;
    EXPECT_EQ(fingerprint(copy.path()), fingerprint(whole.path())) << name;
  }
}

TEST_F(Damage, OfAllCheckpointsIsRefused) {
  for (const auto& at : {last, previous}) fs::resize_file(at / "model.safetensors", 100);
  EXPECT_NE(fault_of([&] { run.go(folder.path()); }).find("no checkpoint of this run is whole"), std::string::npos);
}

TEST_F(Damage, ACrashBetweenTheRenamesLosesNothing) {
  fs::remove_all(previous);
  fs::rename(last, folder.path() / "checkpoints/next");
  EXPECT_EQ(run.go(folder.path()).resumed_from, "next");
}

TEST_F(Damage, OfTheBestWeightsFallsBackToTheirCopy) {
  const auto vae = run.make();
  flip_bit(folder.path() / "checkpoints/best/model.safetensors", 900);
  testing::internal::CaptureStderr();
  load_best(RunFolder(folder.path()), *vae);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("INSTEAD"), std::string::npos);
  flip_bit(folder.path() / "best_model.safetensors", 900);
  EXPECT_NE(fault_of([&] { load_best(RunFolder(folder.path()), *vae); }).find("weights of this run are damaged"),
            std::string::npos);
}

TEST_F(Damage, WeightsThatDoNotFitNameTheTensor) {
  const auto vae = run.make();
  const fs::path file = folder.path() / "w.safetensors";
  const auto all = all_tensors(vae->tensors());
  const auto fault_with = [&](std::vector<NamedTensor> tensors) {
    save_tensors(tensors, file, {});
    return fault_of([&] { load_weights(*vae, file); });
  };
  std::vector<NamedTensor> tensors(all.begin() + 1, all.end());
  EXPECT_NE(fault_with(tensors).find("tensor " + all[0].name + ": a tensor is missing"), std::string::npos)
      << fault_with(tensors);
  tensors = all;
  tensors.push_back({"stranger", all[0].value});
  EXPECT_NE(fault_with(tensors).find("stranger"), std::string::npos);
  tensors = all;
  tensors[0].value = tensors[0].value.flatten();
  EXPECT_NE(fault_with(tensors).find("another shape"), std::string::npos);
  for (const float bad : {NAN, INFINITY}) {
    tensors = all;
    tensors[1].value = tensors[1].value.detach().clone().fill_(bad);
    const std::string fault = fault_with(tensors);
    EXPECT_NE(fault.find("tensor " + all[1].name + ": a tensor holds NaN or infinity"), std::string::npos) << fault;
  }
  EXPECT_EQ(fault_with(all), "accepted");
}

TEST_F(Damage, PicklesAndArchivesAreRefusedByName) {
  const auto vae = run.make();
  for (const std::string& bytes :
       {std::string("PK\x03\x04 archive of torch.save", 28), std::string("\x80\x02}q\x00.", 6), std::string()}) {
    publish_file(folder.path() / "model.pt", bytes);
    EXPECT_NE(fault_of([&] { load_weights(*vae, folder.path() / "model.pt"); }), "accepted");
  }
}

TEST_F(Damage, ACheckpointWithoutOptimiserIsRefusedForTraining) {
  for (const auto& at : {last, previous}) {
    fs::remove(at / "optimizer.safetensors");
    Json manifest = read_json(at / "manifest.json");
    manifest["files"].erase("optimizer.safetensors");
    write_json(at / "manifest.json", manifest);
  }
  EXPECT_NE(fault_of([&] { run.go(folder.path()); }).find("optimi"), std::string::npos);
}

TEST_F(Damage, AManifestThatNamesAForeignFileIsDamaged) {
  for (const auto& at : {last, previous}) {
    Json manifest = read_json(at / "manifest.json");
    manifest["files"]["../../x"] = {{"bytes", 1}, {"sha256", ""}};
    write_json(at / "manifest.json", manifest);
  }
  EXPECT_NE(fault_of([&] { run.go(folder.path()); }).find("foreign file"), std::string::npos);
}

}  // namespace
}  // namespace songscape
