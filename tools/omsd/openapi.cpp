#include "tools/omsd/openapi.hpp"

#include <cctype>

#include "messages/fields/limits.hpp"
#include "messages/fields/object.hpp"
#include "messages/limits.hpp"
#include "tools/json/value.hpp"
#include "tools/omsd/handling.hpp"
#include "tools/text/version.hpp"

namespace oms::omsd {

namespace {

using fields::form;

std::string text_of(std::string_view text) { return std::string(text); }

class schema_description {
 public:
  json::value schemas = json::value::object();
  // Set while the shapes of bodies are described: they have limits, and what
  // may be left out may also be null.
  bool sent = false;

  // Of a merge patch: nothing is required, and `null` resets.
  json::value patch(const fields::object& of) {
    const auto name = of.name + "Patch";
    if (!schemas.contains(name)) {
      schemas[name] = json::value::object();
      auto out = object(of);
      for (const auto& each : out.value("required", json::value::array()))
        allow_null(out["properties"][each.get<std::string>()]);
      out.erase("required");
      schemas[name] = std::move(out);
    }
    return {{"$ref", "#/components/schemas/" + name}};
  }

  json::value reference(const fields::object& of) {
    if (!schemas.contains(of.name)) {
      schemas[of.name] = json::value::object();
      schemas[of.name] = object(of);
    }
    return {{"$ref", "#/components/schemas/" + of.name}};
  }

 private:
  json::value object(const fields::object& of) {
    json::value out{{"type", "object"}, {"properties", json::value::object()}};
    auto required = json::value::array();
    const void* fresh = of.type == nullptr ? nullptr : of.type->fresh();
    for (const auto& key : of.keys) {
      auto& made = out["properties"][key.name];
      made = property(key, fresh);
      if (!sent) continue;
      // A flat record that may be missing has keys that may be missing.
      if (key.steps.empty() &&
          key.is(fields::required | fields::required_in_json |
                 fields::required_in_put))
        required.push_back(key.name);
      else
        allow_null(made);
    }
    if (!required.empty()) out["required"] = std::move(required);
    out["additionalProperties"] = false;
    if (of.type != nullptr && *of.type->doc != '\0')
      out["description"] = of.type->doc;
    return out;
  }

  json::value property(const fields::key& key, const void* fresh) {
    if (key.group) return reference(*key.group);
    const auto& field = *key.field;
    const auto* type = key.type;
    while (type->as == form::optional || type->as == form::shared)
      type = &type->inner();
    auto out = (field.is & fields::as_date) == 0 ? of_type(*type) : of_date();
    const auto least = fields::least_of(*type, field);
    const auto most = fields::most_of(*type, field);
    if (type->as == form::whole || (type->as == form::number && sent)) {
      // The limits are of what is sent: sums may be larger.
      const bool is_small = type->size == sizeof(std::int32_t);
      const auto range = is_small ? INT32_MAX : limits::max_whole;
      out["minimum"] = sent ? least : -range;
      out["maximum"] = sent ? most : range;
    }
    if (type->as == form::natural) out["maximum"] = limits::max_whole;
    if (type->as == form::list && sent)
      out[type->is_map ? "maxProperties" : "maxItems"] = most;
    if (field.doc != nullptr) out["description"] = field.doc;
    if (sent) {
      add_text_rules(*type, field, out);
      if (fresh != nullptr) add_default(key, fresh, out);
    }
    return out;
  }

  json::value of_type(const fields::type_info& type) {
    switch (type.as) {
      case form::text:
        return {{"type", "string"}};
      case form::whole:
      case form::natural:
        return {{"type", "integer"}};
      case form::number:
        return {{"type", "number"}};
      case form::truth:
        return {{"type", "boolean"}};
      case form::time: {
        // An empty text means no time.
        auto either = json::value::array();
        either.push_back({{"format", "date-time"}});
        either.push_back({{"maxLength", 0}});
        return {{"type", "string"}, {"anyOf", std::move(either)}};
      }
      case form::date:
        return of_date();
      case form::word: {
        auto words = json::value::array();
        for (std::size_t i = 0; i < type.count; ++i)
          words.push_back(type.words[i]);
        return {{"type", "string"}, {"enum", std::move(words)}};
      }
      case form::record:
        return reference(fields::object_of(type));
      case form::list:
        if (type.is_map)
          return {{"type", "object"},
                  {"additionalProperties",
                   of_type(fields::held_type(type.inner().fields[1].type()))}};
        return {{"type", "array"}, {"items", of_type(type.inner())}};
      case form::optional:
      case form::shared:
        break;
    }
    return of_type(type.inner());
  }

  // A time is taken for its date in UTC, and an empty text for no date.
  [[nodiscard]] json::value of_date() const {
    if (!sent) return {{"type", "string"}, {"format", "date"}};
    auto either = json::value::array();
    either.push_back({{"format", "date"}});
    either.push_back({{"format", "date-time"}});
    either.push_back({{"maxLength", 0}});
    return {{"type", "string"}, {"anyOf", std::move(either)}};
  }

  static void allow_null(json::value& out) {
    if (out.contains("$ref")) {
      out = {{"anyOf", {{{"$ref", out["$ref"]}}, {{"type", "null"}}}}};
      return;
    }
    out["type"] = json::value::array({out["type"], "null"});
    if (out.contains("enum")) out["enum"].push_back(nullptr);
  }

  // JSON Schema counts characters and these limits count bytes, so they are
  // described in words.
  static void add_text_rules(const fields::type_info& type,
                             const fields::field_info& field,
                             json::value& out) {
    const bool is_list = type.as == form::list;
    const auto& each = is_list ? type.inner() : type;
    if (each.as != form::text) return;
    auto& to = is_list ? out["items"] : out;
    auto text = to.value("description", "");
    if (!text.empty()) text += ' ';
    to["description"] =
        text + "At most " + std::to_string(fields::most_bytes_of(each, field)) +
        " bytes of UTF-8" +
        (fields::is_id(each, field)
             ? ", without control characters and without leading or "
               "trailing whitespace."
             : ".");
  }

  // Only defaults other than "", 0 and false, which go without saying.
  static void add_default(const fields::key& key, const void* fresh,
                          json::value& out) {
    const void* value = key.in(fresh);
    if (value == nullptr) return;
    switch (key.type->as) {
      case form::truth:
        if (*static_cast<const bool*>(value)) out["default"] = true;
        break;
      case form::whole: {
        const auto number = fields::whole_of(*key.type, value);
        if (number != 0) out["default"] = number;
        break;
      }
      case form::text:
        if (const auto& text = *static_cast<const std::string*>(value);
            !text.empty())
          out["default"] = text;
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
  if (of.answer != nullptr)
    content["schema"] = shapes.reference(fields::object_of(*of.answer));
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
           shapes.reference(fields::object_of(*shape<api::problem>()))}}}}}};
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
  for (const auto& each : routes()) {
    if (each.body == nullptr) continue;
    const auto& body = fields::object_of(*each.body);
    if (each.method == http_method::patch)
      shapes.patch(body);
    else
      shapes.reference(body);
  }
  shapes.sent = false;
  json::value paths = json::value::object();
  for (const auto& each : routes()) {
    json::value operation{
        {"operationId", operation_id(each)},
        {"summary", each.summary},
        {"description", "Needs the role " + text_of(name_of(each.needs)) + "."},
        {"parameters", parameters_of(each)}};
    if (each.body != nullptr) {
      const auto& body = fields::object_of(*each.body);
      const bool patches = each.method == http_method::patch;
      const json::value schema{
          {"schema", patches ? shapes.patch(body) : shapes.reference(body)}};
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
