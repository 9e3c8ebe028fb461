// Trainings with labels and trainings in a row, on a library whose songs differ by class.
#include "run/train_all.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/json.h"
#include "data/library_source.h"
#include "data/tiny_library.h"
#include "run/train_run.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

constexpr int kTinySongs = 12;

void make_two_levels(const fs::path& library) {
  TinyLibrary tiny(library, "1");
  ColumnEntry genre{"genre", ColumnKind::label, {"high", "low"}, {}, {}};
  for (int s = 0; s < kTinySongs; ++s) {
    const float level = (s % 2 == 0 ? .6f : .2f) + .01f * static_cast<float>(s);
    tiny.add_clip(tiny.add_song(s), flat_clip(0, level));
    genre.codes.push_back(s == 5 ? -1 : s % 2);
  }
  tiny.publish({genre});
}

struct TrainAllTest : testing::Test {
  TemporaryFolder folder;
  fs::path library = folder.path() / "tiny.songscape", runs = folder.path() / "runs";
  TrainAllTest() { make_two_levels(library); }

  TrainAllRequest request() const {
    TrainAllRequest r;
    r.library = library.string();
    r.runs = runs;
    r.size = "compact";
    for (const char* s : {"epochs=1", "frame_pool=64", "latent_dim=3", "train.batch=4", "train.threads=1"})
      r.settings.set(s);
    return r;
  }
  // The states by model, form or condition, and seed.
  std::map<std::string, std::string> states(const TrainAllRequest& r) const {
    std::map<std::string, std::string> all;
    const Json rows = train_all(r).table.to_json();
    for (const Json& row : rows) {
      const std::string condition = row.at("condition"), form = row.at("form"), model = row.at("model");
      const std::string what = condition.empty() ? form : condition;
      all[model + " " + what + " " + row.at("seed").dump()] = row.at("state");
    }
    return all;
  }
  TrainAllRequest plain() const {
    TrainAllRequest r = request();
    r.forms = {"documented"};
    return r;
  }
  fs::path run_of(const std::string& model) const {
    for (const auto& entry : fs::directory_iterator(runs))
      if (entry.path().filename().string().find(model) != std::string::npos) return entry.path();
    return {};
  }

  TrainRequest cvae(std::vector<std::string> settings = {}) const {
    TrainRequest r;
    r.model = "cvae";
    r.size = "compact";
    r.runs = runs;
    for (const char* s : {"epochs=2", "frame_pool=64", "latent_dim=3", "train.batch=4", "train.threads=1"})
      r.settings.set(s);
    for (const std::string& s : settings) r.settings.set(s);
    r.source_path = library.string();
    return r;
  }
  TrainOutcome train(TrainRequest r, const std::string& column = "genre") const {
    const auto index = std::make_shared<const LibraryIndex>(library);
    if (!column.empty()) r.condition = condition_of_library(*index, column);
    return train_run(r, LibrarySource(index), clips_of_split(*index, split_songs(*index)));
  }
};

TEST_F(TrainAllTest, TrainsEachModelOnceAndDoesNotRepeatWhatIsThere) {
  const std::map<std::string, std::string> trained = {{"basic_vae documented 1", "trained"},
                                                      {"conv_vae documented 1", "trained"},
                                                      {"beta_vae documented 1", "trained"},
                                                      {"cvae genre 1", "trained"}};
  auto first = states(plain());
  EXPECT_EQ(first.at("vade documented 1").find("failed: n_components: there are fewer songs"), 0u);
  first.erase("vade documented 1");
  EXPECT_EQ(first, trained);
  const auto again = states(plain());
  for (const auto& [name, state] : trained) EXPECT_EQ(again.at(name), "there already") << name;

  // One gone, one not finished: these alone are done.
  fs::remove_all(run_of("basic_vae"));
  Json status = read_json(run_of("conv_vae") / "status.json");
  status["state"] = "running";
  write_json(run_of("conv_vae") / "status.json", status);
  auto third = states(plain());
  EXPECT_EQ(third.at("basic_vae documented 1"), "trained");
  EXPECT_EQ(third.at("conv_vae documented 1"), "resumed");
  EXPECT_EQ(third.at("cvae genre 1"), "there already");

  // A run that cannot go on is told of, and the others are not kept from going on.
  Json data = read_json(run_of("conv_vae") / "data.json");
  data["train_rows"] = "gone";
  write_json(run_of("conv_vae") / "data.json", data);
  write_json(run_of("conv_vae") / "status.json", status);
  fs::remove_all(run_of("cvae"));
  auto fourth = states(plain());
  EXPECT_EQ(fourth.at("conv_vae documented 1").find("failed: "), 0u) << fourth.at("conv_vae documented 1");
  EXPECT_EQ(fourth.at("cvae genre 1"), "trained");

  TrainAllRequest dry = plain();
  dry.n_seeds = 2;
  dry.is_dry_run = true;
  const auto planned = states(dry);
  EXPECT_EQ(planned.at("basic_vae documented 1"), "there already");
  EXPECT_EQ(planned.at("conv_vae documented 2"), "to train");
}

TEST_F(TrainAllTest, EveryFormOfAModelIsTrainedUnlessSomeAreNamed) {
  TrainAllRequest r = request();
  r.is_dry_run = true;
  EXPECT_EQ(states(r).at("beta_vae tc 1"), "to train");
  EXPECT_EQ(states(r).at("conv_vae views 1"), "to train");
  r.forms = {"tc"};
  EXPECT_EQ(states(r), (std::map<std::string, std::string>{{"beta_vae tc 1", "to train"}}));
}

TEST_F(TrainAllTest, UnknownConditionsAndSettingsAreRefusedBeforeAnythingIsTrained) {
  TrainAllRequest r = request();
  r.conditions = {"gendre"};
  EXPECT_THROW(train_all(r), Error);
  TrainAllRequest s = request();
  s.settings.set("latent_dims=3");
  EXPECT_THROW(train_all(s), Error);
  EXPECT_FALSE(fs::exists(runs));
}

TEST_F(TrainAllTest, SongsWithoutTheLabelAreLeftOutAndCounted) {
  testing::internal::CaptureStderr();
  const TrainOutcome outcome = train(cvae());
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(outcome.n_train + outcome.n_validation, kTinySongs - 1);
  EXPECT_NE(said.find("1 clips are left out: they have no genre"), std::string::npos) << said;
  const auto condition = condition_of_run(outcome.run);
  ASSERT_TRUE(condition.has_value());
  EXPECT_EQ(condition->classes, (std::vector<std::string>{"high", "low"}));
}

TEST_F(TrainAllTest, AModelWithoutAConditionRefusesOneAndCvaeAsksForOne) {
  TrainRequest plain = cvae();
  plain.model = "conv_vae";
  EXPECT_THROW(train(plain), Error);
  EXPECT_THROW(train(cvae(), ""), Error);
}

TEST_F(TrainAllTest, ResumedWithLabelsEqualsUninterrupted) {
  const fs::path whole = train(cvae({"epochs=3", "train.lr_schedule=constant"})).run;
  const fs::path parts = train(cvae({"epochs=1", "train.lr_schedule=constant"})).run;
  TrainRequest more;
  more.resume = parts;
  more.source_path = library.string();
  more.settings.set("epochs=3");
  train(more);
  const auto history = [](const fs::path& run) {
    const Json status = read_json(run / "status.json");
    return status.at("validation_loss").get<double>();
  };
  EXPECT_EQ(history(whole), history(parts));
}

TEST_F(TrainAllTest, OtherLabelsOnResumeAreRefused) {
  const fs::path run = train(cvae()).run;
  TrainRequest more;
  more.resume = run;
  more.source_path = library.string();
  try {
    train(more, "");
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::damaged);
    EXPECT_NE(std::string(e.what()).find("the labels are not those"), std::string::npos) << e.what();
  }
}

}  // namespace
}  // namespace songscape
