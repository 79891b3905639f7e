#pragma once

/// Whole files as text: configuration, import and scenario files are small
/// enough to be read at once. The error is `invalid` and says why a file can't
/// be read. `text_of_file` also names the file; `file_text` leaves that to its
/// caller.

#include <string>

#include "messages/errors.hpp"

namespace oms::files {

/// "is a folder", "can't be read: No such file or directory".
[[nodiscard]] result<std::string> file_text(const std::string& path);

/// "PATH: is a folder", ...
[[nodiscard]] result<std::string> text_of_file(const std::string& path);

}  // namespace oms::files
