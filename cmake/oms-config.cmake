# find_package(oms): the target oms::engine, with all that it must be linked
# with. The headers of those libraries are not needed, but Debian has the names
# that the linker looks for in the same packages.

set(oms_missing "")

# The imported target oms::NAME, as the build of oms had it.
function(oms_import name library debian_package)
  find_library(oms_${name}_LIBRARY ${library})
  mark_as_advanced(oms_${name}_LIBRARY)
  if(NOT oms_${name}_LIBRARY)
    set(oms_missing ${oms_missing} ${debian_package} PARENT_SCOPE)
  elseif(NOT TARGET oms::${name})
    add_library(oms::${name} UNKNOWN IMPORTED)
    set_target_properties(oms::${name} PROPERTIES
      IMPORTED_LOCATION "${oms_${name}_LIBRARY}")
  endif()
endfunction()

# Debian's CAF and LMDB ship no CMake packages.
oms_import(caf caf_core libcaf-dev)
oms_import(lmdb lmdb liblmdb-dev)

find_package(Threads QUIET)
if(NOT Threads_FOUND)
  list(APPEND oms_missing libc6-dev)
endif()
find_package(absl QUIET)
if(NOT absl_FOUND)
  list(APPEND oms_missing libabsl-dev)
endif()
find_package(OpenSSL QUIET)
if(NOT OpenSSL_FOUND)
  list(APPEND oms_missing libssl-dev)
endif()

# The package of Cap'n Proto asks pkg-config for its libraries, and probes for
# libatomic in C, which a project in C++ alone cannot; libstdc++ needs libatomic
# where there is any need of it.
if(NOT CMAKE_C_COMPILER_LOADED AND NOT DEFINED FOUND_LIBATOMIC)
  set(FOUND_LIBATOMIC TRUE)
endif()
find_package(PkgConfig QUIET)
if(NOT PkgConfig_FOUND)
  list(APPEND oms_missing pkg-config)
elseif(OpenSSL_FOUND)
  find_package(CapnProto QUIET)
  if(NOT TARGET CapnProto::capnp)
    list(APPEND oms_missing libcapnp-dev)
  endif()
endif()

if(oms_missing)
  list(REMOVE_DUPLICATES oms_missing)
  list(JOIN oms_missing " " oms_missing)
  set(oms_FOUND FALSE)
  set(oms_NOT_FOUND_MESSAGE
    "oms needs libraries that are not there: apt-get install ${oms_missing}")
  return()
endif()

include("${CMAKE_CURRENT_LIST_DIR}/oms-targets.cmake")
