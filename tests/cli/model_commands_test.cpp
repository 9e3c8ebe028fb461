// What the commands that work on trained models say of a wrong command line.
#include <gtest/gtest.h>

#include <filesystem>

#include "cli/shell.h"

namespace songscape {
namespace {

// What is said of a line that must be refused, leaving nothing behind.
std::string refused(const std::string& arguments) {
  const ProgramResult r = run_shell("\"$S\" " + arguments + "; code=$?; test -e out && echo written; exit $code");
  EXPECT_EQ(r.exit_code, 2) << arguments << ": " << r.err;
  EXPECT_EQ(r.out, "") << arguments;
  return r.err;
}

TEST(CreateCommands, NeedARunAndAnOutput) {
  EXPECT_NE(refused("generate --output out").find("--run"), std::string::npos);
  EXPECT_NE(refused("generate --run r").find("--output"), std::string::npos);
  EXPECT_NE(refused("steer --run r --output out --song a").find("--attribute"), std::string::npos);
  EXPECT_NE(refused("generate --run nothing --output out").find("nothing"), std::string::npos);
}

TEST(CreateCommands, TellTheRangeOfAValue) {
  EXPECT_NE(refused("generate --run r --output out --n-samples 0").find("from 1 to 10000"), std::string::npos);
  EXPECT_NE(refused("generate --run r --output out --component -1").find("from 0"), std::string::npos);
  EXPECT_NE(refused("steer --run r --output out --song a --attribute tempo --amount 11").find("from -10 to 10"),
            std::string::npos);
  EXPECT_NE(refused("generate --run r --output out --between a").find("--between"), std::string::npos);
  EXPECT_NE(refused("generate --run r --output out --clas jazz").find("--class"), std::string::npos);
}

TEST(ProveCommand, IsAboutOneRunOrComparesTwo) {
  EXPECT_NE(refused("prove").find("test"), std::string::npos);
  EXPECT_NE(refused("prove smoothness").find("neither --run nor --compare"), std::string::npos);
  EXPECT_NE(refused("prove smoothness --run nothing").find("nothing"), std::string::npos);
  EXPECT_NE(refused("prove reconstruction --run r --compare a b").find("both"), std::string::npos);
  EXPECT_NE(refused("prove reconstruction --compare a").find("--compare"), std::string::npos);
  EXPECT_NE(refused("prove traversal --run r --dimension -1").find("from 0"), std::string::npos);
  EXPECT_NE(refused("prove generate --run r --n-samples 0").find("from 1"), std::string::npos);
}

TEST(CompareCommand, NeedsAStudyAndRuns) {
  EXPECT_NE(refused("compare --runs out").find("--study"), std::string::npos);
  EXPECT_NE(refused("compare --runs nowhere --study s").find("nowhere"), std::string::npos);
  EXPECT_NE(refused("compare nothing --study s").find("nothing"), std::string::npos);
}

TEST(Device, CudaWithoutAGpuIsRefusedWithWhatToDo) {
  if (std::filesystem::exists("/dev/nvidiactl")) GTEST_SKIP() << "there may be a GPU here";
  const std::string fault = refused("train conv_vae --data x.npy --runs out --device cuda");
  for (const char* part : {"there is no GPU to compute on", "--device", "auto or cpu"})
    EXPECT_NE(fault.find(part), std::string::npos) << fault;
}

}  // namespace
}  // namespace songscape
