# shellcheck shell=bash
# Sourced by bin/test and bin/bench after bin/setup.sh: a PostgreSQL of our own, on a free port,
# for as long as the script runs that sources this. Its log is kept in var/log/postgres.log.

postgres=
# shellcheck disable=SC2154 # bin/setup.sh has set it
postgres_log=$root/var/log/postgres.log

# wants_postgres: add Debian's package to `packages`, for set_up to install, where it is missing.
wants_postgres() {
  [[ -x $(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | tail -n 1) ]] || packages+=(postgresql)
}

as_postgres() {
  # It refuses to run as root.
  if ((EUID == 0)); then
    (cd / && exec setpriv --reuid=postgres --regid=postgres --init-groups "$@")
  else
    (cd / && exec "$@")
  fi
}

# start_postgres SETTING=VALUE…: leaves its folder in `postgres`, its address in `postgres_url` and
# the process number of its postmaster in `postmaster`.
start_postgres() {
  local bin port setting attempt options=()
  bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  postgres=$(mktemp -d /tmp/sakuham-postgres.XXXXXX)
  # However this script ends, kill -9 included, the far end of this pipe is closed then, and
  # the cluster is stopped and removed.
  exec 8> >(
    trap '' INT TERM HUP
    cat >/dev/null || true
    as_postgres "$bin/pg_ctl" -D "$postgres/data" -m immediate -t 600 stop >/dev/null 2>&1 || true
    rm -rf "$postgres"
  )
  postgres_guard=$!
  if ((EUID == 0)); then chown postgres: "$postgres"; fi
  for setting in listen_addresses=127.0.0.1 unix_socket_directories= "$@"; do
    options+=("-c $setting")
  done
  # In shells of their own: this one would keep a hidden copy of the pipe's end meanwhile.
  (
    as_postgres "$bin/initdb" --pgdata="$postgres/data" --username=sakuham --auth=trust \
      --encoding=UTF8 --locale=C.UTF-8 --no-sync
  ) >"$postgres_log" 2>&1 8>&- || {
    cat "$postgres_log" >&2
    return 1
  }
  # Somebody else may take a free port before PostgreSQL has it; then another one is as good. It is
  # waited for as long as it lives: a busy machine takes long to start it.
  for ((attempt = 1; ; attempt++)); do
    port=$(.venv/bin/python -c \
      'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    (
      as_postgres "$bin/pg_ctl" -D "$postgres/data" -l "$postgres/log" -w -t 600 \
        -o "-p $port ${options[*]}" start
    ) >>"$postgres_log" 2>&1 8>&- && break
    ((attempt < 3)) || {
      cat "$postgres_log" "$postgres/log" >&2 || true
      return 1
    }
  done
  # shellcheck disable=SC2034 # for who sources this
  postgres_url=postgresql+psycopg://sakuham@127.0.0.1:$port/postgres
  # shellcheck disable=SC2034 # for bin/bench
  postmaster=$(head -n 1 "$postgres/data/postmaster.pid")
}

stop_postgres() {
  [[ -z $postgres ]] && return
  exec 8>&-
  wait "$postgres_guard" || true
  postgres=
}
trap stop_postgres EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
