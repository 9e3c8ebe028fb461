#include "train/batch_copier.h"

#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

namespace songscape {

BatchCopier::BatchCopier(at::Device device) : device_(device) {
  if (device.is_cuda())
    stream_ = c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device, /*isHighPriority=*/false);
}

Batch BatchCopier::operator()(const Batch& batch) {
  if (stream_) return copied_beside(batch);
  return device_.is_cpu() ? batch : batch.to(device_);
}

Batch BatchCopier::copied_beside(const Batch& batch) {
  const c10::Stream training = c10::impl::VirtualGuardImpl(device_.type()).getStream(device_);
  const auto there = [&](const at::Tensor& t) {
    if (!t.defined()) return t;
    const at::Tensor copy = t.to(device_, t.scalar_type(), /*non_blocking=*/true);
    copy.record_stream(training);  // its memory is not given away while the training still reads it
    return copy;
  };
  Batch copies;
  c10::Event is_there(device_.type());
  {
    const c10::StreamGuard on_own(*stream_);
    copies = {there(batch.x), there(batch.n_valid_frames), there(batch.labels), there(batch.positions)};
    is_there.record(*stream_);
  }
  is_there.block(training);
  return copies;
}

}  // namespace songscape
