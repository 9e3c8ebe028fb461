#include "train/step_graph.h"

#include "core/error.h"

#ifdef SONGSCAPE_CUDA_GRAPHS
#include <ATen/cuda/CUDAGraph.h>
#endif

namespace songscape {

#ifdef SONGSCAPE_CUDA_GRAPHS

struct StepGraph::Recording {
  at::cuda::CUDAGraph graph;
};

bool StepGraph::is_available() { return true; }

StepGraph::StepGraph(at::Generator& noise, const std::function<void()>& work)
    : recording_(std::make_unique<Recording>()) {
  at::cuda::CUDAGraph& graph = recording_->graph;
  try {
    graph.register_generator_state(noise);
    // Other threads (one reads the next batch into pinned memory) go on meanwhile.
    graph.capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal);
    work();
    graph.capture_end();
  } catch (const c10::Error& e) {
    fail(ExitCode::failed, {.what = "a training step cannot be recorded as a CUDA graph",
                            .where = "--cuda-graphs",
                            .seen = e.what_without_backtrace(),
                            .wanted = {},
                            .fix = "leave --cuda-graphs out"});
  }
}

void StepGraph::replay() { recording_->graph.replay(); }

#else

struct StepGraph::Recording {};

bool StepGraph::is_available() { return false; }

StepGraph::StepGraph(at::Generator&, const std::function<void()>&) {
  check(false, "this build can record CUDA graphs");
}

void StepGraph::replay() {}

#endif

StepGraph::~StepGraph() = default;

}  // namespace songscape
