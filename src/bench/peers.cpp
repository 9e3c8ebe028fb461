#include "bench/peers.h"

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "bench/scratch_folder.h"
#include "bench/worker_process.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace songscape {
namespace {

fs::path from_environment(const char* name, const fs::path& otherwise) {
  const char* const value = std::getenv(name);
  return fs::absolute(value && *value ? fs::path(value) : otherwise);
}

}  // namespace

PeerPlace peer_place() {
  return {from_environment("SONGSCAPE_PEER_PYTHON", ".deps/peers/bin/python"),
          from_environment("SONGSCAPE_PEERS", "bench/peers")};
}

void require_peers(const PeerPlace& place, const std::vector<const Benchmark*>& wanted) {
  std::vector<fs::path> files = {place.python};
  for (const Benchmark* b : wanted)
    for (const BenchPeer& p : b->peers) files.push_back(place.scripts / p.script);
  for (const fs::path& file : files)
    if (!fs::exists(file))
      fail(ExitCode::failed,
           {.what = "the peers cannot be run: there is no such file",
            .where = "--peers",
            .seen = escape_for_terminal(file.string()),
            .wanted = "the peers' Python (or $SONGSCAPE_PEER_PYTHON) and their scripts (or $SONGSCAPE_PEERS)",
            .fix = kPeersFix});
}

std::vector<std::pair<std::string, std::string>> peer_versions(const PeerPlace& place) {
  constexpr const char* kAsk =
      "import json, platform\n"
      "from importlib import metadata\n"
      "found = {'python': platform.python_version()}\n"
      "for name in ('librosa', 'numpy', 'scipy', 'scikit-learn', 'openTSNE', 'umap-learn', 'torch'):\n"
      "    try:\n"
      "        found[name] = metadata.version(name)\n"
      "    except metadata.PackageNotFoundError:\n"
      "        pass\n"
      "input()\n"
      "print(json.dumps(found))\n";
  const ScratchFolder folder;
  WorkerProcess python(
      {.name = place.python, .words = {place.python, "-c", kAsk}, .messages = folder.path() / "log", .fix = kPeersFix});
  std::vector<std::pair<std::string, std::string>> versions;
  const Json found = python.do_job();
  for (const auto& [name, version] : found.items()) versions.emplace_back(name, version.get<std::string>());
  return versions;
}

}  // namespace songscape
