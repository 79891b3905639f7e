#include "tools/json/reader.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "messages/time_text.hpp"

namespace oms::json {

std::string node::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

node node::member(std::string_view key) const {
  return {json_->at(std::string(key)), path_of(key), *found_};
}

node node::item(std::size_t index) const {
  return {json_->at(index), fmt::format("{}[{}]", path_, index), *found_};
}

void node::refuse(std::string message) const {
  found_->push_back({path_, std::move(message)});
}

void node::refuse_key(std::string_view key, std::string message) const {
  found_->push_back({path_of(key), std::move(message)});
}

void node::refuse_at(fault whole) const { found_->push_back(std::move(whole)); }

void read(const node& at, std::string& out) {
  if (at.json().is_string()) {
    out = at.json().get<std::string>();
  } else {
    at.refuse("must be a text");
  }
}

void read(const node& at, bool& out) {
  if (at.json().is_boolean()) {
    out = at.json().get<bool>();
  } else {
    at.refuse("must be true or false");
  }
}

// Floating point numbers are refused even if they are whole: 1e3 is a slip in a
// file of quantities, and above 2^53 it would be rounded.
void read(const node& at, std::int64_t& out) {
  constexpr auto most =
      static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!at.json().is_number_integer()) {
    at.refuse("must be a whole number");
  } else if (at.json().is_number_unsigned() &&
             at.json().get<std::uint64_t>() > most) {
    at.refuse("is too large");
  } else {
    out = at.json().get<std::int64_t>();
  }
}

void read(const node& at, std::int32_t& out) {
  // Not 0: after a fault `wide` keeps this value, which is in range, so there
  // is no second fault.
  std::int64_t wide = out;
  read(at, wide);
  if (wide < std::numeric_limits<std::int32_t>::min() ||
      wide > std::numeric_limits<std::int32_t>::max()) {
    at.refuse("is too large");
  } else {
    out = static_cast<std::int32_t>(wide);
  }
}

void read(const node& at, double& out) {
  if (at.json().is_number()) {
    out = at.json().get<double>();
  } else {
    at.refuse("must be a number");
  }
}

void read(const node& at, timestamp& out) {
  // A number of seconds would leave open what it counts from.
  const auto time = at.json().is_string()
                        ? parse_time(at.json().get<std::string>())
                        : std::nullopt;
  if (time) {
    out = *time;
  } else {
    at.refuse("must be a time such as 2026-01-05T10:00:00Z");
  }
}

bool is_list(const node& at) {
  if (!at.json().is_array()) at.refuse("must be a list");
  return at.json().is_array();
}

object_reader::object_reader(const node& at) : at_(at) {
  if (!at.json().is_object()) at.refuse("must be an object");
}

// Also called for keys whose value is of no interest, so that they are known.
std::optional<node> object_reader::find(std::string_view key) {
  known_.push_back(key);
  if (!at_.json().is_object()) return std::nullopt;
  const auto found = at_.json().find(std::string(key));
  if (found == at_.json().end() || found->is_null()) return std::nullopt;
  return at_.member(key);
}

bool object_reader::has(std::string_view key) const {
  return at_.json().is_object() && at_.json().contains(key);
}

std::optional<node> object_reader::need(std::string_view key) {
  auto found = find(key);
  // Not for something else than an object, which would then lack every key.
  if (!found && at_.json().is_object()) at_.refuse_key(key, "is required");
  return found;
}

// A misspelt key would otherwise silently be a default.
void object_reader::refuse_others() const {
  if (!at_.json().is_object()) return;
  for (const auto& [key, unused] : at_.json().items()) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
      at_.refuse_key(key, "is not known here");
    }
  }
}

// A line for each: a person corrects all of them before the next try.
error error_of(const std::string& name, faults found) {
  std::string message = name + ":";
  for (const auto& each : found)
    message +=
        "\n  " + each.path + (each.path.empty() ? "" : ": ") + each.message;
  return {error_code::invalid, std::move(message), std::move(found)};
}

}  // namespace oms::json
