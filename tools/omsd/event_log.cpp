#include "tools/omsd/event_log.hpp"

#include <fmt/core.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>

#include "messages/text_rules.hpp"
#include "messages/time_text.hpp"

namespace oms::omsd {

namespace {

spdlog::level::level_enum level_of(kj::LogSeverity severity) {
  switch (severity) {
    case kj::LogSeverity::INFO:
      return spdlog::level::info;
    case kj::LogSeverity::WARNING:
      return spdlog::level::warn;
    case kj::LogSeverity::ERROR:
    case kj::LogSeverity::FATAL:
      return spdlog::level::err;
    case kj::LogSeverity::DBG:
      return spdlog::level::debug;
  }
  return spdlog::level::err;
}

}  // namespace

event_log::event_log() : to_(spdlog::stderr_logger_mt("omsd")) {
  // The time and the level are in the JSON, so spdlog writes the text only.
  to_->set_pattern("%v");
}

event_log::~event_log() { spdlog::drop("omsd"); }

void event_log::say(spdlog::level::level_enum level, const std::string& what,
                    const nlohmann::ordered_json& particulars) {
  const auto now =
      std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
  nlohmann::ordered_json line{
      {"time", time_text(timestamp{now.time_since_epoch()})},
      {"level", std::string(spdlog::level::to_string_view(level).data())},
      {"what", what}};
  line.update(particulars);
  // Paths and failures may contain what others wrote: invalid UTF-8 must not
  // make `dump` throw, and control characters must not reach a terminal.
  to_->log(level,
           printable_json(line.dump(-1, ' ', false,
                                    nlohmann::json::error_handler_t::replace)));
}

void kj_log::logMessage(kj::LogSeverity severity, const char* file, int line,
                        int, kj::String&& text) {
  to_.say(level_of(severity), "kj",
          {{"at", fmt::format("{}:{}", file, line)},
           {"text", std::string(text.begin(), text.size())}});
}

}  // namespace oms::omsd
