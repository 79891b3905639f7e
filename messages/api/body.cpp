#include "messages/api/body.hpp"

#include <capnp/compat/json.h>
#include <kj/encoding.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <unordered_map>

#include "messages/api/api.capnp.h"
#include "messages/time_text.hpp"

namespace oms::api {

namespace {

using json_value = capnp::JsonValue;
using kind = capnp::schema::Type;

/// Beyond this a double can't tell a whole number from its neighbours.
constexpr double max_whole = 9'007'199'254'740'991.0;

std::string_view view_of(capnp::Text::Reader text) {
  return {text.begin(), text.size()};
}

std::string text_of(capnp::Text::Reader text) {
  return {text.begin(), text.size()};
}

bool is_utf8(capnp::Text::Reader text) {
  if (std::none_of(text.begin(), text.end(), [](char c) { return c < 0; }))
    return true;
  return !kj::encodeUtf32(text).hadErrors;
}

// --- escapes ----------------------------------------------------------------
//
// The parser of Cap'n Proto 0.9.2 takes the digits a to f of \uXXXX for 0 to
// 5, so no such escape is left when it reads.

class bad_escape {};

unsigned hexadecimal(std::string_view text, std::size_t at) {
  unsigned code = 0;
  if (at + 4 > text.size()) throw bad_escape{};
  const auto* end = text.data() + at + 4;
  if (std::from_chars(text.data() + at, end, code, 16).ptr != end)
    throw bad_escape{};
  return code;
}

void add_utf8(std::string& out, unsigned code) {
  const auto add = [&out](unsigned byte) {
    out += static_cast<char>(static_cast<unsigned char>(byte));
  };
  if (code < 0x80) {
    if (code == '"' || code == '\\') out += '\\';
    add(code);
  } else if (code < 0x800) {
    add(0xc0 | code >> 6U);
    add(0x80 | (code & 0x3fU));
  } else if (code < 0x10000) {
    add(0xe0 | code >> 12U);
    add(0x80 | (code >> 6U & 0x3fU));
    add(0x80 | (code & 0x3fU));
  } else {
    add(0xf0 | code >> 18U);
    add(0x80 | (code >> 12U & 0x3fU));
    add(0x80 | (code >> 6U & 0x3fU));
    add(0x80 | (code & 0x3fU));
  }
}

/// The same JSON, with \uXXXX as the characters that they stand for.
std::string without_unicode_escapes(std::string_view text) {
  constexpr unsigned high = 0xd800;
  constexpr unsigned low = 0xdc00;
  constexpr unsigned behind = 0xe000;
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    if (text[++i] != 'u') {
      out += {'\\', text[i]};
      continue;
    }
    auto code = hexadecimal(text, i + 1);
    i += 4;
    if (code >= low && code < behind) throw bad_escape{};
    if (code >= high && code < low) {
      if (text.substr(i + 1, 2) != "\\u") throw bad_escape{};
      const auto second = hexadecimal(text, i + 3);
      if (second < low || second >= behind) throw bad_escape{};
      code = 0x10000 + ((code - high) << 10U) + (second - low);
      i += 6;
    }
    add_utf8(out, code);
  }
  return out;
}

// --- reading ----------------------------------------------------------------

/// Where a value stands: "lines[3].sku", written out only for a fault.
struct place {
  const place* outer = nullptr;
  /// Of a field; empty for an entry of a list, and for the whole body.
  std::string_view name;
  unsigned index = 0;

  [[nodiscard]] std::string path() const {
    if (outer == nullptr) return "";
    auto path = outer->path();
    if (name.empty()) return path + "[" + std::to_string(index) + "]";
    if (!path.empty()) path += ".";
    return path.append(name);
  }
};

/// What the annotations of a field say.
struct field_rule {
  capnp::StructSchema::Field field;
  bool required = false;
  std::uint32_t max_length = default_max_length;
  std::optional<std::int64_t> minimum;
  std::optional<std::int64_t> maximum;
};

/// The fields of a struct, looked up once and not for every body.
class shape {
 public:
  explicit shape(capnp::StructSchema schema) {
    for (const auto field : schema.getFields()) {
      const auto notes = field.getProto().getAnnotations();
      field_rule rule{
          .field = field,
          .required = annotated(notes, annotation::required) != nullptr};
      KJ_IF_MAYBE (most, annotated(notes, annotation::max_length))
        rule.max_length = most->getUint32();
      KJ_IF_MAYBE (least, annotated(notes, annotation::minimum))
        rule.minimum = least->getInt64();
      KJ_IF_MAYBE (most, annotated(notes, annotation::maximum))
        rule.maximum = most->getInt64();
      places_.emplace(json_name(field), rules_.size());
      rules_.push_back(rule);
    }
  }

  /// Schemas that are compiled in live as long as the program.
  static const shape& of(capnp::StructSchema schema) {
    thread_local std::unordered_map<std::uint64_t, std::unique_ptr<shape>> all;
    auto& known = all[schema.getProto().getId()];
    if (!known) known = std::make_unique<shape>(schema);
    return *known;
  }

  [[nodiscard]] const std::vector<field_rule>& rules() const { return rules_; }
  /// The place among the rules; none when there is no such field.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const {
    const auto found = places_.find(name);
    if (found == places_.end()) return {};
    return found->second;
  }

 private:
  std::vector<field_rule> rules_;
  std::unordered_map<std::string_view, std::size_t> places_;
};

/// Reads one body; goes on after a fault, so that its caller learns of all.
class reading {
 public:
  [[nodiscard]] std::vector<fault>& faults() { return faults_; }

  void read(json_value::Reader in, capnp::DynamicStruct::Builder out,
            const place& at) {
    if (!in.isObject()) return refuse(at, "must be an object");
    const auto& fields = shape::of(out.getSchema());
    std::vector<bool> seen(fields.rules().size());
    for (const auto entry : in.getObject()) {
      const place there{.outer = &at, .name = view_of(entry.getName())};
      const auto index = fields.find(there.name);
      if (!index)
        refuse(there, "is not known here");
      else if (seen[*index])
        refuse(there, "stands here twice");
      else if (!entry.getValue().isNull()) {
        seen[*index] = true;
        read_field(entry.getValue(), fields.rules()[*index], out, there);
      }
    }
    for (std::size_t i = 0; i < seen.size(); ++i)
      if (const auto& rule = fields.rules()[i]; rule.required && !seen[i])
        refuse({.outer = &at, .name = json_name(rule.field)}, "is required");
  }

 private:
  void refuse(const place& at, std::string message) {
    faults_.push_back({at.path(), std::move(message)});
  }

  void read_field(json_value::Reader in, const field_rule& rule,
                  capnp::DynamicStruct::Builder out, const place& at) {
    const auto& field = rule.field;
    const auto type = field.getType();
    switch (type.which()) {
      case kind::BOOL:
        if (in.isBoolean())
          out.set(field, in.getBoolean());
        else
          refuse(at, "must be true or false");
        break;
      case kind::INT32:
      case kind::INT64:
        if (const auto number = whole(in, rule, at)) out.set(field, *number);
        break;
      case kind::TEXT:
        if (is_text(in, rule.max_length, at)) out.set(field, in.getString());
        break;
      case kind::ENUM:
        KJ_IF_MAYBE (word, word_of(in, type.asEnum(), at))
          out.set(field, capnp::DynamicEnum(*word));
        break;
      case kind::STRUCT:
        read_struct(in, rule, out, at);
        break;
      case kind::LIST:
        if (!in.isArray()) {
          refuse(at, "must be a list");
        } else if (in.getArray().size() > rule.max_length) {
          refuse(at, "has more than " + std::to_string(rule.max_length) +
                         " entries");
        } else {
          read_list(
              in.getArray(),
              out.init(field, in.getArray().size()).as<capnp::DynamicList>(),
              type.asList().getElementType(), at);
        }
        break;
      default:
        refuse(at, "can't be sent");
    }
  }

  void read_struct(json_value::Reader in, const field_rule& rule,
                   capnp::DynamicStruct::Builder out, const place& at) {
    const auto& field = rule.field;
    const auto format = format_of(field.getType().asStruct());
    if (format.empty()) {
      read(in, out.init(field).as<capnp::DynamicStruct>(), at);
    } else if (format == "date-time") {
      // An empty text stands for no date.
      if (in.isString() && in.getString().size() == 0) return;
      const auto time =
          in.isString() ? parse_time(text_of(in.getString())) : std::nullopt;
      if (!time)
        return refuse(at, "must be a time such as 2026-01-05T10:00:00Z");
      out.init(field).as<Time>().setUs(time->time_since_epoch().count());
    } else if (format == "integer") {
      if (const auto number = whole(in, rule, at))
        out.init(field).as<Whole>().setValue(*number);
    } else {
      if (!in.isNumber()) return refuse(at, "must be a number");
      if (in_range(in.getNumber(), rule, at))
        out.init(field).as<Degrees>().setValue(in.getNumber());
    }
  }

  void read_list(capnp::List<json_value>::Reader in,
                 capnp::DynamicList::Builder out, capnp::Type type,
                 const place& list) {
    for (unsigned i = 0; i < in.size(); ++i) {
      const place at{.outer = &list, .name = {}, .index = i};
      switch (type.which()) {
        case kind::TEXT:
          if (is_text(in[i], default_max_length, at))
            out.set(i, in[i].getString());
          break;
        case kind::ENUM:
          KJ_IF_MAYBE (word, word_of(in[i], type.asEnum(), at))
            out.set(i, capnp::DynamicEnum(*word));
          break;
        case kind::STRUCT:
          read(in[i], out[i].as<capnp::DynamicStruct>(), at);
          break;
        case kind::LIST:
          if (!in[i].isArray() ||
              in[i].getArray().size() > default_max_length) {
            refuse(at, "must be a list");
            break;
          }
          read_list(
              in[i].getArray(),
              out.init(i, in[i].getArray().size()).as<capnp::DynamicList>(),
              type.asList().getElementType(), at);
          break;
        default:
          refuse(at, "can't be sent");
      }
    }
  }

  bool is_text(json_value::Reader in, std::uint32_t most, const place& at) {
    if (!in.isString())
      refuse(at, "must be a text");
    else if (in.getString().size() > most)
      refuse(at, "is longer than " + std::to_string(most) + " bytes");
    else if (!is_utf8(in.getString()))
      refuse(at, "is not UTF-8");
    else
      return true;
    return false;
  }

  std::optional<std::int64_t> whole(json_value::Reader in,
                                    const field_rule& rule, const place& at) {
    if (!in.isNumber() || std::trunc(in.getNumber()) != in.getNumber()) {
      refuse(at, "must be a whole number");
      return {};
    }
    const auto most = rule.field.getType().which() == kind::INT32
                          ? double{std::numeric_limits<std::int32_t>::max()}
                          : max_whole;
    if (std::abs(in.getNumber()) > most) {
      refuse(at, "is too great");
      return {};
    }
    if (!in_range(in.getNumber(), rule, at)) return {};
    return static_cast<std::int64_t>(in.getNumber());
  }

  bool in_range(double number, const field_rule& rule, const place& at) {
    if (rule.minimum && number < static_cast<double>(*rule.minimum)) {
      refuse(at, "must be at least " + std::to_string(*rule.minimum));
      return false;
    }
    if (rule.maximum && number > static_cast<double>(*rule.maximum)) {
      refuse(at, "must be at most " + std::to_string(*rule.maximum));
      return false;
    }
    return true;
  }

  kj::Maybe<capnp::EnumSchema::Enumerant> word_of(json_value::Reader in,
                                                  capnp::EnumSchema type,
                                                  const place& at) {
    if (in.isString())
      for (const auto word : type.getEnumerants())
        if (json_name(word) == view_of(in.getString())) return word;
    std::string all;
    for (const auto word : type.getEnumerants()) {
      all += all.empty() ? "" : ", ";
      all += json_name(word);
    }
    refuse(at, "must be one of " + all);
    return nullptr;
  }

  std::vector<fault> faults_;
};

// --- writing ----------------------------------------------------------------

// Cap'n Proto's handlers have no virtual destructor; nobody owns them by it.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

/// Whole numbers are numbers: what the engine counts stays below 2^53.
template <class Integer>
class number_handler final : public capnp::JsonCodec::Handler<Integer> {
 public:
  void encode(const capnp::JsonCodec&, Integer in,
              json_value::Builder out) const override {
    out.setNumber(static_cast<double>(in));
  }
  Integer decode(const capnp::JsonCodec&,
                 json_value::Reader in) const override {
    return static_cast<Integer>(in.getNumber());
  }
};

class time_handler final : public capnp::JsonCodec::Handler<Time> {
 public:
  void encode(const capnp::JsonCodec&, Time::Reader in,
              json_value::Builder out) const override {
    out.setString(time_text(timestamp{duration{in.getUs()}}));
  }
  void decode(const capnp::JsonCodec&, json_value::Reader in,
              Time::Builder out) const override {
    if (const auto time = parse_time(text_of(in.getString())))
      out.setUs(time->time_since_epoch().count());
  }
};

template <class Shape>
class value_handler final : public capnp::JsonCodec::Handler<Shape> {
 public:
  void encode(const capnp::JsonCodec&, typename Shape::Reader in,
              json_value::Builder out) const override {
    out.setNumber(static_cast<double>(in.getValue()));
  }
  void decode(const capnp::JsonCodec&, json_value::Reader in,
              typename Shape::Builder out) const override {
    using value = decltype(out.asReader().getValue());
    out.setValue(static_cast<value>(in.getNumber()));
  }
};

#pragma GCC diagnostic pop

/// What each thread writes with.
struct writing {
  writing() {
    codec.addTypeHandler(int64);
    codec.addTypeHandler(uint64);
    codec.addTypeHandler(time);
    codec.addTypeHandler(whole);
    codec.addTypeHandler(degrees);
    codec.handleByAnnotation<schema::OrderStatus>();
  }

  number_handler<std::int64_t> int64;
  number_handler<std::uint64_t> uint64;
  time_handler time;
  value_handler<Whole> whole;
  value_handler<Degrees> degrees;
  capnp::JsonCodec codec;
};

}  // namespace

kj::Maybe<capnp::schema::Value::Reader> annotated(
    capnp::List<capnp::schema::Annotation>::Reader all, std::uint64_t id) {
  for (const auto each : all)
    if (each.getId() == id) return each.getValue();
  return nullptr;
}

std::string_view json_name(capnp::StructSchema::Field field) {
  return field.getProto().getName().cStr();
}

std::string_view json_name(capnp::EnumSchema::Enumerant word) {
  KJ_IF_MAYBE (name, annotated(word.getProto().getAnnotations(),
                               annotation::json_name))
    return name->getText().cStr();
  return word.getProto().getName().cStr();
}

std::string_view format_of(capnp::StructSchema type) {
  KJ_IF_MAYBE (format,
               annotated(type.getProto().getAnnotations(), annotation::format))
    return format->getText().cStr();
  return {};
}

std::vector<fault> read_body(std::string_view text,
                             capnp::DynamicStruct::Builder out) {
  try {
    capnp::MallocMessageBuilder message;
    auto root = message.initRoot<json_value>();
    const capnp::JsonCodec parser;
    std::string plain;
    if (text.find("\\u") != std::string_view::npos) {
      plain = without_unicode_escapes(text);
      text = plain;
    }
    parser.decodeRaw({text.data(), text.size()}, root);
    reading body;
    body.read(root.asReader(), out, {});
    return std::move(body.faults());
  } catch (const bad_escape&) {
    return {{"", "is no JSON: an escape \\uXXXX stands for no character"}};
  } catch (const kj::Exception& failure) {
    // "expected this(); what is wrong in words."
    std::string why = failure.getDescription().cStr();
    if (const auto words = why.find("; "); words != std::string::npos)
      why.erase(0, words + 2);
    return {{"", "is no JSON: " + why}};
  }
}

std::string write_body(capnp::DynamicStruct::Reader in) {
  thread_local const writing writer;
  const auto text = writer.codec.encode(in, in.getSchema());
  return {text.begin(), text.size()};
}

}  // namespace oms::api
