#include "tools/omsd/openapi.hpp"

#include <cctype>

#include "messages/api/api.capnp.h"
#include "messages/api/body.hpp"
#include "messages/api/rules.hpp"
#include "tools/json/value.hpp"
#include "tools/omsd/handling.hpp"
#include "tools/text/version.hpp"

namespace oms::omsd {

namespace {

using kind = capnp::schema::Type;
namespace note = api::annotation;

std::string text_of(std::string_view text) { return std::string(text); }

// "messages/api/api.capnp:OrderLine" is OrderLine.
std::string name_of(capnp::StructSchema type) {
  const std::string_view whole = type.getProto().getDisplayName().cStr();
  return text_of(whole.substr(whole.find_last_of(":.") + 1));
}

class schema_description {
 public:
  json::value schemas = json::value::object();
  // Set while the shapes of bodies are described: what may be left out may
  // also be null there.
  bool sent = false;

  // Of a merge patch: nothing is required, and `null` resets.
  json::value patch(capnp::StructSchema type) {
    const auto name = name_of(type) + "Patch";
    if (!schemas.contains(name)) {
      schemas[name] = json::value::object();
      auto out = object(type);
      for (const auto& each : out.value("required", json::value::array()))
        allow_null(out["properties"][each.get<std::string>()]);
      out.erase("required");
      schemas[name] = std::move(out);
    }
    return {{"$ref", "#/components/schemas/" + name}};
  }

  json::value reference(capnp::StructSchema type) {
    const auto name = name_of(type);
    if (!schemas.contains(name)) {
      schemas[name] = json::value::object();
      schemas[name] = object(type);
    }
    return {{"$ref", "#/components/schemas/" + name}};
  }

 private:
  json::value object(capnp::StructSchema type) {
    json::value out{{"type", "object"}, {"properties", json::value::object()}};
    auto required = json::value::array();
    for (const auto& rule : api::struct_rules::of(type).fields()) {
      const auto name = text_of(rule.name);
      out["properties"][name] = property(rule);
      if (rule.required || rule.required_in_put)
        required.push_back(name);
      else if (sent)
        allow_null(out["properties"][name]);
    }
    if (!required.empty()) out["required"] = std::move(required);
    out["additionalProperties"] = false;
    add_doc(type.getProto().getAnnotations(), out);
    return out;
  }

  json::value property(const api::field_rule& rule) {
    const auto& type = rule.type;
    auto out = of_type(type);
    const auto word = out.value("type", "");
    const bool is_whole = word == "integer";
    const bool is_degrees = word == "number" && type.isStruct();
    if ((is_whole && !type.isUInt64() && !type.isUInt16()) || is_degrees)
      out["minimum"] = rule.minimum;
    if ((is_whole && !type.isUInt16()) || is_degrees)
      out["maximum"] = rule.maximum;
    if (type.isList()) out["maxItems"] = rule.max_entries;
    add_doc(rule.field.getProto().getAnnotations(), out);
    if (sent) add_text_rules(rule, out);
    add_default(rule.field, out);
    return out;
  }

  json::value of_type(capnp::Type type) {
    switch (type.which()) {
      case kind::BOOL:
        return {{"type", "boolean"}};
      case kind::TEXT:
        return {{"type", "string"}};
      case kind::FLOAT64:
        return {{"type", "number"}};
      case kind::ENUM: {
        auto words = json::value::array();
        for (const auto word : type.asEnum().getEnumerants())
          if (!api::is_absent(word))
            words.push_back(text_of(api::json_name(word)));
        return {{"type", "string"}, {"enum", std::move(words)}};
      }
      case kind::LIST:
        return {{"type", "array"},
                {"items", of_type(type.asList().getElementType())}};
      case kind::STRUCT: {
        const auto format = api::format_of(type.asStruct());
        if (format.empty()) return reference(type.asStruct());
        if (format == "date-time") {
          // An empty text means that there is no time.
          auto either = json::value::array();
          either.push_back({{"format", "date-time"}});
          either.push_back({{"maxLength", 0}});
          return {{"type", "string"}, {"anyOf", std::move(either)}};
        }
        return {{"type", text_of(format)}};
      }
      default:
        return {{"type", "integer"}};
    }
  }

  static void allow_null(json::value& out) {
    if (out.contains("$ref")) {
      out = {{"anyOf", {{{"$ref", out["$ref"]}}, {{"type", "null"}}}}};
      return;
    }
    out["type"] = json::value::array({out["type"], "null"});
    if (out.contains("enum")) out["enum"].push_back(nullptr);
  }

  static void add_doc(capnp::List<capnp::schema::Annotation>::Reader notes,
                      json::value& out) {
    KJ_IF_MAYBE (doc, api::annotated(notes, note::doc))
      out["description"] = doc->getText().cStr();
  }

  // JSON Schema counts characters and these limits count bytes, so they are
  // described in words.
  static void add_text_rules(const api::field_rule& rule, json::value& out) {
    const auto& type = rule.type;
    const bool is_list_of_texts =
        type.isList() && type.asList().getElementType().isText();
    if (!type.isText() && !is_list_of_texts) return;
    auto& to = is_list_of_texts ? out["items"] : out;
    auto text = to.value("description", "");
    if (!text.empty()) text += ' ';
    to["description"] =
        text + "At most " + std::to_string(rule.max_bytes) + " bytes of UTF-8" +
        (rule.is_id ? ", without control characters and without leading or "
                      "trailing whitespace."
                    : ".");
  }

  // Only defaults other than "", 0 and false, which go without saying.
  static void add_default(capnp::StructSchema::Field field, json::value& out) {
    if (!field.getProto().isSlot()) return;
    const auto value = field.getProto().getSlot().getDefaultValue();
    switch (value.which()) {
      case capnp::schema::Value::BOOL:
        if (value.getBool()) out["default"] = true;
        break;
      case capnp::schema::Value::INT32:
        if (value.getInt32() != 0) out["default"] = value.getInt32();
        break;
      case capnp::schema::Value::INT64:
        if (value.getInt64() != 0) out["default"] = value.getInt64();
        break;
      case capnp::schema::Value::TEXT:
        if (value.hasText()) out["default"] = value.getText().cStr();
        break;
      default:
        break;
    }
  }
};

const char* method_name(http_method method) {
  switch (method) {
    case http_method::get:
      return "get";
    case http_method::post:
      return "post";
    case http_method::put:
      return "put";
    case http_method::patch:
      return "patch";
    case http_method::del:
      return "delete";
    case http_method::other:
      break;
  }
  return "get";
}

// "postOrdersHolds" from the method and the path's words.
// OpenAPI requires ids that are unique, and client generators make function
// names of them.
std::string operation_id(const route& of) {
  std::string id = method_name(of.method);
  std::size_t at = 1;
  const auto& path = of.pattern;
  while (at < path.size()) {
    const auto end = std::min(path.find('/', at), path.size());
    auto word = text_of(path.substr(at, end - at));
    at = end + 1;
    if (word == "v1") continue;
    if (word.front() == '{')
      word = "By" + std::string(1, static_cast<char>(std::toupper(word[1]))) +
             word.substr(2, word.size() - 3);
    std::erase(word, '.');
    word.front() = static_cast<char>(std::toupper(word.front()));
    id += word;
  }
  return id;
}

json::value parameters_of(const route& of) {
  auto all = json::value::array();
  std::size_t at = 0;
  while ((at = of.pattern.find('{', at)) != std::string_view::npos) {
    const auto end = of.pattern.find('}', at);
    all.push_back({{"name", of.pattern.substr(at + 1, end - at - 1)},
                   {"in", "path"},
                   {"required", true},
                   {"schema", {{"type", "string"}, {"minLength", 1}}}});
    at = end;
  }
  for (const auto& each : of.parameters) {
    json::value schema{{"type", each.type}};
    if (each.type == "integer") {
      const bool is_limit = each.name == limit_parameter.name;
      schema["minimum"] = is_limit ? 1 : 0;
      schema["maximum"] =
          is_limit ? static_cast<std::int64_t>(max_limit) : limits::max_whole;
    }
    all.push_back({{"name", each.name},
                   {"in", "query"},
                   {"required", false},
                   {"description", each.about},
                   {"schema", std::move(schema)}});
  }
  if (of.method != http_method::get) {
    all.push_back({{"name", "X-Actor"},
                   {"in", "header"},
                   {"required", false},
                   {"description",
                    "The author of the change in the audit trail; at most 128 "
                    "bytes. Names of the engine's own parts are refused."},
                   {"schema", {{"type", "string"}}}});
    all.push_back({{"name", "Idempotency-Key"},
                   {"in", "header"},
                   {"required", false},
                   {"description",
                    "At most 128 bytes. The same request with the same key "
                    "gets the first answer again."},
                   {"schema", {{"type", "string"}}}});
  }
  return all;
}

json::value answers_of(const route& of, schema_description& shapes) {
  json::value content;
  KJ_IF_MAYBE (shape, of.answer)
    content["schema"] = shapes.reference(*shape);
  else if (of.answer_type == json_type)
    content["schema"] = {{"type", "object"}};
  else
    content["schema"] = {{"type", "string"}};
  const auto type = text_of(of.answer_type.substr(0, of.answer_type.find(';')));
  json::value all{{std::to_string(of.success),
                   {{"description", "Done."}, {"content", {{type, content}}}}}};
  const json::value problem{
      {"description", "The reason why the call failed."},
      {"content",
       {{problem_type,
         {{"schema",
           shapes.reference(capnp::Schema::from<api::Problem>())}}}}}};
  for (const char* status :
       {"400", "401", "403", "404", "405", "408", "409", "413", "429", "503"})
    all[status] = problem;
  return all;
}

// Bodies first: a shape that is both sent and shown keeps the description that
// allows null, which fits what is shown as well.
json::value document() {
  schema_description shapes;
  shapes.sent = true;
  for (const auto& each : routes())
    KJ_IF_MAYBE (body, each.body) {
      if (each.method == http_method::patch)
        shapes.patch(*body);
      else
        shapes.reference(*body);
    }
  shapes.sent = false;
  json::value paths = json::value::object();
  for (const auto& each : routes()) {
    json::value operation{
        {"operationId", operation_id(each)},
        {"summary", each.summary},
        {"description", "Needs the role " + text_of(name_of(each.needs)) + "."},
        {"parameters", parameters_of(each)}};
    KJ_IF_MAYBE (body, each.body) {
      const bool patches = each.method == http_method::patch;
      const json::value schema{
          {"schema", patches ? shapes.patch(*body) : shapes.reference(*body)}};
      json::value content{{json_type, schema}};
      if (patches) content[merge_patch_type] = schema;
      operation["requestBody"] = {{"required", true},
                                  {"content", std::move(content)}};
    }
    operation["responses"] = answers_of(each, shapes);
    paths[text_of(each.pattern)][method_name(each.method)] =
        std::move(operation);
  }
  return {{"openapi", "3.1.0"},
          {"info",
           {{"title", "Order management engine"},
            {"version", std::string(text::version())},
            {"description",
             "Orders from placement to delivery. Quantities are whole units, "
             "money is minor units of the order's currency, times are RFC "
             "3339."}}},
          // Either of the two: without --tokens no token is needed.
          {"security", json::value::array({json::value::object(),
                                           {{"token", json::value::array()}}})},
          {"paths", std::move(paths)},
          {"components",
           {{"schemas", std::move(shapes.schemas)},
            {"securitySchemes",
             {{"token", {{"type", "http"}, {"scheme", "bearer"}}}}}}}};
}

}  // namespace

const std::string& openapi_document() {
  // Written at the first call, since the routes do not change.
  static const auto text = document().dump(2);
  return text;
}

}  // namespace oms::omsd
