#pragma once

/// A server process and the line to it.
///
/// Purpose: starts this very program as `serve`, talks to it by lines, and
/// kills it. Owner: the client; killed with it. Threads: one. Errors: throws
/// when no process can be started.

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
  /// With a limit no file of it may become longer.
  explicit server_process(const std::filesystem::path& directory,
                          std::optional<std::uint64_t> max_file_bytes = {});
  ~server_process();
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;

  void send(const std::string& line);
  /// Whole lines that have come; waits at most so long for the first one.
  [[nodiscard]] std::vector<std::string> receive(
      std::chrono::milliseconds patience);
  /// Whether nothing more can come.
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
