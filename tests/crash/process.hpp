#pragma once

/// A server process and the connection to it: starts this very program as
/// `serve`, talks to it by lines, and kills it.
///
/// The process is killed when its client ends, however that happens. Throws if
/// no process can be started.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace oms::crash {

class server_process {
 public:
  /// With a limit, none of its files can become longer than that.
  explicit server_process(const std::filesystem::path& directory,
                          std::optional<std::uint64_t> max_file_bytes = {});
  ~server_process();
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;

  void send(const std::string& line);
  /// Whole lines that have come; waits at most `patience` for the first one.
  [[nodiscard]] std::vector<std::string> receive(
      std::chrono::milliseconds patience);
  /// Whether no more lines can come.
  [[nodiscard]] bool ended() const { return ended_; }

  /// Takes the limit away from the running process.
  void lift_file_limit();
  /// SIGKILL; what it has said before can still be received.
  void kill();
  /// Its exit code once it has ended by itself; none if a signal ended it.
  [[nodiscard]] std::optional<int> wait();

 private:
  pid_t process_ = -1;
  int line_ = -1;
  bool ended_ = false;
  std::string unread_;
};

}  // namespace oms::crash
