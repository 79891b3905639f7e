#pragma once

/// The process that is going to be killed: an engine on a store on disk.
///
/// It takes wishes from its standard input and writes what became of them to
/// its standard output, line by line; its client knows nothing else of it. It
/// says
///
///     open              the log is read, wishes may come
///     yes ID SEQUENCE   acknowledged: on disk
///     no ID CODE        refused, with the number of the `error_code`
///     invariants COUNT TEXT  the answer to the line `invariants`: the broken
///     invariants failed TEXT       the store or the engine does not open, or a
///     line is
///                       not a wish
///
/// It ends in order at the line `stop` or when its input ends. Answers come on
/// threads of the engine.

#include <filesystem>

namespace oms::crash {

int serve(const std::filesystem::path& directory);

}  // namespace oms::crash
