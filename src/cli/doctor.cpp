// `songscape doctor`: what the program finds on this machine, and what to do about what is missing.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/child.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/fonts.h"
#include "core/file.h"
#include "core/machine.h"
#include "core/text.h"
#include "library/decoder_client.h"
#include "report/table.h"
#include "run/environment.h"

namespace songscape {
namespace {

constexpr double kGigabyte = 1e9;

// Rows of (what was looked at, ok or warn, what was found, what to do).
class Findings {
 public:
  void ok(const std::string& check, const std::string& found) { table_.add({check, "ok", found, ""}); }
  void warn(const std::string& check, const std::string& found, const std::string& advice) {
    table_.add({check, "warn", found, advice});
  }
  void note(bool is_ok, const std::string& check, const std::string& found, const std::string& advice) {
    is_ok ? ok(check, found) : warn(check, found, advice);
  }
  const Table& table() const { return table_; }
  // Advice on a line of its own, so that none is cut.
  std::string text() const {
    std::string out;
    for (const auto& row : table_.rows) {
      const auto cell = [&](size_t i) { return escape_for_terminal(std::get<std::string>(row[i])); };
      const auto padded = [&](size_t i, size_t width) { return cell(i) + std::string(width - cell(i).size(), ' '); };
      out += padded(1, 6) + padded(0, 10) + cell(2) + "\n";
      if (!cell(3).empty()) out += std::string(16, ' ') + "→ " + cell(3) + "\n";
    }
    return out;
  }

 private:
  Table table_{{"check", "state", "found", "advice"}, {}};
};

void look_at_machine(const Machine& m, Findings& f) {
  const std::string features = m.cpu_features.empty() ? "no vector extensions listed" : join(m.cpu_features, " ");
  f.note(m.has("avx2"), "cpu", m.cpu_name + ", " + features, "without AVX2 everything works, several times slower");
  const std::string bf16 = m.has("amx_bf16") ? "AMX" : m.has("avx512_bf16") ? "AVX-512" : "none: f32 is used";
  f.ok("bf16", bf16);
  f.ok("cores", std::to_string(m.n_cores));
  f.note(m.available_bytes > 3 * kGigabyte, "memory",
         format_bytes(static_cast<double>(m.available_bytes)) + " free of " +
             format_bytes(static_cast<double>(m.memory_bytes)),
         "spec-size models want 3 GB: use --size compact, or close other programs");
}

void look_at_disk(Findings& f) {
  const auto n_bytes = static_cast<double>(free_bytes("."));
  f.note(n_bytes > 5 * kGigabyte, "disk", format_bytes(n_bytes) + " free in this folder",
         "a library takes .33 MB a song, a run of spec size 2 GB: choose another --library and --runs");
}

void look_at_torch(Findings& f) {
  const TorchFacts t = torch_facts();
  f.note(t.has_onednn, "libtorch",
         t.version + ", kernels " + t.cpu_capability + (t.has_onednn ? ", oneDNN" : ", no oneDNN"),
         "this build has no oneDNN: training is slower");
  f.ok("threads", std::to_string(t.n_threads) + " by default, " + t.openmp);
  if (t.n_gpus > 0) return f.ok("cuda", std::to_string(t.n_gpus) + " GPU");
  const auto cards = output_of({"nvidia-smi", "--query-gpu=name", "--format=csv,noheader"});
  const bool is_wasted = cards && !cards->empty();
  const std::string advice = t.is_cuda_build ? "the driver is older than this LibTorch wants"
                                             : "build against a LibTorch with CUDA (CMAKE_PREFIX_PATH)";
  f.note(!is_wasted, "cuda", is_wasted ? "a GPU that this LibTorch cannot use" : "no GPU: training runs on the CPU",
         advice);
}

void look_at_sandbox(const Json& capabilities, Findings& f) {
  const int64_t landlock = capabilities.value("landlock_abi", int64_t{0});
  const bool no_network = capabilities.value("seccomp_no_network", false);
  const bool compute_only = capabilities.value("seccomp_compute_only", false);
  std::vector<std::string> missing;
  if (landlock < 1) missing.emplace_back("no limit on files (Landlock)");
  if (!no_network) missing.emplace_back("no limit on the network (seccomp)");
  if (!compute_only) missing.emplace_back("no limit on system calls (seccomp)");
  f.note(missing.empty(), "sandbox",
         missing.empty() ? "files, network and system calls closed off" : join(missing, ", "),
         "this kernel or container forbids it: decode files of strangers elsewhere");
}

void look_at_decoder(Findings& f) {
  try {
    const Json capabilities = parse_json(DecoderClient().capabilities(), "songscape-decode --capabilities");
    f.ok("decoder", capabilities.value("libsndfile", "") + ", " + capabilities.value("soxr", "") + ", TagLib " +
                        capabilities.value("taglib", ""));
    look_at_sandbox(capabilities, f);
  } catch (const Error& error) {
    f.warn("decoder", error.what(), "install it beside songscape, or name it by SONGSCAPE_DECODE");
  }
  const auto version = output_of({"ffmpeg", "-version"});
  f.note(version.has_value(), "ffmpeg", version ? version->substr(0, version->find(" Copyright")) : "not found",
         "apt-get install ffmpeg, for m4a, aac and wma; wav, flac, ogg, opus and mp3 work without");
}

void look_at_fonts(Findings& f) {
  std::vector<std::string> here, missing, packages;
  for (const ScriptFont& s : fonts_by_script()) {
    (s.font.empty() ? missing : here).push_back(s.script);
    if (s.font.empty() && std::find(packages.begin(), packages.end(), s.package) == packages.end())
      packages.push_back(s.package);
  }
  f.note(missing.empty(), "fonts", missing.empty() ? join(here, ", ") : "none for " + join(missing, ", "),
         "apt-get install " + join(packages, " ") + ", or titles in these scripts show as boxes in figures");
}

ExitCode run(const Session& session) {
  Findings findings;
  look_at_machine(describe_machine(), findings);
  look_at_disk(findings);
  look_at_torch(findings);
  look_at_decoder(findings);
  look_at_fonts(findings);
  if (session.json || !session.csv.empty())
    session.print(findings.table());
  else
    session.print_text(findings.text());
  return ExitCode::ok;
}

}  // namespace

void add_doctor(CLI::App& app, Session& session) {
  CLI::App* command =
      add_command(app, session, "doctor", "Look at this machine: CPU, memory, disk, LibTorch, decoder, fonts",
                  {Flag::json, Flag::csv});
  on_run(command, session, [&session] { return run(session); });
}

}  // namespace songscape
