# Completion of ./scripts/lab for fish: ./scripts/lab completion fish | source
function __lvs_lab
    set -l words (commandline -opc) (commandline -ct)
    $words[1] completion words -- $words[2..-1] 2>/dev/null
end
complete -c lab -a '(__lvs_lab)'
