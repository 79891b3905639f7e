# Checks (or with -DFIX=ON rewrites) the format of all C++ files of the project:
#   cmake -DROOT=... -DCLANG_FORMAT=... [-DFIX=ON] -P cmake/format.cmake

# What git knows or would add; outside of a clone, everything but build/.
execute_process(
  COMMAND git ls-files --cached --others --exclude-standard -- *.hpp *.cpp
  WORKING_DIRECTORY "${ROOT}"
  OUTPUT_VARIABLE listed RESULT_VARIABLE status ERROR_QUIET)
if(status EQUAL 0)
  string(REGEX REPLACE "\n" ";" files "${listed}")
else()
  file(GLOB_RECURSE files RELATIVE "${ROOT}" "${ROOT}/*.hpp" "${ROOT}/*.cpp")
  list(FILTER files EXCLUDE REGEX "^build/")
endif()

set(present "")
foreach(file IN LISTS files)
  if(file AND EXISTS "${ROOT}/${file}")
    list(APPEND present "${file}")
  endif()
endforeach()
list(LENGTH present count)
if(count EQUAL 0)
  message(FATAL_ERROR "No C++ file found below ${ROOT}")
endif()

if(FIX)
  set(mode -i)
else()
  set(mode --dry-run -Werror)
endif()
execute_process(
  COMMAND "${CLANG_FORMAT}" --style=file ${mode} ${present}
  WORKING_DIRECTORY "${ROOT}"
  RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "Not formatted: see above. "
    "`cmake --build build/release --target format` puts it right.")
endif()
message(STATUS "${count} files formatted as .clang-format says")
