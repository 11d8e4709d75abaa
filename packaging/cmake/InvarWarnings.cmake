# SPDX-License-Identifier: GPL-3.0-or-later
# What every target of ours is compiled with.
add_library(invar_options INTERFACE)
target_compile_options(invar_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
                                               -Wnull-dereference -Wno-missing-field-initializers
                                               $<$<BOOL:${INVAR_WERROR}>:-Werror>)
target_include_directories(invar_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(invar_options INTERFACE QT_NO_CAST_TO_ASCII QT_NO_FOREACH_DEPRECATION)
if(INVAR_SANITIZE)
  # GCC's flow analyses are confused by the sanitizers' own branches: here warnings only warn.
  target_compile_options(invar_options INTERFACE -fsanitize=${INVAR_SANITIZE} -fno-omit-frame-pointer
                                                 -Wno-null-dereference -Wno-error)
  target_link_options(invar_options INTERFACE -fsanitize=${INVAR_SANITIZE})
endif()
