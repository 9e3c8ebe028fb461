// Values that begin at a cache line and are not set at first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace songscape {

template <class T>
class AlignedBuffer {
 public:
  AlignedBuffer() = default;
  explicit AlignedBuffer(int64_t n)
      : data_(static_cast<T*>(::operator new[](static_cast<size_t>(n) * sizeof(T), std::align_val_t{kLine}))) {}
  T* data() const { return data_.get(); }

 private:
  static constexpr size_t kLine = 64;
  struct Free {
    void operator()(T* data) const { ::operator delete[](data, std::align_val_t{kLine}); }
  };
  std::unique_ptr<T[], Free> data_;
};

}  // namespace songscape
