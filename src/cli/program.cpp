#include "cli/program.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <new>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/text.h"

namespace songscape {
namespace {

constexpr const char* kAbout =
    "Songscape learns the shape of a music collection: it reads a folder of songs, trains variational autoencoders "
    "on them, measures what each one learnt, groups and maps the songs.\n"
    "Exit codes: 0 ok, 1 failed, 2 usage, 3 partly done, 4 damaged input, 75 locked, 130 stopped by Ctrl-C.";

// LibTorch appends a stack trace to its messages; people get the message.
std::string first_part(const std::string& message) {
  const size_t trace = std::min(message.find("\nException raised from"), message.find("\nC++ CapturedTraceback"));
  return message.substr(0, trace);
}

// A message may list faults, a line each.
int report(ExitCode code, const std::string& message) {
  for (const std::string& line : split(message, '\n')) log_error(line);
  return static_cast<int>(code);
}

std::string help_of(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  return parent ? command.help(parent->get_parent() ? "songscape " + parent->get_name() : "songscape") : command.help();
}

const CLI::App& innermost(const CLI::App& app) {
  const auto parsed = app.get_subcommands();
  return parsed.empty() ? app : innermost(*parsed.back());
}

int answer_parse_error(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = innermost(app);
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {  // --help, --version
    const bool is_version = dynamic_cast<const CLI::CallForVersion*>(&error) != nullptr;
    write_standard_output(is_version ? std::string(error.what()) + "\n" : help_of(command));
    return 0;
  }
  const std::string name = &command == &app ? "songscape" : "songscape " + command.get_name();
  return report(ExitCode::usage, name + ": " + error.what() + "; see '" + name + " --help'");
}

int parse_and_run(const std::vector<std::string>& arguments) {
  Session session;
  const auto app = make_app(session);
  if (arguments.empty()) {
    std::cerr << app->help() << "\nerror: no command is given\n";
    return static_cast<int>(ExitCode::usage);
  }
  check_arguments(*app, arguments);
  try {
    app->parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    return answer_parse_error(*app, error);
  }
  set_log_level(session.quiet ? LogLevel::quiet : LogLevel::normal);
  return static_cast<int>(session.action());
}

}  // namespace

std::unique_ptr<CLI::App> make_app(Session& session) {
  auto app = std::make_unique<CLI::App>(kAbout, "songscape");
  app->set_version_flag("--version", "songscape " SONGSCAPE_VERSION, "Print the version and exit");
  app->require_subcommand(1);
  app->get_formatter()->column_width(32);
  add_commands(*app, session);
  return app;
}

int run_program(const std::vector<std::string>& arguments) {
  secure_standard_streams();
  install_interrupt_handlers();
  try {
    const int code = parse_and_run(arguments);
    finish_standard_output();
    return code;
  } catch (const Error& error) {
    return report(error.exit_code(), error.what());
  } catch (const std::bad_alloc&) {
    return report(ExitCode::failed, "out of memory: close other programs, or lower --threads or the batch size");
  } catch (const std::exception& error) {
    return report(ExitCode::failed, first_part(error.what()));
  }
}

}  // namespace songscape
