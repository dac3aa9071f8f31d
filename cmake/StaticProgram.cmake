# sandproof as one file that needs no library on the host that it audits, and starts sooner:
# loading shared libraries takes as long as judging does.
option(SANDPROOF_STATIC "Link the command line statically" ON)
if(SANDPROOF_SANITIZE)
  set(SANDPROOF_STATIC OFF)
endif()

# Debian has {fmt} only as a shared library, so its compiled part is made here.
add_library(sandproof_fmt STATIC ${CMAKE_CURRENT_LIST_DIR}/fmt.cc)
target_include_directories(sandproof_fmt SYSTEM PUBLIC
                           $<TARGET_PROPERTY:fmt::fmt,INTERFACE_INCLUDE_DIRECTORIES>)
target_compile_options(sandproof_fmt PRIVATE -fkeep-inline-functions)

# pugixml's own package names its shared library too.
find_library(SANDPROOF_PUGIXML NAMES libpugixml.a pugixml REQUIRED)
find_library(SANDPROOF_LIBCAP NAMES libcap.a cap REQUIRED)

function(sandproof_link_statically target)
  if(SANDPROOF_STATIC)
    target_link_options(${target} PRIVATE -static-pie)
  endif()
endfunction()
