#include "tools/json/value.hpp"

#include <fmt/core.h>

#include <set>
#include <vector>

#include "messages/text_rules.hpp"

namespace oms::json {

namespace {

// The library says "[json.exception.parse_error.101] parse error at line 2,
// column 5: ...", of which a reader needs what follows from "line" on.
std::string from_line_on(std::string_view message) {
  const auto start = message.find("line ");
  return std::string(message.substr(start == message.npos ? 0 : start));
}

// Refuses what the JSON library would let pass: duplicate keys, and anything
// deeper or wider than the limits. It is a pass of its own before the library
// builds the value, since the library's parser with a callback goes through a
// list anew after each of its objects: 300,000 rows took a minute and a half.
class rules : public nlohmann::json_sax<value> {
 public:
  // Why the text is refused; empty: it is not.
  [[nodiscard]] const std::string& fault() const { return fault_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }

  bool start_object(std::size_t) override { return open(); }
  bool start_array(std::size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    auto& seen = keys_.back();
    // Readers differ in which of two values they take, so what one program
    // checked could be another than what the next one uses.
    if (!seen.insert(name).second)
      return refuse(fmt::format("the key \"{}\" is a duplicate", name));
    // Here, while it is read: afterwards the time would be spent.
    if (seen.size() > max_keys)
      return refuse(fmt::format("more than {} keys in one object", max_keys));
    return true;
  }

  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception& failure) override {
    return refuse(from_line_on(failure.what()));
  }

 private:
  bool open() {
    // A text of brackets only would otherwise exhaust the stack.
    if (keys_.size() >= static_cast<std::size_t>(max_depth))
      return refuse(fmt::format("deeper than {} levels", max_depth));
    keys_.emplace_back();
    return true;
  }
  bool close() {
    keys_.pop_back();
    return true;
  }
  bool refuse(std::string why) {
    fault_ = std::move(why);
    return false;
  }

  // The keys of every object that is open; an entry of a list stays empty.
  std::vector<std::set<std::string>> keys_;
  std::string fault_;
};

void append(const value& json, std::string& out);

template <class Range, class Append>
void append_all(const Range& range, Append append_one, std::string& out) {
  // `dump` can write one line only without blanks after commas and colons,
  // which people read badly.
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
          append(item.key(), out);
          out += ": ";
          append(item.value(), out);
        },
        out);
    out += '}';
  } else {
    // Text that is not UTF-8 is shown with replacement characters; `dump` would
    // throw otherwise.
    out += json.dump(-1, ' ', false, value::error_handler_t::replace);
  }
}

}  // namespace

result<value> parse_text(std::string_view text) {
  rules checks;
  if (!value::sax_parse(text, &checks))
    return error{error_code::invalid, checks.fault(), {}};
  // What the first pass accepted parses again. Should the library see it
  // otherwise, its exception must not leave here.
  try {
    return value::parse(text);
  } catch (const value::exception& failure) {
    return error{error_code::invalid, from_line_on(failure.what()), {}};
  }
}

result<value> parse_file_text(const std::string& file, std::string_view text) {
  auto parsed = parse_text(text);
  if (parsed) return parsed;
  return error{error_code::invalid,
               file + ": is not valid JSON: " + parsed.failure().message,
               {}};
}

std::string one_line(const value& json) {
  std::string out;
  append(json, out);
  // JSON allows C1 controls within texts, but a terminal obeys them.
  return printable_json(std::move(out));
}

}  // namespace oms::json
