# SPDX-License-Identifier: GPL-3.0-or-later

# Sources of this folder and below: a new method, family or exporter is a new file, with no build file to edit.
function(invar_sources out)
  file(GLOB_RECURSE found CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
  set(${out} ${found} PARENT_SCOPE)
endfunction()

# One test program per tst_*.cpp of a room; its name in ctest is room/file.
function(invar_add_tests room)
  cmake_parse_arguments(arg "" "" "LIBRARIES;DEFINITIONS" ${ARGN})
  file(GLOB found CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${room}/tst_*.cpp)
  foreach(source ${found})
    get_filename_component(name ${source} NAME_WE)
    string(REPLACE "tst_" "" name ${name})
    set(target test_${room}_${name})
    add_executable(${target} ${source})
    set_target_properties(${target} PROPERTIES AUTOMOC ON RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    target_compile_definitions(${target} PRIVATE INVAR_GOLDEN_DIR="${CMAKE_SOURCE_DIR}/tests/golden"
                                                 INVAR_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                                 INVAR_CLI="${CMAKE_BINARY_DIR}/invarscope-cli"
                                                 INVAR_WINDOW="${CMAKE_BINARY_DIR}/invarscope" ${arg_DEFINITIONS})
    target_link_libraries(${target} PRIVATE invar_options Qt6::Test ${arg_LIBRARIES})
    add_test(NAME ${room}/${name} COMMAND ${target})
    # ctest's own limit is the only one: Qt Test's, of five minutes a function, ends long tests of slow machines.
    set_tests_properties(${room}/${name} PROPERTIES TIMEOUT 600
      ENVIRONMENT "QT_QPA_PLATFORM=offscreen;QTEST_FUNCTION_TIMEOUT=3600000;INVARSCOPE_DEMO=${CMAKE_SOURCE_DIR}/resources/demo")
  endforeach()
endfunction()
