#include "models/registry.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace songscape {
namespace {

std::string fault_of(const ModelSpec& spec) {
  try {
    make_model(spec);
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::usage);
    return e.what();
  }
  return "accepted";
}

ConfigMap settings(const std::string& assignment) {
  ConfigMap map;
  map.set(assignment);
  return map;
}

TEST(Registry, NamesTheNearestModelAndTheKnownSizes) {
  EXPECT_NE(fault_of({.name = "conv_va"}).find("did you mean 'conv_vae'?"), std::string::npos);
  EXPECT_NE(fault_of({.name = "conv_vae", .size = "huge"}).find("spec or compact"), std::string::npos);
}

TEST(Registry, EveryPresetReadsAtBothSizesAndCompactTablesReplaceTheKeysAbove) {
  for (const std::string& name : model_names()) {
    EXPECT_FALSE(model_keys(name, "spec").empty());
    EXPECT_NE(config_differences(model_keys(name, "compact"), model_keys(name, "spec")).size(), 0u) << name;
  }
  EXPECT_EQ(preset("conv_vae", "compact").entries.at("bottleneck_channels").value, ConfigValue(int64_t{16}));
  EXPECT_EQ(preset("conv_vae", "spec").entries.at("bottleneck_channels").value, ConfigValue(int64_t{0}));
}

TEST(Registry, AFormLaysItsKeysOverTheSizes) {
  EXPECT_EQ(model_forms("conv_vae"), (std::vector<std::string>{"documented", "principal", "views"}));
  EXPECT_EQ(preset("conv_vae", "compact").entries.at("pooling").value, ConfigValue(std::string("none")));
  const ConfigMap views = preset("conv_vae", "compact", "views");
  EXPECT_EQ(views.entries.at("pooling").value, ConfigValue(std::string("time")));
  EXPECT_EQ(views.entries.at("bottleneck_channels").value, ConfigValue(int64_t{16}));
  EXPECT_EQ(views.entries.at("train.epochs").value, ConfigValue(int64_t{40}));
  EXPECT_EQ(preset("conv_vae", "spec", "views").entries.at("train.epochs").value, ConfigValue(int64_t{100}));
  EXPECT_THROW(preset("conv_vae", "spec", "viewz"), Error);
}

TEST(Registry, EveryFormOfEveryModelIsBuiltAtBothSizes) {
  for (const std::string& name : model_names())
    for (const std::string& form : model_forms(name)) {
      ConfigMap all = preset(name, "compact", form);
      if (name == "cvae" || form == "cvae") all.set("n_classes=3");
      EXPECT_GT(make_model({.name = name, .size = "compact", .settings = all})->n_parameters(), 0) << name << form;
    }
}

TEST(Registry, CompactModelsAreAsSmallAsTheDocumentsPromise) {
  EXPECT_EQ(make_model({.name = "basic_vae", .size = "compact"})->n_parameters(), 4'742'848);
  EXPECT_EQ(make_model({.name = "conv_vae", .size = "compact"})->n_parameters(), 2'321'329);
  EXPECT_EQ(make_model({.name = "beta_vae", .size = "compact"})->n_parameters(), 2'321'329);
  const ModelSpec factor{.name = "beta_vae", .size = "compact", .settings = settings("objective=factor")};
  EXPECT_EQ(make_model(factor)->n_parameters(), 2'321'329 + 164'865);  // with its discriminator
  const ModelSpec cvae{.name = "cvae", .size = "compact", .settings = settings("n_classes=45")};
  EXPECT_LT(make_model(cvae)->n_parameters(), 3'000'000);
  EXPECT_EQ(make_model({.name = "vade", .size = "compact"})->n_parameters(), 4'755'698);
  const auto hybrid = [](const std::string& form) {
    ConfigMap all = preset("multimodal_vae", "compact", form);
    if (form == "cvae") all.set("n_classes=45");
    return make_model({.name = "multimodal_vae", .size = "compact", .settings = all})->n_parameters();
  };
  EXPECT_EQ(hybrid(kDocumentedForm), 207'143);
  EXPECT_EQ(hybrid("conv"), 182'994);
  EXPECT_EQ(hybrid("cvae"), 239'663);
}

TEST(Registry, UnknownKeysAndValuesOutOfRangeAreUsageErrors) {
  EXPECT_NE(fault_of({.name = "conv_vae", .size = "compact", .settings = settings("latent_dims=3")}).find("latent_dim"),
            std::string::npos);
  for (const char* bad :
       {"latent_dim=0", "latent_dim=-1", "loss.beta=inf", "loss.beta=-1", "dropout=1", "latent_dim=1e30",
        "channels=[0]", "activation=relux", "likelihood.kind=poisson", "input_shape=[]"})
    EXPECT_NE(fault_of({.name = "conv_vae", .size = "compact", .settings = settings(bad)}), "accepted") << bad;
}

TEST(Registry, TheShapeFollowsFromTheDataAndContradictionsAreRefused) {
  const auto model = make_model({.name = "basic_vae", .size = "compact", .input_shape = {64}});
  EXPECT_EQ(model->input_shape(), (std::vector<int64_t>{64}));
  EXPECT_NE(
      fault_of({.name = "basic_vae", .size = "compact", .input_shape = {64}, .settings = settings("input_shape=[32]")})
          .find("input_shape does not fit the data"),
      std::string::npos);
}

TEST(Registry, ConvolutionsRefuseRowsThatTheyCannotHalve) {
  EXPECT_NE(fault_of({.name = "conv_vae", .size = "compact", .input_shape = {39}}).find("basic_vae"),
            std::string::npos);
  EXPECT_NE(fault_of({.name = "conv_vae", .size = "compact", .input_shape = {8, 100}}).find("at least 16"),
            std::string::npos);
}

}  // namespace
}  // namespace songscape
