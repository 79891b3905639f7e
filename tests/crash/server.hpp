#pragma once

/// The process that is going to be killed: an engine on a store on disk.
///
/// Purpose: takes wishes from its standard input and writes what became of
/// them to its standard output, line by line; nothing else is known outside.
/// It says
///
///     open                    the log is read, wishes may come
///     yes ID SEQUENCE         acknowledged: on disk
///     no ID CODE              refused, with the number of the `error_code`
///     invariants COUNT TEXT         the answer to the line `invariants`:
///     broken ones failed TEXT             the store or the engine does not
///     open
///
/// It ends orderly at the line `stop` or when its input ends. Owner: the
/// process. Threads: the engine's answers come on its own.

#include <filesystem>

namespace oms::crash {

int serve(const std::filesystem::path& directory);

}  // namespace oms::crash
