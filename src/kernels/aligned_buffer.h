// Values that begin at a cache line and are not set at first.  A thread keeps the small ones it gives back for its next
// ones: kernels take a few for each unit of work.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace songscape {

struct AlignedBlock {
  void* data;
  size_t size;  // bytes, at least those asked for
};
AlignedBlock take_aligned(size_t size);
void give_aligned(const AlignedBlock& block);

template <class T>
class AlignedBuffer {
 public:
  AlignedBuffer() = default;
  explicit AlignedBuffer(int64_t n) {
    const AlignedBlock block = take_aligned(static_cast<size_t>(n) * sizeof(T));
    data_ = {static_cast<T*>(block.data), {block.size}};
  }
  T* data() const { return data_.get(); }

 private:
  struct Give {
    size_t size = 0;
    void operator()(T* data) const { give_aligned({data, size}); }
  };
  std::unique_ptr<T[], Give> data_;
};

}  // namespace songscape
