#include "tools/omsd/command_key.hpp"

#include <algorithm>
#include <span>

#include "messages/hex.hpp"
#include "persistence/hash_chain.hpp"

namespace oms::omsd {

namespace {

// 64 bits of a hash are enough to tell the few contents of one key apart.
constexpr std::size_t hash_digits = 16;
// Keeps the keys of RPC apart from those of HTTP. No caller's name begins so,
// because '%' in a name is escaped.
constexpr std::string_view rpc_mark = "%rpc:";

// Escapes ':', which divides the parts of a command's id, and '%', the mark of
// an escape.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text)
    if (c == ':' || c == '%')
      out += c == ':' ? "%3A" : "%25";
    else
      out += c;
  return out;
}

std::string plain(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] != '%') {
      out += text[i];
    } else {
      out += text.substr(i).starts_with("%3A") ? ':' : '%';
      i += 2;
    }
  return out;
}

}  // namespace

command_key key_of(key_kind kind, const std::string& caller,
                   const std::string& named, std::string_view content) {
  command_key key;
  key.prefix = idempotency_prefix;
  if (kind == key_kind::rpc) key.prefix += rpc_mark;
  key.prefix += escaped(caller) + ':' + escaped(named) + ':';
  const auto hash =
      hex_of(persistence::hash_of(std::as_bytes(std::span(content))));
  key.id = key.prefix + hash.substr(0, hash_digits);
  return key;
}

std::string name_in(const std::string& command_id) {
  std::string_view rest = command_id;
  if (!rest.starts_with(idempotency_prefix)) return command_id;
  rest.remove_prefix(idempotency_prefix.size());
  if (rest.starts_with(rpc_mark)) rest.remove_prefix(rpc_mark.size());
  // The names are escaped and the hash has no ':', so the first and the last
  // ':' divide the three parts.
  const auto caller_end = rest.find(':');
  const auto name_end = rest.rfind(':');
  if (caller_end == name_end) return command_id;
  return plain(rest.substr(caller_end + 1, name_end - caller_end - 1));
}

std::optional<answer> answered_before(engine& by, const command_key& key,
                                      const error& taken) {
  const auto before = by.commands_done(key.prefix);
  // Without an answer from the engine the command is refused. To do it twice
  // would be worse than to have it sent again.
  if (!before)
    return answer(
        error{error_code::storage_unavailable, before.failure().message, {}});
  if (before->empty()) return {};
  const auto same = std::find_if(
      before->begin(), before->end(),
      [&key](const done_command& each) { return each.id == key.id; });
  return same == before->end() ? answer(taken) : answer(same->given);
}

}  // namespace oms::omsd
