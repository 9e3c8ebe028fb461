#include "core/machine.h"

#include <gtest/gtest.h>

#include "core/parallel.h"

namespace songscape {
namespace {

TEST(Machine, TellsCoresMemoryAndKernel) {
  const Machine m = describe_machine();
  EXPECT_EQ(m.n_cores, available_cores());
  EXPECT_GT(m.memory_bytes, 64u << 20);
  EXPECT_GT(m.available_bytes, 0u);
  EXPECT_LE(m.available_bytes, m.memory_bytes);
  EXPECT_TRUE(m.kernel.starts_with("Linux "));
  EXPECT_FALSE(m.has("a feature that no CPU has"));
}

}  // namespace
}  // namespace songscape
