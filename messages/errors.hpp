#pragma once

/// Errors are values.
///
/// Purpose: one enumeration of what can be wrong, one type that carries it,
/// one `result<T>`. Owner: values. Threads: no shared state. Exceptions stop
/// at the edges (LMDB, Cap'n Proto, files) and become these.

#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace oms {

enum class error_code : std::uint8_t {
  invalid,
  unauthorized,
  forbidden,
  not_found,
  conflict,
  invalid_transition,
  quantity_too_great,
  refund_too_great,
  insufficient_stock,
  too_large,
  overloaded,
  storage_unavailable
};

/// One fault of an input, with the place where it stands.
struct fault {
  std::string path;
  std::string message;

  friend bool operator==(const fault&, const fault&) = default;
};

struct error {
  error_code code = error_code::invalid;
  std::string message;
  std::vector<fault> faults;

  friend bool operator==(const error&, const error&) = default;
};

/// A value or an error.
template <class T>
class [[nodiscard]] result {
 public:
  result(T value) : content_(std::move(value)) {}              // NOLINT
  result(error failure) : content_(std::move(failure)) {}      // NOLINT

  [[nodiscard]] bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }

  [[nodiscard]] T& value() {
    assert(ok());
    return *std::get_if<0>(&content_);
  }
  [[nodiscard]] const T& value() const {
    assert(ok());
    return *std::get_if<0>(&content_);
  }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  [[nodiscard]] const error& failure() const {
    assert(!ok());
    return *std::get_if<1>(&content_);
  }

 private:
  std::variant<T, error> content_;
};

/// The outcome of what has no value.
struct done {
  friend bool operator==(const done&, const done&) = default;
};
using status = result<done>;

}  // namespace oms
