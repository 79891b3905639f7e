#pragma once

/// omsd as a process of its own.
///
/// Purpose: what benchmarks and tests of RPC talk to. Owner: the client; it is
/// killed with it. Threads: one. Errors: throws when it does not begin, with
/// what it has said.

#include <sys/types.h>

#include <string>
#include <vector>

namespace oms::bench {

class rpc_process {
 public:
  /// Comes back when it serves RPC; `arguments` are those of omsd, of which
  /// the addresses are the process's own matter. Where omsd stands, its caller
  /// knows.
  rpc_process(std::string program, std::vector<std::string> arguments);
  ~rpc_process();
  rpc_process(const rpc_process&) = delete;
  rpc_process& operator=(const rpc_process&) = delete;

  /// "127.0.0.1:4711"
  [[nodiscard]] const std::string& address() const { return address_; }

  /// SIGKILL.
  void kill();
  /// SIGTERM, without waiting.
  void terminate() const;
  /// Its exit code once it has ended; -1 when a signal ended it.
  int wait();

 private:
  pid_t process_ = -1;
  std::string address_;
};

}  // namespace oms::bench
