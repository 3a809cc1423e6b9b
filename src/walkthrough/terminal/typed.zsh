# The reader's interactive zsh, as guide.terminal.typed starts it: see typed.bash.
[[ ! -e ~/.zshrc ]] || . ~/.zshrc

__guide_dir=$ZDOTDIR __guide_nonce=$GUIDE_NONCE __guide_err=$GUIDE_STDERR
unset GUIDE_NONCE GUIDE_STDERR HISTFILE ZDOTDIR

__guide_tell() {
  builtin printf '\036%s %s\036' "$__guide_nonce" "$*" >|/dev/tty
  builtin printf '\036%s %s\036' "$__guide_nonce" "$*" >|"$__guide_err"
}
precmd() { __guide_tell end "$?" }
preexec() { __guide_tell begin }
# What set -e would have stopped at.
TRAPZERR() { __guide_tell failed "$?" "${functrace[-1]##*:}" }
unsetopt promptsp
PS1='%{'$'\036'"$__guide_nonce ready"$'\036''%}'
PS2='%{'$'\036'"$__guide_nonce more"$'\036''%}'

# Typed before a step, and from then on before each command: as in the driver.
__guide_watching() {
  __guide_secrets=$1 __guide_watched=("${@:2}")
  typeset -gA __guide_seen=()
  (( $#__guide_watched )) || return 0
  TRAPDEBUG() { __guide_watch }
}
__guide_tell_secret() {
  [[ "${(P)1-}" != "${__guide_seen[$1]-}" ]] || return 0
  __guide_seen[$1]="${(P)1-}"
  local __guide_value
  for __guide_value in "${(@P)1}"; do print -rn -- "$1=$__guide_value"$'\0'; done >>|$__guide_dir/secrets
}
__guide_watch() {
  emulate -L zsh
  local __guide_one
  for __guide_one in $__guide_watched; do __guide_tell_secret $__guide_one; done
}
# Typed after each step. The harness's own checks are in bash, so the state is written as bash reads it.
__guide_after() {
  (
    unfunction TRAPZERR
    unfunction TRAPDEBUG
    __guide_write_state >|$__guide_dir/state.new && command mv -f $__guide_dir/state.new $__guide_dir/state
  ) 2>/dev/null
  __guide_tell after "${functrace[-1]##*:}" "$(command base64 -w0 <$__guide_dir/secrets)"
  : >|$__guide_dir/secrets
}

__guide_write_state() {
  emulate -L zsh
  zmodload zsh/parameter
  local __guide_each __guide_type __guide_text
  print -r -- "export PATH=${(qq)PATH}"
  for __guide_each in ${(ko)parameters}; do
    __guide_type=$parameters[$__guide_each]
    case $__guide_each:$__guide_type in
      __guide_* | _* | *[^A-Za-z0-9_:]*:* | *:*(special|hide|local|readonly)*) continue ;;
      (HIST*|COLUMNS|LINES|PS[0-4]|SHELL|TERM):*) continue ;;
      *:(scalar|integer|float)*)
        print -r -- "${${(M)__guide_type:#*export*}:+export }$__guide_each=${(qq)${(P)__guide_each}}" ;;
      *:array*) print -r -- "$__guide_each=(${(@qq)${(@P)__guide_each}})" ;;
    esac
    if [[ ${(U)__guide_each} == (${~__guide_secrets}) ]]; then
      __guide_tell_secret $__guide_each
    fi
  done
  for __guide_each in ${(ok)functions}; do
    [[ $__guide_each == (_*|precmd|preexec|comp*|TRAP*) || $functions[$__guide_each] == *'autoload -X'* ]] && continue
    __guide_text=$(functions -- $__guide_each)
    command bash -n <<<$__guide_text 2>/dev/null && print -r -- $__guide_text
  done
  print -r -- "__guide_cwd=${(qq)PWD} __guide_former=${(qq)OLDPWD}"
}
