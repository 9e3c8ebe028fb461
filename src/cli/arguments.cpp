#include "cli/arguments.h"

#include <CLI/CLI.hpp>
#include <map>
#include <optional>
#include <utility>

#include "core/error.h"
#include "core/text.h"

namespace songscape {
namespace {

std::string quoted(const std::string& text) { return "'" + escape_for_terminal(text) + "'"; }

std::string path_of(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  return parent ? path_of(*parent) + " " + command.get_name() : "songscape";
}

// "did you mean '--library'?", or the names that begin so, or where to look.
std::string suggestion(const std::string& name, const std::vector<std::string>& known, const CLI::App& command) {
  std::vector<std::string> longer;
  for (const std::string& k : known)
    if (name.size() > 2 && k.starts_with(name)) longer.push_back("'" + k + "'");
  if (!longer.empty()) return "did you mean " + join(longer, " or ") + "?";
  if (const auto near = nearest_name(name, known)) return "did you mean '" + *near + "'?";
  return "see '" + path_of(command) + " --help'";
}

class Walk {
 public:
  Walk(const CLI::App& app, const std::vector<std::string>& arguments) : command_(&app), arguments_(arguments) {}

  void run() {
    for (at_ = 0; at_ < arguments_.size(); ++at_) {
      const std::string& a = arguments_[at_];
      if (a == "--") return check_rest();
      if (a.size() > 1 && a[0] == '-' && !parse_number(a))
        option(a);
      else
        word(a);
    }
  }

 private:
  [[noreturn]] void refuse(std::string what, std::string seen, std::string fix) const {
    fail(ExitCode::usage, {.what = std::move(what),
                           .where = path_of(*command_),
                           .seen = std::move(seen),
                           .wanted = {},
                           .fix = std::move(fix)});
  }

  void check_rest() const {
    if (at_ + 1 == arguments_.size()) refuse("nothing follows '--'", {}, "leave it out, or put a file behind it");
  }

  void word(const std::string& a) {
    std::vector<std::string> names;
    for (const CLI::App* sub : command_->get_subcommands([](const CLI::App*) { return true; })) {
      if (sub->get_name() == a) {
        command_ = sub;
        seen_.clear();
        return;
      }
      if (!sub->get_group().empty()) names.push_back(sub->get_name());
    }
    if (names.empty() || takes_words()) return;
    refuse("unknown command " + quoted(a), {}, suggestion(a, names, *command_));
  }

  bool takes_words() const {
    const auto options = command_->get_options([](const CLI::Option* o) { return o->get_positional(); });
    return !options.empty();
  }

  void option(const std::string& a) {
    const size_t equals = a.starts_with("--") ? a.find('=') : std::string::npos;
    const std::string name = a.substr(0, equals);
    const CLI::Option* found = command_->get_option_no_throw(name);
    if (!found) refuse("unknown option " + quoted(name), {}, suggestion(name, known_options(), *command_));
    if (++seen_[found] == 2 && found->get_items_expected_max() <= 1)
      refuse("option '" + name + "' is given twice", {}, "give it once");
    const bool has_value = equals != std::string::npos;
    if (found->get_items_expected_max() == 0) {
      if (has_value) refuse("option '" + name + "' takes no value", quoted(a), "write '" + name + "'");
      return;
    }
    check_value(name, has_value ? a.substr(equals + 1) : next_word());
    if (!has_value) ++at_;
  }

  std::string next_word() const {
    const std::string next = at_ + 1 < arguments_.size() ? arguments_[at_ + 1] : "";
    return next.starts_with("--") ? "" : next;
  }

  void check_value(const std::string& name, const std::string& value) const {
    if (value.empty()) refuse("option '" + name + "' needs a value", {}, "see '" + path_of(*command_) + " --help'");
  }

  std::vector<std::string> known_options() const {
    std::vector<std::string> names;
    for (const CLI::Option* o : command_->get_options())
      for (const std::string& n : o->get_lnames()) names.push_back("--" + n);
    return names;
  }

  const CLI::App* command_;
  const std::vector<std::string>& arguments_;
  size_t at_ = 0;
  std::map<const CLI::Option*, int> seen_;
};

}  // namespace

void check_arguments(const CLI::App& app, const std::vector<std::string>& arguments) { Walk(app, arguments).run(); }

}  // namespace songscape
