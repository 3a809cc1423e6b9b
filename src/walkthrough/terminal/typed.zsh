# The reader's interactive zsh, as walkthrough.terminal.typed starts it: see typed.bash.
[[ ! -e ~/.zshrc ]] || . ~/.zshrc

__walkthrough_dir=$ZDOTDIR __walkthrough_nonce=$WALKTHROUGH_NONCE __walkthrough_err=$WALKTHROUGH_STDERR
unset WALKTHROUGH_NONCE WALKTHROUGH_STDERR HISTFILE ZDOTDIR

__walkthrough_tell() {
  builtin printf '\036%s %s\036' "$__walkthrough_nonce" "$*" >|/dev/tty
  builtin printf '\036%s %s\036' "$__walkthrough_nonce" "$*" >|"$__walkthrough_err"
}
precmd() { __walkthrough_tell end "$?" }
preexec() { __walkthrough_tell begin }
# What set -e would have stopped at.
TRAPZERR() { __walkthrough_tell failed "$?" "${functrace[-1]##*:}" }
unsetopt promptsp
PS1='%{'$'\036'"$__walkthrough_nonce ready"$'\036''%}'
PS2='%{'$'\036'"$__walkthrough_nonce more"$'\036''%}'

# Typed before a step, and from then on before each command: as in the driver.
__walkthrough_watching() {
  __walkthrough_secrets=$1 __walkthrough_watched=("${@:2}")
  typeset -gA __walkthrough_seen=()
  (( $#__walkthrough_watched )) || return 0
  TRAPDEBUG() { __walkthrough_watch }
}
__walkthrough_tell_secret() {
  [[ "${(P)1-}" != "${__walkthrough_seen[$1]-}" ]] || return 0
  __walkthrough_seen[$1]="${(P)1-}"
  local __walkthrough_value
  for __walkthrough_value in "${(@P)1}"; do print -rn -- "$1=$__walkthrough_value"$'\0'; done >>|$__walkthrough_dir/secrets
}
__walkthrough_watch() {
  emulate -L zsh
  local __walkthrough_one
  for __walkthrough_one in $__walkthrough_watched; do __walkthrough_tell_secret $__walkthrough_one; done
}
# Typed after each step. The harness's own checks are in bash, so the state is written as bash reads it.
__walkthrough_after() {
  (
    unfunction TRAPZERR
    unfunction TRAPDEBUG
    __walkthrough_write_state >|$__walkthrough_dir/state.new && command mv -f $__walkthrough_dir/state.new $__walkthrough_dir/state
  ) 2>/dev/null
  __walkthrough_tell after "${functrace[-1]##*:}" "$(command base64 -w0 <$__walkthrough_dir/secrets)"
  : >|$__walkthrough_dir/secrets
}

__walkthrough_write_state() {
  emulate -L zsh
  zmodload zsh/parameter
  local __walkthrough_each __walkthrough_type __walkthrough_text
  print -r -- "export PATH=${(qq)PATH}"
  for __walkthrough_each in ${(ko)parameters}; do
    __walkthrough_type=$parameters[$__walkthrough_each]
    case $__walkthrough_each:$__walkthrough_type in
      __walkthrough_* | _* | *[^A-Za-z0-9_:]*:* | *:*(special|hide|local|readonly)*) continue ;;
      (HIST*|COLUMNS|LINES|PS[0-4]|SHELL|TERM):*) continue ;;
      *:(scalar|integer|float)*)
        print -r -- "${${(M)__walkthrough_type:#*export*}:+export }$__walkthrough_each=${(qq)${(P)__walkthrough_each}}" ;;
      *:array*) print -r -- "$__walkthrough_each=(${(@qq)${(@P)__walkthrough_each}})" ;;
    esac
    if [[ ${(U)__walkthrough_each} == (${~__walkthrough_secrets}) ]]; then
      __walkthrough_tell_secret $__walkthrough_each
    fi
  done
  for __walkthrough_each in ${(ok)functions}; do
    [[ $__walkthrough_each == (_*|precmd|preexec|comp*|TRAP*) || $functions[$__walkthrough_each] == *'autoload -X'* ]] && continue
    __walkthrough_text=$(functions -- $__walkthrough_each)
    command bash -n <<<$__walkthrough_text 2>/dev/null && print -r -- $__walkthrough_text
  done
  print -r -- "__walkthrough_cwd=${(qq)PWD} __walkthrough_former=${(qq)OLDPWD}"
}
