#include "cli/command_tree.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>

#include "cli/command.h"
#include "core/text.h"

namespace songscape {
namespace {

// one_of() leaves its choices in the validator's name.
std::vector<std::string> choices_of(CLI::Option& option) {
  try {
    const std::string name = option.get_validator(0)->get_name();
    return name.starts_with(kChoicesMark) ? split(name.substr(kChoicesMark.size()), ',') : std::vector<std::string>{};
  } catch (const CLI::OptionNotFound&) {
    return {};
  }
}

OptionFacts facts_of(CLI::Option& o) {
  OptionFacts f;
  f.is_positional = o.get_positional();
  for (const std::string& n : o.get_snames()) f.names.push_back("-" + n);
  for (const std::string& n : o.get_lnames()) f.names.push_back("--" + n);
  if (f.is_positional) f.names = {o.get_name(true)};
  if (o.get_items_expected_max() > 0) f.value = f.is_positional ? f.names[0] : o.get_type_name();
  f.help = o.get_description();
  f.choices = choices_of(o);
  f.is_required = o.get_required();
  f.is_repeatable = o.get_items_expected_max() > 1;
  return f;
}

CommandFacts describe(const CLI::App& app, const std::string& parent) {
  CommandFacts facts;
  facts.name = app.get_name();
  facts.path = parent.empty() ? facts.name : parent + " " + facts.name;
  facts.help = app.get_description();
  for (const CLI::Option* o : app.get_options())
    if (!o->get_group().empty() || o->get_positional()) facts.options.push_back(facts_of(const_cast<CLI::Option&>(*o)));
  const auto rank = [](const OptionFacts& f) {
    return f.is_positional ? 0 : f.names.back() == "--help" ? 3 : f.names.back() == "--quiet" ? 2 : 1;
  };
  std::stable_sort(facts.options.begin(), facts.options.end(),
                   [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    if (!sub->get_group().empty()) facts.commands.push_back(describe(*sub, facts.path));
  return facts;
}

}  // namespace

bool OptionFacts::takes_path() const {
  static const std::set<std::string> kPaths = {"L",   "R",   "S", "DIR",   "FILE",     "PATH", "COPY",
                                               "OUT", "RUN", "A", "X.npy", "FILE.csv", "TABLE"};
  return choices.empty() && kPaths.contains(value);
}

std::string OptionFacts::shown() const {
  std::string text = is_positional ? value : names.back() + (value.empty() ? "" : " " + value);
  if (is_repeatable) text += "...";
  return is_positional && !is_required ? "[" + text + "]" : text;
}

std::string CommandFacts::synopsis() const {
  std::string text = path;
  if (!commands.empty()) text += " COMMAND";
  for (const OptionFacts& o : options)
    if (o.is_positional || o.is_required) text += " " + o.shown();
  return text + " [options]";
}

CommandFacts describe_commands(const CLI::App& app) { return describe(app, ""); }

std::vector<const CommandFacts*> flatten(const CommandFacts& root) {
  std::vector<const CommandFacts*> all;
  for (const CommandFacts& c : root.commands) {
    all.push_back(&c);
    for (const CommandFacts* inner : flatten(c)) all.push_back(inner);
  }
  return all;
}

}  // namespace songscape
