#include "messages/fields/object.hpp"

#include <cctype>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <string>
#include <unordered_map>

namespace oms::fields {

std::string camel_case(std::string_view name) {
  std::string out;
  bool is_next_upper = false;
  for (const char c : name) {
    if (c == '_') {
      is_next_upper = true;
      continue;
    }
    out += is_next_upper
               ? static_cast<char>(std::toupper(static_cast<unsigned char>(c)))
               : c;
    is_next_upper = false;
  }
  return out;
}

namespace {

class object_maker {
 public:
  explicit object_maker(object& out) : out_(out) {}

  void make(const type_info& type) {
    out_.name = type.name;
    out_.type = &type;
    add(type, {}, 0, "", 0);
    expect_few_keys(out_);
  }

 private:
  // `depth` counts the flat records around a field: the outer record has the
  // last word about a key.
  void add(const type_info& type, const std::vector<step>& steps,
           std::uint32_t offset, const std::string& prefix, int depth) {
    for (std::size_t i = 0; i < type.count; ++i) {
      const auto& field = type.fields[i];
      const auto& of = field.type();
      if ((field.is & in_path) != 0) {
        auto& made = out_.path_keys.emplace_back();
        made.name = name_of(field);
        fill(made, field, of, steps, offset + field.offset);
        continue;
      }
      if ((field.is & internal) != 0) continue;
      if ((field.is & flat) == 0) {
        add_key(field, of, steps, offset + field.offset, prefix, depth);
        continue;
      }
      const std::string inside = field.json == nullptr ? prefix : field.json;
      if (of.as == form::record) {
        add(of, steps, offset + field.offset, inside, depth + 1);
      } else {
        auto through = steps;
        through.push_back({offset + field.offset, &of});
        add(of.inner(), through, 0, inside, depth + 1);
      }
    }
  }

  // The reader has a bit for each. A list that is too long ends the first test
  // that uses it.
  static void expect_few_keys(const object& of) {
    if (of.keys.size() > 64) std::abort();
    for (const auto& each : of.keys)
      if (each.group) expect_few_keys(*each.group);
  }

  static std::string name_of(const field_info& field) {
    if (field.json != nullptr) return field.json;
    std::string_view member = field.member;
    if (const auto dot = member.rfind('.'); dot != member.npos)
      member.remove_prefix(dot + 1);
    return camel_case(member);
  }

  static void fill(key& out, const field_info& field, const type_info& of,
                   const std::vector<step>& steps, std::uint32_t offset) {
    out.field = &field;
    out.type = &of;
    out.steps = steps;
    out.offset = offset;
    out.group.reset();
  }

  void add_key(const field_info& field, const type_info& of,
               const std::vector<step>& steps, std::uint32_t offset,
               const std::string& prefix, int depth) {
    auto path = name_of(field);
    if (!prefix.empty()) path = prefix + "." + path;
    auto* to = &out_;
    if (const auto dot = path.find('.'); dot != path.npos) {
      to = group(path.substr(0, dot), field, depth);
      path.erase(0, dot + 1);
    }
    if (to == nullptr) return;
    if (auto* made = place(*to, path, field.before, depth))
      fill(*made, field, of, steps, offset);
  }

  object* group(const std::string& name, const field_info& field, int depth) {
    if (const auto at = out_.find(name); at && out_.keys[*at].group)
      return out_.keys[*at].group.get();
    auto* made = place(out_, name, field.before, depth);
    if (made == nullptr) return nullptr;
    *made = key{};
    made->name = name;
    made->group = std::make_unique<object>();
    made->group->name = field.group != nullptr ? field.group : name;
    made->group->name.front() = static_cast<char>(
        std::toupper(static_cast<unsigned char>(made->group->name.front())));
    return made->group.get();
  }

  // The key to fill, or none if a record further out has said what it is.
  key* place(object& in, const std::string& name, const char* before,
             int depth) {
    auto& depths = depths_[&in];
    if (const auto known = in.find(name)) {
      const auto at = static_cast<std::ptrdiff_t>(*known);
      if (depths[*known] <= depth) return nullptr;
      depths[*known] = depth;
      if (before == nullptr) return &in.keys[*known];
      in.keys.erase(in.keys.begin() + at);
      depths.erase(depths.begin() + at);
    }
    auto at = in.keys.size();
    if (before != nullptr) at = in.find(before).value_or(at);
    depths.insert(depths.begin() + static_cast<std::ptrdiff_t>(at), depth);
    auto& made =
        *in.keys.emplace(in.keys.begin() + static_cast<std::ptrdiff_t>(at));
    made.name = name;
    return &made;
  }

  object& out_;
  std::unordered_map<const object*, std::vector<int>> depths_;
};

}  // namespace

const void* key::in(const void* record) const {
  for (const auto& each : steps) {
    record =
        each.through->ops->get(static_cast<const char*>(record) + each.offset);
    if (record == nullptr) return nullptr;
  }
  return static_cast<const char*>(record) + offset;
}

void* key::make_in(void* record) const {
  for (const auto& each : steps)
    record = each.through->ops->emplace(
        static_cast<char*>(record) + each.offset, true);
  return static_cast<char*>(record) + offset;
}

std::optional<std::size_t> object::find(std::string_view key) const {
  // A few dozen at most, of which most differ in their length.
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (keys[i].name == key) return i;
  return {};
}

// Several threads may make the same one; the first to publish it wins.
const object& object_of(const type_info& type) {
  if (const auto* made = type.as_object->load(std::memory_order_acquire))
    return *made;
  auto making = std::make_unique<object>();
  object_maker(*making).make(type);
  const object* none = nullptr;
  if (type.as_object->compare_exchange_strong(none, making.get()))
    return *making.release();
  return *none;
}

const void* shown(const key& of, const void* record) {
  const void* value = of.in(record);
  if (value == nullptr) return nullptr;
  if (of.type->as == form::optional) {
    value = of.type->ops->get(value);
    if (value == nullptr) return nullptr;
  }
  if (of.is(unless_empty) && is_empty(held_type(*of.type), value))
    return nullptr;
  return value;
}

bool is_empty(const type_info& type, const void* value) {
  switch (type.as) {
    case form::text:
      return as<std::string>(value).empty();
    case form::list:
      return type.ops->size(value) == 0;
    case form::optional:
      return type.ops->get(value) == nullptr;
    case form::whole:
    case form::natural:
      return whole_of(type, value) == 0;
    case form::truth:
      return !as<bool>(value);
    case form::word:
      return as<std::uint8_t>(value) == 0;
    default:
      return false;
  }
}

void clear_by_null(const type_info& type, void* value) {
  const auto& inner = type.inner();
  auto* held = type.ops->emplace(value, false);
  if (inner.as == form::number)
    *static_cast<double*>(held) = std::numeric_limits<double>::quiet_NaN();
  if (inner.as != form::record) return;
  for (std::size_t i = 0; i < inner.count; ++i)
    if ((inner.fields[i].is & null_clears) != 0)
      clear_by_null(inner.fields[i].type(),
                    static_cast<char*>(held) + inner.fields[i].offset);
}

const type_info& held_type(const type_info& type) {
  return type.as == form::optional ? type.inner() : type;
}

// A struct with nothing but one number in it is read as that.
std::int64_t whole_of(const type_info& type, const void* value) {
  if (type.size == 4) return *static_cast<const std::int32_t*>(value);
  return *static_cast<const std::int64_t*>(value);
}

}  // namespace oms::fields
