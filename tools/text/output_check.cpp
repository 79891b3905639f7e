#include "tools/text/output_check.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "tools/text/exit_codes.hpp"

namespace oms::text {

int with_output_checked(const char* program, const std::function<int()>& run) {
  int why = 0;
  int code = exit_usage;
  try {
    code = run();
  } catch (const std::system_error& failure) {
    // fmt throws this if a write fails. If it was standard error that failed,
    // there is nowhere left to say so. Every other cause is not this
    // function's.
    if (std::ferror(stdout) == 0 && std::ferror(stderr) == 0) throw;
    if (std::ferror(stdout) == 0) return exit_usage;
    why = failure.code().value();
  }
  // Short output is still in the buffer: only now does the system see it. The
  // first failure is the cause.
  if (std::fflush(stdout) != 0 && why == 0) why = errno;
  if (why == 0 && std::ferror(stdout) == 0) return code;
  // Not by fmt::print, which would throw again.
  std::fprintf(stderr, "%s: can't write the output%s%s\n", program,
               why == 0 ? "" : ": ", why == 0 ? "" : std::strerror(why));
  return exit_usage;
}

}  // namespace oms::text
