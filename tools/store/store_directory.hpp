#pragma once

/// Where a replay writes.
///
/// Purpose: finds, makes or empties the folder of its store. Owner: the
/// command. Threads: one. Errors: `conflict` for a folder that holds something,
/// with what to do.

#include <string>

#include "messages/errors.hpp"

namespace oms::store {

/// Where there is a build/ here its build/run, else the folder for temporary
/// files.
[[nodiscard]] std::string run_folder();

/// A new folder in the run folder.
[[nodiscard]] result<std::string> fresh_folder();

/// Makes the folder. A store in it is an error, unless it may be deleted;
/// anything else in it is an error always.
[[nodiscard]] status prepare_folder(const std::string& path, bool may_delete);

/// Deletes the store that is in the folder, if any.
void delete_store(const std::string& path);

}  // namespace oms::store
