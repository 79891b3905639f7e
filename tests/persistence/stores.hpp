#pragma once

/// The two kinds of stores, for tests that run over both.
///
/// Purpose: the same specification holds for a log and its tables in memory
/// and on disk. Owner: the test. Errors: throws where there is no store.

#include <memory>
#include <stdexcept>

#include "persistence/lmdb_store.hpp"
#include "persistence/memory_store.hpp"
#include "tests/persistence/temporary_directory.hpp"

namespace oms::persistence {

/// A store in memory lasts as long as its owner.
class in_memory {
 public:
  log_store& store() { return store_; }
  void reopen() {}

 private:
  memory_store store_;
};

class on_disk {
 public:
  on_disk() { reopen(); }
  log_store& store() { return *store_; }
  void reopen() {
    store_.reset();
    auto opened = open_lmdb_store(directory_.path());
    if (!opened) throw std::runtime_error(opened.failure().message);
    store_ = std::move(*opened);
  }

 private:
  temporary_directory directory_;
  std::unique_ptr<log_store> store_;
};

}  // namespace oms::persistence
