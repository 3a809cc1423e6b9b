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
# All its own names begin with __walkthrough_ and are not part of the state. It never trusts what a step may have
# changed: IFS, options, functions and aliases by the names of commands.

# The shell around the step's own. It stands first, for bash reads a file as far as it runs.
if [[ $1 != run && $1 != functions ]]; then
  __walkthrough_dir=${BASH_SOURCE[0]%/*}
  umask 077
  # Without a program of its own, which would take as long as a shell to start.
  IFS= read -r -d '' __walkthrough_body
  printf %s "$__walkthrough_body" >"$__walkthrough_dir/steps/$2"
  : >"$__walkthrough_dir/secrets"
  # A step that runs out of time is told to end: its shell does, and this one still tells what is known.
  trap : TERM
  # What bash says about a step that was killed comes from this shell, and is not the step's.
  exec 3>&2 2>/dev/null
  if [[ $4 == yes ]]; then
    bash "$__walkthrough_dir/driver" run "$@" </dev/null 2>&1 3>&-
  else
    bash "$__walkthrough_dir/driver" run "$@" </dev/null 2>&3 3>&-
  fi
  __walkthrough_status=$?
  IFS=' ' read -r __walkthrough_ended __walkthrough_saved __walkthrough_line __walkthrough_background <"$__walkthrough_dir/after"
  # A step that was killed, or that put another program in its shell's place, has left nothing.
  [[ $__walkthrough_ended == "$1" ]] || __walkthrough_saved=no __walkthrough_line=0 __walkthrough_background=yes
  __walkthrough_secrets=''
  [[ -s $__walkthrough_dir/secrets ]] && __walkthrough_secrets=$(base64 -w0 <"$__walkthrough_dir/secrets")
  printf '\036%s\036' "$1"
  printf '\036%s%s,%s,%s,%s,%s\036' "$1" "$__walkthrough_status" "$__walkthrough_saved" "$__walkthrough_line" \
    "$__walkthrough_background" "$__walkthrough_secrets" >&3
  exit "$__walkthrough_status"
fi

# Its own programs, wherever the step leaves PATH.
__walkthrough_bash=$BASH
__walkthrough_mv=/bin/mv
[[ -x $__walkthrough_mv ]] || __walkthrough_mv=$(builtin type -P mv)

# Variables that do not go from a step to the next, each for a reason, beside the driver's. All others do.
declare -gA __walkthrough_own=(
  [WALKTHROUGH_STEP]=
  # Bash gives them a value whenever they are asked for; one that is given to them counts for nothing, or is
  # lost as soon as they are asked for again.
  [BASHPID]= [BASH_ARGV0]= [BASH_COMMAND]= [BASH_MONOSECONDS]= [BASH_SUBSHELL]= [EPOCHREALTIME]= [EPOCHSECONDS]=
  [GROUPS]= [HISTCMD]= [LINENO]= [RANDOM]= [SRANDOM]=
  # They tell of this process: where it is in which file and function, its last pipe, its parents, its last word.
  [BASH]= [BASH_ARGC]= [BASH_ARGV]= [BASH_EXECUTION_STRING]= [BASH_LINENO]= [BASH_SOURCE]= [BASH_TRAPSIG]=
  [FUNCNAME]= [PIPESTATUS]= [PPID]= [SHLVL]= [_]=
  # They cannot be set, and are the same in the next process.
  [BASH_VERSINFO]= [BASH_VERSION]= [EUID]= [UID]=
  # What they say is handed on in another way: set, shopt, alias, cd, pushd, IFS below. Of BASH_CMDS, where
  # commands were found, each shell finds out by itself.
  [BASHOPTS]= [SHELLOPTS]= [BASH_ALIASES]= [BASH_CMDS]= [DIRSTACK]= [IFS]= [OLDPWD]= [PWD]=
  # The file that it names by its number is open in one process only.
  [BASH_XTRACEFD]=
)

# Whether the variable of this name goes from a step to the next.
__walkthrough_goes_on() {
  [[ $1 != @(__walkthrough_*|${__walkthrough_typed-}) && ! -v __walkthrough_own[$1] ]]
}

# Writes what can be read back in this order: what changes how bash reads first, aliases last. It fails where
# that cannot be written, or read back to its end.
__walkthrough_write_state() {
  {
    # The options of an interactive shell are not for a script.
    [[ -n ${__walkthrough_typed-} ]] || { builtin umask -p; builtin shopt -p; builtin set +o; }
    builtin set +fCx +o posix
    builtin shopt -u nocasematch

    builtin compgen -A variable >|"$__walkthrough_dir/names"
    builtin mapfile -t __walkthrough_names <"$__walkthrough_dir/names"
    __walkthrough_kept=()
    # As __walkthrough_goes_on: called for each, it takes half a millisecond.
    for __walkthrough_each in "${__walkthrough_names[@]}"; do
      [[ $__walkthrough_each == @(__walkthrough_*|${__walkthrough_typed-}) || -v __walkthrough_own[$__walkthrough_each] ]] ||
        __walkthrough_kept+=("$__walkthrough_each")
    done
    for __walkthrough_each in "${__walkthrough_environment[@]}"; do
      if [[ ! -v $__walkthrough_each ]]; then
        builtin printf 'unset %s\n' "$__walkthrough_each"
      elif [[ ${!__walkthrough_each@a} != *x* ]]; then
        builtin printf 'export -n %s\n' "$__walkthrough_each"
      fi
    done
    builtin declare -p "${__walkthrough_kept[@]}"
    # Those that have no value yet: export NAME. (All lines at once, for a loop over them takes a millisecond.)
    builtin declare -p >|"$__walkthrough_dir/names"
    builtin mapfile -t __walkthrough_names <"$__walkthrough_dir/names"
    for __walkthrough_each in "${__walkthrough_names[@]/*=*/}"; do
      [[ $__walkthrough_each == 'declare -'* ]] || continue
      ! __walkthrough_goes_on "${__walkthrough_each##* }" || builtin printf '%s\n' "$__walkthrough_each"
    done

    builtin declare -F >|"$__walkthrough_dir/names"
    __walkthrough_kept=()
    __walkthrough_flagged=()
    while builtin read -r _ __walkthrough_flags __walkthrough_each; do
      [[ $__walkthrough_each == __walkthrough_* ]] && continue
      __walkthrough_kept+=("$__walkthrough_each")
      [[ $__walkthrough_flags == -f ]] || __walkthrough_flagged+=("declare $__walkthrough_flags $__walkthrough_each")
    done <"$__walkthrough_dir/names"
    ((${#__walkthrough_kept[@]} == 0)) || builtin declare -f "${__walkthrough_kept[@]}"
    ((${#__walkthrough_flagged[@]} == 0)) || builtin printf '%s\n' "${__walkthrough_flagged[@]}"

    builtin dirs -l -p >|"$__walkthrough_dir/names"
    builtin mapfile -t __walkthrough_names <"$__walkthrough_dir/names"
    for ((__walkthrough_each = ${#__walkthrough_names[@]} - 1; __walkthrough_each > 0; __walkthrough_each--)); do
      builtin printf 'pushd -n -- %q\n' "${__walkthrough_names[__walkthrough_each]}"
    done
    builtin printf '__walkthrough_cwd=%q __walkthrough_former=%q IFS=%q\n' "${__walkthrough_folder:-$PWD}" "${OLDPWD-}" "$__walkthrough_ifs"
    builtin alias -p
    builtin printf '__walkthrough_whole=yes\n'
  } >|"$__walkthrough_dir/state.new" || return 1
  # What the step has left as it was has been read back once.
  ! __walkthrough_is_old || return 0
  (builtin exec -c "$__walkthrough_bash" --norc -c 'source "$1" >/dev/null 2>&1; [[ ${__walkthrough_whole-} == yes ]]' \
    bash "$__walkthrough_dir/state.new") &&
    "$__walkthrough_mv" -f "$__walkthrough_dir/state.new" "$__walkthrough_dir/state"
}

# Whether the state is, to the byte, the one that the step began with. (A bare return would give what the step
# exited with, for a trap has called this.)
__walkthrough_is_old() {
  [[ -e $__walkthrough_dir/state ]] || return 1
  IFS= builtin read -r -d '' __walkthrough_each <"$__walkthrough_dir/state.new"
  IFS= builtin read -r -d '' __walkthrough_names <"$__walkthrough_dir/state"
  [[ -n $__walkthrough_each && $__walkthrough_each == "$__walkthrough_names" ]]
}

# Of a state that cannot be read back: the function that is to blame, for bash prints some in a form that it does
# not read (a heredoc in the middle of a list).
__walkthrough_blame() {
  for __walkthrough_each in "${__walkthrough_kept[@]}"; do
    if [[ $__walkthrough_each != *[^A-Za-z0-9_-]* ]] && builtin declare -F "$__walkthrough_each" >/dev/null; then
      builtin declare -f "$__walkthrough_each" | (builtin exec -c "$__walkthrough_bash" --norc -n) >/dev/null 2>&1 ||
        { __walkthrough_saved=function:$__walkthrough_each; return; }
    fi
  done
}

# Where the shell is: its folder may have been moved, or be gone. The shell is over, and may go there itself.
__walkthrough_find_folder() {
  local __walkthrough_old=${OLDPWD-}
  __walkthrough_folder=$PWD
  [[ . -ef $PWD ]] || __walkthrough_folder=$(builtin pwd -P)
  [[ . -ef $__walkthrough_folder ]] && builtin cd -- "$__walkthrough_folder" && OLDPWD=$__walkthrough_old
}

# Secrets are told as NAME=VALUE, each with a zero byte after it, as soon as they are known: a step may unset them,
# or be killed. Of an array each element is told, and of a reference what it refers to.
__walkthrough_tell_secret() {
  local -n __walkthrough_told=$1
  [[ ${__walkthrough_told[*]-} != "${__walkthrough_seen[$1]-}" ]] || return 0
  __walkthrough_seen[$1]=${__walkthrough_told[*]-}
  builtin printf "$1=%s\0" "${__walkthrough_told[@]}" >>"$__walkthrough_dir/secrets"
}

# Before each command, for what is gone when the step is over: a function's own variables, those of a subshell,
# those that are unset again. $1 is what $_ was, and is once more.
__walkthrough_watch() {
  local __walkthrough_watched_one
  if [[ -n ${__walkthrough_traced-} ]]; then
    builtin set +x
    builtin unset BASH_XTRACEFD __walkthrough_traced
  fi
  for __walkthrough_watched_one in "${__walkthrough_watched[@]}"; do
    __walkthrough_tell_secret "$__walkthrough_watched_one"
    # What only one command gets (TOKEN=… command) is no variable of this shell. Bash itself says what it is.
    if [[ $BASH_COMMAND == "$__walkthrough_watched_one"?(+)=* && $- != *x* ]]; then
      builtin exec {__walkthrough_traced}>>"$__walkthrough_dir/trace"
      BASH_XTRACEFD=$__walkthrough_traced
      builtin set -x
    fi
  done
  return 0
}

__walkthrough_start_watching() {
  declare -gA __walkthrough_seen=()
  builtin set -T
  builtin trap '{ __walkthrough_watch "$_"; } 2>/dev/null' DEBUG
}

__walkthrough_write_secrets() {
  declare -A __walkthrough_seen=()
  builtin compgen -A variable >|"$__walkthrough_dir/names"
  builtin mapfile -t __walkthrough_names <"$__walkthrough_dir/names"
  for __walkthrough_each in "${__walkthrough_names[@]}"; do
    if [[ $__walkthrough_each != __walkthrough_* && ${__walkthrough_each^^} == @($__walkthrough_secrets) ]]; then
      __walkthrough_tell_secret "$__walkthrough_each"
    fi
  done
  [[ -e $__walkthrough_dir/trace ]] || return 0
  while IFS= builtin read -r __walkthrough_each; do
    while [[ $__walkthrough_each == +* ]]; do __walkthrough_each=${__walkthrough_each#+}; done
    __walkthrough_each=${__walkthrough_each# }
    __walkthrough_told_name=${__walkthrough_each%%=*} __walkthrough_each=${__walkthrough_each#*=}
    [[ $__walkthrough_told_name != *[^A-Za-z0-9_]* && ${__walkthrough_told_name^^} == @($__walkthrough_secrets) ]] || continue
    case $__walkthrough_each in
      \$\'*\') __walkthrough_each=${__walkthrough_each#??} __walkthrough_each=${__walkthrough_each%?} __walkthrough_each=${__walkthrough_each@E} ;;
      \'*\')
        __walkthrough_each=${__walkthrough_each#?} __walkthrough_each=${__walkthrough_each%?}
        __walkthrough_each=${__walkthrough_each//"'\''"/"'"}
        ;;
      [\(\']*) continue ;; # an array, or the first of several lines: the variable itself tells it
    esac
    builtin printf '%s=%s\0' "$__walkthrough_told_name" "$__walkthrough_each"
  done <"$__walkthrough_dir/trace" >>"$__walkthrough_dir/secrets"
  builtin : >|"$__walkthrough_dir/trace"
}

# For a shell that is not this driver's, and hands its state on (see walkthrough.terminal.typed): __walkthrough_typed are
# patterns of the variables that belong to its terminal, separated by |.
[[ $1 != functions ]] || return 0

__walkthrough_dir=${BASH_SOURCE[0]%/*} __walkthrough_nonce=$2 __walkthrough_step=$3 __walkthrough_save=$4 __walkthrough_secrets=$6
IFS=' ' read -ra __walkthrough_watched <<<"$7"
__walkthrough_cwd=$HOME __walkthrough_former=$HOME __walkthrough_line=0 __walkthrough_over='' __walkthrough_saved=yes
set --
umask 022
shopt -s expand_aliases # as in the reader's own, interactive shell

# Called once the step is over, in whichever way. $1 is the exit code.
__walkthrough_end() {
  [[ -z $__walkthrough_over ]] || return
  __walkthrough_over=yes
  {
    builtin trap - DEBUG
    builtin set +euxvT
    __walkthrough_background=${!:+yes}
    __walkthrough_ifs=${IFS-$' \t\n'}
    IFS=$' \t\n'
    [[ $__walkthrough_saved == gone ]] || __walkthrough_find_folder || __walkthrough_saved=folder
    [[ $__walkthrough_saved != yes || $__walkthrough_save == no ]] || __walkthrough_write_state || { __walkthrough_saved=state; __walkthrough_blame; }
    builtin set +fCx
    builtin shopt -u nocasematch
    __walkthrough_write_secrets
    builtin printf '%s %s %s %s\n' "$__walkthrough_nonce" "$__walkthrough_saved" "$__walkthrough_line" "${__walkthrough_background:-no}" \
      >|"$__walkthrough_dir/after"
  } 2>/dev/null
  builtin exit "$1"
}

compgen -e >"$__walkthrough_dir/names"
mapfile -t __walkthrough_environment <"$__walkthrough_dir/names"

# One group, so that it is read before the state brings its aliases.
{
  [[ ! -e $__walkthrough_dir/state ]] || source "$__walkthrough_dir/state" >/dev/null 2>&1
  builtin set +xvn -euo pipefail
  builtin trap '{ __walkthrough_status=$?; builtin set +x; } 2>/dev/null; __walkthrough_end "$__walkthrough_status"' EXIT
  builtin cd -- "$__walkthrough_cwd" || { __walkthrough_saved=gone; __walkthrough_end 1; }
  OLDPWD=$__walkthrough_former
  builtin trap '[[ ${BASH_SOURCE[0]} != */steps/"$__walkthrough_step" ]] || __walkthrough_line=$LINENO' ERR
  ((${#__walkthrough_watched[@]} == 0)) || __walkthrough_start_watching
  builtin source "$__walkthrough_dir/steps/$__walkthrough_step"
  { __walkthrough_status=$?; builtin set +x; } 2>/dev/null
  __walkthrough_end "$__walkthrough_status"
}
