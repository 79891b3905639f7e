#pragma once

/// Internal to the codec and the API: layouts of records as the text of a Cap'n
/// Proto schema.
///
/// A record is written with all that it consists of, each type once. Owned by
/// who writes a schema; no thread but that one sees it.

#include <map>
#include <string>
#include <string_view>

#include "messages/codec/record.hpp"
#include "messages/fields/fields.hpp"

namespace oms::codec {

/// "order.statusChanged", "order_status" and "source.kind" as one word, which
/// is that of a type with a capital.
[[nodiscard]] std::string field_word(std::string name);
[[nodiscard]] std::string type_word(std::string name);

class schema_writer {
 public:
  explicit schema_writer(layout_for use) : use_(use) {}

  void add(std::string_view text) { out_ += text; }
  void add_comment(std::string_view text, std::size_t indent);
  void add_word(const fields::type_info& type);
  void add_record(const fields::type_info& type) {
    add_record(layout_of(type, use_));
  }
  [[nodiscard]] const std::string& text() const { return out_; }

 private:
  void add_record(const record_layout& of);
  void add_field(const field_layout& of);
  void add_types_of(const value_layout& of);
  void add_box(const value_layout& of);
  /// Throws std::logic_error for two types of one name, which would be one
  /// struct.
  [[nodiscard]] bool is_new(const fields::type_info& type);

  layout_for use_;
  std::string out_;
  std::map<std::string, const fields::type_info*> known_;
};

}  // namespace oms::codec
