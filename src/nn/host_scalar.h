// A buffer of one value as the host knows it: fetched anew only where it has changed, so that a step which asks for it
// waits for no device.
#pragma once

#include <ATen/core/Tensor.h>

namespace songscape {

class HostScalar {
 public:
  // The tensor itself is kept, as by ParameterSet.  It is changed by operations in place alone.
  explicit HostScalar(at::Tensor buffer) : buffer_(std::move(buffer)) {}
  double value() const;
  const at::Tensor& tensor() const { return buffer_; }

 private:
  at::Tensor buffer_;
  mutable int64_t version_ = -1;
  mutable double value_ = 0;
};

}  // namespace songscape
