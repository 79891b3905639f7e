#pragma once

/// What the commands that look into a store begin and end with: opening it,
/// finding the moment of --at, and saying in one way what is wrong.

#include <memory>
#include <string>

#include "messages/ids.hpp"
#include "persistence/log_store.hpp"
#include "tools/store/store_reading.hpp"
#include "tools/text/console.hpp"

namespace oms::omsctl {

/// The place in the log as of which something is shown.
struct viewpoint {
  sequence at = 0;
  /// Whether the log goes on after it.
  bool past = false;
};

class store_command {
 public:
  /// `command` is "omsctl order".
  store_command(std::string command, const text::console& to)
      : command_(std::move(command)), to_(to) {}

  /// Opens the store and finds the place, or says why it can't.
  [[nodiscard]] bool open(const std::string& directory, const std::string& at);

  [[nodiscard]] const persistence::log_store& store() const { return *store_; }
  [[nodiscard]] const viewpoint& view() const { return view_; }
  [[nodiscard]] const text::console& to() const { return to_; }

  void say(const std::string& message) const;
  /// "there was no order SO-1 at sequence 4711"; `exit_wrong`.
  [[nodiscard]] int not_found(const std::string& what) const;
  /// The moment in words, "as of event 4711, 2026-01-05T10:00:00Z"; empty at
  /// the end of the log. If the time can't be read it says so on standard
  /// error, and `ended` returns `exit_wrong`.
  [[nodiscard]] std::string when() const;

  /// The exit code of a command that could read all of its own (`whole`) or
  /// not.
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
