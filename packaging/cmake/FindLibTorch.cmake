# SPDX-License-Identifier: GPL-3.0-or-later
# Finds LibTorch without its own TorchConfig.cmake, which demands the CUDA toolkit even for a program that uses the CPU
# alone. Looked for, in this order: Torch_DIR, CMAKE_PREFIX_PATH, the project's .venv (see packaging/setup).
#
# Targets:   LibTorch::cpu      libtorch_cpu + libc10
#            LibTorch::LibTorch the same, with the CUDA libraries when they are there and INVAR_CUDA allows
# Variables: LibTorch_VERSION, LibTorch_CUDA (whether CUDA devices can be used)

file(GLOB _venv_torch ${CMAKE_SOURCE_DIR}/.venv/lib/python3*/site-packages/torch)
if(NOT Torch_DIR AND DEFINED ENV{Torch_DIR})
  set(Torch_DIR $ENV{Torch_DIR})
endif()
if(Torch_DIR)
  get_filename_component(_torch_root ${Torch_DIR}/../../.. ABSOLUTE)
  find_path(LibTorch_INCLUDE_DIR ATen/ATen.h PATHS ${_torch_root}/include NO_DEFAULT_PATH)
endif()
# HINTS come after CMAKE_PREFIX_PATH and before the system's folders, where an older LibTorch may lie.
find_path(LibTorch_INCLUDE_DIR ATen/ATen.h HINTS ${_venv_torch} PATH_SUFFIXES include)
get_filename_component(_root "${LibTorch_INCLUDE_DIR}" DIRECTORY)
foreach(lib torch_cpu c10 torch_cuda c10_cuda)
  find_library(LibTorch_${lib}_LIBRARY ${lib} HINTS ${_root}/lib NO_DEFAULT_PATH)
  mark_as_advanced(LibTorch_${lib}_LIBRARY)
endforeach()

set(LibTorch_VERSION)
if(EXISTS ${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h)
  set(_version_header ${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h)
else()
  set(_version_header ${LibTorch_INCLUDE_DIR}/torch/csrc/api/include/torch/version.h)
endif()
if(EXISTS ${_version_header})
  file(STRINGS ${_version_header} _lines REGEX "#define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
  string(REGEX MATCHALL "[0-9]+" _numbers "${_lines}")
  list(JOIN _numbers "." LibTorch_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LibTorch_torch_cpu_LIBRARY LibTorch_c10_LIBRARY LibTorch_INCLUDE_DIR
  VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "run packaging/setup, or point Torch_DIR or CMAKE_PREFIX_PATH at a LibTorch")

if(LibTorch_FOUND AND NOT TARGET LibTorch::cpu)
  add_library(LibTorch::cpu INTERFACE IMPORTED)
  target_include_directories(LibTorch::cpu SYSTEM INTERFACE
    ${LibTorch_INCLUDE_DIR} ${LibTorch_INCLUDE_DIR}/torch/csrc/api/include)
  # The wheel's libraries find their nvidia-* packages by their own RPATH, which the linker does not follow.
  target_link_options(LibTorch::cpu INTERFACE -Wl,--allow-shlib-undefined)
  target_link_libraries(LibTorch::cpu INTERFACE ${LibTorch_torch_cpu_LIBRARY} ${LibTorch_c10_LIBRARY})

  find_package(CUDAToolkit QUIET)
  set(LibTorch_CUDA OFF)
  if(NOT INVAR_CUDA STREQUAL "OFF" AND CUDAToolkit_FOUND AND LibTorch_torch_cuda_LIBRARY AND LibTorch_c10_cuda_LIBRARY)
    set(LibTorch_CUDA ON)
  elseif(INVAR_CUDA STREQUAL "ON")
    message(FATAL_ERROR "INVAR_CUDA=ON, but the CUDA toolkit or a LibTorch built with CUDA was not found")
  endif()
  add_library(LibTorch::LibTorch INTERFACE IMPORTED)
  target_link_libraries(LibTorch::LibTorch INTERFACE LibTorch::cpu)
  if(LibTorch_CUDA)
    # Nothing of ours names a symbol of it: it registers the CUDA device when it is loaded.
    target_link_options(LibTorch::LibTorch INTERFACE
      "LINKER:--push-state,--no-as-needed,${LibTorch_torch_cuda_LIBRARY},${LibTorch_c10_cuda_LIBRARY},--pop-state")
  endif()
  message(STATUS "LibTorch ${LibTorch_VERSION} in ${_root}, CUDA devices: ${LibTorch_CUDA}")
endif()
mark_as_advanced(LibTorch_INCLUDE_DIR)
