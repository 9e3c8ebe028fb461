// A stand-in for songscape-decode that fails in every way a decoder taken over by its file could: the "file" on
// descriptor 3 names the way.
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <new>
#include <string>
#include <vector>

#include "library/decoder_protocol.h"

namespace {

using namespace songscape::decoder_protocol;

void put(const void* bytes, size_t n) {
  for (size_t done = 0; done < n;) {
    const ssize_t k = ::write(1, static_cast<const char*>(bytes) + done, n - done);
    if (k <= 0) ::_exit(1);
    done += static_cast<size_t>(k);
  }
}

void preamble() { put(kPreamble.data(), kPreamble.size()); }

void frame(char kind, const std::string& payload, uint32_t n_bytes) {
  const FrameHead head{static_cast<uint32_t>(kind), n_bytes};
  put(&head, sizeof head);
  put(payload.data(), payload.size());
}
void frame(char kind, const std::string& payload) { frame(kind, payload, static_cast<uint32_t>(payload.size())); }

const std::string kHeader = R"({"codec":"x","sample_rate":44100,"n_channels":2,"declared_sec":null,"tags":{}})";

std::string clip(int64_t index, int64_t start, float value, size_t n = 4096) {
  const ClipHead head{index, start};
  const std::vector<float> samples(n, value);
  std::string out(sizeof head + n * sizeof(float), '\0');
  std::memcpy(out.data(), &head, sizeof head);
  std::memcpy(out.data() + sizeof head, samples.data(), n * sizeof(float));
  return out;
}

const std::map<std::string, std::function<void()>> kWays = {
    {"crash", [] { ::raise(SIGSEGV); }},
    {"crash-in-the-middle",
     [] {
       preamble();
       frame('H', kHeader);
       frame('C', clip(0, 0, 0.5f), 100000);
       ::raise(SIGSEGV);
     }},
    {"loop",
     [] {
       for (;;) ::pause();
     }},
    {"burn",
     [] {
       while (::getppid() != 0) {
       }
     }},
    {"memory",
     [] {
       try {
         for (;;) std::memset(::operator new(256u << 20), 1, 256u << 20);
       } catch (const std::bad_alloc&) {
         ::_exit(kExitOutOfMemory);
       }
     }},
    {"flood",
     [] {
       preamble();
       frame('H', kHeader);
       for (int64_t i = 0;; ++i) frame('C', clip(i, i * 4096, 0.5f));
     }},
    {"babble",
     [] {
       const std::string noise(1 << 16, 'x');
       for (;;) put(noise.data(), noise.size());
     }},
    {"silent-end", [] {}},
    {"exit-3", [] { ::_exit(3); }},
    {"half-a-frame",
     [] {
       preamble();
       frame('H', kHeader.substr(0, 10), 500);
     }},
    {"huge-frame",
     [] {
       preamble();
       frame('H', "{}", 0xFFFFFFFF);
     }},
    {"no-json",
     [] {
       preamble();
       frame('H', "[[[[");
     }},
    {"deep-json",
     [] {
       preamble();
       frame('H', std::string(100000, '['));
     }},
    {"wrong-types",
     [] {
       preamble();
       frame('H', R"({"codec":1,"sample_rate":"x"})");
     }},
    {"clip-first",
     [] {
       preamble();
       frame('C', clip(0, 0, 0.5f));
     }},
    {"clip-out-of-order",
     [] {
       preamble();
       frame('H', kHeader);
       frame('C', clip(5, 0, 0.5f));
     }},
    {"clip-too-long",
     [] {
       preamble();
       frame('H', kHeader);
       frame('C', clip(0, 0, 0.5f, songscape::kClipSamples + 1));
     }},
    {"clip-of-nan",
     [] {
       preamble();
       frame('H', kHeader);
       frame('C', clip(0, 0, std::numeric_limits<float>::quiet_NaN()));
     }},
    {"clips-missing",
     [] {
       preamble();
       frame('H', kHeader);
       frame('T', R"({"decoded_sec":1,"n_clips":2,"warnings":[]})");
     }},
    {"unknown-frame",
     [] {
       preamble();
       frame('Z', "");
     }},
    {"other-version", [] { put("SONGPCM\x09", 8); }},
    {"goes-on-after-the-end",
     [] {
       preamble();
       frame('H', kHeader);
       frame('C', clip(0, 0, 0.5f));
       frame('T', R"({"decoded_sec":1,"n_clips":1,"warnings":["w"]})");
       for (;;) ::pause();
     }},
    {"good", [] {
       preamble();
       frame('H', kHeader);
       frame('C', clip(0, 0, 0.5f));
       frame('T', R"({"decoded_sec":1,"n_clips":1,"warnings":["w"]})");
     }}};

}  // namespace

int main() {
  char name[64] = {};
  const ssize_t n = ::read(kFileDescriptor, name, sizeof name - 1);
  const auto way = kWays.find(std::string(name, static_cast<size_t>(n > 0 ? n : 0)));
  if (way == kWays.end()) return 99;
  way->second();
  ::_exit(0);
}
