#include "train/status.h"

#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "core/machine.h"

namespace songscape {

void write_status(const RunFolder& folder, const RunStatus& s) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  write_json(folder.status(), {{"state", s.state},
                               {"epoch", s.epoch},
                               {"n_epochs", s.n_epochs},
                               {"n_steps", s.n_steps},
                               {"validation_loss", s.validation_loss},
                               {"best_epoch", s.best_epoch},
                               {"best_validation_loss", s.best_validation_loss},
                               {"best_validation_mse", s.best_validation_mse},
                               {"wall_sec", s.wall_sec},
                               {"remaining_sec", s.remaining_sec},
                               {"peak_memory_bytes", peak_resident_bytes()},
                               {"message", s.message},
                               {"pid", getpid()},
                               {"updated_unix_sec", std::chrono::duration_cast<std::chrono::seconds>(now).count()}});
}

}  // namespace songscape
