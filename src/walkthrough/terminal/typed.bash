# The reader's interactive bash, as walkthrough.terminal.typed starts it: their own file first, then prompts that tell
# where a step begins and ends. The reader's own prompt would only be in the way.
[[ ! -e ~/.bashrc ]] || . ~/.bashrc

__guide_dir=${BASH_SOURCE[0]%/*} __guide_nonce=$GUIDE_NONCE __guide_err=$GUIDE_STDERR
unset GUIDE_NONCE GUIDE_STDERR HISTFILE
source "$__guide_dir/driver" functions

__guide_tell() {
  builtin printf '\036%s %s\036' "$__guide_nonce" "$*" >|/dev/tty
  builtin printf '\036%s %s\036' "$__guide_nonce" "$*" >|"$__guide_err"
}
PROMPT_COMMAND='__guide_tell end "$?"'
PS0=$'\036'"$__guide_nonce begin"$'\036'
PS1='\['$'\036'"$__guide_nonce ready"$'\036''\]'
PS2='\['$'\036'"$__guide_nonce more"$'\036''\]'
# What set -e would have stopped at.
trap '__guide_tell failed "$?" "$LINENO"' ERR
# Typed before a step: the patterns of the names of secret variables, then the names to watch.
__guide_watching() {
  __guide_secrets=$1 __guide_watched=("${@:2}")
  __guide_start_watching
}
# Typed after each step.
__guide_after() {
  __guide_typed='COLUMNS|HIST*|LINES|PROMPT_COMMAND|PS[0-4]|SHELL|TERM'
  (
    trap - ERR DEBUG
    __guide_ifs=${IFS-$' \t\n'} IFS=$' \t\n' __guide_environment=()
    __guide_write_state
    __guide_write_secrets
  ) 2>/dev/null
  __guide_tell after "${BASH_LINENO[0]}" "$(command base64 -w0 <"$__guide_dir/secrets")"
  : >|"$__guide_dir/secrets"
}
