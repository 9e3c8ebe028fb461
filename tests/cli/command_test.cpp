// Shared flags and the checks of values, on a small program of their own.
#include "cli/command.h"

#include <gtest/gtest.h>

#include "cli/arguments.h"
#include "cli/command_tree.h"

namespace songscape {
namespace {

struct Example {
  CLI::App app{"example", "songscape"};
  Session session;
  double amount = 0;
  std::vector<std::string> settings;
  std::string file;

  Example() {
    CLI::App* command = add_command(app, session, "play", "Play",
                                    {Flag::library, Flag::seed, Flag::threads, Flag::device, Flag::precision});
    command->add_option("--amount", amount, "how much")->check(real_number(-2, 2))->type_name("X");
    command->add_option("--set", settings, "a setting")->allow_extra_args(false)->type_name("KEY=VALUE");
    command->add_option("FILE", file, "what to play");
    on_run(command, session, [] { return ExitCode::partly; });
  }

  // What is wrong with the command line; empty: nothing.
  std::string fault(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "play");
    try {
      check_arguments(app, arguments);
      app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const Error& error) {
      EXPECT_EQ(error.exit_code(), ExitCode::usage);
      return error.what();
    } catch (const CLI::ParseError& error) {
      return error.what();
    }
    return {};
  }
};

TEST(Command, SharedFlagsReachTheSession) {
  Example e;
  EXPECT_EQ(e.fault({"--library", "a.songscape", "--seed", "18446744073709551615", "--threads=3", "--device", "cpu"}),
            "");
  EXPECT_EQ(e.session.library, "a.songscape");
  EXPECT_EQ(e.session.seed, UINT64_MAX);
  EXPECT_EQ(e.session.n_threads(), 3);
  EXPECT_EQ(e.session.device, "cpu");
  EXPECT_EQ(e.session.action(), ExitCode::partly);
}

TEST(Command, ValuesOutOfRangeTellTheRange) {
  EXPECT_EQ(Example().fault({"--seed", "18446744073709551616"}),
            "--seed: '18446744073709551616' is not a whole number from 0 to 18446744073709551615");
  for (const char* bad : {"-1", "1.5", "0x10", " 7", "7 ", "1e3", "١٢", "nan"})
    EXPECT_NE(Example().fault({"--seed", bad}), "") << bad;
  EXPECT_EQ(Example().fault({"--threads", "0"}), "--threads: '0' is not a whole number from 1 to 1024");
  EXPECT_EQ(Example().fault({"--amount", "1,5"}), "--amount: '1,5' is not a number from -2 to 2");
  EXPECT_NE(Example().fault({"--amount", "1e999"}), "");
}

TEST(Command, NegativeNumbersAreValuesNotOptions) {
  Example e;
  EXPECT_EQ(e.fault({"--amount", "-1.5"}), "");
  EXPECT_EQ(e.amount, -1.5);
}

TEST(Command, AnUnknownChoiceNamesTheNearest) {
  EXPECT_EQ(Example().fault({"--device", "cuba"}),
            "--device: 'cuba' is not one of auto, cpu, cuda; did you mean 'cuda'?");
}

TEST(Command, RepeatableOptionsMayBeRepeated) {
  Example e;
  EXPECT_EQ(e.fault({"--set", "a=1", "song.wav", "--set", "b=--x"}), "");
  EXPECT_EQ(e.settings, (std::vector<std::string>{"a=1", "b=--x"}));
  EXPECT_EQ(e.file, "song.wav");
}

TEST(Command, AFileThatBeginsWithADashFollowsADoubleDash) {
  Example e;
  EXPECT_EQ(e.fault({"--", "-rf"}), "");
  EXPECT_EQ(e.file, "-rf");
  EXPECT_NE(Example().fault({"-rf"}).find("unknown option '-rf'"), std::string::npos);
}

TEST(Command, AHundredThousandArgumentsAreRefusedCalmly) {
  EXPECT_NE(Example().fault(std::vector<std::string>(100'000, "x")), "");
}

TEST(CommandTree, TellsValuesChoicesAndPositionals) {
  Example e;
  const CommandFacts root = describe_commands(e.app);
  ASSERT_EQ(root.commands.size(), 1u);
  const CommandFacts& play = root.commands[0];
  EXPECT_EQ(play.synopsis(), "songscape play [FILE] [options]");
  const auto option = [&](const std::string& name) {
    for (const OptionFacts& o : play.options)
      if (o.names.back() == name) return o;
    return OptionFacts{};
  };
  EXPECT_EQ(option("--device").choices, (std::vector<std::string>{"auto", "cpu", "cuda"}));
  EXPECT_TRUE(option("--library").takes_path());
  EXPECT_EQ(option("--set").shown(), "--set KEY=VALUE...");
  EXPECT_TRUE(option("--quiet").value.empty());
}

}  // namespace
}  // namespace songscape
