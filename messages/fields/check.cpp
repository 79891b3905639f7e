#include "messages/fields/check.hpp"

#include <cmath>
#include <string>
#include <string_view>
#include <unordered_set>

#include "messages/fields/limits.hpp"
#include "messages/fields/object.hpp"
#include "messages/ids.hpp"
#include "messages/text_rules.hpp"

namespace oms::fields {

namespace {

// Where a value is. It is a chain on the stack, and a text is made of it only
// for a fault: nearly all records have none.
struct place {
  const place* outer = nullptr;
  const std::string* key = nullptr;
  std::size_t index = 0;

  [[nodiscard]] std::string path() const {
    if (outer == nullptr) return {};
    auto text = outer->path();
    if (key == nullptr) return text + "[" + std::to_string(index) + "]";
    if (!text.empty()) text += '.';
    return text + *key;
  }
};

class field_checker {
 public:
  explicit field_checker(extent checked) : which(checked) {}

  extent which;
  std::vector<fault> faults;

  void check(const object& of, const void* record, const place& at) {
    for (const auto& each : of.keys) check_key(each, record, {&at, &each.name});
    if (which == extent::body) return;
    for (const auto& each : of.path_keys)
      check_key(each, record, {&at, &each.name});
  }

 private:
  void refuse(const place& at, std::string message) {
    // Without its path, which would be made for nothing.
    if (faults.size() <= max_faults)
      add_fault(faults, at.path(), std::move(message));
  }

  void check_key(const key& of, const void* record, const place& at) {
    if (of.group) return check(*of.group, record, at);
    const void* value = of.in(record);
    // Part of a flat record that is not there.
    if (value == nullptr) return;
    check(*of.type, *of.field, value, at);
  }

  void check(const type_info& type, const field_info& field, const void* value,
             const place& at) {
    switch (type.as) {
      case form::text:
        if (is_needed(field) && as<std::string>(value).empty())
          return refuse(at, "is missing");
        if (auto fault = text_fault(type, field, as<std::string>(value)))
          refuse(at, std::move(*fault));
        return;
      case form::natural:
        return check_range(as<std::uint64_t>(value), type, field, at);
      case form::whole:
        return check_range(whole_of(type, value), type, field, at);
      case form::number:
        return check_number(as<double>(value), type, field, at);
      case form::time:
        if (auto fault = fault_of_time(as<timestamp>(value)))
          refuse(at, std::move(*fault));
        return;
      case form::date:
        if (auto fault = fault_of_time(timestamp{as<date>(value)}))
          refuse(at, std::move(*fault));
        return;
      case form::word:
        if (as<std::uint8_t>(value) >= type.count)
          refuse(at, "is not a known value");
        return;
      case form::record:
        return check(object_of(type), value, at);
      case form::list:
        return check_list(type, field, value, at);
      case form::optional:
      case form::shared:
        if (const auto* held = type.ops->get(value))
          check(type.inner(), field, held, at);
        else if ((field.is & required) != 0 || is_needed(field))
          refuse(at, "is required");
        return;
      case form::truth:
        return;
    }
  }

  // What callers must send, though the engine would find a value.
  [[nodiscard]] bool is_needed(const field_info& field) const {
    return which != extent::all && (field.is & required_in_json) != 0;
  }

  // Half a position that came without JSON has no number for the other half.
  void check_number(double number, const type_info& type,
                    const field_info& field, const place& at) {
    // Cleared: see `null_clears`.
    if (std::isnan(number) && (field.is & null_clears) != 0) return;
    if (std::isnan(number))
      refuse(at,
             (field.is & required) != 0 ? "is required" : "must be a number");
    else
      check_range(number, type, field, at);
  }

  template <class Number>
  void check_range(Number number, const type_info& type,
                   const field_info& field, const place& at) {
    if (auto fault = range_fault(type, field, number))
      refuse(at, std::move(*fault));
  }

  void check_list(const type_info& type, const field_info& field,
                  const void* value, const place& list) {
    const auto size = type.ops->size(value);
    // The limit is of the outer list, if there is one inside.
    const auto most = static_cast<std::size_t>(
        list.key != nullptr ? most_of(type, field) : type.most);
    if (size > most) return refuse(list, more_entries_than(most));
    if (size == 0 && list.key != nullptr && (field.is & required) != 0)
      return refuse(list, "must not be empty");
    const auto& inner = type.inner();
    const auto* at = static_cast<const char*>(type.ops->get(value));
    if (type.is_map) return check_map(inner, at, size, list);
    for (std::size_t i = 0; i < size; ++i, at += inner.size)
      check(inner, field, at, {&list, nullptr, i});
  }

  // In JSON the reader has done this; over RPC a map is a list.
  void check_map(const type_info& entry, const char* at, std::size_t size,
                 const place& map) {
    const auto& key = entry.fields[0];
    const auto& text = entry.fields[1];
    std::unordered_set<std::string_view> known;
    for (; size > 0; --size, at += entry.size) {
      const auto& name = as<std::string>(at + key.offset);
      const place named{&map, &name};
      if (name.empty()) refuse(map, "must have a name for each of its texts");
      if (!known.insert(name).second) refuse(named, "is a duplicate");
      check(key.type(), key, at + key.offset, named);
      check(text.type(), text, at + text.offset, named);
    }
  }
};

}  // namespace

std::vector<fault> faults_of(const type_info& type, const void* record,
                             extent which) {
  field_checker all(which);
  all.check(object_of(type), record, {});
  return std::move(all.faults);
}

}  // namespace oms::fields
