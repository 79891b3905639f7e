# The tests: GoogleTest per layer, scenario files, fuzzers, layers and format.

include(GoogleTest)
find_package(GTest REQUIRED)
find_package(Python3 REQUIRED COMPONENTS Interpreter)

# What a sanitizer reports ends the test; each suppression has its reason.
set(test_environment
  "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1"
  "UBSAN_OPTIONS=print_stacktrace=1"
  "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/tsan.supp:second_deadlock_stack=1")

if(OMS_SANITIZE MATCHES "thread")
  # Objects, for they replace functions that the linker has found already.
  add_library(oms_tsan_edges OBJECT tests/tsan_edges.cpp)
  oms_house_rules(oms_tsan_edges)
  target_link_libraries(oms_tsan_edges PRIVATE oms::caf ${CMAKE_DL_LIBS})
endif()

# --------------------------------------------------- GoogleTest, per layer --

# One program per folder: *_test.cpp are the tests, other sources help them.
# Further arguments are helpers: sources of other folders, or libraries.
# A suite whose name ends in Threads runs real threads; it has the label
# `threads`, and the thread sanitizer runs these only.
function(oms_layer_tests folder library)
  oms_sources(sources tests/${folder})
  list(FILTER sources EXCLUDE REGEX "/sample_[^/]*$")
  set(helpers ${ARGN})
  set(helper_libraries ${ARGN})
  list(FILTER helpers INCLUDE REGEX "[.]cpp$")
  list(FILTER helper_libraries EXCLUDE REGEX "[.]cpp$")
  set(target ${folder}_tests)
  add_executable(${target} ${sources} ${helpers})
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
  oms_group(${sources})
  oms_house_rules(${target})
  oms_cold(${target})
  target_link_libraries(${target} PRIVATE ${helper_libraries} ${library}
    GTest::gmock_main)
  target_precompile_headers(${target} PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
  if(OMS_SANITIZE MATCHES "thread" AND folder MATCHES "^(actors|tools|faults)$")
    target_link_libraries(${target} PRIVATE oms_tsan_edges)
  endif()
  if(folder STREQUAL "rpc")
    # KJ wants its ExceptionCallback on the stack, and this option of ASan moves
    # variables away from there.
    list(TRANSFORM test_environment REPLACE
      "detect_stack_use_after_return=1:" "")
  endif()
  # The tests are known only once the program runs, so their properties are
  # set by a script that CTest reads after it has listed them.
  gtest_discover_tests(${target}
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 120
    TEST_PREFIX "${folder}."
    TEST_LIST ${target}_names)
  set(script "${PROJECT_BINARY_DIR}/${target}_properties.cmake")
  file(CONFIGURE OUTPUT "${script}" @ONLY CONTENT [[
foreach(test IN LISTS @target@_names)
  set(labels @folder@)
  if(test MATCHES "Threads[./]")
    list(APPEND labels threads)
  endif()
  set_tests_properties("${test}" PROPERTIES
    LABELS "${labels}" TIMEOUT 600 ENVIRONMENT "@test_environment@")
endforeach()
]])
  set_property(DIRECTORY "${PROJECT_SOURCE_DIR}" APPEND PROPERTY
    TEST_INCLUDE_FILES "${script}")
endfunction()

# Their helpers have the same names as those of a neighbour.
set_source_files_properties(
  tests/actors/outbox_test.cpp
  tests/actors/stock_answer_test.cpp
  tests/actors/order/work_test.cpp
  tests/actors/routing/planner_differential_test.cpp
  tests/faults/storage_test.cpp
  tests/persistence/checkpoint_store_test.cpp
  tests/persistence/full_disk_test.cpp
  tests/persistence/reopening_test.cpp
  tests/tools/scenario/scenario_command_test.cpp
  PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
# Samples of all events and states, compiled once for all who use them.
add_library(oms_samples OBJECT
  tests/messages/sample_events.cpp tests/messages/sample_states.cpp)
oms_house_rules(oms_samples)
oms_cold(oms_samples)
target_link_libraries(oms_samples PUBLIC oms_messages)
oms_layer_tests(messages oms_api oms_samples CapnProto::capnpc)
target_link_libraries(messages_tests PRIVATE oms_api_wire CapnProto::capnp-rpc)
set_source_files_properties(tests/messages/codec/log_schema_test.cpp
  tests/messages/api/rpc_test.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
oms_layer_tests(persistence oms_persistence oms_samples)
oms_layer_tests(actors oms_actors oms_samples)
oms_layer_tests(tools oms_omsctl oms_samples)
set_source_files_properties(tests/tools/golden_records_test.cpp
  tests/persistence/order_run_test.cpp PROPERTIES
  COMPILE_DEFINITIONS "OMS_GOLDEN_RECORDS=\"${PROJECT_SOURCE_DIR}/tests/golden\"")
oms_layer_tests(faults oms_text
  "${PROJECT_SOURCE_DIR}/tests/actors/engine_fixture.cpp")

if(TARGET oms_load_parts)
  oms_layer_tests(load oms_load_parts)
  target_compile_definitions(load_tests PRIVATE OMS_OMSD="$<TARGET_FILE:omsd>")
  target_compile_options(load_tests PRIVATE ${oms_kj_warnings})
  add_dependencies(load_tests omsd)
  add_test(NAME load.command_line COMMAND Python3::Interpreter
    "${PROJECT_SOURCE_DIR}/tests/load/command_line_test.py")
  set_tests_properties(load.command_line PROPERTIES LABELS load TIMEOUT 300
    ENVIRONMENT "OMS_LOAD=$<TARGET_FILE:oms_load>;OMSD=$<TARGET_FILE:omsd>")
endif()
if(TARGET postgres_load)
  add_test(NAME load.postgres COMMAND Python3::Interpreter
    "${PROJECT_SOURCE_DIR}/tests/load/postgres_test.py")
  set_tests_properties(load.postgres PROPERTIES LABELS load TIMEOUT 300
    SKIP_RETURN_CODE 77
    ENVIRONMENT "POSTGRES_LOAD=$<TARGET_FILE:postgres_load>")
endif()

# Gateways over RPC, against omsd as a process.
if(TARGET omsd)
  oms_layer_tests(rpc oms_omsd
    "${PROJECT_SOURCE_DIR}/bench/rpc_process.cpp")
  target_compile_definitions(rpc_tests PRIVATE OMS_OMSD="$<TARGET_FILE:omsd>")
  target_compile_options(rpc_tests PRIVATE ${oms_kj_warnings})
  target_link_libraries(rpc_tests PRIVATE CapnProto::capnp-json)
  add_dependencies(rpc_tests omsd)

  # A client that Debian doesn't have: from PyPI, into the build tree, and so
  # only with `tools/test --all`.
  add_test(NAME rpc.pycapnp COMMAND "${PROJECT_SOURCE_DIR}/tests/in_venv"
    "${Python3_EXECUTABLE}" "${PROJECT_BINARY_DIR}/pycapnp"
    "${PROJECT_SOURCE_DIR}/tests/rpc/python/pycapnp_test.py"
    --omsd $<TARGET_FILE:omsd> --schema "${rpc_schema}")
  set_tests_properties(rpc.pycapnp PROPERTIES LABELS other-registries
    TIMEOUT 600)
endif()

# ----------------------------------------------------------------- mutants --

# The linker puts doubles in front of functions of the product, and the tests
# see that what the doubles spoil is found. What wrapped.txt names must be
# there, or nothing would be spoilt: the script fails the build.
oms_layer_tests(mutants oms_simulation)
set(mutants_list "${PROJECT_SOURCE_DIR}/tests/mutants/wrapped.txt")
set(mutants_script "${PROJECT_SOURCE_DIR}/tests/mutants/wrap_symbols.py")
set(mutants_dir "${PROJECT_BINARY_DIR}/generated/mutants")
file(MAKE_DIRECTORY "${mutants_dir}")
add_custom_command(
  OUTPUT "${mutants_dir}/mutants_symbols.hpp" "${mutants_dir}/wrap.options"
  COMMAND Python3::Interpreter "${mutants_script}" --nm "${CMAKE_NM}"
    --list "${mutants_list}"
    --header "${mutants_dir}/mutants_symbols.hpp"
    --options "${mutants_dir}/wrap.options"
    $<TARGET_FILE:oms_messages> $<TARGET_FILE:oms_actors>
  DEPENDS "${mutants_list}" "${mutants_script}" oms_messages oms_actors
  COMMENT "Looking up the functions that the mutants stand in front of"
  VERBATIM)
target_sources(mutants_tests PRIVATE "${mutants_dir}/mutants_symbols.hpp")
target_include_directories(mutants_tests PRIVATE "${mutants_dir}")
target_link_options(mutants_tests PRIVATE "@${mutants_dir}/wrap.options")
set_property(TARGET mutants_tests APPEND PROPERTY
  LINK_DEPENDS "${mutants_dir}/wrap.options")

# ------------------------------------------------------------------- crash --

# A client that kills its engine, one that fills its disk, and one that cuts its
# power: few times here, many times with `tools/test --crash`.
oms_sources(crash_sources tests/crash)
oms_program(crash_test "${crash_sources}" oms_omsctl)
oms_cold(crash_test)
target_link_libraries(crash_test PRIVATE ${CMAKE_DL_LIBS})
add_test(NAME crash.kills COMMAND crash_test --kills 8)
add_test(NAME crash.file_limit COMMAND crash_test full-disk)
add_test(NAME crash.small_disk COMMAND crash_test full-disk --small-disk)
add_test(NAME crash.power_cuts COMMAND crash_test power-cuts --images 30)
# A test that can't fail shows nothing: these stores lose what they answer.
add_test(NAME crash.power_cuts_without_sync
  COMMAND crash_test power-cuts --images 10 --plant no-sync)
add_test(NAME crash.power_cuts_without_meta_sync
  COMMAND crash_test power-cuts --images 20 --plant no-meta-sync)
set_tests_properties(crash.kills crash.file_limit crash.small_disk
  crash.power_cuts crash.power_cuts_without_sync
  crash.power_cuts_without_meta_sync PROPERTIES
  LABELS crash TIMEOUT 600 SKIP_RETURN_CODE 77
  ENVIRONMENT "${test_environment}")

# --------------------------------------------------------------- scenarios --

file(GLOB scenarios CONFIGURE_DEPENDS
  "${PROJECT_SOURCE_DIR}/tests/scenarios/*.json" "${OMS_CASES_DIR}/*.json")
set(seen "")
if(TARGET omsctl)
  foreach(scenario IN LISTS scenarios)
    cmake_path(GET scenario STEM LAST_ONLY name)
    set(test scenario.${name})
    if(name IN_LIST seen)
      # The same name in both folders: both are run.
      string(APPEND test ".2")
    endif()
    list(APPEND seen "${name}")
    add_test(NAME ${test} COMMAND omsctl scenario
      --seeds ${OMS_SCENARIO_SEEDS} "${scenario}")
    set_tests_properties(${test} PROPERTIES LABELS scenario TIMEOUT 600
      ENVIRONMENT "${test_environment}")
  endforeach()
endif()

# ----------------------------------------------------------------- fuzzers --

# Built by clang in a build directory of their own, with their own sanitizers.
find_program(CLANG_CXX NAMES clang++ clang++-14)
mark_as_advanced(CLANG_CXX)
if(CLANG_CXX AND NOT OMS_SANITIZE)
  file(GLOB fuzzers CONFIGURE_DEPENDS
    "${PROJECT_SOURCE_DIR}/tests/fuzz/*_fuzzer.cpp")
  # Built with the whole engine, which takes as long as everything else:
  # `tools/test --crash` runs it.
  list(FILTER fuzzers EXCLUDE REGEX "/http_fuzzer.cpp$")
  foreach(fuzzer IN LISTS fuzzers)
    cmake_path(GET fuzzer STEM name)
    string(REGEX REPLACE "_fuzzer$" "" name "${name}")
    add_test(NAME fuzz.${name}
      COMMAND "${PROJECT_SOURCE_DIR}/tests/fuzz/run" ${name})
    # The longest test: CTest starts it first. One build at a time.
    set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz COST 1000
      RESOURCE_LOCK fuzz TIMEOUT 1800
      ENVIRONMENT "CLANG_CXX=${CLANG_CXX};OMS_FUZZ_BUILD=${PROJECT_BINARY_DIR}/fuzz")
  endforeach()
endif()

# ----------------------------------------------------------------- package --

# What is installed and what Debian gets. A sanitizer would have to be linked by
# whoever embeds the engine, so they are for the other presets.
if(PROJECT_IS_TOP_LEVEL AND TARGET omsctl AND NOT OMS_SANITIZE)
  add_test(NAME package.install COMMAND Python3::Interpreter
    "${PROJECT_SOURCE_DIR}/tests/package/install_test.py"
    --build "${PROJECT_BINARY_DIR}" --cxx "${CMAKE_CXX_COMPILER}")
  set(daemon "")
  if(TARGET omsd)
    set(daemon --daemon)
  endif()
  add_test(NAME package.deb COMMAND Python3::Interpreter
    "${PROJECT_SOURCE_DIR}/tests/package/deb_test.py"
    --build "${PROJECT_BINARY_DIR}" ${daemon} DebianPackage)
  add_test(NAME package.service COMMAND Python3::Interpreter
    "${PROJECT_SOURCE_DIR}/tests/package/deb_test.py"
    --build "${PROJECT_BINARY_DIR}" Service)
  set_tests_properties(package.install package.deb package.service PROPERTIES
    LABELS package TIMEOUT 600 SKIP_RETURN_CODE 77)
endif()

# ---------------------------------------------------------------- the server --

foreach(part http shapes readers readme omsctl metrics shares damage storage
    golden_store)
  add_test(NAME server.${part} COMMAND Python3::Interpreter
    "${PROJECT_SOURCE_DIR}/tests/omsd/${part}_test.py")
  set_tests_properties(server.${part} PROPERTIES LABELS server TIMEOUT 300
    ENVIRONMENT "OMSD=$<TARGET_FILE:omsd>;OMSCTL=$<TARGET_FILE:omsctl>")
endforeach()

# Tools that Debian doesn't have: from PyPI, only with `tools/test --all`.
add_test(NAME server.openapi
  COMMAND "${PROJECT_SOURCE_DIR}/tests/in_venv"
  "${Python3_EXECUTABLE}" "${PROJECT_BINARY_DIR}/openapi"
  "${PROJECT_SOURCE_DIR}/tests/omsd/python/openapi_test.py")
add_test(NAME server.parsers
  COMMAND "${PROJECT_SOURCE_DIR}/tests/in_venv"
  "${Python3_EXECUTABLE}" "${PROJECT_BINARY_DIR}/parsers"
  "${PROJECT_SOURCE_DIR}/tests/omsd/parsers/parser_test.py")
set_tests_properties(server.openapi server.parsers PROPERTIES
  LABELS other-registries TIMEOUT 1200 ENVIRONMENT
  "OMSD=$<TARGET_FILE:omsd>;OMSCTL=$<TARGET_FILE:omsctl>")

# Stock commands and reads under a checker from the Go proxy, for long with
# `tools/test --crash linearizability`.
add_test(NAME server.linearizability
  COMMAND "${PROJECT_SOURCE_DIR}/tests/linearizability/run"
  "${PROJECT_BINARY_DIR}/linearizability" -v)
set_tests_properties(server.linearizability PROPERTIES LABELS other-registries
  TIMEOUT 600 SKIP_RETURN_CODE 77 ENVIRONMENT "OMSD=$<TARGET_FILE:omsd>")

# ------------------------------------------------------------------ growing --

# A copy of the tree with a new field, event and command is built, below the
# build directory: always in the same place, so that ccache knows it again.
oms_program(grow_state_hash "${PROJECT_SOURCE_DIR}/tests/grow/state_hash.cpp"
  oms_actors)
set_target_properties(grow_state_hash PROPERTIES EXCLUDE_FROM_ALL ON)
if(TARGET omsd AND NOT OMS_SANITIZE)
  add_test(NAME grow COMMAND "${PROJECT_SOURCE_DIR}/tests/in_venv"
    "${Python3_EXECUTABLE}" "${PROJECT_BINARY_DIR}/grow_venv"
    "${PROJECT_SOURCE_DIR}/tests/grow/grow_test.py"
    "${PROJECT_BINARY_DIR}/grow" -v)
  # Its build uses all processors.
  set_tests_properties(grow PROPERTIES LABELS "grow;other-registries"
    PROCESSORS 2 TIMEOUT 1800 ENVIRONMENT "OMSCTL=$<TARGET_FILE:omsctl>")
endif()

# ------------------------------------------------------ layers and format --

add_test(NAME layers COMMAND Python3::Interpreter
  "${PROJECT_SOURCE_DIR}/tests/layers_test.py")
add_test(NAME names COMMAND Python3::Interpreter
  "${PROJECT_SOURCE_DIR}/tests/names_test.py")
add_test(NAME signposts COMMAND Python3::Interpreter
  "${PROJECT_SOURCE_DIR}/tests/signposts_test.py")
set_tests_properties(layers names signposts PROPERTIES LABELS house)

find_program(CLANG_FORMAT NAMES clang-format-14 clang-format)
mark_as_advanced(CLANG_FORMAT)
if(CLANG_FORMAT)
  set(format_command "${CMAKE_COMMAND}" -DROOT=${PROJECT_SOURCE_DIR}
    -DCLANG_FORMAT=${CLANG_FORMAT})
  set(format_script -P "${PROJECT_SOURCE_DIR}/cmake/format.cmake")
  add_test(NAME format COMMAND ${format_command} ${format_script})
  set_tests_properties(format PROPERTIES LABELS house)
  add_custom_target(format
    COMMAND ${format_command} -DFIX=ON ${format_script} VERBATIM)
endif()
