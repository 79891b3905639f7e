#pragma once

/// What the load generator sends commands to: an engine in its own process, or
/// omsd over RPC or HTTP.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "messages/commands.hpp"

namespace oms::load {

struct outcome {
  std::size_t done = 0;
  std::size_t refused = 0;
  /// Refused because more is under way than the engine takes.
  std::size_t overloaded = 0;
  /// Why the first of them was refused.
  std::string why;
};

/// What the engine's process has used so far.
struct usage {
  double cpu_s = 0;
  /// Without the pages of mapped files.
  std::int64_t memory_bytes = 0;
  /// The used pages of all files of the store.
  std::int64_t disk_bytes = 0;
};

class target {
 public:
  target() = default;
  virtual ~target() = default;
  target(const target&) = delete;
  target& operator=(const target&) = delete;

  using landed = std::function<void(const outcome&)>;
  /// Calls back once, on any thread, when each command has its answer. Does not
  /// wait for it.
  virtual void submit(std::vector<command> batch, landed done) = 0;
  /// Waits until locations have promised at least so many units since the
  /// start, or until nothing more happens. Whether they have.
  virtual bool wait_until_routed(std::int64_t units) = 0;
  /// Waits until nothing is left to do, and writes a checkpoint.
  virtual void settle() = 0;
  [[nodiscard]] virtual usage used() = 0;
};

}  // namespace oms::load
