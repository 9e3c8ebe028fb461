// How a command of the program is written.  One file a command, `src/cli/<command>.cpp`, with one function:
//
//   void add_verify(CLI::App& app, Session& session) {
//     struct Options { std::string repair; };
//     auto options = std::make_shared<Options>();
//     CLI::App* command = add_command(app, session, "verify", "Find every damaged record of a library",
//                                     {Flag::library, Flag::json, Flag::csv});
//     command->get_option("--library")->required();
//     command->add_option("--repair", options->repair, "write a repaired copy here")->type_name("COPY");
//     on_run(command, session, [options, &session] { session.print(table); return ExitCode::ok; });
//   }
//
// and one line in each of commands.h, commands.cpp, CMakeLists.txt and docs/commands.md.  A flag of `Flag` means the
// same in every command and is never declared by hand.  Faults are thrown (core/error.h); what is printed goes through
// Session::print, messages through core/log.h.  Nothing here sees LibTorch.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/json.h"

namespace songscape {

struct Table;

enum class Flag { library, runs, run, study, output, seed, seeds, device, threads, precision, json, csv, dry_run };

// Exit code of a finished command; faults are thrown.
using Action = std::function<ExitCode()>;

// One call of the program: the shared flags, and the way results leave.
struct Session {
  std::string library;             // --library L, a .songscape folder
  std::string runs = "runs";       // --runs DIR
  std::string run;                 // --run R, a run folder or a model's name
  std::string study;               // --study S
  std::string output;              // --output PATH
  std::string csv;                 // --csv FILE, "-" for standard output; empty: none
  std::string device = "auto";     // auto, cpu, cuda
  std::string precision = "auto";  // auto, f32, bf16
  uint64_t seed = 0;
  int64_t n_seeds = 1;
  int64_t threads = 0;  // 0: every core this process may use
  bool json = false;
  bool quiet = false;
  bool dry_run = false;
  Action action;               // of the command that was asked for
  std::string wrong_usage_of;  // "songscape train", for messages

  int n_threads() const;  // at least 1

  // The result: aligned text, or JSON under --json; --csv FILE gets the table too ("-": instead of the text).
  // Error `failed` where standard output cannot take it.
  void print(const Table& table) const;
  // A result that is more than a table: `object` under --json, `table` elsewhere.
  void print(const Json& object, const Table& table) const;
  // Text as it is, line end included (already escaped where it came from a user); nothing is added.
  void print_text(std::string_view text) const;
};

// A subcommand with --help, --quiet and `flags`.
CLI::App* add_command(CLI::App& app, Session& session, const std::string& name, const std::string& help,
                      std::initializer_list<Flag> flags);
void on_run(CLI::App* command, Session& session, Action action);

// Begins the name of a validator made by one_of(); its choices follow, separated by commas.
inline constexpr std::string_view kChoicesMark = "one of ";

// Checks for values of options: each fault tells the value seen and the values allowed, whatever the locale.
CLI::Validator whole_number(int64_t low, int64_t high);
CLI::Validator unsigned_number();  // 0 … 2^64 − 1
CLI::Validator real_number(double low, double high);
CLI::Validator one_of(std::vector<std::string> choices);  // names the nearest

}  // namespace songscape
