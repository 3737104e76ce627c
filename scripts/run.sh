#!/bin/sh
# Runs GONSTERS and its four real servers in containers: scripts/run.sh dev | prod | stop | gen-keys [--test]
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
docker=$root/docker
secrets=${GONSTERS_SECRETS:-$docker/secrets}
PASSWORDS='postgres_password influxdb_password influxdb_token redis_password mqtt_password'
KEYS="jwt_secret_key admin_password $PASSWORDS mqtt_gateways"
CERTIFICATES='tls_certificate tls_key'

usage() {
  cat <<'TEXT'
Usage: scripts/run.sh COMMAND [--test] [--force]

  dev        builds and starts the development stack on this computer (sample users, ports on loopback)
  prod       builds and starts the production stack: two servers behind nginx, TLS
  stop       stops the stacks that run; the stored data stays
  gen-keys   creates every secret that is missing in docker/secrets, and a certificate if openssl is installed

  --test     only checks what the command needs, prints the result, and exits with 1 if something is missing
  --force    gen-keys: creates everything anew; a stack that has stored data cannot open it with new passwords
TEXT
}

say() { printf '%s\n' "$*" >&2; }
die() {
  say "$*"
  exit 1
}

faults=0
found() { say "ok       $*"; }
missing() {
  say "MISSING  $*"
  faults=$((faults + 1))
}

# --- the engine -------------------------------------------------------------------------------------------------------

# Sets `compose` to the command for Compose 2 or newer. If there is none, `compose` is empty and `why` has the reason.
find_compose() {
  why=''
  for words in 'docker compose' 'docker-compose' 'podman compose'; do
    command -v "${words%% *}" >/dev/null 2>&1 || continue
    compose=$words
    is_compose_2 && return 0
    [ -n "$why" ] || why="$words is not there in version 2 or newer, which these files need. See https://docs.docker.com/compose/install/"
  done
  compose=''
  [ -n "$why" ] || why='Neither Docker nor Podman is installed. See https://docs.docker.com/engine/install/'
  return 1
}

is_compose_2() {
  version=$($compose version --short 2>/dev/null | sed -n 's/^v\{0,1\}\([0-9][0-9]*\)\..*/\1/p' | head -n 1)
  [ -n "$version" ] && [ "$version" -ge 2 ]
}

engine_answers() {
  case $compose in
    podman*) podman info >/dev/null 2>&1 ;;
    *) ! command -v docker >/dev/null 2>&1 || docker info >/dev/null 2>&1 ;;
  esac
}

on() {
  stack=$1
  shift
  # shellcheck disable=SC2086 # `compose` is split into words on purpose
  $compose -f "$docker/compose.$stack.yml" "$@"
}

runs() { [ -n "$(on "$1" ps --quiet 2>/dev/null)" ]; }

# --- secrets ----------------------------------------------------------------------------------------------------------

# 32 random bytes as 64 characters that never need quoting.
random_hex() { od -An -tx1 -N32 /dev/urandom | tr -d ' \n'; }

# Writes a secret completely or not at all. Only its owner can read it, from the first moment.
write_secret() {
  (umask 077 && cat >"$secrets/$1.new" && mv -f "$secrets/$1.new" "$secrets/$1")
}

make_secret() {
  if [ -s "$secrets/$1" ] && [ "$force" = no ]; then
    say "kept     $1"
    return
  fi
  case $1 in
    # Passwords of users need an upper-case letter, a lower-case letter and a digit.
    admin_password) printf '%sAa1' "$(random_hex | cut -c1-24)" ;;
    mqtt_gateways) printf 'gateway:%s\n' "$(random_hex)" ;;
    *) random_hex ;;
  esac | write_secret "$1"
  say "made     $1"
}

make_certificates() {
  if [ -s "$secrets/tls_key" ] && [ -s "$secrets/tls_certificate" ] && [ "$force" = no ]; then
    say 'kept     tls_certificate, tls_key'
    return
  fi
  if ! command -v openssl >/dev/null 2>&1; then
    say 'skipped  certificates: openssl is not installed. The production stack needs tls_certificate and tls_key (PEM) in this folder.'
    return
  fi
  host=${GONSTERS_HOST:-$(hostname 2>/dev/null || echo localhost)}
  work=$(mktemp -d)
  (
    umask 077
    cd "$work"
    exec 2>openssl.log
    openssl ecparam -name prime256v1 -genkey -noout -out ca.key
    openssl req -x509 -new -key ca.key -sha256 -days 3650 -subj '/CN=GONSTERS authority' \
      -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign' -out ca.crt
    openssl ecparam -name prime256v1 -genkey -noout -out tls.key
    openssl req -new -key tls.key -subj '/CN=gonsters' -out tls.csr
    printf '%s\n' 'basicConstraints=CA:FALSE' 'extendedKeyUsage=serverAuth' \
      "subjectAltName=$(alternative_names "$host")" >tls.ext
    openssl x509 -req -in tls.csr -CA ca.crt -CAkey ca.key -CAcreateserial -sha256 -days 825 -extfile tls.ext -out tls.crt
  ) || {
    say "openssl could not create the certificates: $(cat "$work/openssl.log")"
    rm -rf "$work"
    exit 1
  }
  write_secret tls_key <"$work/tls.key"
  cat "$work/tls.crt" "$work/ca.crt" | write_secret tls_certificate
  # The key of the certificate authority is deleted, so that nobody can sign with it. Devices and browsers get its certificate.
  write_secret tls_authority <"$work/ca.crt"
  rm -rf "$work"
  say "made     tls_certificate, tls_key for $host (set GONSTERS_HOST for another name); devices have to trust tls_authority"
}

alternative_names() {
  case $1 in
    *[!0-9.]*) printf 'DNS:%s,DNS:localhost,DNS:mosquitto,IP:127.0.0.1' "$1" ;;
    *) printf 'IP:%s,DNS:localhost,DNS:mosquitto,IP:127.0.0.1' "$1" ;;
  esac
}

gen_keys() {
  mkdir -p "$secrets"
  chmod 0700 "$secrets"
  for key in $KEYS; do make_secret "$key"; done
  make_certificates
  say "The secrets are in $secrets. Keep a copy in a safe place."
}

mode_of() { stat -c %a "$1" 2>/dev/null || stat -f %Lp "$1"; }

check_secrets() {
  for key in "$@"; do
    file=$secrets/$key
    if [ ! -s "$file" ]; then
      missing "secret $key: run scripts/run.sh gen-keys"
    elif [ "$(mode_of "$file")" != 600 ]; then
      missing "secret $key is readable by others (mode $(mode_of "$file")): chmod 600 $file"
    elif [ "$key" = jwt_secret_key ] && [ "$(wc -c <"$file")" -lt 32 ]; then
      missing 'secret jwt_secret_key is shorter than 32 bytes'
    else
      found "secret $key"
    fi
  done
}

# --- checks -----------------------------------------------------------------------------------------------------------

check_engine() {
  if ! find_compose; then
    missing "$why"
  elif ! engine_answers; then
    missing "The container engine does not answer. Check that it runs and that this user may use it."
  else
    found "$compose"
  fi
}

check_file() {
  if [ -z "$compose" ]; then
    say "skipped  compose.$1.yml: there is no Compose to check it"
  elif problem=$(on "$1" config --quiet 2>&1); then
    found "compose.$1.yml"
  else
    missing "compose.$1.yml is not valid: $problem"
  fi
}

# Whether a program listens on a TCP port of this computer.
is_taken() {
  if [ -r /proc/net/tcp ]; then
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
      awk -v port="$(printf '%04X' "$1")" '$4 == "0A" { split($2, at, ":"); if (at[2] == port) hit = 1 } END { exit !hit }'
  elif command -v lsof >/dev/null 2>&1; then
    lsof -nP -iTCP:"$1" -sTCP:LISTEN >/dev/null 2>&1
  else
    return 1
  fi
}

# check_ports STACK VARIABLE PORT...
check_ports() {
  if [ -n "$compose" ] && runs "$1"; then
    found 'ports: the stack is already running'
    return
  fi
  shift
  while [ $# -gt 0 ]; do
    if is_taken "$2"; then
      missing "port $2 is used by another program: set $1 to another port"
    else
      found "port $2 is free"
    fi
    shift 2
  done
}

check() {
  case $1 in
    dev)
      check_engine
      check_file dev
      # shellcheck disable=SC2086
      check_secrets $KEYS
      check_ports dev GONSTERS_PORT "$dev_port" GONSTERS_MQTT_PORT "$dev_mqtt_port"
      ;;
    prod)
      check_engine
      check_file prod
      # shellcheck disable=SC2086
      check_secrets $KEYS $CERTIFICATES
      check_ports prod GONSTERS_HTTP_PORT "$http_port" GONSTERS_HTTPS_PORT "$https_port" GONSTERS_MQTTS_PORT "$mqtts_port"
      ;;
    stop)
      check_engine
      check_file dev
      check_file prod
      ;;
    gen-keys)
      # shellcheck disable=SC2086
      check_secrets $KEYS $CERTIFICATES
      ;;
  esac
  if [ "$faults" -gt 0 ]; then
    say "$faults faults. Correct them first."
    return 1
  fi
  say 'Nothing is missing.'
}

# --- commands ---------------------------------------------------------------------------------------------------------

up() {
  find_compose || die "$why"
  engine_answers || die 'The container engine does not answer. Check that it runs and that this user may use it.'
  # An image that was named is used as it is. Otherwise this checkout is built.
  build=--build
  [ -z "${GONSTERS_IMAGE:-}" ] || build=--no-build
  say "Starting the $1 stack. The first start takes some minutes…"
  if ! on "$1" up $build --detach --remove-orphans --wait --wait-timeout 300; then
    on "$1" ps --all >&2 || true
    die "The $1 stack did not become healthy. Its logs: $compose -f docker/compose.$1.yml logs"
  fi
}

start_dev() {
  gen_keys
  up dev
  cat <<TEXT

  GONSTERS is running

    Open      http://127.0.0.1:$dev_port
    Sign in   manager1 / Password123!   (also supervisor1 and operator1)
    Publish   mqtt://127.0.0.1:$dev_mqtt_port   as gateway, password in docker/secrets/mqtt_gateways

  To stop it, run scripts/run.sh stop.
TEXT
}

start_prod() {
  # shellcheck disable=SC2086
  check_secrets $KEYS $CERTIFICATES
  [ "$faults" = 0 ] || die 'Nothing was started. Run scripts/run.sh gen-keys to create what is missing.'
  up prod
  # Accounts and certificate may be new. A restart of the broker could lose messages; a reload does not.
  on prod exec -T mosquitto sh /mosquitto/config/start.sh reload || die 'The broker could not reload its accounts.'
  host=${GONSTERS_HOST:-$(hostname 2>/dev/null || echo localhost)}
  cat <<TEXT

  GONSTERS is running

    Open      https://$host$([ "$https_port" = 443 ] || printf ':%s' "$https_port")
    Sign in   ${ADMIN_USERNAME:-admin}, at first with the password in docker/secrets/admin_password. Change it.
    Publish   mqtts://$host:$mqtts_port   as gateway, password in docker/secrets/mqtt_gateways
    Trust     docker/secrets/tls_authority in browsers and devices, if gen-keys created the certificate

  To stop it, run scripts/run.sh stop.
TEXT
}

stop() {
  find_compose || die "$why"
  engine_answers || die 'The container engine does not answer. Check that it runs and that this user may use it.'
  for stack in dev prod; do
    on "$stack" down --remove-orphans --timeout 60
  done
  say 'Stopped. The stored data stays in its volumes.'
}

dev_port=${GONSTERS_PORT:-5000}
dev_mqtt_port=${GONSTERS_MQTT_PORT:-1883}
http_port=${GONSTERS_HTTP_PORT:-80}
https_port=${GONSTERS_HTTPS_PORT:-443}
mqtts_port=${GONSTERS_MQTTS_PORT:-8883}
compose=''
force=no
test=no
command=''
for word in "$@"; do
  case $word in
    dev | prod | stop | gen-keys) [ -z "$command" ] || die "One command at a time: $command or $word"; command=$word ;;
    --test) test=yes ;;
    --force) force=yes ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      usage >&2
      die "Unknown: $word"
      ;;
  esac
done

if [ "$test" = yes ]; then
  check "${command:-dev}"
  exit
fi
case $command in
  dev) start_dev ;;
  prod) start_prod ;;
  stop) stop ;;
  gen-keys) gen_keys ;;
  *)
    usage >&2
    exit 2
    ;;
esac
