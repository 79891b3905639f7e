#pragma once

/// A small store on disk, and the streams of a command as text.
///
/// Purpose: what the tests of the commands that look at stores share. Owner:
/// the test. Errors: throws where the test can't go on.

#include <sys/resource.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "actors/engine.hpp"
#include "persistence/log_store.hpp"
#include "tests/persistence/temporary_directory.hpp"
#include "tools/text/console.hpp"

namespace oms::tests {

/// 2026-03-02T12:00:00Z, a Monday.
inline constexpr timestamp opening =
    std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} +
    std::chrono::hours{12};

/// What a command has written.
class captured {
 public:
  captured();
  [[nodiscard]] text::console to() const { return {out_.get(), err_.get()}; }
  [[nodiscard]] std::string out() const { return text_of(out_.get()); }
  [[nodiscard]] std::string err() const { return text_of(err_.get()); }

 private:
  struct close_file {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using stream = std::unique_ptr<std::FILE, close_file>;

  static std::string text_of(std::FILE* file);

  stream out_;
  stream err_;
};

/// Runs a command and keeps what it wrote.
struct outcome {
  int code = 0;
  std::string out;
  std::string err;
};
[[nodiscard]] outcome running(
    const std::function<int(const text::console&)>& run);

/// A store that is played on a simulated engine; each commit is a batch. It is
/// opened by whatever needs it open, and closed by `path`: a command opens it
/// anew, and one process can't have a store open twice.
class store_on_disk {
 public:
  [[nodiscard]] std::string path() const;
  /// A path for another file beside the store.
  [[nodiscard]] std::string beside(const std::string& name) const {
    return place_.path() / name;
  }

  /// Executes; a refused command ends the test.
  sequence give(command_body body, const std::string& by = "setup");
  void pass(duration time);
  [[nodiscard]] persistence::store_stats stats() const;

  /// NYC with 3 MUG and 10 POT, LAX with 2 MUG, DS with 5 CUP.
  void add_network();
  void place(const std::string& id, const std::string& sku, std::int64_t units,
             const std::string& customer = "C-1",
             const std::string& brand = "acme");

  /// Replaces a text in data.mdb by another one of the same length, wherever
  /// it stands.
  void overwrite(const std::string& text, const std::string& with) const;
  [[nodiscard]] bool contains(const std::string& text) const;

 private:
  oms::engine& engine() const;

  persistence::temporary_directory place_;
  mutable timestamp now_ = opening;
  mutable std::unique_ptr<persistence::log_store> log_;
  mutable std::unique_ptr<oms::engine> engine_;
};

/// Another process that has a store open for writing while this lives.
class other_writer {
 public:
  explicit other_writer(const std::string& path);
  ~other_writer();
  other_writer(const other_writer&) = delete;
  other_writer& operator=(const other_writer&) = delete;

 private:
  int child_ = 0;
};

/// While it lives, no file of this process grows beyond `bytes`: like a full
/// disk, for files that are written from now on.
class small_files {
 public:
  explicit small_files(std::uint64_t bytes);
  ~small_files();
  small_files(const small_files&) = delete;
  small_files& operator=(const small_files&) = delete;

 private:
  struct rlimit before_ {};
  void (*handled_before_)(int) = nullptr;
};

[[nodiscard]] std::string contents_of(const std::string& path);
void write_file(const std::string& path, const std::string& text);

}  // namespace oms::tests
