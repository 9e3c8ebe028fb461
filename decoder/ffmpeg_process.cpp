#include "decoder/ffmpeg_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "core/text.h"
#include "decoder/rejected.h"

namespace songscape::decoder {
namespace {

constexpr size_t kMaxMessageBytes = 1 << 16;

// Audio only: no picture or video decoder ever runs.
constexpr const char* kCodecs =
    "aac,aac_fixed,aac_latm,alac,mp1,mp1float,mp2,mp2float,mp3,mp3float,ac3,ac3_fixed,eac3,flac,opus,libopus,vorbis,"
    "libvorbis,wmav1,wmav2,wmapro,wmalossless,wmavoice,wavpack,ape,tta,mpc7,mpc8,amrnb,amrwb,speex,libspeex,dca,"
    "adpcm_ima_qt,adpcm_ima_wav,adpcm_ms,gsm,gsm_ms,qdm2,qdmc,mace3,mace6,ilbc,"
    "pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be,"
    "pcm_alaw,pcm_mulaw";

[[noreturn]] void run_ffmpeg(const std::string& program, const char* demuxer, int out, int err) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  const char* const arguments[] = {program.c_str(),
                                   "-hide_banner",
                                   "-nostdin",
                                   "-nostats",
                                   "-loglevel",
                                   "level+info",
                                   "-threads",
                                   "1",
                                   "-protocol_whitelist",
                                   "file",
                                   "-format_whitelist",
                                   demuxer,
                                   "-codec_whitelist",
                                   kCodecs,
                                   "-err_detect",
                                   "crccheck+bitstream+buffer",
                                   "-f",
                                   demuxer,
                                   "-vn",
                                   "-sn",
                                   "-dn",
                                   "-i",
                                   "file:/proc/self/fd/3",
                                   "-map",
                                   "0:a:0",
                                   "-c:a",
                                   "pcm_f32be",
                                   "-f",
                                   "au",
                                   "-bitexact",
                                   "pipe:1",
                                   nullptr};
  ::execv(program.c_str(), const_cast<char* const*>(arguments));
  ::_exit(127);
}

}  // namespace

std::string find_ffmpeg() {
  if (const char* named = std::getenv("SONGSCAPE_FFMPEG")) return named;
  const char* path = std::getenv("PATH");
  for (const std::string& folder : split(path ? path : "/usr/local/bin:/usr/bin:/bin", ':')) {
    const std::string candidate = folder + "/ffmpeg";
    if (folder.starts_with('/') && ::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

FfmpegProcess::FfmpegProcess(const char* demuxer) {
  const std::string program = find_ffmpeg();
  if (program.empty()) throw Rejected("cannot decode: this format needs ffmpeg, which is not installed");
  int out[2], err[2];
  if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) throw Rejected("cannot decode: no pipe for ffmpeg");
  ::fcntl(out[0], F_SETPIPE_SZ, 1 << 20);
  pid_ = ::fork();
  if (pid_ == 0) run_ffmpeg(program, demuxer, out[1], err[1]);
  ::close(out[1]);
  ::close(err[1]);
  out_ = out[0];
  err_ = err[0];
  ::fcntl(err_, F_SETFL, O_NONBLOCK);
  if (pid_ < 0) throw Rejected("cannot decode: ffmpeg does not start");
}

FfmpegProcess::~FfmpegProcess() {
  ::close(out_);
  ::close(err_);
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
}

size_t FfmpegProcess::read(std::span<uint8_t> out) {
  size_t n_done = 0;
  while (n_done < out.size()) {
    pollfd fds[2] = {{out_, POLLIN, 0}, {err_, POLLIN, 0}};
    if (::poll(fds, 2, -1) < 0 && errno != EINTR) break;
    take_messages();
    if (!fds[0].revents) continue;
    const ssize_t n = ::read(out_, out.data() + n_done, out.size() - n_done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    n_done += static_cast<size_t>(n);
  }
  take_messages();
  return n_done;
}

void FfmpegProcess::take_messages() {
  char buffer[4096];
  for (ssize_t n; (n = ::read(err_, buffer, sizeof buffer)) > 0;) {
    const auto n_bytes = static_cast<size_t>(n);
    messages_.append(buffer, std::min(n_bytes, kMaxMessageBytes - messages_.size()));
    for (size_t i = 0; i < n_bytes; ++i) {
      if (buffer[i] != '\n') {
        if (line_.size() < 500) line_ += buffer[i];
        continue;
      }
      for (const char* mark : {"[error] ", "[fatal] "}) {
        const size_t at = line_.find(mark);
        if (at == std::string::npos) continue;
        ++n_errors_;
        last_error_ = line_.substr(at + 8);
      }
      line_.clear();
    }
  }
}

int FfmpegProcess::wait() {
  if (pid_ > 0) {
    while (::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    take_messages();
  }
  return status_;
}

}  // namespace songscape::decoder
