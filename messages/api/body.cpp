#include "messages/api/body.hpp"

#include <capnp/compat/json.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "messages/api/api.capnp.h"
#include "messages/api/escapes.hpp"
#include "messages/api/json_parse.hpp"
#include "messages/api/json_write.hpp"
#include "messages/api/rules.hpp"
#include "messages/time_text.hpp"

namespace oms::api {

namespace {

using json_value = capnp::JsonValue;
using kind = capnp::schema::Type;

std::string_view view_of(capnp::Text::Reader text) {
  return {text.begin(), text.size()};
}

std::string text_of(capnp::Text::Reader text) {
  return {text.begin(), text.size()};
}

// --- reading ----------------------------------------------------------------

// Reads one body by the rules of its schema. It goes on after a fault, so that
// the caller learns of all of them at once. It is strict where JSON's readers
// are usually lenient: an unknown or repeated key, a number as a text or a text
// as a number is refused. What the sender meant is not guessed, since a guess
// moves stock or money.
class body_reader {
 public:
  [[nodiscard]] std::vector<fault>& faults() { return faults_; }

  void read(json_value::Reader in, capnp::DynamicStruct::Builder out,
            const place& at) {
    if (!in.isObject()) return refuse(at, "must be an object");
    const auto& rules = struct_rules::of(out.getSchema());
    const auto& fields = rules.fields();
    // Of keys with a value: `null` counts as left out, so it does not satisfy
    // `required`.
    std::vector<bool> seen(fields.size());
    for (const auto entry : in.getObject()) {
      const place there{.outer = &at, .name = view_of(entry.getName())};
      const auto index = rules.find(there.name);
      if (!index)
        refuse(there, "is not known here");
      else if (seen[*index])
        refuse(there, "is a duplicate");
      else if (!entry.getValue().isNull()) {
        seen[*index] = true;
        read_field(entry.getValue(), fields[*index], out, there);
      }
    }
    for (std::size_t i = 0; i < seen.size(); ++i)
      if ((fields[i].required || fields[i].required_in_put) && !seen[i])
        refuse({.outer = &at, .name = fields[i].name}, "is required");
  }

  // As `read`, but nothing is required and `null` is remembered: it resets a
  // field to its default. Only the outermost object is merged (the settings
  // have no objects inside that a patch could name in part); a list is replaced
  // as a whole, as RFC 7396 says.
  std::vector<capnp::StructSchema::Field> read_patch(
      json_value::Reader in, capnp::DynamicStruct::Builder out) {
    std::vector<capnp::StructSchema::Field> named;
    if (!in.isObject()) {
      refuse({}, "must be an object");
      return named;
    }
    const auto& rules = struct_rules::of(out.getSchema());
    for (const auto entry : in.getObject()) {
      const place there{.outer = nullptr, .name = view_of(entry.getName())};
      const auto index = rules.find(there.name);
      if (!index) {
        refuse(there, "is not known here");
        continue;
      }
      const auto& rule = rules.fields()[*index];
      // Settings have some fifteen fields, so a search does.
      if (std::find(named.begin(), named.end(), rule.field) != named.end())
        refuse(there, "is a duplicate");
      named.push_back(rule.field);
      if (!entry.getValue().isNull())
        read_field(entry.getValue(), rule, out, there);
    }
    return named;
  }

 private:
  void refuse(const place& at, std::string message) {
    faults_.push_back({at.path(), std::move(message)});
  }

  // The types that occur in shapes that are sent. Another one would need a rule
  // of its own, such as which unsigned numbers JSON carries.
  void read_field(json_value::Reader in, const field_rule& rule,
                  capnp::DynamicStruct::Builder out, const place& at) {
    const auto& field = rule.field;
    const auto& type = rule.type;
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
        if (is_text(in, rule, at)) out.set(field, in.getString());
        break;
      case kind::ENUM:
        KJ_IF_MAYBE (word, word_of(in, type.asEnum(), at))
          out.set(field, capnp::DynamicEnum(*word));
        break;
      case kind::STRUCT:
        read_struct(in, rule, out, at);
        break;
      case kind::LIST:
        // Before the list is made: the number of entries is the sender's, and
        // so would be the memory.
        if (!in.isArray()) {
          refuse(at, "must be a list");
        } else if (in.getArray().size() > rule.max_entries) {
          refuse(at, more_entries_than(rule.max_entries));
        } else {
          read_list(
              in.getArray(),
              out.init(field, in.getArray().size()).as<capnp::DynamicList>(),
              type.asList().getElementType(), rule, at);
        }
        break;
      default:
        refuse(at, "can't be sent");
    }
  }

  void read_struct(json_value::Reader in, const field_rule& rule,
                   capnp::DynamicStruct::Builder out, const place& at) {
    const auto& field = rule.field;
    switch (rule.as) {
      case form::as_it_is:
        return read(in, out.init(field).as<capnp::DynamicStruct>(), at);
      case form::time: {
        // An empty text means no time, as `null` does.
        if (in.isString() && in.getString().size() == 0) return;
        const auto time =
            in.isString() ? parse_time(text_of(in.getString())) : std::nullopt;
        if (!time)
          return refuse(at, "must be a time such as 2026-01-05T10:00:00Z");
        out.init(field).as<Time>().setUs(time->time_since_epoch().count());
        return;
      }
      case form::whole:
        if (const auto number = whole(in, rule, at))
          out.init(field).as<Whole>().setValue(*number);
        return;
      case form::degrees:
        if (!in.isNumber()) return refuse(at, "must be a number");
        if (in_range(in.getNumber(), rule, at))
          out.init(field).as<Degrees>().setValue(in.getNumber());
        return;
    }
  }

  void read_list(capnp::List<json_value>::Reader in,
                 capnp::DynamicList::Builder out, capnp::Type type,
                 const field_rule& rule, const place& list) {
    for (unsigned i = 0; i < in.size(); ++i) {
      const place at{.outer = &list, .name = {}, .index = i};
      switch (type.which()) {
        case kind::TEXT:
          if (is_text(in[i], rule, at)) out.set(i, in[i].getString());
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
              in[i].getArray().size() > default_max_entries) {
            refuse(at, "must be a list");
            break;
          }
          read_list(
              in[i].getArray(),
              out.init(i, in[i].getArray().size()).as<capnp::DynamicList>(),
              type.asList().getElementType(), rule, at);
          break;
        default:
          refuse(at, "can't be sent");
      }
    }
  }

  bool is_text(json_value::Reader in, const field_rule& rule, const place& at) {
    if (!in.isString()) {
      refuse(at, "must be a text");
      return false;
    }
    auto fault = fault_of(view_of(in.getString()), rule);
    if (fault) refuse(at, std::move(*fault));
    return !fault;
  }

  // JSON has one kind of numbers, so 1e3 and 5.0 are whole. The ranges of all
  // rules are within 2^53, where each whole number has a double of its own; the
  // check of the range comes first, because casting a double that is beyond 64
  // bits would be undefined. NaN can't come: JSON has no word for it.
  std::optional<std::int64_t> whole(json_value::Reader in,
                                    const field_rule& rule, const place& at) {
    if (!in.isNumber() || std::trunc(in.getNumber()) != in.getNumber() ||
        std::isinf(in.getNumber())) {
      refuse(at, "must be a whole number");
      return {};
    }
    if (!in_range(in.getNumber(), rule, at)) return {};
    return static_cast<std::int64_t>(in.getNumber());
  }

  bool in_range(double number, const field_rule& rule, const place& at) {
    if (number < static_cast<double>(rule.minimum)) {
      refuse(at, less_than(rule.minimum));
      return false;
    }
    if (number > static_cast<double>(rule.maximum)) {
      refuse(at, more_than(rule.maximum));
      return false;
    }
    return true;
  }

  // The refusal lists the words that are right: an author of a client need not
  // look for them.
  kj::Maybe<capnp::EnumSchema::Enumerant> word_of(json_value::Reader in,
                                                  capnp::EnumSchema type,
                                                  const place& at) {
    if (in.isString())
      for (const auto word : type.getEnumerants())
        if (!is_absent(word) && json_name(word) == view_of(in.getString()))
          return word;
    std::string all;
    for (const auto word : type.getEnumerants()) {
      if (is_absent(word)) continue;
      all += all.empty() ? "" : ", ";
      all += json_name(word);
    }
    refuse(at, "must be one of " + all);
    return nullptr;
  }

  std::vector<fault> faults_;
};

}  // namespace

kj::Maybe<capnp::schema::Value::Reader> annotated(
    capnp::List<capnp::schema::Annotation>::Reader all, std::uint64_t id) {
  for (const auto each : all)
    if (each.getId() == id) return each.getValue();
  return nullptr;
}

// Fields are named in the schema as they are in JSON. Of enumerations some are
// not: order statuses have an underscore, which a name in a schema can't have.
std::string_view json_name(capnp::StructSchema::Field field) {
  return field.getProto().getName().cStr();
}

std::string_view json_name(capnp::EnumSchema::Enumerant word) {
  KJ_IF_MAYBE (name, annotated(word.getProto().getAnnotations(),
                               annotation::json_name))
    return name->getText().cStr();
  return word.getProto().getName().cStr();
}

bool is_absent(capnp::EnumSchema::Enumerant word) {
  return annotated(word.getProto().getAnnotations(), annotation::absent) !=
         nullptr;
}

std::string_view format_of(capnp::StructSchema type) {
  KJ_IF_MAYBE (format,
               annotated(type.getProto().getAnnotations(), annotation::format))
    return format->getText().cStr();
  return {};
}

namespace {

// Parses the text and hands it to `read(value, body_reader)`.
//
// Two parsers: ours is fast and takes what is well-formed; Cap'n Proto's reads
// the rest or says what is wrong with it. So a body costs the second one only
// when it is refused, or nested so deep that it will be refused anyway.
template <class Read>
std::vector<fault> parsed(std::string_view text, Read read) {
  try {
    capnp::MallocMessageBuilder message;
    auto root = message.initRoot<json_value>();
    const capnp::JsonCodec parser;
    std::string plain;
    // Neither parser sees an escape of this kind (escapes.hpp); bodies without
    // one are not copied.
    if (text.find("\\u") != std::string_view::npos) {
      plain = without_unicode_escapes(text);
      text = plain;
    }
    if (!parse_json(text, root))
      parser.decodeRaw({text.data(), text.size()}, root);
    body_reader body;
    read(root.asReader(), body);
    return std::move(body.faults());
  } catch (const bad_escape&) {
    return {{"", "is not valid JSON: an escape \\uXXXX is not a character"}};
  } catch (const kj::Exception& failure) {
    // KJ's texts are "expected EXPRESSION; WORDS", with an expression of its
    // own source, or WORDS alone. The caller gets the words.
    std::string why = failure.getDescription().cStr();
    if (const auto words = why.find("; "); words != std::string::npos)
      why.erase(0, words + 2);
    return {{"", "is not valid JSON: " + why}};
  }
}

}  // namespace

std::vector<fault> read_body(std::string_view text,
                             capnp::DynamicStruct::Builder out) {
  return parsed(text, [&out](json_value::Reader in, body_reader& body) {
    body.read(in, out, {});
  });
}

std::vector<fault> read_patch(std::string_view text,
                              capnp::DynamicStruct::Builder out,
                              std::vector<capnp::StructSchema::Field>& named) {
  return parsed(text, [&](json_value::Reader in, body_reader& body) {
    named = body.read_patch(in, out);
  });
}

// Stores that older versions have written may contain texts that are not UTF-8,
// and texts with controls that a terminal would obey.
std::string write_body(capnp::DynamicStruct::Reader in) {
  return printable_json(json_of(in));
}

}  // namespace oms::api
