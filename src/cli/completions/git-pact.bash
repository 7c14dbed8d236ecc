
# What git's own completion asks for `git pact`. It has put the words in `words`, with `git` and its
# options in front, and would have no space after what is completed.
_git_pact() {
    local at=${__git_cmd_idx:-1}
    # shellcheck disable=SC2154
    local COMP_WORDS=(git-pact "${words[@]:at+1}") COMP_CWORD=$((cword - at))
    compopt +o nospace 2>/dev/null
    # shellcheck disable=SC2154
    _gitpact git-pact "$cur" "$prev"
}
