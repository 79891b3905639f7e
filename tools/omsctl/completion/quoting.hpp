#pragma once

/// Quoting of texts in shell scripts, as the completion scripts need it.

#include <string>
#include <string_view>
#include <vector>

namespace oms::omsctl {

/// With a backslash before each of `special`.
[[nodiscard]] std::string escaped(std::string_view text,
                                  std::string_view special);

/// 'it'\''s', for a POSIX shell.
[[nodiscard]] std::string single_quoted(std::string_view text);

[[nodiscard]] std::string words_of(const std::vector<std::string>& words);

/// The first sentence of a description, for a list of words.
[[nodiscard]] std::string in_short(const std::string& description);

}  // namespace oms::omsctl
