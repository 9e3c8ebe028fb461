#include "kernels/aligned_buffer.h"

#include <new>
#include <vector>

namespace songscape {
namespace {

constexpr std::align_val_t kCacheLine{64};
constexpr size_t kMostKept = 32, kLargestKept = size_t{1} << 20, kSpare = 4096;

struct KeptBlocks {
  std::vector<AlignedBlock> blocks;
  KeptBlocks() { blocks.reserve(kMostKept); }
  ~KeptBlocks() {
    for (const AlignedBlock& block : blocks) ::operator delete[](block.data, kCacheLine);
  }
};

thread_local KeptBlocks kept;

}  // namespace

AlignedBlock take_aligned(size_t size) {
  std::vector<AlignedBlock>& blocks = kept.blocks;
  for (size_t i = blocks.size(); i-- > 0;)
    if (blocks[i].size >= size && blocks[i].size <= 2 * size + kSpare) {
      const AlignedBlock block = blocks[i];
      blocks[i] = blocks.back();
      blocks.pop_back();
      return block;
    }
  return {::operator new[](size, kCacheLine), size};
}

void give_aligned(const AlignedBlock& block) {
  if (block.size <= kLargestKept && kept.blocks.size() < kMostKept)
    kept.blocks.push_back(block);
  else
    ::operator delete[](block.data, kCacheLine);
}

}  // namespace songscape
