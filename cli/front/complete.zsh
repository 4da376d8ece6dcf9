#compdef lab
# Completion of ./scripts/lab for zsh: eval "$(./scripts/lab completion zsh)" behind compinit, or as the file _lab in a folder of fpath.
_lab() {
  local -a found
  found=("${(@f)$("${words[1]}" completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "${found[*]}" ]]; then
    compadd -a found
  else
    _files
  fi
}
# As a file it is the function's own first call.
if [[ ${funcstack[1]} == _lab ]]; then _lab "$@"; else compdef _lab lab; fi
