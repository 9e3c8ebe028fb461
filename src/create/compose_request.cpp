#include "create/compose_request.h"

#include "core/error.h"
#include "core/text.h"
#include "midi/attribute_names.h"

namespace songscape {
namespace {

[[noreturn]] void refuse_request(const std::string& what, const std::string& where, const std::string& seen,
                                 const std::string& wanted, const std::string& fix = {}) {
  fail(ExitCode::usage,
       {.what = what, .where = where, .seen = escape_for_terminal(seen), .wanted = wanted, .fix = fix});
}

// The value that a text names; empty: none is asked.
std::optional<int> read_name(const std::string& text, const char* flag, std::optional<int> (*parse)(std::string_view),
                             const std::vector<std::string>& known, size_t n_shown) {
  if (text.empty()) return std::nullopt;
  if (const auto value = parse(text)) return value;
  const auto near = nearest_name(text, known);
  refuse_request(std::string("no such ") + (flag + 2), flag, text,
                 "one of " + join({known.begin(), known.begin() + static_cast<ptrdiff_t>(n_shown)}, ", "),
                 near ? "did you mean '" + *near + "'?" : "");
}

std::optional<int> read_tempo(const std::optional<double>& tempo) {
  if (!tempo) return std::nullopt;
  if (*tempo >= tempo_of(0) - .5 && *tempo <= tempo_of(kNumTempi - 1) + .5) return nearest_tempo(*tempo);
  refuse_request("the vocabulary has no such tempo", "--tempo", format_number(*tempo, 4), "30 to 240 quarters a minute",
                 "the nearest is " + std::string(*tempo < 100 ? "30" : "240"));
}

void check_ways(const ComposeRequest& request) {
  const int n_ways = !request.song.empty() + !request.between.empty() + !request.continued.empty();
  if (n_ways > 1)
    refuse_request("these options do not go together", {}, "more than one of --song, --between and --continue",
                   "one of them, or none");
  check(request.between.empty() || request.between.size() == 2, "an interpolation has two ends");
  if (!request.between.empty() && request.n_samples && *request.n_samples < 2)
    refuse_request("a path has at least two points", "--n-samples", std::to_string(*request.n_samples), "2 or more");
  const bool asks = !request.key.empty() || !request.time_signature.empty() || request.tempo;
  if (!request.continued.empty() && asks)
    refuse_request("a continuation goes on as the song is", "--continue", "--key, --tempo or --time-signature",
                   "--continue without them");
}

}  // namespace

CheckedRequest check_request(const ComposeRequest& request) {
  check_ways(request);
  CheckedRequest checked;
  checked.asked.key = read_name(request.key, "--key", parse_key, key_names(), kNumKeys);
  checked.asked.time_signature = read_name(request.time_signature, "--time-signature", parse_time_signature,
                                           time_signature_names(), kNumTimeSignatures);
  checked.asked.tempo = read_tempo(request.tempo);
  if (!request.density.empty()) checked.density = parse_density(request.density);
  const bool is_seen_through = !request.song.empty() || !request.between.empty();
  checked.sampling.temperature = request.temperature.value_or(is_seen_through ? 0 : 1);
  checked.sampling.top_k = request.top_k;
  checked.sampling.top_p = request.top_p;
  check(checked.sampling.temperature >= 0 && request.top_k >= 0 && request.top_p > 0 && request.top_p <= 1,
        "sampling is of a temperature, k and p in range");
  if (checked.sampling.temperature == 0 && !request.song.empty() && request.n_samples.value_or(1) > 1)
    refuse_request("at temperature 0 every sample is the same", "--n-samples", std::to_string(*request.n_samples),
                   "--temperature above 0, or one sample");
  return checked;
}

void check_request_of_language_model(const ComposeRequest& request) {
  const char* const asked = !request.song.empty()      ? "--song"
                            : !request.between.empty() ? "--between"
                            : !request.density.empty() ? "--density"
                                                       : nullptr;
  if (asked != nullptr)
    refuse_request("the model is a language model and has no latent variables", {}, asked,
                   "pieces of its own, or --continue", "use a run without language_model = true");
}

}  // namespace songscape
