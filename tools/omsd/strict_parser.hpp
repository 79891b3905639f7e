#pragma once

/// Requests of HTTP/1.1 as RFC 9112 defines them, and nothing looser.
///
/// This is Boost.Beast's `basic_parser` with its gaps closed, so that two
/// servers in a row never read the same bytes as different requests. One parser
/// per connection, on one thread at a time. After `failed`, which comes with
/// the status to refuse with, nothing more can be read from the same client.
///
/// Boost is not included here, because it takes seconds to compile.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace oms::omsd {

struct header_field {
  std::string_view name;
  std::string_view value;
};

/// The views point into what was fed; they live until `reset`.
struct request_head {
  std::string_view method;
  /// "/path?query", or "*".
  std::string_view target;
  std::string_view host;
  std::vector<header_field> fields;
  /// What Content-Length says.
  std::optional<std::uint64_t> length;
  bool http11 = false;
  bool chunked = false;
  bool keep_alive = false;
  bool expects_continue = false;

  /// The first of this name, in any case; empty when there is none.
  [[nodiscard]] std::string_view find(std::string_view name) const;
  /// How many have this name.
  [[nodiscard]] std::size_t count(std::string_view name) const;
};

class strict_parser {
 public:
  enum class at { head, body, end, failed };
  using body_sink = std::function<void(std::string_view)>;

  static constexpr std::size_t max_head_bytes = 8'192;
  static constexpr std::size_t max_fields = 100;

  strict_parser();
  ~strict_parser();
  strict_parser(const strict_parser&) = delete;
  strict_parser& operator=(const strict_parser&) = delete;

  /// Begins the next request. Until the head is complete, bytes that were fed
  /// and not taken must be fed again at the same address, and those that were
  /// taken must stay in place: the head points to them.
  void reset();
  /// How many bytes were taken; stops after the head and after the request.
  std::size_t feed(const char* bytes, std::size_t size);
  [[nodiscard]] at where() const;
  /// Whether anything of a request was fed since `reset`.
  [[nodiscard]] bool begun() const;
  /// Once it has failed: the status to refuse with, and why.
  [[nodiscard]] int status() const;
  [[nodiscard]] std::string_view why() const;
  [[nodiscard]] const request_head& head() const;
  /// Once the head is complete: where its body goes, and how long it may be.
  void take_body(body_sink to, std::uint64_t max_bytes);

 private:
  struct beast_side;
  std::unique_ptr<beast_side> side_;
};

}  // namespace oms::omsd
