#include "messages/api/json_parse.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <system_error>
#include <vector>

namespace oms::api {

namespace {

using json_value = capnp::json::Value;

// Bounds the recursion of both passes, on the stack of a thread that serves
// requests. Shapes that are sent are nested three levels deep.
constexpr int max_depth = 32;

// Whether the number is a whole one as it is written: 12, 1.20e1, not 0.9. This
// can't be told from the double, because 0.99999999999999999999 rounds to 1.
bool is_whole(std::string_view text) {
  const auto exponent_at = std::min(text.find_first_of("eE"), text.size());
  const auto mantissa = text.substr(0, exponent_at);
  // Zeros at the end do not count: what matters is where the last digit that is
  // not 0 ends up. A number of zeros alone is 0, whatever its exponent.
  const auto last = mantissa.find_last_of("123456789");
  if (last == std::string_view::npos) return true;
  const auto point = std::min(mantissa.find('.'), mantissa.size());
  // The power of ten that moves the last digit before the point.
  const auto needed = static_cast<std::int64_t>(last) -
                      static_cast<std::int64_t>(point) + (last < point ? 1 : 0);
  std::int64_t exponent = 0;
  auto digits = text.substr(std::min(exponent_at + 1, text.size()));
  if (digits.starts_with('+')) digits.remove_prefix(1);
  const auto [end, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  // An exponent beyond 64 bits: its sign decides.
  if (failure != std::errc{} && !digits.empty())
    return !digits.starts_with('-');
  return exponent >= needed;
}

// A number that no double holds becomes one that no whole field takes.
// Otherwise 1e400, which from_chars leaves at 0, would count a shelf down to
// nothing, and 0.99999999999999999999 would be a price of 1.
double number_of(std::string_view text) {
  double number = 0;
  const auto [end, failure] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure == std::errc::result_out_of_range)
    return text.front() == '-' ? -std::numeric_limits<double>::infinity()
                               : std::numeric_limits<double>::infinity();
  // It was rounded to a whole number. The double beside it is not whole, up to
  // 2^52; for a field of degrees it is as good.
  if (std::trunc(number) == number && !is_whole(text))
    return std::nextafter(number, number > 0 ? 0.0 : 1.0);
  return number;
}

// The grammar of RFC 8259 below lists and objects. Both passes use it, so the
// second can rely on what the first has seen.
class cursor {
 public:
  explicit cursor(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  // 0 at the end.
  [[nodiscard]] char next() const { return at_end() ? '\0' : text_[at_]; }

  void skip_blanks() {
    while (!at_end() && (text_[at_] == ' ' || text_[at_] == '\n' ||
                         text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
  }

  bool take(char wanted) {
    if (next() != wanted) return false;
    ++at_;
    return true;
  }

  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  // What is between the quotes, as it is written. Bytes are not decoded here:
  // that texts are UTF-8 is checked with the rules of their fields. `\u` is
  // none of the escapes, see escapes.hpp.
  bool string(std::string_view& out, bool& escaped) {
    if (!take('"')) return false;
    const auto begin = at_;
    escaped = false;
    for (; !at_end(); ++at_) {
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') {
        out = text_.substr(begin, at_ - begin);
        ++at_;
        return true;
      }
      if (c < 0x20) return false;
      if (c != '\\') continue;
      escaped = true;
      if (++at_ == text_.size() ||
          std::strchr("\"\\/bfnrt", text_[at_]) == nullptr)
        return false;
    }
    return false;
  }

  bool number(std::string_view& out) {
    const auto begin = at_;
    take('-');
    // After a 0 no digit follows: 007 is not JSON.
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digits()) return false;
    }
    out = text_.substr(begin, at_ - begin);
    return true;
  }

 private:
  bool digits() {
    const auto begin = at_;
    while (next() >= '0' && next() <= '9') ++at_;
    return at_ > begin;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// The first pass: is it well-formed, and how many entries has each list and
// each object, in the order in which they begin? Cap'n Proto must know the size
// of a list when it makes it. Counting before costs less than gathering the
// entries somewhere and copying them, which is what its own parser does.
class size_counter {
 public:
  explicit size_counter(std::string_view text) : in_(text) {}

  bool run() {
    in_.skip_blanks();
    if (!value(0)) return false;
    in_.skip_blanks();
    return in_.at_end();
  }
  [[nodiscard]] const std::vector<unsigned>& counts() const { return counts_; }

 private:
  bool value(int depth) {
    std::string_view ignored;
    bool escaped = false;
    switch (in_.next()) {
      case '{':
        return container('{', '}', depth);
      case '[':
        return container('[', ']', depth);
      case '"':
        return in_.string(ignored, escaped);
      case 't':
        return in_.take("true");
      case 'f':
        return in_.take("false");
      case 'n':
        return in_.take("null");
      default:
        return in_.number(ignored);
    }
  }

  bool container(char open, char close, int depth) {
    if (depth == max_depth) return false;
    in_.take(open);
    const auto slot = counts_.size();
    counts_.push_back(0);
    in_.skip_blanks();
    if (in_.take(close)) return true;
    do {
      in_.skip_blanks();
      if (open == '{' && !name()) return false;
      if (!value(depth + 1)) return false;
      in_.skip_blanks();
      // Lists of Cap'n Proto have at most 2^29 elements. No body is that long;
      // this holds without knowing the limit of bodies.
      if (++counts_[slot] == std::numeric_limits<unsigned>::max() / 16)
        return false;
    } while (in_.take(','));
    return in_.take(close);
  }

  bool name() {
    std::string_view ignored;
    bool escaped = false;
    if (!in_.string(ignored, escaped)) return false;
    in_.skip_blanks();
    if (!in_.take(':')) return false;
    in_.skip_blanks();
    return true;
  }

  cursor in_;
  std::vector<unsigned> counts_;
};

// The second pass, over what is well-formed; so nothing in here looks whether
// it succeeds.
class message_builder {
 public:
  message_builder(std::string_view text, const std::vector<unsigned>& counts)
      : in_(text), counts_(counts) {}

  void run(json_value::Builder out) {
    in_.skip_blanks();
    value(out);
  }

 private:
  void value(json_value::Builder out) {
    switch (in_.next()) {
      case '{':
        return object(out);
      case '[':
        return array(out);
      case '"': {
        const auto text = string();
        // Made in the message and filled there, which saves a copy of each text
        // with its terminating zero.
        auto to = out.initString(static_cast<unsigned>(text.size()));
        std::memcpy(to.begin(), text.data(), text.size());
        return;
      }
      case 't':
        in_.take("true");
        return out.setBoolean(true);
      case 'f':
        in_.take("false");
        return out.setBoolean(false);
      case 'n':
        in_.take("null");
        return out.setNull();
      default: {
        std::string_view text;
        in_.number(text);
        return out.setNumber(number_of(text));
      }
    }
  }

  void object(json_value::Builder out) {
    in_.take('{');
    auto fields = out.initObject(counts_[container_++]);
    in_.skip_blanks();
    for (auto field : fields) {
      in_.skip_blanks();
      const auto name = string();
      auto to = field.initName(static_cast<unsigned>(name.size()));
      std::memcpy(to.begin(), name.data(), name.size());
      in_.skip_blanks();
      in_.take(':');
      in_.skip_blanks();
      value(field.initValue());
      in_.skip_blanks();
      in_.take(',');
    }
    in_.take('}');
  }

  void array(json_value::Builder out) {
    in_.take('[');
    auto entries = out.initArray(counts_[container_++]);
    in_.skip_blanks();
    for (auto entry : entries) {
      in_.skip_blanks();
      value(entry);
      in_.skip_blanks();
      in_.take(',');
    }
    in_.take(']');
  }

  // Good until the next call. Nearly all texts have no escape, and are a part
  // of the body.
  std::string_view string() {
    std::string_view written;
    bool escaped = false;
    in_.string(written, escaped);
    if (!escaped) return written;
    plain_.clear();
    for (std::size_t i = 0; i < written.size(); ++i) {
      if (written[i] != '\\') {
        plain_ += written[i];
        continue;
      }
      switch (written[++i]) {
        case 'b':
          plain_ += '\b';
          break;
        case 'f':
          plain_ += '\f';
          break;
        case 'n':
          plain_ += '\n';
          break;
        case 'r':
          plain_ += '\r';
          break;
        case 't':
          plain_ += '\t';
          break;
        default:
          plain_ += written[i];
      }
    }
    return plain_;
  }

  cursor in_;
  const std::vector<unsigned>& counts_;
  std::size_t container_ = 0;
  std::string plain_;
};

}  // namespace

bool parse_json(std::string_view text, json_value::Builder out) {
  size_counter counted(text);
  if (!counted.run()) return false;
  message_builder(text, counted.counts()).run(out);
  return true;
}

}  // namespace oms::api
