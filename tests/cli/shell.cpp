#include "cli/shell.h"

#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "temporary_folder.h"

namespace songscape {
namespace {

std::string contents(const std::filesystem::path& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

}  // namespace

ProgramResult run_shell(const std::string& line, const std::string& folder) {
  const TemporaryFolder streams, own;
  std::ofstream(streams.path() / "line") << "S='" SONGSCAPE_PROGRAM "'\ncd '" +
                                                (folder.empty() ? own.path().string() : folder) + "'\n" + line + "\n";
  const std::string base = streams.path().string();
  const int status =
      std::system(("bash '" + base + "/line' >'" + base + "/out' 2>'" + base + "/err' </dev/null").c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), contents(streams.path() / "out"),
          contents(streams.path() / "err")};
}

}  // namespace songscape
