#include "pretend_device.h"

#include <ATen/EmptyTensor.h>
#include <ATen/detail/HPUHooksInterface.h>
#include <ATen/native/CPUFallback.h>
#include <ATen/ops/_copy_from.h>
#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_local_scalar_dense.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/convolution.h>
#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/native_batch_norm.h>
#include <ATen/ops/resize_native.h>
#include <ATen/ops/view_native.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/library.h>

#include <atomic>
#include <cstdlib>

namespace songscape {
namespace {

// A type of device that these LibTorch wheels bring no operations for, but whose tensors may take the place of others
// (at::Tensor::set_data), which those of PrivateUse1 may not.
constexpr auto kPretend = c10::DeviceType::HPU;
using OptionalTensor = std::optional<at::Tensor>;

std::atomic<int64_t> n_host_reads{0};
thread_local bool is_computing = false;  // the device's own doings, not the host's

struct Computing {
  bool before = std::exchange(is_computing, true);
  ~Computing() { is_computing = before; }
};

struct Allocator final : c10::Allocator {
  c10::DataPtr allocate(size_t n) override {
    void* memory = n > 0 ? std::malloc(n) : nullptr;
    return {memory, memory, &std::free, c10::Device(kPretend, 0)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &std::free; }
  void copy_data(void* to, const void* from, std::size_t n) const override { default_copy_data(to, from, n); }
};
Allocator allocator;

// The same memory, as a tensor of the CPU.
at::Tensor as_host(const at::Tensor& t) {
  if (t.is_cpu()) return t;
  return at::from_blob(t.data_ptr(), t.sizes(), t.strides(), t.options().device(at::kCPU).requires_grad(false));
}

OptionalTensor as_host(const OptionalTensor& t) { return t && t->defined() ? OptionalTensor(as_host(*t)) : t; }

std::vector<at::Tensor> as_host(at::TensorList list) {
  std::vector<at::Tensor> hosts;
  for (const at::Tensor& t : list) hosts.push_back(as_host(t));
  return hosts;
}

at::Tensor to_device(const at::Tensor& t) { return t.defined() ? t.to(c10::Device(kPretend, 0)) : t; }

at::Tensor empty(at::IntArrayRef size, std::optional<at::ScalarType> type, std::optional<at::Layout>,
                 std::optional<at::Device>, std::optional<bool>, std::optional<at::MemoryFormat> format) {
  return at::detail::empty_generic(size, &allocator, c10::DispatchKeySet(c10::DispatchKey::HPU),
                                   type.value_or(at::kFloat), format);
}

at::Tensor empty_strided(at::IntArrayRef size, at::IntArrayRef stride, std::optional<at::ScalarType> type,
                         std::optional<at::Layout>, std::optional<at::Device>, std::optional<bool>) {
  return at::detail::empty_strided_generic(size, stride, &allocator, c10::DispatchKeySet(c10::DispatchKey::HPU),
                                           type.value_or(at::kFloat));
}

at::Tensor copy_from(const at::Tensor& from, const at::Tensor& to, bool) {
  if (to.is_cpu() && !is_computing) ++n_host_reads;
  as_host(to).copy_(as_host(from));
  return to;
}

at::Tensor copy_from_and_resize(const at::Tensor& from, const at::Tensor& to) {
  if (to.sizes() != from.sizes()) at::native::resize_(to, from.sizes(), std::nullopt);
  return copy_from(from, to, false);
}

at::Scalar local_scalar(const at::Tensor& t) {
  if (!is_computing) ++n_host_reads;
  return at::_local_scalar_dense(as_host(t));
}

at::Tensor convolution(const at::Tensor& x, const at::Tensor& weight, const OptionalTensor& bias,
                       at::IntArrayRef stride, at::IntArrayRef padding, at::IntArrayRef dilation, bool is_transposed,
                       at::IntArrayRef output_padding, int64_t groups) {
  return to_device(at::convolution(as_host(x), as_host(weight), as_host(bias), stride, padding, dilation, is_transposed,
                                   output_padding, groups));
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> convolution_backward(const at::Tensor& gradient, const at::Tensor& x,
                                                                    const at::Tensor& weight, at::IntArrayRef stride,
                                                                    at::IntArrayRef padding, at::IntArrayRef dilation,
                                                                    bool is_transposed, at::IntArrayRef output_padding,
                                                                    int64_t groups, std::array<bool, 3> mask) {
  const std::vector<int64_t> bias_sizes{gradient.size(1)};
  const auto [a, b, c] =
      at::convolution_backward(as_host(gradient), as_host(x), as_host(weight), at::OptionalIntArrayRef(bias_sizes),
                               stride, padding, dilation, is_transposed, output_padding, groups, mask);
  return {to_device(a), to_device(b), to_device(c)};
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> batch_norm(const at::Tensor& x, const OptionalTensor& weight,
                                                          const OptionalTensor& bias, const OptionalTensor& mean,
                                                          const OptionalTensor& variance, bool is_training,
                                                          double momentum, double epsilon) {
  const auto [a, b, c] = at::native_batch_norm(as_host(x), as_host(weight), as_host(bias), as_host(mean),
                                               as_host(variance), is_training, momentum, epsilon);
  return {to_device(a), to_device(b), to_device(c)};
}

void fused_adam(at::TensorList parameters, at::TensorList gradients, at::TensorList exp_avg, at::TensorList exp_avg_sq,
                at::TensorList, at::TensorList steps, const at::Tensor& lr, double beta1, double beta2,
                double weight_decay, double epsilon, bool, bool, const OptionalTensor& scale,
                const OptionalTensor& found_inf) {
  const auto hosts = as_host(exp_avg), hosts_sq = as_host(exp_avg_sq);
  // The CPU's kernel knows no found_inf.
  if (found_inf && as_host(*found_inf).item<float>() == 1) return;
  at::_fused_adam_(as_host(parameters), as_host(gradients), hosts, hosts_sq, {}, as_host(steps), as_host(lr), beta1,
                   beta2, weight_decay, epsilon, false, false, as_host(scale), {});
}

void count_devices(const at::Tensor& t, int& n_here, int& n_host) {
  if (!t.defined()) return;
  n_here += t.device().type() == kPretend;
  n_host += t.is_cpu() && t.dim() > 0;
}

void check_one_device(const c10::OperatorHandle& op, const torch::jit::Stack& stack) {
  int n_here = 0, n_host = 0;
  for (const c10::IValue& v : torch::jit::last(stack, op.schema().arguments().size())) {
    if (v.isTensor()) count_devices(v.toTensor(), n_here, n_host);
    if (v.isTensorList())
      for (const at::Tensor& t : v.toTensorVector()) count_devices(t, n_here, n_host);
  }
  TORCH_CHECK(n_here == 0 || n_host == 0, op.schema().name(), " mixes tensors of the device and of the CPU");
}

void fallback(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
  check_one_device(op, *stack);
  const Computing computing;
  at::native::cpu_fallback(op, stack);
}

// What is written by hand is checked by hand.
template <auto kFunction>
struct Checked;
template <class Result, class... Args, Result (*kFunction)(Args...)>
struct Checked<kFunction> {
  static Result call(Args... args) {
    int n_here = 0, n_host = 0;
    const auto count = [&](const auto& a) {
      using T = std::decay_t<decltype(a)>;
      if constexpr (std::is_same_v<T, at::Tensor>) count_devices(a, n_here, n_host);
      if constexpr (std::is_same_v<T, OptionalTensor>)
        if (a) count_devices(*a, n_here, n_host);
      if constexpr (std::is_same_v<T, at::TensorList>)
        for (const at::Tensor& t : a) count_devices(t, n_here, n_host);
    };
    (count(args), ...);
    TORCH_CHECK(n_here == 0 || n_host == 0, "an operation mixes tensors of the device and of the CPU");
    const Computing computing;
    return kFunction(args...);
  }
};

// One device with one stream, on which all is done at once.
struct Guard final : c10::impl::NoOpDeviceGuardImpl<kPretend> {
  c10::Device exchangeDevice(c10::Device) const override { return {kPretend, 0}; }
  c10::Device getDevice() const override { return {kPretend, 0}; }
  c10::Stream getStream(c10::Device) const noexcept override { return only_stream(); }
  c10::Stream getNewStream(c10::Device, int) const override { return only_stream(); }
  c10::Stream exchangeStream(c10::Stream) const noexcept override { return only_stream(); }
  void record(void** event, const c10::Stream&, const c10::DeviceIndex, const c10::EventFlag) const override {
    *event = const_cast<Guard*>(this);
  }
  void block(void*, const c10::Stream&) const override {}
  bool queryEvent(void*) const override { return true; }
  static c10::Stream only_stream() { return c10::Stream(c10::Stream::DEFAULT, c10::Device(kPretend, 0)); }
};

struct PretendHooks final : at::HPUHooksInterface {
  explicit PretendHooks(at::HPUHooksArgs) {}
  void init() const override {}
  bool hasHPU() const override { return true; }
  bool isBuilt() const override { return true; }
  bool isAvailable() const override { return true; }
  bool hasPrimaryContext(c10::DeviceIndex) const override { return true; }
  c10::DeviceIndex deviceCount() const override { return 1; }
  void setCurrentDevice(c10::DeviceIndex) const override {}
  c10::DeviceIndex getCurrentDevice() const override { return 0; }
  c10::DeviceIndex exchangeDevice(c10::DeviceIndex) const override { return 0; }
  c10::DeviceIndex maybeExchangeDevice(c10::DeviceIndex) const override { return 0; }
};

C10_REGISTER_GUARD_IMPL(HPU, Guard);

TORCH_LIBRARY_IMPL(_, HPU, m) { m.fallback(torch::CppFunction::makeFromBoxedFunction<&fallback>()); }

TORCH_LIBRARY_IMPL(aten, HPU, m) {
  m.impl("empty.memory_format", &empty);
  m.impl("empty_strided", &empty_strided);
  m.impl("as_strided", &at::native::as_strided_tensorimpl);
  m.impl("view", &at::native::view);
  m.impl("resize_", &at::native::resize_);
  m.impl("_copy_from", &copy_from);
  m.impl("_copy_from_and_resize", &copy_from_and_resize);
  m.impl("_local_scalar_dense", &local_scalar);
  m.impl("convolution_overrideable", &Checked<&convolution>::call);
  m.impl("convolution_backward_overrideable", &Checked<&convolution_backward>::call);
  m.impl("native_batch_norm", &Checked<&batch_norm>::call);
  m.impl("_fused_adam_.tensor_lr", &Checked<&fused_adam>::call);
}

}  // namespace

at::Device pretend_device() {
  static const bool is_known = (c10::SetAllocator(kPretend, &allocator), true);
  (void)is_known;
  return {kPretend, 0};
}

int64_t n_reads_of_host() { return n_host_reads; }

}  // namespace songscape

namespace at {
C10_REGISTER_TYPED_CLASS(HPUHooksRegistry, "HPUHooks", songscape::PretendHooks);
}  // namespace at
