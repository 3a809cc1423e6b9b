#!/bin/sh
# Checks out what a build is about. Drone's runner says in the environment what that is.
set -eu

cd "$DRONE_WORKSPACE"

# The login of all builds, for git in this container.
if [ -n "${DRONE_NETRC_MACHINE:-}" ]; then
  (
    umask 077
    printf 'machine %s\nlogin %s\npassword %s\n' "$DRONE_NETRC_MACHINE" \
      "$DRONE_NETRC_USERNAME" "$DRONE_NETRC_PASSWORD" > "$HOME/.netrc"
  )
fi

# The node makes the workspace, so it belongs to root, and git trusts no folder of somebody else's.
git config --global safe.directory "$DRONE_WORKSPACE"
git config --global user.name "${DRONE_COMMIT_AUTHOR_NAME:-drone}"
git config --global user.email "${DRONE_COMMIT_AUTHOR_EMAIL:-drone@localhost}"

# As much of the history as the pipeline asks for.
fetch() { git fetch ${PLUGIN_DEPTH:+"--depth=$PLUGIN_DEPTH"} origin "+$1:"; }

set -x
git init --quiet
git remote add origin "$DRONE_REMOTE_URL"
# The root, for the steps that come after: in here git leaves it alone.
cp "$GIT_SSL_CAINFO" .git/gitops-ca.crt
case ${DRONE_BUILD_EVENT:-push}:${DRONE_COMMIT_REF:-} in
  *:refs/tags/*)
    fetch "$DRONE_COMMIT_REF"
    git checkout --quiet --force FETCH_HEAD
    ;;
  pull_request:*)
    fetch "refs/heads/$DRONE_COMMIT_BRANCH"
    git checkout "$DRONE_COMMIT_BRANCH"
    fetch "$DRONE_COMMIT_REF"
    git merge --no-edit "$DRONE_COMMIT_SHA"
    ;;
  *)
    fetch "refs/heads/$DRONE_COMMIT_BRANCH"
    git checkout "$DRONE_COMMIT_SHA" -b "$DRONE_COMMIT_BRANCH"
    ;;
esac
