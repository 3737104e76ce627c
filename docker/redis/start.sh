#!/bin/sh
# Starts Redis with its password from a file; on a command line everybody on the host would see it.
set -eu
umask 077

state=${REDIS_STATE:-/tmp}
{
  cat "${REDIS_CONFIG:-/usr/local/etc/redis/redis.conf}"
  printf 'requirepass %s\n' "$(cat "${REDIS_SECRETS:-/run/gonsters/redis}/redis_password")"
} >"$state/redis.conf"

exec redis-server "$state/redis.conf"
