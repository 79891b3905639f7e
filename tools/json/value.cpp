#include "tools/json/value.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <vector>

namespace oms::json {

namespace {

using parse_event = nlohmann::ordered_json::parse_event_t;

struct beyond_rules : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Refuses what the JSON library would let pass: keys that stand twice, and
/// anything deeper or wider than the limits.
class rules {
 public:
  bool operator()(int depth, parse_event event, const value& parsed) {
    if (event == parse_event::object_start ||
        event == parse_event::array_start) {
      if (depth >= max_depth) {
        throw beyond_rules(fmt::format("deeper than {} levels", max_depth));
      }
      keys_.emplace_back();
    } else if (event == parse_event::object_end ||
               event == parse_event::array_end) {
      keys_.pop_back();
    } else if (event == parse_event::key) {
      note_key(parsed.get_ref<const std::string&>());
    }
    return true;
  }

 private:
  void note_key(const std::string& key) {
    auto& seen = keys_.back();
    if (!seen.insert(key).second) {
      throw beyond_rules(fmt::format("the key \"{}\" stands twice", key));
    }
    if (seen.size() > max_keys) {
      throw beyond_rules(
          fmt::format("more than {} keys in one object", max_keys));
    }
  }

  std::vector<std::set<std::string>> keys_;
};

/// The library says "[json.exception.parse_error.101] parse error at line 2,
/// column 5: ..."; the reader wants to know from "line" on.
std::string from_line_on(std::string_view message) {
  const auto start = message.find("line ");
  return std::string(message.substr(start == message.npos ? 0 : start));
}

void append(const value& json, std::string& out);

template <class Range, class Append>
void append_all(const Range& range, Append append_one, std::string& out) {
  std::string_view separator;
  for (const auto& element : range) {
    out += separator;
    append_one(element);
    separator = ", ";
  }
}

void append(const value& json, std::string& out) {
  if (json.is_array()) {
    out += '[';
    append_all(
        json, [&out](const value& element) { append(element, out); }, out);
    out += ']';
  } else if (json.is_object()) {
    out += '{';
    append_all(
        json.items(),
        [&out](const auto& item) {
          out += value(item.key()).dump() + ": ";
          append(item.value(), out);
        },
        out);
    out += '}';
  } else {
    // Text that is not UTF-8 is shown with replacement characters.
    out += json.dump(-1, ' ', false, value::error_handler_t::replace);
  }
}

}  // namespace

result<value> parse_text(std::string_view text) {
  try {
    // By reference: the parser copies its callback, the rules have a state.
    rules checks;
    return value::parse(
        text,
        [&checks](int depth, parse_event event, const value& parsed) {
          return checks(depth, event, parsed);
        },
        true, false);
  } catch (const value::exception& failure) {
    return error{error_code::invalid, from_line_on(failure.what()), {}};
  } catch (const beyond_rules& failure) {
    return error{error_code::invalid, failure.what(), {}};
  }
}

std::string one_line(const value& json) {
  std::string out;
  append(json, out);
  return out;
}

}  // namespace oms::json
