#include "cli/manual.h"

#include "cli/command_tree.h"
#include "core/text.h"

namespace songscape {
namespace {

// Text as roff takes it literally.
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else if (c == '\'' || (c == '.' && out.empty()))
      out += c == '.' ? "\\&." : "\\(aq";
    else if (c == '\n')
      out += "\n.br\n";
    else
      out += c;
  }
  return out;
}

std::string roff_option(const OptionFacts& o) {
  const std::string value = o.value.empty()   ? ""
                            : o.is_positional ? "\\fI" + roff(o.value) + "\\fR"
                                              : " \\fI" + roff(o.value) + "\\fR";
  std::string names;
  if (!o.is_positional)
    for (const std::string& n : o.names) names += (names.empty() ? "" : ", ") + ("\\fB" + roff(n) + "\\fR");
  return ".TP\n" + names + value + (o.is_repeatable ? "..." : "") + "\n" + roff(o.help) + "\n";
}

std::string markdown(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : c == '\n' ? std::string(" ") : std::string(1, c);
  return out;
}

constexpr const char* kExitCodes[][2] = {{"0", "ok"},
                                         {"1", "failed, or the output was lost"},
                                         {"2", "wrong usage: a command, option, key or path; nothing was written"},
                                         {"3", "done, but for the items listed"},
                                         {"4", "damaged or incompatible input; nothing was changed"},
                                         {"75", "another process holds the library"},
                                         {"130", "stopped by Ctrl-C, after a clean save"}};

}  // namespace

std::string man_page(const CommandFacts& root, const std::string& version) {
  std::string out = ".TH SONGSCAPE 1 \"\" \"songscape " + roff(version) +
                    "\" \"User commands\"\n"
                    ".SH NAME\nsongscape \\- learn the shape of a music collection\n"
                    ".SH SYNOPSIS\n.B songscape\n\\fICOMMAND\\fR [\\fIoptions\\fR]\n"
                    ".SH DESCRIPTION\n" +
                    roff(root.help) + "\n.SH COMMANDS\n";
  for (const CommandFacts* c : flatten(root)) {
    out += ".SS \"" + roff(c->synopsis()) + "\"\n" + roff(c->help) + ".\n";
    for (const OptionFacts& o : c->options)
      if (o.names.back() != "--help") out += roff_option(o);
  }
  out += ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : kExitCodes) out += ".TP\n.B " + std::string(code) + "\n" + roff(meaning) + "\n";
  return out + ".SH ENVIRONMENT\n.TP\n.B SONGSCAPE_DECODE\nthe decoder program, where it is not beside songscape\n";
}

std::string commands_markdown(const CommandFacts& root) {
  std::string out =
      "# Commands\n\n"
      "Written by `songscape man --markdown`; a test compares it with `--help` of every command. An option means the "
      "same "
      "in every command that takes it. Results go to standard output, progress and messages to standard error.\n\n"
      "| exit code | meaning |\n|---|---|\n";
  for (const auto& [code, meaning] : kExitCodes) out += "| " + std::string(code) + " | " + meaning + " |\n";
  out +=
      "\n`songscape` alone prints the help and exits with 2; so does every fault of the command line: an unknown "
      "command or option (the nearest "
      "known one is named), a missing or empty value, an option given twice, a `--` with nothing behind it. `songscape "
      "--help`, `songscape COMMAND --help` and "
      "`songscape --version` exit with 0.\n";
  for (const CommandFacts* c : flatten(root)) {
    out +=
        "\n## `" + c->path + "`\n\n" + markdown(c->help) + ".\n\n`" + c->synopsis() + "`\n\n| option | |\n|---|---|\n";
    for (const OptionFacts& o : c->options)
      if (o.names.back() != "--help") out += "| `" + markdown(o.shown()) + "` | " + markdown(o.help) + " |\n";
  }
  return out;
}

}  // namespace songscape
