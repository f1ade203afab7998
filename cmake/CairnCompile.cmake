# How every target of this project is compiled.

if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
  find_program(CAIRN_CCACHE ccache)
  if(CAIRN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Paths below the tree count as relative to it, so what one build folder, clone or
    # worktree has compiled serves all of them.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CAIRN_CCACHE})
  endif()
endif()

# What a sanitizer needs. -g1 keeps functions and lines, which is what its reports name; the
# rest of the debug information doubles the time to compile. Null pointers and what lies
# beyond an object are found by the address sanitizer, and an address that wraps around is
# of no use but to reach such, so those three checks of every access are left to it.
set(CAIRN_SANITIZE_OPTIONS "")
if(CAIRN_SANITIZE)
  set(CAIRN_SANITIZE_OPTIONS -O1 -g1 -fsanitize=${CAIRN_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  if(CAIRN_SANITIZE MATCHES "address" AND CAIRN_SANITIZE MATCHES "undefined")
    list(APPEND CAIRN_SANITIZE_OPTIONS -fno-sanitize=null,object-size,pointer-overflow)
  endif()
endif()

# cairn_compile_options(<target>): the language, the warnings and the sanitizers.
function(cairn_compile_options target)
  target_compile_features(${target} PUBLIC cxx_std_17)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE -Wall -Wextra)
  if(CAIRN_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(CAIRN_SANITIZE)
    target_compile_options(${target} PRIVATE ${CAIRN_SANITIZE_OPTIONS})
    target_link_options(${target} PUBLIC -fsanitize=${CAIRN_SANITIZE})
  endif()
endfunction()
