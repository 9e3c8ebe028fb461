#include "core/config.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace songscape {
namespace {

struct Inner {
  double beta = 1.0;
  template <class V>
  void visit(V& v) {
    v("beta", beta, "weight of the KL term", Range{0, 1e6});
  }
};
struct Outer {
  int64_t batch = 16;
  std::string kind = "a";
  std::vector<int64_t> widths = {512, 256};
  bool is_on = false;
  Inner loss;
  template <class V>
  void visit(V& v) {
    v("batch", batch, "songs a step", Range{1, 65536});
    v("kind", kind, "which", OneOf{"alpha", "beta"});
    v("widths", widths, "layer widths", Range{1, 1e6});
    v("is_on", is_on, "a switch");
    v.section("loss", loss);
  }
};

std::string fault_of(const std::string& toml) {
  try {
    Outer c;
    read_config(c, ConfigMap::from_text(toml, "c.toml"));
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::usage);
    return e.what();
  }
  return "accepted";
}

TEST(Config, ReadsSectionsListsAndAssignments) {
  ConfigMap map = ConfigMap::from_text("batch = 8\nwidths = [3, 4]\n[loss]\nbeta = 2\n", "c.toml");
  map.set("kind=alpha");
  map.set("loss.beta=4.5");
  map.set("is_on=true");
  Outer c;
  read_config(c, map);
  EXPECT_EQ(c.batch, 8);
  EXPECT_EQ(c.kind, "alpha");
  EXPECT_EQ(c.widths, (std::vector<int64_t>{3, 4}));
  EXPECT_EQ(c.loss.beta, 4.5);
  EXPECT_TRUE(c.is_on);
}

TEST(Config, SaysWhereWhatAndWhatIsAllowed) {
  EXPECT_NE(fault_of("\nbatch = 0").find("c.toml:2:9: key 'batch' is out of range (seen: 0); wanted 1 to 65536"), std::string::npos) << fault_of("\nbatch = 0");
  EXPECT_NE(fault_of("bach = 1").find("did you mean 'batch'?"), std::string::npos);
  EXPECT_NE(fault_of("batch = 'x'").find("a whole number"), std::string::npos);
  EXPECT_NE(fault_of("batch = 1\nbatch = 2").find("c.toml:2"), std::string::npos);
  EXPECT_NE(fault_of("kind = 'alpa'").find("did you mean 'alpha'?"), std::string::npos);
  for (const char* bad : {"[loss]\nbeta = nan", "[loss]\nbeta = inf", "[loss]\nbeta = -1", "batch = 9223372036854775808", "batch"}) EXPECT_NE(fault_of(bad), "accepted") << bad;
}

TEST(Config, RefusesHugeAndDeepFiles) {
  EXPECT_NE(fault_of("x = '" + std::string(2 << 20, 'a') + "'").find("too large"), std::string::npos);
  EXPECT_NE(fault_of("x = " + std::string(10'000, '[')), "accepted");
}

TEST(Config, WritesWhatItReadsBack) {
  Outer c;
  c.kind = "beta";
  c.loss.beta = 0.1;
  c.widths = {1};
  Outer again;
  read_config(again, ConfigMap::from_text(to_toml(c), "again"));
  EXPECT_TRUE(config_differences(list_config(again), list_config(c)).empty());
  again.loss.beta = 2;
  EXPECT_EQ(config_differences(list_config(again), list_config(c)), (std::vector<std::string>{"loss.beta: now 2.0, was 0.1"}));
}

}  // namespace
}  // namespace songscape
