# SPDX-License-Identifier: GPL-3.0-or-later
# Turns the CUDA language on where LibTorch's CUDA devices are used and nvcc is there.
#
# Variables: INVAR_CUDA_KERNELS (whether core/cuda/*.cu are built)
# Functions: invar_add_cuda_kernels(target): an object library of this folder's *.cu

set(INVAR_CUDA_ARCHITECTURES "80-real;86-real;89-real;90-real;100" CACHE STRING
    "GPU architectures that our kernels are compiled for; one without -real also serves later GPUs")
set(INVAR_CUDA_KERNELS OFF)
if(LibTorch_CUDA)
  # Said before the compiler is tried: CMake's own default architecture is older than what today's nvcc knows.
  set(CMAKE_CUDA_ARCHITECTURES ${INVAR_CUDA_ARCHITECTURES})
  set(ENV{CUDAARCHS} "${INVAR_CUDA_ARCHITECTURES}")
  if(NOT DEFINED ENV{CUDACXX} AND CUDAToolkit_NVCC_EXECUTABLE)
    set(ENV{CUDACXX} ${CUDAToolkit_NVCC_EXECUTABLE})
  endif()
  include(CheckLanguage)
  check_language(CUDA)
  if(CMAKE_CUDA_COMPILER)
    enable_language(CUDA)
    if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION) # CMake 3.25 does not know that nvcc has C++20
      set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
    endif()
    set(INVAR_CUDA_KERNELS ON)
  elseif(INVAR_CUDA STREQUAL "ON")
    message(FATAL_ERROR "INVAR_CUDA=ON, but nvcc was not found or cannot compile")
  endif()
endif()
message(STATUS "CUDA kernels: ${INVAR_CUDA_KERNELS}")

function(invar_add_cuda_kernels target)
  file(GLOB_RECURSE found CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cu)
  add_library(${target} OBJECT ${found})
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR})
  set_target_properties(${target} PROPERTIES
    CUDA_STANDARD 20 CUDA_STANDARD_REQUIRED ON CUDA_EXTENSIONS OFF
    CUDA_ARCHITECTURES "${INVAR_CUDA_ARCHITECTURES}" POSITION_INDEPENDENT_CODE ON)
  # No contraction to fused multiply-adds: the same decisions as on the CPU. constexpr functions of the standard
  # library (std::bit_cast) may be called in kernels.
  target_compile_options(${target} PRIVATE --fmad=false --expt-relaxed-constexpr -Xcompiler=-Wall,-Wextra
                                           $<$<BOOL:${INVAR_WERROR}>:-Werror=all-warnings>)
endfunction()
