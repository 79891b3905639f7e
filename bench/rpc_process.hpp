#pragma once

/// omsd as a process of its own, for benchmarks and tests of RPC and for the
/// load generator. It is killed when its client ends, however that happens.

#include <sys/types.h>

#include <string>
#include <vector>

namespace oms::bench {

class rpc_process {
 public:
  /// Returns when omsd serves RPC and HTTP; throws, with what it has said, if
  /// it does not come up. `program` is the path of omsd and `arguments` are its
  /// own, but for the addresses: it listens on ports that the system chooses.
  rpc_process(std::string program, std::vector<std::string> arguments);
  ~rpc_process();
  rpc_process(const rpc_process&) = delete;
  rpc_process& operator=(const rpc_process&) = delete;

  /// "127.0.0.1:4711"
  [[nodiscard]] const std::string& address() const { return address_; }
  /// Of HTTP, in the same form.
  [[nodiscard]] const std::string& http_address() const { return http_; }
  [[nodiscard]] pid_t id() const { return process_; }

  /// SIGKILL.
  void kill();
  /// SIGTERM, without waiting.
  void terminate() const;
  /// Waits until it has ended: its exit code, or -1 if a signal ended it.
  int wait();

 private:
  pid_t process_ = -1;
  std::string address_;
  std::string http_;
};

}  // namespace oms::bench
