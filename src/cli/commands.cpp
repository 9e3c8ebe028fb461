#include "cli/commands.h"

namespace songscape {

void add_commands(CLI::App& app, Session& session) { add_doctor(app, session); }

}  // namespace songscape
