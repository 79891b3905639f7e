#include "persistence/run_column.hpp"

#include <limits>

#include "persistence/run_format.hpp"

namespace oms::persistence {

namespace {

using run_format::max_count;
constexpr unsigned max_width = 8;

struct line {
  std::uint64_t base = 0;
  std::uint64_t slope = 0;
  /// Of the value that is farthest above the line.
  std::uint64_t farthest = 0;
};

// Below all values, as signed numbers. Sums and differences wrap around, so
// what is far apart only takes more bytes.
line line_below(std::span<const std::uint64_t> values, std::uint64_t slope) {
  auto least = std::numeric_limits<std::int64_t>::max();
  auto most = std::numeric_limits<std::int64_t>::min();
  std::uint64_t i = 0;
  for (const auto value : values) {
    const auto above = static_cast<std::int64_t>(value - slope * i++);
    least = std::min(least, above);
    most = std::max(most, above);
  }
  return {.base = static_cast<std::uint64_t>(least),
          .slope = slope,
          .farthest = static_cast<std::uint64_t>(most) -
                      static_cast<std::uint64_t>(least)};
}

line line_below(std::span<const std::uint64_t> values) {
  if (values.empty()) return {};
  // From the first to the last: right for numbers that count up, and for others
  // the level line is as good or better.
  std::uint64_t slope = 0;
  if (values.size() > 1 && values.back() > values.front())
    slope = (values.back() - values.front()) / (values.size() - 1);
  const auto level = line_below(values, 0);
  if (slope == 0) return level;
  const auto rising = line_below(values, slope);
  return rising.farthest < level.farthest ? rising : level;
}

unsigned width_of(std::uint64_t farthest) {
  return (static_cast<unsigned>(std::bit_width(farthest)) + 7) / 8;
}

}  // namespace

std::size_t run_texts::find(std::string_view text) const {
  std::size_t first = 0;
  std::size_t end = count_;
  while (first < end) {
    const auto middle = first + (end - first) / 2;
    if ((*this)[middle] < text)
      first = middle + 1;
    else
      end = middle;
  }
  return first < count_ && (*this)[first] == text ? first : count_;
}

void run_writer::column(std::span<const std::uint64_t> values) {
  const auto under = line_below(values);
  const auto width = width_of(under.farthest);
  const auto stored_width = static_cast<std::uint8_t>(width);
  add(&stored_width, sizeof stored_width);
  number(under.base);
  number(under.slope);
  const auto begin = out_.size();
  const auto bytes = values.size() * width;
  // Eight bytes are written at each number, and the next overwrites what is
  // not its own.
  out_.resize(begin + bytes + sizeof(std::uint64_t));
  auto* place = out_.data() + begin;
  auto at = under.base;
  for (const auto value : values) {
    const std::uint64_t distance = value - at;
    std::memcpy(place, &distance, sizeof distance);
    place += width;
    at += under.slope;
  }
  out_.resize(begin + bytes);
}

void run_writer::texts(std::span<const std::string_view> all) {
  std::vector<std::uint64_t> ends;
  ends.reserve(all.size());
  std::uint64_t end = 0;
  for (const auto text : all) ends.push_back(end += text.size());
  number(all.size());
  number(end);
  column(ends);
  for (const auto text : all) add(text.data(), text.size());
}

codec::bytes run_writer::finish() && {
  out_.resize(out_.size() + run_slack_bytes);
  return std::move(out_);
}

run_reader::run_reader(std::span<const std::byte> data)
    : rest_(data.first(data.size() - std::min(data.size(), run_slack_bytes))),
      good_(data.size() >= run_slack_bytes) {}

std::span<const std::byte> run_reader::data(std::uint64_t bytes) {
  good_ = good_ && bytes <= rest_.size();
  if (!good_) return {};
  const auto found = rest_.first(bytes);
  rest_ = rest_.subspan(bytes);
  return found;
}

std::uint64_t run_reader::number() {
  const auto found = data(sizeof(std::uint64_t));
  std::uint64_t value = 0;
  if (good_) std::memcpy(&value, found.data(), sizeof value);
  return value;
}

std::uint64_t run_reader::count(std::uint64_t most) {
  const auto value = number();
  good_ = good_ && value <= std::min(most, max_count);
  return good_ ? value : 0;
}

run_column run_reader::column(std::size_t count) {
  const auto stored = data(1);
  const auto width = good_ ? std::to_integer<unsigned>(stored.front()) : 0;
  const auto base = number();
  const auto slope = number();
  good_ = good_ && width <= max_width;
  const auto found = data(std::uint64_t{count} * width);
  if (!good_) return {};
  return {found.data(), width, base, slope};
}

run_texts run_reader::texts() {
  const auto size = count(max_count);
  const auto bytes = count(max_count);
  const auto ends = column(size);
  const auto all = data(bytes);
  if (!good_) return {};
  return {size, ends, {reinterpret_cast<const char*>(all.data()), all.size()}};
}

}  // namespace oms::persistence
