#!/bin/sh
# Options and a configuration file are redis-server's; anything else is a command.
case "${1-}" in
-* | *.conf) set -- redis-server "$@" ;;
esac
exec "$@"
