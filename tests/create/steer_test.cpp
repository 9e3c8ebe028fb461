#include "create/steer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/csv.h"
#include "core/error.h"
#include "core/random.h"
#include "create/created_run.h"
#include "create/direction.h"
#include "data/npy.h"

namespace songscape {
namespace {

constexpr int64_t kRows = 200, kColumns = 5;

struct Places {
  Matrix z{kRows, kColumns};
  std::vector<int32_t> groups;
  Places() {
    Random random(4);
    for (int64_t i = 0; i < kRows; ++i) {
      for (float& value : z.row(i)) value = static_cast<float>(random.normal());
      z(i, 1) += z(i, 0);  // two columns go together
      groups.push_back(static_cast<int32_t>(i / 2));
    }
  }
  Attribute attribute(double weight, double noise) const {
    Attribute a{"a", "factor", false, {}};
    Random random(9);
    for (int64_t i = 0; i < kRows; ++i) a.values.push_back(5 + weight * z(i, 0) + noise * random.normal());
    return a;
  }
};

TEST(Direction, AStepRaisesTheAttributeByOneDeviationAlongTheSongs) {
  const Places places;
  const Direction d = fit_direction(places.z, places.attribute(2, 0), places.groups);
  EXPECT_GT(d.effect, 0.99);
  EXPECT_NEAR(2 * d.step[0], d.deviation, 0.01 * d.deviation);
  EXPECT_NEAR(d.step[1], d.step[0], 0.2) << "what goes with the attribute in the songs moves too";
  for (const size_t other : {2, 3, 4}) EXPECT_NEAR(d.step[other], 0, 0.15);
}

TEST(Direction, NoiseHasNoEffectAndAClassHasOne) {
  const Places places;
  EXPECT_LT(fit_direction(places.z, places.attribute(0, 1), places.groups).effect, 0.05);
  Attribute side = places.attribute(2, 0);
  side.is_class = true;
  for (double& value : side.values) value = value > 5;
  const Direction d = fit_direction(places.z, side, places.groups);
  EXPECT_GT(d.effect, 0.8);
  EXPECT_GT(d.step[0], 0.5);
}

TEST(Direction, SongsWithoutTheAttributeAreLeftOut) {
  const Places places;
  Attribute some = places.attribute(2, 0);
  for (size_t i = 0; i < 100; ++i) some.values[i] = std::nan("");
  EXPECT_EQ(fit_direction(places.z, some, places.groups).n_songs, 100);
  for (size_t i = 0; i < 195; ++i) some.values[i] = std::nan("");
  EXPECT_THROW(fit_direction(places.z, some, places.groups), Error);
  Attribute same = places.attribute(0, 0);
  EXPECT_THROW(fit_direction(places.z, same, places.groups), Error);
}

SteerRequest steer_request(const std::string& attribute, double amount = 1) {
  static int n = 0;
  SteerRequest request;
  request.run = CreatedRun::shared().run;
  request.song = "song107";
  request.attribute = attribute;
  request.amount = amount;
  request.output = CreatedRun::shared().folder.path() / ("steer" + std::to_string(++n));
  return request;
}

double change_of(const SteerResult& result, const std::string& measured) {
  const CsvTable t = parse_csv(result.side_effects.to_csv(), ',', "table");
  for (const auto& row : t.rows)
    if (row[0] == measured) return std::stod(row.at(static_cast<size_t>(t.find("change"))));
  return std::nan("");
}

std::string refusal(const SteerRequest& request) {
  try {
    steer(request);
    return {};
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::usage) << error.what();
    EXPECT_FALSE(fs::exists(request.output));
    return error.what();
  }
}

TEST(Steer, HeightMovesTheSoundingBandsUpAndDown) {
  const SteerRequest up = steer_request("height", 1.5);
  const SteerResult result = steer(up);
  EXPECT_GT(change_of(result, "brightness"), 0);
  EXPECT_LT(change_of(steer(steer_request("height", -1.5)), "brightness"), 0);
  for (const char* file :
       {"before.wav", "after.wav", "after.png", "after.npy", "z.npy", "direction.npy", "steer.csv", "side_effects.csv",
        "side_effects.png", "side_effects.svg", "overview.png", "generation.csv"})
    EXPECT_TRUE(fs::exists(up.output / file)) << file;
  const Matrix z = read_npy_matrix(up.output / "z.npy"), step = read_npy_matrix(up.output / "direction.npy");
  for (int64_t d = 0; d < z.n_cols; ++d) EXPECT_NEAR(z(1, d) - z(0, d), 1.5 * step(d, 0), 1e-4);
}

TEST(Steer, TakesClassesAndMeasuredAttributesToo) {
  EXPECT_LT(change_of(steer(steer_request("half=low")), "brightness"), 0);
  EXPECT_LT(change_of(steer(steer_request("half")), "brightness"), 0) << "the second of two classes";
  EXPECT_GT(change_of(steer(steer_request("brightness")), "brightness"), 0);
}

TEST(Steer, RefusesWhatIsUnknownConstantOrNotTold) {
  EXPECT_NE(refusal(steer_request("hight")).find("did you mean 'height'?"), std::string::npos);
  EXPECT_NE(refusal(steer_request("same")).find("the same in all"), std::string::npos);
  const std::string told = refusal(steer_request("random"));
  EXPECT_NE(told.find("does not tell"), std::string::npos);
  EXPECT_NE(told.find("R^2 -"), std::string::npos) << told;
  SteerRequest of_array = steer_request("height");
  of_array.run = CreatedRun::shared().array_run;
  EXPECT_NE(refusal(of_array).find("an array"), std::string::npos);
}

TEST(Steer, ALibraryWithoutLevelHasNoLoudness) {
  SteerRequest request = steer_request("loudness");
  request.library = CreatedRun::shared().clip_referenced.string();
  EXPECT_NE(refusal(request).find("keeps no loudness"), std::string::npos);
  request.attribute = "height";
  EXPECT_TRUE(std::isnan(change_of(steer(request), "loudness")));
}

}  // namespace
}  // namespace songscape
