# Completion of ./scripts/lab for bash: eval "$(./scripts/lab completion bash)"
_lvs_lab() {
  local IFS=$'\n'
  mapfile -t COMPREPLY < <("${COMP_WORDS[0]}" completion words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _lvs_lab lab
