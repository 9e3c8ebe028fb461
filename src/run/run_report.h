// The report of one run: every figure of its folder and one page that holds them all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "run/grouping.h"

namespace songscape {

struct ReportRequest {
  std::filesystem::path run;
  std::string library;  // empty: the run's own
  std::string label;    // that maps are coloured by; empty: genre, else the first label
  std::string k = "auto";
  uint64_t seed = 1;
  int n_threads = 1;
};

struct RunReport {
  std::filesystem::path page;  // report.html
  Grouping grouping;
};

// Encodes, groups and maps what has not been done yet, draws training_curves, reconstruction_examples,
// cluster_selection, confusion_matrix, distributions and latent_visualization/*, each .png and .svg, and writes
// report.html.
RunReport report_run(const ReportRequest& request);

}  // namespace songscape
