#pragma once

/// Internal to the API: what the schema's annotations ask of a field.
///
/// Three read them: the reader of JSON (messages/api/body.hpp), the check of
/// messages (messages/api/check.hpp) and the writer of the OpenAPI document, so
/// all three agree. Annotations are looked up once per struct and thread,
/// because looking them up takes longer than checking a value.

#include <capnp/dynamic.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "messages/limits.hpp"
#include "messages/text_rules.hpp"

namespace oms::api {

/// The limit of lists that have none of their own.
inline constexpr std::size_t default_max_entries = 4'096;

/// What a field is in JSON: `as_it_is`, what its type says; otherwise a struct
/// that is one word there.
enum class form : std::uint8_t { as_it_is, time, whole, degrees };

struct field_rule {
  capnp::StructSchema::Field field;
  std::string_view name;
  capnp::Type type;
  form as = form::as_it_is;
  bool in_union = false;
  bool required = false;
  bool required_in_put = false;
  /// The text, or each text of the list, is an id.
  bool is_id = false;
  /// Of a text, or of each text of a list.
  std::size_t max_bytes = limits::max_text_bytes;
  /// Of a list.
  std::size_t max_entries = default_max_entries;
  /// Of a number, both included.
  std::int64_t minimum = -limits::max_whole;
  std::int64_t maximum = limits::max_whole;
};

/// What is wrong with a text, by the rule of its field; see
/// messages/text_rules.hpp.
[[nodiscard]] std::optional<std::string> fault_of(std::string_view text,
                                                  const field_rule& rule);

class struct_rules {
 public:
  explicit struct_rules(capnp::StructSchema schema);

  /// Only for schemas that are compiled in: the rules are kept for good and
  /// point into the schema. The calling thread alone may use what it returns.
  static const struct_rules& of(capnp::StructSchema schema);

  [[nodiscard]] const std::vector<field_rule>& fields() const {
    return fields_;
  }
  /// The index into `fields()`; none when there is no such field.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;

 private:
  std::vector<field_rule> fields_;
  std::unordered_map<std::string_view, std::size_t> places_;
};

/// Where a value is in a body: "lines[3].sku". It is a chain of values on the
/// stack, and a text is made of it only for a fault: nearly all bodies have
/// none, and a large one has tens of thousands of values.
struct place {
  const place* outer = nullptr;
  /// The name of a field; one without data for an entry of a list and for the
  /// whole body.
  std::string_view name;
  unsigned index = 0;

  [[nodiscard]] std::string path() const;
};

}  // namespace oms::api
