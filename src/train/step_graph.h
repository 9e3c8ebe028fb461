// Work on a GPU recorded once, as a CUDA graph, and replayed by one call: for steps of many small kernels, whose
// launches take longer than they do.  Needs CUDA's headers when Songscape is built (cmake/FindLibTorch.cmake); without
// them nothing is recorded.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>

namespace songscape {

class StepGraph {
 public:
  static bool is_available();

  // Records what `work` asks of the GPU on this thread's current stream, which is not the default one; nothing of it is
  // done yet.  What work returns lives where each replay writes it.  noise: whatever work draws from; its seed at each
  // replay decides what is drawn there.  Error `failed` where the work cannot be recorded.
  StepGraph(at::Generator& noise, const std::function<void()>& work);
  ~StepGraph();
  StepGraph(const StepGraph&) = delete;
  StepGraph& operator=(const StepGraph&) = delete;
  void replay();

 private:
  struct Recording;
  std::unique_ptr<Recording> recording_;
};

}  // namespace songscape
