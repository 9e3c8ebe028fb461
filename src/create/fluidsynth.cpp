#include "create/fluidsynth.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/text.h"
#include "midi/synthesizer.h"

extern char** environ;

namespace songscape {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolders[] = {"/usr/share/soundfonts", "/usr/share/sounds/sf2", "/usr/share/sounds/sf3",
                                    "/usr/local/share/soundfonts"};

std::optional<fs::path> find_program(const std::string& name) {
  const char* const path = std::getenv("PATH");
  for (const std::string& folder : split(path == nullptr ? "" : path, ':'))
    if (const fs::path program = fs::path(folder) / name; !folder.empty() && ::access(program.c_str(), X_OK) == 0)
      return program;
  return std::nullopt;
}

std::optional<fs::path> find_soundfont() {
  std::error_code ignored;
  if (const char* const named = std::getenv("SONGSCAPE_SOUNDFONT"); named != nullptr && *named != '\0')
    return fs::is_regular_file(named, ignored) ? std::optional<fs::path>(named) : std::nullopt;
  std::vector<fs::path> found;
  for (const char* folder : kFolders)
    for (const auto& entry : fs::directory_iterator(folder, ignored))
      if (entry.path().extension() == ".sf2" || entry.path().extension() == ".sf3") found.push_back(entry.path());
  if (found.empty()) return std::nullopt;
  return *std::ranges::min_element(found);
}

// Whether the program ends well; what it prints is dropped.
bool run_quietly(const std::vector<std::string>& command) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO})
    ::posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_WRONLY, 0);
  std::vector<char*> arguments;
  for (const std::string& part : command) arguments.push_back(const_cast<char*>(part.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return false;
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return false;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

FluidSynth::FluidSynth(fs::path program, fs::path soundfont)
    : program_(std::move(program)), soundfont_(std::move(soundfont)) {}

std::optional<FluidSynth> FluidSynth::find() {
  auto program = find_program("fluidsynth");
  if (!program) return std::nullopt;
  auto soundfont = find_soundfont();
  if (!soundfont) return std::nullopt;
  return FluidSynth(std::move(*program), std::move(*soundfont));
}

bool FluidSynth::render(const fs::path& midi, const fs::path& wav) const {
  const std::vector<std::string> command{program_.string(),
                                         "-ni",
                                         "-q",
                                         "-F",
                                         fs::absolute(wav).string(),
                                         "-T",
                                         "wav",
                                         "-r",
                                         std::to_string(kSynthSampleRate),
                                         soundfont_.string(),
                                         fs::absolute(midi).string()};
  std::error_code ignored;
  return run_quietly(command) && fs::is_regular_file(wav, ignored) && fs::file_size(wav, ignored) > 44;
}

}  // namespace songscape
