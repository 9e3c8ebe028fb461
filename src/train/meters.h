// Means over songs, right for batches of any size.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/json.h"
#include "nn/vae.h"

namespace songscape {

// What a step gave, on the host.
struct StepFigures {
  struct Term {
    std::string name;
    double value;  // a mean over `count` songs
    int64_t count;
  };
  std::vector<Term> terms = {};
  double loss = 0, mse = 0, kl = 0, grad_norm = 0;  // kl: nats a song, over all dimensions
  int64_t n_songs = 0;
  bool is_clipped = false;
};

class Meters {
 public:
  // `value` is a mean over `count` songs (or steps).
  void add(const std::string& name, double value, int64_t count);
  // Every term of a loss, unweighted, "loss" for the total and "mse".
  void add(const VaeLoss& loss);
  // The same of a step, with "grad_norm" and "clipped".
  void add(const StepFigures& step);
  double mean(const std::string& name) const;  // NaN where nothing was added
  std::map<std::string, double> means() const;

  // Exact: a resumed epoch ends with the same means.
  Json to_json() const;
  static Meters from_json(const Json& json);

 private:
  struct Sum {
    double sum = 0;
    int64_t count = 0;
  };
  std::map<std::string, Sum> sums_;
};

}  // namespace songscape
