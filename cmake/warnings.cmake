# What every C file of ours is compiled with: link a target to tn_warnings.
add_library(tn_warnings INTERFACE)
target_compile_options(tn_warnings INTERFACE
    $<$<COMPILE_LANGUAGE:C>:-Wall;-Wextra;-Wpedantic;-Wconversion;-Werror>)
