#pragma once

/// Says that a command waits for the disk.
///
/// Purpose: an engine whose store can't be written answers once it can, however
/// long that takes; whoever waits is told why, once. Owner: the command, around
/// its calls of the engine. Threads: one of its own, which looks now and then.

#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>

#include "actors/engine.hpp"

namespace oms::tools {

class write_watch {
 public:
  /// `command` is "omsctl erase". `of` and `err` outlive this.
  write_watch(engine& of, std::string command, std::FILE* err);
  ~write_watch();
  write_watch(const write_watch&) = delete;
  write_watch& operator=(const write_watch&) = delete;

 private:
  void run(const std::stop_token& ended);

  engine& of_;
  std::string command_;
  std::FILE* err_;
  std::mutex mutex_;
  std::condition_variable_any woken_;
  /// Last, for it uses the others.
  std::jthread thread_;
};

}  // namespace oms::tools
