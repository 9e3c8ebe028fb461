// proofs.csv of a results folder: every measure of every proof, from which studies read.
#pragma once

#include <filesystem>
#include <string>

#include "proof/context.h"

namespace songscape {

// Columns proof, measure, value, low, high, threshold, verdict, reason.  With a subject, measures are named
// "<subject>: <measure>".
Table measure_table(const std::string& proof, const ProofResult& result);

// Puts the result's rows in the place of those that the same proof left before on the same subject.
void keep_measures(const std::filesystem::path& file, const std::string& proof, const ProofResult& result);

}  // namespace songscape
