#include "tools/omsd/request_target.hpp"

#include <kj/encoding.h>

#include <optional>
#include <string>
#include <utility>

#include "tools/omsd/handling.hpp"

namespace oms::omsd {

namespace {

// None for broken escapes. Whether the bytes are UTF-8 is checked by
// request_rules, which can name the id.
std::optional<std::string> decoded(std::string_view text, bool plus_is_space) {
  const kj::DecodeUriOptions options(false, plus_is_space);
  const auto bytes =
      kj::decodeBinaryUriComponent({text.data(), text.size()}, options);
  if (bytes.hadErrors) return {};
  return std::string(reinterpret_cast<const char*>(bytes.begin()),
                     bytes.size());
}

// Calls `each` with the parts between dividers.
template <class Each>
void split(std::string_view text, char divider, Each each) {
  for (;;) {
    const auto end = text.find(divider);
    each(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

status read_target(std::string_view target, request& out) {
  std::optional<error> wrong;
  const auto question = target.find('?');
  auto path = target.substr(0, question);
  if (path.starts_with('/')) path.remove_prefix(1);
  // Split before it is decoded, so that an id may contain an escaped '/'.
  split(path, '/', [&](std::string_view part) {
    if (auto segment = decoded(part, false))
      out.path.push_back(std::move(*segment));
    else
      wrong = error{error_code::invalid,
                    "the path has a % without two hexadecimal digits",
                    {}};
  });
  if (question == std::string_view::npos)
    return wrong ? status(*wrong) : done{};
  split(target.substr(question + 1), '&', [&](std::string_view part) {
    if (part.empty()) return;
    const auto equals = part.find('=');
    auto name = decoded(part.substr(0, equals), true);
    auto value = decoded(
        equals == std::string_view::npos ? "" : part.substr(equals + 1), true);
    if (!name || !value) {
      wrong = error{error_code::invalid,
                    "a parameter has a % without two hexadecimal digits",
                    {}};
      return;
    }
    const auto added = out.query.emplace(*name, std::move(*value));
    if (!added.second) wrong = wrong_parameter(*name, "is given twice");
  });
  return wrong ? status(*wrong) : done{};
}

}  // namespace oms::omsd
