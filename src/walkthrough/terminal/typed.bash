# The reader's interactive bash, as walkthrough.terminal.typed starts it: their own file first, then prompts that tell
# where a step begins and ends. The reader's own prompt would only be in the way.
[[ ! -e ~/.bashrc ]] || . ~/.bashrc

__walkthrough_dir=${BASH_SOURCE[0]%/*} __walkthrough_nonce=$WALKTHROUGH_NONCE __walkthrough_err=$WALKTHROUGH_STDERR
unset WALKTHROUGH_NONCE WALKTHROUGH_STDERR HISTFILE
source "$__walkthrough_dir/driver" functions

__walkthrough_tell() {
  builtin printf '\036%s %s\036' "$__walkthrough_nonce" "$*" >|/dev/tty
  builtin printf '\036%s %s\036' "$__walkthrough_nonce" "$*" >|"$__walkthrough_err"
}
PROMPT_COMMAND='__walkthrough_tell end "$?"'
PS0=$'\036'"$__walkthrough_nonce begin"$'\036'
PS1='\['$'\036'"$__walkthrough_nonce ready"$'\036''\]'
PS2='\['$'\036'"$__walkthrough_nonce more"$'\036''\]'
# What set -e would have stopped at.
trap '__walkthrough_tell failed "$?" "$LINENO"' ERR
# Typed before a step: the patterns of the names of secret variables, then the names to watch.
__walkthrough_watching() {
  __walkthrough_secrets=$1 __walkthrough_watched=("${@:2}")
  __walkthrough_start_watching
}
# Typed after each step.
__walkthrough_after() {
  __walkthrough_typed='COLUMNS|HIST*|LINES|PROMPT_COMMAND|PS[0-4]|SHELL|TERM'
  (
    trap - ERR DEBUG
    __walkthrough_ifs=${IFS-$' \t\n'} IFS=$' \t\n' __walkthrough_environment=()
    __walkthrough_write_state
    __walkthrough_write_secrets
  ) 2>/dev/null
  __walkthrough_tell after "${BASH_LINENO[0]}" "$(command base64 -w0 <"$__walkthrough_dir/secrets")"
  : >|"$__walkthrough_dir/secrets"
}
