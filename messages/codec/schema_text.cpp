#include "messages/codec/schema_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "messages/fields/object.hpp"

namespace oms::codec {

namespace {

using fields::form;
using fields::type_info;

const char* number_name(const type_info& type) {
  switch (type.as) {
    case form::truth:
      return "Bool";
    case form::natural:
      return "UInt64";
    case form::number:
      return "Float64";
    case form::text:
      return "UInt32";
    case form::date:
      return "Int32";
    default:
      return type.size == 4 ? "Int32" : "Int64";
  }
}

// An optional number is a struct of one.
std::string name_of_box(const type_info& held) {
  return "Optional" + (held.as == form::word ? type_word(held.name)
                                             : std::string(number_name(held)));
}

bool is_box(const value_layout& of) {
  return of.type->as == form::optional && !of.inner->is_pointer;
}

std::string name_of(const value_layout& of) {
  switch (of.type->as) {
    case form::text:
      return of.is_pointer ? "Text" : "UInt32";
    case form::record:
      return type_word(of.record->type->name);
    case form::word:
      return type_word(of.type->name);
    case form::list:
      return "List(" + name_of(*of.inner) + ")";
    case form::shared:
      return name_of(*of.inner);
    case form::optional:
      return is_box(of) ? name_of_box(*of.inner->type) : name_of(*of.inner);
    default:
      return number_name(*of.type);
  }
}

bool has_number_of_text(const value_layout& of) {
  if (of.type->as == form::text) return !of.is_pointer;
  return of.type->as == form::list && has_number_of_text(*of.inner);
}

// Over RPC a field has its name in JSON, unless a dot puts it into an object
// there. In the log it has that of the member.
std::string name_of(const field_layout& of, layout_for use) {
  const auto& field = *of.field;
  if (use == layout_for::api) {
    std::string_view name = field.member;
    if (field.json != nullptr &&
        std::string_view(field.json).find('.') == name.npos)
      return field.json;
    if (const auto dot = name.rfind('.'); dot != name.npos)
      name.remove_prefix(dot + 1);
    return fields::camel_case(name);
  }
  auto name = field_word(field.member);
  if (!of.is_left_out && has_number_of_text(of.value)) name += "Text";
  return name;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string literal(const type_info& type, const void* value) {
  switch (type.as) {
    case form::truth:
      return fields::as<bool>(value) ? "true" : "false";
    case form::word:
      return field_word(type.words[fields::as<std::uint8_t>(value)]);
    case form::text:
      return quoted(fields::as<std::string>(value));
    case form::natural:
      return std::to_string(fields::as<std::uint64_t>(value));
    case form::number: {
      std::array<char, 32> digits{};
      const auto end = std::to_chars(digits.begin(), digits.end(),
                                     fields::as<double>(value));
      return {digits.begin(), end.ptr};
    }
    case form::list: {
      const auto& inner = type.inner();
      const auto* entry = static_cast<const char*>(type.ops->get(value));
      std::string out = "[";
      for (std::size_t i = 0; i < type.ops->size(value);
           ++i, entry += inner.size)
        out += (i == 0 ? "" : ", ") + literal(inner, entry);
      return out + "]";
    }
    case form::date:
      return std::to_string(fields::as<std::int32_t>(value));
    case form::whole:
    case form::time:
      return std::to_string(fields::whole_of(type, value));
    default:
      throw std::logic_error("a default that a schema can't have");
  }
}

}  // namespace

std::string field_word(std::string name) {
  std::ranges::replace(name, '.', '_');
  return fields::camel_case(name);
}

std::string type_word(std::string name) {
  auto word = field_word(std::move(name));
  word.front() =
      static_cast<char>(std::toupper(static_cast<unsigned char>(word.front())));
  return word;
}

void schema_writer::add_comment(std::string_view text, std::size_t indent) {
  constexpr std::size_t columns = 80;
  const std::string begin = std::string(indent, ' ') + "#";
  auto line = begin;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (line.size() > begin.size() && line.size() + 1 + end > columns) {
      out_ += line + "\n";
      line = begin;
    }
    line.append(" ").append(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (line.size() > begin.size()) out_ += line + "\n";
}

void schema_writer::add_word(const type_info& type) {
  if (!is_new(type)) return;
  out_ += "\nenum " + type_word(type.name) + " {\n";
  for (std::uint16_t i = 0; i < type.count; ++i) {
    const auto word = field_word(type.words[i]);
    out_ += "  " + word + " @" + std::to_string(i);
    // The head of the API's schema imports it.
    if (use_ == layout_for::api && word != type.words[i])
      out_ += " $Json.name(" + quoted(type.words[i]) + ")";
    out_ += ";\n";
  }
  out_ += "}\n";
}

void schema_writer::add_record(const record_layout& of) {
  if (!is_new(*of.type)) return;
  out_ += "\nstruct " + type_word(of.type->name) + " {\n";
  add_comment(of.type->doc, 2);
  for (const auto& each : of.fields) add_field(each);
  out_ += "}\n";
  for (const auto& each : of.fields)
    if (!each.is_left_out) add_types_of(each.value);
}

void schema_writer::add_field(const field_layout& of) {
  const auto& field = *of.field;
  out_ += "  " + name_of(of, use_) + " @" + std::to_string(field.ordinal) +
          " :" + (of.is_left_out ? "Void" : name_of(of.value));
  if (of.standard != 0) {
    // The bits of a number are the number itself.
    out_ += " = " + literal(*of.value.type, &of.standard);
  } else if (of.standard_value != nullptr) {
    out_ += " = " + literal(*of.value.type, of.standard_value);
  }
  out_ += ";\n";
  if (of.is_left_out)
    add_comment(use_ == layout_for::api ? "For the engine alone."
                                        : "In a record of its own.",
                2);
  else if (field.doc != nullptr)
    add_comment(field.doc, 2);
}

void schema_writer::add_types_of(const value_layout& of) {
  if (of.record != nullptr) add_record(*of.record);
  if (of.type->as == form::word) add_word(*of.type);
  if (of.inner) add_types_of(*of.inner);
  if (is_box(of)) add_box(*of.inner);
}

void schema_writer::add_box(const value_layout& of) {
  const auto name = name_of_box(*of.type);
  if (!known_.emplace(name, of.type).second) return;
  out_ += "\nstruct " + name + " {\n";
  add_comment("A value that may be absent.", 2);
  out_ += "  value @0 :" + name_of(of) + ";\n}\n";
}

bool schema_writer::is_new(const type_info& type) {
  const auto [at, fresh] = known_.emplace(type_word(type.name), &type);
  if (at->second != &type)
    throw std::logic_error("two types of a schema are called " + at->first);
  return fresh;
}

}  // namespace oms::codec
