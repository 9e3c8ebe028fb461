#include "cli/command.h"

#include <charconv>
#include <utility>

#include "core/parallel.h"
#include "core/text.h"

namespace songscape {
namespace {

void add_flag(CLI::App* command, Session& s, Flag flag) {
  switch (flag) {
    case Flag::library:
      command->add_option("--library", s.library, "the library, a .songscape folder")->type_name("L");
      return;
    case Flag::runs:
      command->add_option("--runs", s.runs, "folder that holds the runs (default: runs)")->type_name("DIR");
      return;
    case Flag::run:
      command->add_option("--run", s.run, "a run's folder, or a model's name: its best finished run")->type_name("R");
      return;
    case Flag::study:
      command->add_option("--study", s.study, "the study's name")->type_name("S");
      return;
    case Flag::output:
      command->add_option("--output", s.output, "where the result goes")->type_name("PATH");
      return;
    case Flag::seed:
      command->add_option("--seed", s.seed, "number that fixes every random choice (default: 0)")
          ->check(unsigned_number())
          ->type_name("N");
      return;
    case Flag::seeds:
      command->add_option("--seeds", s.n_seeds, "how many seeds to run (default: 1)")
          ->check(whole_number(1, 1000))
          ->type_name("N");
      return;
    case Flag::device:
      command
          ->add_option("--device", s.device,
                       "where models compute: auto, cpu or cuda, built but not yet run on a GPU (default: auto)")
          ->check(one_of({"auto", "cpu", "cuda"}))
          ->type_name("D");
      return;
    case Flag::threads:
      command->add_option("--threads", s.threads, "threads to use (default: every core)")
          ->check(whole_number(1, 1024))
          ->type_name("N");
      return;
    case Flag::precision:
      command->add_option("--precision", s.precision, "auto, f32 or bf16 (default: auto)")
          ->check(one_of({"auto", "f32", "bf16"}))
          ->type_name("P");
      return;
    case Flag::json:
      command->add_flag("--json", s.json, "print the result as JSON");
      return;
    case Flag::csv:
      command->add_option("--csv", s.csv, "write the table as CSV here too (-: to standard output)")->type_name("FILE");
      return;
    case Flag::dry_run:
      command->add_flag("--dry-run", s.dry_run, "say what would be done, and change nothing");
      return;
  }
}

std::string shown(const std::string& value) { return "'" + escape_for_terminal(value) + "'"; }

}  // namespace

int Session::n_threads() const { return threads > 0 ? static_cast<int>(threads) : available_cores(); }

CLI::App* add_command(CLI::App& app, Session& session, const std::string& name, const std::string& help,
                      std::initializer_list<Flag> flags) {
  CLI::App* command = app.add_subcommand(name, help);
  for (const Flag flag : flags) add_flag(command, session, flag);
  command->add_flag("--quiet", session.quiet, "no progress and no messages but errors");
  return command;
}

void on_run(CLI::App* command, Session& session, Action action) {
  command->callback([&session, action = std::move(action)] { session.action = action; });
}

CLI::Validator whole_number(int64_t low, int64_t high) {
  const auto check_value = [low, high](std::string& text) -> std::string {
    const auto value = parse_integer(text);
    if (value && *value >= low && *value <= high) return {};
    return shown(text) + " is not a whole number from " + std::to_string(low) + " to " + std::to_string(high);
  };
  return CLI::Validator(check_value, "");
}

CLI::Validator unsigned_number() {
  const auto check_value = [](std::string& text) -> std::string {
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (!text.empty() && error == std::errc() && end == text.data() + text.size()) return {};
    return shown(text) + " is not a whole number from 0 to " + std::to_string(UINT64_MAX);
  };
  return CLI::Validator(check_value, "");
}

CLI::Validator real_number(double low, double high) {
  const auto check_value = [low, high](std::string& text) -> std::string {
    const auto value = parse_number(text);
    if (value && *value >= low && *value <= high) return {};
    return shown(text) + " is not a number from " + format_number(low) + " to " + format_number(high);
  };
  return CLI::Validator(check_value, "");
}

CLI::Validator one_of(std::vector<std::string> choices) {
  std::string name = std::string(kChoicesMark) + join(choices, ",");
  const auto check_value = [choices = std::move(choices)](std::string& text) -> std::string {
    for (const std::string& c : choices)
      if (c == text) return {};
    const auto near = nearest_name(text, choices);
    return shown(text) + " is not one of " + join(choices, ", ") + (near ? "; did you mean '" + *near + "'?" : "");
  };
  return CLI::Validator(check_value, "", std::move(name));
}

}  // namespace songscape
