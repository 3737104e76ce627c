#!/bin/sh
# Starts Redis with its password from a file. Every user of the host could see a password on a command line.
set -eu
umask 077

state=${REDIS_STATE:-/tmp}
{
  cat "${REDIS_CONFIG:-/usr/local/etc/redis/redis.conf}"
  printf 'requirepass %s\n' "$(cat "${REDIS_SECRETS:-/run/gonsters/redis}/redis_password")"
} >"$state/redis.conf"

exec redis-server "$state/redis.conf"
