#pragma once

/// What the commands that look into a store begin and end with.
///
/// Purpose: one way to say what is wrong. Owner: the command. Threads: one.

#include <memory>
#include <string>

#include "messages/ids.hpp"
#include "persistence/log_store.hpp"
#include "tools/store/store_reading.hpp"
#include "tools/text/console.hpp"

namespace oms::omsctl {

/// The place in the log that is looked at.
struct viewpoint {
  sequence at = 0;
  /// The log goes on behind it.
  bool past = false;
};

class store_command {
 public:
  /// `command` is "omsctl order".
  store_command(std::string command, const text::console& to)
      : command_(std::move(command)), to_(to) {}

  /// Opens the store and finds the place; or says why not.
  [[nodiscard]] bool open(const std::string& directory, const std::string& at);

  [[nodiscard]] const persistence::log_store& store() const { return *store_; }
  [[nodiscard]] const viewpoint& view() const { return view_; }
  [[nodiscard]] const text::console& to() const { return to_; }

  void say(const std::string& message) const;
  /// "there was no order SO-1 at sequence 4711"; `exit_wrong`.
  [[nodiscard]] int not_found(const std::string& what) const;
  /// "as of event 4711, 2026-01-05T10:00:00Z"; empty for now. Says so if
  /// the time can't be read.
  [[nodiscard]] std::string when() const;

  /// `exit_wrong` when a part could not be read: `whole` says whether the
  /// command could read its own.
  [[nodiscard]] int ended(bool whole) const {
    return whole && !time_unreadable_ ? text::exit_ok : text::exit_wrong;
  }

 private:
  std::string command_;
  const text::console& to_;
  std::unique_ptr<persistence::log_store> store_;
  viewpoint view_;
  mutable bool time_unreadable_ = false;
};

}  // namespace oms::omsctl
