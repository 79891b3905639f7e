/// The allocator of the programs, mimalloc, and how it is set.
///
/// Purpose: an engine under load gives memory back and takes it again many
/// times a second; each time the kernel has to clear the pages. So unused
/// memory stays for a second before it goes. MIMALLOC_DECOMMIT_DELAY, in
/// milliseconds, says otherwise. Owner: the program that links it. Threads:
/// runs before main.

#include <mimalloc.h>

namespace {

constexpr long kept_ms = 1'000;

[[maybe_unused]] const bool is_set = [] {
  mi_option_set_default(mi_option_decommit_delay, kept_ms);
  return true;
}();

}  // namespace
