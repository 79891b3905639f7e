#pragma once

/// Internal to the API: what the schema's annotations ask of a field.
///
/// Purpose: looked up once per kind of struct, for looking up takes longer
/// than checking; read by the reader of JSON (messages/api/body.hpp) and by
/// the check of messages (messages/api/check.hpp), which so ask the same.
/// Owner: each thread has its own. Threads: any.

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

/// Of lists without a limit of their own.
inline constexpr std::size_t default_max_entries = 4'096;

/// As what a field stands in JSON: most as their type says; some structs are
/// one word there.
enum class form : std::uint8_t { as_it_is, time, whole, degrees };

struct field_rule {
  capnp::StructSchema::Field field;
  std::string_view name;
  capnp::Type type;
  form as = form::as_it_is;
  bool in_union = false;
  bool required = false;
  bool required_in_put = false;
  /// A text, or each text of a list, names something.
  bool is_id = false;
  /// Of a text.
  std::size_t max_bytes = limits::max_text_bytes;
  /// Of a list.
  std::size_t max_entries = default_max_entries;
  /// Of a number; one without limits of its own has those of all numbers.
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

  /// Of a schema that is compiled in.
  static const struct_rules& of(capnp::StructSchema schema);

  [[nodiscard]] const std::vector<field_rule>& fields() const {
    return fields_;
  }
  /// The place among the fields; none when there is no such field.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;

 private:
  std::vector<field_rule> fields_;
  std::unordered_map<std::string_view, std::size_t> places_;
};

/// Where a value stands: "lines[3].sku", written out only for a fault.
struct place {
  const place* outer = nullptr;
  /// Of a field; none for an entry of a list, and for the whole body.
  std::string_view name;
  unsigned index = 0;

  [[nodiscard]] std::string path() const;
};

}  // namespace oms::api
