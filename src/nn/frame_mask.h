// Padding kept out of losses and statistics: a song's frames behind its last valid one count for nothing.
#pragma once

#include <ATen/core/Tensor.h>

namespace songscape {

// 1 where a frame is valid, 0 behind: [batch, 1 …, n_frames] with as many axes as `like` ([batch, …, n_frames]).
at::Tensor frame_mask(const at::Tensor& n_valid_frames, const at::Tensor& like);

// How many values of each song are valid, [batch] f32; undefined n_valid_frames: all.
at::Tensor n_valid_values(const at::Tensor& n_valid_frames, const at::Tensor& like);

// Mean squared error of each song over its valid values, [batch] f32.  x, x_hat: [batch, …, frames].
at::Tensor song_mse(const at::Tensor& x, const at::Tensor& x_hat, const at::Tensor& n_valid_frames);

}  // namespace songscape
