# `cmake --install BUILD --prefix P`: programs, and a package that
# find_package(oms) finds. docs/EMBEDDING.md is written for those who use it.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# ---------------------------------------------------------------- programs --

set(installed_programs "")
foreach(program IN LISTS programs)
  if(TARGET ${program})
    list(APPEND installed_programs ${program})
  endif()
endforeach()
install(TARGETS ${installed_programs}
  RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT programs)

if(TARGET manual)
  set(share "${CMAKE_INSTALL_DATAROOTDIR}")
  foreach(page IN ITEMS
      "omsctl.1:${CMAKE_INSTALL_MANDIR}/man1"
      "omsd.8:${CMAKE_INSTALL_MANDIR}/man8"
      "omsctl:${share}/bash-completion/completions"
      "_omsctl:${share}/zsh/vendor-completions"
      "omsctl.fish:${share}/fish/vendor_completions.d")
    string(REPLACE ":" ";" page "${page}")
    list(GET page 0 name)
    list(GET page 1 folder)
    install(FILES "${manual}/${name}" DESTINATION "${folder}"
      COMPONENT programs)
  endforeach()
endif()

# ----------------------------------------------------------------- schemas --

# For clients of omsd in any language, and for who reads a log without oms. They
# import each other from one folder, and what comes with Cap'n Proto.
install(FILES "${rpc_schema}" "${api_schema}" "${log_schema}"
  DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/oms" COMPONENT programs)

# ----------------------------------------------------------------- headers --

# What an embedder may include, and what that includes; tests/layers_test.py
# and tests/package/install_test.py check that none of it shows CAF, LMDB or
# Cap'n Proto, and that nothing is missing.
set(public_headers
  actors/engine/activity.hpp
  actors/engine.hpp
  actors/history/history.hpp
  actors/history/sku_history.hpp
  messages/checkpoint.hpp
  messages/codec/codec.hpp
  messages/compiled_variant.hpp
  messages/commands.hpp
  messages/decision.hpp
  messages/done_command.hpp
  messages/errors.hpp
  messages/events.hpp
  messages/fields/fields.hpp
  messages/ids.hpp
  messages/limits.hpp
  messages/network.hpp
  messages/network_views.hpp
  messages/open_alerts.hpp
  messages/order.hpp
  messages/order_list.hpp
  messages/order_state.hpp
  messages/shared_value.hpp
  messages/source_state.hpp
  messages/text_map.hpp
  messages/views.hpp
  messages/whatif.hpp
  persistence/entry_checks.hpp
  persistence/hash_chain.hpp
  persistence/lmdb_store.hpp
  persistence/log_store.hpp
  persistence/memory_store.hpp
  persistence/memory_tables.hpp
  persistence/table_store.hpp)
# They name each other from the project's folder on, and so does their user:
# #include "actors/engine.hpp". A folder of our own keeps such names from
# meeting others in /usr/include.
set(header_dir "${CMAKE_INSTALL_INCLUDEDIR}/oms")
foreach(header IN LISTS public_headers)
  cmake_path(GET header PARENT_PATH folder)
  install(FILES "${PROJECT_SOURCE_DIR}/${header}" COMPONENT development
    DESTINATION "${header_dir}/${folder}")
endforeach()

# --------------------------------------------------------------- libraries --

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/oms")
set_target_properties(oms_actors PROPERTIES EXPORT_NAME engine)
foreach(layer IN ITEMS persistence messages wire)
  set_target_properties(oms_${layer} PROPERTIES EXPORT_NAME ${layer})
endforeach()
install(TARGETS oms_actors oms_persistence oms_messages oms_wire
  EXPORT oms-targets
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development
  INCLUDES DESTINATION "${header_dir}")
install(EXPORT oms-targets NAMESPACE oms:: COMPONENT development
  DESTINATION "${package_dir}")

# Before 1.0.0 a new minor version may break what was there.
write_basic_package_version_file(
  "${PROJECT_BINARY_DIR}/oms-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_SOURCE_DIR}/cmake/oms-config.cmake"
  "${PROJECT_BINARY_DIR}/oms-config-version.cmake"
  DESTINATION "${package_dir}" COMPONENT development)
