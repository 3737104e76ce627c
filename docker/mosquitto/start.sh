#!/bin/sh
# Starts the broker with hashed passwords. The secrets contain the passwords in clear text; the hashes are in memory only.
#   start.sh FILE     starts the broker with this configuration
#   start.sh reload   makes the running broker read accounts, rights and certificate again; no client is disconnected
set -eu
umask 077

secrets=${MOSQUITTO_SECRETS:-/run/gonsters/mosquitto}
state=${MOSQUITTO_STATE:-/tmp}

cp "$secrets/mqtt_gateways" "$state/passwords.new"
chmod 0600 "$state/passwords.new"
mosquitto_passwd -U "$state/passwords.new"
mv "$state/passwords.new" "$state/passwords"

# The health check signs in with this file, so that no password is in its arguments.
printf -- '-u gonsters\n-P %s\n' "$(sed -n 's/^gonsters://p' "$secrets/mqtt_gateways")" >"$state/mosquitto_sub"

if [ "$1" = reload ]; then
  # In the container the broker is the first process.
  kill -HUP "${MOSQUITTO_PID:-1}"
else
  exec mosquitto -c "$1"
fi
