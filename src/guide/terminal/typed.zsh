# The reader's interactive zsh, as guide.terminal.typed starts it: see typed.bash.
[[ ! -e ~/.zshrc ]] || . ~/.zshrc

__guide_dir=$ZDOTDIR __guide_nonce=$GUIDE_NONCE __guide_secrets=$GUIDE_SECRETS __guide_err=$GUIDE_STDERR
unset GUIDE_NONCE GUIDE_SECRETS GUIDE_STDERR HISTFILE ZDOTDIR

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

# Typed after each step. The harness's own checks are in bash, so the state is written as bash reads it.
__guide_after() {
  (
    unfunction TRAPZERR
    __guide_write_state >|$__guide_dir/state.new && command mv -f $__guide_dir/state.new $__guide_dir/state
  ) 2>/dev/null
  __guide_tell after "${functrace[-1]##*:}" "$(command base64 -w0 <$__guide_dir/secrets)"
}

__guide_write_state() {
  emulate -L zsh
  zmodload zsh/parameter
  local __guide_each __guide_type __guide_text
  : >|$__guide_dir/secrets
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
      print -rn -- "${(P)__guide_each}"$'\0' >>$__guide_dir/secrets
    fi
  done
  for __guide_each in ${(ok)functions}; do
    [[ $__guide_each == (_*|precmd|preexec|comp*|TRAP*) || $functions[$__guide_each] == *'autoload -X'* ]] && continue
    __guide_text=$(functions -- $__guide_each)
    command bash -n <<<$__guide_text 2>/dev/null && print -r -- $__guide_text
  done
  print -r -- "__guide_cwd=${(qq)PWD} __guide_former=${(qq)OLDPWD}"
}
