#pragma once

/// The log of omsd itself: one JSON object per line, on standard error.
///
/// Each line says what happened, when, and the particulars, so that machines
/// can read all of it. Tokens, bodies and addresses are never logged. May be
/// used on any thread.

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
/// whose TLS fails, an error that has no other recipient. KJ requires it on the
/// stack.
class kj_log final : public kj::ExceptionCallback {
 public:
  explicit kj_log(event_log& to) : to_(to) {}

  void logMessage(kj::LogSeverity severity, const char* file, int line,
                  int context_depth, kj::String&& text) override;

 private:
  event_log& to_;
};

}  // namespace oms::omsd
