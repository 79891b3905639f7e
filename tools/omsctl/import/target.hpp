#pragma once

/// Where an import goes: into a store, or to a running omsd. A target says what
/// is there, so that the files can be checked against it, and executes
/// commands.
///
/// An error is what keeps it from going on, as a sentence for people. What the
/// engine refuses is an answer, not an error.

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

/// Answers in the order of the commands. If there are fewer than commands, the
/// rest has no answer, and `broken` says why.
struct import_answers {
  std::vector<answer> answers;
  std::optional<error> broken;
};

class import_target {
 public:
  virtual ~import_target() = default;

  /// Reads what is there: at least the locations, and the suppliers with what
  /// they offer.
  virtual result<history::network_state> look() = 0;
  /// Adds to `there` what else the plan may change.
  virtual status look_closer(const import_plan& plan,
                             history::network_state& there) = 0;

  /// Before the first command.
  virtual status begin() = 0;
  /// Executes them in their order. A command's id is the key under which it may
  /// be sent again.
  virtual import_answers execute(std::vector<command> batch) = 0;
  /// After the last command. Returns a line for the report, or nothing.
  virtual std::string finish() = 0;

  /// The number of commands in a batch.
  [[nodiscard]] virtual std::size_t batch_size() const = 0;
};

/// Created if it does not exist. No other process may write to it meanwhile.
/// While the disk takes no writes, it waits and says so on `to.err`.
[[nodiscard]] std::unique_ptr<import_target> store_target(
    std::string folder, const text::console& to);

/// `invalid` if the address is not one.
[[nodiscard]] result<std::unique_ptr<import_target>> server_target(
    const server_options& server);

}  // namespace oms::omsctl
