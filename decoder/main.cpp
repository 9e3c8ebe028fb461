// songscape-decode: one audio file on descriptor 3, its clips on standard output (docs/decoder.md).
#include <sndfile.h>
#include <soxr.h>
#include <sys/stat.h>
#include <taglib.h>
#include <unistd.h>

#include <cstdio>
#include <new>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "decoder/decode_song.h"
#include "decoder/ffmpeg_process.h"
#include "decoder/frame_writer.h"
#include "decoder/read_layout.h"
#include "decoder/rejected.h"
#include "decoder/sandbox.h"
#include "library/decoder_protocol.h"

namespace songscape::decoder {
namespace {

using namespace decoder_protocol;

constexpr char kUsage[] =
    "usage: songscape-decode --excerpts middle|N|all 3<FILE    clips on standard output (docs/decoder.md)\n"
    "       songscape-decode --capabilities                    formats and sandbox, as JSON\n";

int print_capabilities() {
  Sandbox sandbox;
  const std::string ffmpeg = find_ffmpeg();
  close_off(sandbox, STDIN_FILENO);
  close_off_wholly(sandbox);
  const std::string taglib = std::to_string(TAGLIB_MAJOR_VERSION) + "." + std::to_string(TAGLIB_MINOR_VERSION);
  const Json out = {{"protocol", int{kPreamble.back()}},
                    {"landlock_abi", sandbox.landlock_abi},
                    {"seccomp_no_network", sandbox.has_network_filter},
                    {"seccomp_compute_only", sandbox.has_compute_filter},
                    {"address_space_bytes", kAddressSpaceBytes},
                    {"libsndfile", sf_version_string()},
                    {"soxr", soxr_version()},
                    {"taglib", taglib},
                    {"ffmpeg", ffmpeg.empty() ? Json(nullptr) : Json(ffmpeg)}};
  std::puts(out.dump(2).c_str());
  return std::fflush(stdout) == 0 ? 0 : 1;
}

int decode(const Excerpts& excerpts) {
  FrameWriter writer(STDOUT_FILENO);
  const auto reject = [&](const std::string& reason) { writer.text(FrameKind::failure, {{"reason", reason}}); };
  try {
    struct stat s {};
    limit_resources(::fstat(kFileDescriptor, &s) == 0 ? s.st_size : 0);
    Sandbox sandbox;
    close_off(sandbox, kFileDescriptor);
    Input input(kFileDescriptor);
    const Layout layout = read_layout(input);
    if (layout.backend != Backend::ffmpeg) close_off_wholly(sandbox);
    decode_song(input, layout, excerpts, writer);
  } catch (const std::bad_alloc&) {
    return kExitOutOfMemory;
  } catch (const Rejected& e) {
    reject(e.what());
  } catch (const std::exception& e) {
    reject(std::string("cannot decode: ") + e.what());
  }
  return 0;
}

int run(int n_arguments, char** arguments) {
  if (n_arguments == 2 && std::string_view(arguments[1]) == "--capabilities") return print_capabilities();
  if (n_arguments == 3 && std::string_view(arguments[1]) == "--excerpts")
    if (const auto excerpts = parse_excerpts(arguments[2])) return decode(*excerpts);
  std::fputs(kUsage, stderr);
  return kExitUsage;
}

}  // namespace
}  // namespace songscape::decoder

// Nothing is left to tidy up: the process's end does it.
int main(int n_arguments, char** arguments) { ::_exit(songscape::decoder::run(n_arguments, arguments)); }
