// Ctrl-C that saves: the first SIGINT or SIGTERM asks long work to stop at its next safe point, a second one ends the
// process at once.
#pragma once

namespace songscape {

void install_interrupt_handlers();
bool interrupt_requested();
// Throws Error with ExitCode::interrupted where a stop was asked for.
void throw_if_interrupted();

}  // namespace songscape
