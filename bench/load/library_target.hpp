#pragma once

/// The engine in the process of the load generator, on a store of its own.

#include <atomic>
#include <memory>
#include <string>

#include "actors/engine.hpp"
#include "bench/load/lanes.hpp"
#include "bench/load/target.hpp"
#include "persistence/lmdb_store.hpp"

namespace oms::load {

/// None is written unless it is asked for: to see what they cost.
[[nodiscard]] checkpoint_policy no_checkpoints();

class library_target final : public target {
 public:
  /// `folder` is that of the store. Its errors are those of `engine::open`.
  static result<std::unique_ptr<library_target>> open(
      const std::string& folder, const checkpoint_policy& checkpoints);

  void submit(std::vector<command> batch, landed done) override;
  void ask(const question& what, replied done) override;
  std::optional<clock::time_point> wait_until_routed(
      std::int64_t units) override;
  /// Also writes a checkpoint.
  void settle() override;
  std::optional<usage> used() override;
  [[nodiscard]] bool is_own_process() const override { return true; }

  [[nodiscard]] engine& running() { return *engine_; }

 private:
  library_target();

  std::atomic<std::int64_t> units_promised_{0};
  std::string folder_;
  std::unique_ptr<persistence::log_store> store_;
  std::unique_ptr<engine> engine_;
  std::size_t asked_ = 0;
  /// The last to be made and the first to go: they call the engine.
  lanes readers_;
};

}  // namespace oms::load
