#include "messages/fields/limits.hpp"

#include <utility>

#include "messages/limits.hpp"

namespace oms::fields {

namespace {

// Midnights of 0000-01-01 and 10000-01-01.
constexpr timestamp first_time{duration{-62'167'219'200'000'000}};
constexpr timestamp end_of_time{duration{253'402'300'800'000'000}};

// An optional one too.
bool is_list(const type_info& type) {
  return type.as == form::list ||
         (type.as == form::optional && type.inner().as == form::list);
}

}  // namespace

std::string wrong_type(const type_info& type) {
  switch (type.as) {
    case form::text:
      return "must be a text";
    case form::whole:
    case form::natural:
      return "must be a whole number";
    case form::number:
      return "must be a number";
    case form::truth:
      return "must be true or false";
    case form::time:
      return "must be a time such as 2026-01-05T10:00:00Z";
    case form::date:
      return "must be a date such as 2026-01-09";
    case form::list:
      return type.is_map ? "must be an object" : "must be a list";
    case form::record:
      return "must be an object";
    case form::word:
      break;
    case form::optional:
    case form::shared:
      return wrong_type(type.inner());
  }
  std::string all = "must be one of ";
  for (std::size_t i = 0; i < type.count; ++i) {
    if (i > 0) all += ", ";
    all += type.words[i];
  }
  return all;
}

std::optional<std::uint8_t> word_named(const type_info& type,
                                       std::string_view name) {
  for (std::size_t i = 0; i < type.count; ++i)
    if (name == type.words[i]) return static_cast<std::uint8_t>(i);
  return {};
}

bool is_id(const type_info& type, const field_info& field) {
  return type.is_id || (field.is & identifier) != 0;
}

std::size_t most_bytes_of(const type_info& type, const field_info& field) {
  // Of a list, the field's limit counts its entries.
  const bool is_entry = is_list(field.type());
  if (field.most != field_info::unset && !is_entry)
    return static_cast<std::size_t>(field.most);
  return is_id(type, field) ? limits::max_id_bytes : limits::max_text_bytes;
}

std::optional<std::string> text_fault(const type_info& type,
                                      const field_info& field,
                                      std::string_view text) {
  // An empty id names nothing, so it is as good as left out. An entry of a list
  // can't be left out.
  const bool is_entry = is_list(field.type());
  if (is_id(type, field) && text.empty() &&
      (is_entry || (field.is & required) != 0))
    return "is missing";
  // It ends a text in C, so what follows would be lost somewhere.
  if (text.find('\0') != text.npos && !is_id(type, field))
    return "must not contain the character U+0000";
  const auto most = most_bytes_of(type, field);
  return is_id(type, field) ? fault_of_id(text, most)
                            : fault_of_text(text, most);
}

std::optional<std::string> fault_of_time(timestamp time) {
  if (time >= first_time && time < end_of_time) return {};
  return "must be of the years 0 to 9999";
}

void add_fault(std::vector<fault>& all, std::string path, std::string message) {
  if (all.size() < max_faults)
    all.push_back({std::move(path), std::move(message)});
  else if (all.size() == max_faults)
    all.push_back({"", "has more faults than these"});
}

}  // namespace oms::fields
