// The decoder's one way of turning a file down (outcome F); the reason names no path.
#pragma once

#include <stdexcept>
#include <string>

namespace songscape::decoder {

class Rejected : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// "12.34 s"
std::string format_seconds(double seconds);

}  // namespace songscape::decoder
