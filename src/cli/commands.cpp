#include "cli/commands.h"

namespace songscape {

void add_commands(CLI::App& app, Session& session) {
  add_doctor(app, session);
  add_completion(app, session);
  add_man(app, session);
}

}  // namespace songscape
