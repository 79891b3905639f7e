#pragma once

/// A small store on disk, and the streams of a command as text.
///
/// Purpose: what the tests of the commands that look at stores share. Owner:
/// the test. Errors: throws where the test can't go on.

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

namespace oms::tools {

/// 2026-03-02T12:00:00Z, a Monday.
inline constexpr timestamp opening =
    std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} +
    std::chrono::hours{12};

/// What a command has written.
class captured {
 public:
  captured();
  [[nodiscard]] console to() const { return {out_.get(), err_.get()}; }
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
[[nodiscard]] outcome running(const std::function<int(const console&)>& run);

/// A store with two places, a supplier and orders of the brands "acme" and
/// none, played on a simulated engine; each commit is a batch.
class store_on_disk {
 public:
  /// Nothing is in it yet.
  store_on_disk();

  [[nodiscard]] std::string path() const { return place_.path() / "store"; }
  /// A path for another file beside the store.
  [[nodiscard]] std::string beside(const std::string& name) const {
    return place_.path() / name;
  }

  /// Executes as "setup"; a refused command ends the test.
  sequence give(command_body body, const std::string& by = "setup");
  void pass(duration time);
  [[nodiscard]] oms::engine& engine() { return *engine_; }
  [[nodiscard]] const persistence::log_store& log() const { return *log_; }
  /// Ends engine and store, so that commands can have it for themselves.
  void close();

  /// NYC with 3 MUG and 10 POT, LAX with 2 MUG, DS with 5 CUP.
  void add_network();
  void place(const std::string& id, const std::string& sku, std::int64_t units,
             const std::string& customer = "C-1",
             const std::string& brand = "acme");

  /// Replaces a text in data.mdb by another one of the same length, wherever
  /// it stands; after `close`.
  void overwrite(const std::string& text, const std::string& with) const;
  [[nodiscard]] bool contains(const std::string& text) const;

 private:
  persistence::temporary_directory place_;
  std::unique_ptr<persistence::log_store> log_;
  std::unique_ptr<oms::engine> engine_;
};

[[nodiscard]] std::string text_of_file(const std::string& path);
void write_file(const std::string& path, const std::string& text);

}  // namespace oms::tools
