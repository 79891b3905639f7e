#pragma once

/// A head of the hash chain, to be kept elsewhere: {"sequence": 4711, "hash":
/// "9f2c..."}, which `omsctl audit head` writes and `omsctl audit verify
/// --against` reads. Anyone who can write a store can compute a new chain for
/// it, but not one that has this hash at this sequence. The error is `invalid`,
/// with the file.

#include <string>

#include "messages/codec/codec.hpp"
#include "messages/errors.hpp"
#include "persistence/log_store.hpp"
#include "tools/json/value.hpp"

namespace oms::store {

struct exported_head {
  sequence last = 0;
  codec::digest hash{};

  friend bool operator==(const exported_head&, const exported_head&) = default;
};

[[nodiscard]] json::value head_json(const exported_head& head);
[[nodiscard]] result<exported_head> head_of_text(const std::string& name,
                                                 const std::string& text);
[[nodiscard]] result<exported_head> head_of_file(const std::string& path);

/// Whether the log still contains the history that ended with this head. The
/// error says what is there instead.
[[nodiscard]] status compare_head(const persistence::log_store& store,
                                  const exported_head& head);

}  // namespace oms::store
