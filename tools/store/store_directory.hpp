#pragma once

/// Where a replay writes: finds, creates or empties the folder of its store.
/// The error is `conflict` for a folder that contains something, with what to
/// do.

#include <string>

#include "messages/errors.hpp"

namespace oms::store {

/// build/run if there is a folder build/ here, else the folder for temporary
/// files.
[[nodiscard]] std::string run_folder();

/// A new folder in the run folder.
[[nodiscard]] result<std::string> fresh_folder();

/// Creates the folder. A store in it is an error unless it may be deleted;
/// anything else in it always is.
[[nodiscard]] status prepare_folder(const std::string& path, bool may_delete);

/// Deletes the store that is in the folder, if any.
void delete_store(const std::string& path);

}  // namespace oms::store
