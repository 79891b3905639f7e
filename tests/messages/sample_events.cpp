#include "tests/messages/sample_events.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace oms::samples {

std::string generator::any_text() {
  static const std::array<std::string, 6> unusual = {
      "Gr\u00fc\u00dfe, \u4f60\u597d \U0001f4e6",
      std::string("nul\0inside", 10),
      "\xff\xfe not UTF-8",
      " ",
      "\"quoted\"\n\t\\",
      "a/b"};
  switch (below(12)) {
    case 0:
      return {};
    case 1:
      return unusual.at(below(unusual.size()));
    case 2:
      return std::string(below(20) == 0 ? 4'096 : 128, 'x');
    default: {
      std::string text(1 + below(20), ' ');
      for (auto& letter : text)
        letter = static_cast<char>('!' + below('~' - '!' + 1));
      return text;
    }
  }
}

std::int64_t generator::any_number() {
  switch (below(8)) {
    case 0:
      return std::numeric_limits<std::int64_t>::min();
    case 1:
      return std::numeric_limits<std::int64_t>::max();
    case 2:
      return 0;
    case 3:
      return -1;
    case 4:
      return static_cast<std::int64_t>(random_());
    default:
      return static_cast<std::int64_t>(below(100'000));
  }
}

void generator::fill(double& out) {
  static constexpr std::array<double, 5> unusual = {
      0.0, -180.0, std::numeric_limits<double>::infinity(),
      std::numeric_limits<double>::denorm_min(),
      std::numeric_limits<double>::lowest()};
  out = below(4) == 0 ? unusual.at(below(unusual.size()))
                      : static_cast<double>(any_number()) / 7.0;
}

void generator::fill(const fields::type_info& type, void* out) {
  using fields::form;
  switch (type.as) {
    case form::text:
      return fill(*static_cast<std::string*>(out));
    case form::whole:
      if (type.size == 4) return fill(*static_cast<std::int32_t*>(out));
      return fill(*static_cast<std::int64_t*>(out));
    case form::natural:
      return fill(*static_cast<std::uint64_t*>(out));
    case form::number:
      return fill(*static_cast<double*>(out));
    case form::truth:
      return fill(*static_cast<bool*>(out));
    case form::time:
      return fill(*static_cast<timestamp*>(out));
    case form::date:
      // What has a text, and fits 32 bits.
      *static_cast<date*>(out) =
          date{std::chrono::days{static_cast<int>(below(4'000'000)) - 700'000}};
      return;
    case form::word:
      *static_cast<std::uint8_t*>(out) =
          static_cast<std::uint8_t>(below(type.count));
      return;
    case form::record:
      for (std::size_t i = 0; i < type.count; ++i)
        fill(type.fields[i].type(),
             static_cast<char*>(out) + type.fields[i].offset);
      return;
    case form::optional:
      type.ops->clear(out);
      if (below(2) == 1) fill(type.inner(), type.ops->emplace(out, false));
      return;
    case form::shared:
      return fill(type.inner(), type.ops->emplace(out, false));
    case form::list:
      return fill_list(type, out);
  }
}

void generator::fill_list(const fields::type_info& type, void* out) {
  type.ops->clear(out);
  const auto size = below(16) == 0 ? below(40) : below(4);
  for (std::size_t i = 0; i < size; ++i)
    fill(type.inner(), type.ops->grow(out));
}

event generator::of_kind(std::size_t kind) {
  event one;
  fill(type_of_event(kind), one.body.become(kind));
  fill_all(one.previous, one.time, one.version, one.by, one.command);
  if (below(3) == 0) {
    auto& cause = one.cause.emplace();
    fill_all(cause.entity.kind, cause.entity.key, cause.version);
  }
  if (std::holds_alternative<order_placed>(one.body) ||
      std::holds_alternative<order_edited>(one.body)) {
    // Personal data is kept under this key, whose size is limited.
    one.entity = entity_of(
        order_key{.brand = brand_id{"brand"},
                  .id = order_id{"order-" + std::to_string(random_())}});
  } else {
    fill_all(one.entity.kind, one.entity.key);
  }
  return one;
}

std::vector<event> generator::batch(std::size_t n) {
  std::vector<event> batch;
  batch.reserve(n);
  while (batch.size() < n) batch.push_back(of_kind(below(kinds)));
  return batch;
}

personal_data generator::person() {
  personal_data data;
  fill(data);
  return data;
}

// They are about a person.
static void drop_attributes(shared_value<order_body>& body) {
  order_body kept = *body;
  for (auto& each : kept.lines) each.attributes = {};
  body = std::move(kept);
}

event as_stored(event one, sequence at) {
  one.at = at;
  if (auto* placed = std::get_if<order_placed>(&one.body)) {
    placed->personal = {};
    drop_attributes(placed->body);
  }
  if (auto* edited = std::get_if<order_edited>(&one.body)) {
    edited->personal = {};
    drop_attributes(edited->body);
    for (auto& each : edited->lines) each.line.attributes = {};
  }
  if (auto* made = std::get_if<reservation_made>(&one.body))
    made->request.wanted.address = {};
  return one;
}

std::vector<event> as_stored(std::vector<event> batch, sequence first) {
  for (auto& one : batch) one = as_stored(std::move(one), first++);
  return batch;
}

}  // namespace oms::samples
