#pragma once

/// The commands of one RPC call, and their answers.
///
/// Refuses commands that the caller may not give, answers a repeated command
/// with its first answer, submits the others, and puts the answers in the order
/// of the commands. Each command has an answer or an error of its own.
/// Everything here runs on the RPC loop's thread.

#include <kj/async.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "messages/commands.hpp"
#include "tools/files/access.hpp"
#include "tools/omsd/command_key.hpp"
#include "tools/omsd/idempotency.hpp"
#include "tools/omsd/routes.hpp"

namespace oms::omsd {

class command_batch {
 public:
  command_batch(service& of, idempotency<answer>& keys,
                const files::access& who)
      : service_(of), keys_(keys), who_(who) {}

  /// The next command can't be read.
  void refuse(error why) { answers_.emplace_back(std::move(why)); }
  /// The next command; `content` is everything that it says, if it has an id.
  void take(command one, std::string_view content = {});

  /// Asks the engine for those with ids: they may have been done before omsd
  /// was started.
  kj::Promise<void> look_up();
  /// Once, after `look_up`.
  kj::Promise<std::vector<answer>> submit();

 private:
  struct taken {
    command asked;
    /// Where its answer goes.
    std::size_t place = 0;
    std::optional<command_key> key;
    std::optional<answer> before;
  };

  kj::Promise<std::vector<answer>> submit_each();

  service& service_;
  idempotency<answer>& keys_;
  files::access who_;
  std::vector<answer> answers_;
  std::vector<taken> commands_;
};

/// What an id is answered that came with another command.
[[nodiscard]] error id_taken();

}  // namespace oms::omsd
