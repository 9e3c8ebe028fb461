# make install and make package: the programs, the presets, completion and the man page; with LibTorch's libraries in
# lib/songscape, found relative to the program, so that the folder can be moved anywhere.
include(GNUInstallDirs)
option(SONGSCAPE_BUNDLE_LIBTORCH "Install LibTorch's libraries beside the program" ON)

set(share ${PROJECT_BINARY_DIR}/share)
file(MAKE_DIRECTORY ${share})
set(written)
foreach(shell bash zsh fish)
  add_custom_command(OUTPUT ${share}/songscape.${shell} DEPENDS songscape
                     COMMAND songscape completion ${shell} > ${share}/songscape.${shell})
  list(APPEND written ${share}/songscape.${shell})
endforeach()
add_custom_command(OUTPUT ${share}/songscape.1 DEPENDS songscape COMMAND songscape man > ${share}/songscape.1)
add_custom_target(manual ALL DEPENDS ${written} ${share}/songscape.1)

# NVIDIA's libraries are looked for beside a wheel's folders: a LibTorch with CUDA stays where it is.
if(SONGSCAPE_BUNDLE_LIBTORCH AND NOT LibTorch_CUDA)
  set_target_properties(songscape PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}/songscape")
  install(CODE "
    file(GET_RUNTIME_DEPENDENCIES EXECUTABLES \"$<TARGET_FILE:songscape>\"
         RESOLVED_DEPENDENCIES_VAR found UNRESOLVED_DEPENDENCIES_VAR ignored)
    file(REAL_PATH \"${LibTorch_ROOT_DIR}/lib\" torch)
    foreach(library IN LISTS found)
      file(REAL_PATH \"\${library}\" real)
      string(FIND \"\${real}\" \"\${torch}/\" at)
      if(at EQUAL 0)
        file(INSTALL DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/songscape\" TYPE SHARED_LIBRARY
             FILES \"\${library}\" FOLLOW_SYMLINK_CHAIN)
      endif()
    endforeach()")
else()
  set_target_properties(songscape PROPERTIES INSTALL_RPATH "${LibTorch_ROOT_DIR}/lib")
endif()

install(TARGETS songscape RUNTIME)
if(TARGET songscape-decode)
  install(TARGETS songscape-decode RUNTIME)
endif()
if(EXISTS ${PROJECT_SOURCE_DIR}/configs)
  install(DIRECTORY configs DESTINATION ${CMAKE_INSTALL_DATADIR}/songscape)
endif()
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${share}/songscape.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${share}/songscape.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME songscape)
install(FILES ${share}/songscape.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _songscape)
install(FILES ${share}/songscape.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

set(CPACK_GENERATOR TGZ)
set(CPACK_PACKAGE_FILE_NAME songscape-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
include(CPack)
