#include "cli/completion.h"

#include <vector>

#include "cli/command_tree.h"
#include "core/text.h"

namespace songscape {
namespace {

std::vector<const CommandFacts*> with_root(const CommandFacts& root) {
  std::vector<const CommandFacts*> all = flatten(root);
  all.insert(all.begin(), &root);
  return all;
}

std::vector<std::string> names_of(const std::vector<CommandFacts>& commands) {
  std::vector<std::string> names;
  for (const CommandFacts& c : commands) names.push_back(c.name);
  return names;
}

// Inside '…' of any of the three shells, and inside the [ ] and : of zsh.
std::string plain(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\'' ? std::string("’") : c == '[' ? "(" : c == ']' ? ")" : std::string(1, c);
  return out;
}

std::string replace_all(std::string text, const std::string& from, const std::string& to) {
  for (size_t i = 0; (i = text.find(from, i)) != std::string::npos; i += to.size()) text.replace(i, from.size(), to);
  return text;
}

// What may follow a word of the command line, as bash's compgen takes it.
std::string bash_words(const CommandFacts& c) {
  std::vector<std::string> words = names_of(c.commands);
  for (const OptionFacts& o : c.options) {
    if (!o.is_positional) words.push_back(o.names.back());
    if (o.is_positional) words.insert(words.end(), o.choices.begin(), o.choices.end());
  }
  return join(words, " ");
}

bool has_file_positional(const CommandFacts& c) {
  for (const OptionFacts& o : c.options)
    if (o.is_positional && o.choices.empty()) return true;
  return false;
}

std::string bash_values(const CommandFacts& c) {
  std::string out;
  for (const OptionFacts& o : c.options) {
    if (o.is_positional || o.value.empty()) continue;
    const std::string answer = !o.choices.empty()
                                   ? "mapfile -t COMPREPLY < <(compgen -W '" + join(o.choices, " ") + "' -- \"$word\")"
                               : o.takes_path() ? "mapfile -t COMPREPLY < <(compgen -f -- \"$word\")"
                                                : "COMPREPLY=()";
    out += "    '" + c.path + "|" + o.names.back() + "') " + answer + "; return ;;\n";
  }
  return out;
}

std::string zsh_option(const OptionFacts& o) {
  std::string value;
  if (!o.choices.empty())
    value = ":" + plain(o.value) + ":(" + join(o.choices, " ") + ")";
  else if (!o.value.empty())
    value = ":" + plain(o.value) + ":" + (o.takes_path() || o.is_positional ? "_files" : "");
  if (o.is_positional) return "'" + std::string(o.is_repeatable ? "*" : "") + value + "'";
  const std::string help = replace_all(plain(o.help), ":", "\\:");
  return "'" + std::string(o.is_repeatable ? "*" : "") + o.names.back() + "[" + help + "]" + value + "'";
}

std::string zsh_function(const CommandFacts& c) {
  std::string out = "_" + replace_all(replace_all(c.path, " ", "_"), "-", "_") + "() {\n";
  if (!c.commands.empty()) {
    out += "  local -a commands=(\n";
    for (const CommandFacts& s : c.commands) out += "    '" + s.name + ":" + plain(s.help) + "'\n";
    out += "  )\n";
  }
  out += "  _arguments -C";
  for (const OptionFacts& o : c.options) out += " \\\n    " + zsh_option(o);
  if (c.commands.empty()) return out + "\n}\n\n";
  out += " \\\n    '1:command:{_describe command commands}' \\\n    '*::argument:->rest'\n";
  out += "  [[ $state == rest ]] || return\n  case $words[1] in\n";
  for (const CommandFacts& s : c.commands)
    out += "    " + s.name + ") _" + replace_all(replace_all(s.path, " ", "_"), "-", "_") + " ;;\n";
  return out + "  esac\n}\n\n";
}

std::string fish_line(const std::string& condition, const std::string& rest, const std::string& help) {
  return "complete -c songscape -n '" + condition + "' " + rest + " -d '" + plain(help) + "'\n";
}

}  // namespace

std::string bash_completion(const CommandFacts& root) {
  std::string words, values, sub;
  for (const CommandFacts* c : with_root(root)) {
    words += "    '" + c->path + "') words='" + bash_words(*c) + "'; files=" + (has_file_positional(*c) ? "1" : "") +
             " ;;\n";
    values += bash_values(*c);
    for (const CommandFacts& s : c->commands) sub += "      '" + c->path + "|" + s.name + "') at='" + s.path + "' ;;\n";
  }
  return "# bash completion for songscape\n"
         "_songscape() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} at=songscape words= files= i\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    case \"$at|${COMP_WORDS[i]}\" in\n" +
         sub +
         "    esac\n"
         "  done\n"
         "  case \"$at|$before\" in\n" +
         values +
         "  esac\n"
         "  case \"$at\" in\n" +
         words +
         "  esac\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
         "  if [[ -n $files && $word != -* ]]; then mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -f -- "
         "\"$word\"); fi\n"
         "}\n"
         "complete -o filenames -o bashdefault -F _songscape songscape\n";
}

std::string zsh_completion(const CommandFacts& root) {
  std::string out = "#compdef songscape\n\n";
  for (const CommandFacts* c : with_root(root)) out += zsh_function(*c);
  return out + "_songscape \"$@\"\n";
}

std::string fish_completion(const CommandFacts& root) {
  std::string out = "# fish completion for songscape\ncomplete -c songscape -f\n";
  for (const CommandFacts& c : root.commands) out += fish_line("__fish_use_subcommand", "-a " + c.name, c.help);
  for (const CommandFacts* c : flatten(root)) {
    std::string condition = "__fish_seen_subcommand_from " + c->name;
    for (const CommandFacts& s : c->commands) out += fish_line(condition, "-a " + s.name, s.help);
    for (const OptionFacts& o : c->options) {
      const std::string value = o.value.empty()      ? ""
                                : !o.choices.empty() ? " -x -a \"" + join(o.choices, " ") + "\""
                                : o.takes_path()     ? " -r -F"
                                                     : " -x";
      if (!o.is_positional)
        out += fish_line(condition, "-l " + o.names.back().substr(2) + value, o.help);
      else if (!o.choices.empty())
        out += fish_line(condition, "-a \"" + join(o.choices, " ") + "\"", o.help);
      else
        out += fish_line(condition, "-F", o.help);
    }
  }
  return out;
}

}  // namespace songscape
