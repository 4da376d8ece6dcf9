#compdef lab
# Completion of ./scripts/lab for zsh: eval "$(./scripts/lab completion zsh)", behind compinit.
_lvs_lab() {
  local -a found
  found=("${(@f)$("${words[1]}" completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "${found[*]}" ]]; then
    compadd -a found
  else
    _files
  fi
}
compdef _lvs_lab lab
