#!/bin/sh
# Gives every service a copy of its own secrets, and of no others. On the host the files have mode 0600 and belong to the user
# who made them. In the containers each service runs as a user of its own, which could not read these files.
set -eu

from=${SECRETS_FROM:-/run/secrets}
to=${SECRETS_TO:-/run/gonsters}

# give SERVICE FILE...
give() {
  service=$1
  shift
  if [ -d "$to/$service" ]; then
    # Files of an earlier start belong to the service. Root takes them back first, because it has no capability to override owners.
    chown -R 0:0 "$to/$service"
    rm -rf "${to:?}/$service"
  fi
  mkdir -m 0700 "$to/$service"
  for file in "$@"; do
    cp "$from/$file" "$to/$service/$file"
  done
}

# own SERVICE UID: this comes last, because only the owner may change the files in the folder.
own() {
  chmod 0400 "$to/$1"/*
  chown -R "$2:$2" "$to/$1"
}

password() {
  cat "$from/$1"
}

give postgres postgres_password
own postgres 999

give influxdb influxdb_token influxdb_password
own influxdb 1000

give redis redis_password
own redis 10002

# Each line is name:password. The broker hashes the passwords when it starts.
give mosquitto mqtt_gateways
printf 'gonsters:%s\n' "$(password mqtt_password)" >>"$to/mosquitto/mqtt_gateways"
if [ -f "$from/tls_key" ]; then cp "$from/tls_key" "$from/tls_certificate" "$to/mosquitto/"; fi
own mosquitto 1883

give server jwt_secret_key admin_password postgres_password influxdb_token mqtt_password
printf 'redis://:%s@redis:6379' "$(password redis_password)" >"$to/server/redis_url"
own server 10001

if [ -f "$from/tls_key" ]; then
  give proxy tls_key tls_certificate
  own proxy 101
fi
