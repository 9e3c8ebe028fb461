# LibTorch as imported targets, from the torch wheel or any folder of CMAKE_PREFIX_PATH, without asking for nvcc
# (find_package(Torch) of a CUDA wheel does).  Defines LibTorch::LibTorch, LibTorch_VERSION, LibTorch_CUDA,
# LibTorch_CUDA_GRAPHS (CUDA's headers, in LibTorch_CUDA_HEADERS, are there too), and
# LibTorch::OpenMP: without it at::parallel_for, a template, runs on one thread; the threads are those of LibTorch's own
# copy of the runtime.
file(GLOB _wheel "${PROJECT_SOURCE_DIR}/.deps/venv/lib/python3*/site-packages/torch")
string(REPLACE ":" ";" _prefixes "$ENV{CMAKE_PREFIX_PATH}")
find_path(LibTorch_ROOT_DIR include/torch/csrc/api/include/torch/torch.h
          HINTS ${LibTorch_ROOT} ${CMAKE_PREFIX_PATH} ${_prefixes} ${_wheel}
          PATH_SUFFIXES torch ../.. NO_CMAKE_FIND_ROOT_PATH)
if(NOT LibTorch_ROOT_DIR)
  # A system Python's torch, as on a machine that comes with one.
  execute_process(COMMAND python3 -c "import importlib.util as u; print(u.find_spec('torch').submodule_search_locations[0])"
                  OUTPUT_VARIABLE _system OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  find_path(LibTorch_ROOT_DIR include/torch/csrc/api/include/torch/torch.h HINTS ${_system})
endif()
find_library(LibTorch_C10 c10 HINTS ${LibTorch_ROOT_DIR}/lib NO_DEFAULT_PATH)
find_library(LibTorch_CPU torch_cpu HINTS ${LibTorch_ROOT_DIR}/lib NO_DEFAULT_PATH)
find_library(LibTorch_CUDA_LIB torch_cuda HINTS ${LibTorch_ROOT_DIR}/lib NO_DEFAULT_PATH)
find_library(LibTorch_C10_CUDA c10_cuda HINTS ${LibTorch_ROOT_DIR}/lib NO_DEFAULT_PATH)
if(LibTorch_ROOT_DIR AND EXISTS ${LibTorch_ROOT_DIR}/version.py)
  file(STRINGS ${LibTorch_ROOT_DIR}/version.py _v REGEX "^__version__")
  string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" LibTorch_VERSION "${_v}")
elseif(LibTorch_ROOT_DIR AND EXISTS ${LibTorch_ROOT_DIR}/build-version)
  file(READ ${LibTorch_ROOT_DIR}/build-version LibTorch_VERSION)
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch REQUIRED_VARS LibTorch_ROOT_DIR LibTorch_C10 LibTorch_CPU VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "run scripts/setup, or name the folder of a LibTorch 2.11 or later by CMAKE_PREFIX_PATH")
set(LibTorch_CUDA OFF)
set(LibTorch_CUDA_GRAPHS OFF)
if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  add_library(LibTorch::LibTorch INTERFACE IMPORTED)
  target_include_directories(LibTorch::LibTorch SYSTEM INTERFACE
    ${LibTorch_ROOT_DIR}/include ${LibTorch_ROOT_DIR}/include/torch/csrc/api/include)
  target_link_libraries(LibTorch::LibTorch INTERFACE ${LibTorch_CPU} ${LibTorch_C10})
  file(GLOB _gomp ${LibTorch_ROOT_DIR}/lib/libgomp*.so* ${LibTorch_ROOT_DIR}/../torch.libs/libgomp*.so*)
  list(APPEND _gomp gomp)
  list(GET _gomp 0 _gomp)
  add_library(LibTorch::OpenMP INTERFACE IMPORTED)
  target_compile_options(LibTorch::OpenMP INTERFACE -fopenmp)
  target_link_libraries(LibTorch::OpenMP INTERFACE ${_gomp})
  if(LibTorch_CUDA_LIB AND LibTorch_C10_CUDA)
    set(LibTorch_CUDA ON)
    # Nothing of ours (but CUDA graphs) names a symbol of libtorch_cuda; it must be loaded all the same, to register its kernels.
    target_link_options(LibTorch::LibTorch INTERFACE "LINKER:--no-as-needed,${LibTorch_CUDA_LIB},${LibTorch_C10_CUDA},--as-needed"
      "LINKER:-rpath-link,${LibTorch_ROOT_DIR}/lib" "LINKER:--allow-shlib-undefined")
    # CUDA graphs alone need headers of CUDA's, of LibTorch's own version: a toolkit's, or those of the wheels beside it.
    find_path(LibTorch_CUDA_HEADERS NAMES crt/host_defines.h NO_DEFAULT_PATH
      HINTS ${LibTorch_ROOT_DIR}/../nvidia/cu13/include ${LibTorch_ROOT_DIR}/../nvidia/cuda_runtime/include
            $ENV{CUDA_HOME}/include $ENV{CUDA_PATH}/include /usr/local/cuda/include)
    if(LibTorch_CUDA_HEADERS AND EXISTS ${LibTorch_CUDA_HEADERS}/cuda.h AND EXISTS ${LibTorch_CUDA_HEADERS}/cuda_runtime_api.h
       AND EXISTS ${LibTorch_ROOT_DIR}/version.py)
      file(STRINGS ${LibTorch_CUDA_HEADERS}/cuda_runtime_api.h _v REGEX "define CUDART_VERSION +[0-9]+")
      string(REGEX MATCH "[0-9]+" _headers "${_v}")
      math(EXPR _headers "${_headers} / 1000")
      file(STRINGS ${LibTorch_ROOT_DIR}/version.py _v REGEX "^cuda")
      if(_v MATCHES "= '${_headers}\\.")
        set(LibTorch_CUDA_GRAPHS ON)
      endif()
    endif()
  endif()
endif()
