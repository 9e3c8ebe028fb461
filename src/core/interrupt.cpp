#include "core/interrupt.h"

#include <unistd.h>

#include <csignal>

#include "core/error.h"

namespace songscape {
namespace {

volatile std::sig_atomic_t g_requested = 0;

void on_signal(int) {
  if (g_requested) ::_exit(130);
  g_requested = 1;
  static constexpr char kText[] = "\nstopping after a clean save; press Ctrl-C again to end at once\n";
  [[maybe_unused]] const auto n = ::write(STDERR_FILENO, kText, sizeof kText - 1);
}

}  // namespace

void install_interrupt_handlers() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

bool interrupt_requested() { return g_requested != 0; }

void throw_if_interrupted() {
  if (g_requested) fail(ExitCode::interrupted, {.what = "stopped by the user", .where = {}, .seen = {}, .wanted = {}, .fix = {}});
}

}  // namespace songscape
