# Part of the launcher: lists the names of the catalog and suggests one for a typo. $catalog is the catalog's text.
# The catalog alone says the order: its aliases are in the order of the book, the first of each part has a field
# "part" (which JBang ignores), and a chapter's number is its place. An alias without a description is another spelling
# and is not listed.

contents() {
    echo "Asynchronous I/O in Java: each chapter is a program."
    echo
    echo "usage: ./jbang NAME [argument...]    ./jbang NAME --help says which arguments"
    chapter=0
    each_line print_entry
    echo
    echo "JBang's own commands work, too: ./jbang help jbang lists them."
}

print_entry() {
    case $1 in
    *'"part": '*) printf '\n%s\n' "$value" ;;
    *'"script-ref": '*) script=$value ;;
    *'"description": '*)
        number=
        case $script in notebooks/*) chapter=$((chapter + 1)) number=$chapter ;; esac
        printf '%3s  %-22s%s\n' "$number" "$name" "$value"
        ;;
    esac
}

# Prints the names that are similar to $1: with one letter wrong, added or swapped with the next; or with something
# missing in one place, at the start or at the end.
near() {
    typed=${1%.java}
    each_line print_if_near
}

print_if_near() {
    case $1 in *'"description": '*) ;; *) return ;; esac
    case $name in *"$typed"*) printf ' %s' "$name" && return ;; esac
    head= tail=$typed
    while [ -n "$tail" ]; do
        rest=${tail#?}
        letter=${tail%"$rest"}
        last=${rest#?}
        next=${rest%"$last"}
        case $name in
        "$head"?"$rest" | "$head$rest" | "$head$next$letter$last" | "$head"*"$tail") printf ' %s' "$name" && return ;;
        esac
        head=$head$letter tail=$rest
    done
    case $name in "$typed"*) printf ' %s' "$name" ;; esac
}

# Calls $1 with each line of the catalog; $name is the alias that the line belongs to, $value the value in quotes.
each_line() {
    set -f
    old=$IFS
    IFS='
'
    for line in $catalog; do
        value=${line#*\": \"}
        value=${value%\"*}
        case $line in '    "'*'": {') name=${line#*\"} name=${name%%\"*} ;; esac
        "$1" "$line"
    done
    IFS=$old
    set +f
}

# Succeeds if JBang may know $1, which isn't one of our names: as a command, a file, a URL, Maven coordinates, or a name
# in a catalog of the user.
jbang_may_know() {
    [ ! -e "$1" ] || return 0
    case $1 in
    -* | *[!A-Za-z0-9_.-]*) return 0 ;;
    run | build | init | edit | cache | export | jdk | config | trust | alias | template | catalog | app) return 0 ;;
    completion | info | version | wrapper) return 0 ;;
    esac
    find_catalog || found=
    for file in "$found" "$jbang_home/jbang-catalog.json"; do
        users=$(cat "$file" 2>/dev/null)
        if has_name "$1" "$users" || has_name catalogs "$users"; then return 0; fi
    done
    return 1
}

case ${1:-help} in
-h) set -- --help ;;
help)
    case ${2:-} in
    '') set -- --help ;;
    jbang) set -- --quiet --help ;;
    *) set -- "$2" --help ;;
    esac
    ;;
esac

if [ "$1" = --help ]; then
    contents
    exit
fi

if ! has_name "$1" "$catalog" && ! jbang_may_know "$1"; then
    names=$(near "$1")
    case $names in
    '') hint= ;;
    ' '*' '*) hint=" did you mean one of$names?" ;;
    *) hint=" did you mean$names?" ;;
    esac
    say "there is no '$1';$hint ./jbang lists all names"
    exit 2
fi
