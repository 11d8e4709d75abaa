# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154  # root is the caller's
# Shared by ./run, ./check, .ci/run and packaging/setup; sourced, never run. The caller has set `root`.

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$*"; exit 1; }

# Whether Torch_DIR or CMAKE_PREFIX_PATH (from the environment) leads to a LibTorch of the user's own.
user_has_libtorch() {
    local place
    local -a places=()
    [[ -n ${Torch_DIR:-} ]] && places+=("$Torch_DIR/../../..")
    local IFS=':;'
    # shellcheck disable=SC2206  # split at the separators on purpose
    [[ -n ${CMAKE_PREFIX_PATH:-} ]] && places+=($CMAKE_PREFIX_PATH)
    for place in "${places[@]}"; do
        [[ -e $place/include/ATen/ATen.h ]] && return 0
    done
    return 1
}

# Jobs for the compiler: one per core, but no more than memory holds at about 2 GB each.
build_jobs() {
    local cores kilobytes jobs
    cores=$(nproc)
    kilobytes=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo 2>/dev/null || echo 0)
    jobs=$(( ${kilobytes:-0} / 2000000 ))
    (( jobs < cores )) || jobs=$cores
    (( jobs >= 1 )) || jobs=1
    echo "$jobs"
}

# configure DIR [cmake options]: only when DIR was not configured yet, or for another place, LibTorch or options.
configure() {
    local dir=$1 signature recorded
    shift
    signature="$root|${Torch_DIR:-}|${CMAKE_PREFIX_PATH:-}|$*"
    recorded=$(cat "$dir/.configured-as" 2>/dev/null || true)
    if [[ $recorded == "$signature" && -f $dir/CMakeCache.txt && -f $dir/build.ninja ]]; then
        return 0
    fi
    local -a fresh=()
    if [[ -f $dir/CMakeCache.txt ]]; then
        # A cache of another place, generator or LibTorch keeps paths that would be taken for the new ones.
        fresh=(--fresh)
    fi
    local -a torch=()
    [[ -n ${Torch_DIR:-} ]] && torch=("-DTorch_DIR=$Torch_DIR")
    say "configuring ${dir#"$root"/}"
    mkdir -p "$dir"
    if ! cmake "${fresh[@]}" -S "$root" -B "$dir" -G Ninja "$@" "${torch[@]}" >"$dir/configure.log" 2>&1; then
        cat "$dir/configure.log" >&2
        die "cmake could not configure $dir (output above)"
    fi
    printf '%s' "$signature" >"$dir/.configured-as"
}

# build DIR [targets]
build() {
    local dir=$1
    shift
    local -a targets=()
    (( $# > 0 )) && targets=(--target "$@")
    local jobs
    jobs=$(build_jobs)
    if [[ -t 1 ]]; then
        cmake --build "$dir" -j "$jobs" "${targets[@]}"
    else
        # No terminal: what a log needs are the warnings and errors, and every now and then where it is.
        NINJA_STATUS='[%f/%t %es] ' cmake --build "$dir" -j "$jobs" "${targets[@]}"
    fi
}
