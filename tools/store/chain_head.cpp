#include "tools/store/chain_head.hpp"

#include <fmt/core.h>

#include <optional>

#include "messages/hex.hpp"
#include "tools/files/file_text.hpp"
#include "tools/json/reader.hpp"

namespace oms::store {

namespace {

error invalid(std::string message) {
  return {error_code::invalid, std::move(message), {}};
}

// Lower case only, as `head_json` writes it: a head is a file of this program,
// not typed by hand.
std::optional<codec::digest> digest_of(std::string_view hex) {
  codec::digest hash{};
  if (hex.size() != 2 * hash.size()) return std::nullopt;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const auto high = hex_digits.find(hex[2 * i]);
    const auto low = hex_digits.find(hex[2 * i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos)
      return std::nullopt;
    hash[i] = static_cast<std::byte>(16 * high + low);
  }
  return hash;
}

}  // namespace

json::value head_json(const exported_head& head) {
  return {{"sequence", head.last}, {"hash", hex_of(head.hash)}};
}

result<exported_head> head_of_text(const std::string& name,
                                   const std::string& text) {
  const auto parsed = json::parse_text(text);
  if (!parsed)
    return invalid(name +
                   ": is not an exported head: " + parsed.failure().message);
  json::faults found;
  json::object_reader keys(json::node(*parsed, "", found));
  std::int64_t last = 0;
  std::string hex;
  keys.required("sequence", last);
  keys.required("hash", hex);
  // A file with other keys is most likely not a head.
  keys.refuse_others();
  const auto hash = digest_of(hex);
  if (found.empty() && last < 0)
    found.push_back({"sequence", "must be at least 0"});
  if (found.empty() && !hash)
    found.push_back({"hash", "must be 64 hexadecimal digits (0-9, a-f)"});
  if (found.empty()) return exported_head{static_cast<sequence>(last), *hash};
  auto message = name + ": is not an exported head:";
  for (const auto& each : found)
    message += fmt::format("\n  {}: {}", each.path, each.message);
  return invalid(std::move(message));
}

result<exported_head> head_of_file(const std::string& path) {
  const auto text = files::text_of_file(path);
  if (!text) return text.failure();
  return head_of_text(path, *text);
}

status compare_head(const persistence::log_store& store,
                    const exported_head& head) {
  // The head of an empty log: every history goes on from it.
  if (head.last == 0) return done{};
  const auto last = store.stats().last;
  // Told apart from a rewritten history: a restored backup ends earlier, too.
  if (last < head.last)
    return invalid(
        fmt::format("the log ends at sequence {}, but it reached {} when the "
                    "head was exported: its end is missing",
                    last, head.last));
  // Batches are found by their last event. If the history was written anew,
  // batches usually end elsewhere.
  const auto hash = store.hash_at(head.last);
  if (!hash) return hash.failure();
  if (!*hash)
    return invalid(
        fmt::format("no batch ends at sequence {} anymore: the history "
                    "before it was rewritten",
                    head.last));
  if (**hash != head.hash)
    return invalid(fmt::format(
        "the batch that ends at sequence {} has the hash {}, but "
        "the exported head has {}: the history before it was rewritten",
        head.last, hex_of(**hash), hex_of(head.hash)));
  return done{};
}

}  // namespace oms::store
