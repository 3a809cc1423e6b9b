#!/bin/bash
# Makes what Gitea needs around it and becomes Gitea, or the command that it is given.
set -u

own() {
    mkdir -p "$1" && chmod 0700 "$1"
    if [ ! -w "$1" ]; then
        echo "$1 is not writable"
        exit 1
    fi
}

# The settings that the original image takes from plain variables when there is no file.
configure() {
    cat <<INI
APP_NAME = ${APP_NAME:-Gitea: Git with a cup of tea}
RUN_MODE = ${RUN_MODE:-prod}
RUN_USER = ${USER:-git}

[server]
APP_DATA_PATH = $GITEA_WORK_DIR
BUILTIN_SSH_SERVER_USER = ${USER:-git}
DISABLE_SSH = ${DISABLE_SSH:-false}
HTTP_PORT = ${HTTP_PORT:-3000}
LFS_START_SERVER = ${LFS_START_SERVER:-}
ROOT_URL = ${ROOT_URL:-}
SSH_DOMAIN = ${SSH_DOMAIN:-localhost}
SSH_LISTEN_PORT = ${SSH_LISTEN_PORT:-}
SSH_PORT = ${SSH_PORT:-2222}
START_SSH_SERVER = true

[repository]
ROOT = $GITEA_WORK_DIR/git/repositories

[repository.local]
LOCAL_COPY_PATH = $GITEA_TEMP/local-repo

[repository.upload]
TEMP_PATH = $GITEA_TEMP/uploads

[lfs]
PATH = $GITEA_WORK_DIR/git/lfs

[database]
DB_TYPE = ${DB_TYPE:-sqlite3}
HOST = ${DB_HOST:-localhost:3306}
NAME = ${DB_NAME:-gitea}
USER = ${DB_USER:-root}
PASSWD = ${DB_PASSWD:-}
PATH = $GITEA_WORK_DIR/data/gitea.db

[session]
PROVIDER_CONFIG = $GITEA_WORK_DIR/data/sessions

[picture]
AVATAR_UPLOAD_PATH = $GITEA_WORK_DIR/data/avatars
REPOSITORY_AVATAR_UPLOAD_PATH = $GITEA_WORK_DIR/data/repo-avatars

[attachment]
PATH = $GITEA_WORK_DIR/data/attachments

[log]
ROOT_PATH = $GITEA_WORK_DIR/data/log

[security]
INSTALL_LOCK = ${INSTALL_LOCK:-${SECRET_KEY:+true}}
SECRET_KEY = ${SECRET_KEY:-}

[service]
DISABLE_REGISTRATION = ${DISABLE_REGISTRATION:-false}
REQUIRE_SIGNIN_VIEW = ${REQUIRE_SIGNIN_VIEW:-false}
INI
}

own "$HOME"
own "$GITEA_CUSTOM"
own "$GITEA_TEMP"
if [ ! -f "$GITEA_APP_INI" ]; then
    own "$(dirname "$GITEA_APP_INI")"
    configure >"$GITEA_APP_INI" || exit 1
fi
# A variable GITEA__SECTION__KEY is a setting, too. Without one the file may be read-only.
/app/gitea/gitea config edit-ini --config "$GITEA_APP_INI" --in-place --apply-env || exit 1

if [ $# -gt 0 ]; then
    exec "$@"
fi
exec /usr/local/bin/gitea web
