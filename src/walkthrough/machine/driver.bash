# Runs one step of the chain and hands its shell state on. It stands beside that state, on the cluster's
# machine, for as long as the chain runs.
#
#   bash driver NONCE NAME SAVE MERGE SECRETS WATCHED <body
#   source driver functions
#
# NONCE    marks the end of the step's output on both streams (see walkthrough.machine.shell)
# NAME     the name of the step's file, which bash gives in its messages
# SAVE     yes: hand the state on; no: leave the chain's state as it is (a check)
# MERGE    yes: standard error goes where standard output goes
# SECRETS  patterns of names of variables, in capitals, separated by |
# WATCHED  names of variables that hold secrets while the step runs, separated by spaces
#
# All its own names begin with __guide_ and are not part of the state. It never trusts what a step may have
# changed: IFS, options, functions and aliases by the names of commands.

# Its own programs, wherever the step leaves PATH.
__guide_bash=$BASH
__guide_mv=/bin/mv
[[ -x $__guide_mv ]] || __guide_mv=$(builtin type -P mv)

# Variables that do not go from a step to the next, each for a reason. All others do.
__guide_is_own() {
  case $1 in
    # The driver's.
    __guide_* | GUIDE_STEP) ;;
    # Bash gives them a value whenever they are asked for; one that is given to them counts for nothing, or is
    # lost as soon as they are asked for again.
    BASHPID | BASH_ARGV0 | BASH_COMMAND | BASH_MONOSECONDS | BASH_SUBSHELL | EPOCHREALTIME | EPOCHSECONDS) ;;
    GROUPS | HISTCMD | LINENO | RANDOM | SRANDOM) ;;
    # They tell of this process: where it is in which file and function, its last pipe, its parents, its last word.
    BASH | BASH_ARGC | BASH_ARGV | BASH_EXECUTION_STRING | BASH_LINENO | BASH_SOURCE | BASH_TRAPSIG) ;;
    FUNCNAME | PIPESTATUS | PPID | SHLVL | _) ;;
    # They cannot be set, and are the same in the next process.
    BASH_VERSINFO | BASH_VERSION | EUID | UID) ;;
    # What they say is handed on in another way: set, shopt, alias, cd, pushd, IFS below. Of BASH_CMDS, where
    # commands were found, each shell finds out by itself.
    BASHOPTS | SHELLOPTS | BASH_ALIASES | BASH_CMDS | DIRSTACK | IFS | OLDPWD | PWD) ;;
    # The file that it names by its number is open in one process only.
    BASH_XTRACEFD) ;;
    *) [[ $1 == @(${__guide_typed-}) ]] ;;
  esac
}

# Writes what can be read back in this order: what changes how bash reads first, aliases last. It fails where
# that cannot be written, or read back to its end.
__guide_write_state() {
  {
    # The options of an interactive shell are not for a script.
    [[ -n ${__guide_typed-} ]] || { builtin umask -p; builtin shopt -p; builtin set +o; }
    builtin set +fCx +o posix
    builtin shopt -u nocasematch

    builtin compgen -A variable >|"$__guide_dir/names"
    builtin mapfile -t __guide_names <"$__guide_dir/names"
    __guide_kept=()
    for __guide_each in "${__guide_names[@]}"; do
      __guide_is_own "$__guide_each" || __guide_kept+=("$__guide_each")
    done
    for __guide_each in "${__guide_environment[@]}"; do
      if [[ ! -v $__guide_each ]]; then
        builtin printf 'unset %s\n' "$__guide_each"
      elif [[ ${!__guide_each@a} != *x* ]]; then
        builtin printf 'export -n %s\n' "$__guide_each"
      fi
    done
    builtin declare -p "${__guide_kept[@]}"
    # Those that have no value yet: export NAME.
    builtin declare -p >|"$__guide_dir/names"
    while builtin read -r __guide_each; do
      [[ $__guide_each == 'declare -'* && $__guide_each != *=* ]] || continue
      __guide_is_own "${__guide_each##* }" || builtin printf '%s\n' "$__guide_each"
    done <"$__guide_dir/names"

    builtin declare -F >|"$__guide_dir/names"
    __guide_kept=()
    __guide_flagged=()
    while builtin read -r _ __guide_flags __guide_each; do
      [[ $__guide_each == __guide_* ]] && continue
      __guide_kept+=("$__guide_each")
      [[ $__guide_flags == -f ]] || __guide_flagged+=("declare $__guide_flags $__guide_each")
    done <"$__guide_dir/names"
    ((${#__guide_kept[@]} == 0)) || builtin declare -f "${__guide_kept[@]}"
    ((${#__guide_flagged[@]} == 0)) || builtin printf '%s\n' "${__guide_flagged[@]}"

    builtin dirs -l -p >|"$__guide_dir/names"
    builtin mapfile -t __guide_names <"$__guide_dir/names"
    for ((__guide_each = ${#__guide_names[@]} - 1; __guide_each > 0; __guide_each--)); do
      builtin printf 'pushd -n -- %q\n' "${__guide_names[__guide_each]}"
    done
    builtin printf '__guide_cwd=%q __guide_former=%q IFS=%q\n' "${__guide_folder:-$PWD}" "${OLDPWD-}" "$__guide_ifs"
    builtin alias -p
    builtin printf '__guide_whole=yes\n'
  } >|"$__guide_dir/state.new" &&
    (builtin exec -c "$__guide_bash" --norc -c 'source "$1" >/dev/null 2>&1; [[ ${__guide_whole-} == yes ]]' \
      bash "$__guide_dir/state.new") &&
    "$__guide_mv" -f "$__guide_dir/state.new" "$__guide_dir/state"
}

# Of a state that cannot be read back: the function that is to blame, for bash prints some in a form that it does
# not read (a heredoc in the middle of a list).
__guide_blame() {
  for __guide_each in "${__guide_kept[@]}"; do
    if [[ $__guide_each != *[^A-Za-z0-9_-]* ]] && builtin declare -F "$__guide_each" >/dev/null; then
      builtin declare -f "$__guide_each" | (builtin exec -c "$__guide_bash" --norc -n) >/dev/null 2>&1 ||
        { __guide_saved=function:$__guide_each; return; }
    fi
  done
}

# Where the shell is: its folder may have been moved, or be gone.
__guide_find_folder() {
  __guide_folder=$PWD
  [[ . -ef $PWD ]] || __guide_folder=$(builtin pwd -P)
  [[ . -ef $__guide_folder ]] && (builtin cd -- "$__guide_folder")
}

# Secrets are told as NAME=VALUE, each with a zero byte after it, as soon as they are known: a step may unset them,
# or be killed. Of an array each element is told, and of a reference what it refers to.
__guide_tell_secret() {
  local -n __guide_told=$1
  [[ ${__guide_told[*]-} != "${__guide_seen[$1]-}" ]] || return 0
  __guide_seen[$1]=${__guide_told[*]-}
  builtin printf "$1=%s\0" "${__guide_told[@]}" >>"$__guide_dir/secrets"
}

# Before each command, for what is gone when the step is over: a function's own variables, those of a subshell,
# those that are unset again. $1 is what $_ was, and is once more.
__guide_watch() {
  local __guide_watched_one
  if [[ -n ${__guide_traced-} ]]; then
    builtin set +x
    builtin unset BASH_XTRACEFD __guide_traced
  fi
  for __guide_watched_one in "${__guide_watched[@]}"; do
    __guide_tell_secret "$__guide_watched_one"
    # What only one command gets (TOKEN=… command) is no variable of this shell. Bash itself says what it is.
    if [[ $BASH_COMMAND == "$__guide_watched_one"?(+)=* && $- != *x* ]]; then
      builtin exec {__guide_traced}>>"$__guide_dir/trace"
      BASH_XTRACEFD=$__guide_traced
      builtin set -x
    fi
  done
  return 0
}

__guide_start_watching() {
  declare -gA __guide_seen=()
  builtin set -T
  builtin trap '{ __guide_watch "$_"; } 2>/dev/null' DEBUG
}

__guide_write_secrets() {
  declare -A __guide_seen=()
  builtin compgen -A variable >|"$__guide_dir/names"
  builtin mapfile -t __guide_names <"$__guide_dir/names"
  for __guide_each in "${__guide_names[@]}"; do
    if [[ $__guide_each != __guide_* && ${__guide_each^^} == @($__guide_secrets) ]]; then
      __guide_tell_secret "$__guide_each"
    fi
  done
  [[ -e $__guide_dir/trace ]] || return 0
  while IFS= builtin read -r __guide_each; do
    while [[ $__guide_each == +* ]]; do __guide_each=${__guide_each#+}; done
    __guide_each=${__guide_each# }
    __guide_told_name=${__guide_each%%=*} __guide_each=${__guide_each#*=}
    [[ $__guide_told_name != *[^A-Za-z0-9_]* && ${__guide_told_name^^} == @($__guide_secrets) ]] || continue
    case $__guide_each in
      \$\'*\') __guide_each=${__guide_each#??} __guide_each=${__guide_each%?} __guide_each=${__guide_each@E} ;;
      \'*\')
        __guide_each=${__guide_each#?} __guide_each=${__guide_each%?}
        __guide_each=${__guide_each//"'\''"/"'"}
        ;;
      [\(\']*) continue ;; # an array, or the first of several lines: the variable itself tells it
    esac
    builtin printf '%s=%s\0' "$__guide_told_name" "$__guide_each"
  done <"$__guide_dir/trace" >>"$__guide_dir/secrets"
  builtin : >|"$__guide_dir/trace"
}

# For a shell that is not this driver's, and hands its state on (see walkthrough.terminal.typed): __guide_typed are
# patterns of the variables that belong to its terminal, separated by |.
[[ $1 != functions ]] || return 0

if [[ $1 != run ]]; then
  __guide_dir=${BASH_SOURCE[0]%/*}
  umask 077
  cat >"$__guide_dir/steps/$2"
  : >"$__guide_dir/secrets"
  # A step that runs out of time is told to end: its shell does, and this one still tells what is known.
  trap : TERM
  # What bash says about a step that was killed comes from this shell, and is not the step's.
  exec 3>&2 2>/dev/null
  if [[ $4 == yes ]]; then
    bash "$__guide_dir/driver" run "$@" </dev/null 2>&1 3>&-
  else
    bash "$__guide_dir/driver" run "$@" </dev/null 2>&3 3>&-
  fi
  __guide_status=$?
  IFS=' ' read -r __guide_ended __guide_saved __guide_line __guide_background <"$__guide_dir/after"
  # A step that was killed, or that put another program in its shell's place, has left nothing.
  [[ $__guide_ended == "$1" ]] || __guide_saved=no __guide_line=0 __guide_background=yes
  __guide_secrets=''
  [[ -s $__guide_dir/secrets ]] && __guide_secrets=$(base64 -w0 <"$__guide_dir/secrets")
  printf '\036%s\036' "$1"
  printf '\036%s%s,%s,%s,%s,%s\036' "$1" "$__guide_status" "$__guide_saved" "$__guide_line" \
    "$__guide_background" "$__guide_secrets" >&3
  exit "$__guide_status"
fi

__guide_dir=${BASH_SOURCE[0]%/*} __guide_nonce=$2 __guide_step=$3 __guide_save=$4 __guide_secrets=$6
IFS=' ' read -ra __guide_watched <<<"$7"
__guide_cwd=$HOME __guide_former=$HOME __guide_line=0 __guide_over='' __guide_saved=yes
set --
umask 022
shopt -s expand_aliases # as in the reader's own, interactive shell

# Called once the step is over, in whichever way. $1 is the exit code.
__guide_end() {
  [[ -z $__guide_over ]] || return
  __guide_over=yes
  {
    builtin trap - DEBUG
    builtin set +euxvT
    __guide_background=${!:+yes}
    __guide_ifs=${IFS-$' \t\n'}
    IFS=$' \t\n'
    [[ $__guide_saved == gone ]] || __guide_find_folder || __guide_saved=folder
    [[ $__guide_saved != yes || $__guide_save == no ]] || __guide_write_state || { __guide_saved=state; __guide_blame; }
    builtin set +fCx
    builtin shopt -u nocasematch
    __guide_write_secrets
    builtin printf '%s %s %s %s\n' "$__guide_nonce" "$__guide_saved" "$__guide_line" "${__guide_background:-no}" \
      >|"$__guide_dir/after"
  } 2>/dev/null
  builtin exit "$1"
}

compgen -e >"$__guide_dir/names"
mapfile -t __guide_environment <"$__guide_dir/names"

# One group, so that it is read before the state brings its aliases.
{
  [[ ! -e $__guide_dir/state ]] || source "$__guide_dir/state" >/dev/null 2>&1
  builtin set +xvn -euo pipefail
  builtin trap '{ __guide_status=$?; builtin set +x; } 2>/dev/null; __guide_end "$__guide_status"' EXIT
  builtin cd -- "$__guide_cwd" || { __guide_saved=gone; __guide_end 1; }
  OLDPWD=$__guide_former
  builtin trap '[[ ${BASH_SOURCE[0]} != */steps/"$__guide_step" ]] || __guide_line=$LINENO' ERR
  ((${#__guide_watched[@]} == 0)) || __guide_start_watching
  builtin source "$__guide_dir/steps/$__guide_step"
  { __guide_status=$?; builtin set +x; } 2>/dev/null
  __guide_end "$__guide_status"
}
