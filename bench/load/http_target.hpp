#pragma once

/// omsd over HTTP: a call for each command and each question, over connections
/// that stay open. Commands about the same order take the same connection.

#include <memory>
#include <vector>

#include "bench/load/lanes.hpp"
#include "bench/load/server_target.hpp"
#include "tools/omsctl/live/http_client.hpp"

namespace oms::load {

class http_target final : public server_target {
 public:
  /// `connections` for commands, and some more for questions. Throws
  /// std::runtime_error if it can't connect.
  http_target(server at, std::size_t connections);

  void submit(std::vector<command> batch, landed done) override;
  void ask(const question& what, replied done) override;

 protected:
  std::uint64_t last_sequence() override;
  std::int64_t committed_at(const std::string& location) override;

 private:
  [[nodiscard]] std::unique_ptr<omsctl::http_client> connect() const;
  [[nodiscard]] std::vector<std::unique_ptr<omsctl::http_client>> connect(
      std::size_t count) const;

  std::unique_ptr<omsctl::http_client> control_;
  std::vector<std::unique_ptr<omsctl::http_client>> for_commands_;
  std::vector<std::unique_ptr<omsctl::http_client>> for_questions_;
  std::size_t asked_ = 0;
  /// The last to be made and the first to go: they use the connections.
  lanes commands_;
  lanes questions_;
};

}  // namespace oms::load
