// From content to layout: which reader of structure and which backend a file gets.
#pragma once

#include "decoder/input.h"
#include "decoder/layout.h"

namespace songscape::decoder {

Layout read_layout(Input& input);

}  // namespace songscape::decoder
