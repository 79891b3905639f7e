#pragma once

/// omsd over Cap'n Proto RPC: one connection for commands and one for
/// questions, both in an event loop that has a thread of its own.

#include <memory>

#include "bench/load/server_target.hpp"

namespace oms::load {

class rpc_target final : public server_target {
 public:
  /// Throws std::exception if it can't connect.
  explicit rpc_target(server at);
  ~rpc_target() override;

  void submit(std::vector<command> batch, landed done) override;
  void ask(const question& what, replied done) override;

 protected:
  std::uint64_t last_sequence() override;
  std::int64_t committed_at(const std::string& location) override;

 private:
  class loop;
  std::unique_ptr<loop> loop_;
};

}  // namespace oms::load
