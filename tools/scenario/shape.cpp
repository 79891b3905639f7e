#include "tools/scenario/shape.hpp"

#include <algorithm>
#include <utility>

#include "messages/fields/object.hpp"

namespace oms::scenario {

namespace {

using json::value;

void check_object(const json::node& at, const json::value& shape) {
  json::object_reader keys(at);
  // The reader has already refused what is not an object.
  if (!at.json().is_object()) return;
  // Free keys, such as those of attributes.
  if (const auto any = shape.find("*"); any != shape.end()) {
    for (const auto& [key, unused] : at.json().items()) {
      check_shape(at.member(key), *any);
    }
    return;
  }
  for (const auto& [key, inner] : shape.items()) {
    if (const auto found = keys.find(key)) check_shape(*found, inner);
  }
  keys.refuse_others();
}

void check_text(const json::node& at, const std::string& words) {
  if (!at.json().is_string()) return at.refuse("must be a text");
  const auto text = at.json().get<std::string>();
  if (words.empty() || is_one_of(text, words)) return;
  std::string listed = words;
  for (std::size_t bar = 0; (bar = listed.find('|', bar)) != listed.npos;) {
    listed.replace(bar, 1, ", ");
  }
  at.refuse("must be one of " + listed);
}

json::value shape_of_object(const fields::object& of);

json::value shape_of_value(const fields::type_info& type) {
  using enum fields::form;
  switch (type.as) {
    case text:
    case time:
    case date:
      return "";
    case whole:
    case natural:
    case number:
      return 0;
    case truth:
      return true;
    case word:
      return one_of({type.words, type.count});
    case record:
      return shape_of_object(fields::object_of(type));
    case list:
      if (type.is_map) return json::value::object({{"*", ""}});
      return json::value::array({shape_of_value(type.inner())});
    case optional:
    case shared:
      break;
  }
  return shape_of_value(type.inner());
}

json::value shape_of_object(const fields::object& of) {
  auto shape = json::value::object();
  for (const auto& key : of.keys)
    shape[key.name] =
        key.group ? shape_of_object(*key.group) : shape_of_value(*key.type);
  return shape;
}

}  // namespace

void check_shape(const json::node& at, const json::value& shape) {
  const json::value& json = at.json();
  // They expect that there is no value, which any key may lack.
  if (json.is_null() || json::is_empty_text(json)) return;
  if (shape.is_object()) {
    check_object(at, shape);
  } else if (shape.is_array()) {
    if (!json::is_list(at)) return;
    for (std::size_t i = 0; i < json.size(); ++i) {
      check_shape(at.item(i), shape.front());
    }
  } else if (shape.is_string()) {
    check_text(at, shape.get_ref<const std::string&>());
  } else if (shape.is_number() && !json.is_number()) {
    at.refuse("must be a number");
  } else if (shape.is_boolean() && !json.is_boolean()) {
    at.refuse("must be true or false");
  }
}

json::value shape_of(const fields::type_info& type) {
  return shape_of_value(type);
}

// Names may refer to other names, so what is put in is expanded as well.
json::value expanded(json::value shape, const json::value& named) {
  if (shape.is_string()) {
    const auto& text = shape.get_ref<const std::string&>();
    return text.starts_with('$') ? expanded(named.at(text.substr(1)), named)
                                 : shape;
  }
  if (!shape.is_structured()) return shape;
  for (json::value& inner : shape) inner = expanded(std::move(inner), named);
  return shape;
}

bool is_one_of(std::string_view word, std::string_view words) {
  while (!words.empty()) {
    const auto end = std::min(words.find('|'), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

std::string one_of(std::span<const char* const> names) {
  std::string out;
  for (const std::string_view name : names) {
    if (!out.empty()) out += '|';
    out += name;
  }
  return out;
}

}  // namespace oms::scenario
