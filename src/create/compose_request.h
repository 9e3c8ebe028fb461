// What a ComposeRequest asks for, read and found to go together.
#pragma once

#include "create/compose.h"
#include "create/composer.h"
#include "create/density.h"

namespace songscape {

struct CheckedRequest {
  AskedMusic asked;
  std::optional<AskedDensity> density;
  SamplingOptions sampling;
};

// Error `usage`.
CheckedRequest check_request(const ComposeRequest& request);
// What a model without latent variables cannot do.  Error `usage`.
void check_request_of_language_model(const ComposeRequest& request);

}  // namespace songscape
