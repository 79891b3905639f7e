#include "messages/fields/json_read.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
// Of the library's sources, those that the parser needs: all of them
// (boost/json/src.hpp) would take twice as long to compile.
#include <boost/json/detail/impl/default_resource.ipp>
#include <boost/json/detail/impl/stack.ipp>
#include <boost/json/impl/error.ipp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "messages/fields/limits.hpp"
#include "messages/fields/object.hpp"
#include "messages/ids.hpp"
#include "messages/limits.hpp"
#include "messages/text_rules.hpp"
#include "messages/time_text.hpp"

namespace oms::fields {

namespace {

// A number as it is written: -12.50e3.
struct written {
  std::string_view mantissa;
  std::int64_t exponent = 0;
  // Where the point is, or would be.
  std::int64_t point = 0;

  explicit written(std::string_view text) {
    const auto exponent_at = std::min(text.find_first_of("eE"), text.size());
    mantissa = text.substr(0, exponent_at);
    auto digits = text.substr(std::min(exponent_at + 1, text.size()));
    if (digits.starts_with('+')) digits.remove_prefix(1);
    // The parser has refused exponents beyond 32 bits.
    std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    point = static_cast<std::int64_t>(
        std::min(mantissa.find('.'), mantissa.size()));
  }

  // The power of ten of the digit at this place of the mantissa.
  [[nodiscard]] std::int64_t power_at(std::size_t place) const {
    const auto at = static_cast<std::int64_t>(place);
    return point - at - (at < point ? 1 : 0) + exponent;
  }
};

// Whether it is whole: 12, 1.20e1, not 0.9. This can't be told from the double,
// because 0.99999999999999999999 rounds to 1.
bool is_whole(std::string_view text) {
  const written number(text);
  // Zeros at the end do not count: what matters is where the last digit that is
  // not 0 ends up. A number of zeros alone is 0, whatever its exponent.
  const auto last = number.mantissa.find_last_of("123456789");
  return last == std::string_view::npos || number.power_at(last) >= 0;
}

// Exact, which the parser's own double need not be. A number that is too large
// for a double becomes infinite, and one that is too small 0.
double double_of(std::string_view text) {
  double value = 0;
  const auto [end, failure] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc::result_out_of_range) return value;
  const written number(text);
  const auto first = number.mantissa.find_first_of("123456789");
  if (first == std::string_view::npos || number.power_at(first) < 0) return 0;
  return text.front() == '-' ? -std::numeric_limits<double>::infinity()
                             : std::numeric_limits<double>::infinity();
}

// Whether what is read is merged into what is there. `form`: it will be, so
// what is there is not known yet.
enum class merge { no, form, yes };

// Fills one record while the parser goes through the text. It keeps where it is
// as a stack of objects and lists; the path of a fault is made of it.
class reader {
 public:
  // Bounds that the parser's concept asks for; ours are in the rules of fields.
  static constexpr std::size_t max_object_size = SIZE_MAX;
  static constexpr std::size_t max_array_size = SIZE_MAX;
  static constexpr std::size_t max_key_size = SIZE_MAX;
  static constexpr std::size_t max_string_size = SIZE_MAX;
  using code = boost::json::error_code;
  using text_view = boost::json::string_view;

  void start(const type_info& type, void* record, merge how) {
    root_ = &type;
    record_ = record;
    how_ = how;
  }

  [[nodiscard]] std::vector<fault>& faults() { return faults_; }
  [[nodiscard]] std::vector<named_key>& named() { return named_; }

  // --- what the parser calls ------------------------------------------------

  bool on_document_begin(code&) { return true; }
  bool on_document_end(code&) { return true; }
  bool on_comment_part(text_view, code&) { return true; }
  bool on_comment(text_view, code&) { return true; }

  bool on_object_begin(code&) {
    if (skipped_ > 0) {
      ++skipped_;
    } else if (auto to = next()) {
      if (to->group != nullptr)
        levels_.push_back({.of = to->group, .at = to->at});
      else if (const auto* type = held(*to); type->as == form::record)
        levels_.push_back({.of = &object_of(*type), .at = to->at_held});
      else if (type->is_map)
        begin_list(*type, *to);
      else
        refuse_and_skip(wrong_type(*type));
    } else {
      skipped_ = 1;
    }
    return true;
  }

  bool on_object_end(std::size_t, code&) {
    if (skipped_ > 0) {
      --skipped_;
      return true;
    }
    if (levels_.back().of != nullptr) finish(levels_.back());
    levels_.pop_back();
    return true;
  }

  bool on_array_begin(code&) {
    if (skipped_ > 0) {
      ++skipped_;
    } else if (auto to = next()) {
      const auto* type = to->group == nullptr ? held(*to) : nullptr;
      if (type == nullptr || type->as != form::list || type->is_map) {
        refuse_and_skip(type == nullptr ? "must be an object"
                                        : wrong_type(*type));
        return true;
      }
      begin_list(*type, *to);
    } else {
      skipped_ = 1;
    }
    return true;
  }

  bool on_array_end(std::size_t, code&) {
    if (skipped_ > 0)
      --skipped_;
    else
      levels_.pop_back();
    return true;
  }

  bool on_key_part(text_view part, std::size_t, code&) {
    parts_.append(part.data(), part.size());
    return true;
  }

  bool on_key(text_view last, std::size_t, code&) {
    const auto name = whole_text(last);
    if (skipped_ == 0) {
      if (auto& in = levels_.back(); in.of != nullptr)
        take_key(in, name);
      else
        take_map_key(in, name);
    }
    parts_.clear();
    return true;
  }

  bool on_string_part(text_view part, std::size_t, code&) {
    parts_.append(part.data(), part.size());
    return true;
  }

  bool on_string(text_view last, std::size_t, code&) {
    if (skipped_ == 0)
      if (auto to = next()) take_text(*to, whole_text(last));
    parts_.clear();
    return true;
  }

  bool on_number_part(text_view part, code&) {
    parts_.append(part.data(), part.size());
    return true;
  }

  bool on_int64(std::int64_t number, text_view, code&) {
    if (skipped_ == 0)
      if (auto to = next()) take_whole(*to, number);
    parts_.clear();
    return true;
  }

  bool on_uint64(std::uint64_t, text_view last, code& ec) {
    return on_double(0, last, ec);
  }

  bool on_double(double, text_view last, code&) {
    const auto text = whole_text(last);
    if (skipped_ == 0)
      if (auto to = next()) take_number(*to, text);
    parts_.clear();
    return true;
  }

  bool on_bool(bool truth, code&) {
    if (skipped_ > 0) return true;
    auto to = next();
    if (!to) return true;
    if (to->group == nullptr && held(*to)->as == form::truth)
      *static_cast<bool*>(to->at_held) = truth;
    else
      refuse(wrong(*to));
    return true;
  }

  bool on_null(code&) {
    if (skipped_ > 0) return true;
    // An entry of a list can't be left out, and a key of a map only if it may
    // be none.
    if (levels_.empty() || levels_.back().list != nullptr) {
      if (auto to = next();
          to && (levels_.empty() || !levels_.back().list->is_map ||
                 to->type->as != form::optional))
        refuse(wrong(*to));
      return true;
    }
    auto& in = levels_.back();
    if (in.key != no_key && in.of->keys[in.key].is(null_clears)) {
      const auto& key = in.of->keys[in.key];
      in.seen |= bit(in.key);
      clear_by_null(*key.type, key.make_in(in.at));
      return true;
    }
    if (in.key != no_key && merges(in)) {
      const auto& key = in.of->keys[in.key];
      in.nulled |= bit(in.key);
      named_.back().is_null = true;
      if (key.steps.empty() && key.field != nullptr)
        key.field->copy(const_cast<void*>(key.in(in.at)),
                        key.in(in.of->type->fresh()));
    }
    return true;
  }

 private:
  static constexpr std::size_t no_key = SIZE_MAX;

  struct level {
    // One of the two.
    const object* of = nullptr;
    const type_info* list = nullptr;
    void* at = nullptr;
    // Of a list: the limits of its entries.
    const field_info* field = nullptr;
    std::size_t most = 0;
    std::size_t index = 0;
    // Of a map: the entry that its key began; none if the key is refused.
    void* entry = nullptr;
    // Of an object: keys that were named, had a value, were null.
    std::size_t key = no_key;
    std::string name = {};
    std::uint64_t named = 0;
    std::uint64_t seen = 0;
    std::uint64_t nulled = 0;
  };

  // Where the next value goes.
  struct target {
    const object* group = nullptr;
    const type_info* type = nullptr;
    const field_info* field = nullptr;
    void* at = nullptr;
    // Set by held().
    void* at_held = nullptr;
  };

  static std::uint64_t bit(std::size_t index) {
    return std::uint64_t{1} << index;
  }

  [[nodiscard]] bool merges(const level& in) const {
    return how_ != merge::no && &in == &levels_.front();
  }

  std::string_view whole_text(text_view last) {
    if (parts_.empty()) return {last.data(), last.size()};
    parts_.append(last.data(), last.size());
    return parts_;
  }

  // None: the value is to be passed over.
  std::optional<target> next() {
    if (levels_.empty()) return target{.type = root_, .at = record_};
    auto& in = levels_.back();
    if (in.list != nullptr && in.list->is_map) {
      if (in.entry == nullptr) return {};
      const auto& field = in.list->inner().fields[1];
      return target{.type = &field.type(),
                    .field = &field,
                    .at = static_cast<char*>(in.entry) + field.offset};
    }
    if (in.list != nullptr) {
      const auto index = in.index++;
      if (index > in.most) return {};
      if (index == in.most) {
        add_fault(faults_, path(levels_.size() - 1),
                  more_entries_than(in.most));
        return {};
      }
      return target{.type = &in.list->inner(),
                    .field = in.field,
                    .at = in.list->ops->grow(in.at)};
    }
    if (in.key == no_key) return {};
    const auto& key = in.of->keys[in.key];
    in.seen |= bit(in.key);
    if (key.group) return target{.group = key.group.get(), .at = in.at};
    if (merges(in) && !key.steps.empty() && key.in(in.at) == nullptr)
      made_.push_back(key.steps.front().offset);
    return target{
        .type = key.type, .field = key.field, .at = key.make_in(in.at)};
  }

  // The type of the value itself, within an optional one.
  static const type_info* held(target& to) {
    const auto* type = to.type;
    to.at_held = to.at;
    if (type->as == form::optional) {
      to.at_held = type->ops->emplace(to.at, false);
      type = &type->inner();
    }
    return type;
  }

  // A key that must be there must say something.
  static std::optional<std::string> fault_of(const type_info& type,
                                             const field_info& field,
                                             std::string_view text) {
    if ((field.is & required_in_json) != 0 && text.empty()) return "is missing";
    return text_fault(type, field, text);
  }

  static std::string wrong(const target& to) {
    return to.group != nullptr ? "must be an object" : wrong_type(*to.type);
  }

  void take_key(level& in, std::string_view name) {
    // Most texts have their keys in the order of the list.
    const auto& keys = in.of->keys;
    auto at = in.key == no_key ? 0 : in.key + 1;
    if (at >= keys.size() || keys[at].name != name)
      at = in.of->find(name).value_or(no_key);
    in.key = at;
    if (at == no_key || (in.named & bit(at)) != 0) {
      // As much of it as a key of ours could have.
      in.name = name.substr(0, limits::max_id_bytes);
      refuse(at == no_key ? "is not known here" : "is a duplicate");
      in.key = no_key;
      return;
    }
    in.named |= bit(at);
    if (merges(in)) named_.push_back({keys[at].name, false});
  }

  // Of a list, or of a map, whose entries are named.
  void begin_list(const type_info& type, const target& to) {
    type.ops->clear(to.at_held);
    const bool is_inner = !levels_.empty() && levels_.back().list != nullptr;
    const auto most =
        !is_inner && to.field != nullptr && to.field->most != field_info::unset
            ? to.field->most
            : type.most;
    levels_.push_back({.list = &type,
                       .at = to.at_held,
                       .field = to.field,
                       .most = static_cast<std::size_t>(most)});
  }

  void take_map_key(level& in, std::string_view name) {
    in.name = name.substr(0, limits::max_id_bytes);
    in.entry = nullptr;
    if (in.index++ == in.most)
      add_fault(faults_, path(levels_.size() - 1), more_entries_than(in.most));
    if (in.index > in.most) return;
    const auto& entry = in.list->inner();
    const auto& key = entry.fields[0];
    const auto key_at = [&key](const void* of) -> const std::string& {
      return as<std::string>(static_cast<const char*>(of) + key.offset);
    };
    const auto* known = static_cast<const char*>(in.list->ops->get(in.at));
    for (std::size_t i = in.list->ops->size(in.at); i > 0;
         --i, known += entry.size)
      if (key_at(known) == name) return refuse("is a duplicate");
    if (name.empty()) return refuse("must have a name");
    if (auto fault = text_fault(key.type(), key, name))
      return refuse(std::move(*fault));
    in.entry = in.list->ops->grow(in.at);
    static_cast<std::string*>(
        static_cast<void*>(static_cast<char*>(in.entry) + key.offset))
        ->assign(name);
  }

  void take_text(target& to, std::string_view text) {
    if (to.group != nullptr) return refuse("must be an object");
    // An empty text means no time, as `null` does.
    if (to.type->as == form::optional && text.empty() &&
        (to.type->inner().as == form::time ||
         to.type->inner().as == form::date)) {
      to.type->ops->clear(to.at);
      unsee();
      return;
    }
    const auto& type = *held(to);
    switch (type.as) {
      case form::text:
        if (auto fault = fault_of(type, *to.field, text))
          refuse(std::move(*fault));
        else
          static_cast<std::string*>(to.at_held)->assign(text);
        return;
      case form::time:
        if (const auto time = parse_time(text))
          *static_cast<timestamp*>(to.at_held) =
              (to.field->is & as_date) == 0 ? *time : date_of(*time);
        else
          refuse(wrong_type(type));
        return;
      case form::date:
        if (const auto day = parse_date(text))
          *static_cast<date*>(to.at_held) = *day;
        else
          refuse(wrong_type(type));
        return;
      case form::word:
        if (const auto word = word_named(type, text)) {
          *static_cast<std::uint8_t*>(to.at_held) = *word;
          return;
        }
        break;
      default:
        break;
    }
    refuse(wrong_type(type));
  }

  void take_whole(target& to, std::int64_t number) {
    if (to.group != nullptr) return refuse("must be an object");
    const auto& type = *held(to);
    if (type.as == form::number)
      return set_number(type, to, static_cast<double>(number));
    if (type.as != form::whole && type.as != form::natural)
      return refuse(wrong_type(type));
    if (auto fault = range_fault(type, *to.field, number))
      refuse(std::move(*fault));
    else if (type.size == 4)
      *static_cast<std::int32_t*>(to.at_held) =
          static_cast<std::int32_t>(number);
    else
      *static_cast<std::int64_t*>(to.at_held) = number;
  }

  // JSON has one kind of numbers, so 1e3 and 5.0 are whole.
  void take_number(target& to, std::string_view text) {
    if (to.group != nullptr) return refuse("must be an object");
    const auto& type = *held(to);
    const auto number = double_of(text);
    if (type.as == form::number) return set_number(type, to, number);
    if (type.as != form::whole && type.as != form::natural)
      return refuse(wrong_type(type));
    if (!std::isfinite(number) || !is_whole(text))
      return refuse(wrong_type(type));
    // Whole numbers within any limit are below 2^53, where each has a double of
    // its own; the cast of a larger one would be undefined.
    if (auto fault = range_fault(type, *to.field, number))
      refuse(std::move(*fault));
    else
      take_whole(to, static_cast<std::int64_t>(number));
  }

  void set_number(const type_info& type, target& to, double number) {
    if (auto fault = range_fault(type, *to.field, number))
      refuse(std::move(*fault));
    else
      *static_cast<double*>(to.at_held) = number;
  }

  // A value that turns out to be none.
  void unsee() {
    if (levels_.back().list == nullptr)
      levels_.back().seen &= ~bit(levels_.back().key);
  }

  void finish(level& of) {
    const auto& keys = of.of->keys;
    const fields::key* lacks_one = nullptr;
    bool has_one = merges(of);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto& key = keys[i];
      if (key.is(one_required)) {
        if (lacks_one == nullptr) lacks_one = &key;
        has_one = has_one || (of.seen & bit(i)) != 0;
      }
      if (key.steps.empty()) {
        if ((of.seen & bit(i)) == 0 && !merges(of) &&
            key.is(required | required_in_json | required_in_put))
          refuse_key(key.name, "is required");
        if ((of.seen & bit(i)) == 0 && key.is(unless_lines) && !has_lines(of))
          refuse_key(key.name, "is required");
      } else if (key.is(required) && (of.seen & bit(i)) == 0) {
        finish_part(of, i);
      }
    }
    if (lacks_one != nullptr && !has_one)
      refuse_key(lacks_one->name, "is required");
  }

  static bool has_lines(const level& of) {
    const auto lines = of.of->find("lines");
    return lines && (of.seen & bit(*lines)) != 0;
  }

  // A key of a flat record that may be missing as a whole: either all of its
  // required keys are there or none is.
  void finish_part(level& of, std::size_t missing) {
    const auto& keys = of.of->keys;
    const auto& step = keys[missing].steps.front();
    auto* whole = static_cast<char*>(of.at) + step.offset;
    if (how_ == merge::form || step.through->ops->get(whole) == nullptr) return;
    bool are_all_nulled = true;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (keys[i].steps.empty() || keys[i].steps.front().offset != step.offset)
        continue;
      are_all_nulled = are_all_nulled && (of.nulled & bit(i)) != 0;
      // One that is wrong need not be meant.
      if (is_refused(keys[i].name)) return;
    }
    const bool is_nulled = (of.nulled & bit(missing)) != 0;
    if (are_all_nulled) step.through->ops->clear(whole);
    // One that was there before a merge has what the text leaves out.
    else if (is_nulled || !merges(of) ||
             std::find(made_.begin(), made_.end(), step.offset) != made_.end())
      refuse_key(keys[missing].name, "is required");
  }

  // Whether a key of the object that is read has a fault.
  [[nodiscard]] bool is_refused(const std::string& name) const {
    const auto at = path_of_key(name);
    return std::any_of(faults_.begin(), faults_.end(),
                       [&at](const fault& each) { return each.path == at; });
  }

  void refuse_and_skip(std::string message) {
    refuse(std::move(message));
    skipped_ = 1;
  }
  // At the value that is read.
  void refuse(std::string message) {
    if (faults_.size() <= max_faults)
      add_fault(faults_, path(levels_.size()), std::move(message));
  }
  // At a key of the object that is read.
  void refuse_key(std::string_view name, std::string message) {
    add_fault(faults_, path_of_key(name), std::move(message));
  }
  [[nodiscard]] std::string path_of_key(std::string_view name) const {
    auto at = path(levels_.size() - 1);
    if (!at.empty()) at += '.';
    return at.append(name);
  }

  [[nodiscard]] std::string path(std::size_t levels) const {
    std::string out;
    for (std::size_t i = 0; i < levels; ++i) {
      const auto& each = levels_[i];
      if (each.list != nullptr && !each.list->is_map) {
        out += '[' + std::to_string(each.index - 1) + ']';
        continue;
      }
      if (!out.empty()) out += '.';
      out += each.of == nullptr || each.key == no_key
                 ? each.name
                 : each.of->keys[each.key].name;
    }
    return out;
  }

  const type_info* root_ = nullptr;
  void* record_ = nullptr;
  merge how_ = merge::no;
  std::vector<level> levels_;
  // Of containers that are passed over.
  std::size_t skipped_ = 0;
  std::string parts_;
  // Parts of the outermost object, by their offset, that the text has begun.
  std::vector<std::uint32_t> made_;
  std::vector<fault> faults_;
  std::vector<named_key> named_;
};

// Where the parser stopped, as an editor counts.
std::string position_in(std::string_view text, std::size_t at) {
  const auto before = text.substr(0, std::min(at, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto begin = before.rfind('\n');
  const auto column =
      before.size() - (begin == before.npos ? 0 : begin + 1) + 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

std::vector<fault> read(std::string_view text, const type_info& type,
                        void* record, merge how,
                        std::vector<named_key>* named) {
  boost::json::parse_options options;
  options.max_depth = 64;
  // Texts are checked with the rules of their fields, which say where they are.
  options.allow_invalid_utf8 = true;
  boost::json::basic_parser<reader> parser(options);
  auto& in = parser.handler();
  in.start(type, record, how);
  boost::json::error_code failure;
  const auto end = parser.write_some(false, text.data(), text.size(), failure);
  if (failure == boost::json::error::exponent_overflow)
    return {{"", "has a number at " + position_in(text, end) +
                     " whose exponent is too large"}};
  if (failure)
    return {{"", "is not valid JSON at " + position_in(text, end) + ": " +
                     failure.message()}};
  const auto more = text.find_first_not_of(" \t\r\n", end);
  if (more != text.npos)
    return {{"", "is not valid JSON at " + position_in(text, more) +
                     ": something follows its end"}};
  if (named != nullptr) *named = std::move(in.named());
  return std::move(in.faults());
}

}  // namespace

std::vector<fault> read_json(std::string_view text, const type_info& type,
                             void* record) {
  return read(text, type, record, merge::no, nullptr);
}

std::vector<fault> merge_json(std::string_view text, const type_info& type,
                              void* record, std::vector<named_key>& named) {
  return read(text, type, record, merge::yes, &named);
}

std::vector<fault> merge_faults(std::string_view text, const type_info& type,
                                void* scratch, std::vector<named_key>& named) {
  return read(text, type, scratch, merge::form, &named);
}

}  // namespace oms::fields
