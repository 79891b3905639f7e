# How everything is compiled.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
# `cmake --compile-no-warning-as-error` turns it off for a strange compiler.
set(CMAKE_COMPILE_WARNING_AS_ERROR ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Kind of build" FORCE)
endif()

# Without NDEBUG: an assertion is what a wrong state meets before the disk does.
# -g1 keeps line numbers in backtraces at half the size of -g.
if(NOT OMS_SANITIZE)
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
endif()

# What is shipped does not tell where it was built: its assertions and line
# numbers name files from the project's folder on. A debugger, a sanitizer and
# the tests look for the files themselves.
set(oms_shipped "")
if(NOT OMS_SANITIZE AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(oms_shipped "-ffile-prefix-map=${PROJECT_BINARY_DIR}=build"
    "-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.")
endif()

set(oms_warnings -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION
   VERSION_LESS 13)
  # GCC bug 105651: false alarms for `"text" + std::string` from GCC 12.
  list(APPEND oms_warnings -Wno-restrict)
endif()
# Designated initializers leave out what has its default, on purpose.
list(APPEND oms_warnings -Wno-missing-field-initializers)

if(OMS_SANITIZE)
  add_compile_options(-fsanitize=${OMS_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  if(OMS_SANITIZE MATCHES "undefined")
    # CAF 0.17 takes the end of a mailbox's list, which is no element, for one
    # when it compares (caf/intrusive/task_queue.hpp).
    add_compile_options(-fno-sanitize=vptr)
  endif()
  add_link_options(-fsanitize=${OMS_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # The GCC manual: sanitizers raise false alarms of these.
    list(APPEND oms_warnings -Wno-maybe-uninitialized)
  endif()
endif()

find_program(CCACHE_PROGRAM ccache)
mark_as_advanced(CCACHE_PROGRAM)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # ccache gives up on precompiled headers unless told that they are harmless.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros "${CCACHE_PROGRAM}")
endif()
