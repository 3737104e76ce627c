#!/bin/sh
# Starts the broker with hashed passwords: the secrets hold them in clear, the hashes live in memory only.
set -eu
umask 077

secrets=${MOSQUITTO_SECRETS:-/run/gonsters/mosquitto}
state=${MOSQUITTO_STATE:-/tmp}

cp "$secrets/mqtt_gateways" "$state/passwords"
chmod 0600 "$state/passwords"
mosquitto_passwd -U "$state/passwords"

# What the health check signs in with, so that no password stands in its arguments.
printf -- '-u gonsters\n-P %s\n' "$(sed -n 's/^gonsters://p' "$secrets/mqtt_gateways")" >"$state/mosquitto_sub"

exec mosquitto -c "$1"
