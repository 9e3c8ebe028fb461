// Where models compute from here on, for code that does not see LibTorch.
#pragma once

#include <string>

namespace songscape {

// "auto": a GPU where LibTorch offers one, else the CPU; "cpu"; "cuda": Error `usage` where there is none.  One line
// says which it is.
void set_compute_device(const std::string& wanted);

}  // namespace songscape
