#include "bench/published.h"

#include <functional>

#include "bench/mnist.h"
#include "bench/piano_rolls.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace songscape {
namespace {

struct Row {
  std::string name;
  std::function<PublishedResult(const PublishedRequest&)> run;
};

const std::vector<Row>& rows() {
  static const std::vector<Row> all = {
      {"mnist_vade", bench_mnist_vade}, {"mnist_nll", bench_mnist_nll}, {"piano_rolls", bench_piano_rolls}};
  return all;
}

}  // namespace

std::vector<std::string> published_names() {
  std::vector<std::string> names;
  for (const Row& r : rows()) names.push_back(r.name);
  return names;
}

PublishedResult run_published(const std::string& name, const PublishedRequest& request) {
  for (const Row& r : rows()) {
    if (r.name != name) continue;
    PublishedRequest own = request;
    own.output = request.output / name;
    make_folder(own.output);
    const PublishedResult result = r.run(own);
    result.trials.write_csv(own.output / "trials.csv");
    result.summary.write_csv(own.output / "summary.csv");
    return result;
  }
  const auto near = nearest_name(name, published_names());
  fail(ExitCode::usage, {.what = "there is no such benchmark",
                         .where = {},
                         .seen = escape_for_terminal(name),
                         .wanted = join(published_names(), ", "),
                         .fix = near ? "did you mean '" + *near + "'?" : std::string()});
}

}  // namespace songscape
