#include "messages/fields/json_write.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "messages/fields/object.hpp"
#include "messages/hex.hpp"
#include "messages/ids.hpp"
#include "messages/text_rules.hpp"
#include "messages/time_text.hpp"

namespace oms::fields {

namespace {

class writer {
 public:
  // False if nothing of it was there.
  bool write(const object& of, const void* record) {
    out_ += '{';
    bool has_any = false;
    for (const auto& each : of.keys) {
      const auto before = out_.size();
      if (has_any) out_ += ',';
      out_ += '"';
      out_ += each.name;
      out_ += "\":";
      if (write_key(each, record))
        has_any = true;
      else
        out_.resize(before);
    }
    out_ += '}';
    return has_any;
  }

  [[nodiscard]] std::string text() && { return std::move(out_); }

 private:
  bool write_key(const key& of, const void* record) {
    if (of.group) return write(*of.group, record);
    const void* value = shown(of, record);
    if (value == nullptr) return false;
    if (of.is(as_date))
      write_text(date_text(date_of(as<timestamp>(value))));
    else
      write(held_type(*of.type), value);
    return true;
  }

  void write(const type_info& type, const void* value) {
    switch (type.as) {
      case form::text:
        return write_text(as<std::string>(value));
      case form::whole:
        return write_number(whole_of(type, value));
      case form::natural:
        return write_number(as<std::uint64_t>(value));
      case form::number:
        return write_number(as<double>(value));
      case form::truth:
        out_ += as<bool>(value) ? "true" : "false";
        return;
      case form::time:
        return write_text(time_text(as<timestamp>(value)));
      case form::date:
        return write_text(date_text(as<date>(value)));
      case form::word:
        return write_word(type, as<std::uint8_t>(value));
      case form::record:
        write(object_of(type), value);
        return;
      case form::list:
        return write_list(type, value);
      case form::optional:
      case form::shared:
        if (const auto* held = type.ops->get(value))
          write(type.inner(), held);
        else
          out_ += "null";
        return;
    }
  }

  void write_list(const type_info& type, const void* value) {
    const auto& each = type.inner();
    const auto size = type.ops->size(value);
    const auto* at = static_cast<const char*>(type.ops->get(value));
    if (type.is_map) return write_map(each, at, size);
    out_ += '[';
    for (std::size_t i = 0; i < size; ++i, at += each.size) {
      if (i > 0) out_ += ',';
      write(each, at);
    }
    out_ += ']';
  }

  void write_map(const type_info& entry, const char* at, std::size_t size) {
    out_ += '{';
    for (std::size_t i = 0; i < size; ++i, at += entry.size) {
      if (i > 0) out_ += ',';
      const auto& [key, text] = std::tie(entry.fields[0], entry.fields[1]);
      write(key.type(), at + key.offset);
      out_ += ':';
      write(text.type(), at + text.offset);
    }
    out_ += '}';
  }

  // A number without a word can't come from the vocabulary; as a number it at
  // least shows.
  void write_word(const type_info& type, std::uint8_t number) {
    if (number >= type.count) return write_number(std::uint64_t{number});
    out_ += '"';
    out_ += type.words[number];
    out_ += '"';
  }

  template <class Number>
  void write_number(Number number) {
    if constexpr (std::is_floating_point_v<Number>)
      // JSON has no word for these.
      if (!std::isfinite(number)) {
        out_ += "null";
        return;
      }
    // to_chars writes the shortest text that reads back as the same double, and
    // knows no locale. 32 bytes hold any number.
    std::array<char, 32> digits;
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out_.append(digits.data(), end);
  }

  // Escapes what RFC 8259 requires and nothing else: texts beyond ASCII stay
  // readable. Runs between escapes are appended at once.
  void write_text(std::string_view text) {
    out_ += '"';
    std::size_t plain = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto c = static_cast<unsigned char>(text[i]);
      if (c >= 0x20 && c != '"' && c != '\\') continue;
      out_ += text.substr(plain, i - plain);
      plain = i + 1;
      out_ += '\\';
      // Those with a letter, from \b on; \v has none.
      constexpr std::string_view letters{"btn\0fr", 6};
      if (c == '"' || c == '\\') {
        out_ += text[i];
      } else if (c >= '\b' && c <= '\r' && c != '\v') {
        out_ += letters[c - '\b'];
      } else {
        out_ += "u00";
        out_ += hex_digits[c >> 4U];
        out_ += hex_digits[c & 15U];
      }
    }
    out_ += text.substr(plain);
    out_ += '"';
  }

  std::string out_;
};

}  // namespace

// Stores that older versions have written may contain texts that are not UTF-8,
// and texts with controls that a terminal would obey.
std::string write_json(const type_info& type, const void* record) {
  writer made;
  made.write(object_of(type), record);
  return printable_json(std::move(made).text());
}

}  // namespace oms::fields
