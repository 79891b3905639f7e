#pragma once

/// Where an import goes: into a store, or to a running omsd.
///
/// Purpose: tells what is there, so that the files can be checked against it,
/// and has commands done. Owner: the command. Threads: one. Errors: what keeps
/// it from going on, in a sentence for people; what the engine refuses is an
/// answer.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/history/network_history.hpp"
#include "messages/commands.hpp"
#include "messages/errors.hpp"
#include "tools/omsctl/import/import_plan.hpp"
#include "tools/omsctl/live/http_client.hpp"
#include "tools/text/console.hpp"

namespace oms::omsctl {

/// Fewer answers than commands: it broke off, and `broken` says why.
struct import_answers {
  std::vector<answer> answers;
  std::optional<error> broken;
};

class import_target {
 public:
  virtual ~import_target() = default;

  /// At least the locations, and the suppliers with what they offer.
  virtual result<history::network_state> look() = 0;
  /// Adds what else the plan may change.
  virtual status look_closer(const import_plan& plan,
                             history::network_state& there) = 0;

  /// Before the first command.
  virtual status begin() = 0;
  /// In their order. The id of a command is its key for being sent again.
  virtual import_answers execute(std::vector<command> batch) = 0;
  /// After the last command; a line for the report, or nothing.
  virtual std::string finish() = 0;

  /// Commands of one batch.
  [[nodiscard]] virtual std::size_t batch_size() const = 0;
};

/// Made when it is not there. No other process may write it meanwhile. While
/// the disk takes nothing, it waits, and says so to `to`.
[[nodiscard]] std::unique_ptr<import_target> store_target(
    std::string folder, const text::console& to);

/// `invalid` when the address is none.
[[nodiscard]] result<std::unique_ptr<import_target>> server_target(
    const server_options& server);

}  // namespace oms::omsctl
