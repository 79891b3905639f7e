#pragma once

/// What the targets over RPC and HTTP share: omsd as a process, which is
/// started or runs already, and what it is asked to learn how far it is.

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "bench/load/target.hpp"
#include "bench/rpc_process.hpp"

namespace oms::load {

/// Where omsd is.
struct server {
  /// An omsd that was started for this run; null if it ran already.
  std::unique_ptr<bench::rpc_process> process;
  /// Of its store; empty if it ran already.
  std::string folder;
  /// HOST:PORT, of the protocol that is measured.
  std::string address;
};

class server_target : public target {
 public:
  std::optional<clock::time_point> wait_until_routed(
      std::int64_t units) override;
  void settle() override;
  std::optional<usage> used() override;
  [[nodiscard]] bool is_own_process() const override { return false; }

 protected:
  explicit server_target(server at) : at_(std::move(at)) {}

  [[nodiscard]] const std::string& address() const { return at_.address; }
  /// The locations that it must know to count what they have promised.
  void note(const std::vector<command>& batch);

  // Both wait, and throw std::runtime_error without an answer.
  /// The newest event.
  virtual std::uint64_t last_sequence() = 0;
  /// Units that a location has promised and not shipped.
  virtual std::int64_t committed_at(const std::string& location) = 0;

 private:
  // Calls `is_reached` whenever nothing has happened for a while, and less and
  // less often. When the last event was seen, if it is reached.
  std::optional<clock::time_point> wait_at_rest(
      const std::function<bool()>& is_reached);

  server at_;
  std::mutex mutex_;
  std::vector<std::string> locations_;
};

}  // namespace oms::load
