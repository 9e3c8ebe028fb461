#include "nn/host_scalar.h"

namespace songscape {

double HostScalar::value() const {
  const auto version = static_cast<int64_t>(buffer_.unsafeGetTensorImpl()->version_counter().current_version());
  if (version != version_) {
    value_ = buffer_.item<double>();
    version_ = version;
  }
  return value_;
}

}  // namespace songscape
