// Batches on their way to the device that trains on them.  To a GPU they go by a stream of their own, from pinned
// memory, so that a batch is copied while the steps before it are still computed.
#pragma once

#include <c10/core/Stream.h>

#include <optional>

#include "nn/vae.h"

namespace songscape {

class BatchCopier {
 public:
  explicit BatchCopier(at::Device device);
  // Ready for whatever is asked of the device next.
  Batch operator()(const Batch& batch);

 private:
  Batch copied_beside(const Batch& batch);
  at::Device device_;
  std::optional<c10::Stream> stream_;  // of copies to a GPU
};

}  // namespace songscape
