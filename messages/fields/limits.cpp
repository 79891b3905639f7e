#include "messages/fields/limits.hpp"

#include "messages/limits.hpp"
#include "messages/text_rules.hpp"

namespace oms::fields {

bool is_id(const type_info& type, const field_info& field) {
  return type.is_id || (field.is & identifier) != 0;
}

std::size_t most_bytes_of(const type_info& type, const field_info& field) {
  // Of a list, the field's limit counts its entries.
  const bool is_entry = field.type().as == form::list;
  if (field.most != field_info::unset && !is_entry)
    return static_cast<std::size_t>(field.most);
  return is_id(type, field) ? limits::max_id_bytes : limits::max_text_bytes;
}

std::optional<std::string> text_fault(const type_info& type,
                                      const field_info& field,
                                      std::string_view text) {
  // An empty id names nothing, so it is as good as left out. An entry of a list
  // can't be left out.
  const bool is_entry = field.type().as == form::list;
  if (is_id(type, field) && text.empty() &&
      (is_entry || (field.is & required) != 0))
    return "is missing";
  const auto most = most_bytes_of(type, field);
  return is_id(type, field) ? fault_of_id(text, most)
                            : fault_of_text(text, most);
}

}  // namespace oms::fields
