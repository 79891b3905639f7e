#include "messages/api/json_write.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "messages/api/body.hpp"
#include "messages/api/rules.hpp"
#include "messages/api/shape.capnp.h"
#include "messages/hex.hpp"
#include "messages/time_text.hpp"

namespace oms::api {

namespace {

using kind = capnp::schema::Type;

// Keys come in the order of the schema's fields, so the same value is always
// the same text.
class writer {
 public:
  void write(capnp::DynamicStruct::Reader in) {
    out_ += '{';
    bool first = true;
    for (const auto& rule : struct_rules::of(in.getSchema()).fields()) {
      // Of a union, the member that is set; a pointer that is null is absent.
      // Numbers are always written, also those that have their default: a
      // reader should not have to know it.
      if (!in.has(rule.field, capnp::HasMode::NON_NULL)) continue;
      if (!first) out_ += ',';
      first = false;
      out_ += '"';
      out_ += rule.name;
      out_ += "\":";
      write(in.get(rule.field), rule.type, rule.as);
    }
    out_ += '}';
  }

  [[nodiscard]] std::string text() && { return std::move(out_); }

 private:
  void write(const capnp::DynamicValue::Reader& in, capnp::Type type, form as) {
    switch (type.which()) {
      case kind::VOID:
        out_ += "null";
        break;
      case kind::BOOL:
        out_ += in.as<bool>() ? "true" : "false";
        break;
      case kind::TEXT:
        write_text(in.as<capnp::Text>());
        break;
      case kind::ENUM:
        write_word(in.as<capnp::DynamicEnum>());
        break;
      case kind::STRUCT:
        write_struct(in.as<capnp::DynamicStruct>(), as);
        break;
      case kind::LIST:
        write_list(in.as<capnp::DynamicList>(), type.asList().getElementType());
        break;
      case kind::UINT8:
      case kind::UINT16:
      case kind::UINT32:
      case kind::UINT64:
        write_number(in.as<std::uint64_t>());
        break;
      case kind::FLOAT32:
      case kind::FLOAT64:
        write_number(in.as<double>());
        break;
      default:
        write_number(in.as<std::int64_t>());
    }
  }

  // The form of an element has no rule of a field, so it is looked up once per
  // list.
  void write_list(capnp::DynamicList::Reader in, capnp::Type type) {
    form as = form::as_it_is;
    if (type.isStruct()) as = form_of(type.asStruct());
    out_ += '[';
    bool first = true;
    for (const auto each : in) {
      if (!first) out_ += ',';
      first = false;
      write(each, type, as);
    }
    out_ += ']';
  }

  void write_struct(capnp::DynamicStruct::Reader in, form as) {
    switch (as) {
      case form::as_it_is:
        return write(in);
      case form::time:
        return write_text(
            time_text(timestamp{duration{in.as<Time>().getUs()}}).c_str());
      case form::whole:
        return write_number(in.as<Whole>().getValue());
      case form::degrees:
        return write_number(in.as<Degrees>().getValue());
    }
  }

  // A number without a word can't come from the vocabulary; as a number it at
  // least shows.
  void write_word(const capnp::DynamicEnum& in) {
    KJ_IF_MAYBE (word, in.getEnumerant()) {
      out_ += '"';
      out_ += json_name(*word);
      out_ += '"';
    } else {
      write_number(std::uint64_t{in.getRaw()});
    }
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
  void write_text(capnp::Text::Reader in) {
    const std::string_view text{in.begin(), in.size()};
    out_ += '"';
    std::size_t plain = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto c = static_cast<unsigned char>(text[i]);
      if (c >= 0x20 && c != '"' && c != '\\') continue;
      out_ += text.substr(plain, i - plain);
      plain = i + 1;
      out_ += '\\';
      switch (c) {
        case '"':
        case '\\':
          out_ += text[i];
          break;
        case '\n':
          out_ += 'n';
          break;
        case '\r':
          out_ += 'r';
          break;
        case '\t':
          out_ += 't';
          break;
        case '\b':
          out_ += 'b';
          break;
        case '\f':
          out_ += 'f';
          break;
        default:
          out_ += "u00";
          out_ += hex_digits[c >> 4U];
          out_ += hex_digits[c & 15U];
      }
    }
    out_ += text.substr(plain);
    out_ += '"';
  }

  static form form_of(capnp::StructSchema type) {
    const auto format = format_of(type);
    if (format == "date-time") return form::time;
    if (format == "integer") return form::whole;
    if (format == "number") return form::degrees;
    return form::as_it_is;
  }

  std::string out_;
};

}  // namespace

std::string json_of(capnp::DynamicStruct::Reader in) {
  writer made;
  made.write(in);
  return std::move(made).text();
}

}  // namespace oms::api
