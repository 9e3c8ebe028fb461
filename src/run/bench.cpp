#include "run/bench.h"

#include <functional>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "run/bench_mnist.h"

namespace songscape {
namespace {

struct Row {
  std::string name;
  std::function<BenchResult(const BenchRequest&)> run;
};

const std::vector<Row>& rows() {
  static const std::vector<Row> all = {{"mnist_vade", bench_mnist_vade}, {"mnist_nll", bench_mnist_nll}};
  return all;
}

}  // namespace

std::vector<std::string> bench_names() {
  std::vector<std::string> names;
  for (const Row& r : rows()) names.push_back(r.name);
  return names;
}

BenchResult run_bench(const std::string& name, const BenchRequest& request) {
  for (const Row& r : rows()) {
    if (r.name != name) continue;
    BenchRequest own = request;
    own.output = request.output / name;
    make_folder(own.output);
    const BenchResult result = r.run(own);
    result.trials.write_csv(own.output / "trials.csv");
    result.summary.write_csv(own.output / "summary.csv");
    return result;
  }
  const auto near = nearest_name(name, bench_names());
  fail(ExitCode::usage, {.what = "there is no such benchmark",
                         .where = {},
                         .seen = escape_for_terminal(name),
                         .wanted = join(bench_names(), ", "),
                         .fix = near ? "did you mean '" + *near + "'?" : std::string()});
}

}  // namespace songscape
