#!/bin/sh
# Starts the broker with hashed passwords: the secrets hold them in clear, the hashes live in memory only.
#   start.sh FILE     starts it with this configuration
#   start.sh reload   has the running one read accounts, rights and certificate again; nobody is disconnected
set -eu
umask 077

secrets=${MOSQUITTO_SECRETS:-/run/gonsters/mosquitto}
state=${MOSQUITTO_STATE:-/tmp}

cp "$secrets/mqtt_gateways" "$state/passwords.new"
chmod 0600 "$state/passwords.new"
mosquitto_passwd -U "$state/passwords.new"
mv "$state/passwords.new" "$state/passwords"

# What the health check signs in with, so that no password stands in its arguments.
printf -- '-u gonsters\n-P %s\n' "$(sed -n 's/^gonsters://p' "$secrets/mqtt_gateways")" >"$state/mosquitto_sub"

if [ "$1" = reload ]; then
  # In the container it is the first process.
  kill -HUP "${MOSQUITTO_PID:-1}"
else
  exec mosquitto -c "$1"
fi
