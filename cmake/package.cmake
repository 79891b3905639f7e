# `cpack --config BUILD/CPackConfig.cmake`: a Debian package of the programs,
# and of omsd's service once there is an omsd.

# Not by `cmake --install`: these name /usr/bin, and belong to a package
# manager.
if(TARGET omsd)
  install(FILES tools/package/omsd.service COMPONENT service EXCLUDE_FROM_ALL
    DESTINATION lib/systemd/system)
  install(FILES tools/package/oms.sysusers RENAME oms.conf
    COMPONENT service EXCLUDE_FROM_ALL DESTINATION lib/sysusers.d)
  # A folder of root's alone, for the tokens.
  install(DIRECTORY DESTINATION /etc/oms COMPONENT service EXCLUDE_FROM_ALL
    DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
  set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    "${PROJECT_SOURCE_DIR}/tools/package/postinst"
    "${PROJECT_SOURCE_DIR}/tools/package/prerm"
    "${PROJECT_SOURCE_DIR}/tools/package/postrm")
  set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
  # For the user that postinst makes.
  set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "systemd | systemd-standalone-sysusers | systemd-sysusers")
endif()
# The time zones, which no library of the programs brings.
list(APPEND CPACK_DEBIAN_PACKAGE_DEPENDS tzdata)
list(JOIN CPACK_DEBIAN_PACKAGE_DEPENDS ", " CPACK_DEBIAN_PACKAGE_DEPENDS)
install(FILES tools/package/copyright COMPONENT service EXCLUDE_FROM_ALL
  DESTINATION share/doc/oms)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME oms)
# Whoever builds a package answers for it.
set(CPACK_PACKAGE_CONTACT "oms maintainers <root@localhost>" CACHE STRING
  "Maintainer of the Debian package")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "order management engine")
set(CPACK_PACKAGE_DESCRIPTION
"Takes orders, follows their payment, promises stock for them at several
warehouses, stores and suppliers, and keeps every step in a durable audit log.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}")
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)

# The libraries stay out: who embeds the engine builds it.
set(CPACK_COMPONENTS_ALL programs service)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEB_COMPONENT_INSTALL ON)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)

include(CPack)
