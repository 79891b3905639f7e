# Functions that turn a folder into a library, and a file into a program.

# The .cpp files below `folder`, without those named after EXCEPT.
function(oms_sources result folder)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "EXCEPT")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS
    "${PROJECT_SOURCE_DIR}/${folder}/*.cpp")
  list(REMOVE_ITEM sources ${arg_EXCEPT})
  set(${result} "${sources}" PARENT_SCOPE)
endfunction()

# What holds for all code of ours; generated code is spared.
function(oms_house_rules target)
  target_compile_options(${target} PRIVATE ${oms_warnings})
endfunction()

# For code that runs seldom or waits for the engine: GCC builds it in three
# quarters of the time. The sanitizers' presets have -O1 anyway.
function(oms_cold)
  foreach(target IN LISTS ARGN)
    target_compile_options(${target} PRIVATE $<$<CONFIG:RelWithDebInfo>:-O1>)
  endforeach()
endfunction()

# A static library of all sources in a folder, without those named after EXCEPT.
function(oms_layer target folder)
  oms_sources(sources ${folder} ${ARGN})
  add_library(${target} STATIC ${sources})
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
  oms_house_rules(${target})
  target_compile_options(${target} PRIVATE ${oms_shipped})
  # cmake/install.cmake adds where it is once it is installed.
  target_include_directories(${target} PUBLIC
    "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>")
  target_compile_features(${target} PUBLIC cxx_std_20)
  oms_group(${sources})
endfunction()

# In a unity build up to eight files of a folder are compiled as one, and up to
# 16 where a file spends most of its time on headers: they share a namespace, and
# their names in unnamed namespaces differ.
function(oms_group)
  foreach(source IN LISTS ARGN)
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(RELATIVE_PATH folder BASE_DIRECTORY "${PROJECT_SOURCE_DIR}")
    # The verbs of omsctl share a namespace; most folders have one file.
    string(REGEX REPLACE "^tools/omsctl/.*" "tools/omsctl" folder "${folder}")
    string(MAKE_C_IDENTIFIER "${folder}" name)
    set(most 8)
    if(folder MATCHES "^tools/(omsctl|replay|scenario|text)$")
      set(most 16)
    endif()
    math(EXPR count_${name} "0${count_${name}} + 1")
    math(EXPR batch "(${count_${name}} - 1) / ${most}")
    set_property(SOURCE "${source}" PROPERTY UNITY_GROUP ${name}_${batch})
  endforeach()
endfunction()

function(oms_program target sources)
  add_executable(${target} ${sources})
  set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
  oms_house_rules(${target})
  target_compile_options(${target} PRIVATE ${oms_shipped})
  target_link_libraries(${target} PRIVATE ${ARGN})
  if(mimalloc_FOUND AND NOT OMS_SANITIZE)
    target_sources(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tools/allocator.cpp")
    target_link_libraries(${target} PRIVATE mimalloc)
  endif()
endfunction()

# An imported target oms::`name` for a library without a CMake package. Its
# headers are system headers: their warnings are not ours.
function(oms_find_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "HEADER;LIBRARY;PACKAGE" "")
  find_path(${name}_INCLUDE_DIR ${arg_HEADER})
  find_library(${name}_LIBRARY ${arg_LIBRARY})
  mark_as_advanced(${name}_INCLUDE_DIR ${name}_LIBRARY)
  if(NOT ${name}_INCLUDE_DIR OR NOT ${name}_LIBRARY)
    message(FATAL_ERROR
      "${arg_HEADER} not found: apt-get install ${arg_PACKAGE}")
  endif()
  add_library(oms::${name} UNKNOWN IMPORTED)
  set_target_properties(oms::${name} PROPERTIES
    IMPORTED_LOCATION "${${name}_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${${name}_INCLUDE_DIR}")
endfunction()

# Where generated files are. What capnp makes of a schema is included as
# "folder/name.capnp.h".
set(oms_generated "${PROJECT_BINARY_DIR}/generated")

# A library of generated code.
function(oms_generated_library target)
  add_library(${target} STATIC ${ARGN})
  # As one object it would bring RPC to programs that only encode.
  set_target_properties(${target} PROPERTIES COMPILE_WARNING_AS_ERROR OFF
    UNITY_BUILD OFF)
  target_compile_options(${target} PRIVATE ${oms_shipped})
  target_include_directories(${target} SYSTEM PUBLIC
    "$<BUILD_INTERFACE:${oms_generated}>")
  target_link_libraries(${target} PUBLIC CapnProto::capnp)
endfunction()

# A library of what capnp generates from the schemas in `folder`.
function(oms_schemas target folder)
  file(GLOB schemas CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*.capnp")
  set(CAPNPC_SRC_PREFIX "${PROJECT_SOURCE_DIR}")
  set(CAPNPC_OUTPUT_DIR "${oms_generated}")
  file(MAKE_DIRECTORY "${oms_generated}")
  capnp_generate_cpp(sources headers ${schemas})
  oms_generated_library(${target} ${sources} ${headers})
endfunction()

# A library of what capnp generates from schemas that are there only once the
# build has begun, so that capnp_generate_cpp does not take them. ARGN are their
# paths below the generated files.
function(oms_generated_schemas target)
  list(TRANSFORM ARGN PREPEND "${oms_generated}/" OUTPUT_VARIABLE schemas)
  list(TRANSFORM schemas APPEND ".c++" OUTPUT_VARIABLE sources)
  list(TRANSFORM schemas APPEND ".h" OUTPUT_VARIABLE headers)
  add_custom_command(OUTPUT ${sources} ${headers}
    COMMAND "${CAPNP_EXECUTABLE}" compile
      -o "${CAPNPC_CXX_EXECUTABLE}:${oms_generated}"
      --src-prefix "${oms_generated}" -I "${CAPNP_INCLUDE_DIRECTORY}" ${schemas}
    DEPENDS ${schemas}
    COMMENT "Compiling the schemas of ${target}" VERBATIM)
  oms_generated_library(${target} ${sources} ${headers})
endfunction()

# Embeds a text file: `symbol` is then a std::string_view in oms::files, to be
# declared where it is used.
function(oms_embed target file symbol)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
    "${PROJECT_SOURCE_DIR}/${file}")
  file(READ "${PROJECT_SOURCE_DIR}/${file}" text)
  set(source "${PROJECT_BINARY_DIR}/generated/${symbol}.cpp")
  file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT
[[// From @file@.
#include <string_view>

namespace oms::files {
extern const std::string_view @symbol@;
const std::string_view @symbol@ = R"embedded(@text@)embedded";
}  // namespace oms::files
]])
  target_sources(${target} PRIVATE "${source}")
endfunction()
