// `songscape man` and `songscape completion`: the manual and the shells' completion, for packagers and `make install`.
#include "cli/command.h"
#include "cli/command_tree.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/manual.h"

namespace songscape {

void add_man(CLI::App& app, Session& session) {
  auto is_markdown = std::make_shared<bool>(false);
  CLI::App* command = add_command(app, session, "man", "Print the man page", {});
  command->add_flag("--markdown", *is_markdown, "as Markdown, as in docs/commands.md");
  on_run(command, session, [&app, &session, is_markdown] {
    const CommandFacts root = describe_commands(app);
    session.print_text(*is_markdown ? commands_markdown(root) : man_page(root, SONGSCAPE_VERSION));
    return ExitCode::ok;
  });
}

void add_completion(CLI::App& app, Session& session) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command = add_command(app, session, "completion", "Print the completion script of a shell", {});
  command->add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(one_of({"bash", "zsh", "fish"}));
  on_run(command, session, [&app, &session, shell] {
    const CommandFacts root = describe_commands(app);
    session.print_text(*shell == "bash"  ? bash_completion(root)
                       : *shell == "zsh" ? zsh_completion(root)
                                         : fish_completion(root));
    return ExitCode::ok;
  });
}

}  // namespace songscape
