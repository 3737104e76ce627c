#!/bin/sh
# Sets up GONSTERS on a Debian computer with its four real servers from Debian's packages, and starts it:
#   sudo scripts/debian-servers.sh
# With --no-start GONSTERS is not started. The stores then stay empty, as gonsters transfer requires.
# You can run the script again at any time: it adds what is missing and does not change what exists. It creates the user
# gonsters, /etc/gonsters/gonsters.env, the PostgreSQL role and database gonsters, the InfluxDB database gonsters, two
# accounts of Mosquitto in files of their own, the command gonsters, and the service gonsters.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
settings=/etc/gonsters/gonsters.env
units=/etc/systemd/system

say() { printf '%s\n' "$*" >&2; }
die() {
  say "$*"
  exit 1
}
step() { say "== $*"; }

has_systemd() { [ -d /run/systemd/system ]; }
random_hex() { od -An -tx1 -N32 /dev/urandom | tr -d ' \n'; }

# The value of a variable in the settings file.
setting() { sed -n "s/^$1=//p" "$settings"; }

start=yes
case ${1:-} in
  '') ;;
  --no-start) start=no ;;
  *)
    say 'Usage: sudo scripts/debian-servers.sh [--no-start]'
    exit 2
    ;;
esac
[ "$(id -u)" = 0 ] || die 'This script installs packages and creates a service. Run it with sudo.'
command -v apt-get >/dev/null 2>&1 || die 'This script is for Debian and similar systems. docs/operations.md says what other systems need.'
command -v node >/dev/null 2>&1 || die 'Node.js 20.19 or newer is not installed. Debian 13 has it (apt-get install nodejs npm). For older versions of Debian see https://nodejs.org/en/download'
node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' ||
  die "GONSTERS needs Node.js 20.19 or newer; this is $(node --version). See https://nodejs.org/en/download"

node=$(command -v node)
case $root/:$(readlink -f "$node") in
  /home/* | /root/* | *:/home/* | *:/root/*) die "A service cannot read home directories. Move the checkout to /opt/gonsters, and install Node.js for all users ($root, $node)." ;;
esac

step 'Packages: PostgreSQL, Redis, InfluxDB, Mosquitto'
missing=''
for package in postgresql redis-server influxdb mosquitto mosquitto-clients curl; do
  dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
if [ -n "$missing" ]; then
  apt-get update -q
  for package in $missing; do
    apt-cache show "$package" >/dev/null 2>&1 ||
      die "This system has no package $package. Install that server from its vendor, and GONSTERS by hand: see docs/operations.md, Bare."
  done
  # shellcheck disable=SC2086 # a list of names
  DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $missing
fi

step 'Build of GONSTERS'
(cd "$root" && LEFTHOOK=0 node scripts/run.mjs build)
id gonsters >/dev/null 2>&1 || useradd --system --user-group --home-dir /var/lib/gonsters --shell /usr/sbin/nologin gonsters
install -d -m 0700 -o gonsters -g gonsters /var/lib/gonsters
runuser -u gonsters -- test -r "$root/server/dist/main.js" ||
  die "The user gonsters cannot read $root. Move the checkout to /opt/gonsters and run this script again from there."

step "Settings in $settings"
install -d -m 0750 -o root -g gonsters /etc/gonsters
if [ -e "$settings" ]; then
  say 'The file exists and is not changed.'
else
  (
    umask 077
    cat >"$settings.new" <<TEXT
# Settings of the service gonsters. The file .env.example of the checkout explains every variable.
NODE_ENV=production
# Only this computer can connect. A reverse proxy with TLS (deploy/nginx, deploy/caddy) makes the page available to others.
HOST=127.0.0.1
PORT=5000
TRUST_PROXY=127.0.0.1
JWT_SECRET_KEY=$(random_hex)
# The first Management user. Change the password after the first sign-in, and remove both lines.
ADMIN_USERNAME=admin
ADMIN_PASSWORD=$(random_hex | cut -c1-24)Aa1
ALLOW_REGISTRATION=false

POSTGRES_HOST=127.0.0.1
POSTGRES_PORT=5432
POSTGRES_USER=gonsters
POSTGRES_PASSWORD=$(random_hex)
POSTGRES_DB=gonsters

INFLUXDB_URL=http://127.0.0.1:8086
INFLUXDB_BUCKET=gonsters

REDIS_URL=redis://127.0.0.1:6379

MQTT_BROKER_HOST=127.0.0.1
MQTT_BROKER_PORT=1883
MQTT_USERNAME=gonsters
MQTT_PASSWORD=$(random_hex)
TEXT
    chown root:gonsters "$settings.new"
    chmod 0640 "$settings.new"
    mv "$settings.new" "$settings"
  )
  say 'created, with random passwords'
fi

# Not every init script reports correctly whether the server runs. The server itself is asked afterwards.
start_service() { service "$1" start >/dev/null || true; }
restart_service() { service "$1" restart >/dev/null || start_service "$1"; }

step 'PostgreSQL'
start_service postgresql
until_answering() {
  tries=0
  until "$@" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || die "No answer within a minute: $*"
    sleep 1
  done
}
query() { runuser -u postgres -- psql -qAtX -v ON_ERROR_STOP=1 "$@"; }
until_answering runuser -u postgres -- psql -qAtX -c 'select 1'
[ "$(query -c 'show server_version_num')" -ge 150000 ] || die 'GONSTERS needs PostgreSQL 15 or newer.'
[ "$(query -c 'show port')" = "$(setting POSTGRES_PORT)" ] ||
  die "PostgreSQL listens on port $(query -c 'show port'), but $settings says $(setting POSTGRES_PORT). Correct the setting and run this script again."
if [ "$(query -c "select 1 from pg_roles where rolname = 'gonsters'")" != 1 ]; then
  printf "create role gonsters login password '%s';\n" "$(setting POSTGRES_PASSWORD)" | query
  say 'role gonsters: created'
fi
if [ "$(query -c "select 1 from pg_database where datname = 'gonsters'")" != 1 ]; then
  query -c 'create database gonsters owner gonsters'
  say 'database gonsters: created'
fi
PGPASSWORD=$(setting POSTGRES_PASSWORD) psql -qAtX -h 127.0.0.1 -p "$(setting POSTGRES_PORT)" -U gonsters -d gonsters -c 'select 1' >/dev/null ||
  die "The role gonsters existed before, and its password is not the one in $settings. Correct the setting and run this script again."

step 'Redis'
start_service redis-server
until_answering redis-cli -h 127.0.0.1 ping

step 'InfluxDB'
# Debian lets InfluxDB listen on every interface without a password, so it is limited to this computer. Its in-memory index
# no longer finds a series that is deleted and written again, so the index is on disk for what is written from now on.
influxdb_settings=/etc/influxdb/influxdb.conf
before=$(cksum <"$influxdb_settings")
sed -i -e 's/^\([[:space:]]*\)# bind-address = ":8086"/\1bind-address = "127.0.0.1:8086"/' \
  -e 's/^\([[:space:]]*\)# index-version = "inmem"/\1index-version = "tsi1"/' "$influxdb_settings"
if [ "$(cksum <"$influxdb_settings")" = "$before" ]; then
  start_service influxdb
else
  restart_service influxdb
fi
until_answering curl --fail --silent http://127.0.0.1:8086/ping
# This is not an error if the database exists.
curl --fail --silent --output /dev/null http://127.0.0.1:8086/query --data-urlencode 'q=CREATE DATABASE "gonsters"' ||
  die 'InfluxDB could not create the database gonsters. If it needs a password, create the database by hand and put the user and password into the settings.'

step 'Mosquitto'
broker_runs() { [ -s /run/mosquitto/mosquitto.pid ] && kill -0 "$(cat /run/mosquitto/mosquitto.pid)" 2>/dev/null; }
# A reload reads accounts, rights and most settings again. A restart can lose messages.
reload_broker() {
  if has_systemd; then systemctl reload mosquitto; else kill -HUP "$(cat /run/mosquitto/mosquitto.pid)"; fi
}
# Without systemd, nothing creates the directories of Mosquitto, and its init script creates a pid file that Mosquitto
# cannot write.
start_broker() {
  if has_systemd; then
    systemctl "$1" mosquitto
    return
  fi
  if broker_runs; then
    [ "$1" = restart ] || return 0
    kill "$(cat /run/mosquitto/mosquitto.pid)"
    while broker_runs; do sleep 1; done
  fi
  install -d -m 0755 -o mosquitto /run/mosquitto /var/log/mosquitto
  rm -f /run/mosquitto/mosquitto.pid
  mosquitto -d -c /etc/mosquitto/mosquitto.conf
}
if [ ! -e /etc/mosquitto/conf.d/gonsters.conf ]; then
  others=$(grep -lE '^[[:space:]]*(listener|port|password_file|acl_file)[[:space:]]' /etc/mosquitto/mosquitto.conf /etc/mosquitto/conf.d/*.conf 2>/dev/null || true)
  [ -z "$others" ] || die "Mosquitto is already configured for another purpose ($others). Add the lines of deploy/mosquitto/gonsters.conf by hand."
  install -m 0644 "$root/docker/mosquitto/access.conf" /etc/mosquitto/gonsters.access
  (
    umask 077
    printf 'gonsters:%s\ngateway:%s\n' "$(setting MQTT_PASSWORD)" "$(random_hex | tee /etc/gonsters/gateway-password)" >/etc/mosquitto/gonsters.passwords
    mosquitto_passwd -U /etc/mosquitto/gonsters.passwords
    chown mosquitto /etc/mosquitto/gonsters.passwords /etc/mosquitto/gonsters.access
  )
  # This comes last, so that an interrupted run is begun again.
  install -m 0644 "$root/deploy/mosquitto/gonsters.conf" /etc/mosquitto/conf.d/gonsters.conf
  start_broker restart
  say 'accounts gonsters and gateway: created'
else
  start_broker start
  # The configuration of an older version: Mosquitto saved the messages that wait for the server only every 30 minutes.
  if ! grep -qsE '^[[:space:]]*autosave_' /etc/mosquitto/mosquitto.conf /etc/mosquitto/conf.d/*.conf; then
    sed -n '/^# Messages that wait for the server/,/^autosave_interval/p' "$root/deploy/mosquitto/gonsters.conf" >>/etc/mosquitto/conf.d/gonsters.conf
    reload_broker
    say 'Mosquitto now saves the messages that wait every 30 seconds.'
  fi
fi
signing_in=$(mktemp -d)
# The password is in a file, so that it is not an argument of a command.
(umask 077 && printf -- '-u gonsters\n-P %s\n' "$(setting MQTT_PASSWORD)" >"$signing_in/mosquitto_sub")
# shellcheck disable=SC2016 # the name of a topic
until_answering env XDG_CONFIG_HOME="$signing_in" mosquitto_sub -h 127.0.0.1 -p "$(setting MQTT_BROKER_PORT)" -t '$SYS/broker/uptime' -C 1 -W 3
rm -rf "$signing_in"

step 'GONSTERS'
for unit in gonsters.service gonsters-backup.service gonsters-backup.timer; do
  sed "/^ExecStart=/s#/usr/bin/node /opt/gonsters/#$node $root/#" "$root/deploy/$unit" >"$units/$unit.new"
  mv "$units/$unit.new" "$units/$unit"
done
install -d -m 0700 -o gonsters -g gonsters /var/backups/gonsters
# The command gonsters: it has the settings of the service and runs as its user.
cat >/usr/local/sbin/gonsters <<TEXT
#!/bin/sh
# Created by scripts/debian-servers.sh. Example: sudo gonsters backup /var/backups/gonsters/today.tar
# The PATH of cron has neither /usr/local/sbin nor /usr/sbin, where runuser is.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
set -a
. $settings
DATA_DIR=/var/lib/gonsters
set +a
exec runuser -u gonsters -- "$node" "$root/server/dist/main.js" "\$@"
TEXT
chmod 0755 /usr/local/sbin/gonsters
cat >&2 <<TEXT

  Open      http://127.0.0.1:$(setting PORT) on this computer. For other computers, install nginx or Caddy (docs/operations.md).
  Sign in   as $(setting ADMIN_USERNAME) with ADMIN_PASSWORD of $settings. Change the password, then remove it from that file.
  Publish   over MQTT on port 1883, as gateway with the password in /etc/gonsters/gateway-password

TEXT
if [ "$start" = no ]; then
  say 'Everything is set up. Run the same command without --no-start to start GONSTERS.'
elif has_systemd; then
  systemctl daemon-reload
  systemctl enable gonsters
  # A service that runs already is restarted too, because the build may be new.
  systemctl restart gonsters
  until_answering curl --fail --silent "http://127.0.0.1:$(setting PORT)/health"
  say 'The service gonsters runs. See systemctl status gonsters and journalctl -u gonsters.'
else
  say 'This computer has no systemd. GONSTERS runs in the foreground; Ctrl-C stops it.'
  set -a
  # shellcheck disable=SC1090 # created above
  . "$settings"
  set +a
  export DATA_DIR=/var/lib/gonsters
  cd /var/lib/gonsters
  exec setpriv --reuid gonsters --regid gonsters --init-groups "$node" "$root/server/dist/main.js" start
fi
