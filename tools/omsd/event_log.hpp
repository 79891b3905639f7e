#pragma once

/// What omsd says of itself: one line of JSON each, to standard error.
///
/// Purpose: what happened, when, and the particulars, so that machines can
/// read all of it. Owner: the server's main. Threads: any. Never logged:
/// tokens, bodies, addresses.

#include <kj/exception.h>
#include <spdlog/logger.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace oms::omsd {

class event_log {
 public:
  event_log();
  ~event_log();
  event_log(const event_log&) = delete;
  event_log& operator=(const event_log&) = delete;

  void say(spdlog::level::level_enum level, const std::string& what,
           const nlohmann::ordered_json& particulars =
               nlohmann::ordered_json::object());

 private:
  std::shared_ptr<spdlog::logger> to_;
};

/// While it lives, what KJ logs on this thread goes to the log: a connection
/// whose TLS fails, an error that nobody was left to hear of. KJ wants it on
/// the stack.
class kj_log final : public kj::ExceptionCallback {
 public:
  explicit kj_log(event_log& to) : to_(to) {}

  void logMessage(kj::LogSeverity severity, const char* file, int line,
                  int context_depth, kj::String&& text) override;

 private:
  event_log& to_;
};

}  // namespace oms::omsd
