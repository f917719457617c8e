# Writes OUTPUT, the initialisers of a table of built-in files: one { "name", R"(text)" }
# for each of the ;-separated INPUTS.
set(content "// Generated; do not edit.\n")
foreach(input IN LISTS INPUTS)
  get_filename_component(name "${input}" NAME_WLE)
  file(READ "${input}" text)
  string(APPEND content "{\"${name}\", R\"yaml(${text})yaml\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "${content}")
