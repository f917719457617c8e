# Writes OUTPUT, the initialisers of Device.cpp's table: one { "name", R"(text)" }
# for each of the ;-separated INPUTS.
set(content "// Generated from lib/Device/devices; do not edit.\n")
foreach(input IN LISTS INPUTS)
  get_filename_component(name "${input}" NAME_WLE)
  file(READ "${input}" text)
  string(APPEND content "{\"${name}\", R\"yaml(${text})yaml\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "${content}")
